"""The addresses that a feed or a sitemap lists: RSS 0.9 to 2.0, Atom, sitemaps.org 0.9.

What comes from a site is untrusted: no entity is resolved, nothing is fetched, and the size of
what is unpacked has a bound.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from lxml import etree

MAX_UNPACKED = 50 * 1024 * 1024
"""Bytes; the limit that sitemaps.org sets for an uncompressed sitemap."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Absolute http(s) URLs in document order, each once: of pages, and of sitemaps to ask for."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


_GZIP = b"\x1f\x8b"


def addresses(body: bytes) -> Addresses:
    """What a feed, a sitemap (XML, gzip'd XML or plain text) or a sitemap index lists.

    Broken XML gives what comes before and after the breach; anything else gives nothing. Never
    raises.
    """
    if body.startswith(_GZIP):
        body = _unpack(body)
    body = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not body.startswith(b"<"):
        return Addresses(pages=_once(_lines(body)))
    # A parser is not to be shared between threads: one for each document.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return Addresses()
    if root is None:
        return Addresses()
    pages: list[str] = []
    sitemaps: list[str] = []
    for element in root.iter("{*}url", "{*}sitemap", "{*}item", "{*}entry"):
        name = etree.QName(element).localname
        if name == "entry":
            pages += _atom(element)
        elif name == "item":
            pages += _rss(element)
        else:
            # Only the direct child: image:loc and video:player_loc are no pages.
            found = [c.text for c in element.iterchildren("{*}loc") if c.text]
            (sitemaps if name == "sitemap" else pages).extend(found[:1])
    return Addresses(_once(pages), _once(sitemaps))


def _atom(entry: etree._Element) -> list[str]:
    return [
        link.get("href", "")
        for link in entry.iterchildren("{*}link")
        if link.get("rel", "alternate") == "alternate"
    ][:1]


def _rss(item: etree._Element) -> list[str]:
    # An item may hold an atom:link too, which has no text.
    found = [c.text for c in item.iterchildren("{*}link") if c.text and c.text.strip()]
    if not found:
        found = [
            c.text
            for c in item.iterchildren("{*}guid")
            if c.text and c.get("isPermaLink", "true") == "true"
        ]
    return found[:1]


def _lines(body: bytes) -> list[str]:
    return body.decode("utf-8", "replace").splitlines()


def _once(urls: list[str]) -> tuple[str, ...]:
    stripped = (url.strip() for url in urls)
    return tuple(
        dict.fromkeys(
            url
            for url in stripped
            if url.startswith(("http://", "https://")) and not any(map(str.isspace, url))
        )
    )


def _unpack(body: bytes) -> bytes:
    # 31: gzip with its header. A truncated body gives what there is.
    try:
        return zlib.decompressobj(31).decompress(body, MAX_UNPACKED)
    except zlib.error:
        return b""
