"""Writing the catalogue. One writer at a time; readers may read beside it.

The rollback journal is used, not WAL: a rebuild replaces the whole file, and a WAL file left by
the old one must never meet the new one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archiver.catalogue.read import CaptureLocation, capture_location, check
from archiver.catalogue.rows import AnnouncementRow, CrawlRow, ProblemRow, VersionRow
from archiver.catalogue.schema import create
from archiver.errors import CatalogueError
from archiver.model import Capture, Source

_BUSY_SECONDS = 30


class Catalogue:
    """An open catalogue. Its methods raise CatalogueError when SQLite refuses."""

    def __init__(self, path: Path) -> None:
        """Opens the file, made anew when there is none.

        Raises CatalogueError, or OutdatedCatalogueError when another version of this program made
        it.
        """
        self.path = path
        try:
            if path.exists():
                check(path)
            else:
                _make(path)
            self._db = Database(sqlite3.connect(path, timeout=_BUSY_SECONDS))
        except sqlite3.Error as e:
            raise CatalogueError(f"{path}: cannot be opened for writing ({e})") from e

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written in the block is kept together, or nothing of it."""
        try:
            with self._db.atomic():
                yield
        except sqlite3.Error as e:
            raise CatalogueError(f"{self.path}: cannot be written ({e})") from e

    def put_sources(self, sources: Iterable[Source]) -> None:
        """Brings table ``source`` to the state of the registry, and what is copied from it."""
        known = {row["key"]: row for row in self._db["source"].rows}
        for source in sources:
            row = {
                "key": source.key,
                "name": source.name,
                "kind": str(source.kind),
                "town": source.town or None,
                "departement": source.departement or None,
                "region": source.region or None,
                "url": source.seeds[0] if source.seeds else None,
                "cms": source.cms or None,
                "status": str(source.status),
                "permission": str(source.permission.state),
            }
            if known.pop(source.key, None) != row:
                self._put("source", "key", row)
        for key in known:
            self._db.table("source").delete(key)
        self._db.execute(
            "update announcement set region = source.region, departement = source.departement "
            "from source where source.key = announcement.source and (announcement.region, "
            "announcement.departement) is not (source.region, source.departement)"
        )

    def put_crawl(self, row: CrawlRow) -> None:
        """A crawl; its start is the earliest that was given."""
        self._db.execute(
            "insert into crawl (id, started, ended, software, user_agent) "
            "values (:id, :started, :ended, :software, :user_agent) on conflict (id) do update "
            "set started = min(started, excluded.started)",
            asdict(row),
        )

    def end_crawl(self, identity: str, ended: str) -> None:
        """Notes a moment up to which a crawl ran; the latest counts."""
        self._db.execute(
            "update crawl set ended = ? where id = ? and coalesce(ended, '') < ?",
            [ended, identity, ended],
        )

    def indexed_bytes(self, warc_file: str) -> int:
        """How far a WARC file was read; 0 when it is unknown."""
        row = self._db.execute(
            "select indexed_bytes from warc_file where name = ?", [warc_file]
        ).fetchone()
        return int(row[0]) if row else 0

    def put_warc_file(self, name: str, source: str, crawl: str | None, indexed_bytes: int) -> None:
        """How far a WARC file is read now; ``crawl`` None leaves the crawl that is known."""
        self._db.execute(
            "insert into warc_file (name, source, crawl, indexed_bytes) values (?, ?, ?, ?) "
            "on conflict (name) do update set indexed_bytes = excluded.indexed_bytes, "
            "crawl = coalesce(excluded.crawl, crawl)",
            [name, source, crawl, indexed_bytes],
        )

    def crawl_of(self, warc_file: str) -> str | None:
        """The crawl that wrote a WARC file, as far as it is known."""
        row = self._db.execute("select crawl from warc_file where name = ?", [warc_file]).fetchone()
        return row[0] if row else None

    def put_capture(self, capture: Capture, announcement: str | None) -> None:
        row = asdict(capture)
        row["fetched"] = iso(capture.fetched)
        row["announcement"] = announcement
        self._put("capture", "id", row)

    def payload_digest(self, capture: str) -> str | None:
        """The payload digest of a capture."""
        row = self._db.execute("select payload_digest from capture where id = ?", [capture])
        found = row.fetchone()
        return found[0] if found else None

    def location(self, capture: str) -> CaptureLocation | None:
        """Where a capture lies, those of an unfinished transaction included."""
        return capture_location(self._db.conn, capture)

    def announcement(self, identity: str) -> AnnouncementRow | None:
        """The announcement of that id as it stands."""
        names = [field.name for field in fields(AnnouncementRow)]
        row = self._db.execute(
            f"select {', '.join(names)} from announcement where id = ?",  # noqa: S608  # our names
            [identity],
        ).fetchone()
        return AnnouncementRow(*row) if row else None

    def put_announcement(self, row: AnnouncementRow) -> None:
        self._put("announcement", "id", asdict(row))

    def put_version(self, row: VersionRow) -> None:
        self._put("version", "id", asdict(row))

    def put_problem(self, row: ProblemRow) -> None:
        self._put("problem", "id", asdict(row))

    def drop_file_problems(self, warc_file: str) -> None:
        """Forgets what was wrong with a WARC file; what still is will be said again."""
        known = "kind = 'warc' and subject = ?"
        if self._db["problem"].count_where(known, [warc_file]):
            with self.transaction():
                self._db.table("problem").delete_where(known, [warc_file])

    def count(self, table: str) -> int:
        return int(self._db[table].count)

    def problems_of(self, crawl: str) -> int:
        """How many problems were recorded for a crawl."""
        return int(self._db["problem"].count_where("crawl = ?", [crawl]))

    def _put(self, table: str, key: str, row: dict[str, Any]) -> None:
        self._db.table(table).upsert(row, pk=key)


def _make(path: Path) -> None:
    """Makes an empty catalogue: beside its place first, so that a crash leaves none or a whole."""
    begun = path.with_name(path.name + ".begun")
    begun.unlink(missing_ok=True)
    db = Database(sqlite3.connect(begun))
    create(db)
    db.close()
    begun.replace(path)


def iso(moment: datetime) -> str:
    """A moment as the catalogue stores it.

    >>> iso(datetime(2026, 11, 24, 5, tzinfo=UTC))
    '2026-11-24T05:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
