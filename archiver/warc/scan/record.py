"""One record out of a stream of bytes, its block passed on in pieces; what a walk finds.

It knows neither files nor gzip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from archiver.warc.scan.head import HEAD_END, Head, Problem, parse_head

HEAD_LIMIT = 1 << 20
RECORD_END = b"\r\n\r\n"
VERSION = re.compile(rb"WARC/\d{1,2}\.\d{1,2}\r?\n")
VERSION_LONGEST = len(b"\nWARC/99.99\r\n")
ENDLESS = "the head of the record does not end"
_DIGITS = re.compile(r"\d{1,18}")


class Sink(Protocol):
    """Takes a block in pieces, which it must not keep."""

    def update(self, piece: bytes) -> None: ...


class Nowhere:
    """A sink for who wants the heads only."""

    def update(self, piece: bytes) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Found:
    """A record. Not ``whole``: its block could not be told from what follows.

    ``offset`` and ``end`` are bytes of the file. Where a gzip member holds several records, all
    have its offset, and only the last has its end; the others end at the offset.
    """

    offset: int
    end: int
    head: Head
    whole: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes from ``offset`` to ``end`` that are no record; ``head`` as far as it can be read."""

    offset: int
    end: int
    rule: str
    message: str
    head: Head | None = None


class Window:
    """Bytes that come in pieces, with a look ahead."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = b""
        self._at = 0
        self.taken = 0

    def peek(self, count: int) -> bytes:
        """The next bytes; fewer than ``count`` at the end only."""
        while len(self._buffer) - self._at < count and self._more():
            pass
        return self._buffer[self._at : self._at + count]

    def head(self) -> bytes | None:
        """All up to the first blank line; None when there is none within 1 MB."""
        searched = 0
        while not (end := HEAD_END.search(self._buffer, self._at + searched)):
            searched = max(0, len(self._buffer) - self._at - len(RECORD_END))
            if searched > HEAD_LIMIT or not self._more():
                return None
        head = self._buffer[self._at : end.end()]
        self._step(len(head))
        return head

    def block(self, count: int, sink: Sink) -> int:
        """Gives up to ``count`` bytes to the sink; returns how many there were."""
        left = count
        while left and (self._at < len(self._buffer) or self._more()):
            piece = self._buffer[self._at : self._at + left]
            sink.update(piece)
            self._step(len(piece))
            left -= len(piece)
        return count - left

    def skip(self, count: int) -> None:
        self._step(count)

    def rest(self) -> tuple[int, bytes]:
        """Takes all that is left: how many bytes, and the last four of them."""
        count, last = 0, b""
        while self._at < len(self._buffer) or self._more():
            last = (last + self._buffer[self._at :])[-4:]
            count += len(self._buffer) - self._at
            self._step(len(self._buffer) - self._at)
        return count, last

    def _step(self, count: int) -> None:
        self._at += count
        self.taken += count

    def _more(self) -> bool:
        piece = next(self._pieces, b"")
        if self._at:
            self._buffer, self._at = self._buffer[self._at :], 0
        self._buffer = self._buffer + piece if self._buffer else piece
        return bool(piece)


@dataclass(frozen=True, slots=True)
class Record:
    head: Head | None
    whole: bool
    problems: tuple[Problem, ...]
    declared: int | None = None
    had: int = 0

    def also(self, problem: Problem) -> Record:
        return Record(self.head, self.whole, (*self.problems, problem), self.declared, self.had)


def take(window: Window, sink: Callable[[Head], Sink]) -> Record:
    """Takes one record: its head, its block and the two empty lines behind it."""
    if not VERSION.match(window.peek(VERSION_LONGEST)):
        return Record(None, False, (("record-head", "no WARC record begins here"),))
    raw = window.head()
    if raw is None:
        return Record(None, False, (("record-head", ENDLESS),))
    head = parse_head(raw)
    length = head.get("content-length")
    if length is None or not _DIGITS.fullmatch(length):
        rule = "mandatory-field" if length is None else "content-length"
        told = "is missing" if length is None else f"is {length!r}, no number"
        return Record(head, False, (*head.problems, (rule, f"Content-Length {told}")))
    declared = int(length)
    had = window.block(declared, sink(head))
    if had == declared and window.peek(len(RECORD_END)) == RECORD_END:
        window.skip(len(RECORD_END))
        return Record(head, True, head.problems, declared, had)
    return Record(head, False, head.problems, declared, had)
