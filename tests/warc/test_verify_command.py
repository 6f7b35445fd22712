"""`archiver verify` as a user runs it: exit codes, output, the catalogue, repair under locks."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.layout import DataFolder
from tests.command import archiver
from tests.warc import faults
from tests.warc.handmade import compressed, good, members, record_id

GOOD = compressed(good())


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The catalogue of a good file."""
    data = folder_with(tmp_path_factory.mktemp("data"), GOOD)
    done = archiver(data.path, "index")
    assert done.returncode == 0, done.stderr
    return data.catalogue.read_bytes()


@pytest.fixture
def data(tmp_path: Path, indexed: bytes) -> DataFolder:
    """A data folder with one good WARC file and its catalogue."""
    found = folder_with(tmp_path, GOOD)
    found.catalogue.write_bytes(indexed)
    return found


def folder_with(path: Path, warc: bytes) -> DataFolder:
    data = DataFolder(path)
    data.collection("pole").mkdir(parents=True)
    (data.collection("pole") / "pole.warc.gz").write_bytes(warc)
    return data


def only_file(data: DataFolder) -> Path:
    (path,) = data.warc_files()
    return path


def test_it_is_quiet_when_all_is_well(data: DataFolder) -> None:
    done = archiver(data.path, "verify")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_finding_is_one_line_and_exit_code_1(data: DataFolder) -> None:
    path = only_file(data)
    path.write_bytes(faults.GZIPPED["changed body"](GOOD))
    done = archiver(data.path, "verify", "--no-catalogue")
    assert (done.returncode, done.stderr) == (1, "")
    (line,) = done.stdout.splitlines()
    offset = len(members(GOOD)[0])
    expected = f"{path}: offset {offset}: {record_id('plain response')}: block-digest: "
    assert line.startswith(expected)
    done = archiver(data.path, "verify", "--no-catalogue", "--json", str(path))
    assert json.loads(done.stdout)["rule"] == "block-digest"
    assert set(json.loads(done.stdout)) == {"file", "offset", "record", "rule", "message"}
    assert done.returncode == 1


def test_files_outside_of_any_data_folder_are_checked_too(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.warc.gz").write_bytes(GOOD)
    (tmp_path / "there" / "b.warc").write_bytes(b"".join(good())[:-5])
    done = archiver(tmp_path / "none", "verify", str(tmp_path / "there"))
    assert done.returncode == 1
    assert ": torn-record: " in done.stdout
    assert not (tmp_path / "none").exists()
    done = archiver(tmp_path / "none", "verify", str(tmp_path / "there" / "a.warc.gz"))
    assert (done.returncode, done.stdout) == (0, "")


def test_a_mistyped_name_does_not_pass_for_all_well(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for args in ([], ["missing.warc.gz"], [str(tmp_path / "empty")]):
        done = archiver(tmp_path / "none", "verify", *args)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) <= 4
    assert archiver(tmp_path / "empty", "verify").returncode == 0, "nothing was crawled yet"


ONE = f"where id = '{record_id('plain response')[10:-1]}'"
LIES = {
    "an offset": (
        f"update capture set offset = offset + 1 {ONE}",
        {"catalogue-offset", "catalogue-missing"},
    ),
    "a length": (f"update capture set length = length - 1 {ONE}", {"catalogue-offset"}),
    "an id": (f"update capture set id = 'x' {ONE}", {"catalogue-offset"}),
    "a URL": (f"update capture set url = 'http://127.0.0.1/x' {ONE}", {"catalogue-url"}),
    "a lost row": (f"delete from capture {ONE}", {"catalogue-missing"}),
    "a file": (
        f"update capture set warc_file = 'pole/x.warc.gz' {ONE}",
        {"catalogue-file", "catalogue-missing"},
    ),
    "the end": ("update warc_file set indexed_bytes = indexed_bytes + 1", {"catalogue-indexed"}),
    "a version": (
        """insert into version (id, announcement, number, seen, title, capture)
        values ('a-1', 'a', 1, '2026', 'x', 'nobody')""",
        {"catalogue-capture"},
    ),
    "an original": (f"update capture set refers_to = 'nobody' {ONE}", {"catalogue-capture"}),
    "another schema": ("pragma user_version = 999", {"catalogue-unreadable"}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_catalogue_that_points_elsewhere_is_found(data: DataFolder, lie: str) -> None:
    sql, rules = LIES[lie]
    with closing(sqlite3.connect(data.catalogue)) as connection, connection:
        assert connection.execute(sql).rowcount in (1, -1)
    done = archiver(data.path, "verify", "--json")
    found = {json.loads(line)["rule"] for line in done.stdout.splitlines()}
    lost_original = {"catalogue-capture"} if lie in ("an id", "a lost row") else set()
    assert found - lost_original == rules
    assert done.returncode == 1
    assert archiver(data.path, "verify", "--no-catalogue").returncode == 0


def test_what_is_not_indexed_yet_is_no_finding(data: DataFolder) -> None:
    with closing(sqlite3.connect(data.catalogue)) as connection, connection:
        connection.execute("update warc_file set indexed_bytes = 0")
        connection.execute("delete from capture")
        connection.execute("delete from announcement")
        connection.execute("delete from version")
    assert archiver(data.path, "verify").returncode == 0


def test_repair_mends_and_the_next_verify_is_clean(data: DataFolder) -> None:
    path = only_file(data)
    path.write_bytes(GOOD[:-5])
    done = archiver(data.path, "verify", "--repair", "--no-catalogue")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"archiver: mended: {path}: " in done.stderr
    assert "kept in pole.warc.gz.cut" in done.stderr
    done = archiver(data.path, "verify", "--no-catalogue")
    assert (done.returncode, done.stdout) == (0, "")


def test_after_damage_in_the_midst_a_rebuild_is_asked_for_and_mends_the_rest(
    data: DataFolder,
) -> None:
    path = only_file(data)
    path.write_bytes(faults.GZIPPED["flipped bit in the data"](GOOD))
    done = archiver(data.path, "verify", "--repair")
    assert done.returncode == 1
    assert "run `archiver rebuild`" in done.stderr
    assert done.stdout == "", "nothing is left that could not be mended"
    assert archiver(data.path, "verify").returncode == 1, "the catalogue points elsewhere"
    assert archiver(data.path, "rebuild").returncode == 0
    done = archiver(data.path, "verify")
    assert (done.returncode, done.stdout) == (0, "")


def test_repair_says_what_it_could_not_mend(data: DataFolder) -> None:
    path = only_file(data)
    damaged = faults.GZIPPED["changed body"](GOOD)
    path.write_bytes(damaged)
    done = archiver(data.path, "verify", "--repair", "--no-catalogue")
    assert done.returncode == 1
    assert ": block-digest: " in done.stdout
    assert path.read_bytes() == damaged


@pytest.mark.parametrize("name", ["crawl", "index"])
def test_repair_waits_for_nobody(data: DataFolder, name: str) -> None:
    path = only_file(data)
    path.write_bytes(GOOD[:-5])
    with data.lock(name):
        done = archiver(data.path, "verify", "--repair")
        assert done.returncode == 3
        assert path.read_bytes() == GOOD[:-5]


def test_beside_a_crawl_an_open_file_is_none_of_its_findings(data: DataFolder) -> None:
    path = only_file(data)
    path.write_bytes(GOOD[:-5])
    path = path.rename(path.with_name(path.name + ".open"))
    with data.lock("crawl"):
        assert archiver(data.path, "verify", "--no-catalogue").returncode == 0
    done = archiver(data.path, "verify", "--no-catalogue")
    assert done.returncode == 1
    assert ": open-file: " in done.stdout
    done = archiver(data.path, "verify", "--no-catalogue", "--repair")
    assert done.returncode == 0
    assert "renamed to pole.warc.gz" in done.stderr
