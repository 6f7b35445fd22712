"""``/telecharger/<capture id>.warc.gz``: the records of one capture, copied out of their file.

The bytes are those that were captured; nothing is decompressed or written anew.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from datasette.utils.asgi import NotFound, Request, Response

from archiver.browse.archive import Archive
from archiver.browse.cells import is_capture_id
from archiver.browse.french import digits
from archiver.catalogue.read import CaptureLocation, capture_location
from archiver.errors import WarcError
from archiver.layout import DataFolder
from archiver.warc.slices import slice_bytes

ROUTE = r"^/telecharger/(?P<capture>[^/]+)\.warc\.gz$"

_UNSAFE = re.compile(r"[^a-z0-9]+")
_NAME_LENGTH = 60

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def download(request: Request, send: Send, datasette: Archive) -> Response | None:
    """The view of ROUTE. Raises NotFound for an id that is none or unknown."""
    if request.method not in ("GET", "HEAD"):
        return Response.text("Method not allowed", status=405, headers={"Allow": "GET, HEAD"})
    capture_id = request.url_vars["capture"]
    location = (
        await datasette.catalogue.execute_fn(lambda c: capture_location(c, capture_id))
        if is_capture_id(capture_id)
        else None
    )
    if location is None:
        raise NotFound("Cette capture n’est pas dans l’archive.")
    # A revisit says nothing without the capture that holds its payload: that one comes first.
    refers_to = location.refers_to or ""
    original = await datasette.catalogue.execute_fn(lambda c: capture_location(c, refers_to))
    pieces = chain.from_iterable(
        slice_bytes(_warc_path(datasette.data, part), part.offset, part.length)
        for part in (original, location)
        if part is not None
    )
    # The first piece comes before the headers: what is wrong shows itself while we can still say.
    try:
        first = await _next(pieces)
    except (FileNotFoundError, WarcError) as e:
        raise NotFound(
            "Le fichier WARC ne contient plus cette capture à l’endroit que dit le catalogue. "
            "La commande « archiver rebuild » refait le catalogue."
        ) from e
    await send(_start(file_name(capture_id, location)))
    piece = first if request.method == "GET" else None
    while piece is not None:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        piece = await _next(pieces)
    await send({"type": "http.response.body", "body": b""})
    return None


def file_name(capture_id: str, location: CaptureLocation) -> str:
    """A name of ASCII letters, digits and hyphens: source, UTC moment, start of the id."""
    parts = (
        _UNSAFE.sub("-", location.source.lower()).strip("-")[:_NAME_LENGTH],
        digits(location.fetched),
        capture_id[:8],
    )
    return "-".join(part for part in parts if part) + ".warc.gz"


def _warc_path(data: DataFolder, location: CaptureLocation) -> Path:
    name = PurePosixPath(location.warc_file)
    # The catalogue is our own file, but a path out of it stays inside the folder of WARC files.
    inside = len(name.parts) == 2 and ".." not in name.parts and not name.is_absolute()  # noqa: PLR2004
    try:
        if inside:
            return data.warc_path(location.warc_file)
    except FileNotFoundError:
        pass
    raise NotFound("Le fichier WARC de cette capture n’est plus dans le dossier de données.")


async def _next(pieces: Iterator[bytes]) -> bytes | None:
    """The next piece, read in a thread so that other visitors need not wait for the disk."""
    return await asyncio.get_running_loop().run_in_executor(None, next, pieces, None)


def _start(name: str) -> dict[str, Any]:
    headers = {
        "content-type": "application/warc",
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }
    return {
        "type": "http.response.start",
        "status": 200,
        "headers": [[k.encode("ascii"), v.encode("ascii")] for k, v in headers.items()],
    }
