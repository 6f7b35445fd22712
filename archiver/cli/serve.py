"""``archiver serve``: opens the catalogue in Datasette."""

from __future__ import annotations

import click

from archiver.browse.server import serve as run
from archiver.layout import DataFolder


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535))
@click.pass_obj
def serve(data: DataFolder, host: str, port: int) -> None:
    """Open the catalogue in Datasette, read-only, until Ctrl-C."""
    run(data, host, port, click.echo)
