"""Cutting one group of records out of a WARC file, without a look inside its records.

Each record is a gzip member of its own (ISO 28500, annex on compression), so the bytes can be
copied as they lie: what comes out is a valid WARC file, byte for byte as it was captured.
Standard library only.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archiver.errors import WarcError

_CHUNK = 1 << 16
_FIRST_MEMBER_LIMIT = 1 << 20
"""A warcinfo record is some hundred bytes; a file whose first member never ends is none of ours."""


def slice_bytes(path: Path, offset: int, length: int) -> Iterator[bytes]:
    """The first gzip member of the file (its warcinfo record), then the span's bytes.

    The span is ``length`` bytes from ``offset``, both of the compressed file. When it begins at 0
    it holds the first member already, and this is not doubled.

    Raises FileNotFoundError when there is no file; WarcError when it does not begin with a whole
    gzip member, the span lies outside the file, or the span does not begin with a gzip member.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if offset < 0 or length <= 0 or offset + length > size:
            raise WarcError(path, offset, f"no {length} bytes here, the file has {size}")
        first = b"" if offset == 0 else _first_member(path, file)
        file.seek(offset)
        if file.read(2) != b"\x1f\x8b":
            raise WarcError(path, offset, "no gzip member begins here")
        if first:
            yield first
        file.seek(offset)
        left = length
        while left:
            chunk = file.read(min(_CHUNK, left))
            if not chunk:
                raise WarcError(path, file.tell(), "the file ended while it was read")
            left -= len(chunk)
            yield chunk


def _first_member(path: Path, file: BinaryIO) -> bytes:
    file.seek(0)
    member = zlib.decompressobj(wbits=31)
    read = b""
    while len(read) < _FIRST_MEMBER_LIMIT and (chunk := file.read(_CHUNK)):
        read += chunk
        try:
            member.decompress(chunk)
        except zlib.error as e:
            raise WarcError(path, 0, f"does not begin with a gzip member ({e})") from e
        if member.eof:
            return read[: len(read) - len(member.unused_data)]
    raise WarcError(path, 0, "its first gzip member does not end")
