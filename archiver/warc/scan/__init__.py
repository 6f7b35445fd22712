"""Walks through a WARC file of any origin record by record, past damage. Standard library only.

It says what is there: heads, whether blocks are as long as they say, and which bytes are no record.
Whether what is there is right is for verify.py to say. Blocks go by in pieces of at most 1 MB.

A gzip member is looked at up to its end and its CRC; other readers take a torn one for the end of
the file. After damage the walk goes on at the next bytes that decompress to a WARC record (in plain
files: that begin one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from archiver.layout import OPEN_SUFFIX
from archiver.warc.scan.head import Head, Problem
from archiver.warc.scan.members import gzip_file, holds_record
from archiver.warc.scan.plain import plain_file
from archiver.warc.scan.record import VERSION, Damage, Found, Nowhere, Sink

__all__ = ["Damage", "Found", "Head", "Nowhere", "Problem", "Sink", "scan"]

_START = 1 << 14


def scan(
    path: Path, sink: Callable[[Head], Sink] = lambda _: Nowhere()
) -> Iterator[Found | Damage]:
    """The records of a file and the damage between them, without gap, in order.

    ``sink`` is asked for each record where its block shall go; it has all of the block when the
    record is yielded. Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        start = file.read(_START)
        # By what it is; where the start is damaged, by its name.
        gzipped = holds_record(start) or (
            path.name.removesuffix(OPEN_SUFFIX).endswith(".gz") and not VERSION.match(start)
        )
        yield from (gzip_file if gzipped else plain_file)(file, size, sink)
