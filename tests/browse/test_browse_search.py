"""The search finds what a reader means, and never breaks on what a reader types."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.browse.search import match_expression
from tests.browse.conftest import Get


def titles(get: Get, typed: str) -> list[str]:
    response = get("/catalogue/announcement.json", params={"_search": typed, "_shape": "objects"})
    assert response.status_code == 200, response.text
    return [row["title"].split()[0] for row in response.json()["rows"]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cooperation", ["Une"]),
        ("COOPÉRATION", ["Une"]),
        ("coopérations", ["Une"]),
        ("maraîcher", ["Une"]),
        ("monnaies locales", ["La"]),
        ("association candidate", ["Appel"]),
        ("tiers-lieu", ["Appel"]),
        ('"monnaie locale"', ["La"]),
        ('"locale monnaie"', []),
        ("vidal", ["Une"]),
        ("cooperation introuvable", []),
    ],
)
def test_search_ignores_accents_case_and_plural(get: Get, typed: str, found: list[str]) -> None:
    assert titles(get, typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        '"abc',
        "a AND",
        "NOT",
        "title:",
        "(",
        ")",
        "*",
        "^",
        "a NEAR(",
        "-",
        "''",
        "a\x00b",
        "%_",
        "°",
    ],
)
def test_strange_search_is_no_error(get: Get, typed: str) -> None:
    for path in ("/catalogue/announcement", "/catalogue/announcement.json"):
        assert get(path, params={"_search": typed}).status_code == 200


@pytest.mark.parametrize("typed", ["", " ", "\t "])
def test_empty_search_box_means_all(get: Get, typed: str) -> None:
    assert len(titles(get, typed)) == 4


@given(st.text())
def test_every_text_is_a_valid_expression(typed: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("create virtual table t using fts5(x, tokenize='unicode61')")
        connection.execute("insert into t values ('un tiers-lieu')")
        expression = match_expression(typed)
        encoded = expression.encode("utf-8", "replace").decode()
        connection.execute("select * from t where t match ?", (encoded,)).fetchall()
