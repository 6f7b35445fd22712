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

import lxml.html
from lxml import etree

from archiver.extract import jsonld, thread
from archiver.extract.elements import is_aside, marks, text_of
from archiver.extract.focus import addresses, slug
from archiver.extract.page import Page
from archiver.extract.printed import counter
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
_COUNTER_MARKS = re.compile(
    r" (?:comments?-link|comments?-links|comments?|comment-count|comments?-number|meta-comments?"
    r"|comment-container|thecomment|icomment|entry-comments?|post-comments?|comments-count"
    r"|comment_count|nb-comments?|post-comment-count) "
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PAGER_MARKS = re.compile(
    r" (?:comment-navigation|comments-navigation|comments-pagination|comment-pagination|comment-nav"
    r"|wp-block-comments-pagination|comments-nav|navigation-comments|comment_page_nav) "
)
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
    r"omment|espon|forum|disqus|dsq|livefyre|discuss|wpd|reply|hyvor|coral|ping|track| com-\d"
)


@dataclass(slots=True)
class _Seen:
    """What one walk over a page finds; ``numbers`` are (rank, value, text), rank 0 the best."""

    numbers: list[tuple[int, int, str]] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    """Numbers of comments that are no pingbacks."""
    boxes: int = 0
    """Elements of the class of a comment, without ids."""
    unnamed: int = 0
    """Members of a list of comments that have neither."""
    paged: bool = False
    form: bool = False
    open: bool = False
    """Beside the form there is something that may be comments."""
    native: bool = False
    """The platform's own form is there, so its own list is what it prints."""
    scripted: bool = False

    @property
    def items(self) -> int:
        return len(self.people) or max(self.boxes, self.unnamed)


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
            return CommentCount()
        return CommentCount(seen.items, CommentSignal.ITEMS)
    structured = _structured(page)
    if structured is not None and (structured[0] or not seen.scripted):
        return CommentCount(structured[0], CommentSignal.STRUCTURED, structured[1])
    if seen.form and not (seen.open or seen.scripted or seen.paged):
        return CommentCount(0, CommentSignal.FORM)
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
            _note_marks(element, names, article, seen)
            item = thread.ITEM_ID.search(names)
            if item and _is_item(element):
                if not thread.is_ping(element):
                    seen.people.add(item[1])
                continue
        elif href is not None:
            _note_link(element, href, seen)
            if "#" not in href:
                continue
        elif element.tag not in _HEADINGS:
            _note_unmarked(element, article, seen)
            continue
        number = _number(element, names, href, own, article)
        if number:
            seen.numbers.append(number)
    return seen


def _note_marks(
    element: lxml.html.HtmlElement, names: str, article: lxml.html.HtmlElement, seen: _Seen
) -> None:
    if _SCRIPTED_MARKS.search(names):
        seen.scripted = True
    if thread.hides_comments(element) and not is_aside(element):
        seen.open = True
    if thread.is_form(element):
        if not is_aside(element):
            _note_form(element, article, seen)
        if element.tag == "form" and element.find(".//textarea") is not None:
            seen.native = True
    elif _PAGER_MARKS.search(names):
        seen.paged = seen.paged or element.find(".//a") is not None
    elif element.tag in thread.LIST_TAGS and thread.LIST.search(names):
        seen.unnamed = max(seen.unnamed, _members(element))
    elif thread.is_comment(element) and _is_own(element):
        seen.boxes += 1


def _note_unmarked(
    element: lxml.html.HtmlElement, article: lxml.html.HtmlElement, seen: _Seen
) -> None:
    """What has neither class nor id nor address that would tell of comments."""
    if element.tag == "form":
        if thread.is_form(element):
            _note_form(element, article, seen)
    elif element.tag == "a":
        _note_link(element, "", seen)
    elif thread.hides_comments(element):
        seen.open = seen.open or not is_aside(element)
    elif "schema.org/Comment" in (element.get("itemtype") or ""):
        seen.unnamed += 1


def _note_link(element: lxml.html.HtmlElement, href: str, seen: _Seen) -> None:
    anchor = thread.ANCHOR.fullmatch(element.get("name") or "")
    if anchor:
        seen.people.add(anchor[1])
    if "page=forum" in href and "id_article" in href:
        # SPIP: "Répondre à cet article".
        seen.form = True


def _note_form(element: lxml.html.HtmlElement, article: lxml.html.HtmlElement, seen: _Seen) -> None:
    seen.form = True
    seen.open = seen.open or not thread.is_bare(element, article)


def _is_own(element: lxml.html.HtmlElement) -> bool:
    """Whether an element of the class of a comment is a comment on the article of the page."""
    return (
        not thread.ITEM_ID.search(marks(element))
        and not thread.is_ping(element)
        and thread.in_area(element)
        and thread.is_separate(element)
        and not is_aside(element)
    )


def _is_item(element: lxml.html.HtmlElement) -> bool:
    """Whether an element with a comment's id is a comment, and no link or field about one."""
    if element.tag == "a":
        # SPIP and Drupal 6 put an anchor before each comment.
        return not element.get("href") or element.get("name") is not None
    return element.tag in ("li", "div", "article", "section", "dt", "dd", "tr", "p")


def _members(element: lxml.html.HtmlElement) -> int:
    """How many members of a comment list have neither an id nor the class of a comment."""
    return sum(
        child.getparent() is element
        and not thread.is_ping(child)
        and not thread.ITEM_ID.search(marks(child))
        for child in element.iter("li", "article")
    )


class _Own:
    """Whether a link leads to the comments of this very page."""

    def __init__(self, page: Page) -> None:
        self._slugs = {slug(url) for url in addresses(page)}

    def __call__(self, href: str) -> bool:
        address, _, fragment = href.partition("#")
        if not re.match(r"respond|comment|disqus|forum|reply|reponse", fragment):
            return False
        return not address or slug(address) in self._slugs


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
    read = counter(text)
    if read is None and titled:
        read = _attribute(element)
    if read is None or thread.in_comment(element) or is_aside(element):
        return None
    # What follows the counter may be the name and the words of somebody.
    return rank, read[0], _GLUED.sub(" ", read[1])[:_EVIDENCE]


def _is_container(element: lxml.html.HtmlElement, names: str) -> bool:
    return element.tag in thread.LIST_TAGS and bool(
        thread.LIST.search(names) or thread.AREA.search(names)
    )


_LOOSE = 2
"""From this rank on, numbers that disagree belong to several articles."""
_SHORT = 40
"""Characters of a counter; a longer text is no counter."""
_EVIDENCE = 60
# Themes put number and noun into elements of their own.
_GLUED = re.compile(r"(?<=\d)(?=[^\W\d_])")


def _attribute(element: lxml.html.HtmlElement) -> tuple[int, str] | None:
    value = element.get("data-comments-count") or ""
    if value.isdecimal() and len(value) < 8:  # noqa: PLR2004
        return int(value), f"data-comments-count {value}"
    return None


def _inside(element: lxml.html.HtmlElement, article: lxml.html.HtmlElement) -> bool:
    for node in element.iterancestors():
        if node is article:
            return True
        if node.tag == "article":
            return False
    return False


def _in_area(element: lxml.html.HtmlElement) -> bool:
    nodes = [element, *element.iterancestors()][:6]
    if element.tag not in _HEADINGS:
        del nodes[0]
    return any(thread.AREA.search(marks(node)) for node in nodes)


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
