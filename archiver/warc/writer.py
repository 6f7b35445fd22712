"""Writes the WARC files of one collection: ``Prefix-Timestamp-Serial-Host.warc.gz``.

A file bears ``.open`` behind its name while it is written; it is renamed when it is closed.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from archiver.layout import OPEN_SUFFIX
from archiver.warc.exchange import Exchange, Original
from archiver.warc.records import write_group, write_warcinfo

_BUFFER = 1 << 18  # bytes; most groups go to the disk in one write


class CollectionWriter:
    """Appends groups of records to the collection of one source; one thread at a time.

    ``info`` are the fields of each warcinfo record. A file that has reached ``size`` bytes is
    closed and the next one begun, never within a group. Methods raise OSError.
    """

    def __init__(self, folder: Path, info: Mapping[str, str], size: int) -> None:
        self._folder = folder
        self._info = info
        self._size = size
        self._serial = 0
        self._file: BinaryIO | None = None
        self._path = folder
        self._warcinfo_id = ""
        self._whole = 0
        self._synced = 0

    def write(
        self, exchange: Exchange, original_of: Callable[[str], Original | None] = lambda _: None
    ) -> None:
        """Appends one exchange; see ``write_group`` for the rest.

        After an OSError the file is cut back to its last whole group.
        """
        if self._file is not None and self._whole >= self._size:
            self.close()
        if self._file is None:
            self._open()
        with self._whole_or_nothing() as sink:
            write_group(sink, exchange, self._warcinfo_id, original_of)

    def sync(self) -> None:
        """Forces what was written to the disk; only then is it sure to be kept."""
        if self._file is not None and self._synced < self._whole:
            os.fsync(self._file.fileno())
            self._synced = self._whole

    def close(self) -> None:
        """Syncs, closes and gives the file its final name."""
        if self._file is None:
            return
        self.sync()
        self._file.close()
        self._file = None
        if self._whole:
            finish(self._path)
        else:
            self._path.unlink()  # not even its first record could be written

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        now = datetime.now(UTC)
        while True:
            name = f"{self._folder.name}-{now:%Y%m%d%H%M%S}-{self._serial:05}-{_host()}.warc.gz"
            self._serial += 1
            self._path = self._folder / (name + OPEN_SUFFIX)
            if not (self._folder / name).exists() and not self._path.exists():
                break
        self._file = self._path.open("xb", buffering=_BUFFER)
        self._whole = self._synced = 0
        with self._whole_or_nothing() as sink:
            self._warcinfo_id = write_warcinfo(sink, name, now, self._info)
        sync_folder(self._folder)

    @contextmanager
    def _whole_or_nothing(self) -> Iterator[Callable[[bytes], object]]:
        """What the block writes is in the file whole, or cut off again."""
        assert self._file is not None
        try:
            yield self._file.write
            self._file.flush()
        except BaseException:
            self._cut_back()
            raise
        self._whole = self._file.tell()

    def _cut_back(self) -> None:
        """Drops what is buffered and cuts the file back to its last whole group."""
        assert self._file is not None
        with suppress(OSError):
            self._file.close()
        self._file = self._path.open("r+b", buffering=_BUFFER)
        self._file.truncate(self._whole)
        self._file.seek(self._whole)


def finish(path: Path) -> Path:
    """Gives a closed ``.open`` file its final name, durably; returns it."""
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    path.rename(final)
    sync_folder(path.parent)
    return final


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9.]", "_", socket.gethostname()) or "localhost"


def sync_folder(folder: Path) -> None:
    """Forces the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
