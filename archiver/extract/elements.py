"""Finding elements and reading their text; ``Hints`` is what a site adapter knows of its platform.

Knows no platform itself.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
from lxml import etree
from lxml.cssselect import CSSSelector


@dataclass(frozen=True, slots=True)
class Hints:
    """CSS selectors that hold on one platform; an empty one says nothing.

    ``article`` is the element of the announcement itself, ``body`` the container of its text,
    ``remove`` what never belongs to the text.
    """

    article: str = ""
    body: str = ""
    title: str = ""
    date: str = ""
    author: str = ""
    categories: str = ""
    tags: str = ""
    remove: str = ""


@functools.lru_cache(maxsize=512)
def _compiled(css: str) -> CSSSelector:
    return CSSSelector(css, translator="html")


_NEEDS = re.compile(r"[.#]([\w-]+)")
_CONDITIONS = re.compile(r"\[[^\]]*\]|:not\([^)]*\)")


@functools.lru_cache(maxsize=128)
def _alternatives(css: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The selectors of a list, each with the class names and ids that it cannot do without."""
    selectors = [selector.strip() for selector in css.split(",")]
    return tuple((s, frozenset(_NEEDS.findall(_CONDITIONS.sub("", s)))) for s in selectors)


# Most selectors name a class that this page has nowhere; asking libxml2 for it costs a walk.
@functools.lru_cache(maxsize=4)
def _vocabulary(root: lxml.html.HtmlElement) -> frozenset[str]:
    words: set[str] = set()
    for value in set(_NAMES(root)):
        words.update(value.split())
    return frozenset(words)


_NAMES = etree.XPath("//@class | //@id", smart_strings=False)


def find(element: lxml.html.HtmlElement, css: str) -> list[lxml.html.HtmlElement]:
    """All descendants that match, in document order; none for an empty selector.

    ``css`` is a list of selectors without commas inside. A tree that was asked once may lose
    elements afterwards but not gain any.
    """
    if not css:
        return []
    known = _vocabulary(element.getroottree().getroot())
    wanted = [selector for selector, needs in _alternatives(css) if needs <= known]
    return list(_compiled(", ".join(wanted))(element)) if wanted else []


def squeeze(text: str) -> str:
    """NFC, every run of white space (no-break spaces too) one space, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def text_of(element: lxml.html.HtmlElement, limit: int = 0) -> str:
    """The visible text of an element on one line; ``limit`` in characters, 0 for no limit.

    Words of neighbouring elements are parted, scripts and styles left out.
    """
    pieces: list[str] = []
    size = 0
    for piece in _pieces(element):
        pieces.append(piece)
        size += len(piece)
        if limit and size > 4 * limit:
            break
    text = squeeze("".join(pieces))
    return text[:limit] if limit else text


_HIDDEN = frozenset({"script", "style", "noscript", "template", "svg", "select", "iframe"})
_INLINE = frozenset(
    ["a", "b", "i", "em", "strong", "span", "u", "sup", "sub", "abbr", "font", "mark"]
)


def _pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    # Not recursive: a site may nest two thousand elements.
    stack: list[tuple[lxml.html.HtmlElement, str]] = [(element, "")]
    while stack:
        node, tail = stack.pop()
        if node is None:
            yield tail
            continue
        tag = node.tag
        space = "" if tag in _INLINE else " "
        if isinstance(tag, str) and tag not in _HIDDEN:
            yield space + (node.text or "")
            children = node[:]
            if children:
                stack.append((None, space + tail))
                stack.extend((child, child.tail or "") for child in reversed(children))
                continue
        yield space + tail


def marks(element: lxml.html.HtmlElement) -> str:
    """Class and id of an element in lower case, each name between spaces."""
    return f" {element.get('class') or ''} {element.get('id') or ''} ".lower()


def ancestors(
    element: lxml.html.HtmlElement, stop: lxml.html.HtmlElement | None = None
) -> Iterator[lxml.html.HtmlElement]:
    """The element itself and what encloses it, outwards, up to and without ``stop``."""
    node = element
    while node is not None and node is not stop:
        yield node
        node = node.getparent()


_ASIDE_TAGS = frozenset({"aside", "nav"})
_ASIDE_MARKS = re.compile(
    # Elementor wraps everything in "elementor-widget".
    r"(?<!elementor)[ _-](?:widgets?|widget-area|sidebar|secondary|related|relatedposts"
    r"|similar|similaires?|recents?|recent-posts|recentcomments|latest|popular|menu|breadcrumbs?|colophon|site-footer"
    r"|wp-block-latest-posts|wp-block-latest-comments|wp-block-query|upsell|teaser)[ _-]"
)
# A wrapper of content and sidebar together.
_LAYOUT = re.compile(
    r" (?:has|with|no|right|left|layout|content)[-_][\w-]*sidebar|[-_](?:with|has|no)[-_]?sidebar"
    r"|sidebar[-_](?:right|left|layout|none|no) "
)
# Classes of the whole page ("has-sidebar", "widget-area-right") say nothing of their content.
_WHOLE = frozenset({"body", "html", "main"})


def is_aside(element: lxml.html.HtmlElement, stop: lxml.html.HtmlElement | None = None) -> bool:
    """Whether an element lies in what surrounds an article: widgets, menus, other articles."""
    for node in ancestors(element, stop):
        if node.tag in _ASIDE_TAGS:
            return True
        if node.tag not in _WHOLE and isinstance(node.tag, str):
            names = marks(node)
            if names.strip() and _ASIDE_MARKS.search(names) and not _LAYOUT.search(names):
                return True
    return False


def is_of_another(element: lxml.html.HtmlElement, article: lxml.html.HtmlElement) -> bool:
    """In a comment or in a widget within the article."""
    return is_aside(element, article) or any(
        " comment" in marks(node) or node.tag == "article"
        for node in element.iterancestors()
        if node is not article and article in node.iterancestors()
    )
