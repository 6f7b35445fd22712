"""A crawl that is stopped from outside ends soon, and what it kept is whole and indexed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from tests.whole import kept, rows, whole


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_crawl_says_so_and_has_lost_nothing(tmp_path: Path, number: int) -> None:
    with whole(tmp_path) as ready:
        key = ready.pole.site.key
        command = [sys.executable, "-m", "archiver", "--data", str(tmp_path), "crawl", key]
        crawl = subprocess.Popen(
            [*command, "--delay", "0.2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        while len(ready.pole.log) < 5:
            assert crawl.poll() is None
            time.sleep(0.05)
        asked = len(ready.pole.log)
        crawl.send_signal(number)
        said = crawl.communicate(timeout=60)
        assert said == ("", "archiver: the crawl was interrupted; the next one begins anew\n")
        assert crawl.returncode == ExitCode.PROBLEMS
        seen = [(entry.request, entry.response) for entry in ready.pole.log]
        assert len(seen) <= asked + 4, "it did not go through all that it had planned"
        told = []
        for group in kept(ready.data, key):
            request, response = group.of_type("request"), group.of_type("response")
            assert request is not None
            assert response is not None
            told.append((request.block, response.block))
        assert sorted(told) == sorted(seen)
        assert len(rows(ready.data.catalogue)["capture"]) == len(seen)


def test_a_crawl_that_is_stopped_twice_ends_at_once_and_has_lost_nothing(tmp_path: Path) -> None:
    with whole(tmp_path) as ready:
        key = ready.pole.site.key
        command = [sys.executable, "-m", "archiver", "--data", str(tmp_path), "crawl", key]
        crawl = subprocess.Popen([*command, "--delay", "3"], stderr=subprocess.DEVNULL)
        while len(ready.pole.log) < 2:
            assert crawl.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)  # an answer needs a moment to be handed over
        for _ in range(2):
            crawl.send_signal(signal.SIGINT)
            time.sleep(0.3)
        assert crawl.wait(10) == ExitCode.PROBLEMS
        told = [group.of_type("request") for group in kept(ready.data, key)]
        assert [r.block for r in told if r] == [entry.request for entry in ready.pole.log]
        assert all(path.name.endswith(".warc.gz") for path in ready.data.warc_files())
