"""Which part of a page is the article itself, and what it is called.

Counters, dates and names elsewhere on the page belong to other articles; everybody in this room
asks here first. Knows no platform but through ``Hints``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

import lxml.html

from archiver.extract import jsonld
from archiver.extract.elements import Hints, ancestors, find, is_aside, marks, squeeze, text_of
from archiver.extract.page import Page

_SEPARATOR = re.compile(r"\s+[|–—•·»«:/-]\s+|\s*[|»]\s*")
_ARTICLE_MARKS = re.compile(
    r" (?:hentry|h-entry|post|type-post|single-post|node|blog-post|article|post-\d+|entry) "
)
_MAX_TITLE = 400
_MIN_TITLE = 2
_CELL = 200
"""Characters: a table cell with so much text is no cell of a banner."""


def fold(text: str) -> str:
    """Letters and digits in lower case without accents, one space between words; to compare."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("œ", "oe").lower())
    letters = (c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def meta(page: Page, *names: str) -> str:
    """The first content of a ``<meta>`` whose property, name or itemprop is one of these."""
    for name in names:
        for element in page.tree.iterfind(".//meta"):
            if name in (element.get("property"), element.get("name"), element.get("itemprop")):
                content = squeeze(element.get("content") or "")
                if content:
                    return content
    return ""


def title(page: Page, hints: Hints, site_names: Iterable[str] = ()) -> str:
    """The title of the article, without the name of the site; empty when there is none.

    The heading that agrees with what the page calls itself (``og:title``, ``<title>``) wins: some
    themes have the site's name in ``h1``, others "Blog".
    """
    return _heading(page, hints, tuple(site_names))[1]


def heading(
    page: Page, hints: Hints, site_names: Iterable[str] = ()
) -> lxml.html.HtmlElement | None:
    """The element that holds the title of the article, or None."""
    return _heading(page, hints, tuple(site_names))[0]


# A page is asked several times while it is read, then never again.
@functools.lru_cache(maxsize=4)
def _heading(
    page: Page, hints: Hints, site_names: tuple[str, ...]
) -> tuple[lxml.html.HtmlElement | None, str]:
    names = _site_names(page, site_names)
    document = page.tree.find(".//title")
    called = [
        meta(page, "og:title"),
        text_of(document, _MAX_TITLE) if document is not None else "",
        *(s for thing in jsonld.articles(page) for s in jsonld.strings(thing.get("headline"))[:1]),
    ]
    references = [fold(c) for c in called if c]
    best: tuple[int, lxml.html.HtmlElement | None, str] = (0, None, "")
    hinted = {id(e) for e in find(page.tree, hints.title)}
    for element in _candidates(page, hints):
        text = text_of(element, _MAX_TITLE)
        folded = fold(text)
        if len(folded) < _MIN_TITLE or folded in names:
            continue
        score = _agreement(folded, references)
        score += 3 if id(element) in hinted else 0
        score += 2 if element.tag == "h1" else 0
        score += 2 if _TITLE_MARKS.search(marks(element)) else 0
        if score > best[0]:
            best = (score, element, text)
    if best[1] is not None:
        return best[1], best[2]
    for text in called:
        if text:
            return None, without_site(text, names)
    return None, ""


def _site_names(page: Page, given: Iterable[str]) -> set[str]:
    """What the site is called, folded; its host name without dots counts as a name."""
    names = {fold(n) for n in (*given, meta(page, "og:site_name", "application-name")) if n}
    for thing in jsonld.things(page):
        if jsonld.types(thing) & {"WebSite", "Organization"}:
            names |= {fold(n) for n in jsonld.strings(thing.get("name"))}
    try:
        host = urlsplit(page.url).hostname or ""
    except ValueError:
        host = ""
    names.add(fold(host.removeprefix("www.").rpartition(".")[0]))
    return names - {""}


_TITLE_MARKS = re.compile(
    r"[ _-](?:entry-title|post-title|article-title|page-title|node__title|headline|single-title) "
)


def _candidates(page: Page, hints: Hints) -> list[lxml.html.HtmlElement]:
    found = find(page.tree, hints.title)
    for element in page.tree.iter("h1", "h2", "h3"):
        wanted = element.tag == "h1" or not is_aside(element)
        link = element.find(".//a")
        # A heading that leads to another page is a teaser's.
        if wanted and not (element.tag != "h1" and link is not None and _leads_away(page, link)):
            found.append(element)
    return found


def _leads_away(page: Page, link: lxml.html.HtmlElement) -> bool:
    href = (link.get("href") or "").partition("#")[0].rstrip("/")
    return bool(href) and slug(href) not in {slug(u) for u in addresses(page)}


_HOST = re.compile(r"^(?:https?:)?//[^/?#]*", re.I)


def slug(url: str) -> str:
    """The last part of the path of an address, with its query: some sites know no other."""
    path, mark, query = _HOST.sub("", url).partition("#")[0].partition("?")
    last = path.removesuffix("index.html").rstrip("/").rpartition("/")[2]
    return last + mark + query


def addresses(page: Page) -> tuple[str, ...]:
    """The addresses by which the page names itself, the one it was asked for first."""
    canonical = [link.get("href") or "" for link in page.tree.iterfind(".//link[@rel='canonical']")]
    return tuple(u for u in (page.url, *canonical, meta(page, "og:url")) if u)


def _agreement(folded: str, references: list[str]) -> int:
    score = 0
    for reference in references:
        if folded == reference:
            score = max(score, 8)
        elif reference.startswith(folded + " "):
            score = max(score, 6)
        elif reference.endswith(" " + folded):
            score = max(score, 5)
    return score


def without_site(text: str, names: Iterable[str]) -> str:
    """A title without the site's name at its end or beginning; ``names`` are folded."""
    pieces = list(_SEPARATOR.finditer(text))
    if not pieces:
        return text
    known = set(names)
    head, tail = text[: pieces[-1].start()], text[pieces[-1].end() :]
    squashed = {name.replace(" ", "") for name in known}
    if fold(tail).replace(" ", "") in squashed or (pieces[-1].group().strip() in "|»" and head):
        return head.strip()
    first = pieces[0]
    if fold(text[: first.start()]) in known:
        return text[first.end() :].strip()
    return text


def article(
    page: Page, hints: Hints, title_element: lxml.html.HtmlElement | None
) -> lxml.html.HtmlElement:
    """The element of the article itself: what encloses its title, or the one there is, or body.

    It may hold comments; it holds no other article unless the page has no better bounds.
    """
    for element in find(page.tree, hints.article):
        if not is_aside(element):
            return element
    if title_element is not None:
        for node in ancestors(title_element):
            if node.tag == "article" or (
                node.tag in ("div", "section") and _ARTICLE_MARKS.search(marks(node))
            ):
                return node
            # Hand-made pages of the 2000s are laid out in one table.
            if node.tag == "td" and len(text_of(node, _CELL)) == _CELL:
                return node
    found = [e for e in page.tree.iter("article") if not is_aside(e) and not _is_comment(e)]
    if len(found) == 1 and not _is_teaser(page, found[0]):
        return found[0]
    for name in ("main", "body"):
        for element in page.tree.iter(name):
            return element
    return page.tree


def _is_teaser(page: Page, element: lxml.html.HtmlElement) -> bool:
    return any(
        (link := heading.find(".//a")) is not None and _leads_away(page, link)
        for heading in element.iter("h1", "h2", "h3", "h4")
    )


def _is_comment(element: lxml.html.HtmlElement) -> bool:
    return any("comment" in marks(node) for node in ancestors(element) if node.tag != "body")
