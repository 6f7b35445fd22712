"""Bytes of one direction of a connection: in memory while few, on disk when many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile

_IN_MEMORY = 1 << 20  # bytes of a tape
_PIECE = 1 << 16


class Tape:
    """Grows at its end; its last bytes can be cut off; read from the start as often as wanted.

    One thread at a time. A tape of many bytes lies in a temporary file without a name, which is
    gone when the tape is.
    """

    def __init__(self, data: bytes = b"", folder: Path | None = None) -> None:
        """``folder`` is where the temporary file would lie; None is the system's place."""
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115
        self._size = 0
        if data:
            self.append(data)

    def __len__(self) -> int:
        return self._size

    def append(self, data: bytes) -> None:
        """Adds bytes. Raises OSError when the disk is full."""
        self._file.seek(self._size)
        self._file.write(data)
        self._size += len(data)

    def cut(self, count: int) -> None:
        """Takes the last ``count`` bytes off."""
        self._size -= count
        self._file.truncate(self._size)

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """All bytes from ``start``, in pieces of up to 64 KB."""
        position = start
        while position < self._size:
            self._file.seek(position)
            piece = self._file.read(min(_PIECE, self._size - position))
            position += len(piece)
            yield piece

    def head(self, count: int) -> bytes:
        """The first ``count`` bytes, fewer when there are not so many."""
        self._file.seek(0)
        return self._file.read(min(count, self._size))

    def close(self) -> None:
        """Frees memory or disk; the tape cannot be used any more."""
        self._file.close()
