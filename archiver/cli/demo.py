"""``archiver demo``: the whole way on two small sites of our own; needs no network."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import click

from archiver.browse.server import serve
from archiver.errors import ArchiverError, ExitCode
from archiver.layout import DataFolder
from archiver.samples import SampleServer, labo, pole, registry

_LOOK_AT = """\
Look at
  the home page, and search for « cooperation »: accents do not matter
  announcement: facets by source, region, year, category; comment counts, where 0 is not unknown
  an announcement, and its WARC records to download
  problem: what did not work
"""


@click.command()
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535))
@click.option("--keep", metavar="DIR", help="Keep the data folder there; else it is thrown away.")
@click.option("--no-serve", is_flag=True, help="Only crawl and index.")
def demo(port: int, keep: str | None, no_serve: bool) -> None:
    """Crawl two sample sites on this machine, index them, and open Datasette.

    No network is needed: the sites are part of the program.
    """
    with ExitStack() as stack:
        folder = keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="archiver-demo-"))
        data = DataFolder(Path(folder).absolute())
        data.prepare()
        first = stack.enter_context(SampleServer(pole))
        second = stack.enter_context(SampleServer(lambda url: labo(url, first.base_url)))
        data.sources.mkdir(exist_ok=True)
        (data.sources / "demo.toml").write_text(
            registry(first.base_url, second.base_url), encoding="utf-8"
        )
        click.echo(f"Two sample sites: {first.base_url} and {second.base_url}")
        click.echo(f"Crawling them into {data.path} …")
        keys = [first.site.key, second.site.key]
        code = subprocess.call(
            [
                *(sys.executable, "-m", "archiver", "--data", str(data.path)),
                *("crawl", "--delay=0", *keys),
            ]
        )
        if code not in (ExitCode.OK, ExitCode.PROBLEMS):
            raise ArchiverError(f"the crawl of the sample sites ended with exit code {code}")
        if no_serve:
            return
        click.echo(_LOOK_AT)
        serve(data, "127.0.0.1", port, click.echo)
