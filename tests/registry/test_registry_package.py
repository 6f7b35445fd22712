"""What the registry of the package says: every entry is sound, and the research is all there."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from importlib import resources

import pytest

from archiver import registry
from archiver.model import Kind, PermissionState, Status

PAGE_OR_CITED = 56
"""Rows of the research whose address was seen or cited."""
BY_NAME = 53
"""Rows of the research that have a name and evidence, but no address."""

SOURCES = {
    p.name: p.read_text("utf-8")
    for p in resources.files("archiver.registry").joinpath("sources").iterdir()
}


@pytest.fixture(scope="module")
def package() -> registry.Registry:
    return registry.load(None)


def test_every_source_with_an_address_is_present(package: registry.Registry) -> None:
    assert sum(bool(s.seeds) for s in package.sources.values()) == PAGE_OR_CITED
    kinds = Counter(s.kind for s in package.sources.values() if s.seeds)
    assert kinds == {Kind.PTCE: 23, Kind.NATIONAL: 19, Kind.CRESS: 12, Kind.LABO: 2}


def test_every_source_known_by_name_is_a_todo_without_address(package: registry.Registry) -> None:
    todo = package.select(status=Status.TODO)
    assert len(todo) == BY_NAME
    assert not any(s.seeds or s.hosts or s.feeds or s.cms for s in todo)
    assert "fermes-de-figeac" in {s.key for s in todo}


def test_closed_sources_and_those_that_are_no_ptce_are_present_and_off(
    package: registry.Registry,
) -> None:
    off = [s for s in package.sources.values() if s.seeds and not s.crawlable]
    assert {s.key: str(s.status) for s in off} == {
        "alterincub": "not-ptce",
        "cncress": "closed",
        "cress-alsace": "closed",
        "labo-spip": "closed",
        "le-wip": "closed",
    }
    assert len(package.select(crawlable=True)) == PAGE_OR_CITED - len(off)


def test_nothing_from_memory_alone_came_in(package: registry.Registry) -> None:
    left_out = {"3pa", "articulteurs", "vivres", "kepos", "coopaname", "cress-cvl", "cress-corse"}
    assert not left_out & set(package.sources)


def test_nobody_is_said_to_have_been_asked(package: registry.Registry) -> None:
    assert {s.permission.state for s in package.sources.values()} == {PermissionState.NONE}


def test_no_source_of_the_package_may_look_into_a_private_network(
    package: registry.Registry,
) -> None:
    assert not any(s.private_network for s in package.sources.values())


def test_figeacteurs_is_what_the_project_began_with(package: registry.Registry) -> None:
    source = package.get("figeacteurs")
    assert (source.name, source.kind, source.town) == ("Figeacteurs", Kind.PTCE, "Figeac")
    assert (source.departement, source.region) == ("46", "Occitanie")
    assert source.hosts == ("figeacteurs.fr",)
    assert source.seeds[0] == "https://www.figeacteurs.fr/"
    assert source.seeds[1].endswith("/le-labo-de-less-en-visite-sur-notre-territoire-pionnier/")
    assert source.feeds == ("https://www.figeacteurs.fr/feed/",)
    assert (source.cms, source.status) == ("wordpress", Status.ACTIVE)
    assert source.file == "occitanie.toml"


@pytest.mark.parametrize("key", ["phares", "bercy-ptce", "datagouv-ess"])
def test_a_few_pages_of_a_large_site_do_not_bring_in_the_site(
    package: registry.Registry, key: str
) -> None:
    source = package.get(key)
    home = f"https://www.{source.hosts[0]}/"
    assert source.paths
    assert package.by_site(source.seeds[-1]) is source
    assert package.by_site(home) is None
    assert package.by_site(home + "autre-chose") is None


def test_a_host_that_two_entries_share_belongs_to_the_one_that_lives(
    package: registry.Registry,
) -> None:
    for url in ("http://lelabo-ess.org/ptce-x", "https://www.lelabo-ess.org/-l-histoire-.html"):
        source = package.by_site(url)
        assert source is not None
        assert source.key == "labo"


def test_no_two_crawled_sources_claim_the_same_seed(package: registry.Registry) -> None:
    for source in package.select(crawlable=True):
        assert all(package.by_site(url) is source for url in source.seeds), source.key


@pytest.mark.parametrize("file", sorted(SOURCES))
def test_each_file_is_one_region_and_each_entry_has_its_evidence(file: str) -> None:
    entries = tomllib.loads(SOURCES[file])
    assert len({e.get("region") for e in entries.values()}) == 1
    commented = re.findall(r"^# Evidence \((page|cited|name)\): \S", SOURCES[file], re.M)
    assert len(commented) == len(entries)
    assert commented.count("name") == sum(e["status"] == "todo" for e in entries.values())
    assert max(map(len, SOURCES[file].splitlines())) <= 100


@pytest.mark.parametrize("file", sorted(SOURCES))
def test_what_was_inferred_is_marked_as_such(file: str) -> None:
    for block in SOURCES[file].split("\n\n"):
        if "\nfeeds = " in block:
            assert "# Feed: derived from the CMS, not seen." in block
        cms = re.search(r'^cms = "(\w+)"', block, re.M)
        if cms and cms[1] not in ("gogocarto", "laravel"):
            assert re.search(r"^# CMS: .*\((inferred|weak)", block, re.M), block
