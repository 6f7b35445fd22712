"""The one look back: what the catalogue last saw of a URL, and which payloads are held.

Losing the catalogue costs a duplicate, never data: where it cannot be read, nothing is known.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from archiver.catalogue.read import (
    Held,
    capture_location,
    check,
    held_payload,
    last_held,
    open_read_only,
)
from archiver.errors import CatalogueError, WarcError
from archiver.layout import DataFolder
from archiver.warc.exchange import Original
from archiver.warc.message import Response
from archiver.warc.reader import response_at

_T = TypeVar("_T")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request for a URL is made with, and the capture it is about."""

    etag: str | None
    last_modified: str | None
    original: Original


class Lookback:
    """Reads the catalogue of a data folder from any thread. Its methods do not raise."""

    def __init__(self, data: DataFolder, crawl: str) -> None:
        """``crawl`` is the one that looks back, and of which nothing is told."""
        self._data = data
        self._crawl = crawl
        self._local = threading.local()
        self._off = False
        try:
            check(data.catalogue)
        except CatalogueError as e:
            logger.info("Nothing is known of earlier crawls: %s", e)
            self._off = True

    def validators(self, source: str, url: str) -> Validators | None:
        """For a URL whose content is held and whose server gave an ETag or Last-Modified."""
        held = self._ask(lambda connection: last_held(connection, source, url))
        if held is None or not (held.etag or held.last_modified):
            return None
        return Validators(held.etag, held.last_modified, _original(held))

    def original_of(self, source: str, payload_digest: str) -> Original | None:
        """The capture of an earlier crawl of a collection that holds a payload."""
        held = self._ask(
            lambda connection: held_payload(connection, source, payload_digest, self._crawl)
        )
        return _original(held) if held else None

    def response(self, original: Original) -> Response | None:
        """The response that a capture holds; None when it cannot be read any more."""
        location = self._ask(lambda connection: capture_location(connection, original.record_id))
        if location is None:
            return None
        with suppress(OSError, WarcError):
            return response_at(self._data.warc_path(location.warc_file), location.offset)
        return None

    def _ask(self, question: Callable[[sqlite3.Connection], _T | None]) -> _T | None:
        if self._off:
            return None
        try:
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = open_read_only(self._data.catalogue)
            return question(connection)
        except sqlite3.Error as e:
            logger.warning("The catalogue did not answer: %s", e)
            return None


def _original(held: Held) -> Original:
    return Original(held.id, held.url, held.fetched, held.payload_digest)
