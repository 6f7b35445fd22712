"""From the body of a response to a tree: charset, parsing, base address.

Whatever a server sends, ``parse`` gives a page or None; it never raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

import lxml.html
from lxml import etree
from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A parsed HTML page. ``base`` is the address that relative links are resolved against.

    The tree is shared: whoever needs to change it works on a copy.
    """

    url: str
    tree: lxml.html.HtmlElement
    base: str


_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|link|div|p|a|h[1-6]|article|main|section|table"
    r"|span|ul|ol|br|b|i|strong|em|font|center|form|frameset|noscript|script)\b",
    re.I,
)
_OTHER_XML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<\?[^>]*>\s*|<!doctype\s+(?!html)[^>]*>\s*)*"
    r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|svg|opml|wsdl)\b",
    re.I | re.S,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


def decode(body: bytes, charset: str | None = None) -> str:
    """The text of an HTML body; undecodable bytes become U+FFFD. Never raises.

    In order: BOM, the charset of the HTTP header, ``<meta charset>``, UTF-8, windows-1252. A
    charset counts only if the body decodes with it. The single-byte ones decode anything, so
    they prove nothing: a body that is valid UTF-8 and not ASCII is UTF-8 whatever is declared
    (servers that declare latin-1 for everything are many).
    """
    encoding, bom = read_bom(body)
    if encoding is not None and bom is not None:
        return body[len(bom) :].decode(encoding, "replace")
    utf8 = _strict(body, "utf-8")
    for declared in (charset, html_body_declared_encoding(body)):
        name = resolve_encoding(declared) if declared else None
        if name is None:
            continue
        if utf8 is not None and _is_single_byte(name):
            return utf8
        text = _strict(body, name)
        if text is not None:
            return text
    return utf8 if utf8 is not None else body.decode("cp1252", "replace")


def _is_single_byte(name: str) -> bool:
    return name.startswith(("cp12", "iso8859", "latin", "ascii", "koi8", "mac"))


def _strict(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    # LookupError: Python knows codecs that give no text (hex, rot13).
    except (LookupError, ValueError):
        return None


def parse(url: str, body: bytes, charset: str | None = None) -> Page | None:
    """The page of a response body whose content coding is undone, or None when it is no HTML.

    ``charset`` is the one of the HTTP header, if it names one. Nesting deeper than some two
    thousand elements is cut by the parser.
    """
    text = _CONTROL.sub("", decode(body, charset))
    if not _TAG.search(text) or _OTHER_XML.match(text):
        return None
    # Given as UTF-8 with the encoding named, an XML declaration in the text is of no account.
    # huge_tree: without it the parser drops everything below depth 255, which pages of the 2000s
    # with unclosed <font> tags do reach.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    return Page(url, tree, _base(url, tree))


def _base(url: str, tree: lxml.html.HtmlElement) -> str:
    for element in tree.iter("base"):
        href = (element.get("href") or "").strip()
        if href:
            try:
                base = urljoin(url, href)
            except ValueError:
                return url
            return base if base.startswith(("http://", "https://")) else url
    return url
