"""What a capture means for an announcement: new, changed, unchanged, gone, back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.index.decide import decide, excerpt, gone
from archiver.model import (
    Article,
    Capture,
    CommentCount,
    CommentSignal,
    DateSignal,
    Kind,
    Published,
    Source,
)

FIRST = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
SOURCE = Source("pole", "Pôle", Kind.PTCE, departement="46", region="Occitanie")
ARTICLE = Article(
    "Une visite",
    "Le laboratoire est venu voir les acteurs du territoire.",
    Published("2018-11-23", DateSignal.TEXT),
    "Jeanne",
    "fr",
    ("Actualités",),
    (),
    CommentCount(0, CommentSignal.HEADING, "0 réponses"),
    "wordpress",
    "body.single-post",
)


def capture(days: int, status: int = 200) -> Capture:
    """A capture some days after the first."""
    return Capture(
        id=f"capture-{days}",
        source="pole",
        crawl="1",
        url="https://pole.example/une-visite/",
        role="page",
        via=None,
        hops="L",
        fetched=FIRST + timedelta(days=days),
        status=status,
        mime="text/html",
        payload_digest=None,
        payload_size=None,
        truncated=None,
        revisit=None,
        refers_to=None,
        etag=None,
        last_modified=None,
        error=None,
        warc_file="pole/a.warc.gz",
        offset=0,
        length=1,
    )


NEW, FIRST_VERSION = decide(None, "0123", ARTICLE, capture(0), SOURCE)


def test_a_new_announcement_has_one_version() -> None:
    assert FIRST_VERSION is not None
    assert (NEW.versions, FIRST_VERSION.id, FIRST_VERSION.changed) == (1, "0123-1", "[]")
    assert NEW.first_seen == NEW.last_seen == "2026-11-24T02:30:00.000000Z"
    assert (NEW.region, NEW.year, NEW.comment_count) == ("Occitanie", 2018, 0)


def test_the_same_again_is_seen_again_and_no_version() -> None:
    row, version = decide(NEW, "0123", ARTICLE, capture(1), SOURCE)
    assert version is None
    assert row == replace(NEW, last_seen="2026-11-25T02:30:00.000000Z")


@pytest.mark.parametrize(
    ("article", "changed"),
    [
        (replace(ARTICLE, text="Tout autre chose."), ["text"]),
        (replace(ARTICLE, title="Deux visites"), ["title"]),
        (replace(ARTICLE, comments=CommentCount()), ["comment_count"]),
        (replace(ARTICLE, published=None, author=None), ["published", "author"]),
        (replace(ARTICLE, categories=("Rencontres",), tags=("visite",)), ["categories", "tags"]),
    ],
)
def test_what_differs_makes_a_version_that_names_it(article: Article, changed: list[str]) -> None:
    row, version = decide(NEW, "0123", article, capture(1), SOURCE)
    assert version is not None
    assert json.loads(version.changed) == changed
    assert (row.versions, version.number, row.capture) == (2, 2, "capture-1")
    assert row.first_seen == NEW.first_seen


def test_an_unknown_count_is_not_zero() -> None:
    row, _ = decide(None, "0123", replace(ARTICLE, comments=CommentCount()), capture(0), SOURCE)
    assert (row.comment_count, row.comment_from) == (None, None)


def test_gone_since_the_first_404_and_back_when_it_is_seen() -> None:
    missed = gone(NEW, capture(1, 404))
    again = gone(missed, capture(2, 410))
    assert missed.gone_since == again.gone_since == "2026-11-25T02:30:00.000000Z"
    assert again.last_seen == NEW.last_seen
    back, version = decide(again, "0123", ARTICLE, capture(3), SOURCE)
    assert (back.gone_since, version) == (None, None)


@given(st.text())
def test_an_excerpt_is_the_beginning_of_the_text(text: str) -> None:
    short = excerpt(text)
    assert len(short) <= 302
    assert " ".join(text.split()).startswith(short.removesuffix(" …"))
