"""Walks through gzip files, a record a member, past damage (ISO 28500, annex D)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from archiver.warc.scan.head import HEAD_END, Head, parse_head
from archiver.warc.scan.record import (
    HEAD_LIMIT,
    RECORD_END,
    VERSION,
    VERSION_LONGEST,
    Damage,
    Found,
    Record,
    Sink,
    Window,
    take,
)

GZIP = b"\x1f\x8b"
_MEMBER = b"\x1f\x8b\x08"
_READ = 1 << 16
_PIECE = 1 << 20
_SALVAGE = 1 << 14
_SALVAGE_STEP = 64


class _BrokenError(Exception):
    """The member is damaged."""


class _TornError(_BrokenError):
    """The file ends within the member."""


@dataclass(slots=True)
class _Members:
    """A file as gzip members; ``at`` is the offset behind what was decompressed."""

    file: BinaryIO
    at: int = 0
    raw: bytes = field(default=b"")

    def seek(self, offset: int) -> None:
        self.file.seek(offset)
        self.at, self.raw = offset, b""

    def pieces(self) -> Iterator[bytes]:
        """The decompressed bytes of the next member. Raises _BrokenError, _TornError."""
        inflate = zlib.decompressobj(wbits=31)
        while not inflate.eof:
            self.raw = self.raw or self.file.read(_READ)
            ended = not self.raw
            try:
                piece = inflate.decompress(self.raw, _PIECE)
            except zlib.error as e:
                raise _BrokenError(str(e)) from e
            rest = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
            self.at += len(self.raw) - len(rest)
            self.raw = rest
            if piece:
                yield piece
            elif ended and not inflate.eof:
                raise _TornError("the file ends within the gzip member")


def gzip_file(file: BinaryIO, size: int, sink: Callable[[Head], Sink]) -> Iterator[Found | Damage]:
    members = _Members(file)
    members.seek(0)
    offset = 0
    while offset < size:
        window = Window(members.pieces())
        noting = _Noting(sink)
        try:
            found = take(window, noting)
            while found.whole and found.head and VERSION.match(window.peek(VERSION_LONGEST)):
                # More than one record in this member; where it ends is not known yet.
                yield Found(offset, offset, found.head, True, found.problems)
                noting.head = None
                found = take(window, noting).also(
                    ("gzip-per-record", "stands in one gzip member with the record before it")
                )
            rest, last = window.rest()
        except _BrokenError as e:
            damage = _broken(file, offset, size, e, noting.head)
            yield damage
            offset = damage.end
            members.seek(offset)
            continue
        if rest or not found.whole:
            found = _explained(found, rest, last)
        if found.head is None:
            yield Damage(offset, members.at, *found.problems[0])
        else:
            yield Found(offset, members.at, found.head, found.whole, found.problems)
        offset = members.at


class _Noting:
    """Passes a sink on, and remembers for which head it was asked last."""

    def __init__(self, sink: Callable[[Head], Sink]) -> None:
        self._sink = sink
        self.head: Head | None = None

    def __call__(self, head: Head) -> Sink:
        self.head = head
        return self._sink(head)


def _explained(found: Record, rest: int, last: bytes) -> Record:
    """Says what is wrong with a record whose gzip member is whole; ``rest`` bytes were left."""
    if found.declared is None:
        return found
    broken = Record(found.head, False, found.problems, found.declared, found.had)
    longer = not found.whole and rest > len(last) and last == RECORD_END
    if found.had < found.declared or longer:
        true = found.had + (rest - len(RECORD_END) if longer else 0)
        return broken.also(
            ("content-length", f"Content-Length is {found.declared}, the block has {true} bytes")
        )
    return broken.also(("record-end", "the block is not followed by two empty lines and the end"))


def _broken(
    file: BinaryIO, offset: int, size: int, error: _BrokenError, head: Head | None
) -> Damage:
    end = _next_member(file, offset + 1, size)
    file.seek(offset)
    start = file.read(len(GZIP))
    if start != GZIP[: len(start)]:
        rule = "gzip-member" if end < size else "trailing-bytes"
        return Damage(offset, end, rule, f"{end - offset} bytes that are no gzip member")
    return Damage(offset, end, "gzip-member", str(error), head or _salvage(file, offset))


def _salvage(file: BinaryIO, offset: int) -> Head | None:
    """The head of a record in a damaged member, as far as it decompresses."""
    file.seek(offset)
    raw, got, inflate = file.read(_SALVAGE), b"", zlib.decompressobj(wbits=31)
    try:
        # In small steps: zlib gives nothing of the step in which it meets the damage.
        for start in range(0, len(raw), _SALVAGE_STEP):
            got += inflate.decompress(raw[start : start + _SALVAGE_STEP], _PIECE)
            if len(got) >= HEAD_LIMIT:
                break
    except zlib.error:
        pass
    end = HEAD_END.search(got)
    # Without the end of the head: the lines that are whole.
    whole = end.end() if end else got.rfind(b"\r\n")
    return parse_head(got[:whole]) if VERSION.match(got[:whole] + b"\n") else None


def _next_member(file: BinaryIO, start: int, size: int) -> int:
    """The offset of the next gzip member that holds a record; the size of the file without one."""
    offset, overlap = start, len(_MEMBER) - 1
    while offset < size:
        file.seek(offset)
        piece = file.read(_PIECE)
        at = piece.find(_MEMBER)
        while at >= 0:
            file.seek(offset + at)
            if holds_record(file.read(_SALVAGE)):
                return offset + at
            at = piece.find(_MEMBER, at + 1)
        if len(piece) <= overlap:
            break
        offset += len(piece) - overlap
    return size


def holds_record(raw: bytes) -> bool:
    """Whether bytes begin a gzip member that holds a WARC record."""
    try:
        begin = zlib.decompressobj(wbits=31).decompress(raw, VERSION_LONGEST)
    except zlib.error:
        return False
    return VERSION.match(begin) is not None
