"""``archiver index``: reads new records of the WARC files into the catalogue."""

from __future__ import annotations

import sys
from threading import Event, Thread

import click

from archiver.cli.terminal import counter, end_with_faults
from archiver.index.run import Indexer, follow, opened
from archiver.layout import DataFolder
from archiver.registry import load


@click.command()
@click.option(
    "--follow",
    "following",
    is_flag=True,
    help="Go on while a crawl writes, until standard input ends.",
)
@click.pass_obj
def index(data: DataFolder, following: bool) -> None:
    """Read what is new in the WARC files into the catalogue."""
    registry = load(data.sources)
    # Beside a crawl it waits for its turn: what the crawl keeps must not stay unread.
    with opened(data, wait=following) as catalogue:
        indexer = Indexer(data, registry, catalogue)
        if following:
            ended = Event()
            Thread(target=_wait_for_end, args=[ended], daemon=True).start()
            follow(indexer, ended)
        else:
            with counter("groups of records read") as report:
                indexer.catch_up(report)
    end_with_faults(indexer.faults.values())


def _wait_for_end(ended: Event) -> None:
    sys.stdin.read()
    ended.set()
