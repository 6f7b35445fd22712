"""The recording connection: every byte of an HTTP/1.1 exchange, both ways, as it was on the wire.

TLS lies below this protocol, so what passes here is plaintext. There is no pipelining: on a
connection kept alive one exchange follows another. Uses private names of Scrapy and Twisted;
``tests/crawl/test_contract.py`` says so when they move. A failure in here never reaches the
connection: it is reported to the recorder, and the crawl goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError
from twisted.internet.defer import CancelledError
from twisted.internet.protocol import Factory, connectionDone
from twisted.python.failure import Failure
from twisted.web.http_headers import Headers
from zope.interface import directlyProvides, providedBy

from archiver.crawl.tls import Tls, look
from archiver.warc.exchange import Asked, Exchange
from archiver.warc.tape import Tape


@dataclass(eq=False, slots=True)
class Attempt:
    """One call of the download handler. It may take several exchanges: Twisted asks again by
    itself when a pooled connection turns out to be stale."""

    asked: Asked
    started: datetime
    exchanges: int = 0
    truncated: str = "disconnect"
    error: str | None = None

    def fail(self, failure: Failure) -> Failure:
        """Notes why the attempt failed; the reason goes to the exchange that it cuts short."""
        self.error = describe(failure.value)
        if isinstance(failure.value, DownloadTimeoutError):
            self.truncated = "time"
        elif isinstance(failure.value, DownloadCancelledError | CancelledError):
            # Scrapy cancels at the limit of the size, and for nothing else that ends here.
            self.truncated = "length"
            self.error = "larger than max_body_bytes"
        return failure


class TaggedHeaders(Headers):
    """Request headers that carry their attempt through Twisted, copies and retries included."""

    attempt: Attempt | None = None

    def copy(self) -> TaggedHeaders:
        copied = cast("TaggedHeaders", super().copy())
        copied.attempt = self.attempt
        return copied


@dataclass(eq=False, slots=True)
class _Running:
    """An exchange under way."""

    attempt: Attempt
    started: datetime
    sent: Tape
    received: Tape
    broken: bool = False
    """Whether the recording failed, so that the tapes are not whole."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Where finished exchanges go, and failures of the recording itself. Neither may raise.

    ``spool`` is the folder for tapes too long for memory. ``running`` are the exchanges under way;
    a crawl waits for them before it closes its files.
    """

    keep: Callable[[Exchange], None]
    fault: Callable[[Attempt, Exception], None]
    spool: Path
    running: set[_Running] = field(default_factory=set)


class RecordingProtocol(_LenientHTTP11ClientProtocol):
    """One connection that is recorded."""

    recorder: Recorder
    _running: _Running | None = None
    _ip: str | None = None
    _tls: Tls | None = None

    def makeConnection(self, transport: Any) -> None:  # noqa: N802
        super().makeConnection(_TeeTransport(transport, self.on_sent))
        self._ip = getattr(transport.getPeer(), "host", None)

    def request(self, request: Any) -> Any:
        attempt = getattr(request.headers, "attempt", None)
        if attempt is not None and self.state == "QUIESCENT":
            attempt.exchanges += 1
            spool = self.recorder.spool
            self._running = _Running(
                attempt, datetime.now(UTC), Tape(folder=spool), Tape(folder=spool)
            )
            self.recorder.running.add(self._running)
        return super().request(request)

    def on_sent(self, data: bytes) -> None:
        """Called with all that is written to the transport, before it is."""
        running = self._running
        if running is not None and not running.broken:
            self._isolated(running, lambda: running.sent.append(data))

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        running = self._running
        if running is not None:
            if not running.received:
                self._isolated(running, lambda: self._look_at_connection(running), breaks=False)
            if not running.broken:
                self._isolated(running, lambda: running.received.append(data))
        super().dataReceived(data)

    def _finishResponse(self, rest: bytes) -> None:  # noqa: N802
        # ``rest`` came behind the end of the message and is no part of it. The exchange is closed
        # first: the call below may begin the next one on this very connection.
        running, self._running = self._running, None
        if running is not None:
            self._isolated(running, lambda: running.received.cut(len(rest)))
            self._hand_over(running, truncated=None, error=None)
        super()._finishResponse(rest)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802
        unsent = _unsent(self.transport)
        # First the failure of the attempt, which knows of a time-out or a limit, then its exchange.
        super().connectionLost(reason)
        running, self._running = self._running, None
        if running is not None:
            attempt = running.attempt
            self._isolated(running, lambda: running.sent.cut(min(unsent, len(running.sent))))
            self._hand_over(running, attempt.truncated, attempt.error or describe(reason.value))

    def _look_at_connection(self, running: _Running) -> None:
        transport: Any = self.transport
        self._tls = look(transport.getHandle(), urlsplit(running.attempt.asked.url).hostname)

    def _hand_over(self, running: _Running, truncated: str | None, error: str | None) -> None:
        self.recorder.running.discard(running)
        if running.broken:
            truncated, error = "unspecified", f"the recording failed; {error or 'see the log'}"
        self._isolated(running, lambda: self._keep(running, truncated, error))

    def _keep(self, running: _Running, truncated: str | None, error: str | None) -> None:
        version = running.received.head(8)[5:].decode("ascii", "replace")
        tls = self._tls
        self.recorder.keep(
            Exchange(
                asked=running.attempt.asked,
                started=running.started,
                ended=datetime.now(UTC),
                request=running.sent,
                received=running.received,
                ip=self._ip,
                protocols=(
                    *([f"http/{version}"] if version in ("1.0", "1.1") else []),
                    *([tls.protocol] if tls else []),
                ),
                cipher=tls.cipher if tls else None,
                truncated=truncated if running.received else None,
                error=error,
                tls=tls.told() if tls else (),
            )
        )

    def _isolated(
        self, running: _Running, action: Callable[[], object], *, breaks: bool = True
    ) -> None:
        """Does something for the recording; a failure of it never reaches the connection.

        ``breaks`` tells whether the tapes are not whole after a failure.
        """
        try:
            action()
        except Exception as e:  # noqa: BLE001  # that is what isolation means
            running.broken = running.broken or breaks
            self.recorder.fault(running.attempt, e)


class RecordingFactory(Factory):
    """Builds the recorded connections of Twisted's pool."""

    noisy = False

    def __init__(self, recorder: Recorder, quiescent: Callable[[Any], None], _: str) -> None:
        self._recorder = recorder
        self._quiescent = quiescent

    def buildProtocol(self, addr: Any) -> RecordingProtocol:  # noqa: ARG002, N802
        protocol = RecordingProtocol(self._quiescent)
        protocol.recorder = self._recorder
        return protocol


class _TeeTransport:
    """A transport that shows all that is written to it; for the rest the one it wraps."""

    def __init__(self, transport: Any, on_sent: Callable[[bytes], None]) -> None:
        self._transport = transport
        self._on_sent = on_sent
        directlyProvides(self, providedBy(transport))

    def write(self, data: bytes) -> None:
        self._on_sent(data)
        self._transport.write(data)

    def writeSequence(self, parts: list[bytes]) -> None:  # noqa: N802
        self.write(b"".join(parts))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def _unsent(transport: Any) -> int:
    """How many bytes of what was written never went out: a lost connection drops them.

    Of TLS these are what waits for the handshake; of TCP what the system did not take.
    """
    waiting = getattr(transport, "_appSendBuffer", None)
    if waiting is not None:
        return sum(len(part) for part in waiting)
    buffered = len(getattr(transport, "dataBuffer", b"")) - getattr(transport, "offset", 0)
    return buffered + getattr(transport, "_tempDataLen", 0)


def describe(error: BaseException | None) -> str:
    """A failure in one line: its class and what it says, and the failures that caused it."""
    reasons = getattr(error, "reasons", None) or [getattr(error, "__cause__", None)]
    causes = [getattr(reason, "value", reason) for reason in reasons if reason is not None]
    text = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
    nested = [describe(cause) for cause in causes if isinstance(cause, BaseException)]
    return f"{text} ({'; '.join(nested)})"[:500] if nested else text[:500]
