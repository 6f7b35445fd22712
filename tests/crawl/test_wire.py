"""What is on the wire is in the WARC: byte for byte, whatever the server does."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from archiver.layout import DataFolder
from archiver.warc.reader import Group, groups
from archiver.warc.records import read_fields
from tests.command import archiver
from tests.crawl.wire_server import Script, WireServer, html

TEXT = "<p>Soixante-dix acteurs du territoire.</p>"

WHOLE = {
    "/robots.txt": Script((b"HTTP/1.1 404 Pas trouv\xe9\r\nContent-Length: 0\r\n\r\n",)),
    "/chunked": Script(
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"5;sel=gris\r\nhello\r\n",
            b"7\r\n monde!\r\n0\r\nX-Trailer: fin\r\n\r\n",
        ),
        pause=0.01,
    ),
    "/gzip": Script(
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n"
            b"Content-Length: %d\r\n\r\n" % len(gzip.compress(TEXT.encode(), mtime=0)),
            gzip.compress(TEXT.encode(), mtime=0),
        )
    ),
    "/early": Script((b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n", html(TEXT))),
    "/http10": Script((b"HTTP/1.0 200 OK\r\n\r\n", b"until the end"), close=True),
    "/closes": Script(
        (html(TEXT).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),), close=True
    ),
    "/odd-headers": Script(
        (
            b"HTTP/1.1 200 C'est bon \xe9\xe0\r\nx-ODD: \xe9t\xe9\r\nX-Odd: again\r\n",
            b"no colon in this line\r\nX-Folded: one\r\n   two\r\nContent-Length: 2\r\n\r\nok",
        )
    ),
    "/no-content": Script((b"HTTP/1.1 204 No Content\r\n\r\n",)),
    "/moved": Script((b"HTTP/1.1 301 Moved\r\nLocation: /http10\r\nContent-Length: 0\r\n\r\n",)),
    "/gone": Script((b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\nplus",)),
    "/large": Script((html("<p>" + "grand " * 60_000 + "</p>"),)),
}
BROKEN = {
    "/short": Script((b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nnot all",), close=True),
    "/short-chunk": Script(
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\nnot all",), close=True
    ),
    "/no-answer": Script((), close=True),
    "/garbage": Script((b"this is no HTTP at all\r\n\r\n",), close=True),
    "/stalls": Script((b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nbegins",), stall=True),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[WireServer, list[Group]]:
    links = "".join(
        f'<a href="{path}">x</a>' for path in [*WHOLE, *BROKEN] if path != "/robots.txt"
    )
    data = tmp_path_factory.mktemp("data")
    with WireServer({**WHOLE, **BROKEN, "/": Script((html(links),))}) as server:
        source(data, server.url)
        (data / "archiver.toml").write_text("[crawl]\ntimeout = 2\n")
        done = archiver(data, "crawl", "wire", "--delay", "0", "--no-index")
    assert done.returncode == 0, done.stderr
    return server, [
        group
        for path in DataFolder(data).warc_files()
        for group in groups(path)
        if group.of_type("metadata")
    ]


def source(data: Path, url: str) -> None:
    (data / "sources").mkdir()
    (data / "sources" / "wire.toml").write_text(
        f'[wire]\nname = "Wire"\nkind = "ptce"\nseeds = ["{url}/"]\n'
    )


def test_every_exchange_is_kept_to_the_byte_and_nothing_else_is(
    crawled: tuple[WireServer, list[Group]],
) -> None:
    server, kept = crawled
    seen = sorted((entry.request, final(entry.response)) for entry in server.log)
    assert sorted(exchange_of(group) for group in kept) == seen
    assert {entry.target for entry in server.log} == {"/", *WHOLE, *BROKEN}


def test_connections_were_kept_alive(crawled: tuple[WireServer, list[Group]]) -> None:
    server, _ = crawled
    used = [entry.connection for entry in server.log]
    assert len(used) > len(set(used)), "else the bytes after an exchange were never in question"


def test_requests_carry_user_agent_and_are_one_at_a_time(
    crawled: tuple[WireServer, list[Group]],
) -> None:
    server, _ = crawled
    assert all(b"User-Agent: ess-archiver/" in entry.request for entry in server.log)


@pytest.mark.parametrize(
    ("target", "truncated"),
    [("/short", "disconnect"), ("/short-chunk", "disconnect"), ("/stalls", "time")],
)
def test_partial_bodies_are_kept_and_marked(
    crawled: tuple[WireServer, list[Group]], target: str, truncated: str
) -> None:
    server, kept = crawled
    partial = [g for g in kept if address(g) == server.url + target]
    assert partial
    for group in partial:
        response = group.of_type("response")
        assert response is not None
        assert response.headers.get("warc-truncated") == truncated
        assert read_fields(metadata_of(group))["error"]


def test_an_answer_that_never_came_has_its_cause(
    crawled: tuple[WireServer, list[Group]],
) -> None:
    server, kept = crawled
    unanswered = [g for g in kept if address(g) == server.url + "/no-answer"]
    assert unanswered
    for group in unanswered:
        assert [record.type for record in group.records] == ["request", "metadata"]
        assert "ConnectionDone" in read_fields(metadata_of(group))["error"]


def test_the_metadata_tells_the_way_to_each_page(crawled: tuple[WireServer, list[Group]]) -> None:
    server, kept = crawled
    told = {}
    for group in kept:
        fields = read_fields(metadata_of(group))
        told[address(group).removeprefix(server.url)] = (
            fields["role"],
            fields["hopsFromSeed"],
            fields.get("via", "").removeprefix(server.url),
        )
        assert fields["source"] == "wire"
    assert told["/robots.txt"] == ("robots", "P", "")
    assert told["/"] == ("seed", "", "")
    assert told["/chunked"] == ("page", "L", "/")
    assert told["/moved"] == ("page", "L", "/")


def test_a_redirect_is_followed_and_told(tmp_path: Path) -> None:
    moved = Script((b"HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n",))
    scripts = {"/": Script((html('<a href="/old">x</a>'),)), "/old": moved}
    with WireServer({**scripts, "/new": Script((html(TEXT),))}) as server:
        source(tmp_path, server.url)
        archiver(tmp_path, "crawl", "wire", "--delay", "0", "--no-index")
    (path,) = DataFolder(tmp_path).warc_files()
    (new,) = [g for g in groups(path) if g.of_type("metadata") and address(g).endswith("/new")]
    fields = read_fields(metadata_of(new))
    assert (fields["via"], fields["hopsFromSeed"]) == (f"{server.url}/old", "LR")


def test_a_stale_connection_is_asked_again_and_both_attempts_are_kept(tmp_path: Path) -> None:
    """Twisted asks again by itself when a pooled connection turns out to be dead."""
    scripts = {
        "/robots.txt": WHOLE["/robots.txt"],
        # Answers as if it were to be kept alive, and closes: the next request meets a dead end.
        "/": Script((html('<a href="/next">x</a>'),), close=True, pause=0.05),
        "/next": Script((html(TEXT),)),
    }
    with WireServer(scripts) as server:
        source(tmp_path, server.url)
        archiver(tmp_path, "crawl", "wire", "--delay", "0", "--no-index")
    (path,) = DataFolder(tmp_path).warc_files()
    kept = [g for g in groups(path) if g.of_type("metadata")]
    answered = [exchange_of(g) for g in kept if g.of_type("response")]
    assert sorted(answered) == sorted((e.request, e.response) for e in server.log)


def address(group: Group) -> str:
    return group.records[-1].headers["warc-target-uri"]


def metadata_of(group: Group) -> bytes:
    record = group.of_type("metadata")
    assert record is not None
    return record.block


def exchange_of(group: Group) -> tuple[bytes, bytes]:
    request, response = group.of_type("request"), group.of_type("response")
    return (request.block if request else b"", response.block if response else b"")


def final(response: bytes) -> bytes:
    """The response without the interim one that the early page sends first."""
    early = WHOLE["/early"].parts[0]
    return response.removeprefix(early)


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\nUser-agent: *\nDisallow: /", False),
        (b"HTTP/1.1 404 No\r\nContent-Length: 25\r\n\r\nUser-agent: *\nDisallow: /", True),
        (b"HTTP/1.1 503 No\r\nContent-Length: 22\r\n\r\nUser-agent: *\nAllow: /", False),
    ],
    ids=["empty", "forbids", "client error", "server error"],
)
def test_robots_txt_is_read_by_the_standard(tmp_path: Path, answer: bytes, allowed: bool) -> None:
    scripts = {"/robots.txt": Script((answer,)), "/": Script((html(TEXT),))}
    with WireServer(scripts) as server:
        source(tmp_path, server.url)
        archiver(tmp_path, "crawl", "wire", "--delay", "0")
    asked = [entry.target for entry in server.log]
    assert asked[0] == "/robots.txt"
    assert ("/" in asked) is allowed
