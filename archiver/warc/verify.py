"""Checks WARC files against ISO 28500:2017 and against what this program writes.

::

    scan ─► fields   the named fields of one record
    (walk)  digests  its block and payload, in pieces
            pairs    response, request and metadata belong together
            ids      no record twice; revisits resolve within their collection

Files may be of any origin, gzip or plain. A file is checked as one of ours unless its warcinfo
record names other software or none is there or named: then only what the standard forbids is a
finding.

Memory does not grow with files or blocks: of each record about 200 bytes are kept.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from archiver.layout import OPEN_SUFFIX
from archiver.warc import fields, pairs
from archiver.warc.digests import Digests
from archiver.warc.finding import Finding
from archiver.warc.known import Known
from archiver.warc.pairs import Closed, Grouping, Seen
from archiver.warc.scan import Damage, Found, Head, scan

SUFFIXES = (".warc.gz", ".warc", ".warc.gz" + OPEN_SUFFIX, ".warc" + OPEN_SUFFIX)
OUR_SOFTWARE = "ess-archiver"

_STATUS_LINE = re.compile(rb"(?:HTTP/\d|ICY )")
_REQUEST_LINE = re.compile(rb"[!-~]+ [^\r\n]")
_SOFTWARE = re.compile(rb"(?:\A|\n)software:[ \t]*([^\r\n]*)", re.I)
_ERROR = re.compile(rb"(?:\A|\n)error:", re.I)
_REPORT_EVERY = 200


class Watcher(Protocol):
    """Looks on while a file is checked, to hold it against something else; adds its findings."""

    def begin(self, path: Path) -> None: ...
    def group(self, path: Path, closed: Closed) -> Iterable[Finding]: ...
    def end(self, path: Path) -> Iterable[Finding]: ...


def verify(
    paths: Sequence[Path],
    *,
    crawling: bool = False,
    watcher: Watcher | None = None,
    report: Callable[[str, int], None] = lambda *_: None,
) -> Iterator[Finding]:
    """All that is wrong with these files, file by file, as it is found.

    ``crawling``: a crawl is under way, so that ``.open`` files are no leftovers and may end within
    a group. ``report`` is called with a file's name and the records checked of it so far. Files of
    the same folders that are not among ``paths`` are looked into when a revisit points elsewhere.
    A file that cannot be read is a finding.
    """
    folders: dict[Path, dict[Path, Path]] = defaultdict(dict)
    for path in paths:
        folders[path.parent.resolve()].setdefault(path.resolve(), path)
    run = _Run(crawling, watcher, report)
    for folder, files in folders.items():
        run.known.begin_collection()
        for path in files.values():
            yield from _File(run, _still_there(path)).findings()
        yield from run.known.end_collection(partial(_others, folder, files))


def warc_files(folder: Path) -> list[Path]:
    """The WARC files in a folder and below it, by name; those that are written too."""
    return sorted(p for p in folder.rglob("*") if p.name.endswith(SUFFIXES) and p.is_file())


def is_ours(block: bytes) -> bool | None:
    """Whether the block of a warcinfo record names this program; None when it names none."""
    software = _SOFTWARE.search(block)
    return software.group(1).startswith(OUR_SOFTWARE.encode()) if software else None


def seen(found: Found, digests: Digests) -> Seen:
    """What pairs.py needs of a record."""
    head = found.head
    excused = head.get("warc-truncated") is not None
    if head.type == "metadata":
        excused = _ERROR.search(digests.start) is not None
    return Seen(
        found.offset,
        found.end,
        head.type,
        head.id,
        fields.target_uri(head),
        tuple(head.fields.get("warc-concurrent-to", ())),
        _parses(head, digests),
        excused,
    )


def _parses(head: Head, digests: Digests) -> bool:
    if not (head.get("content-type") or "").lower().startswith("application/http"):
        return True
    if head.type == "revisit" and not digests.start:
        return True
    if head.type in ("response", "revisit"):
        return _STATUS_LINE.match(digests.start) is not None and (
            digests.head_ended or head.get("warc-truncated") is not None
        )
    return head.type != "request" or _REQUEST_LINE.match(digests.start) is not None


def _others(folder: Path, files: Container[Path]) -> list[Path]:
    """The WARC files of a folder, not below it, that are not among these."""
    found = (path for path in folder.iterdir() if path.name.endswith(SUFFIXES))
    return sorted(path for path in found if path.resolve() not in files)


def _still_there(path: Path) -> Path:
    """The file, or what it is called since a crawl has finished it."""
    finished = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    return path if path.exists() or not finished.exists() else finished


@dataclass(frozen=True, slots=True)
class _Run:
    """What the checks of all files of one call share."""

    crawling: bool
    watcher: Watcher | None
    report: Callable[[str, int], None]
    known: Known = field(default_factory=Known)


class _File:
    """The check of one file."""

    def __init__(self, run: _Run, path: Path) -> None:
        self._run = run
        self._path = path
        self._strict = True
        self._warcinfo = ""
        self._count = 0
        self._grouping = Grouping()
        self._digests: Digests
        self._torn = False
        self._damaged = False
        self._named: list[tuple[Seen, str]] = []
        self._asked: set[str] = set()
        self._responses: list[Seen] = []
        is_open = path.name.endswith(OPEN_SUFFIX)
        self._live = is_open and run.crawling
        self._left_open = is_open and not run.crawling

    def findings(self) -> Iterator[Finding]:
        if self._left_open:
            message = "no crawl runs, and a crawl that ended left it open"
            yield Finding(self._path, 0, "", "open-file", message)
        if self._run.watcher:
            self._run.watcher.begin(self._path)
        try:
            size = self._path.stat().st_size
            for item in scan(self._path, self._sink):
                self._torn = item.end >= size and (isinstance(item, Damage) or not item.whole)
                if isinstance(item, Found):
                    yield from self._found(item)
                else:
                    yield from self._damage(item)
        except OSError as e:
            yield Finding(self._path, 0, "", "unreadable", e.strerror or str(e))
            return
        yield from self._end()
        self._run.report(str(self._path), self._count)

    def _sink(self, head: Head) -> Digests:
        self._digests = Digests(head)
        return self._digests

    def _damage(self, damage: Damage) -> Iterator[Finding]:
        self._grouping.damaged(damage.offset)
        self._damaged = True
        name = damage.head.id if damage.head else ""
        if damage.head:
            self._run.known.note_damaged(self._path, damage.offset, damage.head)
        if not (self._live and self._torn):
            yield Finding(self._path, damage.offset, name, damage.rule, damage.message)

    def _found(self, found: Found) -> Iterator[Finding]:
        head = found.head
        yield from self._place(head, found.offset, whole=found.whole)
        self._count += 1
        if self._count % _REPORT_EVERY == 0:
            self._run.report(str(self._path), self._count)
        for rule, message in (*found.problems, *fields.check(head, strict=self._strict)):
            yield Finding(self._path, found.offset, head.id, rule, message)
        earlier = self._run.known.note(self._path, found.offset, head)
        if earlier is not None:
            message = f"the record at {earlier[0]}, offset {earlier[1]}, has this WARC-Record-ID"
            yield Finding(self._path, found.offset, head.id, "duplicate-id", message)
        if not found.whole:
            self._grouping.damaged(found.offset)
            return
        for rule, message in self._hashes(head):
            yield Finding(self._path, found.offset, head.id, rule, message)
        if head.type == "revisit":
            yield from self._run.known.resolve(self._path, found.offset, head)
        yield from self._together(seen(found, self._digests))

    def _place(self, head: Head, offset: int, *, whole: bool) -> Iterator[Finding]:
        """That a warcinfo record comes first, and that the others name it."""
        if head.type == "warcinfo":
            self._strict = not whole or is_ours(self._digests.start) is not False
            self._warcinfo = head.id
        named = head.get("warc-warcinfo-id")
        if not self._count and head.type != "warcinfo":
            # One of ours that has lost its warcinfo record still names it in each other record.
            self._strict = named is not None
            if self._strict and not self._damaged:
                message = f"the first record is {head.type!r}, not 'warcinfo'"
                yield Finding(self._path, offset, head.id, "warcinfo-first", message)
        if self._strict and self._warcinfo and named not in (None, self._warcinfo):
            message = f"WARC-Warcinfo-ID names {named!r}, the file begins with {self._warcinfo}"
            yield Finding(self._path, offset, head.id, "warcinfo-id", message)

    def _hashes(self, head: Head) -> Iterator[tuple[str, str]]:
        digests = self._digests
        if digests.block is False:
            yield "block-digest", f"the block is not {head.get('warc-block-digest')}"
        elif head.type == "revisit" or "warc-segment-number" in head.fields:
            return  # of the payload of another record, or of all segments together
        elif digests.payload is False and not (digests.over_chunks and not self._strict):
            message = f"the payload is not {head.get('warc-payload-digest')}"
            if digests.over_chunks:
                message += ": that is over the chunks as on the wire"
            yield "payload-digest", message

    def _together(self, record: Seen) -> Iterator[Finding]:
        if not self._strict:
            yield from self._loosely(record)
        closed = self._grouping.add(record)
        if closed is None:
            return
        if self._strict:
            yield from self._faults((*pairs.check(closed), *pairs.unparsed(closed)))
        if self._run.watcher and record.type == "metadata" and closed.damage is None:
            yield from self._run.watcher.group(self._path, closed)

    def _loosely(self, record: Seen) -> Iterator[Finding]:
        """In files of others: what is named is there, and all responses have requests or none."""
        self._named += [(record, name) for name in record.concurrent]
        if record.type == "request":
            self._asked.update((record.id, *record.concurrent))
        elif record.type in ("response", "revisit") and record.uri.lower().startswith("http"):
            self._responses.append(record)
        if not record.parses and not record.excused:
            yield from self._faults(pairs.unparsed(Closed((record,))))

    def _end(self) -> Iterator[Finding]:
        if not self._count and not self._live and not self._damaged:
            message = "the file holds no record"
            yield Finding(self._path, 0, "", "warcinfo-first", message)
        rest = self._grouping.rest()
        if rest and self._strict and not self._live and rest.damage is None:
            yield from self._faults(pairs.unclosed(rest, rest.records))
        for record, name in self._named:
            if not self._run.known.has(name):
                message = f"WARC-Concurrent-To names {name!r}, which is nowhere in these files"
                yield Finding(self._path, record.offset, record.id, "concurrent-to", message)
        for record in self._responses if self._asked else ():
            if record.id not in self._asked and not self._asked.intersection(record.concurrent):
                message = "its request is missing"
                yield Finding(self._path, record.offset, record.id, "pair", message)
        if self._run.watcher:
            yield from self._run.watcher.end(self._path)

    def _faults(self, faults: Iterable[pairs.Fault]) -> Iterator[Finding]:
        for record, rule, message in faults:
            yield Finding(self._path, record.offset, record.id, rule, message)
