"""Walks through files that are not compressed, past damage."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from archiver.warc.scan.head import Head, Problem
from archiver.warc.scan.record import (
    ENDLESS,
    RECORD_END,
    Damage,
    Found,
    Record,
    Sink,
    Window,
    take,
)

_READ = 1 << 16
_PIECE = 1 << 20
_RECORD_START = re.compile(rb"WARC/\d{1,2}\.\d{1,2}\r?\n(?=[A-Za-z-]{2,40}:)")
_START_LONGEST = 64


def plain_file(file: BinaryIO, size: int, sink: Callable[[Head], Sink]) -> Iterator[Found | Damage]:
    offset = 0
    window = Window(_pieces(file, 0))
    while offset < size:
        begun = window.taken
        found = take(window, sink)
        if found.whole and found.head is not None:
            end = offset + window.taken - begun
            yield Found(offset, end, found.head, True, found.problems)
            offset = end
            continue
        block = offset + window.taken - begun - found.had
        end = _next_record(file, block if found.head else offset + 1, size, found.declared)
        if found.head is None:
            yield Damage(offset, end, *_no_head(found, ended=end == size))
        else:
            yield Found(offset, end, found.head, False, _why(found, block, end, size))
        offset = end
        window = Window(_pieces(file, offset))


def _no_head(found: Record, *, ended: bool) -> Problem:
    rule, message = found.problems[0]
    if not ended:
        return rule, message
    if message == ENDLESS:
        return "torn-record", "the file ends within the head of a record"
    return "trailing-bytes", message


def _why(found: Record, block: int, end: int, size: int) -> tuple[Problem, ...]:
    if found.declared is None:
        return found.problems
    if found.had < found.declared and end == size:
        message = f"the file ends after {found.had} of the {found.declared} bytes of the block"
        return (*found.problems, ("torn-record", message))
    if end == size and block + found.declared + len(RECORD_END) > size:
        message = "the file ends before the two empty lines behind the block"
        return (*found.problems, ("torn-record", message))
    true = end - block - len(RECORD_END)
    if true <= found.declared <= end - block:
        return (*found.problems, ("record-end", "no two empty lines stand behind the block"))
    message = f"Content-Length is {found.declared}, the block has {true} bytes"
    return (*found.problems, ("content-length", message))


def _next_record(file: BinaryIO, start: int, size: int, declared: int | None) -> int:
    """Where the next record of a plain file begins; the size of the file without one.

    First it looks where the declared length says: only what ends the record may be damaged.
    """
    if declared is not None:
        expected = start + declared + len(RECORD_END)
        file.seek(min(expected, size))
        if _RECORD_START.match(file.read(_START_LONGEST)):
            return expected
    offset = start
    while offset < size:
        file.seek(offset)
        piece = file.read(_PIECE)
        if found := _RECORD_START.search(piece):
            return offset + found.start()
        if len(piece) <= _START_LONGEST:
            break
        offset += len(piece) - _START_LONGEST
    return size


def _pieces(file: BinaryIO, offset: int) -> Iterator[bytes]:
    file.seek(offset)
    while piece := file.read(_READ):
        yield piece
