"""The marks by which a page shows what made it and what it is. Knows no platform."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html

from archiver.extract.elements import is_aside
from archiver.extract.focus import addresses
from archiver.extract.page import Page


def body_classes(page: Page) -> frozenset[str]:
    """The class names of ``<body>``, in lower case."""
    body = page.tree.find("body")
    return frozenset((body.get("class") or "").lower().split()) if body is not None else frozenset()


def generators(page: Page) -> str:
    """What all ``<meta name=generator>`` say, in lower case."""
    return " ".join(
        (element.get("content") or "").lower()
        for element in page.tree.iterfind(".//meta[@name]")
        if (element.get("name") or "").lower() == "generator"
    )


def refers_to(page: Page, pattern: re.Pattern[str]) -> bool:
    """Whether a script, style sheet or image of the page has an address that matches."""
    for element in page.tree.iter("link", "script", "img"):
        address = element.get("href") or element.get("src")
        if address and pattern.search(address):
            return True
    return False


def path(url: str) -> str:
    """The path of a URL, percent-encoding undone; empty for what is no URL."""
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


def query(url: str) -> str:
    """The query of a URL; empty for what is no URL."""
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def teasers(page: Page) -> int:
    """How many articles of other addresses the main part of the page announces."""
    own = {_key(page, url) for url in addresses(page)}
    found = set()
    for heading in page.tree.iter("h1", "h2", "h3", "h4"):
        link = heading.find(".//a")
        if link is None and heading.getparent() is not None and heading.getparent().tag == "a":
            link = heading.getparent()
        if link is None:
            continue
        href = (link.get("href") or "").partition("#")[0]
        target = _key(page, href)
        if href and target not in own and not is_aside(heading) and not _in_text(heading):
            found.add(target)
    return len(found)


def _key(page: Page, url: str) -> tuple[str, str]:
    """Path and query: on some sites (``?p=12``, ``spip.php?article12``) all paths are the same."""
    try:
        absolute = urljoin(page.base, url)
    except ValueError:
        absolute = url
    return path(absolute).rstrip("/"), query(absolute)


_DIRECTORY = re.compile(
    r"(?:fiches?[-_]?)?(?:adherente?|membre|member|partenaire|partner|equipe|team|structure|acteur"
    r"|annuaire|testimonial|portfolio|faq)s?(?:[-_](?!actu|news|event|evenement).*)?"
)


def is_directory(content_type: str) -> bool:
    """Whether the name of a content type is that of sheets on people and bodies, not of news."""
    return _DIRECTORY.fullmatch(content_type) is not None


_TEXT = re.compile(r" (?:entry-content|post-content|texte|field--name-body|field-name-body) ")


def _in_text(element: lxml.html.HtmlElement) -> bool:
    return any(_TEXT.search(f" {node.get('class') or ''} ") for node in element.iterancestors())
