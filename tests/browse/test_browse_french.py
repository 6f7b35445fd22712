"""French forms of dates, numbers and values."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.browse import french, search
from archiver.browse.archive import metadata
from archiver.catalogue.schema import TABLES
from archiver.model import CommentSignal, DateSignal, Kind, PermissionState, Role, Status


def test_examples_in_the_docstrings_are_true() -> None:
    for module in (french, search):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2018-11-23T08:30:00+01:00", "23 novembre 2018 à 8 h 30"),
        ("2026-03-29T01:30:00Z", "29 mars 2026 à 3 h 30"),
        ("2018-11-23T08:30:00", "23 novembre 2018 à 8 h 30"),
        ("2018-13-01", "2018-13-01"),
        ("n’importe quoi", "n’importe quoi"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ],
)
def test_date_is_told_in_paris_time_or_left_alone(iso: str, shown: str) -> None:
    assert french.long_date(iso).replace(french.NO_BREAK, " ") == shown


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_has_a_french_form(moment: datetime) -> None:
    shown = french.long_date(moment.isoformat().replace("+00:00", "Z"))
    assert str(moment.astimezone(french.PARIS).year) in shown
    assert french.digits(moment.isoformat()) == moment.strftime("%Y%m%d%H%M%S")


@given(st.text())
def test_no_text_breaks_a_date(text: str) -> None:
    assert isinstance(french.long_date(text), str)
    assert isinstance(french.digits(text), str)


def test_every_column_has_a_french_name() -> None:
    for table, spec in TABLES.items():
        for column in spec["columns"]:
            assert column in french.COLUMNS, (table, column)


def test_every_coded_value_has_a_french_name() -> None:
    for column, words in {
        "kind": Kind,
        "status": Status,
        "permission": PermissionState,
        "role": Role,
        "published_from": DateSignal,
        "comment_from": CommentSignal,
    }.items():
        for word in words:
            assert word.value in french.VALUES[column], (column, word)


def test_metadata_names_tables_and_columns_that_exist() -> None:
    described = metadata()["databases"]["catalogue"]["tables"]
    assert set(described) == set(TABLES)
    for table, spec in described.items():
        columns = set(TABLES[table]["columns"])
        assert set(spec.get("columns", {})) <= columns, table
        named = {spec.get("sort_desc"), spec.get("sort"), spec.get("label_column")} - {None}
        facets = {f if isinstance(f, str) else f["labels"] for f in spec.get("facets", ())}
        assert named | facets <= columns, table


@pytest.mark.parametrize("reason", ["length", "time", "disconnect", "unspecified"])
def test_every_reason_of_a_truncation_has_french_words(reason: str) -> None:
    """The reasons of WARC-Truncated (WARC 1.1, section 5.13)."""
    assert french.value_label("truncated", reason) != reason
