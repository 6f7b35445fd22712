"""The hooks by which Datasette calls us. A module, registered from here and not by an entry point.

Every hook does nothing for a Datasette that is no Archive, so that another one in the same process
is left alone.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import tilde_decode
from datasette.utils.asgi import Forbidden, Request, Response
from jinja2 import Environment
from markupsafe import Markup
from pluggy import HookimplMarker

from archiver.browse import cells, french, pages
from archiver.browse.archive import DATABASE, Archive
from archiver.browse.download import ROUTE, download
from archiver.browse.facets import LabelFacet
from archiver.browse.failures import failure
from archiver.browse.guard import App, guarded

_NAME = "archiver"

hookimpl = HookimplMarker("datasette")


def register() -> None:
    """Makes Datasette call these hooks; again does nothing."""
    module = sys.modules[__name__]
    if not pm.is_registered(module):
        pm.register(module, _NAME)


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    if not isinstance(datasette, Archive):
        return
    env.filters |= {
        "column_label": french.column_label,
        "value_label": french.value_label,
        "number": french.number,
        "moment": cells.moment,
        "labels": cells.labels,
        "strings": cells.strings,
        "paragraphs": cells.paragraphs,
        "external": cells.external,
        "warc_link": cells.warc_link,
        "error_message": french.error_message,
        "error_title": french.error_title,
    }
    env.globals |= {
        "count": french.count,
        "describe_filters": french.describe_filters,
        "lookups": french.LOOKUPS,
        "is_web": cells.is_web,
        "table_title": lambda name: _title(datasette, name),
        "site_title": datasette.metadata("title"),
    }


def _title(archive: Archive, table: str) -> str:
    described = archive.metadata(database=DATABASE)["tables"]
    return str(described.get(table, {}).get("title", table))


@hookimpl
def register_routes(datasette: Datasette) -> list[tuple[str, Callable[..., Any]]]:
    return [(ROUTE, download)] if isinstance(datasette, Archive) else []


@hookimpl
def register_facet_classes() -> list[type]:
    # Unlike the other hooks this one is not told for whom; nobody else names our type of facet.
    return [LabelFacet]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    return guarded if isinstance(datasette, Archive) else lambda app: app


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, datasette: Datasette
) -> Markup | None:
    if not isinstance(datasette, Archive):
        return None
    return cells.cell(value, column, table, row)


@hookimpl
def extra_template_vars(
    template: str, request: Request, datasette: Datasette
) -> dict[str, Any] | Awaitable[dict[str, Any]]:
    if isinstance(datasette, Archive):
        if template == "index.html":
            return pages.home(datasette, request.actor)
        if template == "row-catalogue-announcement.html":
            return pages.announcement(datasette, tilde_decode(request.url_vars["pks"]))
    return {}


@hookimpl(hookwrapper=True)
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Generator[None, Any, None]:
    outcome = yield
    if not isinstance(datasette, Archive):
        return
    for theirs in outcome.get_result():
        if isinstance(theirs, Coroutine):  # Datasette awaits all of them and takes the first
            theirs.close()
    outcome.force_result([failure(datasette, request, exception)])


@hookimpl
def forbidden(
    datasette: Datasette, request: Request, message: str
) -> Coroutine[Any, Any, Response] | None:
    if not isinstance(datasette, Archive):
        return None
    return failure(datasette, request, Forbidden(message))
