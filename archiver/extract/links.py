"""The links of a page: what a crawl may follow. The hot path of the crawl; knows no scope."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from w3lib.url import safe_url_string

from archiver.extract.page import Page


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute http(s) URLs without fragment, in document order, each once."""

    pages: tuple[str, ...]
    feeds: tuple[str, ...]


_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_HTTP = re.compile(r"https?://", re.I)
# What needs neither encoding nor a check of host and port.
_PLAIN = re.compile(
    r"https?://[a-z0-9\-._]*[a-z0-9](?::\d{1,4})?/[!#$%&'()*+,\-./:;=?@\w~\[\]]*", re.A
)
_DOTS = re.compile(r"/\.\.?(?:/|$|\?)")
# As the URL standard says: these bytes are dropped wherever they stand, others only at the ends.
_DROPPED = str.maketrans("", "", "\t\n\r")
_ENDS = "".join(map(chr, range(0x21)))


def links(page: Page) -> Links:
    """Links to pages (``a``, ``area``, ``link rel=next/prev``) and feeds (``rel=alternate``).

    URLs are written as a browser would ask for them: spaces and other than ASCII percent-encoded,
    host names in their ASCII form. What is no valid http(s) URL is left out. Never raises.
    """
    pages: dict[str, None] = {}
    feeds: dict[str, None] = {}
    resolve = Resolver(page.base)
    for element in page.tree.iter("a", "area", "link"):
        href = element.get("href")
        if not href:
            continue
        if element.tag != "link":
            target = pages
        else:
            relations = (element.get("rel") or "").lower().split()
            if "next" in relations or "prev" in relations:
                target = pages
            elif "alternate" in relations and _media_type(element.get("type")) in _FEED_TYPES:
                target = feeds
            else:
                continue
        url = resolve(href)
        if url is not None:
            target[url] = None
    return Links(tuple(pages), tuple(feeds))


def _media_type(value: str | None) -> str:
    return (value or "").partition(";")[0].strip().lower()


class Resolver:
    """Resolves the references of one page against its base address."""

    def __init__(self, base: str) -> None:
        self._base = base
        try:
            parts = urlsplit(base)
            self._scheme = parts.scheme
            self._origin = f"{parts.scheme}://{parts.netloc}"
        except ValueError:
            self._scheme, self._origin = "https", ""

    def __call__(self, href: str) -> str | None:
        """The absolute http(s) URL of a reference, without fragment; None when there is none."""
        href = href.strip(_ENDS)
        if not href or href[0] == "#":
            return None
        reference = href.translate(_DROPPED).partition("#")[0]
        reference = reference.replace("\\", "/") if "\\" in reference else reference
        if _HTTP.match(reference):
            url = reference
        elif _SCHEME.match(reference):
            return None
        elif reference.startswith("//"):
            url = f"{self._scheme}:{reference}"
        elif reference.startswith("/"):
            url = self._origin + reference
        else:
            try:
                url = urljoin(self._base, reference)
            except ValueError:
                return None
        if _DOTS.search(url):
            try:
                # Only a relative reference has its dots resolved.
                parts = urlsplit(url)
                query = f"?{parts.query}" if parts.query else ""
                url = urljoin(f"{parts.scheme}://{parts.netloc}/", parts.path + query)
            except ValueError:
                return None
        return url if _PLAIN.fullmatch(url) else _checked(url)


_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.A)


def _checked(url: str) -> str | None:
    try:
        parts = urlsplit(safe_url_string(url))
        valid = parts.scheme in ("http", "https") and parts.port != 0
    # A host that IDNA forbids, a port that is no number, half brackets.
    except ValueError:
        return None
    # An "@" here is a mistyped mail address more often than a login.
    if not valid or "@" in parts.netloc or not _HOST.fullmatch(parts.hostname or ""):
        return None
    parts = parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/")
    url = parts.geturl()
    return url if url.isascii() else None
