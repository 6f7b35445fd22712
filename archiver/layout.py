"""Where things lie in the data folder, and its locks. Standard library only.

::

    data/
      archiver.toml           the operator's settings
      sources/*.toml          the operator's own sources, over those of the package
      warc/<source>/*.warc.gz the truth; ``*.warc.gz.open`` while a crawl writes it
      catalogue.db            derived; `archiver rebuild` makes it again
      logs/                   what crawls did, line by line
      crawl.lock index.lock   one crawl and one index at a time
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiverError, LockedError

OPEN_SUFFIX = ".open"
"""Added to the name of a WARC file while it is written."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The folder that holds all that the archiver keeps."""

    path: Path

    @classmethod
    def find(cls, flag: str | None, environ: Mapping[str, str]) -> DataFolder:
        """By flag, else ``ARCHIVER_DATA``, else the current folder if it holds ``archiver.toml``,
        else ``data`` in the current folder."""
        named = flag or environ.get("ARCHIVER_DATA")
        if named:
            return cls(Path(named).absolute())
        here = Path.cwd()
        return cls(here if (here / "archiver.toml").is_file() else here / "data")

    @property
    def settings_file(self) -> Path:
        return self.path / "archiver.toml"

    @property
    def sources(self) -> Path:
        return self.path / "sources"

    @property
    def warc(self) -> Path:
        return self.path / "warc"

    @property
    def catalogue(self) -> Path:
        return self.path / "catalogue.db"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    def collection(self, source: str) -> Path:
        """The folder of all WARC files of one source."""
        return self.warc / source

    def warc_files(self) -> list[Path]:
        """All WARC files, finished or still open, by collection and then by name, that is time."""
        # Open ones first: a file that is finished between the two looks is then seen twice, not
        # never.
        found = [*self.warc.glob(f"*/*.warc.gz{OPEN_SUFFIX}"), *self.warc.glob("*/*.warc.gz")]
        by_name = {(p.parent.name, p.name.removesuffix(OPEN_SUFFIX)): p for p in found}
        return [path for _, path in sorted(by_name.items())]

    def warc_name(self, path: Path) -> str:
        """The name of a WARC file in the catalogue: ``<source>/<file>``, as when it is finished."""
        return f"{path.parent.name}/{path.name.removesuffix(OPEN_SUFFIX)}"

    def warc_path(self, name: str) -> Path:
        """The file of that name on disk, finished or still open.

        Raises FileNotFoundError when there is none.
        """
        finished = self.warc / name
        # In this order a file that is being finished just now is found all the same.
        for path in (finished.with_name(finished.name + OPEN_SUFFIX), finished):
            if path.is_file():
                return path
        raise FileNotFoundError(finished)

    def prepare(self) -> None:
        """Makes the folder and checks that it can be written.

        Raises ArchiverError when it cannot.
        """
        try:
            self.warc.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            if not os.access(self.path, os.W_OK | os.X_OK):
                raise PermissionError(13, "Permission denied", str(self.path))
        except OSError as e:
            raise ArchiverError(
                f"{self.path}: the data folder cannot be written ({e.strerror}); "
                "choose another one with --data or ARCHIVER_DATA"
            ) from e

    @contextmanager
    def lock(self, name: str, *, wait: bool = False) -> Iterator[None]:
        """Holds ``<name>.lock`` while the block runs; the system frees it when the process ends.

        While another process holds it, waits if told so, else raises LockedError at once.
        """
        path = self.path / f"{name}.lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as e:
            raise ArchiverError(f"{path}: cannot be opened ({e.strerror})") from e
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                holder = os.pread(descriptor, 100, 0).decode("ascii", "replace").strip()
                raise LockedError(path, f"process {holder}" if holder else "unknown") from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)
