"""A small HTTP/1.1 server for the sample sites, on loopback only.

It notes down the bytes of both directions exactly as they pass the socket, so that a test can
compare what a crawl has kept with what there was. What to answer it asks ``reply``.

::

    with SampleServer(pole) as server:
        ...  # ask for server.base_url + "/"
        server.log[0].response
"""

from __future__ import annotations

import ipaddress
import socket
import socketserver
import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from archiver.samples.reply import Reply, Request, parse, reply
from archiver.samples.site import Site, SiteFactory

_MAX_HEAD = 64 * 1024
_MAX_BODY = 1024 * 1024
_IDLE_SECONDS = 60.0
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, as they passed the socket; ``connection`` counts from 1."""

    request: bytes
    response: bytes
    connection: int


class SampleServer:
    """Serves a site while the ``with`` block runs.

    ``site`` is a site or what builds one from a base URL; ``port`` 0 takes a free one. Raises
    ValueError at once for a host that is no loopback address, OSError on entering when the port
    is taken.
    """

    def __init__(self, site: Site | SiteFactory, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = _loopback(host)
        self._port = port
        self._made_from = site
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        listener = _Listener(self._host, self._port)
        try:
            made_from = self._made_from
            url = listener.base_url
            listener.site = made_from if isinstance(made_from, Site) else made_from(url)
            self._thread = threading.Thread(
                target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
            )
            self._thread.start()
        except BaseException:
            listener.server_close()
            raise
        self._listener = listener
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        listener = self._running
        listener.shutdown()
        listener.hang_up()
        listener.server_close()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    @property
    def base_url(self) -> str:
        """Scheme and authority, no slash at the end. Raises RuntimeError before entering."""
        return self._running.base_url

    @property
    def site(self) -> Site:
        """What is served; may be replaced at any time, for a site that changes."""
        site = self._running.site
        if site is None:
            raise RuntimeError("the server has no site yet")
        return site

    @site.setter
    def site(self, site: Site) -> None:
        self._running.site = site

    @property
    def log(self) -> list[Exchange]:
        """A copy of all exchanges so far, in the order in which the answers were finished.

        Who has received the last byte of a response finds its exchange here.
        """
        with self._running.lock:
            return list(self._running.exchanges)

    @property
    def _running(self) -> _Listener:
        if self._listener is None:
            raise RuntimeError("the server runs inside a with block only")
        return self._listener


def _loopback(host: str) -> str:
    """The loopback address that a host names. Raises ValueError for any other."""
    if host == "localhost":
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise ValueError(f"the sample sites are served on loopback only, not on {host!r}")


class _Listener(socketserver.ThreadingTCPServer):
    """The listening socket, with what its connections share."""

    allow_reuse_address = True
    # server_close() waits for the threads of all connections; hang_up() wakes them first.
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Connection)
        authority = f"[{host}]" if ":" in host else host
        self.base_url = f"http://{authority}:{self.server_address[1]}"
        self.site: Site | None = None
        self.lock = threading.Lock()
        self.exchanges: list[Exchange] = []
        self._sockets: set[socket.socket] = set()
        self._connections = 0
        self._stopped = False

    def enter(self, connection: socket.socket) -> int:
        """Takes a connection into the books; its number."""
        with self.lock:
            self._sockets.add(connection)
            self._connections += 1
            if self._stopped:
                _shut(connection)
            return self._connections

    def leave(self, connection: socket.socket) -> None:
        with self.lock:
            self._sockets.discard(connection)

    def hang_up(self) -> None:
        """Ends all open connections, idle or not."""
        with self.lock:
            self._stopped = True
            for connection in self._sockets:
                _shut(connection)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The client was faster.
        return


class _Connection(socketserver.StreamRequestHandler):
    """One connection of a client: exchange after exchange until either side ends it."""

    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True

    server: _Listener

    def handle(self) -> None:
        number = self.server.enter(self.connection)
        try:
            while self._exchange(number):
                pass
        except (ConnectionError, TimeoutError):
            # The client went away: there is nobody to answer.
            return
        finally:
            self.server.leave(self.connection)

    def _exchange(self, number: int) -> bool:
        """Takes one request and answers it; whether the connection goes on."""
        raw, request = self._request()
        if not raw or self.server.site is None:
            return False
        answer = reply(self.server.site, request)
        time.sleep(answer.delay)
        self._send(raw, answer, number)
        return not answer.close

    def _request(self) -> tuple[bytes, Request | None]:
        """The bytes of the next request and what they say; no bytes when the client is done."""
        head = bytearray()
        while len(head) < _MAX_HEAD:
            line = self.rfile.readline(_MAX_HEAD)
            if not line:
                return b"", None
            head += line
            if line in (b"\r\n", b"\n") and head.strip():
                break
        request = parse(bytes(head))
        if request is None:
            return bytes(head), None
        try:
            length = request.body_length
        except ValueError:
            return bytes(head), None
        # A body that is left unread would make the system reset the connection on closing.
        return bytes(head) + self.rfile.read(min(length, _MAX_BODY)), request

    def _send(self, request: bytes, answer: Reply, number: int) -> None:
        *first, last = (answer.head, *answer.pieces)
        for piece in first:
            self.wfile.write(piece)
        exchange = Exchange(request, b"".join((*first, last)), number)
        # Before the last bytes: who has them may look into the log at once.
        with self.server.lock:
            self.server.exchanges.append(exchange)
        try:
            self.wfile.write(last)
        except OSError:
            with self.server.lock:
                self.server.exchanges.remove(exchange)
            raise
