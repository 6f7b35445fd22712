"""``archiver crawl``: crawls sources, with the index beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from archiver.catalogue.write import Catalogue
from archiver.crawl.run import Outcome, run
from archiver.errors import ArchiverError, ConfigError, ExitCode
from archiver.layout import DataFolder
from archiver.model import Kind
from archiver.registry import load


@click.command()
@click.argument("keys", metavar="SOURCE...", nargs=-1)
@click.option("--kind", type=click.Choice([str(k) for k in Kind]), help="All sources of a kind.")
@click.option("--all", "everything", is_flag=True, help="All sources.")
@click.option("--contact", help="E-mail address or page that goes into the user agent.")
@click.option(
    "--delay", type=click.FloatRange(min=0), help="Seconds between two requests to a host."
)
@click.option("--limit", type=click.IntRange(min=1), help="At most so many requests a source.")
@click.option(
    "--no-index", is_flag=True, help="Only write WARC files; `archiver index` reads them."
)
@click.pass_obj
def crawl(
    data: DataFolder,
    keys: tuple[str, ...],
    kind: str | None,
    everything: bool,
    contact: str | None,
    delay: float | None,
    limit: int | None,
    no_index: bool,
) -> None:
    """Crawl sources: by name, of a kind, or all.

    \b
    archiver crawl figeacteurs --contact archives@your-association.fr
    archiver crawl --kind ptce
    archiver crawl --all
    """
    if bool(keys) + bool(kind) + everything != 1:
        raise ConfigError("name sources, or give --kind, or --all; `archiver sources` lists them")
    if not keys:
        chosen = load(data.sources).select(kind=Kind(kind) if kind else None, crawlable=True)
        keys = tuple(source.key for source in chosen)
    data.prepare()
    data.logs.mkdir(exist_ok=True)
    options: dict[str, Any] = {
        "ARCHIVER_DATA": str(data.path),
        "ARCHIVER_CONTACT": contact,
        "ARCHIVER_DELAY": delay,
        "ARCHIVER_MAX_REQUESTS": limit,
        "ARCHIVER_PROGRESS": True,
        "LOG_FILE": str(data.logs / "crawl.log"),
    }
    with _index_beside(data, no_index) as beside:
        outcome = run(keys, options)
    _end(data, outcome, beside)


@dataclass(slots=True)
class _Beside:
    """The index that runs beside a crawl, and its exit code once it has ended."""

    code: int | None = None


@contextmanager
def _index_beside(data: DataFolder, off: bool) -> Iterator[_Beside]:
    """Runs ``archiver index --follow`` while the block runs; then waits until it is through."""
    beside = _Beside()
    if off:
        yield beside
        return
    # In a session of its own: Ctrl-C ends the crawl, and the index then reads what was kept.
    child = subprocess.Popen(
        [sys.executable, "-m", "archiver", "--data", str(data.path), "index", "--follow"],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield beside
    finally:
        assert child.stdin is not None
        child.stdin.close()
        beside.code = child.wait()


def _end(data: DataFolder, outcome: Outcome, beside: _Beside) -> None:
    """Says how it went (nothing when all is well and nobody looks) and sets the exit code."""
    if outcome.failure is not None:
        raise ArchiverError(
            f"the crawl stopped, it cannot write: {outcome.failure}; what was kept before is whole"
        )
    if beside.code in (ExitCode.CANNOT_GO_ON, ExitCode.LOCKED):
        sys.exit(beside.code)  # the index has said why
    problems = outcome.faults
    faulty_files = beside.code == ExitCode.PROBLEMS  # the index has said which
    if beside.code is not None:
        catalogue = Catalogue(data.catalogue)
        problems += catalogue.problems_of(outcome.crawl)
        announcements = catalogue.count("announcement")
        catalogue.close()
        if sys.stdout.isatty():
            click.echo(
                f"{outcome.kept} exchanges kept in {data.warc}; the catalogue has {announcements} "
                "announcements: `archiver serve` shows them"
            )
    if not outcome.finished:
        click.echo("archiver: the crawl was interrupted; the next one begins anew", err=True)
    if problems:
        click.echo(
            f"archiver: {problems} problems in this crawl: see table problem of the catalogue, "
            f"and {data.logs / 'crawl.log'}",
            err=True,
        )
    if problems or faulty_files or not outcome.finished:
        sys.exit(ExitCode.PROBLEMS)
