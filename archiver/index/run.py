"""Brings the catalogue up to the WARC files, or makes it again from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event

from archiver.catalogue.rows import ProblemRow
from archiver.catalogue.write import Catalogue, iso
from archiver.errors import WarcError
from archiver.index import capture as captures
from archiver.index.announcements import Announcements
from archiver.layout import OPEN_SUFFIX, DataFolder
from archiver.model import Kind, Source, Status
from archiver.registry import Registry
from archiver.warc.reader import Group, TornError, groups

_BATCH = 50  # groups a transaction


class Indexer:
    """Reads what is new in the WARC files of a data folder into a catalogue.

    Problems with one page or one file are recorded and the work goes on; CatalogueError is raised
    when the catalogue cannot be written.
    """

    def __init__(self, data: DataFolder, registry: Registry, catalogue: Catalogue) -> None:
        self._data = data
        self._registry = registry
        self._catalogue = catalogue
        self._announcements = Announcements(data, catalogue, self._source)
        self.faults: dict[str, WarcError] = {}
        """The WARC files that could not be read to their end, by name."""
        with catalogue.transaction():
            collections = [p.name for p in sorted(data.warc.glob("*")) if p.is_dir()]
            catalogue.put_sources(
                [
                    *(
                        source
                        for source in registry.sources.values()
                        if source.status is not Status.TODO or source.key in collections
                    ),
                    *(self._source(k) for k in collections if k not in registry.sources),
                ]
            )

    def catch_up(self, report: Callable[[str, int], None] = lambda *_: None) -> None:
        """Indexes every whole group that is not indexed yet.

        ``report`` is called with the name of a WARC file and the groups read of it so far.
        """
        missed = ""
        for path in self._data.warc_files():
            # Files of a collection are read in order: behind one that could not be, none is.
            if path.parent.name != missed and not self._file(path, report):
                missed = path.parent.name

    def _file(self, path: Path, report: Callable[[str, int], None]) -> bool:
        """Reads what is new in a file; False when it was not there any more."""
        name, read = self._data.warc_name(path), 0
        try:
            # Synced: the catalogue must not tell of what a power cut could still take away.
            found = groups(path, self._catalogue.indexed_bytes(name), synced=True)
            while batch := self._batch(found, name, path.parent.name):
                read += batch
                report(name, read)
        except FileNotFoundError:
            return False  # It was finished, and renamed, since it was listed.
        except WarcError as e:
            if not (isinstance(e, TornError) and path.name.endswith(OPEN_SUFFIX)):
                self.faults[name] = e
                self._file_problem(e, name, path.parent.name)
        else:
            self._catalogue.drop_file_problems(name)
        return True

    def _batch(self, found: Iterator[Group], name: str, collection: str) -> int:
        torn: WarcError | None = None
        batch: list[Group] = []
        try:
            # One by one: what came before an error counts.
            for group in islice(found, _BATCH):
                batch.append(group)
        except WarcError as e:
            torn = e
        with self._catalogue.transaction():
            for group in batch:
                try:
                    with self._catalogue.transaction():
                        self._group(group, name, collection)
                except (KeyError, ValueError) as e:
                    self._pass_over(group, name, collection, e)
        if torn is not None:
            raise torn
        return len(batch)

    def _group(self, group: Group, name: str, collection: str) -> None:
        catalogue = self._catalogue
        crawl = catalogue.crawl_of(name)
        warcinfo = group.of_type("warcinfo")
        if warcinfo is not None and (row := captures.read_crawl(warcinfo)) is not None:
            catalogue.put_crawl(row)
            crawl = row.id
        catalogue.put_warc_file(name, collection, crawl, group.end)
        found = captures.read(group, name, collection, crawl)
        if found is None:
            return
        capture, response = found
        announcement = self._announcements.take(capture, response)
        catalogue.put_capture(capture, announcement)
        if (problem := captures.problem_of(capture)) is not None:
            catalogue.put_problem(problem)
        if crawl is not None:
            catalogue.end_crawl(crawl, iso(capture.fetched))

    def _pass_over(self, group: Group, name: str, collection: str, error: Exception) -> None:
        """Notes a group whose records have not what they must, and steps behind it."""
        crawl = self._catalogue.crawl_of(name)
        self._catalogue.put_warc_file(name, collection, crawl, group.end)
        self._catalogue.put_problem(
            ProblemRow(
                id=captures.identity("record", name, str(group.offset)),
                source=collection,
                crawl=crawl,
                kind="record",
                subject=name,
                message=f"offset {group.offset}: cannot be read: {type(error).__name__}: {error}",
                at=None,
                capture=None,
            )
        )

    def _source(self, key: str) -> Source:
        """The source of that key; one that the registry no longer has is known by its key."""
        known = self._registry.sources.get(key)
        return known or Source(key, key, Kind.NATIONAL, status=Status.UNKNOWN)

    def _file_problem(self, error: WarcError, name: str, collection: str) -> None:
        self._catalogue.drop_file_problems(name)
        with self._catalogue.transaction():
            self._catalogue.put_problem(
                ProblemRow(
                    id=captures.identity("warc", name, str(error.offset)),
                    source=collection,
                    crawl=self._catalogue.crawl_of(name),
                    kind="warc",
                    subject=name,
                    message=f"offset {error.offset}: {error.reason}",
                    at=None,
                    capture=None,
                )
            )


@contextmanager
def opened(data: DataFolder, *, wait: bool = False) -> Iterator[Catalogue]:
    """The catalogue of a data folder for writing, under its lock.

    While another index runs, waits if told so, else raises LockedError. Raises CatalogueError when
    the catalogue cannot be opened.
    """
    data.prepare()
    with data.lock("index", wait=wait):
        catalogue = Catalogue(data.catalogue)
        try:
            yield catalogue
        finally:
            catalogue.close()


def follow(indexer: Indexer, ended: Event, seconds: float = 1.0) -> None:
    """Indexes what a running crawl completes, until ``ended`` is set; then once more to the end."""
    while not ended.wait(seconds):
        indexer.catch_up()
    indexer.catch_up()


def rebuild(
    data: DataFolder, registry: Registry, report: Callable[[str, int], None] = lambda *_: None
) -> list[WarcError]:
    """Makes the catalogue again from the WARC files alone; returns the faults of those files.

    The new file replaces the old one when it is whole. A rebuild that is broken off leaves the old
    catalogue as it was. Raises LockedError when an index runs.
    """
    data.prepare()
    with data.lock("index"):
        fresh = data.catalogue.with_name(data.catalogue.name + ".new")
        for leftover in (fresh, _journal(fresh)):
            leftover.unlink(missing_ok=True)
        catalogue = Catalogue(fresh)
        try:
            indexer = Indexer(data, registry, catalogue)
            indexer.catch_up(report)
        finally:
            catalogue.close()
        # A journal that a crash left beside the old file must not meet the new one.
        _journal(data.catalogue).unlink(missing_ok=True)
        fresh.replace(data.catalogue)
    return list(indexer.faults.values())


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")
