"""Reads the WARC files that this program writes: gzip member by member, group by group.

Other readers take a torn gzip member for the end of the file without a word; here each member's
end is looked at.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import WarcRecord

from archiver.errors import WarcError

_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Record:
    """One record: type, headers (names in lower case; the first of a repeated one), block."""

    type: str
    headers: dict[str, str]
    block: bytes

    @property
    def uuid(self) -> str:
        """The UUID of its WARC-Record-ID."""
        return self.headers.get("warc-record-id", "").strip("<>").removeprefix("urn:uuid:")


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one exchange, or the warcinfo that begins a file.

    ``offset`` and ``length`` are bytes of the compressed file.
    """

    offset: int
    length: int
    records: tuple[Record, ...]

    @property
    def end(self) -> int:
        return self.offset + self.length

    def of_type(self, name: str) -> Record | None:
        return next((record for record in self.records if record.type == name), None)


class TornError(WarcError):
    """The file ends in the midst of a group; ``offset`` is where the last whole group ended."""


def groups(path: Path, start: int = 0) -> Iterator[Group]:
    """The groups of a file from ``start``, the end of an earlier group.

    Raises TornError when bytes remain that are no whole group (as while a file is written), and
    WarcError when what stands there is no WARC record.
    """
    begin, gathered = start, list[Record]()
    with path.open("rb") as file:
        for offset, end, data in _members(path, file, start):
            record = _record(path, offset, data)
            gathered.append(record)
            if record.type in ("warcinfo", "metadata"):
                yield Group(begin, end - begin, tuple(gathered))
                begin, gathered = end, []
        if file.seek(0, 2) > begin:
            raise TornError(path, begin, "the file ends within a record or before its metadata")


def _members(path: Path, file: BinaryIO, start: int) -> Iterator[tuple[int, int, bytes]]:
    """Offset, end and decompressed bytes of each whole member; stops before a torn one."""
    offset, buffer = start, b""
    file.seek(start)
    while True:
        inflate, parts, consumed = zlib.decompressobj(wbits=31), [], 0
        while not inflate.eof:
            buffer = buffer or file.read(_READ)
            if not buffer:
                return
            try:
                parts.append(inflate.decompress(buffer))
            except zlib.error as e:
                raise WarcError(path, offset, f"no gzip member: {e}") from e
            consumed += len(buffer) - len(inflate.unused_data)
            buffer = inflate.unused_data
        yield offset, offset + consumed, b"".join(parts)
        offset += consumed


def _record(path: Path, offset: int, data: bytes) -> Record:
    try:
        record = WarcRecord.from_bytes(data)
        headers: dict[str, str] = {}
        for name, value in record.headers.to_tuples():
            headers.setdefault(name.lower(), value)
        block = record.reader.read()
        declared = int(headers.get("content-length", "-1"))
    except (ValueError, RuntimeError, OSError, EOFError) as e:
        raise WarcError(path, offset, f"no WARC record: {e}") from e
    if declared != len(block):
        raise WarcError(
            path, offset, f"Content-Length is {declared}, the block has {len(block)} bytes"
        )
    return Record(headers.get("warc-type", ""), headers, block)
