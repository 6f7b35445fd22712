"""``archiver sources``: who is followed, who is not and why, and who is still to be found.

It reads the registry only; nothing is asked of any site and no catalogue is needed.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

import click

from archiver import registry
from archiver.layout import DataFolder
from archiver.model import Kind, Source, Status
from archiver.registry.territory import REGIONS, find_departement, find_region

_COLUMNS = ("key", "kind", "status", "permission", "département", "town", "url")
_LABEL_WIDTH = len("departement")


def _region(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    region = find_region(value) if value is not None else None
    if value is not None and region is None:
        raise click.BadParameter(f"{value!r} is none of {', '.join(REGIONS)}.", ctx, param)
    return region


def _departement(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    code = find_departement(value) if value is not None else None
    if value is not None and code is None:
        raise click.BadParameter(f"{value!r} is no code such as 46, 2A or 971.", ctx, param)
    return code


@click.group(invoke_without_command=True)
@click.option("--kind", type=click.Choice([str(k) for k in Kind]), help="Only this kind.")
@click.option("--region", callback=_region, help="Only this region; accents may be left out.")
@click.option("--departement", callback=_departement, help="Only this code, such as 46.")
@click.option("--status", type=click.Choice([str(s) for s in Status]), help="Only this status.")
@click.option("--todo", is_flag=True, help="Those that are known by name only, without address.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
@click.pass_context
def sources(
    ctx: click.Context,
    *,
    kind: str | None,
    region: str | None,
    departement: str | None,
    status: str | None,
    todo: bool,
    as_json: bool,
) -> None:
    """List the sources that the archiver knows.

    Those of the operator, in sources/*.toml of the data folder, are among them.
    """
    if ctx.invoked_subcommand:
        return
    if todo and status not in (None, Status.TODO):
        raise click.UsageError(f"--todo and --status {status} exclude each other.")
    data: DataFolder = ctx.obj
    chosen = registry.load(data.sources).select(
        kind=Kind(kind) if kind else None,
        region=region,
        departement=departement,
        status=Status(status) if status else None,
    )
    by_name = [s for s in chosen if s.status is Status.TODO]
    known = [s for s in chosen if s.status is not Status.TODO]
    wanted = by_name if todo or status == Status.TODO else known
    if as_json:
        click.echo(json.dumps([_plain(s) for s in wanted], ensure_ascii=False, indent=2))
        return
    for line in _table([_COLUMNS, *map(_row, wanted)]):
        click.echo(line)
    # Beside the list and not in it: what reads the list in a pipe gets sources only.
    if by_name and wanted is known:
        click.echo(f"{len(by_name)} more are known by name only: archiver sources --todo", err=True)


@sources.command()
@click.argument("key")
@click.pass_obj
def show(data: DataFolder, key: str) -> None:
    """Show all that is known of one source, and which file says so."""
    known = registry.load(data.sources)
    source = known.get(key)
    origins = known.origins[key]
    lines = [("key", key, source.file)]
    for field, value in _plain(source).items():
        if field in ("key", "crawl"):
            continue
        origin = origins.get(field, "derived from the seeds" if field == "hosts" else "default")
        for number, item in enumerate(_items(value)):
            if item:
                lines.append(("" if number else field, item, "" if number else origin))
    reason = registry.why_not(source)
    lines.append(("crawl", f"no, {reason}" if reason else "yes", ""))
    width = max(len(item) for _, item, _ in lines)
    for label, item, origin in lines:
        note = f"  # {origin}" if origin else ""
        click.echo(f"{label:{_LABEL_WIDTH}}  {item:{width}}{note}".rstrip())


def _items(value: Any) -> list[str]:
    """What `show` prints of a value, one line for each."""
    if isinstance(value, dict):
        return [" ".join(v for v in value.values() if v)]
    if isinstance(value, bool):
        return ["true"] if value else []
    return value if isinstance(value, list) else [value]


def _plain(source: Source) -> dict[str, Any]:
    """A source as JSON has it: lists, texts and null, and whether it is crawled."""
    plain: dict[str, Any] = {
        k: list(v) if isinstance(v, tuple) else v for k, v in dataclasses.asdict(source).items()
    }
    del plain["file"]
    given = source.permission.date
    plain["permission"]["date"] = given.isoformat() if given else None
    return {**plain, "crawl": source.crawlable}


def _row(source: Source) -> tuple[str, ...]:
    return (
        source.key,
        source.kind,
        source.status,
        source.permission.state,
        source.departement,
        source.town,
        source.seeds[0] if source.seeds else "",
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with the columns aligned; "-" stands for an empty cell."""
    filled = [[cell or "-" for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*filled, strict=True)]
    return [
        "  ".join(f"{c:{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in filled
    ]
