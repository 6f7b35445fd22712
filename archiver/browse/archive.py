"""Datasette on the catalogue of one data folder.

The catalogue stays where it is and may change under the visitor: the index writes beside us,
and a rebuild puts a new file in the old one's place. So the connections are our own: read-only, and
opened again when the path names another file.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from datasette.app import Datasette
from datasette.database import Database

from archiver.browse.search import match_expression
from archiver.catalogue.read import check, open_read_only
from archiver.layout import DataFolder

T = TypeVar("T")

DATABASE = "catalogue"
"""Its name in addresses: /catalogue/announcement."""

_HERE = resources.files("archiver.browse")

_SETTINGS = {
    "default_page_size": 50,
    "max_returned_rows": 1000,
    "sql_time_limit_ms": 2000,
    "facet_time_limit_ms": 1500,
    # Trying every column as a facet costs seconds per page; the visitor picks one in the form.
    "suggest_facets": False,
    "truncate_cells_html": 300,
    # Pages follow the index at once; nothing of a private archive is kept by a cache.
    "default_cache_ttl": 0,
}


class CatalogueDatabase(Database):  # type: ignore[misc]  # Datasette ships no types
    """The catalogue file, read-only, whichever file its path names just now."""

    def __init__(self, ds: Datasette, path: Path) -> None:
        super().__init__(ds, str(path), is_mutable=True)
        self._file = path
        self._local = threading.local()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        """A read-only connection; Datasette asks for another one only to write, which we refuse.

        Raises CatalogueError, OutdatedCatalogueError as ``archiver.catalogue.read.check``.
        """
        if write:
            raise PermissionError("the catalogue is read-only here")
        check(self._file)
        connection = open_read_only(self._file, any_thread=True)
        self._all_file_connections.append(connection)
        return connection

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T:
        """Runs ``fn`` with this thread's connection to the present file, in the thread pool."""
        return await asyncio.get_running_loop().run_in_executor(
            self.ds.executor, lambda: fn(self._connection())
        )

    def _connection(self) -> sqlite3.Connection:
        try:
            found = self._file.stat()
            identity = (found.st_dev, found.st_ino)
        except FileNotFoundError:
            identity = None
        held: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if held is not None and identity == self._local.identity:
            return held
        if held is not None:
            self._local.connection = None
            self._all_file_connections.remove(held)
            held.close()
        connection = self.connect()
        self.ds._prepare_connection(connection, self.name)
        # In place of Datasette's own, which finds neither plurals nor beginnings of words.
        connection.create_function("escape_fts", 1, match_expression, deterministic=True)
        self._local.connection = connection
        self._local.identity = identity
        return connection


class Archive(Datasette):  # type: ignore[misc]  # Datasette ships no types
    """Datasette for one data folder; what the plugin does, it does for this class only."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data
        super().__init__(
            files=[str(data.catalogue)],
            metadata=metadata(),
            settings=_SETTINGS,
            template_dir=str(_HERE / "templates"),
            static_mounts=[("style", str(_HERE / "static"))],
        )
        self.remove_database(DATABASE)
        self.add_database(CatalogueDatabase(self, data.catalogue), name=DATABASE)

    @property
    def catalogue(self) -> CatalogueDatabase:
        database: CatalogueDatabase = self.get_database(DATABASE)
        return database


def metadata() -> dict[str, Any]:
    """Titles, descriptions, facets and canned queries, from ``metadata.toml``."""
    return tomllib.loads((_HERE / "metadata.toml").read_text(encoding="utf-8"))
