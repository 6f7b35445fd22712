"""The answer to a request that failed: a page in French, or JSON where JSON was asked for.

In place of Datasette's own handler, which prints a traceback for every mistyped address.
"""

from __future__ import annotations

import logging
from typing import Any

from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from archiver.browse.archive import Archive
from archiver.errors import CatalogueError

_log = logging.getLogger(__name__)


async def failure(archive: Archive, request: Request, exception: Exception) -> Response:
    """The page for that exception; what nobody foresaw is logged, as it is a bug."""
    status, title, message = _said(exception)
    if status is None:
        status = 500
        _log.error("%s: %s", request.path, message, exc_info=exception)
    if request.path.endswith(".json"):
        details = exception.error_dict if isinstance(exception, DatasetteError) else {}
        return Response.json(
            {**details, "ok": False, "error": message, "status": status, "title": title},
            status=status,
        )
    context: dict[str, Any] = {"status": status, "title": title, "error": message}
    if archive._startup_invoked:
        text = await archive.render_template("error.html", context, request=request)
    else:  # a request that failed before Datasette was ready
        template = archive.jinja_env.get_template("error.html")
        text = await template.render_async({**context, "urls": archive.urls})
    return Response.html(text, status=status)


def _said(exception: Exception) -> tuple[int | None, str | None, str]:
    """Status (None: unforeseen), Datasette's title and the message of an exception."""
    if isinstance(exception, DatasetteError):
        # Datasette says 500 where a visitor asks to sort by a column that there is not.
        status = 400 if exception.status == 500 else exception.status  # noqa: PLR2004
        return status, exception.title, str(exception.message)
    if isinstance(exception, Base400):
        return exception.status, None, str(exception.args[0]) if exception.args else ""
    if isinstance(exception, CatalogueError):
        return 503, None, str(exception)
    return None, None, str(exception)
