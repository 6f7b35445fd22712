"""The text of an announcement. The only module that knows trafilatura.

It runs once, on the announcement's own part of the page where that is known; comment areas, forms
and share bars are taken out before, so that nothing of a comment gets into the text.
"""

from __future__ import annotations

import copy
import logging
import re
import unicodedata

import lxml.html
import trafilatura
from lxml import etree

from archiver.extract.elements import Hints, find, is_of_another, marks, squeeze
from archiver.extract.focus import fold
from archiver.extract.thread import AREA_NAMES, LIST_NAMES

# "discarding data" is an ordinary answer here, and a nightly run is quiet when it is well.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_JUNK_TAGS = ("script", "style", "noscript", "template", "form", "iframe", "svg", "button", "nav")
_JUNK_MARKS = re.compile(
    rf" (?:{AREA_NAMES}|{LIST_NAMES}|comment-respond|comments?-link|comments-title|disqus_thread"
    r"|fb-comments|wpdcom|comment-form|repondre|pingbacklist|comment-item"
    # share bars and what plugins put into the content
    r"|sharedaddy|sd-sharing|sd-block|jp-relatedposts|addtoany_\w+|addthis\w*|social-share"
    r"|share-buttons?|sharing|share|social-sharing|heateor\w*|essb_links|a2a_kit|shariff|partage"
    r"|partager|reseaux-sociaux|av-share-box|av_share_box|post-share|entry-share|ssba[\w-]*"
    r"|related-posts?|relatedposts|yarpp[\w-]*|crp_related|author-box|post-navigation|nav-links"
    r"|screen-reader-text|visually-hidden|wp-block-buttons-share|et_social[\w-]*|sr-only) "
)
# "Comment" also means "how", and sections of a text are named after their headings.
_WORDS = frozenset({"comment", "forum", "partage", "share"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ENOUGH = 80
"""Letters and digits that make a text."""
_KEPT = 0.85
"""Share of the text of a known container that trafilatura must keep to be believed."""


def body_text(article: lxml.html.HtmlElement, hints: Hints, title: str) -> str:
    """The text of the announcement: paragraphs parted by newlines, NFC, without its title.

    Where the platform's container of the text is known, only that is read; trafilatura then says
    which of its lines are no text (a share bar, a list of related posts), and is believed only when
    it keeps most of them: it is known to drop captions, short posts and asides.
    """
    container = _container(article, hints)
    if container is not None:
        clean = _without_junk(container, hints, known=True)
        plain = plain_text(clean)
        weight = _weight(plain)
        if weight >= _ENOUGH:
            kept = _kept(plain, _trafilatura(clean))
            return _paragraphs(kept if _weight(kept) >= _KEPT * weight else plain, title)
    whole = _without_junk(article, hints)
    everything = plain_text(whole)
    # A container with little text is a poster, or the empty shell of a page builder.
    if container is not None and _weight(everything) < weight + 2 * _ENOUGH:
        return _paragraphs(plain, title)
    # A short announcement is below what trafilatura takes for a text.
    return _paragraphs(_trafilatura(whole) or ("" if article.tag == "body" else everything), title)


def _container(article: lxml.html.HtmlElement, hints: Hints) -> lxml.html.HtmlElement | None:
    """What holds the text; several parts of it (standfirst, text, postscript) as one."""
    found: list[lxml.html.HtmlElement] = []
    for element in find(article, hints.body):
        outer = any(node in found for node in element.iterancestors())
        if not outer and not is_of_another(element, article):
            found.append(element)
    if len(found) <= 1:
        return found[0] if found else None
    whole = lxml.html.Element("div")
    for element in found:
        part = copy.deepcopy(element)
        part.tail = None
        whole.append(part)
    return whole


def _without_junk(
    element: lxml.html.HtmlElement, hints: Hints, *, known: bool = False
) -> lxml.html.HtmlElement:
    clean = copy.deepcopy(element)
    clean.tail = None
    if clean.tag in ("td", "th"):
        clean.tag = "div"
    junk = [
        e
        for e in clean.iter(etree.Element)
        if e is not clean and (e.tag in _JUNK_TAGS or _is_junk(e, known=known))
    ]
    junk += [e for e in find(clean, hints.remove) if e is not clean]
    for child in junk:
        if child.getparent() is not None:
            child.drop_tree()
    return clean


def _is_junk(element: lxml.html.HtmlElement, *, known: bool) -> bool:
    """By class and id; in a ``known`` container of text, its words are not taken for marks."""
    names = marks(element)
    if known:
        classes = set((element.get("class") or "").lower().split())
        doubtful = _WORDS if element.tag in _HEADINGS else _WORDS - classes
        names = " ".join(["", *(n for n in names.split() if n not in doubtful), ""])
    return bool(_JUNK_MARKS.search(names))


def _trafilatura(element: lxml.html.HtmlElement) -> str:
    document = lxml.html.document_fromstring("<html><body></body></html>")
    if element.tag == "body":
        document.replace(document.find("body"), element)
    else:
        document.find("body").append(element)
    try:
        text = trafilatura.extract(
            document,
            include_comments=False,
            include_tables=True,
            fast=True,
        )
    # Untrusted input to a library that promises nothing for it.
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return ""
    return text or ""


_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd"),
        *("details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "header"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "ol", "p", "pre", "section"),
        *("summary", "table", "td", "th", "tr", "ul"),
    ]
)


def plain_text(element: lxml.html.HtmlElement) -> str:
    """All text of an element, a line for each block."""
    pieces: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            pieces.append(node.tail or "")
        elif event == "start":
            pieces.append("\0" if node.tag in _BLOCKS else "")
            pieces.append(node.text or "")
        else:
            pieces.append("\0" if node.tag in _BLOCKS else "")
            pieces.append((node.tail or "") if node is not element else "")
    lines = (squeeze(line) for line in "".join(pieces).split("\0"))
    return "\n".join(line for line in lines if line)


def _weight(text: str) -> int:
    return sum(map(str.isalnum, text))


_BETWEEN = re.compile(r"\W+")


def _kept(plain: str, extracted: str) -> str:
    """The lines of a text that trafilatura keeps, in the order of the page.

    It decides well what belongs to a text, but may move a standfirst to the end.
    """
    letters = _BETWEEN.sub("", extracted)
    return "\n".join(line for line in plain.splitlines() if _BETWEEN.sub("", line) in letters)


def _paragraphs(text: str, title: str) -> str:
    lines = [squeeze(line) for line in unicodedata.normalize("NFC", text).splitlines()]
    lines = [line for line in lines if line]
    if lines and fold(lines[0]) == fold(title):
        del lines[0]
    return "\n".join(lines)
