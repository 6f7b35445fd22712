"""Serving: what is refused, how it starts and stops, and what happens when the file changes."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from archiver.browse.server import application, serve
from archiver.catalogue.read import check
from archiver.errors import ArchiverError, CatalogueError, ConfigError, OutdatedCatalogueError
from archiver.layout import DataFolder
from tests.browse import sample
from tests.browse.conftest import getter

PROGRAM = """
import sys
from pathlib import Path
from archiver.browse.server import serve
from archiver.layout import DataFolder
serve(DataFolder(Path(sys.argv[1])), "127.0.0.1", 0, lambda url: print(url, flush=True))
print("ended", flush=True)
"""


@contextmanager
def serving(data: DataFolder) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A real server in a process of its own: its address and the process."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(data.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), process.communicate()[1]
        yield url, process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "archive.example", "::", ""])
def test_only_loopback_is_served(data: DataFolder, host: str) -> None:
    with pytest.raises(ConfigError, match="private"):
        serve(data, host, 0, lambda _: None)


def test_port_in_use_is_told(data: DataFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ArchiverError, match=f"127.0.0.1:{port}: another program"):
            serve(data, "127.0.0.1", port, lambda _: None)


def test_port_out_of_range_is_told(data: DataFolder) -> None:
    with pytest.raises(ArchiverError, match="cannot be listened on"):
        serve(data, "127.0.0.1", 70000, lambda _: None)


def test_missing_catalogue_names_the_commands(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(CatalogueError, match="archiver crawl"):
        application(DataFolder(tmp_path_factory.mktemp("empty")))


def test_file_that_is_no_database_is_told(own_data: DataFolder) -> None:
    own_data.catalogue.write_bytes(b"pas une base, mais assez long pour le croire" * 100)
    with pytest.raises(CatalogueError, match="cannot be read"):
        application(own_data)


def test_other_version_names_the_rebuild(own_data: DataFolder) -> None:
    db = Database(own_data.catalogue)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(OutdatedCatalogueError, match="archiver rebuild"):
        application(own_data)


def test_check_takes_names_that_mean_something_in_a_uri(own_data: DataFolder) -> None:
    strange = own_data.path / "a?b#c%20é.db"
    own_data.catalogue.rename(strange)
    check(strange)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_it_quietly(data: DataFolder, stop: signal.Signals) -> None:
    with serving(data) as (url, process):
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(stop)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "ended\n", "")


def test_rows_written_beside_it_appear(own_data: DataFolder) -> None:
    get = getter(own_data)
    assert get("/catalogue/source.json").json()["filtered_table_rows_count"] == 2
    db = Database(own_data.catalogue)
    db.table("source").insert(
        {"key": "n", "name": "Nouvelle", "kind": "cress", "status": "todo", "permission": "none"}
    )
    db.close()
    assert get("/catalogue/source.json").json()["filtered_table_rows_count"] == 3
    assert "Nouvelle" in get("/catalogue/source").text


def test_rebuilt_catalogue_is_read_at_once(
    own_data: DataFolder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    get = getter(own_data)
    assert get("/catalogue/source.json").json()["filtered_table_rows_count"] == 2
    rebuilt = sample.build(tmp_path_factory.mktemp("rebuilt")).catalogue
    db = Database(rebuilt)
    db.execute("delete from source where key = 'labo'")
    db.conn.commit()
    db.close()
    rebuilt.replace(own_data.catalogue)
    for _ in range(6):  # each thread has a connection of its own
        assert get("/catalogue/source.json").json()["filtered_table_rows_count"] == 1


def test_catalogue_that_goes_away_is_told_until_it_is_back(own_data: DataFolder) -> None:
    get = getter(own_data)
    assert get("/").status_code == 200
    aside = own_data.catalogue.rename(own_data.path / "aside.db")
    gone = get("/catalogue/source")
    assert gone.status_code == 503
    assert "Catalogue indisponible" in gone.text
    aside.rename(own_data.catalogue)
    assert get("/catalogue/source").status_code == 200


def test_another_datasette_in_the_process_is_left_alone(own_data: DataFolder) -> None:
    application(own_data)
    application(own_data)
    assert "column_label" not in Datasette([], memory=True).jinja_env.filters
