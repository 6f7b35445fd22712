"""A server that answers with given bytes, and logs every byte of both directions.

Unlike the sample sites it knows no HTTP: what a test gives it is what goes over the wire, however
odd. One script an address.
"""

from __future__ import annotations

import socket
import socketserver
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Script:
    """What happens after a request: parts are sent one by one, then the connection is closed or
    kept. ``stall`` holds it open without a word; ``reset`` ends it with a TCP reset."""

    parts: tuple[bytes, ...] = ()
    close: bool = False
    stall: bool = False
    reset: bool = False
    pause: float = 0.0


@dataclass
class Logged:
    """The bytes of one exchange as the server saw them."""

    request: bytes = b""
    response: bytes = b""
    connection: int = 0
    target: str = ""


@dataclass
class WireServer:
    """A context manager; ``url`` is where it listens, ``log`` what it saw, in order."""

    scripts: Mapping[str, Script]
    log: list[Logged] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                outer._serve(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._stop = threading.Event()
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, connection: socket.socket) -> None:
        self.connections += 1
        number, buffer = self.connections, b""
        while True:
            while b"\r\n\r\n" not in buffer:
                try:
                    data = connection.recv(65536)
                except OSError:
                    return
                if not data:
                    return
                buffer += data
            head, _, buffer = buffer.partition(b"\r\n\r\n")
            entry = Logged(head + b"\r\n\r\n", connection=number)
            entry.target = head.split(b" ")[1].decode("latin-1")
            self.log.append(entry)
            script = self.scripts.get(entry.target, NOT_FOUND)
            if not self._send(connection, script, entry):
                return

    def _send(self, connection: socket.socket, script: Script, entry: Logged) -> bool:
        for part in script.parts:
            try:
                connection.sendall(part)
            except OSError:
                return False
            entry.response += part
            time.sleep(script.pause)
        if script.stall:
            self._stop.wait(30)
        if script.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()
        return not (script.close or script.stall or script.reset)


def html(body: str) -> bytes:
    """A complete 200 answer."""
    data = body.encode()
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(data)
    ) + data


NOT_FOUND = Script((b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",))
