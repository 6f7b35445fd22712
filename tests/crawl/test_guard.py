"""No byte goes to an address that is not public unless the source of the request says so.

Servers listen on loopback only; an address elsewhere stands in these tests to be refused, or is
"connected to" by a reactor in memory.
"""

from __future__ import annotations

import inspect
import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.settings.default_settings import RETRY_EXCEPTIONS
from scrapy.utils.misc import load_object
from twisted.internet import endpoints
from twisted.internet.testing import MemoryReactorClock
from twisted.web import client
from twisted.web.client import BrowserLikePolicyForHTTPS, HTTPConnectionPool

from archiver.crawl.guard import GuardedAgent, Permit, RefusedAddressError, permit_for
from archiver.crawl.reach import Reach
from archiver.layout import DataFolder
from archiver.model import Kind, Source
from archiver.warc.reader import groups
from archiver.warc.records import read_fields
from tests.command import archiver, python
from tests.crawl.names import NameTable
from tests.crawl.wire_server import Script, WireServer, html

ROOT = Path(__file__).parents[2]
PAGE = Script((html("<p>Une coopérative ouvre son atelier de réemploi.</p>"),))
NO_ROBOTS = {"/robots.txt": Script((b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",))}
SECRET = "Compte rendu interne, à ne pas publier"


def register(data: Path, **sources: dict[str, Any]) -> None:
    """Writes entries of the registry; ``private_network`` and lists as TOML has them."""
    (data / "sources").mkdir()
    lines = []
    for key, fields in sources.items():
        lines += [f"[{key}]", f'name = "{key}"', 'kind = "ptce"']
        lines += [f"{field} = {json.dumps(value)}" for field, value in fields.items()]
    (data / "sources" / "test.toml").write_text("\n".join(lines), "utf-8")


def crawl(data: Path, *sources: str, names: dict[str, list[list[str]]] | None = None) -> str:
    """Crawls in a process of its own, with names from a table; returns the log."""
    settings = {
        "ARCHIVER_DATA": str(data),
        "ARCHIVER_CONTACT": "archives@ruche-du-lot.fr",
        "ARCHIVER_DELAY": "0",
        "TWISTED_DNS_RESOLVER": "tests.crawl.names.NameTable",
        "TESTS_NAMES": json.dumps(names or {}),
    }
    given = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    done = python(
        *("-m", "scrapy", "crawl", "sources", "-a", f"source={','.join(sources)}", *given),
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def errors(data: Path) -> dict[str, list[str]]:
    """What the metadata records say of failures, by URL."""
    found: dict[str, list[str]] = {}
    for path in DataFolder(data).warc_files():
        for group in groups(path):
            record = group.of_type("metadata")
            if record is not None:
                error = read_fields(record.block).get("error")
                url = record.headers["warc-target-uri"]
                found.setdefault(url, []).extend([error] if error else [])
    return found


def refusal(reason: str, source: str, advice: str | None = None) -> str:
    advice = advice or f"source {source} may not connect there; set private_network = true"
    return f"RefusedAddressError: refused: {reason} ({advice})"


# --- crawls --------------------------------------------------------------------------------------


def test_a_public_name_that_leads_to_this_machine_gets_no_byte_and_is_a_problem(
    tmp_path: Path,
) -> None:
    with WireServer({"/": PAGE}) as server:
        url = server.url.replace("127.0.0.1", "dehors.test") + "/"
        register(tmp_path, dehors={"seeds": [url]})
        log = crawl(tmp_path, "dehors", names={"dehors.test": [["127.0.0.1"]]})
    assert (server.connections, server.log) == (0, [])
    told = refusal("127.0.0.1 is a loopback address", "dehors")
    assert errors(tmp_path) == {url: [told], url + "robots.txt": [told]}, "and nothing is retried"
    assert "Retrying" not in log
    archiver(tmp_path, "index")
    with closing(sqlite3.connect(DataFolder(tmp_path).catalogue)) as catalogue:
        assert (url, told) in catalogue.execute("select subject, message from problem").fetchall()


@pytest.mark.parametrize(
    "answers",
    [
        [["203.0.113.7"], ["127.0.0.1"]],
        [["203.0.113.7", "127.0.0.1"]],
        [["127.0.0.1"], ["203.0.113.7"], ["::ffff:127.0.0.1"]],
    ],
)
def test_a_name_server_that_changes_its_mind_gains_nothing(
    tmp_path: Path, answers: list[list[str]]
) -> None:
    with WireServer({"/": PAGE}) as server:
        base = server.url.replace("127.0.0.1", "rebond.test")
        register(tmp_path, rebond={"seeds": [f"{base}/", f"{base}/a", f"{base}/b"]})
        crawl(tmp_path, "rebond", names={"rebond.test": answers})
    assert (server.connections, server.log) == (0, [])
    assert all("refused: " in error for found in errors(tmp_path).values() for error in found)
    assert len(errors(tmp_path)) == 4


def test_every_spelling_of_loopback_is_seen_through(tmp_path: Path) -> None:
    hosts = ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost.test"]
    hosts += ["[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0"]
    with WireServer({"/": PAGE}) as server:
        port = server.url.rpartition(":")[2]
        # Not all of its seeds are loopback literals: it is a public source.
        register(tmp_path, formes={"seeds": [f"http://{host}:{port}/" for host in hosts]})
        crawl(tmp_path, "formes", names={"localhost.test": [["127.0.0.1"]]})
    assert (server.connections, server.log) == (0, [])
    asked = {url: found for url, found in errors(tmp_path).items() if not url.endswith(".txt")}
    assert len(asked) == len(hosts)
    for url, found in asked.items():
        assert len(found) == 1, url
        assert found[0].startswith("RefusedAddressError: refused: "), url


def test_a_loopback_source_reaches_loopback_and_nothing_else_by_link_or_redirect(
    tmp_path: Path,
) -> None:
    elsewhere = {
        "reseau.test": "10.0.0.5 is a private address",
        "169.254.169.254": "169.254.169.254 is the address of a cloud's metadata service",
        "[fd00:ec2::254]": "fd00:ec2::254 is the address of a cloud's metadata service",
        "192.168.1.1": "192.168.1.1 is a private address",
    }
    links = "".join(f'<a href="http://{host}/lien">x</a>' for host in elsewhere)
    links += "".join(f'<a href="/vers/{n}">x</a>' for n in range(len(elsewhere)))
    scripts = {**NO_ROBOTS, "/": Script((html(links),))}
    for n, host in enumerate(elsewhere):
        head = f"HTTP/1.1 302 Found\r\nLocation: http://{host}/ici\r\nContent-Length: 0\r\n\r\n"
        scripts[f"/vers/{n}"] = Script((head.encode(),))
    with WireServer(scripts) as server:
        site = server.url.removeprefix("http://")
        register(tmp_path, boucle={"seeds": [server.url + "/"], "hosts": [site, *elsewhere]})
        crawl(tmp_path, "boucle", names={"reseau.test": [["10.0.0.5"]]})
    found = errors(tmp_path)
    assert {entry.target for entry in server.log} == set(scripts)
    for host, reason in elsewhere.items():
        advice = "no source may connect there" if "metadata" in reason else None
        for path in ("lien", "ici"):
            assert found[f"http://{host}/{path}"] == [refusal(reason, "boucle", advice)]


def test_a_source_on_a_private_network_is_crawled_when_its_entry_says_so(tmp_path: Path) -> None:
    with WireServer({**NO_ROBOTS, "/": PAGE}) as server:
        url = server.url.replace("127.0.0.1", "intra.test") + "/"
        register(tmp_path, intra={"seeds": [url], "private_network": True})
        crawl(tmp_path, "intra", names={"intra.test": [["127.0.0.1"]]})
    assert [entry.target for entry in server.log] == ["/robots.txt", "/"]
    assert errors(tmp_path)[url] == []


def test_of_several_addresses_only_those_that_may_be_are_connected_to(tmp_path: Path) -> None:
    with WireServer({**NO_ROBOTS, "/": PAGE}) as server:
        port = server.url.rpartition(":")[2]
        register(tmp_path, boucle={"seeds": [f"http://localhost:{port}/"]})
        crawl(tmp_path, "boucle", names={"localhost": [["10.0.0.5", "127.0.0.1"]]})
    assert {entry.target for entry in server.log} == {"/robots.txt", "/"}


def test_a_connection_of_a_source_that_may_is_not_lent_to_one_that_may_not(
    tmp_path: Path,
) -> None:
    links = "".join(f'<a href="/a/{n}">x</a>' for n in range(5))
    pages = {f"/a/{n}": PAGE for n in range(5)} | {"/b/": PAGE}
    with WireServer({**NO_ROBOTS, **pages, "/a/": Script((html(links),))}) as server:
        base = server.url.replace("127.0.0.1", "commun.test")
        register(
            tmp_path,
            dedans={"seeds": [f"{base}/a/"], "paths": ["/a"], "private_network": True},
            dehors={"seeds": [f"{base}/b/"], "paths": ["/b"]},
        )
        crawl(tmp_path, "dehors", "dedans", names={"commun.test": [["127.0.0.1"]]})
    assert server.connections < len(server.log), "else there was no connection to lend"
    assert {entry.target for entry in server.log} == {"/robots.txt", "/a/"} | set(pages) - {"/b/"}
    told = refusal("127.0.0.1 is a loopback address", "dehors")
    assert errors(tmp_path)[f"{base}/b/"] == [told]


def test_the_robots_txt_of_one_source_does_not_lead_into_another(tmp_path: Path) -> None:
    """Its request names no source, and its redirects are not kept within the scope."""
    away = b"HTTP/1.1 302 Found\r\nLocation: http://coffre.test/\r\nContent-Length: 0\r\n\r\n"
    scripts = {"/": PAGE, "/robots.txt": Script((away,))}
    with WireServer({**NO_ROBOTS, "/": PAGE}) as private, WireServer(scripts) as loopback:
        base = private.url.replace("127.0.0.1", "intra.test")
        hosts = [base.removeprefix("http://"), "coffre.test"]
        intra = {"seeds": [base + "/"], "hosts": hosts, "private_network": True}
        register(tmp_path, boucle={"seeds": [loopback.url + "/"]}, intra=intra)
        # The second address is none that a packet could be sent to, whatever the outcome.
        names = {"intra.test": [["127.0.0.1"]], "coffre.test": [["255.255.255.255"]]}
        crawl(tmp_path, "intra", "boucle", names=names)
    assert {entry.target for entry in private.log} == {"/robots.txt", "/"}
    told = refusal("255.255.255.255 is a reserved address", "boucle")
    assert errors(tmp_path)["http://coffre.test/"] == [told]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.html"
    path.write_text(f"<p>{SECRET}</p>", "utf-8")
    return path


def test_files_and_other_schemes_are_not_fetched_by_link_redirect_or_feed(
    tmp_path: Path, secret: Path
) -> None:
    with WireServer({}) as server:
        port = server.url.rpartition(":")[2]
        others = [
            secret.as_uri(),
            f"file://127.0.0.1{secret}",
            f"FILE:{secret}",
            f"ftp://127.0.0.1:{port}/ftp",
            f"gopher://127.0.0.1:{port}/gopher",
            f"s3://127.0.0.1:{port}/s3",
            f"ws://127.0.0.1:{port}/ws",
            f"data:text/html,<p>{SECRET}</p>",
        ]
        links = "".join(f'<a href="{other}">x</a>' for other in others)
        items = "".join(f"<url><loc>{other}</loc></url>" for other in others)
        scripts = dict(NO_ROBOTS)
        for n, other in enumerate(others):
            links += f'<a href="/r{n}">x</a><a href="/m{n}">x</a>'
            head = f"HTTP/1.1 302 Found\r\nLocation: {other}\r\nContent-Length: 0\r\n\r\n"
            scripts[f"/r{n}"] = Script((head.encode(),))
            refresh = f"<meta http-equiv=refresh content='0;url={other}'><p>Suite</p>"
            scripts[f"/m{n}"] = Script((html(refresh),))
        scripts["/"] = Script((html(links),))
        scripts["/plan.xml"] = Script((html(f"<urlset>{items}</urlset>"),))
        server.scripts = scripts
        register(
            tmp_path, boucle={"seeds": [server.url + "/"], "feeds": [server.url + "/plan.xml"]}
        )
        log = crawl(tmp_path, "boucle")
    assert {entry.target for entry in server.log} == set(scripts), "else it was not put to the test"
    kept = list(errors(tmp_path))
    assert sorted(kept) == sorted(server.url + target for target in scripts)
    assert "Traceback" not in log
    responses = [
        record.block
        for path in DataFolder(tmp_path).warc_files()
        for group in groups(path)
        for record in group.records
        if record.type == "response"
    ]
    assert len(responses) == len(scripts)
    assert not any(f"\r\n\r\n<p>{SECRET}".encode() in block for block in responses)


# --- permits -------------------------------------------------------------------------------------

PUBLIC = Source(
    "dehors", "Dehors", Kind.PTCE, seeds=("https://dehors.test/",), hosts=("dehors.test",)
)
PRIVATE = Source(
    "dedans",
    "Dedans",
    Kind.PTCE,
    seeds=("http://intra.test/",),
    hosts=("intra.test", "dehors.test"),
    paths=("/x",),
    private_network=True,
)
LOOPBACK = Source(
    "boucle", "Boucle", Kind.PTCE, seeds=("http://127.0.0.1:1/",), hosts=("127.0.0.1:1",)
)


@pytest.mark.parametrize(
    ("url", "passed", "permit"),
    [
        ("http://intra.test/robots.txt", [], Permit("dedans", Reach.PRIVATE)),
        ("http://127.0.0.1:1/robots.txt", [], Permit("boucle", Reach.LOOPBACK)),
        ("http://127.0.0.1:2/robots.txt", [], Permit("", Reach.PUBLIC)),
        ("http://autre.test/robots.txt", [], Permit("", Reach.PUBLIC)),
        ("http://intra.test/a", ["http://autre.test/robots.txt"], Permit("", Reach.PUBLIC)),
        (
            "http://intra.test/a",
            ["http://127.0.0.1:1/robots.txt", "http://intra.test/robots.txt"],
            Permit("boucle", Reach.LOOPBACK),
        ),
        # Two sources share the host: the rules of it must be known before the pages of either.
        ("https://dehors.test/robots.txt", [], Permit("dedans", Reach.PRIVATE)),
    ],
)
def test_a_robots_txt_is_asked_for_in_the_name_of_the_host_it_was_first_asked_of(
    url: str, passed: list[str], permit: Permit
) -> None:
    request = Request(url, meta={"redirect_urls": passed} if passed else {})
    assert permit_for(request, [PUBLIC, PRIVATE, LOOPBACK]) == permit


def test_a_page_is_asked_for_in_the_name_of_its_source_wherever_it_leads() -> None:
    request = Request("http://intra.test/x", meta={"asked_of": PUBLIC, "redirect_urls": ["y"]})
    assert permit_for(request, [PRIVATE, PUBLIC]) == Permit("dehors", Reach.PUBLIC)


# --- the agent -----------------------------------------------------------------------------------


class Attempt:
    """One request of a guarded agent over a reactor in memory: nothing is ever connected to."""

    def __init__(self, url: bytes, answers: list[list[str]], reach: Reach = Reach.PUBLIC) -> None:
        self.reactor: Any = MemoryReactorClock()  # type: ignore[no-untyped-call]
        self.names = NameTable(self.reactor, {"ruche.test": answers})
        self.names.install_on_reactor()
        pool = HTTPConnectionPool(self.reactor)  # type: ignore[no-untyped-call]
        policy: Any = BrowserLikePolicyForHTTPS()  # type: ignore[no-untyped-call]
        agent = GuardedAgent(Permit("ruche", reach), self.reactor, policy, 5, None, pool)
        self._outcome: list[Any] = []
        agent.request(b"GET", url).addBoth(self._outcome.append)

    @property
    def connections(self) -> list[str]:
        return [made[0] for made in self.reactor.tcpClients]

    @property
    def failure(self) -> BaseException:
        self.reactor.advance(1)  # so long it looks for another address
        (failure,) = self._outcome
        error: BaseException = failure.value
        return error


@pytest.mark.parametrize("url", [b"http://ruche.test/", b"https://ruche.test/"])
def test_what_was_checked_is_what_is_connected_to(url: bytes) -> None:
    attempt = Attempt(url, [["8.8.8.8"], ["127.0.0.1"]])
    assert attempt.connections == ["8.8.8.8"]
    assert attempt.names.asked == ["ruche.test"], "a second look could have another outcome"


@pytest.mark.parametrize("url", [b"http://ruche.test/", b"https://ruche.test/"])
def test_an_address_that_may_not_be_is_not_even_tried(url: bytes) -> None:
    attempt = Attempt(url, [["10.0.0.5"]])
    assert str(attempt.failure) == (
        "refused: 10.0.0.5 is a private address "
        "(source ruche may not connect there; set private_network = true)"
    )
    assert attempt.connections == []


def test_a_name_in_the_place_of_an_address_is_not_looked_up_again() -> None:
    attempt = Attempt(b"http://ruche.test/", [["intra.test"]], Reach.PRIVATE)
    assert isinstance(attempt.failure, RefusedAddressError)
    assert attempt.connections == []


def test_the_peer_is_looked_at_before_a_byte_is_sent() -> None:
    """As if the way to a public address ended on this machine."""
    attempt = Attempt(b"http://ruche.test/", [["8.8.8.8"]])
    factory = attempt.reactor.tcpClients[0][2]
    with (
        WireServer({}) as server,
        closing(socket.create_connection(("127.0.0.1", int(server.url[17:])))) as connected,
    ):
        transport = SimpleNamespace(getHandle=lambda: connected)
        factory.startedConnecting(SimpleNamespace(transport=transport))
        assert factory.buildProtocol(None) is None, "there is nobody who could send"
    assert server.log == []
    assert isinstance(attempt.failure, RefusedAddressError)
    assert "127.0.0.1 is a loopback address" in str(attempt.failure)


def test_a_peer_that_is_gone_already_is_a_failure_like_others() -> None:
    attempt = Attempt(b"http://ruche.test/", [["8.8.8.8"]])
    factory = attempt.reactor.tcpClients[0][2]
    with closing(socket.socket()) as unconnected:
        transport = SimpleNamespace(getHandle=lambda: unconnected)
        factory.startedConnecting(SimpleNamespace(transport=transport))
        assert factory.buildProtocol(None) is None
    assert isinstance(attempt.failure, OSError)


def test_a_refusal_is_not_retried() -> None:
    named: list[Any] = RETRY_EXCEPTIONS
    retried = tuple(load_object(kind) for kind in named)
    assert not issubclass(RefusedAddressError, retried)


def test_twisted_connects_through_the_reactor_it_is_given() -> None:
    for connects in (
        endpoints.TCP4ClientEndpoint.connect,
        endpoints.TCP6ClientEndpoint._resolvedHostConnect,
    ):
        assert "self._reactor.connectTCP(" in inspect.getsource(connects)
    made = inspect.getsource(client._StandardEndpointFactory.endpointForURI)
    assert "HostnameEndpoint(self._reactor, host" in made
    assert "self._requestWithEndpoint(" in inspect.getsource(client.Agent.request)
