"""Every exchange is kept to the byte, both ways: dozens of kinds, plain and TLS, cut anywhere.

The server's log and the WARC files are compared exchange by exchange, in the order in which they
happened at each URL. ``-s`` prints the table.
"""

from __future__ import annotations

import base64
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pytest

from archiver.layout import DataFolder
from archiver.warc.reader import Group, Record, groups
from archiver.warc.records import read_fields, unescape
from tests.command import python
from tests.crawl.exact_kinds import KINDS, MOST, TIMEOUT, Kind, script
from tests.crawl.exact_server import End, ExactServer, Logged

_SEED = 20261124
_NOT_CHANCY = [name for name, kind in KINDS.items() if not kind.chancy]
_ROOT = Path(__file__).parents[2]


@dataclass
class Crawled:
    """What the server saw and what was kept, both by URL and in the order of time."""

    server: ExactServer
    seen: Mapping[str, list[Logged]]
    kept: Mapping[str, list[Group]]

    def of_kind(self, kind: str) -> list[tuple[str, list[Logged], list[Group]]]:
        return self.by_kind[kind]

    def pairs(self, kind: str) -> Iterator[tuple[Logged, Group]]:
        for url, seen, kept in self.of_kind(kind):
            arrived = arrived_of(seen, kept)
            assert len(seen) == len(arrived), url
            yield from zip(seen, arrived, strict=True)

    @cached_property
    def by_kind(self) -> Mapping[str, list[tuple[str, list[Logged], list[Group]]]]:
        found = defaultdict(list)
        for url in sorted({*self.seen, *self.kept}):
            found[kind_of(url)].append((url, self.seen.get(url, []), self.kept.get(url, [])))
        return found


def arrived_of(seen: list[Logged], kept: list[Group]) -> list[Group]:
    """What is kept, less the requests that the server never read.

    When the server ends a connection while the next request is being written, the request is either
    dropped by Twisted (it is kept as a failure, without a request record), or meets a socket that
    nobody reads any more (it was on the wire, and is kept, without an answer).
    """
    arrived = [group for group in kept if group.of_type("request") is not None]
    unread = len(arrived) - len(seen)
    for group in [group for group in arrived if response_of(group) is None]:
        if unread > 0 and not interim_of(group):
            arrived.remove(group)
            unread -= 1
    return arrived


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("exact")
    with ExactServer(script, folder) as server:
        data, plan = folder / "data", folder / "plan.json"
        plan.write_text(json.dumps(planned(server)))
        (data / "sources").mkdir(parents=True)
        seeds = [f"{url}/" for url in (*server.urls, server.deaf, server.refusing)]
        (data / "sources" / "exact.toml").write_text(
            f'[exact]\nname = "Exact"\nkind = "ptce"\nseeds = {json.dumps(seeds)}\n'
        )
        (data / "archiver.toml").write_text(
            f"[crawl]\ntimeout = {TIMEOUT}\nmax_body_bytes = {MOST}\n[warc]\nsize = 300000\n"
        )
        done = python("-m", "tests.crawl.exact_crawl", str(data), str(plan), cwd=_ROOT)
        assert done.returncode == 0, done.stderr + (data / "crawl.log").read_text()[-3000:]
        yield Crawled(server, seen_by(server), kept_in(DataFolder(data)))


def planned(server: ExactServer) -> list[dict[str, object]]:
    """Each kind at each port, in an order that is the same in every run."""
    asked: list[dict[str, object]] = [
        {
            "url": f"{url}/{name}/{number}",
            "method": kind.method,
            "headers": dict(kind.headers),
            "body": base64.b64encode(kind.body).decode(),
        }
        for name, kind in KINDS.items()
        for number, url in enumerate(server.urls)
        if not (name.startswith("stalls") and number % 4)  # each costs three time-outs
    ]
    for url in (server.deaf, server.refusing):
        asked.append({"url": f"{url}/unreached/0", "method": "GET", "headers": {}, "body": ""})
    random.Random(_SEED).shuffle(asked)
    return asked


def seen_by(server: ExactServer) -> dict[str, list[Logged]]:
    found = defaultdict(list)
    for entry in list(server.log):
        found[entry.url].append(entry)
    return dict(found)


def kept_in(data: DataFolder) -> dict[str, list[Group]]:
    found = defaultdict(list)
    for path in data.warc_files():
        for group in groups(path):
            if group.of_type("metadata"):
                found[group.records[-1].headers["warc-target-uri"]].append(group)
    for kept in found.values():
        kept.sort(key=lambda group: group.records[-1].headers["warc-date"])
    return dict(found)


def kind_of(url: str) -> str:
    return url.split("/")[3]


def response_of(group: Group) -> Record | None:
    return group.of_type("response") or group.of_type("revisit")


def bytes_of(group: Group) -> tuple[bytes, bytes]:
    request, response = group.of_type("request"), response_of(group)
    return (request.block if request else b"", response.block if response else b"")


def fields_of(group: Group) -> dict[str, str]:
    return read_fields(group.records[-1].block)


def interim_of(group: Group) -> bytes:
    return unescape(fields_of(group).get("interimResponse", ""))


def test_a_thousand_exchanges_of_fifty_kinds_were_had(crawled: Crawled) -> None:
    table = {kind: [*crawled.of_kind(kind)] for kind in (*KINDS, "robots.txt", "unreached")}
    manners: Counter[str] = Counter(entry.manner for entry in crawled.server.log)
    print(f"\n{'kind':26} {'seen':>5} {'kept':>5} {'bytes kept':>11}")
    for kind, found in table.items():
        size = sum(len(b) for _, _, kept in found for group in kept for b in bytes_of(group))
        seen, kept = (sum(len(row[i]) for row in found) for i in (1, 2))
        print(f"{kind:26} {seen:5} {kept:5} {size:11}")
    log, kept = crawled.server.log, sum(map(len, crawled.kept.values()))
    print(f"{'total':26} {len(log):5} {kept:5} on {crawled.server.connections} connections")
    print("cut " + ", ".join(f"{how or 'not'}: {n}" for how, n in sorted(manners.items())))
    assert len(log) >= 1000
    assert len(KINDS) >= 50
    assert crawled.server.connections >= 20
    used = Counter(entry.connection for entry in log)
    assert max(used.values()) > 2, "else the bytes after an exchange were never in question"
    assert {entry.url.partition(":")[0] for entry in log} == {"http", "https"}
    assert {"scripted", "whole", "random", "dribbled"} <= set(manners)


def test_nothing_is_missing_and_nothing_is_made_up(crawled: Crawled) -> None:
    unsent = 0
    for name in KINDS:
        for url, seen, kept in crawled.of_kind(name):
            assert len(seen) == len(arrived_of(seen, kept)), url
            unsent += len(kept) - len(seen)
    print(f"\nrequests that never left: {unsent}")
    assert unsent < len(crawled.server.log) / 100
    assert {kind_of(url) for url in crawled.seen} == {*KINDS, "robots.txt"}
    assert {kind_of(url) for url in crawled.kept} == {*KINDS, "robots.txt", "unreached"}


@pytest.mark.parametrize("name", list(KINDS))
def test_both_directions_are_kept_to_the_byte(crawled: Crawled, name: str) -> None:
    for seen, group in crawled.pairs(name):
        request, response = bytes_of(group)
        assert request == seen.request
        kept = response_of(group)
        if kept is not None and "warc-truncated" in kept.headers:
            # The client hung up, or the parser did: what came until then is there.
            assert seen.response.startswith(response)
        else:
            assert response == seen.response


@pytest.mark.parametrize("name", list(KINDS))
def test_interim_responses_stand_in_the_metadata(crawled: Crawled, name: str) -> None:
    for seen, group in crawled.pairs(name):
        assert interim_of(group) == seen.interim


@pytest.mark.parametrize("name", _NOT_CHANCY)
def test_each_attempt_is_an_exchange_of_its_own(crawled: Crawled, name: str) -> None:
    for url, seen, _ in crawled.of_kind(name):
        # Twisted asks again by itself where nothing comes back on a connection that was in use.
        attempts = [entry for entry in seen if not (entry.used and ended_at_once(entry))]
        assert len(attempts) == KINDS[name].attempts, url


def ended_at_once(entry: Logged) -> bool:
    """Whether the server ended the connection without a word."""
    answer = entry.answer
    return answer is None or (
        answer.end is not End.STALL and not entry.interim and not entry.response
    )


@pytest.mark.parametrize("name", _NOT_CHANCY)
def test_what_is_not_whole_is_marked_and_nothing_else_is(crawled: Crawled, name: str) -> None:
    kind = KINDS[name]
    for seen, group in crawled.pairs(name):
        if seen.answer is not None:
            check_marks(kind, seen, group)


def check_marks(kind: Kind, seen: Logged, group: Group) -> None:
    response, error = response_of(group), fields_of(group).get("error", "")
    assert (response is not None) == kind.answered, (seen.url, error)
    if response is not None:
        assert response.headers.get("warc-truncated") == kind.truncated, (seen.url, error)
    failed = kind.truncated is not None or not kind.answered
    assert bool(error) == failed, (seen.url, error)
    assert kind.error in error, seen.url


@pytest.mark.parametrize("name", list(KINDS))
def test_digests_are_over_the_block_and_over_the_payload(crawled: Crawled, name: str) -> None:
    for seen, group in crawled.pairs(name):
        for record in group.records:
            assert record.headers["warc-block-digest"] == digest(record.block)
        response = response_of(group)
        if response is not None and seen.answer is not None and seen.answer.payload is not None:
            assert response.headers["warc-payload-digest"] == digest(seen.answer.payload), seen.url


def digest(data: bytes) -> str:
    return f"sha256:{sha256(data).hexdigest()}"


def test_stale_connections_were_met_and_asked_again(crawled: Crawled) -> None:
    unanswered = [group for seen, group in crawled.pairs("stale") if seen.answer is None]
    assert unanswered
    for group in unanswered:
        assert [record.type for record in group.records] == ["request", "metadata"]
        assert fields_of(group)["error"]
    for _, seen, _ in crawled.of_kind("stale"):
        assert seen[-1].answer is not None


def test_the_limit_of_a_body_holds_whether_it_was_announced_or_not(crawled: Crawled) -> None:
    for _, group in crawled.pairs("too-large-declared"):
        assert b"\r\n\r\n" in bytes_of(group)[1]
    for _, group in crawled.pairs("too-large-chunked"):
        assert MOST < len(bytes_of(group)[1]) < MOST + 200_000


def test_what_never_was_a_connection_is_kept_as_a_failure(crawled: Crawled) -> None:
    unreached = [*crawled.of_kind("unreached")]
    assert len(unreached) == 2
    for url, seen, kept in unreached:
        assert (seen, len(kept)) == ([], 3), url
        for group in kept:
            assert [record.type for record in group.records] == ["metadata"]
            assert fields_of(group)["error"], url


def test_tls_and_its_version_are_told(crawled: Crawled) -> None:
    told = defaultdict(set)
    for _, group in crawled.pairs("sized"):
        url = group.records[-1].headers["warc-target-uri"]
        record = response_of(group)
        assert record is not None
        told[url.partition(":")[0]].add(record.headers.get("warc-cipher-suite", "")[:4])
        assert record.headers["warc-ip-address"] == "127.0.0.1"
    assert told["http"] == {""}
    assert "" not in told["https"]
    assert len(told["https"]) == 2, "one of TLS 1.2, one of TLS 1.3"
