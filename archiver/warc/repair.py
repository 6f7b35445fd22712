"""Mends WARC files: cuts off what is torn, takes out what is broken, keeps a copy of both.

What is mended is damage that hides what comes after it, and the rest of an exchange that damage
took a part of. A whole group, or in files of others a whole record, is never taken out; nor is one
whose digests or fields are wrong: what it says may still be true.

Nothing is overwritten. What is cut off the end lies beside the file under ``.cut`` before the file
is shortened; a file that is damaged in its midst stays, whole, under ``.damaged``, and the mended
one takes its name when it is safe on disk. Only for a holder of the crawl lock.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archiver.errors import WarcError
from archiver.layout import OPEN_SUFFIX
from archiver.warc.digests import Digests
from archiver.warc.pairs import Grouping
from archiver.warc.scan import Damage, Found, Head, scan
from archiver.warc.verify import is_ours, seen
from archiver.warc.writer import sync_folder

_COPY = 1 << 20
_OUR_FIELDS = (b"hopsFromSeed: ", b"\r\nsource: ", b"\r\nrole: ")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done to a file. ``path`` is its name now, None when nothing in it was whole.

    ``cut`` bytes were taken out, which ``copy`` holds. ``moved``: whole records have other offsets
    than before, so that the catalogue must be made again.
    """

    before: Path
    path: Path | None
    cut: int
    copy: Path | None
    moved: bool

    def __str__(self) -> str:
        told = []
        if self.copy is not None:
            told.append(f"{self.cut} bytes taken out, kept in {self.copy.name}")
        if self.path is None:
            told.append("nothing in it was whole")
        elif self.path != self.before:
            told.append(f"renamed to {self.path.name}")
        return f"{self.before}: {'; '.join(told)}"


def repair(path: Path) -> Mended | None:
    """Mends one file; None when there is nothing that it could mend.

    Raises OSError; WarcError when it cannot be mended: the name that a left-over file should get is
    taken, or one gzip member holds whole records and damage.
    """
    size = path.stat().st_size
    if size == 0 and path.name.endswith(OPEN_SUFFIX):
        path.unlink()  # a crash before the first byte: there is nothing to keep
        return Mended(path, None, 0, None, moved=False)
    kept = _merged(_kept(path))
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    if final != path and final.exists():
        raise WarcError(path, 0, f"it cannot be finished: {final.name} exists already")
    whole = kept == [(0, size)]
    if whole and final == path:
        return None
    cut = size - sum(end - start for start, end in kept)
    copy, moved = None, False
    if not kept:
        copy = _free(final, ".damaged")
        path.rename(copy)
        sync_folder(path.parent)
        return Mended(path, None, cut, copy, moved=size > 0)
    if not whole and len(kept) == 1 and kept[0][0] == 0:
        copy = _cut_tail(path, kept[0][1], _free(final, ".cut"))
    elif not whole:
        copy, moved = _take_out(path, kept, _free(final, ".damaged")), True
    if final != path:
        path.rename(final)
        sync_folder(path.parent)
    return Mended(path, final, cut, copy, moved)


def _kept(path: Path) -> Iterator[Span]:
    """The bytes that stay, in order."""
    digests: Digests | None = None

    def sink(head: Head) -> Digests:
        nonlocal digests
        digests = Digests(head)
        return digests

    ours = _written_by_us(path)
    grouping = Grouping()
    shared = -1
    for item in scan(path, sink):
        if isinstance(item, Damage) or not item.whole:
            if item.offset == shared:
                reason = "whole records stand in one gzip member with damage; it cannot be cut"
                raise WarcError(path, item.offset, reason)
            grouping.damaged(item.offset)
            continue
        if item.end == item.offset:
            shared = item.offset
        assert digests is not None  # the walk has asked for it
        if not ours:
            yield item.offset, item.end
        elif closed := grouping.add(seen(item, digests)):
            for record in closed.records if closed.damage is None else closed.members():
                yield record.offset, record.end


def _written_by_us(path: Path) -> bool:
    """Whether the records of a file stand in groups: its warcinfo says so, or a metadata record."""
    digests: Digests | None = None

    def sink(head: Head) -> Digests:
        nonlocal digests
        digests = Digests(head)
        return digests

    for item in scan(path, sink):
        if not isinstance(item, Found) or not item.whole:
            continue
        assert digests is not None
        if item.head.type == "warcinfo" and (told := is_ours(digests.start)) is not None:
            return told
        if item.head.type == "metadata":
            return all(name in digests.start for name in _OUR_FIELDS)
    return False


def _merged(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and merged[-1][1] == start:
            merged[-1] = merged[-1][0], end
        elif end > start:
            merged.append((start, end))
    return merged


def _cut_tail(path: Path, end: int, copy: Path) -> Path:
    with path.open("r+b") as file:
        with _whole_or_none(copy) as beside:
            file.seek(end)
            shutil.copyfileobj(file, beside, _COPY)
            _flush(beside)
        sync_folder(path.parent)
        file.truncate(end)
        _flush(file)
    return copy


def _take_out(path: Path, kept: list[Span], original: Path) -> Path:
    fresh = path.with_name(path.name + ".mending")
    fresh.unlink(missing_ok=True)
    with path.open("rb") as file, _whole_or_none(fresh) as mended:
        for start, end in kept:
            file.seek(start)
            left = end - start
            while left and (piece := file.read(min(_COPY, left))):
                mended.write(piece)
                left -= len(piece)
        _flush(mended)
    # By a second name, so that the file is never without its first.
    original.hardlink_to(path)
    sync_folder(path.parent)
    fresh.replace(path)
    sync_folder(path.parent)
    return original


@contextmanager
def _whole_or_none(path: Path) -> Iterator[BinaryIO]:
    """A new file, which is removed again when it cannot be written whole."""
    with path.open("xb") as file:
        try:
            yield file
        except OSError:
            path.unlink()
            raise


def _free(path: Path, suffix: str) -> Path:
    """A name beside the file that nothing has yet: .cut, .cut.2, .cut.3, …"""
    found, number = path.with_name(path.name + suffix), 1
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}{suffix}.{number}")
    return found


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
