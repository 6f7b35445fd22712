"""The values that pass between the rooms: frozen, typed, without behaviour that needs a library.

Times are aware UTC datetimes. ``None`` means unknown, never zero or empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What sort of organisation a source is; there is a spider for each."""

    PTCE = "ptce"
    LABO = "labo"
    CRESS = "cress"
    NATIONAL = "national"


class Status(StrEnum):
    """How it stands with a source's site, as far as the evidence goes."""

    ACTIVE = "active"
    UNKNOWN = "unknown"
    MOVED = "moved"
    CLOSED = "closed"
    NOT_PTCE = "not-ptce"
    TODO = "todo"
    """An organisation that is known by name; its address is still to be found."""


class PermissionState(StrEnum):
    """What the publisher has said about being archived."""

    NONE = "none"
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Permission:
    """A publisher's word: its state, the day it was given (None: never asked) and its scope."""

    state: PermissionState = PermissionState.NONE
    date: date | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An organisation that we follow: one entry of the registry.

    ``hosts`` are bare host names without ``www.`` (www and apex, http and https are one site), or
    ``host:port`` for a site on a port of its own. ``paths`` narrows the scope to those URL paths
    and what lies under them; empty means the whole site. ``departement`` is the official code
    ("46", "2A", "971").
    """

    key: str
    name: str
    kind: Kind
    town: str = ""
    departement: str = ""
    region: str = ""
    seeds: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    cms: str = ""
    status: Status = Status.ACTIVE
    permission: Permission = Permission()
    private_network: bool = False
    """Whether its requests may go to addresses that are not public (an intranet)."""
    file: str = ""
    """The registry file that this entry was read from."""

    @property
    def crawlable(self) -> bool:
        """Whether a crawl takes it: it has a seed, is not closed, and nobody refused."""
        return (
            bool(self.seeds)
            and self.status in (Status.ACTIVE, Status.UNKNOWN, Status.MOVED)
            and self.permission.state is not PermissionState.REFUSED
        )


class Role(StrEnum):
    """Why a URL was asked for."""

    ROBOTS = "robots"
    SEED = "seed"
    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    PAGE = "page"
    """A link that was followed before anybody could know what it leads to."""


class CommentSignal(StrEnum):
    """Where a comment count was read, from the most trusted to the least (within a page)."""

    HEADING = "heading"
    """The number that the theme prints in the comment heading or counter."""
    ITEMS = "items"
    """Distinct comments counted in the page."""
    STRUCTURED = "structured"
    """JSON-LD commentCount, microdata, RDFa."""
    FORM = "form"
    """A comment form, no number, no comment: zero."""


@dataclass(frozen=True, slots=True)
class CommentCount:
    """A number of comments and where it came from; ``value`` None means unknown, not zero.

    ``evidence`` is the short text or mark that was read ("3 commentaires"), never a comment.
    """

    value: int | None = None
    signal: CommentSignal | None = None
    evidence: str = ""


class DateSignal(StrEnum):
    """Where a date was read; GUESS is what a library inferred and may be wrong."""

    STRUCTURED = "structured"
    META = "meta"
    TIME = "time"
    TEXT = "text"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Published:
    """A date of publication: ISO 8601 as precise as the page gives it.

    ``value`` is "2018-11-23" or, where the page gives time and zone, "2018-11-23T08:30:00+01:00".
    """

    value: str
    signal: DateSignal

    @property
    def year(self) -> int:
        return int(self.value[:4])


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says as an announcement.

    ``text`` is plain text, paragraphs parted by newlines.
    """

    title: str
    text: str
    published: Published | None = None
    author: str | None = None
    language: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    comments: CommentCount = CommentCount()
    adapter: str = ""
    """The site adapter that read the page."""
    reason: str = ""
    """Why the page was taken for an announcement."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP exchange that is kept, as the catalogue knows it.

    ``id`` is the UUID of its response record (of its metadata record where no response came).
    ``offset`` and ``length`` span its whole group of records in the compressed file, in bytes.
    ``status`` is None when no response came. ``revisit`` is the name of a revisit's profile, and
    ``refers_to`` the id of the capture that holds its payload. ``payload_digest`` is ``sha256:``
    and lower-case hex.
    """

    id: str
    source: str
    crawl: str
    url: str
    role: str
    via: str | None
    hops: str
    fetched: datetime
    status: int | None
    mime: str | None
    payload_digest: str | None
    payload_size: int | None
    truncated: str | None
    revisit: str | None
    refers_to: str | None
    etag: str | None
    last_modified: str | None
    error: str | None
    warc_file: str
    offset: int
    length: int
