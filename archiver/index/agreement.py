"""Holds the catalogue against the WARC files: does each capture lie where it says, is none missing?

It reads the catalogue while ``archiver.warc.verify`` walks through the files, so each file is read
once for both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archiver.catalogue import read
from archiver.catalogue.read import CaptureSpan
from archiver.layout import DataFolder
from archiver.warc.finding import Finding
from archiver.warc.pairs import Closed


class Agreement:
    """A Watcher for ``verify``. Files outside of the data folder are none of its business.

    An index may run at the same time: what it has not come to yet is no finding.
    """

    def __init__(self, data: DataFolder, connection: sqlite3.Connection) -> None:
        self._data = data
        self._connection = connection
        self._inside = False
        self._indexed = 0
        self._spans: dict[int, CaptureSpan] = {}
        self._doubled: list[CaptureSpan] = []
        self._broken: sqlite3.Error | None = None

    def begin(self, path: Path) -> None:
        self._indexed, self._spans, self._doubled = 0, {}, []
        self._inside = path.resolve().parent.parent == self._data.warc.resolve()
        if not self._inside or self._broken:
            return
        try:
            name = self._data.warc_name(path.resolve())
            self._indexed, spans = read.captures_in(self._connection, name)
        except sqlite3.Error as e:
            self._broken = e
            return
        for span in spans:
            if span.offset in self._spans:
                self._doubled.append(span)
            else:
                self._spans[span.offset] = span

    def group(self, path: Path, closed: Closed) -> Iterator[Finding]:
        """What is wrong with the row of the group that was just read."""
        if not self._inside or self._broken:
            return
        span = self._spans.pop(closed.begin, None)
        main = closed.main
        if main is None:
            return  # that the group is broken is told already
        if span is None:
            if closed.end <= self._indexed:
                message = "the catalogue has no capture of this group of records"
                yield Finding(path, closed.begin, main.id, "catalogue-missing", message)
            return
        if span.id != _uuid(main.id):
            message = f"the catalogue says that capture {span.id} lies here"
            yield Finding(path, closed.begin, main.id, "catalogue-offset", message)
        elif span.length != closed.end - closed.begin:
            told, true = span.length, closed.end - closed.begin
            message = f"the catalogue says {told} bytes, its group of records has {true}"
            yield Finding(path, closed.begin, main.id, "catalogue-offset", message)
        elif span.url != main.uri:
            message = f"the catalogue says that it is of {span.url!r}, the record of {main.uri!r}"
            yield Finding(path, closed.begin, main.id, "catalogue-url", message)

    def end(self, path: Path) -> Iterator[Finding]:
        """Rows that point to places in the file where no group begins."""
        for span in (*self._spans.values(), *self._doubled):
            message = f"the catalogue says that {span.url!r} lies here; no group of its own does"
            yield Finding(path, span.offset, _urn(span.id), "catalogue-offset", message)
        size = path.stat().st_size
        if self._indexed > size:
            message = f"the catalogue has read {self._indexed} bytes, the file has {size}"
            yield Finding(path, size, "", "catalogue-indexed", message)

    def rest(self) -> Iterator[Finding]:
        """What no single file shows: files and captures that the catalogue names and nobody has."""
        catalogue = self._data.catalogue
        try:
            for name in read.warc_files(self._connection) if not self._broken else ():
                try:
                    self._data.warc_path(name)
                except FileNotFoundError:
                    path = self._data.warc / name
                    message = "the catalogue has captures in it, and there is no such file"
                    yield Finding(path, 0, "", "catalogue-file", message)
            for table, key, capture in read.without_capture(self._connection):
                message = f"{table} {key} names capture {capture}, which is not in the catalogue"
                yield Finding(catalogue, 0, _urn(capture), "catalogue-capture", message)
        except sqlite3.Error as e:
            self._broken = e
        if self._broken:
            yield Finding(catalogue, 0, "", "catalogue-unreadable", str(self._broken))


def _uuid(record_id: str) -> str:
    return record_id.strip("<>").removeprefix("urn:uuid:")


def _urn(capture: str) -> str:
    return f"<urn:uuid:{capture}>"
