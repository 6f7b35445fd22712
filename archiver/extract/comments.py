"""How many comments an announcement has, as far as its page can tell.

Zero is what a page says; unknown is what it leaves open. No text and no name of a comment leaves
this module. Signals in order of trust: the number that the theme prints, comments counted,
structured data, an empty comment form. Printed numbers include pingbacks where the theme counts
them in; counted comments are those of people.

Counters elsewhere on the page (widgets, teasers) belong to other articles. A zero beside a comment
system that a script fills in (Disqus, Facebook and the like) is its placeholder, hence unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import lxml.html
from lxml import etree

from archiver.extract import jsonld
from archiver.extract.elements import is_aside, marks, text_of
from archiver.extract.focus import addresses
from archiver.extract.page import Page
from archiver.extract.printed import printed
from archiver.model import CommentCount, CommentSignal

# ---- What a page holds -------------------------------------------------------------------------

_LONGEST = 300
_HEADING_MARKS = re.compile(
    r" (?:comments?-title|comments?[-_]heading|comments?[-_]header|title-comments?|comments?__title"
    r"|wp-block-comments-title|comments?__count|comments?[-_]?count(?:er)?|itemcommentscounter"
    r"|comment-reply-title|comment_meta_container|discussion-meta-info|wpd-thread-info"
    r"|comments?-number|nb-?comments?|nombre-commentaires|comments_header|page_title"
    r"|comment-section-title|section-comments-title|comments?-titre|titre-commentaires?) "
)
_AREA_MARKS = re.compile(
    r" (?:comments?|comments?-area|comments?-?section|comments?-?wrapper|comments?-?wrap"
    r"|comments?-list-wrap|commentsbox|commentaires?|comment-entry|wp-block-comments|itemcomments"
    r"|comments?_container|post-comments|comments?-container|entry-comments|forum|formes-forum"
    r"|blog-comments|node-comments|field--name-comment|respond) "
)
_COUNTER_MARKS = re.compile(
    r" (?:comments?-link|comments?-links|comments?|comment-count|comments?-number|meta-comments?"
    r"|comment-container|thecomment|icomment|entry-comments?|post-comments?|comments-count"
    r"|comment_count|nb-comments?|post-comment-count) "
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ITEM_ID = re.compile(
    r" (?:li-|div-|dsq-|wpd-comm-|article-)?(?:comment|commentaire|forum)[-_]?(\d+)(?:_\d+)? "
)
_ITEM_MARKS = re.compile(
    r" (?:comment|comment-item|forum-fil|forum-message|comment-body|comment-entry-item"
    r"|wpd-comment|comment_item) "
)
_PING_MARKS = re.compile(r" (?:pingback|trackback|pings?|pinglist|pingbacklist|trackbacks?) ")
_LIST_MARKS = re.compile(
    r" (?:commentlist|comment-list|comments-list|itemcommentslist|wp-block-comment-template"
    r"|comments__list|liste-commentaires) "
)
_PAGER_MARKS = re.compile(
    r" (?:comment-navigation|comments-navigation|comments-pagination|comment-pagination|comment-nav"
    r"|wp-block-comments-pagination|comments-nav|navigation-comments|comment_page_nav) "
)
_FORM_MARKS = re.compile(
    r" (?:commentform|comment-form|comment-respond|formulaire_forum|wpdcom|wpd-form"
    r"|comment-comment-form|must-log-in) "
)
_FORM_ACTION = re.compile(r"wp-comments-post\.php|/comment/reply/|page=forum")
_SCRIPTED = re.compile(
    r"disqus\.com/|disqus_(?:shortname|config|thread|identifier)|/dsq-|facebook\.com/plugins/comments"
    r"|livefyre|talk\.coralproject|coral\.[\w.-]+/assets|DiscourseEmbed|commento\.js|isso(?:\.min)?\.js"
    r"|hyvor|graphcomment|utteranc|giscus|cusdis|remark42|intensedebate|vuukle|spot\.im"
    r"|jetpack\.wordpress\.com/jetpack-comment",
    re.I,
)
_SCRIPTED_MARKS = re.compile(
    r" (?:disqus_thread|dsq-[\w-]+|fb-comments|fb-comments-[\w-]+|livefyre[\w-]*|lf-comments"
    r"|coral_[\w-]+|discourse-comments|hyvor-talk-view|graphcomment|jetpack_remote_comment"
    r"|comments-placeholder|comments-loading|wpdiscuz-ajax[\w-]*) "
)
_KEYWORDS = re.compile(
    r"omment|espon|forum|disqus|dsq|livefyre|discuss|wpd|reply|hyvor|coral|ping|track"
)


@dataclass(slots=True)
class _Seen:
    """What one walk over a page finds; ``numbers`` are (rank, value, text), rank 0 the best."""

    numbers: list[tuple[int, int, str]] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    """Numbers of comments that are no pingbacks."""
    unnamed: int = 0
    paged: bool = False
    form: bool = False
    native: bool = False
    """The platform's own form is there, so its own list is what it prints."""
    scripted: bool = False

    @property
    def items(self) -> int:
        return len(self.people) or self.unnamed


def count(page: Page, article: lxml.html.HtmlElement) -> CommentCount:
    """The comment count of the article of this page and where it was read.

    When the signals disagree the more trusted one wins, but a printed zero yields to comments
    that can be counted: it is a counter that no script has filled in.
    """
    seen = _walk(page, article)
    several = len({number for rank, number, _ in seen.numbers if rank >= _LOOSE}) > 1
    for rank, number, text in sorted(seen.numbers, key=lambda n: n[0]):
        if several and rank >= _LOOSE:
            break
        placeholder = number == 0 and (seen.items or (seen.scripted and not seen.native))
        if not placeholder:
            return CommentCount(number, CommentSignal.HEADING, text)
    if seen.items:
        if seen.paged:
            return CommentCount(None, None, f"{seen.items} on this page of several")
        return CommentCount(seen.items, CommentSignal.ITEMS, f"{seen.items} listed")
    structured = _structured(page)
    if structured is not None and (structured[0] or not seen.scripted):
        return CommentCount(structured[0], CommentSignal.STRUCTURED, structured[1])
    if seen.form and not seen.scripted and not seen.paged:
        return CommentCount(0, CommentSignal.FORM, "comment form, no comment")
    return CommentCount()


def _walk(page: Page, article: lxml.html.HtmlElement) -> _Seen:
    seen = _Seen()
    seen.scripted = any(
        _SCRIPTED.search(element.get("src") or "") or _SCRIPTED.search(element.text or "")
        for element in page.tree.iter("script", "iframe")
    )
    own = _Own(page)
    body = page.tree.find("body")
    for element in (body if body is not None else page.tree).iter(etree.Element):
        names = marks(element)
        href = element.get("href") if element.tag == "a" else None
        if _KEYWORDS.search(names):
            _note_marks(element, names, seen)
            item = _ITEM_ID.search(names)
            if item and _is_item(element):
                if not _is_ping(element):
                    seen.people.add(item[1])
                continue
        elif href is not None:
            if "page=forum" in href and "id_article" in href:
                # SPIP: "Répondre à cet article".
                seen.form = True
            if "#" not in href:
                continue
        elif element.tag == "form":
            seen.form = seen.form or bool(_FORM_ACTION.search(element.get("action") or ""))
            continue
        elif "schema.org/Comment" in (element.get("itemtype") or ""):
            seen.unnamed += 1
            continue
        elif element.tag not in _HEADINGS:
            continue
        number = _number(element, names, href, own, article)
        if number:
            seen.numbers.append(number)
    return seen


def _note_marks(element: lxml.html.HtmlElement, names: str, seen: _Seen) -> None:
    if _SCRIPTED_MARKS.search(names):
        seen.scripted = True
    if _FORM_MARKS.search(names):
        seen.form = seen.form or not is_aside(element)
        if element.tag == "form" and element.find(".//textarea") is not None:
            seen.native = True
    elif _PAGER_MARKS.search(names):
        seen.paged = seen.paged or element.find(".//a") is not None
    elif element.tag in _LIST_TAGS and _LIST_MARKS.search(names):
        _note_list(element, seen)


_LIST_TAGS = frozenset({"ol", "ul", "div", "section"})


def _is_item(element: lxml.html.HtmlElement) -> bool:
    """Whether an element with a comment's id is a comment, and no link or field about one."""
    if element.tag == "a":
        # SPIP and Drupal 6 put an anchor before each comment.
        return not element.get("href") or element.get("name") is not None
    return element.tag in ("li", "div", "article", "section", "dt", "dd", "tr", "p")


def _is_ping(element: lxml.html.HtmlElement) -> bool:
    return any(_PING_MARKS.search(marks(node)) for node in [element, *element.iterancestors()][:4])


def _note_list(element: lxml.html.HtmlElement, seen: _Seen) -> None:
    """Counts the members of a comment list that have no ids."""
    items = [
        child
        for child in element.iter("li", "article")
        if not _PING_MARKS.search(marks(child))
        and not _ITEM_ID.search(marks(child))
        and (child.getparent() is element or _ITEM_MARKS.search(marks(child)))
        and not (child.tag == "article" and child.getparent().tag == "li")
    ]
    seen.unnamed = max(seen.unnamed, len(items))


class _Own:
    """Whether a link leads to the comments of this very page."""

    def __init__(self, page: Page) -> None:
        self._paths = {_path(url) for url in addresses(page)}

    def __call__(self, href: str) -> bool:
        address, _, fragment = href.partition("#")
        if not re.match(r"respond|comment|disqus|forum|reply|reponse", fragment):
            return False
        return not address or _path(address) in self._paths


def _path(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return url
    return path.removesuffix("index.html").rstrip("/").rpartition("/")[2]


def _number(
    element: lxml.html.HtmlElement,
    names: str,
    href: str | None,
    own: _Own,
    article: lxml.html.HtmlElement,
) -> tuple[int, int, str] | None:
    """A printed number: its rank (0 best), its value, the text that was read."""
    titled = bool(_HEADING_MARKS.search(names))
    heading = element.tag in _HEADINGS
    if (titled or heading) and _in_area(element):
        rank = 0
    elif href is not None and own(href):
        rank = 1
    # A counter without an address is the article's own only inside its element.
    elif href is None and (titled or not heading) and _inside(element, article):
        rank = _LOOSE if titled or _COUNTER_MARKS.search(names) else _LOOSE + 1
    else:
        return None
    text = text_of(element, _LONGEST)
    if rank >= _LOOSE and (len(text) > _SHORT or _is_container(element, names)):
        return None
    value = printed(text)
    if value is None and titled:
        value = _attribute(element)
    if value is None or _in_comment(element) or is_aside(element):
        return None
    evidence = _GLUED.sub(" ", _AFTER_COUNT.split(text)[0])[:_EVIDENCE]
    return rank, value, evidence


def _is_container(element: lxml.html.HtmlElement, names: str) -> bool:
    return element.tag in _LIST_TAGS and bool(
        _LIST_MARKS.search(names) or _AREA_MARKS.search(names)
    )


_LOOSE = 2
"""From this rank on, numbers that disagree belong to several articles."""
_SHORT = 40
"""Characters of a counter; a longer text is no counter."""
_EVIDENCE = 60
# Themes put number and noun into elements of their own.
_GLUED = re.compile(r"(?<=\d)(?=[^\W\d_])")
# The rest of a heading is the title of the article, or of somebody's comment.
_AFTER_COUNT = re.compile(r"\s+(?:sur|à|on|to|au sujet)\s|\s*[«“]")


def _attribute(element: lxml.html.HtmlElement) -> int | None:
    value = element.get("data-comments-count") or ""
    return int(value) if value.isdecimal() and len(value) < 8 else None  # noqa: PLR2004


def _inside(element: lxml.html.HtmlElement, article: lxml.html.HtmlElement) -> bool:
    for node in element.iterancestors():
        if node is article:
            return True
        if node.tag == "article":
            return False
    return False


def _in_comment(element: lxml.html.HtmlElement) -> bool:
    for node in element.iterancestors():
        names = marks(node)
        if _ITEM_ID.search(names) or (node.tag == "li" and _ITEM_MARKS.search(names)):
            return True
    return False


def _in_area(element: lxml.html.HtmlElement) -> bool:
    nodes = [element, *element.iterancestors()][:6]
    if element.tag not in _HEADINGS:
        del nodes[0]
    return any(_AREA_MARKS.search(marks(node)) for node in nodes)


# ---- Structured data ---------------------------------------------------------------------------


def _structured(page: Page) -> tuple[int, str] | None:
    for thing in jsonld.articles(page):
        value = _integer(thing.get("commentCount"))
        if value is None:
            value = _interactions(thing.get("interactionStatistic"))
        if value is not None:
            return value, f"commentCount {value}"
    for element in page.tree.iter("meta", "span", "div", "a"):
        name = element.get("itemprop") or element.get("property") or ""
        if name in ("commentCount", "sioc:num_replies", "schema:commentCount"):
            value = _integer(element.get("content") or text_of(element, _LONGEST))
        elif name in ("schema:interactionCount", "interactionCount"):
            value = _integer((element.get("content") or "").removeprefix("UserComments:"))
        else:
            continue
        if value is not None and not is_aside(element):
            return value, f"{name} {value}"
    return None


def _interactions(value: object) -> int | None:
    statistics: Iterator[object] = iter(value if isinstance(value, list) else [value])
    for statistic in statistics:
        if isinstance(statistic, Mapping) and "CommentAction" in str(
            statistic.get("interactionType")
        ):
            return _integer(statistic.get("userInteractionCount"))
    return None


def _integer(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        return int(text) if text.isdecimal() and len(text) < 8 else None  # noqa: PLR2004
    return value if isinstance(value, int) and value >= 0 else None
