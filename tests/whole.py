"""The two sample sites, crawled as a user would: what the tests of the whole way share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archiver.layout import DataFolder
from archiver.samples import SampleServer, labo, pole, registry
from archiver.warc.reader import Group, groups
from tests.command import archiver

Rows = dict[str, list[tuple[object, ...]]]
TABLES = ("source", "crawl", "warc_file", "capture", "announcement", "version", "problem")


@dataclass(frozen=True)
class Whole:
    """A data folder, and the servers of the sites that are crawled into it."""

    data: DataFolder
    pole: SampleServer
    labo: SampleServer

    @property
    def servers(self) -> tuple[SampleServer, SampleServer]:
        return self.pole, self.labo

    def crawl(self, *args: str) -> None:
        """Crawls both sites; a problem on the way is none of the tests that use this."""
        keys = [server.site.key for server in self.servers]
        done = archiver(self.data.path, "crawl", *keys, "--delay", "0", *args)
        assert done.returncode == 0, done.stderr
        assert (done.stdout, done.stderr) == ("", ""), "quiet when all is well"


@contextmanager
def whole(folder: Path) -> Iterator[Whole]:
    """Serves the sample sites and registers them in a data folder."""
    with SampleServer(pole) as one, SampleServer(partial(labo, pole_url=one.base_url)) as other:
        data = DataFolder(folder)
        data.sources.mkdir(parents=True)
        (data.sources / "samples.toml").write_text(
            registry(one.base_url, other.base_url), encoding="utf-8"
        )
        yield Whole(data, one, other)


def rows(catalogue: Path) -> Rows:
    """All rows of all tables, in the order of their keys, and all entries of the text index."""
    with closing(sqlite3.connect(catalogue)) as connection:
        found = {
            table: connection.execute(f"select * from {table} order by 1").fetchall()
            for table in TABLES
        }
        connection.execute(
            "create virtual table temp.terms "
            "using fts5vocab('main', 'announcement_fts', 'instance')"
        )
        found["text index"] = connection.execute(
            "select term, announcement.id, col, offset from temp.terms "
            "join announcement on announcement.rowid = doc order by 1, 2, 3, 4"
        ).fetchall()
        return found


def kept(data: DataFolder, source: str) -> list[Group]:
    """The groups of all exchanges of one collection."""
    return [
        group
        for path in data.warc_files()
        if path.parent.name == source
        for group in groups(path)
        if group.of_type("metadata")
    ]
