"""Wrong use and broken files: one clear line each, the exit code of DESIGN, and nothing lost."""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archiver.errors import ExitCode
from archiver.layout import DataFolder
from archiver.warc.writer import CollectionWriter
from tests.command import archiver, python
from tests.warc.exchanges import exchange

CONTACT = ("--contact", "archives@association-des-causses.fr")


def said(data: Path, *args: str, code: int) -> str:
    """The one line that a command says on standard error; nothing on standard output."""
    done = archiver(data, *args)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def loopback_source(data: Path) -> None:
    (data / "sources").mkdir()
    (data / "sources" / "mine.toml").write_text(
        '[mine]\nname = "Le mien"\nkind = "ptce"\nseeds = ["http://127.0.0.1:9/"]\n'
    )


def test_an_unknown_source_is_named_with_what_is_near(tmp_path: Path) -> None:
    line = said(tmp_path, "crawl", "figeacteur", *CONTACT, code=ExitCode.USAGE)
    assert "figeacteur" in line
    assert "figeacteurs" in line


def test_a_source_that_is_closed_is_not_crawled(tmp_path: Path) -> None:
    line = said(tmp_path, "crawl", "le-wip", *CONTACT, code=ExitCode.USAGE)
    assert line == "archiver: error: source 'le-wip': is not crawled: it is closed"


def test_a_source_of_another_kind_is_refused_by_a_spider(tmp_path: Path) -> None:
    done = python(
        *("-m", "scrapy", "crawl", "labo", "-a", "source=figeacteurs"),
        *("-s", f"ARCHIVER_DATA={tmp_path}", "-s", f"ARCHIVER_CONTACT={CONTACT[1]}"),
        cwd=Path(__file__).parents[1],
    )
    assert "source 'figeacteurs': is of kind ptce, not labo" in done.stderr
    assert not DataFolder(tmp_path).warc_files()


def test_malformed_toml_is_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "archiver.toml").write_text("contact = \n")
    line = said(tmp_path, "crawl", "figeacteurs", code=ExitCode.USAGE)
    assert str(tmp_path / "archiver.toml") in line
    assert "line 1" in line


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mine.toml").write_text(
        '[mine]\nname = "Le mien"\nkind = "ptec"\nseeds = ["ftp://127.0.0.1/"]\n'
    )
    done = archiver(tmp_path, "crawl", "mine")
    assert done.returncode == ExitCode.USAGE
    assert "mine.toml: mine.kind: " in done.stderr
    assert "mine.toml: mine.seeds" in done.stderr


@pytest.mark.parametrize("contact", [(), ("--contact", "you@example.org")])
def test_without_a_true_contact_nobody_elses_site_is_crawled(
    tmp_path: Path, contact: tuple[str, ...]
) -> None:
    line = said(tmp_path, "crawl", "figeacteurs", *contact, code=ExitCode.USAGE)
    assert "contact" in line
    assert str(tmp_path / "archiver.toml") in line, "it says where to put one"
    assert not DataFolder(tmp_path).warc_files()


def test_a_kind_without_any_source_that_is_on_crawls_nothing(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "off.toml").write_text('[labo]\nstatus = "closed"\n')
    line = said(tmp_path, "crawl", "--kind", "labo", *CONTACT, code=ExitCode.USAGE)
    assert line == "archiver: error: no source to crawl of kind labo"
    assert not DataFolder(tmp_path).warc_files()


def test_nothing_named_is_wrong_use(tmp_path: Path) -> None:
    line = said(tmp_path, "crawl", code=ExitCode.USAGE)
    assert "--all" in line


@pytest.mark.parametrize("command", [("crawl", "mine"), ("index",), ("rebuild",)])
def test_a_data_folder_that_cannot_be_written_is_named(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    loopback_source(tmp_path)
    data = tmp_path / "file" / "data"
    (tmp_path / "file").write_text("no folder")
    named = ("crawl", "figeacteurs", *CONTACT) if command[0] == "crawl" else command
    line = said(data, *named, code=ExitCode.CANNOT_GO_ON)
    assert f"{data}: the data folder cannot be written" in line


@pytest.mark.parametrize("command", ["index", "serve"])
def test_a_catalogue_that_is_no_database_is_left_alone(tmp_path: Path, command: str) -> None:
    catalogue = DataFolder(tmp_path).catalogue
    catalogue.write_text("Ce fichier n'est pas une base de données." * 100)
    before = catalogue.read_bytes()
    line = said(tmp_path, command, code=ExitCode.CANNOT_GO_ON)
    assert str(catalogue) in line
    assert "archiver rebuild" in line
    assert catalogue.read_bytes() == before


def test_a_catalogue_of_another_version_names_the_command_that_mends_it(tmp_path: Path) -> None:
    catalogue = DataFolder(tmp_path).catalogue
    with closing(sqlite3.connect(catalogue)) as connection:
        connection.execute("pragma user_version = 99")
    line = said(tmp_path, "index", code=ExitCode.CANNOT_GO_ON)
    assert "archiver rebuild" in line
    assert archiver(tmp_path, "rebuild").returncode == 0
    assert archiver(tmp_path, "index").returncode == 0


def test_rebuild_replaces_a_catalogue_that_is_no_database(tmp_path: Path) -> None:
    DataFolder(tmp_path).catalogue.write_text("rien")
    assert archiver(tmp_path, "rebuild").returncode == 0
    assert archiver(tmp_path, "index").returncode == 0


def test_a_torn_warc_is_named_and_what_is_whole_in_it_is_read(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    writer = CollectionWriter(data.collection("mine"), {"isPartOf": "1"}, 1_000_000)
    for n in range(3):
        writer.write(exchange(url=f"http://127.0.0.1/{n}/", source="mine"))
    writer.close()
    (path,) = data.warc_files()
    path.write_bytes(path.read_bytes()[:-10])
    before = path.read_bytes()
    for command in ("index", "rebuild", "index"):
        line = said(tmp_path, command, code=ExitCode.PROBLEMS)
        assert line.startswith(f"archiver: {path}: offset ")
        with closing(sqlite3.connect(data.catalogue)) as connection:
            assert connection.execute("select count(*) from capture").fetchone() == (2,)
            kinds = connection.execute("select kind, subject from problem").fetchall()
            assert kinds == [("warc", data.warc_name(path))]
    assert path.read_bytes() == before


@pytest.mark.parametrize(("lock", "command"), [("crawl", "crawl"), ("index", "index")])
def test_a_second_run_leaves_at_once(tmp_path: Path, lock: str, command: str) -> None:
    loopback_source(tmp_path)
    with (tmp_path / f"{lock}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("12345\n")
        held.flush()
        args = ("crawl", "mine") if command == "crawl" else (command,)
        line = said(tmp_path, *args, code=ExitCode.LOCKED)
    assert f"{lock}.lock: another run holds the lock (process 12345)" in line


def test_a_site_that_does_not_answer_is_a_problem_and_is_kept(tmp_path: Path) -> None:
    loopback_source(tmp_path)
    done = archiver(tmp_path, "crawl", "mine", "--delay", "0")
    assert done.returncode == ExitCode.PROBLEMS
    assert len(done.stderr.splitlines()) == 1
    with closing(sqlite3.connect(DataFolder(tmp_path).catalogue)) as connection:
        problems = connection.execute("select kind, subject, message from problem").fetchall()
    assert ("fetch", "http://127.0.0.1:9/") in {(kind, subject) for kind, subject, _ in problems}
    assert all("Refused" in message for _, _, message in problems)


def test_what_a_crash_left_open_is_finished_by_the_next_crawl(tmp_path: Path) -> None:
    loopback_source(tmp_path)
    data = DataFolder(tmp_path)
    writer = CollectionWriter(data.collection("mine"), {"isPartOf": "1"}, 1_000_000)
    writer.write(exchange(url="http://127.0.0.1/kept/", source="mine"))
    del writer  # never closed, as after SIGKILL
    (path,) = data.warc_files()
    with path.open("ab") as file:
        file.write(b"\x1f\x8b\x08 torn")
    archiver(tmp_path, "crawl", "mine", "--delay", "0")
    assert all(p.name.endswith(".warc.gz") for p in data.warc_files())
    with closing(sqlite3.connect(data.catalogue)) as connection:
        found = connection.execute("select count(*) from capture where url like '%/kept/'")
        assert found.fetchone() == (1,)
