"""Every kind of mistake in an entry is found and said with file, key and what is expected."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.address import in_scope
from archiver.errors import ConfigError
from archiver.model import Permission, Status
from archiver.registry import Document, Registry, assemble
from archiver.registry.check import _CHECKS
from archiver.registry.territory import (
    DEPARTEMENTS,
    REGIONS,
    find_departement,
    find_region,
)

SOUND = {"name": "La Ruche", "kind": "ptce", "seeds": ["https://ruche.invalid/"]}


def assemble_one(**fields: Any) -> Registry:
    return assemble([Document("x.toml", {"ruche": SOUND | fields})], [])


def test_the_sound_entry_of_these_tests_is_sound() -> None:
    source = assemble_one().get("ruche")
    assert (source.hosts, source.status) == (("ruche.invalid",), Status.ACTIVE)
    assert (source.permission, source.file) == (Permission(), "x.toml")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "ptec"}, 'kind: expected one of ptce, labo, cress, national, got "ptec"'),
        ({"kind": ["ptce"]}, "kind: expected one of ptce"),
        ({"name": ""}, "name: expected the name of the organisation"),
        ({"name": 3}, "name: expected text on one line, got 3"),
        ({"name": "La\nRuche"}, r'name: expected text on one line, got "La\nRuche"'),
        ({"town": "Cahors\x1b[2J"}, r'town: expected text on one line, got "Cahors\u001b[2J"'),
        ({"town": True}, "town: expected text on one line, got true"),
        ({"departement": 46}, "departement: expected the code of a département"),
        ({"departement": "20"}, 'departement: expected the code of a département such as "46"'),
        ({"departement": "96"}, "departement: expected the code"),
        ({"departement": "2a"}, "departement: expected the code"),
        ({"departement": "975"}, "departement: expected the code"),
        ({"region": "Midi-Pyrénées"}, "region: expected one of the regions Auvergne-Rhône-Alpes"),
        (
            {"region": "Bretagne", "departement": "46"},
            "departement: expected one of 22, 29, 35, 56 (Bretagne), got 46",
        ),
        ({"seeds": []}, "seeds: expected at least one http(s) URL, unless the status is todo"),
        ({"seeds": "https://ruche.invalid/"}, "seeds: expected a list, got"),
        ({"seeds": ["ruche.invalid"]}, "seeds[0]: expected an http(s) URL with a host"),
        ({"seeds": ["ftp://ruche.invalid/"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https:///x"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://[::1/"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://x.fr:port/"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://x.fr:99999/"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://a:b@x.fr/"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://x.fr/a b"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://x.fr/\nb"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://é.fr/"]}, "seeds[0]: expected an http(s) URL"),
        ({"seeds": ["https://ruche.invalid/", 7]}, "seeds[1]: expected an http(s) URL"),
        ({"hosts": ["www.ruche.invalid"]}, "hosts[0]: expected a bare host name"),
        ({"hosts": ["Ruche.invalid"]}, "hosts[0]: expected a bare host name"),
        ({"hosts": ["https://ruche.invalid"]}, "hosts[0]: expected a bare host name"),
        ({"hosts": ["ruche.invalid/x"]}, "hosts[0]: expected a bare host name"),
        ({"hosts": ["ruche.invalid:443"]}, "hosts[0]: expected a bare host name"),
        ({"hosts": ["ruche..invalid"]}, "hosts[0]: expected a bare host name"),
        ({"hosts": [""]}, "hosts[0]: expected a bare host name"),
        ({"hosts": ["autre.invalid"]}, "seeds[0]: expected a URL on autre.invalid, got"),
        (
            {"paths": ["/blog"]},
            'seeds[0]: expected a URL on ruche.invalid under /blog, got "https://ruche.invalid/"',
        ),
        ({"paths": ["blog"]}, 'paths[0]: expected the beginning of a URL path such as "/act'),
        ({"paths": ["/a?b"]}, "paths[0]: expected the beginning of a URL path"),
        ({"feeds": ["https://autre.invalid/feed"]}, "feeds[0]: expected a URL on ruche.invalid"),
        ({"cms": "WordPress 6"}, "cms: expected one short word"),
        ({"status": "open"}, "status: expected one of active, unknown, moved, closed, not-ptce"),
        ({"status": "todo"}, 'status: expected another one than "todo"'),
        ({"permission": "granted"}, "permission: expected a table such as"),
        ({"permission": {}}, "permission.state: expected one of none, asked"),
        ({"permission": {"state": "yes"}}, "permission.state: expected one of none, asked"),
        (
            {"permission": {"state": "asked", "date": "2026-01-02"}},
            "permission.date: expected a date such as 2026-11-24 without quotes",
        ),
        (
            tomllib.loads('permission = { state = "asked", date = 2026-01-02T03:04:05Z }'),
            "permission.date: expected a date such as",
        ),
        ({"permission": {"state": "none", "scope": 1}}, "permission.scope: expected text"),
        ({"permission": {"state": "none", "sate": 1}}, "permission.sate: unknown, did you mean"),
        ({"private_network": "true"}, 'private_network: expected true or false, got "true"'),
        ({"private_network": 1}, "private_network: expected true or false, got 1"),
        ({"kin": "ptce"}, "kin: unknown, did you mean kind?"),
        ({"file": "y.toml"}, "file: unknown, "),
        ({"a b": 1}, '"a b": unknown, expected one of '),
    ],
)
def test_each_mistake_is_said_with_file_key_and_what_is_expected(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        assemble_one(**fields)
    assert [str(m) for m in caught.value.mistakes] == [str(caught.value)]  # one, on one line
    assert str(caught.value).startswith(f"x.toml: ruche.{message}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["", "-a", "A", "a_b", "../a", "a/b", "é", ".", "a" * 41, "a\n"])
def test_a_key_that_is_no_folder_name_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="expected a key of a-z"):
        assemble([Document("x.toml", {key: SOUND})], [])


@pytest.mark.parametrize("key", ["a", "3l", "a-b", "a" * 40])
def test_a_key_that_is_a_folder_name_is_taken(key: str) -> None:
    assert assemble([Document("x.toml", {key: SOUND})], []).get(key).key == key


def test_a_source_lies_on_a_private_network_only_when_its_entry_says_so() -> None:
    assert assemble_one().get("ruche").private_network is False
    assert assemble_one(private_network=False).get("ruche").private_network is False
    assert assemble_one(private_network=True).get("ruche").private_network is True


def test_many_mistakes_are_reported_together_and_none_twice() -> None:
    table = {
        "title": "Nos sources",
        "a": {"kind": "x", "seeds": ["y", "z"], "hosts": ["www.z"], "cms": 1},
        "b": {},
        "c": SOUND | {"hosts": ["autre.invalid"], "name": 1},
    }
    with pytest.raises(ConfigError) as caught:
        assemble([Document("x.toml", table)], [])
    found = Counter(m.key for m in caught.value.mistakes)
    assert found == Counter(
        [
            *("title", "a.kind", "a.seeds[0]", "a.seeds[1]", "a.hosts[0]", "a.cms", "a.name"),
            *("b.name", "b.kind", "b.seeds", "c.name", "c.seeds[0]"),
        ]
    )


def test_a_key_in_two_files_of_the_package_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match=r"y\.toml: ruche: expected once only, x\.toml has it"):
        assemble([Document("x.toml", {"ruche": SOUND}), Document("y.toml", {"ruche": SOUND})], [])


def test_french_typography_is_taken_and_made_one_form() -> None:
    source = assemble_one(
        name="Cafe\u0301 «\u00a0Le Pre\u0301\u00a0»", region="I\u0302le-de-France"
    )
    assert source.get("ruche").name == "Café «\u00a0Le Pré\u00a0»"
    assert source.get("ruche").region == "Île-de-France"


def test_france_has_eighteen_regions_and_a_hundred_and_one_departements() -> None:
    assert len(REGIONS) == 18
    assert len(DEPARTEMENTS) == sum(map(len, REGIONS.values())) == 101
    metropole = {f"{n:02}" for n in range(1, 96) if n != 20} | {"2A", "2B"}
    assert metropole | {"971", "972", "973", "974", "976"} == DEPARTEMENTS


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("occitanie", "Occitanie"),
        ("ILE DE FRANCE", "Île-de-France"),
        ("provence-alpes-cote-d-azur", "Provence-Alpes-Côte d'Azur"),
        ("Provence-Alpes-Côte d’Azur", "Provence-Alpes-Côte d'Azur"),
        ("bretagn", None),
        ("", None),
    ],
)
def test_a_region_is_found_as_people_type_it(typed: str, region: str | None) -> None:
    assert find_region(typed) == region


@pytest.mark.parametrize(
    ("typed", "code"), [("1", "01"), ("2a", "2A"), ("46", "46"), ("974", "974"), ("20", None)]
)
def test_a_departement_is_found_as_people_type_it(typed: str, code: str | None) -> None:
    assert find_departement(typed) == code


SCALARS = (
    st.text(max_size=12)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.sampled_from(["ptce", "todo", "46", "Occitanie", "https://x.invalid/", "x.invalid", "/a"])
    | st.from_regex(r"https?://[\[\]:@.a-zéⅷ%0-9]{0,9}(:[0-9]{0,6})?/?", fullmatch=True)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
FIELDS = st.sampled_from(sorted(_CHECKS)) | st.text(max_size=6)
ENTRIES = st.dictionaries(FIELDS, VALUES, max_size=8)
TABLES = st.dictionaries(st.sampled_from(["a", "ruche", "A", ""]), ENTRIES | VALUES, max_size=3)


def outcome(*layers: dict[str, Any]) -> Registry | ConfigError:
    package, operator = layers
    try:
        return assemble([Document("x.toml", package)], [Document("y.toml", operator)])
    except ConfigError as e:
        return e


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(package=TABLES, operator=TABLES)
def test_whatever_a_file_holds_only_mistakes_come_of_it(
    package: dict[str, Any], operator: dict[str, Any]
) -> None:
    known = outcome(package, operator)
    if isinstance(known, ConfigError):
        assert known.mistakes
        for mistake in known.mistakes:
            assert mistake.file in ("x.toml", "y.toml")
            assert mistake.key.isprintable()
            assert len(str(mistake).splitlines()) == 1
    else:
        assert set(known.sources) == set(package) | set(operator)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(value=VALUES, field=st.sampled_from(sorted(_CHECKS)))
def test_one_value_that_is_refused_is_named_and_one_that_is_taken_makes_a_source(
    field: str, value: Any
) -> None:
    known = outcome({"ruche": SOUND}, {"ruche": {field: value}})
    if isinstance(known, ConfigError):
        # What is wrong may be said of the field itself or of what no longer fits with it.
        assert {(m.file, m.key.startswith("ruche.")) for m in known.mistakes} == {("y.toml", True)}
    else:
        source = known.get("ruche")
        assert source.name
        assert all(source.hosts)
        assert all(in_scope(url, source) for url in source.seeds)
