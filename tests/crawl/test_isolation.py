"""A failure inside the recorder never reaches the connection; it is told, the capture marked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.web._newclient import Request
from twisted.web.client import Response

from archiver.crawl.wire import Attempt, Recorder, RecordingProtocol, TaggedHeaders
from archiver.model import Role
from archiver.warc.exchange import Asked, Exchange
from archiver.warc.tape import Tape

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Transport(StringTransport):
    """A transport of plain TCP, whose handle says nothing of TLS."""

    def getHandle(self) -> None:  # noqa: N802
        return None


class Wire:
    """A recorded connection without a network, and all that the recorder was told."""

    def __init__(self, folder: Path) -> None:
        self.kept: list[Exchange] = []
        self.faults: list[tuple[str, str]] = []
        self.protocol: Any = RecordingProtocol()
        self.protocol.recorder = Recorder(self.kept.append, self._fault, folder)
        self.transport: Any = Transport()
        self.protocol.makeConnection(self.transport)

    def _fault(self, attempt: Attempt, error: Exception) -> None:
        self.faults.append((attempt.asked.url, str(error)))

    def ask(self, path: str) -> list[Response]:
        """Sends a request; what is returned fills when the response comes."""
        headers = TaggedHeaders({b"Host": [b"pole.example"]})
        asked = Asked(f"http://pole.example{path}", "pole", Role.PAGE, None, "L")
        headers.attempt = Attempt(asked, datetime.now(UTC))
        got: list[Response] = []
        request = Request(b"GET", path.encode(), headers, None, persistent=True)
        self.protocol.request(request).addCallback(got.append)
        return got


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    return Wire(tmp_path)


def content(tape: Tape) -> bytes:
    return b"".join(tape.pieces())


def test_without_a_failure_all_is_kept_and_nothing_is_told(wire: Wire) -> None:
    got = wire.ask("/a")
    wire.protocol.dataReceived(ANSWER[:7])
    wire.protocol.dataReceived(ANSWER[7:] + b"rest")
    assert [response.code for response in got] == [200]
    (kept,) = wire.kept
    assert content(kept.request) == wire.transport.value()
    assert content(kept.received) == ANSWER
    assert (kept.truncated, kept.error, wire.faults) == (None, None, [])
    assert not wire.protocol.recorder.running


@pytest.mark.parametrize("method", ["append", "cut"])
def test_a_tape_that_fails_is_told_and_the_response_arrives(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    got = wire.ask("/a")
    with monkeypatch.context() as patch:
        patch.setattr(Tape, method, fail)
        wire.protocol.dataReceived(ANSWER)
    assert [response.code for response in got] == [200]
    assert wire.faults[0] == ("http://pole.example/a", "[Errno 28] No space left on device")
    if method == "cut":
        (kept,) = wire.kept
        assert kept.truncated == "unspecified"
        assert kept.error is not None
        assert "the recording failed" in kept.error
    wire.ask("/b")
    wire.protocol.dataReceived(ANSWER)
    assert wire.kept[-1].asked.url == "http://pole.example/b"
    assert wire.kept[-1].error is None, "the next exchange on that connection is well"


def test_a_keeper_that_fails_is_told_and_the_response_arrives(wire: Wire) -> None:
    def fail(_: Exchange) -> None:
        raise RuntimeError("a bug")

    wire.protocol.recorder = Recorder(fail, wire._fault, Path())
    got = wire.ask("/a")
    wire.protocol.dataReceived(ANSWER)
    assert [response.code for response in got] == [200]
    assert wire.faults == [("http://pole.example/a", "a bug")]


def test_what_a_lost_connection_cuts_short_has_its_cause(wire: Wire) -> None:
    wire.ask("/a")
    wire.protocol.dataReceived(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot")
    wire.protocol.connectionLost(Failure(ConnectionResetError("reset by peer")))
    (kept,) = wire.kept
    assert kept.truncated == "disconnect"
    assert kept.error == "ConnectionResetError: reset by peer"
    assert not wire.protocol.recorder.running


def test_a_connection_that_tells_nothing_of_itself_is_a_fault_but_the_bytes_are_whole(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(Transport, "getHandle")
    wire.ask("/a")
    wire.protocol.dataReceived(ANSWER)
    (kept,) = wire.kept
    assert (kept.truncated, kept.error) == (None, None)
    assert len(wire.faults) == 1
