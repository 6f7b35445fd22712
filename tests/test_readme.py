"""What the README claims is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archiver import registry, settings
from archiver.cli import archiver as command
from archiver.errors import ExitCode
from archiver.model import PermissionState
from tests.command import python

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    """The code block behind a comment of that name."""
    found = re.search(rf"<!-- {re.escape(name)} -->\n```\w+\n(.*?)```\n", README, re.S)
    assert found, name
    return found.group(1)


def test_each_of_the_two_commands_is_one_line() -> None:
    for name in ("main command", "test command"):
        assert block(name).count("\n") == 1


def test_ci_runs_the_very_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "<!-- test command -->" in script
    assert "REQUIRE_ALL=1" in script
    assert block("test command").rstrip().endswith("pytest")


def test_every_command_is_told_and_every_told_command_is_there() -> None:
    table = set(re.findall(r"^\| `archiver (\w+)", README, re.M))
    assert table == set(command.list_commands(None))  # type: ignore[arg-type]
    told = set(re.findall(r"archiver (?:--data \S+ )?([a-z]+)\b", " ".join(_code())))
    assert told <= table


def _code() -> list[str]:
    fenced = re.findall(r"```sh\n(.*?)```", README, re.S)
    return [*fenced, *re.findall(r"`(archiver [^`]+)`", README)]


def test_every_option_that_is_told_is_there() -> None:
    for text in _code():
        for name, rest in re.findall(r"\barchiver (?:--data \S+ )?([a-z]+)([^;&|}]*)", text):
            found = command.get_command(None, name)  # type: ignore[arg-type]
            assert found is not None
            known = {option for p in found.params for option in p.opts}
            assert set(re.findall(r"--[a-z-]+", rest)) <= known, text


def test_the_settings_that_are_shown_are_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "archiver.toml"
    file.write_text(block("archiver.toml"), encoding="utf-8")
    shown = settings.load(file)
    assert settings.contact_mistake(shown.contact) is not None, "a placeholder is refused"
    assert shown == settings.Settings(contact=shown.contact)


def test_the_source_that_is_shown_loads(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(block("source"), encoding="utf-8")
    loaded = registry.load(tmp_path)
    assert loaded.get("mon-pole").hosts == ("mon-pole.fr",)
    figeacteurs = loaded.get("figeacteurs")
    assert figeacteurs.permission.state is PermissionState.GRANTED
    assert figeacteurs.seeds == registry.load(None).get("figeacteurs").seeds


def test_exit_codes_are_those_of_the_program() -> None:
    told = re.findall(r"^\| (\d) \| ", README, re.M)
    assert [int(code) for code in told] == [int(code) for code in ExitCode]


def test_the_cron_line_is_one() -> None:
    (line,) = re.findall(r"^    (\S+ \S+ \* \* \*  .*)$", README, re.M)
    minute, hour, *_ = line.split()
    assert 0 <= int(minute) < 60
    assert 0 <= int(hour) < 24
    assert line.endswith("archiver --data /srv/archive crawl --all")


def test_the_rooms_are_those_of_the_package() -> None:
    told = set(re.findall(r"^      (\w+)/ ", README, re.M))
    assert told == {p.parent.name for p in (ROOT / "archiver").glob("*/__init__.py")}


def test_pictures_are_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


@pytest.mark.parametrize("name", ["ptce", "labo", "cress", "national"])
def test_scrapy_knows_the_spiders(name: str) -> None:
    listed = python("-m", "scrapy", "list", cwd=ROOT).stdout.split()
    assert name in listed


def test_every_benchmark_is_told_and_can_be_run() -> None:
    told = set(re.findall(r"`python -m tests\.bench\.(\w+)", README))
    assert told == {"recording", "memory", "kill", "second_crawl"}
    for name in told:
        done = python("-m", f"tests.bench.{name}", "--help", cwd=ROOT)
        assert done.returncode == 0, done.stderr
