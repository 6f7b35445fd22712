"""URLs: when two of them are the same page, and when one lies in the scope of a source.

Standard library only; both the crawl (what to ask for) and the index (which announcement) use it.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from archiver.model import Source

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|mc_[ce]id|phpsessid|jsessionid|replytocom|share|_ga)$", re.I
)
_SAFE_PATH = "/:@!$&'()*+,;=~-._"


def site(url: str) -> str:
    """The site of a URL: lower-case host without ``www.``, with the port unless it is 80 or 443.

    >>> site("https://WWW.Figeacteurs.fr/x"), site("http://127.0.0.1:8000/")
    ('figeacteurs.fr', '127.0.0.1:8000')

    Raises ValueError when the URL has no host or a port that is no number.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"no host in {url!r}")
    host = parts.hostname.rstrip(".").removeprefix("www.")
    if ":" in host:
        host = f"[{host}]"
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def is_loopback(url: str) -> bool:
    """Whether a URL names this very machine by a loopback address or ``localhost``."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def canonical(url: str) -> str:
    """One spelling for all addresses of one page: the identity of an announcement.

    Scheme, ``www.``, default port, fragment, trailing slash, tracking and session parameters and
    the order of the others do not tell pages apart. The result is an identity, not an address to
    ask for.

    >>> canonical("http://www.figeacteurs.fr/une-visite/?utm_source=x#bas")
    'https://figeacteurs.fr/une-visite'
    """
    parts = urlsplit(url)
    path = quote(
        unquote(parts.path, errors="surrogateescape"), _SAFE_PATH, errors="surrogateescape"
    )
    query = sorted(
        (k, v)
        for k, v in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.match(k)
    )
    encoded = urlencode(query, errors="surrogateescape")
    return urlunsplit(("https", site(url), path.rstrip("/"), encoded, ""))


def in_scope(url: str, source: Source) -> bool:
    """Whether a URL belongs to a source: http(s), on one of its hosts, under one of its paths."""
    try:
        parts = urlsplit(url)
        inside = parts.scheme in _DEFAULT_PORTS and site(url) in source.hosts
    except ValueError:
        return False
    return inside and (
        not source.paths
        or any(
            parts.path == prefix or parts.path.startswith(prefix.rstrip("/") + "/")
            for prefix in source.paths
        )
    )
