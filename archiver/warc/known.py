"""What is remembered of records across files: their ids, and the originals of revisits.

Of each id, URI, date and digest a hash is kept, about 200 bytes a record in all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archiver.warc import fields
from archiver.warc.digests import parse_digest
from archiver.warc.finding import Finding
from archiver.warc.scan import Found, Head, scan

_ORIGINALS = ("response", "resource")
_URI, _DATE, _ALGORITHM, _PAYLOAD = slice(0, 8), slice(8, 16), slice(16, 24), slice(24, 32)
_NO_DIGEST = bytes(8)
_UNREADABLE = b""
"""The marks of an original that is damaged: a revisit of it is not told too."""


@dataclass(frozen=True, slots=True)
class _Revisit:
    """A revisit on its way to its original; a mark that it does not give is None."""

    path: Path
    offset: int
    head: Head

    @property
    def refers(self) -> str:
        return self.head.get("warc-refers-to") or ""

    def finding(self, message: str) -> Finding:
        return Finding(self.path, self.offset, self.head.id, "revisit-target", message)


@dataclass(slots=True)
class Known:
    """The records that went by. Ids count across all files, originals within one collection."""

    _ids: dict[bytes, tuple[Path, int]] = field(default_factory=dict)
    _originals: dict[bytes, bytes] = field(default_factory=dict)
    _pending: list[_Revisit] = field(default_factory=list)

    def note(self, path: Path, offset: int, head: Head) -> tuple[Path, int] | None:
        """Remembers a record; returns where one of the same id stood before, if one did."""
        if not head.id:
            return None
        key = _key(head.id)
        self._original(key, head)
        earlier = self._ids.get(key)
        if earlier is None:
            self._ids[key] = (path, offset)
        return earlier

    def note_damaged(self, path: Path, offset: int, head: Head) -> None:
        """Remembers that a record stands there, though it cannot be read to its end."""
        if head.id:
            key = _key(head.id)
            self._ids.setdefault(key, (path, offset))
            self._originals.setdefault(key, _UNREADABLE)

    def has(self, record_id: str) -> bool:
        """Whether a record of that id went by."""
        return _key(record_id) in self._ids

    def resolve(self, path: Path, offset: int, head: Head) -> Iterator[Finding]:
        """What is wrong with that to which a revisit refers, when it went by already."""
        revisit = _Revisit(path, offset, head)
        if not revisit.refers:
            return
        marks = self._originals.get(_key(revisit.refers))
        if marks is None:
            self._pending.append(revisit)
        else:
            yield from _differences(revisit, marks)

    def begin_collection(self) -> None:
        """Forgets the originals: revisits do not refer across collections."""
        self._originals.clear()
        self._pending.clear()

    def end_collection(self, others: Callable[[], Iterable[Path]]) -> Iterator[Finding]:
        """What is wrong with revisits whose originals stand behind them, in ``others``, or nowhere.

        ``others`` gives the files of the collection that were not checked; only asked when needed.
        """
        wanted = {_key(revisit.refers) for revisit in self._pending} - self._originals.keys()
        for path in others() if wanted else ():
            try:
                for item in scan(path):
                    if isinstance(item, Found) and (key := _key(item.head.id)) in wanted:
                        self._original(key, item.head)
            except OSError:
                continue  # it is not among the files that were to be checked
        for revisit in self._pending:
            marks = self._originals.get(_key(revisit.refers))
            if marks is None:
                yield revisit.finding(f"no response {revisit.refers} in this collection")
            else:
                yield from _differences(revisit, marks)

    def _original(self, key: bytes, head: Head) -> None:
        if head.type in _ORIGINALS:
            self._originals[key] = (
                _short(fields.target_uri(head))
                + _short(_second(head.get("warc-date") or ""))
                + _digest_marks(head)
            )


def _differences(revisit: _Revisit, original: bytes) -> Iterator[Finding]:
    if original == _UNREADABLE:
        return
    head, name = revisit.head, revisit.refers
    uri, date = head.get("warc-refers-to-target-uri"), head.get("warc-refers-to-date")
    if uri is not None and _short(fields.unbracketed(uri, head)) != original[_URI]:
        yield revisit.finding(f"{name} has another URI than WARC-Refers-To-Target-URI {uri!r}")
    if date is not None and _short(_second(date)) != original[_DATE]:
        yield revisit.finding(f"{name} has another date than WARC-Refers-To-Date {date!r}")
    if fields.profile(head) != fields.IDENTICAL:
        return
    marks = bytes(16) + _digest_marks(head)
    comparable = marks[_ALGORITHM] == original[_ALGORITHM] != _NO_DIGEST
    if comparable and marks[_PAYLOAD] != original[_PAYLOAD]:
        yield revisit.finding(f"{name} has another WARC-Payload-Digest, so it is not identical")


def _digest_marks(head: Head) -> bytes:
    try:
        expected = parse_digest(head.get("warc-payload-digest") or "")
    except ValueError:
        return _NO_DIGEST + _NO_DIGEST
    return _short(expected.algorithm) + _short(expected.value.hex())


def _second(date: str) -> str:
    """A WARC-Date to the second: a copy of it may be less precise than the original."""
    return date[: len("2026-11-24T05:00:00")].rstrip("Z")


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _short(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest()
