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
        "select source, url, fetched, warc_file, offset, length from capture where id = ?",
        (capture_id,),
    ).fetchone()
    return None if row is None else CaptureLocation(*row)
