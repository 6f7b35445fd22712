"""Reading the catalogue: whether this program can read a file, and where a capture lies.

Knows SQLite and the version of the schema. Opens read-only, so it never disturbs the index that may
be writing at the same time.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from archiver.catalogue.schema import CATALOGUE_VERSION
from archiver.errors import CatalogueError, OutdatedCatalogueError


@dataclass(frozen=True, slots=True)
class CaptureLocation:
    """Where the records of a capture lie.

    ``fetched`` is ISO 8601 in UTC. ``warc_file`` is ``<source>/<file>.warc.gz`` as
    DataFolder.warc_path takes it. ``offset`` and ``length`` span the capture's whole group of
    records in the compressed file, in bytes.
    """

    source: str
    url: str
    fetched: str
    warc_file: str
    offset: int
    length: int
    refers_to: str | None = None
    """Of a revisit: the capture that holds its payload."""


@dataclass(frozen=True, slots=True)
class CaptureSpan:
    """What the catalogue says of the records of one capture; see CaptureLocation."""

    id: str
    url: str
    offset: int
    length: int


def open_read_only(path: Path, *, any_thread: bool = False) -> sqlite3.Connection:
    """A connection that cannot write; ``any_thread``: another thread than this one may close it.

    Raises sqlite3.OperationalError when the file cannot be opened. Whether it is a catalogue is for
    ``check`` to say.
    """
    # as_uri escapes what SQLite would read as a query or a fragment: ? # %
    uri = f"{path.absolute().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, check_same_thread=not any_thread)


def check(path: Path) -> None:
    """Checks that the file is a catalogue that this program can read.

    Raises CatalogueError when there is no file or it is no SQLite database, OutdatedCatalogueError
    when it was made by another version of the schema.
    """
    if not path.is_file():
        raise CatalogueError(
            f"{path}: there is no catalogue yet; run `archiver crawl`, then `archiver index`"
        )
    try:
        with closing(open_read_only(path)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as e:
        raise CatalogueError(
            f"{path}: cannot be read as a catalogue ({e}); "
            "if the file is damaged, run `archiver rebuild`"
        ) from e
    if version != CATALOGUE_VERSION:
        raise OutdatedCatalogueError(path, version, CATALOGUE_VERSION)


def capture_location(connection: sqlite3.Connection, capture_id: str) -> CaptureLocation | None:
    """Where the capture of that id lies; None when the catalogue has none."""
    row = connection.execute(
        "select source, url, fetched, warc_file, offset, length, refers_to from capture "
        "where id = ?",
        (capture_id,),
    ).fetchone()
    return None if row is None else CaptureLocation(*row)


@dataclass(frozen=True, slots=True)
class Held:
    """A capture whose payload the archive holds: what a revisit can refer to.

    ``fetched`` is ISO 8601 in UTC, as in its WARC-Date. ``etag`` and ``last_modified`` are what
    the server said last of that URL, for a conditional request (RFC 9110, 13.1).
    """

    id: str
    url: str
    fetched: str
    payload_digest: str
    etag: str | None
    last_modified: str | None


def last_held(connection: sqlite3.Connection, source: str, url: str) -> Held | None:
    """What the archive holds of a URL since it was last seen with its content; None if nothing.

    The answers that count are 200, and 304 to a conditional request.
    """
    return _held(
        connection,
        "select original.id, original.url, original.fetched, original.payload_digest, "
        "coalesce(seen.etag, original.etag), coalesce(seen.last_modified, original.last_modified) "
        "from (select * from capture where source = ? and url = ? and truncated is null "
        "and (status = 200 or revisit is not null) order by fetched desc limit 1) as seen "
        "join capture as original on original.id = coalesce(seen.refers_to, seen.id)",
        (source, url),
    )


def held_payload(
    connection: sqlite3.Connection, source: str, digest: str, but_of_crawl: str
) -> Held | None:
    """The first capture of a collection that holds a payload whole, of any crawl but one."""
    return _held(
        connection,
        "select id, url, fetched, payload_digest, etag, last_modified from capture "
        "where source = ? and payload_digest = ? and crawl <> ? and revisit is null "
        "and truncated is null order by fetched limit 1",
        (source, digest, but_of_crawl),
    )


def _held(connection: sqlite3.Connection, sql: str, values: tuple[str, ...]) -> Held | None:
    row = connection.execute(sql, values).fetchone()
    return None if row is None or row[3] is None else Held(*row)


def captures_in(connection: sqlite3.Connection, warc_file: str) -> tuple[int, list[CaptureSpan]]:
    """Up to which byte a WARC file is indexed (0: not at all), and its captures, by offset.

    Both are of one moment, though an index may be writing.
    """
    connection.execute("begin")
    try:
        row = connection.execute(
            "select indexed_bytes from warc_file where name = ?", (warc_file,)
        ).fetchone()
        spans = connection.execute(
            "select id, url, offset, length from capture where warc_file = ? order by offset, id",
            (warc_file,),
        ).fetchall()
    finally:
        connection.rollback()
    return (int(row[0]) if row else 0), [CaptureSpan(*span) for span in spans]


def warc_files(connection: sqlite3.Connection) -> list[str]:
    """The names of all WARC files that the catalogue speaks of."""
    found = connection.execute(
        "select name from warc_file union select warc_file from capture order by 1"
    )
    return [name for (name,) in found]


def without_capture(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Rows that name a capture that is not there: their table, their id, and that capture."""
    return connection.execute(
        "select 'announcement', id, capture from announcement "
        "where capture not in (select id from capture) union all "
        "select 'version', id, capture from version "
        "where capture not in (select id from capture) union all "
        "select 'capture', id, refers_to from capture "
        "where refers_to not in (select id from capture) order by 1, 2"
    ).fetchall()
