"""The sample server's log is the truth about its socket, to the byte."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.samples import Answer, SampleServer, Site
from archiver.samples.reply import parse, reply

BODY = "<p>Le four à pain chauffe dès l’aube, et « tout le monde » vient.</p>\n".encode() * 40


def small(base_url: str) -> Site:
    html = ("Content-Type", "text/html; charset=UTF-8")
    dated = ("Last-Modified", "Fri, 23 Nov 2018 17:12:00 GMT")
    return Site(
        key="petit",
        name="Petit site",
        base_url=base_url,
        answers={
            "/plain": Answer(headers=(html, ("ETag", '"abc"'), dated), body=BODY),
            "/dated": Answer(headers=(html, dated), body=BODY),
            "/chunked": Answer(body=BODY, chunked=True),
            "/gzip": Answer(headers=(html, ("ETag", '"z"')), body=BODY, gzip=True),
            "/both": Answer(body=BODY, chunked=True, gzip=True),
            "/empty": Answer(body=b"", chunked=True),
            "/close": Answer(body=BODY, close=True),
            "/latin": Answer(headers=(html, ("X-Commune", "Figéac-lès-Prés")), body=BODY),
            "/moved": Answer(status=301, headers=(("Location", f"{base_url}/plain"),)),
            "/slow": Answer(body=BODY, delay=0.2),
            "/list?page=1": Answer(body=b"<p>deux</p>"),
            "/list": Answer(body=b"<p>un</p>"),
        },
        announced=(),
        not_found=Answer(status=404, body=b"<h1>Introuvable</h1>"),
    )


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with SampleServer(small) as running:
        yield running


class Client:
    """A socket that reads one response at a time, by its framing, and keeps the bytes."""

    def __init__(self, server: SampleServer) -> None:
        parts = urlsplit(server.base_url)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=10)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def ask(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        head = self._until(b"\r\n\r\n")
        status = int(head.split(b" ")[1])
        lowered = head.lower()
        if request.startswith(b"HEAD") or status == 304:
            return head
        if b"transfer-encoding: chunked" in lowered:
            return head + self._chunks()
        length = int(lowered.partition(b"content-length: ")[2].split(b"\r\n")[0])
        return head + self._file.read(length)

    def at_end(self) -> bool:
        return self._file.read(1) == b""

    def _until(self, mark: bytes) -> bytes:
        got = b""
        while not got.endswith(mark):
            line = self._file.readline()
            assert line, f"the connection ended in {got!r}"
            got += line
        return got

    def _chunks(self) -> bytes:
        got = b""
        while True:
            line = self._file.readline()
            size = int(line.split(b";")[0], 16)
            got += line + self._file.read(size + 2)
            if size == 0:
                return got


def get(path: str, *headers: str, method: str = "GET") -> bytes:
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", *headers, "", "")).encode()


def unchunked(body: bytes) -> bytes:
    out = b""
    while body:
        line, _, body = body.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        out += body[:size]
        assert body[size : size + 2] == b"\r\n"
        body = body[size + 2 :]
    return out


GZIP = "Accept-Encoding: gzip, deflate"
REQUESTS = {
    "length": get("/plain"),
    "chunked": get("/chunked"),
    "gzip": get("/gzip", GZIP),
    "gzip refused": get("/gzip", "Accept-Encoding: gzip;q=0"),
    "gzip and chunked": get("/both", GZIP),
    "nothing, chunked": get("/empty"),
    "HEAD": get("/plain", method="HEAD"),
    "HEAD of chunks": get("/both", GZIP, method="HEAD"),
    "same tag": get("/plain", 'If-None-Match: W/"abc"'),
    "same date": get("/plain", "If-Modified-Since: Fri, 23 Nov 2018 17:12:00 GMT"),
    "Latin-1": get("/latin"),
    "redirect": get("/moved"),
    "not found": get("/nulle-part"),
}


def test_log_is_what_passed_the_socket_on_one_kept_connection(server: SampleServer) -> None:
    with Client(server) as client:
        received = [client.ask(request) for request in REQUESTS.values()]
    assert [e.request for e in server.log] == list(REQUESTS.values())
    assert [e.response for e in server.log] == received
    assert {e.connection for e in server.log} == {1}


def test_every_framing_carries_the_same_body(server: SampleServer) -> None:
    with Client(server) as client:
        bodies = {
            name: client.ask(REQUESTS[name]).partition(b"\r\n\r\n")[2]
            for name in ("length", "chunked", "gzip", "gzip refused", "gzip and chunked")
        }
    assert bodies["length"] == bodies["gzip refused"] == BODY
    assert unchunked(bodies["chunked"]) == BODY
    assert gzip.decompress(bodies["gzip"]) == BODY
    assert gzip.decompress(unchunked(bodies["gzip and chunked"])) == BODY
    assert bodies["chunked"].startswith(b"7;causse=1\r\n")


def test_head_has_the_headers_of_get_and_no_body(server: SampleServer) -> None:
    with Client(server) as client:
        whole = client.ask(get("/both", GZIP))
        head = client.ask(get("/both", GZIP, method="HEAD"))
    assert head == whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [
        ("/plain", 'If-None-Match: "abc"', 304),
        ("/plain", 'If-None-Match: "x", W/"abc"', 304),
        ("/plain", "If-None-Match: *", 304),
        ("/plain", 'If-None-Match: "x"', 200),
        ("/plain", "If-Modified-Since: Sat, 24 Nov 2018 00:00:00 GMT", 304),
        ("/plain", "If-Modified-Since: Thu, 22 Nov 2018 00:00:00 GMT", 200),
        ("/plain", "If-Modified-Since: hier", 200),
        ("/plain", 'If-None-Match: "x"\r\nIf-Modified-Since: Sat, 24 Nov 2018 00:00:00 GMT', 200),
        ("/dated", 'If-None-Match: "abc"', 200),
        ("/chunked", "If-Modified-Since: Sat, 24 Nov 2018 00:00:00 GMT", 200),
        ("/nulle-part", "If-None-Match: *", 404),
    ],
)
def test_conditional_requests(server: SampleServer, path: str, header: str, status: int) -> None:
    with Client(server) as client:
        answer = client.ask(get(path, header))
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert (answer.partition(b"\r\n\r\n")[2] == b"") == (status == 304)
        if status == 304:
            assert b'ETag: "abc"' in answer
        # The connection is still in step after it.
        assert client.ask(get("/list")).endswith(b"<p>un</p>")


def test_latin_1_header_bytes_are_sent_as_they_are(server: SampleServer) -> None:
    with Client(server) as client:
        head = client.ask(get("/latin"))
    assert b"X-Commune: Fig\xe9ac-l\xe8s-Pr\xe9s\r\n" in head


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS"])
def test_other_methods_are_not_allowed(server: SampleServer, method: str) -> None:
    request = get("/plain", "Content-Length: 5", method=method) + b"hello"
    with Client(server) as client:
        answer = client.ask(request)
        assert client.at_end()
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert b"Allow: GET, HEAD\r\n" in answer
    assert [e.request for e in server.log] == [request]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"HELO\r\n\r\n",
        b"GET /\xe9 \r\n\r\n",
        b"GET plain HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
    ],
)
def test_malformed_requests_get_400_and_the_end(server: SampleServer, request_bytes: bytes) -> None:
    with Client(server) as client:
        assert client.ask(request_bytes).startswith(b"HTTP/1.1 400 ")
        assert client.at_end()
    assert server.log[0].request == request_bytes


def test_connection_ends_when_either_side_says_so(server: SampleServer) -> None:
    old = b"GET /chunked HTTP/1.0\r\n\r\n"
    for request in (get("/close"), get("/plain", "Connection: close"), old):
        with Client(server) as client:
            answer = client.ask(request)
            assert b"Connection: close\r\n" in answer
            assert answer.endswith(BODY)
            assert client.at_end()
    assert [e.connection for e in server.log] == [1, 2, 3]


def test_query_counts_only_where_the_site_knows_it(server: SampleServer) -> None:
    with Client(server) as client:
        assert client.ask(get("/list?page=1")).endswith(b"<p>deux</p>")
        assert client.ask(get("/list?utm_source=lettre")).endswith(b"<p>un</p>")
        assert client.ask(get(f"{server.base_url}/list?page=1")).endswith(b"<p>deux</p>")


def test_slow_page_does_not_hold_up_the_others(server: SampleServer) -> None:
    with Client(server) as one, Client(server) as other:
        started = time.monotonic()
        waiting = threading.Thread(target=one.ask, args=(get("/slow"),))
        waiting.start()
        other.ask(get("/list"))
        quick = time.monotonic() - started
        waiting.join()
        slow = time.monotonic() - started
    assert slow >= 0.2
    assert quick < slow
    assert [e.request for e in server.log] == [get("/list"), get("/slow")]


def test_log_is_whole_when_many_ask_at_once(server: SampleServer) -> None:
    received: list[bytes] = []

    def ask() -> None:
        with Client(server) as client:
            received.extend(client.ask(get("/chunked")) for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.response for e in server.log) == sorted(received)
    assert len(received) == 160
    assert {e.connection for e in server.log} == set(range(1, 9))


def test_site_can_change_while_it_is_served(server: SampleServer) -> None:
    with Client(server) as client:
        before = client.ask(get("/plain"))
        server.site = server.site.with_answer("/plain", Answer(status=410, body=b"parti"))
        after = client.ask(get("/plain"))
    assert before.startswith(b"HTTP/1.1 200 ")
    assert after.startswith(b"HTTP/1.1 410 Gone")


def test_leaving_ends_idle_connections_and_frees_the_port() -> None:
    with SampleServer(small) as server:
        client = Client(server)
        client.ask(get("/plain"))
        port = urlsplit(server.base_url).port
        started = time.monotonic()
    with client:
        assert client.at_end()
    assert time.monotonic() - started < 5
    assert port is not None
    with SampleServer(small, port=port) as again:
        assert urlsplit(again.base_url).port == port


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_refuses_to_be_reached_from_elsewhere(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        SampleServer(small, host=host)


def test_has_no_address_before_it_runs() -> None:
    with pytest.raises(RuntimeError):
        _ = SampleServer(small).base_url


@given(st.binary(max_size=300))
def test_no_request_upsets_the_reply(noise: bytes) -> None:
    site = small("http://127.0.0.1:1")
    for head in (
        noise,
        b"GET /plain HTTP/1.1\r\n" + noise,
        b"GET /" + noise + b" HTTP/1.1\r\n\r\n",
    ):
        assert reply(site, parse(head)).head.startswith(b"HTTP/1.1 ")


@given(st.binary(max_size=5000))
def test_any_body_survives_its_chunks(body: bytes) -> None:
    site = small("http://127.0.0.1:1").with_answer("/any", Answer(body=body, chunked=True))
    assert unchunked(b"".join(reply(site, parse(get("/any"))).pieces)) == body
