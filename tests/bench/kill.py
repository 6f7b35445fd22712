"""SIGKILL at random moments of a crawl: is anything lost that was there, is any file left broken?

``python -m tests.bench.kill [--rounds 200]`` prints a table, a line a round.

Each round starts ``archiver crawl``, with its index beside it, over what the rounds before left
behind, and kills it; about every second time it kills the index as well. What counts as kept is
what a reader finds in the files right after the kill: whole groups of records. Every one of them
must be found again, byte for byte, after every later start, and every row of the catalogue must
point at a group that is there. A start renames the open files that it finds, so a file without
``.open`` must be whole to its end. (SIGKILL leaves the system's cache of the disk alone; what a
loss of power would do to it, this cannot show.)
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from archiver.catalogue.read import check
from archiver.errors import CatalogueError, WarcError
from archiver.layout import OPEN_SUFFIX, DataFolder
from archiver.warc.reader import TornError, groups
from tests.bench.site import Site

_PAGES = 400
_LARGE = 1_500_000  # bytes of some bodies, which take several writes
_LATEST = 2.5  # seconds to the kill, at most
_AT_WORK = 0.8  # how often that is counted from the first record, else from the program's start
_WITH_INDEX = 0.5  # how often the index is killed as well


@dataclass(frozen=True, slots=True)
class Round:
    """What one kill left: ``kept`` whole groups in all files, of them ``fresh`` ones of this
    round; ``torn`` bytes behind the last whole group of an open file; ``indexed`` rows.

    ``lost`` are groups that were whole before and are not there any more, ``dangling`` rows whose
    group is not there, ``rejected`` files that a reader rejects. ``unusable`` catalogues are those
    that no index would open; they are made again, as an operator would, and the campaign goes on.
    """

    number: int
    seconds: float
    index_killed: bool
    fresh: int
    kept: int
    torn: int
    indexed: int
    recovered: int
    lost: int
    dangling: int
    rejected: int
    unusable: bool


@dataclass
class Campaign:
    """The rounds of one data folder, and all groups that were ever seen whole in it."""

    data: DataFolder
    rounds: list[Round] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)
    """The digest of each group's compressed bytes, by the id of its last record."""
    _closed: dict[Path, tuple[tuple[int, int], dict[str, str]]] = field(default_factory=dict)
    """Finished files that were read to their end: size and time of change, and their groups."""
    _spans: dict[str, set[tuple[str, int, int]]] = field(default_factory=dict)
    """Of each file by its final name: that name, offset and end of its groups."""

    def kill(self, number: int, chance: random.Random) -> Round:
        """One round: starts a crawl, kills it, and looks at what is left."""
        before = self._open()
        process = start(self.data)
        began = monotonic()
        if chance.random() < _AT_WORK:
            while self._open() <= before and process.poll() is None:
                sleep(0.01)
        sleep(chance.uniform(0, _LATEST))
        children, index_killed = _children(process.pid), chance.random() < _WITH_INDEX
        os.killpg(process.pid, signal.SIGKILL)
        seconds = monotonic() - began
        for child in children:
            if index_killed:
                os.kill(child, signal.SIGKILL)
            while _runs(child):
                sleep(0.02)
        process.wait()
        found = self._look(number, seconds, index_killed, before)
        self.rounds.append(found)
        return found

    def finish(self) -> Round:
        """A last crawl that nobody kills; then all files are read anew."""
        before, began = self._open(), monotonic()
        process = start(self.data, "--limit", "20")
        # 1 stands for the limit, which is a problem on record.
        if process.wait() not in (0, 1):
            said = _said(self.data).read_text()
            raise RuntimeError(f"the last crawl ended with code {process.returncode}: {said}")
        self._closed.clear()
        found = self._look(len(self.rounds) + 1, monotonic() - began, False, before)
        verified = _archiver(self.data, "verify")
        if verified.returncode:
            print(verified.stdout + verified.stderr)
            files = {text.split(":")[0] for text in verified.stdout.splitlines()}
            found = replace(found, rejected=max(found.rejected, len(files)))
        self.rounds.append(found)
        return found

    def _open(self) -> set[str]:
        return {path.name for path in self.data.warc_files() if path.suffix == OPEN_SUFFIX}

    def _look(self, number: int, seconds: float, index_killed: bool, before: set[str]) -> Round:
        present: dict[str, str] = {}
        spans: set[tuple[str, int, int]] = set()
        torn = rejected = recovered = 0
        for path in self.data.warc_files():
            whole, rest, sound = self._read(path)
            present |= whole
            torn += rest
            rejected += not sound
            recovered += path.name + OPEN_SUFFIX in before
            spans.update(self._spans[path.name.removesuffix(OPEN_SUFFIX)])
        lost = sum(present.get(key) != value for key, value in self._known.items())
        fresh = len(present.keys() - self._known.keys())
        self._known |= present
        unusable = not _usable(self.data)
        rows = list(_captures(self.data.catalogue))
        dangling = sum((name.split("/")[1], offset, end) not in spans for name, offset, end in rows)
        return Round(
            number, seconds, index_killed, fresh, len(present), torn, len(rows), recovered, lost,
            dangling, rejected, unusable,
        )  # fmt: skip

    def _read(self, path: Path) -> tuple[dict[str, str], int, bool]:
        """The groups of a file, how many bytes lie behind them, and whether that may be so."""
        status = path.stat()
        stamp = (status.st_size, status.st_mtime_ns)
        if path in self._closed and self._closed[path][0] == stamp:
            return self._closed[path][1], 0, True
        still_open = path.name.endswith(OPEN_SUFFIX)
        data, whole, end, sound = path.read_bytes(), dict[str, str](), 0, True
        name = path.name.removesuffix(OPEN_SUFFIX)
        self._spans[name] = set()
        try:
            for group in groups(path):
                whole[group.records[-1].uuid] = sha256(data[group.offset : group.end]).hexdigest()
                self._spans[name].add((name, group.offset, group.end))
                end = group.end
        except TornError:
            sound = still_open
        except WarcError:
            sound = False
        if sound and not still_open:
            self._closed[path] = (stamp, whole)
        return whole, len(data) - end, sound


def start(data: DataFolder, *args: str) -> subprocess.Popen[bytes]:
    """``archiver crawl`` of the bench site, the leader of a process group of its own."""
    command = [sys.executable, "-m", "archiver", "--data", str(data.path)]
    with _said(data).open("wb") as said:
        return subprocess.Popen(
            [*command, "crawl", "bench", "--delay", "0", *args],
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def _said(data: DataFolder) -> Path:
    """Where what the last crawl and its index said is kept."""
    return data.path / "said.txt"


def _archiver(data: DataFolder, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archiver", "--data", str(data.path), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _usable(data: DataFolder) -> bool:
    """Whether an index would open the catalogue; one that it would not is made again."""
    if not data.catalogue.exists():
        return True
    try:
        check(data.catalogue)
    except CatalogueError:
        rebuilt = _archiver(data, "rebuild")
        if rebuilt.returncode:
            raise RuntimeError(f"the catalogue cannot be made again: {rebuilt.stderr}") from None
        return False
    return True


def _children(process: int) -> list[int]:
    try:
        return [
            int(n) for n in Path(f"/proc/{process}/task/{process}/children").read_text().split()
        ]
    except OSError:
        return []


def _runs(process: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def _captures(catalogue: Path) -> Iterator[tuple[str, int, int]]:
    """File, offset and end of every capture that the catalogue acknowledges."""
    if not catalogue.exists():
        return
    # Not read-only: after a crash the first reader rolls back what was not finished.
    with closing(sqlite3.connect(catalogue)) as connection:
        (state,) = connection.execute("pragma integrity_check").fetchone()
        if state != "ok":
            raise RuntimeError(f"the catalogue is broken: {state}")
        tables = {name for (name,) in connection.execute("select name from sqlite_master")}
        if "capture" in tables:
            yield from connection.execute(
                "select warc_file, offset, offset + length from capture where length > 0"
            )


def campaign(folder: Path, rounds: int, seed: int, *, table: bool) -> list[Round]:
    """Kills so many crawls of a generated site, and lets one more come to its end."""
    chance = random.Random(seed)
    with Site(_PAGES, _LARGE) as site:
        data = DataFolder(folder)
        site.register(data.path, settings="[crawl]\nmax_depth = 1000\n[warc]\nsize = 300000\n")
        kills = Campaign(data)
        for number in range(1, rounds + 1):
            found = kills.kill(number, chance)
            if table:
                print(line(found), flush=True)
        found = kills.finish()
        if table:
            print(line(found))
    return kills.rounds


HEAD = (
    "round killed at  index  fresh   kept    torn indexed recovered lost dangling rejected unusable"
)


def line(found: Round) -> str:
    """A round as a line under ``HEAD``."""
    return (
        f"{found.number:5} {found.seconds:7.2f} s {'killed' if found.index_killed else 'lives':>6} "
        f"{found.fresh:6} {found.kept:6} {found.torn:7} {found.indexed:7} {found.recovered:9} "
        f"{found.lost:4} {found.dangling:8} {found.rejected:8} {found.unusable:8}"
    )


def main(rounds: int, seed: int) -> int:
    """Prints the table and the sums; 1 when anything was lost or left broken."""
    print(f"seed {seed}\n{HEAD}")
    with tempfile.TemporaryDirectory() as folder:
        done = campaign(Path(folder), rounds, seed, table=True)
    lost, dangling, rejected, unusable = (
        sum(getattr(found, name) for found in done)
        for name in ("lost", "dangling", "rejected", "unusable")
    )
    print(
        f"{rounds} kills, {sum(found.fresh > 0 for found in done)} of them while pages came, "
        f"{sum(found.torn > 0 for found in done)} in the midst of a group: {done[-1].kept} groups "
        f"kept, {lost} lost, {dangling} rows without bytes, {rejected} files rejected, "
        f"{unusable} catalogues that had to be made again"
    )
    return int(bool(lost or dangling or rejected or unusable))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    given = parser.parse_args()
    sys.exit(main(given.rounds, given.seed))
