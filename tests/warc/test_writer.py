"""Files of a collection: names, rollover, what a crash or a full disk leaves."""

from __future__ import annotations

import errno
import re
import resource
import signal
from pathlib import Path

import pytest

from archiver.errors import WarcError
from archiver.layout import OPEN_SUFFIX
from archiver.warc.keeper import Keeper
from archiver.warc.message import Response, parse
from archiver.warc.reader import TornError, groups
from archiver.warc.records import read_fields
from archiver.warc.writer import CollectionWriter
from tests.warc.exchanges import PLAIN, exchange

NAME = re.compile(r"pole-\d{14}-(\d{5})-[A-Za-z0-9._]+\.warc\.gz")


def urls(path: Path) -> list[str]:
    return [
        record.headers["warc-target-uri"]
        for group in groups(path)
        if (record := group.of_type("metadata"))
    ]


def test_a_file_is_open_while_it_is_written_and_named_by_the_standard(tmp_path: Path) -> None:
    writer = CollectionWriter(tmp_path / "pole", {}, 1_000_000)
    writer.write(exchange())
    (path,) = (tmp_path / "pole").iterdir()
    assert path.name.endswith(OPEN_SUFFIX)
    assert urls(path) == ["http://127.0.0.1/une-visite/"], "readable while it is open"
    writer.close()
    (path,) = (tmp_path / "pole").iterdir()
    assert NAME.fullmatch(path.name)


def test_rollover_loses_and_splits_nothing(tmp_path: Path) -> None:
    writer = CollectionWriter(tmp_path / "pole", {}, 3000)
    asked = [f"http://127.0.0.1/{n}/" for n in range(20)]
    for url in asked:
        writer.write(exchange(url=url))
    writer.close()
    files = sorted((tmp_path / "pole").iterdir())
    assert len(files) > 3
    assert [url for path in files for url in urls(path)] == asked
    serials = [int(m.group(1)) for path in files if (m := NAME.fullmatch(path.name))]
    assert serials == list(range(len(files)))


def test_two_writers_in_one_second_do_not_share_a_file(tmp_path: Path) -> None:
    for _ in range(3):
        writer = CollectionWriter(tmp_path / "pole", {}, 1_000_000)
        writer.write(exchange())
        writer.close()
    assert len(list((tmp_path / "pole").iterdir())) == 3


def test_a_torn_file_is_named_with_the_offset_of_its_last_whole_group(tmp_path: Path) -> None:
    writer = CollectionWriter(tmp_path / "pole", {}, 1_000_000)
    writer.write(exchange())
    writer.close()
    (path,) = (tmp_path / "pole").iterdir()
    data = path.read_bytes()
    end = next(groups(path)).end
    path.write_bytes(data[:-5])
    with pytest.raises(TornError) as torn:
        list(groups(path))
    assert torn.value.offset == end
    path.write_bytes(data[: end + 2] + b"\xff" * 20 + data[end + 22 :])
    with pytest.raises(WarcError, match=f"{path}: offset {end}: no gzip member"):
        list(groups(path))


def test_the_keeper_keeps_all_of_several_sources_before_it_closes(tmp_path: Path) -> None:
    keeper = Keeper({key: tmp_path / key for key in ("a", "b")}, {}, 1_000_000)
    for n in range(40):
        keeper.keep(exchange(url=f"http://127.0.0.1/{n}/", source="ab"[n % 2]))
    keeper.close()
    assert (keeper.failure, keeper.kept) == (None, 40)
    for key, first in (("a", 0), ("b", 1)):
        (path,) = (tmp_path / key).iterdir()
        assert urls(path) == [f"http://127.0.0.1/{n}/" for n in range(first, 40, 2)]


def test_a_full_disk_leaves_whole_groups_and_is_said(tmp_path: Path) -> None:
    """The limit on the size of a file stands in for the disk: it fails in the midst of a write."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    body = bytes(range(256)) * 40  # does not compress to nothing
    big = PLAIN.replace(b"Content-Length: 5", b"Content-Length: 10240") + body
    keeper = Keeper({"pole": tmp_path / "pole"}, {}, 1_000_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, limits[1]))
    try:
        for n in range(10_000):
            try:
                keeper.keep(exchange(big, url=f"http://127.0.0.1/{n}/"))
            except OSError:
                break  # refused from then on
        keeper.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert keeper.failure is not None
    assert keeper.failure.errno == errno.EFBIG
    (path,) = (tmp_path / "pole").iterdir()
    assert urls(path) == [f"http://127.0.0.1/{n}/" for n in range(keeper.kept)]
    assert keeper.kept > 0


def test_an_exchange_that_cannot_be_written_is_told_and_the_next_one_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug in the writing must neither stop the thread nor leave half a group."""

    def fail(message: bytes) -> Response:
        if b"cursed" in message:
            raise KeyError("a bug")
        return parse(message)

    monkeypatch.setattr("archiver.warc.records.parse", fail)
    keeper = Keeper({"pole": tmp_path / "pole"}, {}, 1_000_000)
    cursed = PLAIN.replace(b"text/html", b"text/cursed")
    for name, received in (("a", PLAIN), ("b", cursed), ("c", PLAIN)):
        keeper.keep(exchange(received, url=f"http://127.0.0.1/{name}/"))
    keeper.close()
    assert (keeper.failure, keeper.faults, keeper.kept) == (None, 1, 3)
    (path,) = (tmp_path / "pole").iterdir()
    assert [url[-2] for url in urls(path)] == ["a", "b", "c"]
    told = [read_fields(g.records[-1].block).get("error") for g in groups(path)][1:]
    assert told == [None, "the recording failed: KeyError: 'a bug'", None]
