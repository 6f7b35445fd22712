"""``archiver rebuild``: makes the catalogue again from the WARC files."""

from __future__ import annotations

import click

from archiver.cli.terminal import counter, end_with_faults
from archiver.index import run
from archiver.layout import DataFolder
from archiver.registry import load


@click.command()
@click.pass_obj
def rebuild(data: DataFolder) -> None:
    """Make the catalogue again from the WARC files and the registry.

    The old catalogue stays until the new one is whole.
    """
    registry = load(data.sources)
    with counter("groups of records read") as report:
        faults = run.rebuild(data, registry, report)
    end_with_faults(faults)
