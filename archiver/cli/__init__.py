"""The command ``archiver``: one file per command, errors in one line, exit codes of errors.py."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from archiver import __version__
from archiver.errors import ArchiverError
from archiver.layout import DataFolder

_COMMANDS = ("crawl", "demo", "index", "rebuild", "serve", "sources", "verify")


class _Commands(click.Group):
    """Loads a command's file when it is called: Scrapy and Datasette take a second each."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"archiver.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="archiver")
@click.option(
    "--data",
    metavar="DIR",
    help="Data folder; else $ARCHIVER_DATA, else the current folder if it holds archiver.toml, "
    "else ./data.",
)
@click.pass_context
def archiver(ctx: click.Context, data: str | None) -> None:
    """Keeps what the French social and solidarity economy announces on the web.

    \b
    Exit codes: 0 all well; 1 done, with problems recorded; 2 wrong use or configuration;
    3 another run holds the lock; 4 cannot go on (disk full, catalogue unreadable).
    """
    ctx.obj = DataFolder.find(data, os.environ)


def main() -> None:
    """Runs the command line; every expected failure is a short message and an exit code."""
    try:
        archiver()
    except ArchiverError as e:
        for line in str(e).splitlines():
            click.echo(f"archiver: error: {line}", err=True)
        sys.exit(e.exit_code)
