"""A server on many ports of loopback, plain and TLS, that sends given bytes, cut at given places,
and logs what passed as plaintext, both ways.

It knows of HTTP only where a request ends. What it answers it is told by a function of target and
attempt. After an end of its own it reads on until the client ends too, so that a request which
crossed its goodbye is in the log as well.
"""

from __future__ import annotations

import random
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.crawl.exact_line import Line, certificate

_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d+)")
_CUTS = 6
_DRIBBLED = 500  # bytes; what is larger is not sent byte by byte


class End(Enum):
    """What becomes of the connection after an answer."""

    KEEP = "keep"
    CLOSE = "close"
    CUT = "cut"  # TCP ends, TLS does not say goodbye
    RESET = "reset"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for one request: whole interim responses, then the final one, then ``rest``,
    bytes beyond the end of the message that arrive together with its last ones.

    ``message`` is cut where its parts end, with ``pause`` seconds between. ``payload`` is what a
    reader should get of it after transfer coding is undone; None where the message is not whole.
    ``fresh`` answers come on a new connection only: one that was used before is ended instead.
    """

    message: tuple[bytes, ...] = ()
    interim: tuple[bytes, ...] = ()
    rest: bytes = b""
    end: End = End.KEEP
    pause: float = 0.003
    payload: bytes | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Logged:
    """One exchange as the server saw it; ``answer`` None when it ended the connection instead."""

    url: str
    connection: int
    request: bytes
    answer: Answer | None
    used: bool = False
    """Whether the connection had served another exchange before."""
    manner: str = ""
    """How the answer was cut: as scripted, whole, at random, or byte by byte."""

    @property
    def interim(self) -> bytes:
        return b"".join(self.answer.interim) if self.answer else b""

    @property
    def response(self) -> bytes:
        """The bytes of the final response. A client that hung up may have got less of them."""
        return b"".join(self.answer.message) if self.answer else b""


Script = Callable[[str, int, bytes], Answer]
"""Tells the answer to the attempt (from 0) at a target; the last argument is unique to it."""


@dataclass
class ExactServer:
    """A context manager. ``plain``, ``tls`` and ``tls12`` (no newer than TLS 1.2) are numbers of
    ports; ``folder`` is where the certificate goes. The log is in the order of the requests."""

    script: Script
    folder: Path
    plain: int = 8
    tls: int = 4
    tls12: int = 4
    log: list[Logged] = field(default_factory=list)
    connections: int = 0
    urls: list[str] = field(default_factory=list)
    """The base URL of each port that answers."""
    deaf: str = ""
    """The https URL of a port that speaks plain HTTP."""
    refusing: str = ""
    """The URL of a port at which nobody listens."""

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._attempts: Counter[str] = Counter()
        self._listeners: list[socket.socket] = []
        path = certificate(self.folder)
        for number in range(self.plain + self.tls + self.tls12):
            context = None
            if number >= self.plain:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(path)
                if number >= self.plain + self.tls:
                    context.maximum_version = ssl.TLSVersion.TLSv1_2
            url = self._listen("https" if context else "http", self._serve, context)
            self.urls.append(url)
        self.deaf = self._listen("https", _refuse)
        taken = socket.socket()
        taken.bind(("127.0.0.1", 0))
        self._listeners.append(taken)
        self.refusing = f"http://127.0.0.1:{taken.getsockname()[1]}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._stop.set()
        for listener in self._listeners:
            listener.close()

    def _listen(self, scheme: str, serve: Callable[..., None], *args: object) -> str:
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listeners.append(listener)
        url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"

        def accept() -> None:
            while not self._stop.is_set():
                try:
                    raw, _ = listener.accept()
                except OSError:
                    return
                _in_thread(serve, raw, url, *args)

        _in_thread(accept)
        return url

    def _serve(self, raw: socket.socket, base: str, context: ssl.SSLContext | None) -> None:
        with self._lock:
            self.connections += 1
            number = self.connections
        try:
            line = Line(raw, context)
        except OSError:
            raw.close()
            return
        try:
            self._converse(line, base, number)
        except OSError:
            # The client hung up in the midst: what was sent until then is in the log.
            pass
        finally:
            line.close()

    def _converse(self, line: Line, base: str, connection: int) -> None:
        ended = used = False
        for request in _requests(line):
            url = base + request.split(b" ", 2)[1].decode("ascii")
            with self._lock:
                answer = None if ended else self._answer(url, used)
                manner, pieces = cut(answer, len(self.log)) if answer else ("", [])
                self.log.append(Logged(url, connection, request, answer, used, manner))
            used = True
            if ended:
                continue
            if answer is None:
                line.end()
                ended = True
                continue
            for piece in pieces:
                line.send(piece)
                time.sleep(answer.pause if len(pieces) <= len(answer.message) + _CUTS else 0.0002)
            if answer.end is End.STALL:
                self._stop.wait(30)
            if answer.end in (End.STALL, End.RESET):
                line.reset()
                return
            if answer.end is not End.KEEP:
                line.end(goodbye=answer.end is End.CLOSE)
                ended = True

    def _answer(self, url: str, used: bool) -> Answer | None:
        attempt = self._attempts[url]
        unique = sha256(f"{url} {attempt}".encode()).hexdigest()[:16].encode()
        answer = self.script("/" + url.split("/", 3)[3], attempt, unique)
        if answer.fresh and used:
            return None
        self._attempts[url] += 1
        return answer


def cut(answer: Answer, number: int) -> tuple[str, list[bytes]]:
    """The pieces of an answer, each sent by itself, and the manner of cutting; it changes with
    ``number``, so that every kind of answer is cut in every manner."""
    whole = b"".join((*answer.interim, *answer.message))
    chance = random.Random(number)
    manner = chance.choice(("scripted", "scripted", "whole", "random", "dribbled"))
    if manner == "dribbled" and len(whole) <= _DRIBBLED:
        pieces = [whole[i : i + 1] for i in range(len(whole))]
    elif manner == "random" and len(whole) > 1:
        places = sorted(chance.randrange(1, len(whole)) for _ in range(_CUTS))
        pieces = [whole[a:b] for a, b in zip([0, *places], [*places, len(whole)], strict=True)]
    elif manner == "whole":
        pieces = [whole]
    else:
        manner, pieces = "scripted", [*answer.interim, *answer.message]
    pieces = [piece for piece in pieces if piece]
    if pieces:
        pieces[-1] += answer.rest
    return manner, pieces


def _requests(line: Line) -> Iterator[bytes]:
    """The requests of a connection, each with its body, until the client ends it."""
    buffer = b""
    while True:
        while b"\r\n\r\n" not in buffer:
            data = line.receive()
            if not data:
                return
            buffer += data
        head = buffer[: buffer.index(b"\r\n\r\n") + 4]
        declared = _LENGTH.search(head)
        length = len(head) + (int(declared[1]) if declared else 0)
        while len(buffer) < length:
            data = line.receive()
            if not data:
                return
            buffer += data
        yield buffer[:length]
        buffer = buffer[length:]


def _refuse(raw: socket.socket, _: str) -> None:
    with raw:
        raw.recv(1000)
        raw.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def _in_thread(work: Callable[..., None], *args: Any) -> None:
    threading.Thread(target=work, args=args, daemon=True).start()
