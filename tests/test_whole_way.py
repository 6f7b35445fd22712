"""The whole way on real input: sites → crawl → WARC → index → SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archiver.samples import Announced, SampleServer
from archiver.warc.reader import Group, bare_uuid
from archiver.warc.records import IDENTICAL, NOT_MODIFIED, PROFILES, read_fields
from tests.command import archiver, python
from tests.whole import Whole, kept, rows, whole


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("data")) as ready:
        ready.crawl()
        yield ready


def announcements(ready: Whole, server: SampleServer) -> dict[str, dict[str, Any]]:
    """The announcements of one site in the catalogue, by path."""
    with closing(sqlite3.connect(ready.data.catalogue)) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute(
            "select * from announcement where source = ?", [server.site.key]
        ).fetchall()
    return {row["url"].removeprefix(server.base_url): dict(row) for row in found}


def test_a_catalogue_made_again_from_the_warc_files_has_the_same_rows(crawled: Whole) -> None:
    """The most important test: the WARC files are the truth, the catalogue follows from them."""
    catalogue = crawled.data.catalogue
    before = rows(catalogue)
    assert all(before[table] for table in ("announcement", "version", "capture", "text index"))
    catalogue.unlink()
    done = archiver(crawled.data.path, "rebuild")
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(catalogue) == before


def test_exactly_the_published_announcements_are_found(crawled: Whole) -> None:
    for server in crawled.servers:
        found = announcements(crawled, server)
        assert set(found) == {announced.path for announced in server.site.announced}


def each_announced(crawled: Whole) -> Iterator[tuple[Announced, dict[str, Any]]]:
    for server in crawled.servers:
        found = announcements(crawled, server)
        for announced in server.site.announced:
            yield announced, found[announced.path]


def test_titles_dates_counts_and_authors_are_those_of_the_page(crawled: Whole) -> None:
    for announced, row in each_announced(crawled):
        assert announced.is_titled(row["title"]), announced.path
        told = (row["published"][:10], row["comment_count"], row["author"])
        assert told == (announced.published, announced.comment_count, announced.author)
        assert json.loads(row["categories"]) == list(announced.categories), announced.path
        assert sorted(json.loads(row["tags"])) == sorted(announced.tags), announced.path


def test_zero_and_unknown_counts_are_told_apart(crawled: Whole) -> None:
    counts = Counter(row["comment_count"] for _, row in each_announced(crawled))
    assert counts[0] > 0
    assert counts[None] > 0
    for _, row in each_announced(crawled):
        assert (row["comment_from"] is None) == (row["comment_count"] is None)


def test_texts_hold_what_belongs_to_them_and_no_comment(crawled: Whole) -> None:
    for announced, row in each_announced(crawled):
        assert announced.missing_from(row["text"]) == (), announced.path
        assert announced.leaked_into(row["text"]) == (), announced.path


def test_the_warc_holds_every_exchange_of_the_servers_log_and_nothing_else(crawled: Whole) -> None:
    for server in crawled.servers:
        seen = Counter((entry.request, entry.response) for entry in server.log)
        recorded: Counter[tuple[bytes, bytes]] = Counter()
        for group in kept(crawled.data, server.site.key):
            request, response = group.of_type("request"), group.of_type("response")
            assert request is not None
            assert response is not None
            recorded[request.block, response.block] += 1
        assert recorded == seen
        assert len(seen) > 20


def test_warcio_and_fastwarc_read_the_same_records(crawled: Whole) -> None:
    for path in crawled.data.warc_files():
        assert path.name.endswith(".warc.gz"), "finished and renamed"
        data = path.read_bytes()
        by_warcio = [
            (r.rec_type, r.rec_headers.get_header("WARC-Record-ID"), r.raw_stream.read())
            for r in ArchiveIterator(BytesIO(data), no_record_parse=True)
        ]
        by_fastwarc = [
            (r.headers["WARC-Type"], r.headers["WARC-Record-ID"], r.reader.read())
            for r in FastIterator(BytesIO(data), parse_http=False)
        ]
        assert by_warcio == by_fastwarc
        assert all(
            record.verify_block_digest() for record in FastIterator(BytesIO(data), parse_http=False)
        )


def test_robots_txt_is_obeyed_and_kept(crawled: Whole) -> None:
    for server in crawled.servers:
        asked = [entry.request.split(b" ")[1].decode() for entry in server.log]
        assert asked[0] == "/robots.txt", "before anything else"
        assert asked.count("/robots.txt") == 1
        assert not [path for path in asked if path.startswith("/prive/")]
        roles = [
            read_fields(g.records[-1].block)["role"] for g in kept(crawled.data, server.site.key)
        ]
        assert roles.count("robots") == 1


def test_nothing_is_asked_for_twice(crawled: Whole) -> None:
    for server in crawled.servers:
        asked = Counter(entry.request.split(b" ")[1] for entry in server.log)
        # An address that redirects may lead to a page that was asked for by its own address too.
        assert not {path for path, times in asked.items() if times > 2}
        assert len([times for times in asked.values() if times > 1]) <= 1


def test_every_capture_can_be_found_where_the_catalogue_says(crawled: Whole) -> None:
    with closing(sqlite3.connect(crawled.data.catalogue)) as connection:
        captures = connection.execute(
            "select id, url, warc_file, offset, length from capture"
        ).fetchall()
    for identity, url, name, offset, length in captures:
        data = crawled.data.warc_path(name).read_bytes()[offset : offset + length]
        kinds = {
            r.rec_type: r.rec_headers for r in ArchiveIterator(BytesIO(data), no_record_parse=True)
        }
        assert set(kinds) == {"response", "request", "metadata"}
        assert kinds["response"].get_header("WARC-Record-ID") == f"<urn:uuid:{identity}>"
        assert kinds["response"].get_header("WARC-Target-URI") == url


def test_a_second_crawl_finds_what_changed_and_a_rebuild_still_gives_the_same(
    tmp_path: Path,
) -> None:
    with whole(tmp_path) as ready:
        ready.crawl()
        server = ready.pole
        edited, removed, *_ = server.site.announced
        page = server.site.answer(edited.path)
        text = page.body.replace(edited.sentences[0].encode(), b"Une phrase toute neuve.")
        assert text != page.body
        server.site = server.site.with_answer(
            edited.path,
            type(page)(body=text),  # without the validators of the page before
        ).with_answer(removed.path, server.site.not_found)
        ready.crawl()
        found = announcements(ready, server)
        assert len(found) == len(server.site.announced), "what is gone is not forgotten"
        assert found[edited.path]["versions"] == 2
        assert "Une phrase toute neuve." in found[edited.path]["text"]
        assert found[removed.path]["gone_since"] is not None
        unchanged = [row for path, row in found.items() if path not in (edited.path, removed.path)]
        assert {row["versions"] for row in unchanged} == {1}
        assert {row["gone_since"] for row in unchanged} == {None}
        assert all(row["last_seen"] > row["first_seen"] for row in unchanged)
        before = rows(ready.data.catalogue)
        assert archiver(tmp_path, "rebuild").returncode == 0
        assert rows(ready.data.catalogue) == before


def test_scrapy_crawl_and_archiver_index_give_what_archiver_crawl_gives(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    with whole(tmp_path) as ready:
        for spider, server in (("ptce", ready.pole), ("labo", ready.labo)):
            done = python(
                *("-m", "scrapy", "crawl", spider, "-a", f"source={server.site.key}"),
                *("-s", "ARCHIVER_DELAY=0", "-s", f"ARCHIVER_DATA={tmp_path}"),
                cwd=root,
            )
            assert done.returncode == 0, done.stderr
        assert archiver(tmp_path, "index").returncode == 0
        for server in ready.servers:
            expected = {announced.path for announced in server.site.announced}
            assert set(announcements(ready, server)) == expected


def test_a_second_crawl_of_an_unchanged_site_refers_to_what_is_held(tmp_path: Path) -> None:
    with whole(tmp_path) as ready:
        ready.crawl()
        first = rows(ready.data.catalogue)
        before = {server.site.key: len(server.log) for server in ready.servers}
        ready.crawl()
        for server in ready.servers:
            sent = server.log[before[server.site.key] :]
            told = kept(ready.data, server.site.key)[before[server.site.key] :]
            assert len(told) == len(sent)
            profiles = Counter(profile(group) for group in told)
            unmodified = [e for e in sent if e.response.startswith(b"HTTP/1.1 304")]
            assert profiles[NOT_MODIFIED] == len(unmodified) > 0
            assert profiles[IDENTICAL] > 0
            assert {e.request for e in sent if b"\r\nIf-" in e.request} >= {
                e.request for e in unmodified
            }, "a 304 only answers a condition"
            by_id = {
                group.records[0].uuid: group.records[0]
                for group in kept(ready.data, server.site.key)
            }
            for group in told:
                record = group.of_type("revisit")
                if record is not None:
                    original = by_id[bare_uuid(record.headers["warc-refers-to"])]
                    assert original.type == "response"
                    for name, theirs in (
                        ("warc-refers-to-target-uri", "warc-target-uri"),
                        ("warc-refers-to-date", "warc-date"),
                        ("warc-payload-digest", "warc-payload-digest"),
                    ):
                        assert record.headers[name] == original.headers[theirs]
        second = rows(ready.data.catalogue)
        assert len(second["announcement"]) == len(first["announcement"])
        assert second["version"] == first["version"], "nothing has changed"
        assert archiver(tmp_path, "rebuild").returncode == 0
        assert rows(ready.data.catalogue) == second


def profile(group: Group) -> str | None:
    record = group.of_type("revisit")
    return record.headers["warc-profile"].removeprefix(PROFILES) if record else None


def test_a_page_that_comes_back_by_revisit_makes_the_old_text_new_again(tmp_path: Path) -> None:
    """Text A, then B, then A again: the third capture is a revisit of the first, and a version."""
    with whole(tmp_path) as ready:
        server = ready.pole
        announced = server.site.announced[0]
        original = server.site
        page = original.answer(announced.path)
        edited = type(page)(body=page.body.replace(announced.sentences[0].encode(), b"Tout autre."))
        ready.crawl()
        server.site = original.with_answer(announced.path, edited)
        ready.crawl()
        server.site = original
        ready.crawl()
        row = announcements(ready, server)[announced.path]
        assert row["versions"] == 3
        assert announced.missing_from(row["text"]) == ()
        before = rows(ready.data.catalogue)
        assert archiver(tmp_path, "rebuild").returncode == 0
        assert rows(ready.data.catalogue) == before
