"""The operator's own files over those of the package, and what a registry answers."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest

from archiver import registry
from archiver.errors import ConfigError, SourceError
from archiver.model import Kind, Permission, PermissionState, Source, Status

COUNTS = 109
"""Entries of the package."""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def mistakes_of(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        registry.load(folder)
    return [(Path(m.file).name, m.key) for m in caught.value.mistakes]


def test_a_data_folder_without_sources_is_no_mistake(tmp_path: Path) -> None:
    assert len(registry.load(tmp_path / "sources").sources) == COUNTS


def test_an_override_changes_the_fields_that_it_gives_and_no_others(tmp_path: Path) -> None:
    before = registry.load(None).get("figeacteurs")
    path = write(
        tmp_path,
        "accords.toml",
        '[figeacteurs]\npermission = { state = "granted", date = 2026-11-24, scope = "textes" }\n',
    )
    known = registry.load(tmp_path)
    after = known.get("figeacteurs")
    assert after.permission == Permission(PermissionState.GRANTED, date(2026, 11, 24), "textes")
    assert (after.seeds, after.feeds, after.cms) == (before.seeds, before.feeds, before.cms)
    assert known.origins["figeacteurs"]["permission"] == str(path)
    assert known.origins["figeacteurs"]["seeds"] == "occitanie.toml"
    assert len(known.sources) == COUNTS


def test_a_refusal_takes_a_source_out_of_the_crawl(tmp_path: Path) -> None:
    write(tmp_path, "refus.toml", '[rtes]\npermission.state = "refused"\n')
    source = registry.load(tmp_path).get("rtes")
    assert not source.crawlable
    assert registry.why_not(source) == "its publisher refused"


def test_a_new_source_needs_no_hosts_when_its_seeds_tell_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        "locaux.toml",
        """
        [atelier-velo]
        name = "L'Atelier vélo de la Vallée"
        kind = "ptce"
        seeds = ["https://WWW.atelier.invalid/", "http://atelier.invalid/x", "http://[::1]:8000/"]
        """,
    )
    source = registry.load(tmp_path).get("atelier-velo")
    assert source.hosts == ("atelier.invalid", "[::1]:8000")
    assert (source.status, source.crawlable) == (Status.ACTIVE, True)


def test_an_address_that_was_found_turns_a_todo_into_a_source(tmp_path: Path) -> None:
    found = '[neo56]\nseeds = ["https://neo.invalid/"]\n'
    write(tmp_path, "trouve.toml", found)
    assert mistakes_of(tmp_path) == [("trouve.toml", "neo56.status")]
    write(tmp_path, "trouve.toml", found + 'status = "active"\n')
    assert registry.load(tmp_path).get("neo56").hosts == ("neo.invalid",)


def test_a_todo_cannot_be_crawled_by_a_status_alone(tmp_path: Path) -> None:
    write(tmp_path, "x.toml", '[neo56]\nstatus = "active"\n')
    assert mistakes_of(tmp_path) == [("x.toml", "neo56.seeds")]


def test_a_seed_that_leaves_the_hosts_of_the_package_is_the_operators_mistake(
    tmp_path: Path,
) -> None:
    write(tmp_path, "x.toml", '[labo]\nseeds = ["https://www.lelabo-ess.org/", "http://x.fr/"]\n')
    assert mistakes_of(tmp_path) == [("x.toml", "labo.seeds[1]")]


def test_hosts_that_leave_the_seeds_of_the_package_are_the_operators_mistake(
    tmp_path: Path,
) -> None:
    write(tmp_path, "x.toml", '[labo]\nhosts = ["ailleurs.invalid"]\n')
    assert mistakes_of(tmp_path) == [("x.toml", "labo.seeds[0]")]


def test_a_key_in_two_files_of_the_operator_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", '[rtes]\nstatus = "closed"\n')
    write(tmp_path, "b.toml", '[rtes]\nstatus = "active"\n')
    assert mistakes_of(tmp_path) == [("b.toml", "rtes")]


def test_mistakes_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.toml", '[rtes]\nstatus = "fermé"\nkin = 1\n')
    write(tmp_path, "b.toml", "[avise\n")
    (tmp_path / "c.toml").write_bytes('[neuf]\n# accentué\nname = "é"\n'.encode("latin-1"))
    (tmp_path / "d.toml").mkdir()
    assert mistakes_of(tmp_path) == [
        ("b.toml", "line 1, column 7"),
        ("c.toml", "line 2"),
        ("d.toml", "file"),
        ("a.toml", "rtes.status"),
        ("a.toml", "rtes.kin"),
    ]


def test_leftovers_of_editors_are_no_sources(tmp_path: Path) -> None:
    write(tmp_path, "notes.txt", "[[[")
    write(tmp_path, "a.toml~", "[[[")
    (tmp_path / ".#a.toml").symlink_to(tmp_path / "nowhere")
    assert len(registry.load(tmp_path).sources) == COUNTS


def test_a_file_in_place_of_the_folder_is_a_mistake(tmp_path: Path) -> None:
    path = write(tmp_path, "sources", "")
    assert mistakes_of(path) == [("sources", "folder")]


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    """A link to itself: root reads everything else."""
    (tmp_path / "a.toml").symlink_to(tmp_path / "a.toml")
    assert mistakes_of(tmp_path) == [("a.toml", "file")]


def test_a_key_that_does_not_exist_names_those_that_come_close() -> None:
    with pytest.raises(SourceError, match="did you mean figeacteurs") as caught:
        registry.load(None).get("figeactors")
    assert caught.value.key == "figeactors"
    with pytest.raises(SourceError, match="archiver sources"):
        registry.load(None).get("zzzzzz")


def test_selecting_asks_for_all_that_is_given() -> None:
    known = registry.load(None)
    assert [s.key for s in known.select(kind=Kind.PTCE, departement="12")] == ["station-a"]
    assert all(s.kind is Kind.NATIONAL for s in known.select(region=""))
    assert known.select(region="Corse") == ()
    every = known.select()
    assert list(every) == sorted(every, key=lambda s: s.key)
    assert {*known.select(crawlable=True), *known.select(crawlable=False)} == set(every)


def test_of_two_that_claim_a_url_the_crawled_and_then_the_narrower_wins(tmp_path: Path) -> None:
    write(
        tmp_path,
        "x.toml",
        """
        [a-large]
        name = "Le réseau entier"
        kind = "national"
        seeds = ["https://reseau.invalid/"]
        [b-narrow]
        name = "Son antenne"
        kind = "ptce"
        seeds = ["https://reseau.invalid/antenne/"]
        paths = ["/antenne"]
        [c-refused]
        name = "Son atelier"
        kind = "ptce"
        seeds = ["https://reseau.invalid/antenne/atelier"]
        paths = ["/antenne/atelier"]
        permission.state = "refused"
        """,
    )
    known = registry.load(tmp_path)

    def owner(path: str) -> str:
        found = known.by_site(f"http://www.reseau.invalid{path}")
        return found.key if found else ""

    assert owner("/actualites") == "a-large"
    assert owner("/antenne/fete") == "b-narrow"
    assert owner("/antenne/atelier") == "b-narrow"
    assert known.by_site("mailto:nous@reseau.invalid") is None


@pytest.mark.parametrize(
    ("status", "state", "seeds"),
    list(itertools.product(Status, PermissionState, [(), ("http://x.invalid/",)])),
)
def test_there_is_a_reason_exactly_when_a_source_is_not_crawled(
    status: Status, state: PermissionState, seeds: tuple[str, ...]
) -> None:
    source = Source("x", "X", Kind.PTCE, seeds=seeds, status=status, permission=Permission(state))
    assert (registry.why_not(source) is None) == source.crawlable
