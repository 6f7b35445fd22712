"""Which records belong together: the groups of this program's files, and what breaks them. Pure.

A group is [response or revisit], [request], metadata; the metadata record closes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_MAIN = ("response", "revisit", "resource")
_CLOSING = ("metadata", "warcinfo")
_MOST_GATHERED = 10_000
"""A file in which so many records follow one another without metadata is none of ours."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of a record that went by.

    ``parses``: its HTTP message begins as one, or it is none. ``excused``: a metadata record that
    names an error, or a record that says that it is truncated.
    """

    offset: int
    end: int
    type: str
    id: str
    uri: str
    concurrent: tuple[str, ...] = ()
    parses: bool = True
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """The records from the end of one group to the record that closes the next.

    ``damage`` is the offset of the last damage between them, None without.
    """

    records: tuple[Seen, ...]
    damage: int | None = None

    @property
    def begin(self) -> int:
        return self.records[0].offset

    @property
    def end(self) -> int:
        return self.records[-1].end

    @property
    def closing(self) -> Seen:
        return self.records[-1]

    @property
    def main(self) -> Seen | None:
        """What the closing record belongs to: itself when it names no other, None when lost."""
        if not self.closing.concurrent:
            return self.closing
        named = self.closing.concurrent
        return next((r for r in reversed(self.records[:-1]) if r.id in named), None)

    def members(self) -> tuple[Seen, ...]:
        """The records of the group that is closed; none when damage took one of them."""
        main = self.main
        if main is None:
            return ()
        found = tuple(
            r
            for r in self.records
            if r in (main, self.closing) or (r.type == "request" and main.id in r.concurrent)
        )
        lost = self.damage is not None and self.damage > found[0].offset
        return () if lost else found


class Grouping:
    """Gathers records, in the order of the file, into groups."""

    def __init__(self) -> None:
        self._gathered: list[Seen] = []
        self._damage: int | None = None

    def add(self, seen: Seen) -> Closed | None:
        """The group that this record closes, if it does."""
        self._gathered.append(seen)
        if seen.type not in _CLOSING:
            if len(self._gathered) > _MOST_GATHERED:
                self._gathered.clear()
            return None
        return self.rest()

    def damaged(self, offset: int) -> None:
        """Notes that bytes at this offset are no whole record."""
        self._damage = offset

    def rest(self) -> Closed | None:
        """What was gathered since the last group; begins anew."""
        closed = Closed(tuple(self._gathered), self._damage) if self._gathered else None
        self._gathered, self._damage = [], None
        return closed


Fault = tuple[Seen, str, str]
"""A record, the rule and what breaks it."""


def check(closed: Closed) -> Iterator[Fault]:
    """What is wrong with a group; of damage, which is told apart, nothing is told again."""
    before, main = closed.records[:-1], closed.main
    whole = closed.damage is None
    if closed.closing.type == "warcinfo":
        yield from unclosed(closed, before)
        return
    if main is None or main.type == "metadata":
        yield from _without_response(closed, main, before)
        return
    requests = [r for r in before if r.type == "request"]
    own = [r for r in requests if main.id in r.concurrent]
    for request in requests:
        if request not in own and request.uri == main.uri and whole:
            yield request, "concurrent-to", f"does not name {main.id}, the record of its group"
    if not requests and whole:
        yield main, "pair", "its request is missing"
    for record in (*own, closed.closing):
        if record.uri != main.uri:
            yield record, "pair", f"has another WARC-Target-URI than {main.id}, its record"
    if any(request.offset < main.offset for request in own):
        yield main, "pair", "stands behind its request"
    strays = [r for r in before if r is not main and r not in own and r.uri != main.uri]
    yield from unclosed(closed, (*strays, *(r for r in before if _twin(r, main))))


def unclosed(closed: Closed, records: tuple[Seen, ...]) -> Iterator[Fault]:
    """Records that no metadata record belongs to: one finding for each exchange."""
    if closed.damage is not None:
        return
    for record in records:
        if record.type in _MAIN or not any(r.id in record.concurrent for r in records):
            yield record, "pair", "its metadata record is missing"


def unparsed(closed: Closed) -> Iterator[Fault]:
    """Messages that do not begin as HTTP, unless the metadata names the error."""
    for record in closed.records:
        if not record.parses and not record.excused and not closed.closing.excused:
            yield record, "http-grammar", f"its block does not begin as an HTTP {record.type}"


def _twin(record: Seen, main: Seen) -> bool:
    return record.type in _MAIN and record is not main and record.uri == main.uri


def _without_response(
    closed: Closed, main: Seen | None, before: tuple[Seen, ...]
) -> Iterator[Fault]:
    meta = closed.closing
    if closed.damage is not None:
        return
    mains = [r for r in before if r.type in _MAIN]
    if mains and mains[-1].uri == meta.uri:
        name = mains[-1].id
        yield meta, "concurrent-to", f"does not name {name}, the record of its group"
        yield from unclosed(closed, tuple(mains[:-1]))
    elif main is None:
        yield meta, "pair", f"the record it belongs to, {meta.concurrent[0]}, is missing"
    else:
        others = tuple(r for r in before if meta.id not in r.concurrent)
        if others and not mains and all(r.uri == meta.uri for r in others):
            for request in others:
                yield request, "concurrent-to", f"does not name {meta.id}, the record of its group"
        else:
            yield from unclosed(closed, others)
