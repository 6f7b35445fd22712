"""One HTTP exchange as it was on the wire, on its way into a WARC file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.model import Role


@dataclass(frozen=True, slots=True)
class Asked:
    """Which URL was asked for, and why.

    ``hops`` are the letters of Heritrix's discovery path, one a hop: L link, R redirect,
    P prerequisite (robots.txt), M manifest (sitemap), F feed.
    """

    url: str
    source: str
    role: Role
    via: str | None
    hops: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """Both directions of one attempt to fetch a URL, to the byte.

    ``request`` and ``received`` are the plaintext bytes of the connection, transfer coding and all;
    ``received`` may begin with interim (1xx) responses. ``protocols`` are values of the header
    WARC-Protocol ("http/1.1", "tls/1.3"). ``truncated`` is a reason of WARC-Truncated (length,
    time, disconnect, unspecified) when the response is not whole. ``error`` is the cause, one line,
    when the attempt failed.
    """

    asked: Asked
    started: datetime
    ended: datetime
    request: bytes = b""
    received: bytes = b""
    ip: str | None = None
    protocols: tuple[str, ...] = ()
    cipher: str | None = None
    truncated: str | None = None
    error: str | None = None
