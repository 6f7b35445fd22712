"""What commands say: progress on a terminal, silence elsewhere, faults on standard error."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import click

from archiver.errors import ArchiverError, ExitCode


@contextmanager
def counter(what: str) -> Iterator[Callable[[str, int], None]]:
    """Yields a function that takes a name and how much is done of it, and shows the sum."""
    done: Counter[str] = Counter()
    shown = sys.stderr.isatty()

    def report(name: str, count: int) -> None:
        done[name] = count
        if shown:
            sys.stderr.write(f"\r\x1b[K{done.total()} {what}")
            sys.stderr.flush()

    try:
        yield report
    finally:
        if shown and done:
            sys.stderr.write("\n")


def end_with_faults(faults: Iterable[ArchiverError]) -> None:
    """Says each fault in a line; ends the program with exit code 1 when there is one."""
    lines = [f"archiver: {fault}" for fault in faults]
    if lines:
        click.echo("\n".join(lines), err=True)
        sys.exit(ExitCode.PROBLEMS)
