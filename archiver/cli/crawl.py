"""``archiver crawl``: crawls sources, with the index beside it."""

from __future__ import annotations

import subprocess
import sys
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
        if not keys:
            raise ConfigError(f"no source to crawl{f' of kind {kind}' if kind else ''}")
    data.prepare()
    options: dict[str, Any] = {
        "ARCHIVER_DATA": str(data.path),
        "ARCHIVER_CONTACT": contact,
        "ARCHIVER_DELAY": delay,
        "ARCHIVER_MAX_REQUESTS": limit,
        "ARCHIVER_PROGRESS": True,
        "LOG_FILE": str(data.logs / "crawl.log"),
    }
    index = _IndexBeside(data)
    try:
        outcome = run(keys, options, begun=index.start if not no_index else lambda: None)
    finally:
        index.wait()
    _end(data, outcome, index.code)


class _IndexBeside:
    """``archiver index --follow``, which reads what a crawl completes while it goes on."""

    def __init__(self, data: DataFolder) -> None:
        self._command = [sys.executable, "-m", "archiver", "--data", str(data.path)]
        self._process: subprocess.Popen[bytes] | None = None
        self.code: int | None = None
        """Its exit code, once it has ended."""

    def start(self) -> None:
        # In a session of its own: Ctrl-C ends the crawl, and the index then reads what was kept.
        self._process = subprocess.Popen(
            [*self._command, "index", "--follow"], stdin=subprocess.PIPE, start_new_session=True
        )

    def wait(self) -> None:
        """Lets it come to the end of what there is, and waits for it."""
        if self._process is not None:
            self._process.communicate()
            self.code = self._process.returncode


def _end(data: DataFolder, outcome: Outcome, index_code: int | None) -> None:
    """Says how it went (nothing when all is well and nobody looks) and sets the exit code."""
    if outcome.failure is not None:
        raise ArchiverError(
            f"the crawl stopped, it cannot write: {outcome.failure}; what was kept before is whole"
        )
    if index_code is not None and index_code < 0:
        raise ArchiverError(f"the index was killed by signal {-index_code}; run `archiver index`")
    if index_code not in (None, ExitCode.OK, ExitCode.PROBLEMS):
        sys.exit(index_code)  # the index has said why
    problems = outcome.faults
    faulty_files = index_code == ExitCode.PROBLEMS  # the index has said which
    if index_code is not None:
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
