"""What can go wrong, and the exit codes of the command line.

::

    ArchiverError                 about one thing; recorded as a problem where the work can go on
    ├── ConfigError(mistakes)     wrong use or configuration; all mistakes at once
    │   └── SourceError(key)      an entry of the registry
    ├── LockedError(path)         another run holds the lock
    ├── CaptureError(url)         an HTTP exchange that could not be kept
    ├── WarcError(path, offset)   a WARC file that cannot be read or written
    ├── ExtractionError(url, record_id)  a page whose text cannot be had
    └── CatalogueError            the SQLite file
        └── OutdatedCatalogueError  another schema; names the command that mends it

Anything that is not an ``ArchiverError`` is a bug and stops the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    PROBLEMS = 1
    """Done, with problems recorded."""
    USAGE = 2
    """Wrong use or configuration."""
    LOCKED = 3
    """Another run holds the lock."""
    CANNOT_GO_ON = 4
    """Disk full, catalogue unreadable, data folder not writable."""


class ArchiverError(Exception):
    """Base of all expected failures; its text is one line that a person can act on."""

    exit_code = ExitCode.CANNOT_GO_ON


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a configuration file, said so that it can be mended."""

    file: str
    key: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.expected}"


class ConfigError(ArchiverError):
    """Wrong use or configuration. ``mistakes`` holds all of them; there is at least one."""

    exit_code = ExitCode.USAGE

    def __init__(self, mistakes: Sequence[Mistake] | str) -> None:
        self.mistakes = () if isinstance(mistakes, str) else tuple(mistakes)
        super().__init__(
            mistakes if isinstance(mistakes, str) else "\n".join(map(str, self.mistakes))
        )


class SourceError(ConfigError):
    """A source that is unknown or cannot be crawled."""

    def __init__(self, key: str, message: str) -> None:
        self.key = key
        super().__init__(f"source {key!r}: {message}")


class LockedError(ArchiverError):
    """Another run holds the lock of this data folder."""

    exit_code = ExitCode.LOCKED

    def __init__(self, path: Path, holder: str) -> None:
        self.path = path
        super().__init__(f"{path}: another run holds the lock ({holder}); wait until it ends")


class CaptureError(ArchiverError):
    """An HTTP exchange that could not be kept."""

    def __init__(self, url: str, message: str) -> None:
        self.url = url
        super().__init__(f"{url}: {message}")


class WarcError(ArchiverError):
    """A WARC file that cannot be read or written; ``offset`` in bytes from its start."""

    def __init__(self, path: Path | str, offset: int, message: str) -> None:
        self.path = path
        self.offset = offset
        self.reason = message
        super().__init__(f"{path}: offset {offset}: {message}")


class ExtractionError(ArchiverError):
    """A page whose fields cannot be extracted."""

    def __init__(self, url: str, record_id: str, message: str) -> None:
        self.url = url
        self.record_id = record_id
        super().__init__(f"{url} ({record_id}): {message}")


class CatalogueError(ArchiverError):
    """The catalogue cannot be opened, read or written."""


class OutdatedCatalogueError(CatalogueError):
    """The catalogue was made by another version of the schema."""

    def __init__(self, path: Path, found: int, expected: int) -> None:
        self.path = path
        super().__init__(
            f"{path}: catalogue version {found}, this program needs {expected}; "
            "run `archiver rebuild` to make it again from the WARC files"
        )
