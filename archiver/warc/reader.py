"""Reads the WARC files that this program writes: gzip member by member, group by group.

Other readers take a torn gzip member for the end of the file without a word; here each member's
end is looked at.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import WarcRecord

from archiver.errors import WarcError
from archiver.warc.message import Response, parse

_READ = 1 << 16
_LARGE = 32 << 20  # bytes of a member; none of a page that is one comes near
_RECORD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: type, headers (names in lower case; the first of a repeated one), block.

    Of a block of more than 32 MB only the beginning is read; then ``whole`` is False.
    """

    type: str
    headers: dict[str, str]
    block: bytes
    whole: bool = True

    @property
    def uuid(self) -> str:
        """The UUID of its WARC-Record-ID."""
        return bare_uuid(self.headers.get("warc-record-id", ""))


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


def bare_uuid(record_id: str) -> str:
    """The UUID of a record id such as ``<urn:uuid:…>``."""
    return record_id.strip("<>").removeprefix("urn:uuid:")


def response_at(path: Path, offset: int) -> Response:
    """The response of the group that begins at ``offset``.

    Raises FileNotFoundError, and WarcError when there is no whole group with a response.
    """
    group = next(groups(path, offset), None)
    record = group.of_type("response") if group else None
    if record is None or not record.whole:
        raise WarcError(path, offset, "no response here that can be read whole")
    return parse(record.block)


class TornError(WarcError):
    """The file ends in the midst of a group; ``offset`` is where the last whole group ended."""


def groups(path: Path, start: int = 0, *, synced: bool = False) -> Iterator[Group]:
    """The groups of a file from ``start``, the end of an earlier group, to where it ends now.

    With ``synced`` they are forced to the disk first, whoever wrote them: what is told of them
    will not outlive them.

    Raises TornError when bytes remain that are no whole group (as while a file is written), and
    WarcError when what stands there is no WARC record.
    """
    begin, gathered = start, list[Record]()
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if synced and size > start:
            os.fsync(file.fileno())
        for offset, end, data, length in _members(path, file, start, size):
            record = _record(path, offset, data, length)
            gathered.append(record)
            if record.type in ("warcinfo", "metadata"):
                yield Group(begin, end - begin, tuple(gathered))
                begin, gathered = end, []
        if size > begin:
            raise TornError(path, begin, "the file ends within a record or before its metadata")


def _members(
    path: Path, file: BinaryIO, start: int, size: int
) -> Iterator[tuple[int, int, bytes, int]]:
    """Offset, end, decompressed bytes and their number, of each whole member before ``size``.

    Of a very large member only the first bytes are given. Stops before a torn one.
    """
    offset, buffer = start, b""
    file.seek(start)
    while True:
        inflate, parts, consumed, length = zlib.decompressobj(wbits=31), list[bytes](), 0, 0
        while not inflate.eof:
            buffer = buffer or file.read(min(_READ, size - file.tell()))
            if not buffer:
                return
            try:
                part = inflate.decompress(buffer)
            except zlib.error as e:
                raise WarcError(path, offset, f"no gzip member: {e}") from e
            if length < _LARGE:
                parts.append(part)
            length += len(part)
            consumed += len(buffer) - len(inflate.unused_data)
            buffer = inflate.unused_data
        yield offset, offset + consumed, b"".join(parts), length
        offset += consumed


def _record(path: Path, offset: int, data: bytes, length: int) -> Record:
    try:
        record = WarcRecord.from_bytes(data)
        headers: dict[str, str] = {}
        for name, value in record.headers.to_tuples():
            headers.setdefault(name.lower(), value)
        block = record.reader.read()
        declared = int(headers.get("content-length", "-1"))
    except (ValueError, RuntimeError, OSError, EOFError) as e:
        raise WarcError(path, offset, f"no WARC record: {e}") from e
    missing = length - len(data)
    if declared != len(block) + (missing - len(_RECORD_END) if missing else 0):
        raise WarcError(
            path, offset, f"Content-Length is {declared}, the block has {len(block)} bytes"
        )
    return Record(headers.get("warc-type", ""), headers, block, whole=not missing)
