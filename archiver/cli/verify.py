"""``archiver verify``: checks WARC files, and the catalogue against them; mends what can be."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

import click

from archiver.catalogue import read
from archiver.cli.terminal import counter
from archiver.errors import ArchiverError, CatalogueError, ConfigError, ExitCode, LockedError
from archiver.index.agreement import Agreement
from archiver.layout import OPEN_SUFFIX, DataFolder
from archiver.warc.finding import Finding
from archiver.warc.repair import Mended
from archiver.warc.repair import repair as mend
from archiver.warc.verify import verify as check
from archiver.warc.verify import warc_files


@click.command()
@click.argument(
    "paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path)
)
@click.option("--repair", is_flag=True, help="Mend what can be mended; keeps what it takes out.")
@click.option("--json", "as_json", is_flag=True, help="A JSON object a line instead of text.")
@click.option("--no-catalogue", is_flag=True, help="Only check the WARC files.")
@click.pass_obj
def verify(
    data: DataFolder, paths: tuple[Path, ...], repair: bool, as_json: bool, no_catalogue: bool
) -> None:
    """Check WARC files against the standard, and the catalogue against them.

    Without PATH, a file or a folder, all that the data folder holds. One line a finding: file,
    offset, record, rule, what is wrong. Exit code 0 when there is none, 1 when there is.

    \b
    archiver verify
    archiver verify snapshot.warc.gz --json
    archiver verify --repair
    """
    with ExitStack() as stack:
        files = _files(data, paths)
        rebuild = False
        if repair:
            if any(_inside(data, path) for path in files):
                stack.enter_context(data.lock("crawl"))
                stack.enter_context(data.lock("index"))
                files = _files(data, paths)
            moved = _mend(files)
            rebuild = data.catalogue.is_file() and any(_inside(data, path) for path in moved)
            files = _files(data, paths) if not paths else _renamed(files)
            if rebuild:
                no_catalogue = True
        crawling = not repair and _crawling(data)
        found = _findings(
            data, files, everything=not paths, crawling=crawling, no_catalogue=no_catalogue
        )
        count = 0
        for finding in found:
            count += 1
            click.echo(_json(finding) if as_json else str(finding))
    if sys.stdout.isatty() and not as_json:
        click.echo(f"{len(files)} files checked, {count or 'no'} findings")
    if rebuild:
        click.echo(
            "archiver: records lie elsewhere now: run `archiver rebuild` to make the catalogue "
            "again from the WARC files",
            err=True,
        )
    if count or rebuild:
        sys.exit(ExitCode.PROBLEMS)


def _files(data: DataFolder, paths: Sequence[Path]) -> list[Path]:
    """The WARC files to check. Raises ConfigError where a mistyped name would pass for all well."""
    for folder in (path for path in paths if path.is_dir()):
        if not warc_files(folder):
            raise ConfigError(f"{folder}: there is no WARC file in this folder")
    if not paths and not data.path.is_dir():
        raise ConfigError(f"{data.path}: there is no such data folder; name one with --data")
    if not paths:
        return warc_files(data.warc)
    return [f for path in paths for f in (warc_files(path) if path.is_dir() else [path])]


def _renamed(files: Iterable[Path]) -> list[Path]:
    """The files under the names that they have after a repair; those that are gone left out."""
    now = (
        path if path.exists() else path.with_name(path.name.removesuffix(OPEN_SUFFIX))
        for path in files
    )
    return [path for path in now if path.exists()]


def _inside(data: DataFolder, path: Path) -> bool:
    return path.resolve().is_relative_to(data.warc.resolve())


def _crawling(data: DataFolder) -> bool:
    """Whether a crawl runs now. The lock is not kept: a check of hours must not hold up a crawl."""
    if not data.path.is_dir():
        return False
    try:
        with data.lock("crawl"):
            return False
    except LockedError:
        return True
    except ArchiverError:
        return False  # a folder that can only be read: nobody crawls into it


def _mend(files: Sequence[Path]) -> list[Path]:
    """Mends the files and says what was done; returns those in which records lie elsewhere now."""
    moved = []
    for path in files:
        try:
            done: Mended | None = mend(path)
        except ArchiverError as e:
            click.echo(f"archiver: not mended: {e}", err=True)
            continue
        except OSError as e:
            raise ArchiverError(f"{path}: cannot be mended: {e}") from e
        if done is not None:
            click.echo(f"archiver: mended: {done}", err=True)
            if done.moved:
                moved.append(path)
    return moved


def _findings(
    data: DataFolder, files: Sequence[Path], *, everything: bool, crawling: bool, no_catalogue: bool
) -> Iterator[Finding]:
    with ExitStack() as stack:
        report = stack.enter_context(counter("records checked"))
        agreement = None
        if not no_catalogue and data.catalogue.is_file():
            try:
                read.check(data.catalogue)
            except CatalogueError as e:
                yield Finding(data.catalogue, 0, "", "catalogue-unreadable", str(e))
            else:
                connection = stack.enter_context(closing(read.open_read_only(data.catalogue)))
                agreement = Agreement(data, connection)
        yield from check(files, crawling=crawling, watcher=agreement, report=report)
        if agreement is not None and everything:
            yield from agreement.rest()


def _json(finding: Finding) -> str:
    return json.dumps({**asdict(finding), "file": str(finding.file)})
