"""One HTTP exchange as it was on the wire, on its way into a WARC file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from archiver.model import Role
from archiver.warc.tape import Tape


@dataclass(frozen=True, slots=True)
class Original:
    """An earlier capture of the same collection whose payload a revisit stands for.

    ``record_id`` is the UUID of its response record, ``date`` its WARC-Date as written.
    """

    record_id: str
    url: str
    date: str
    payload_digest: str


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
    unless_changed: Original | None = None
    """The capture that the request's conditions (If-None-Match …) were taken from."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Both directions of one attempt to fetch a URL, to the byte.

    ``request`` and ``received`` are tapes of the plaintext bytes of the connection, transfer coding
    and all; ``received`` may begin with interim (1xx) responses. ``protocols`` are values of the
    header WARC-Protocol ("http/1.1", "tls/1.3"). ``truncated`` is a reason of WARC-Truncated
    (length, time, disconnect, unspecified) when the response is not whole. ``error`` is the cause,
    one line, when the attempt failed.
    """

    asked: Asked
    started: datetime
    ended: datetime
    request: Tape = field(default_factory=Tape)
    received: Tape = field(default_factory=Tape)
    ip: str | None = None
    protocols: tuple[str, ...] = ()
    cipher: str | None = None
    tls: tuple[tuple[str, str], ...] = ()
    """Fields for the metadata record: the certificates, and whether they were to be trusted."""
    truncated: str | None = None
    error: str | None = None
