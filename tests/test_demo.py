"""``archiver demo`` as somebody meets the program for the first time."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from archiver.layout import DataFolder
from archiver.samples import labo, pole
from tests.whole import rows


def test_the_demo_crawls_indexes_serves_and_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "archiver", "demo", "--port", "0", "--keep"]
    demo = subprocess.Popen(
        [*command, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    assert demo.stderr is not None
    said, url = "", None
    while url is None:
        line = demo.stdout.readline()
        assert line, demo.stderr.read()
        said += line
        url = re.search(r"^(http://127\.0\.0\.1:\d+/)$", said, re.M)
    assert "Look at" in said
    with urllib.request.urlopen(
        f"{url[1]}catalogue/announcement.json?_shape=array&_size=max"
    ) as answer:
        served = json.load(answer)
    demo.send_signal(signal.SIGINT)
    assert demo.wait(20) == 0
    assert demo.stderr.read() == ""
    published = len(pole("http://x").announced) + len(labo("http://x", "http://y").announced)
    assert len(served) == len(rows(DataFolder(tmp_path).catalogue)["announcement"]) == published
