"""Runs the command line as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def archiver(
    data: Path, *args: str, env: dict[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """``archiver --data <data> <args>``; output as text, never raises for an exit code."""
    return python("-m", "archiver", "--data", str(data), *args, env=env, timeout=timeout)


def python(
    *args: str, env: dict[str, str] | None = None, timeout: float = 120, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The Python that runs the tests, in an environment without the settings of this machine."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ARCHIVER_", "SCRAPY_"))}
    return subprocess.run(
        [sys.executable, *args],
        capture_output=True,
        text=True,
        env={**clean, **(env or {})},
        timeout=timeout,
        cwd=cwd,
        check=False,
    )
