"""What a site or a broken file says stops nobody: it costs a problem, and the rest is indexed."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from archiver.layout import DataFolder
from archiver.warc.records import write_group
from archiver.warc.writer import CollectionWriter
from tests.command import archiver
from tests.warc.exchanges import exchange
from tests.whole import rows

TEXT = "<p>Soixante-dix acteurs du territoire se retrouvent à la halle pour parler du bois.</p>" * 9


def page(json: str = "{}", title: str = "Une visite", text: str = TEXT) -> bytes:
    """The answer with a WordPress post."""
    body = (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>x</title>'
        f'<script type="application/ld+json">{json}</script></head>'
        f'<body class="single single-post"><article class="post"><h1 class="entry-title">{title}'
        f'</h1><time class="entry-date" datetime="2018-11-23">23 novembre 2018</time>'
        f'<div class="entry-content">{text}</div></article></body></html>'
    ).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def collection(folder: Path, pages: Sequence[tuple[str, bytes, str | None]]) -> DataFolder:
    """A data folder whose only collection has those captures: path, answer, truncation."""
    data = DataFolder(folder)
    writer = CollectionWriter(data.collection("pole"), {"isPartOf": "1"}, 1_000_000)
    for path, answer, truncated in pages:
        writer.write(
            exchange(answer, url=f"http://pole.example{path}", source="pole", truncated=truncated)
        )
    writer.close()
    return data


@pytest.mark.parametrize(
    "json",
    [
        r'{"@type": "BlogPosting", "headline": "x\ud800", "author": {"name": "J\udfff"}}',
        '{"@type": "BlogPosting", "commentCount": 9999999999999999999999999}',
        '{"@type": "BlogPosting", "commentCount": -3}',
        '{"@type": "BlogPosting", "datePublished": "99999-99-99T99:99"}',
        "{" * 3000,
    ],
)
def test_no_page_stops_the_index(tmp_path: Path, json: str) -> None:
    good = page(title="La bonne")
    data = collection(tmp_path, [("/a/", page(json), None), ("/b/", good, None)])
    for command in ("index", "rebuild"):
        done = archiver(tmp_path, command)
        assert (done.returncode, done.stderr) == (0, "")
        titles = [row[1] for row in rows(data.catalogue)["announcement"]]
        assert "La bonne" in titles
        assert len(titles) == 2


def test_half_a_page_changes_no_announcement(tmp_path: Path) -> None:
    whole, half = page(), page()[:-400]
    data = collection(tmp_path, [("/a/", whole, None), ("/a/", half, "disconnect")])
    assert archiver(tmp_path, "index").returncode == 0
    found = rows(data.catalogue)
    assert [row[2] for row in found["version"]] == [1]
    assert len(found["capture"]) == 2


def test_a_record_without_what_it_must_have_costs_a_problem(tmp_path: Path) -> None:
    data = collection(tmp_path, [("/a/", page(), None), ("/b/", page(), None)])
    (path,) = data.warc_files()
    odd = BytesIO()
    write_group(odd.write, exchange(page(), url="http://pole.example/c/"), "<urn:uuid:x>")
    date = f"{datetime(2026, 11, 24, tzinfo=UTC):%Y-%m}"
    parts, data_left = b"", odd.getvalue()
    while data_left:
        inflate = zlib.decompressobj(wbits=31)
        record = inflate.decompress(data_left).replace(
            b"WARC-Date: 2026-11-24T05:00:00.123456Z", b"WARC-Date: " + date.encode()
        )
        parts += gzip.compress(record)
        data_left = inflate.unused_data
    path.write_bytes(path.read_bytes() + parts)
    assert archiver(tmp_path, "index").returncode == 0
    with closing(sqlite3.connect(data.catalogue)) as connection:
        assert connection.execute("select kind from problem").fetchall() == [("record",)]
        assert connection.execute("select count(*) from capture").fetchone() == (2,)
    before = rows(data.catalogue)
    assert archiver(tmp_path, "index").returncode == 0
    assert archiver(tmp_path, "rebuild").returncode == 0
    assert rows(data.catalogue) == before


def test_a_mended_file_has_no_problem_any_more(tmp_path: Path) -> None:
    data = collection(tmp_path, [("/a/", page(), None), ("/b/", page(), None)])
    (path,) = data.warc_files()
    path.write_bytes(path.read_bytes()[:-9])
    assert archiver(tmp_path, "index").returncode == ExitCode.PROBLEMS
    assert archiver(tmp_path, "verify", "--repair").returncode == 0
    assert archiver(tmp_path, "index").returncode == 0
    incremental = rows(data.catalogue)
    assert incremental["problem"] == []
    assert archiver(tmp_path, "rebuild").returncode == 0
    assert rows(data.catalogue) == incremental


def test_a_source_that_is_taken_out_of_the_registry_goes_from_the_catalogue(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    mine = tmp_path / "sources" / "mine.toml"
    mine.write_text('[mine]\nname = "x"\nkind = "ptce"\nseeds = ["http://127.0.0.1:9/"]\n')
    assert archiver(tmp_path, "index").returncode == 0
    mine.unlink()
    assert archiver(tmp_path, "index").returncode == 0
    incremental = rows(DataFolder(tmp_path).catalogue)
    assert "mine" not in {row[0] for row in incremental["source"]}
    assert archiver(tmp_path, "rebuild").returncode == 0
    assert rows(DataFolder(tmp_path).catalogue) == incremental
