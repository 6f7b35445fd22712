"""A full disk: the crawl stops with exit code 4, what was kept is whole, the next run goes on."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from archiver.layout import OPEN_SUFFIX
from archiver.warc.reader import groups
from tests.command import archiver
from tests.conftest import require
from tests.whole import Whole, kept, rows, whole


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A file system of that size; skips where one cannot be mounted."""
    size = f"size={kilobytes}k"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", folder], check=False)
    require(mounted.returncode == 0, "a file system cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def check_what_is_kept(ready: Whole) -> int:
    """Every file can be read up to where its last whole group ends; returns the groups."""
    count = 0
    for path in ready.data.warc_files():
        assert not path.name.endswith(OPEN_SUFFIX)
        count += sum(1 for group in groups(path) if group.of_type("metadata"))
    return count


def test_a_crawl_on_a_full_disk(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with small_disk(folder, 300), whole(folder) as ready:
        keys = [server.site.key for server in ready.servers]
        full = archiver(folder, "crawl", *keys, "--delay", "0", "--no-index")
        assert full.returncode == ExitCode.CANNOT_GO_ON
        assert full.stderr == (
            "archiver: error: the crawl stopped, it cannot write: [Errno 28] No space left on "
            "device; what was kept before is whole\n"
        )
        asked = sum(len(server.log) for server in ready.servers)
        published = sum(len(server.site.answers) for server in ready.servers)
        assert asked < published, "it stopped, it did not go on without keeping"
        subprocess.run(["mount", "-o", "remount,size=50m", folder], check=True)
        ready.crawl()
        assert check_what_is_kept(ready) > 100
        before = rows(ready.data.catalogue)
        assert len(before["announcement"]) == sum(len(s.site.announced) for s in ready.servers)
        assert archiver(folder, "rebuild").returncode == 0
        assert rows(ready.data.catalogue) == before


def test_a_catalogue_on_a_full_disk_stays_as_it_was(tmp_path: Path) -> None:
    """Here a limit on the size of files stands in for the disk, and holds for the index alone."""
    with whole(tmp_path) as ready:
        ready.crawl("--no-index")
        command = [sys.executable, "-m", "archiver", "--data", str(tmp_path), "index"]
        full = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000)),
        )
        assert full.returncode == ExitCode.CANNOT_GO_ON, full.stderr
        assert "catalogue.db" in full.stderr
        assert len(full.stderr.splitlines()) == 1
        with closing(sqlite3.connect(ready.data.catalogue)) as connection:
            assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert archiver(tmp_path, "index").returncode == 0
        captures = rows(ready.data.catalogue)["capture"]
        assert len(captures) == sum(len(kept(ready.data, s.site.key)) for s in ready.servers)


@pytest.mark.parametrize("command", ["index", "rebuild"])
def test_what_cannot_be_written_leaves_the_catalogue(tmp_path: Path, command: str) -> None:
    """An index that has nothing new to tell writes nothing; a rebuild writes beside the old one."""
    with whole(tmp_path) as ready:
        ready.crawl()
        before = rows(ready.data.catalogue)
        broken = subprocess.run(
            [sys.executable, "-m", "archiver", "--data", str(tmp_path), command],
            capture_output=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        )
        assert broken.returncode == (ExitCode.OK if command == "index" else ExitCode.CANNOT_GO_ON)
        assert rows(ready.data.catalogue) == before
