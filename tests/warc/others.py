"""What ``warcio check`` and ``fastwarc check --verify-payloads`` say of a file, run in-process."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from click.testing import CliRunner
from fastwarc.cli import main as fastwarc
from warcio.checker import Checker


@dataclass
class Said:
    """The records that it complains of, and how it broke off: "", "stops" or "crash"."""

    records: set[str] = field(default_factory=set)
    broke_off: str = ""


class _Options:
    verbose = False

    def __init__(self, path: Path) -> None:
        self.inputs = [str(path)]


def by_warcio(path: Path) -> Said:
    out = io.StringIO()
    said = Said()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            Checker(_Options(path)).process_all()
        except Exception:  # noqa: BLE001  # whatever it is, its user gets a traceback
            said.broke_off = "crash"
    said.records = set(re.findall(r"WARC-Record-ID (\S+)", out.getvalue()))
    if "ArchiveLoadFailed" in out.getvalue():
        said.broke_off = "stops"
    return said


def by_fastwarc(path: Path) -> Said:
    done = CliRunner().invoke(fastwarc, ["check", "--verify-payloads", "--quiet", str(path)])
    listed = CliRunner().invoke(
        fastwarc, ["check", "--verify-payloads", "--quiet", "--output", "-", str(path)]
    )
    said = Said(set(re.findall(r"(?m)^(.*): .*FAIL", listed.output)))
    if done.exception and not isinstance(done.exception, SystemExit):
        said.broke_off = "crash"
    elif "Error" in done.output:
        said.broke_off = "stops"
    return said


def finds(said: Said, of_good: Said) -> str:
    """Whether a checker finds more in a file than in the good one, where its alarms are false."""
    return said.broke_off or ("yes" if said.records - of_good.records else "-")
