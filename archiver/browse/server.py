"""The engine of `archiver serve`: checks, binds, announces, and serves until it is told to stop."""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from datasette.app import Datasette

from archiver.address import is_loopback
from archiver.browse import plugin
from archiver.browse.archive import Archive
from archiver.catalogue.read import check
from archiver.errors import ArchiverError, ConfigError
from archiver.layout import DataFolder

_LAST_ANSWERS = 5
"""Seconds that answers under way (a long download) get to end after a signal."""


def application(data: DataFolder) -> Datasette:
    """Datasette on the catalogue of this data folder; its ``client`` and ``app()`` are Datasette's.

    Raises CatalogueError when there is none that can be read, OutdatedCatalogueError when it is of
    another version.
    """
    check(data.catalogue)
    plugin.register()
    return Archive(data)


def serve(data: DataFolder, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serves the catalogue until Ctrl-C or SIGTERM, then returns.

    ``announce`` is called with the address once it answers. ``port`` 0 takes a free one.

    Raises ConfigError when the host is no loopback one, CatalogueError as ``application``,
    ArchiverError when host and port cannot be listened on.
    """
    if not _is_loopback_host(host):
        raise ConfigError(
            f"host {host!r}: the archive is private as long as the publishers have not given their "
            "permission, so it is served to this machine only; use 127.0.0.1, ::1 or localhost"
        )
    app = application(data).app()
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=_LAST_ANSWERS
    )
    server = uvicorn.Server(config)
    with _listen(host, port) as listening, _stopped_by_signals(server):
        # The kernel takes connections from now on; they wait for the moment that the start takes.
        announce(_address(host, listening.getsockname()[1]))
        server.run(sockets=[listening])


def _is_loopback_host(host: str) -> bool:
    return is_loopback(_address(host, 80))


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as e:
        if isinstance(e, OSError) and e.errno == errno.EADDRINUSE:
            raise ArchiverError(
                f"{host}:{port}: another program listens there; choose another port with --port"
            ) from e
        raise ArchiverError(f"{host}:{port}: cannot be listened on ({e})") from e


@contextmanager
def _stopped_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """uvicorn raises the signals again that it was stopped by: here they end in a quiet return."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        server.should_exit = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
