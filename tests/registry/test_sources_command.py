"""``archiver sources``: what a person and a pipe get to see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from archiver.cli.sources import sources
from archiver.errors import ConfigError, SourceError
from archiver.layout import DataFolder


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(sources, list(arguments), obj=DataFolder(data))


def keys(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [line.split()[0] for line in result.stdout.splitlines()[1:]]


def test_the_list_holds_what_has_an_address_and_counts_the_rest_beside_it(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert len(keys(result)) == 56
    assert "neo56" not in keys(result)
    assert result.stderr == "53 more are known by name only: archiver sources --todo\n"


def test_the_columns_are_aligned_whatever_the_accents(tmp_path: Path) -> None:
    lines = run(tmp_path).stdout.splitlines()
    column = lines[0].index("url")
    assert all(line[column:].startswith("http") for line in lines[1:])
    assert all(line[column - 2 : column] == "  " for line in lines)


def test_the_todo_list_holds_what_is_known_by_name_only(tmp_path: Path) -> None:
    result = run(tmp_path, "--todo")
    assert len(keys(result)) == 53
    assert result.stderr == ""
    assert keys(run(tmp_path, "--status", "todo")) == keys(result)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--region", "guyane"], ["accordeur"]),
        (["--region", "ile-de-france", "--kind", "cress"], ["cress-idf"]),
        (["--departement", "12"], ["station-a"]),
        (["--status", "closed"], ["cncress", "cress-alsace", "labo-spip", "le-wip"]),
        (["--todo", "--departement", "46"], ["fermes-de-figeac"]),
        (["--region", "corse"], []),
    ],
)
def test_filters_narrow_the_list(tmp_path: Path, arguments: list[str], expected: list[str]) -> None:
    assert keys(run(tmp_path, *arguments)) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["--kind", "ptec"],
        ["--region", "gascogne"],
        ["--departement", "20"],
        ["--status", "open"],
        ["--todo", "--status", "active"],
        ["show"],
    ],
)
def test_wrong_use_ends_with_two(tmp_path: Path, arguments: list[str]) -> None:
    result = run(tmp_path, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_json_says_all_that_the_registry_knows(tmp_path: Path) -> None:
    own = tmp_path / "sources" / "moi.toml"
    own.parent.mkdir()
    own.write_text('[figeacteurs]\npermission = { state = "asked", date = 2026-11-24 }\n', "utf-8")
    listed = json.loads(run(tmp_path, "--json", "--departement", "46").stdout)
    assert [s["key"] for s in listed] == ["figeacteurs"]
    assert listed[0]["permission"] == {"state": "asked", "date": "2026-11-24", "scope": ""}
    assert listed[0]["hosts"] == ["figeacteurs.fr"]
    assert listed[0]["crawl"] is True
    assert json.loads(run(tmp_path, "--json", "--region", "corse").stdout) == []


def shown(data: Path, key: str) -> dict[str, str]:
    result = run(data, "show", key)
    assert result.exit_code == 0, result.output
    labelled = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    return {line.split()[0]: line.split(None, 1)[1] for line in labelled}


def test_show_tells_which_file_says_what(tmp_path: Path) -> None:
    own = tmp_path / "sources" / "moi.toml"
    own.parent.mkdir()
    own.write_text('[figeacteurs]\nstatus = "unknown"\n', "utf-8")
    lines = shown(tmp_path, "figeacteurs")
    assert lines["town"].split() == ["Figeac", "#", "occitanie.toml"]
    assert lines["status"].split() == ["unknown", "#", str(own)]
    assert lines["crawl"] == "yes"
    assert "le-labo-de-less-en-visite" in run(tmp_path, "show", "figeacteurs").stdout


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("labo-spip", "no, it is closed"),
        ("alterincub", "no, it is no PTCE"),
        ("neo56", "no, its address is still to be found"),
        ("station-a", "yes"),
    ],
)
def test_show_tells_whether_and_why_not_a_source_is_crawled(
    tmp_path: Path, key: str, reason: str
) -> None:
    assert shown(tmp_path, key)["crawl"] == reason


def test_an_unknown_key_and_a_mistake_in_a_file_reach_the_caller(tmp_path: Path) -> None:
    result = run(tmp_path, "show", "figeacteur")
    assert isinstance(result.exception, SourceError)
    assert "did you mean figeacteurs?" in str(result.exception)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "x.toml").write_text("[rtes]\nstatus = 1\n", "utf-8")
    assert isinstance(run(tmp_path).exception, ConfigError)
