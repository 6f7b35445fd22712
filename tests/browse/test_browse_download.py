"""A capture's download is its own bytes, as they lie in the WARC file, and nothing else."""

from __future__ import annotations

import gzip
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from archiver.browse.download import file_name
from archiver.catalogue.read import CaptureLocation, capture_location, open_read_only
from archiver.errors import WarcError
from archiver.layout import DataFolder
from archiver.warc.slices import slice_bytes
from tests.browse import sample
from tests.browse.conftest import Get, getter

FIRST, _, THIRD, _ = sample.TEXTS


def test_download_is_the_warcinfo_and_the_group_byte_for_byte(get: Get) -> None:
    response = get(f"/telecharger/{THIRD.capture}.warc.gz")
    assert response.status_code == 200
    assert response.content == sample.WARCINFO + sample.group(THIRD.n)
    assert gzip.decompress(response.content).count(b"WARC/1.1") == 2
    headers = response.headers
    assert headers["content-type"] == "application/warc"
    assert "content-encoding" not in headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-disposition"] == (
        'attachment; filename="figeacteurs-20261124050300-a0000000.warc.gz"'
    )


def test_head_has_headers_and_no_body(get: Get) -> None:
    response = get(f"/telecharger/{FIRST.capture}.warc.gz", method="HEAD")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == "application/warc"


@pytest.mark.parametrize(
    "capture_id",
    [
        "a0000000-0000-4000-8000-0000000000ff",
        sample.capture_id(1).upper(),
        sample.capture_id(1).replace("-", ""),
        f"{sample.capture_id(1)}%0A",
        "..%2F..%2Fcatalogue",
        "1' or '1'='1",
        "x",
    ],
)
def test_unknown_or_strange_id_is_not_found(get: Get, capture_id: str) -> None:
    response = get(f"/telecharger/{capture_id}.warc.gz", follow_redirects=True)
    assert response.status_code == 404
    assert "Page introuvable" in response.text


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("warc_file", "figeacteurs/perdu.warc.gz"),
        ("warc_file", "../catalogue.db"),
        ("warc_file", "/etc/hostname"),
        ("warc_file", "figeacteurs/../../catalogue.db"),
        ("offset", 1),
        ("offset", -1),
        ("length", 10**9),
    ],
)
def test_catalogue_that_is_wrong_about_a_file_leaks_nothing(
    own_data: DataFolder, column: str, value: object
) -> None:
    db = Database(own_data.catalogue)
    db.table("capture").update(FIRST.capture, {column: value})
    db.close()
    response = getter(own_data)(f"/telecharger/{FIRST.capture}.warc.gz")
    assert response.status_code == 404
    assert str(own_data.path) not in response.text


def test_open_file_is_read_too(own_data: DataFolder) -> None:
    path = own_data.warc / "figeacteurs" / "20261124-00000.warc.gz"
    path.rename(path.with_name(path.name + ".open"))
    response = getter(own_data)(f"/telecharger/{FIRST.capture}.warc.gz")
    assert response.content == sample.WARCINFO + sample.group(FIRST.n)


@pytest.mark.parametrize("source", ["Évil\r\nSet-Cookie: x", '"; x="', "../..", "é" * 300, ""])
def test_file_name_is_plain_ascii(source: str) -> None:
    location = CaptureLocation(source, "https://x.example/", "pas une date", "a/b", 0, 1)
    assert re.fullmatch(r"[a-z0-9-]{1,80}\.warc\.gz", file_name(sample.capture_id(1), location))


def test_capture_location_is_none_for_an_unknown_id(data: DataFolder) -> None:
    connection = open_read_only(data.catalogue)
    try:
        assert capture_location(connection, "x") is None
        found = capture_location(connection, FIRST.capture)
    finally:
        connection.close()
    assert found is not None
    assert (found.source, found.offset) == ("figeacteurs", len(sample.WARCINFO))


def test_slice_from_the_start_is_not_doubled(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(sample.WARCINFO + sample.group(1))
    assert b"".join(slice_bytes(path, 0, len(sample.WARCINFO))) == sample.WARCINFO


def test_slice_of_large_members_is_whole(tmp_path: Path) -> None:
    first = gzip.compress(bytes(range(256)) * 2000, compresslevel=0)
    second = gzip.compress(b"x" * 300_000, compresslevel=0)
    path = tmp_path / "x.warc.gz"
    path.write_bytes(first + sample.group(1) + second)
    offset = len(first) + len(sample.group(1))
    assert b"".join(slice_bytes(path, offset, len(second))) == first + second


@pytest.mark.parametrize("content", [b"", b"no gzip at all, but long enough", sample.WARCINFO[:-4]])
def test_slice_of_a_damaged_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    with pytest.raises(WarcError):
        list(slice_bytes(path, 5, 5))


def test_a_revisit_comes_with_its_original(data: DataFolder, get: Get) -> None:
    with closing(sqlite3.connect(data.catalogue)) as connection, connection:
        connection.execute(
            "update capture set refers_to = ?, revisit = 'server-not-modified' where id = ?",
            [FIRST.capture, THIRD.capture],
        )
    response = get(f"/telecharger/{THIRD.capture}.warc.gz")
    assert response.content == (
        sample.WARCINFO + sample.group(FIRST.n) + sample.WARCINFO + sample.group(THIRD.n)
    )
