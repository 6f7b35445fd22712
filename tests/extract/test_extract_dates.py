# ruff: noqa: E501 -- markup is easier to read in one piece
from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract import focus
from archiver.extract.dates import french_dates, iso, published
from archiver.extract.elements import Hints
from archiver.model import DateSignal, Published
from tests.extract.making import page

PROSE = "<p>Le jardin partagé ouvre ses portes à tous les habitants du quartier.</p>"


def dated(body: str, head: str = "", hints: Hints | None = None, url: str = "") -> Published | None:
    made = page(body, head, url or "https://exemple.fr/une-visite/")
    known = hints or Hints()
    return published(made, focus.article(made, known, focus.heading(made, known)), known)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Publié le mercredi 8 janvier 2014", "2014-01-08"),
        ("Publié le 9 septembre 2015", "2015-09-09"),
        ("Publié le 8 décembre 2014 - mis à jour le 5 février 2019", "2014-12-08"),
        ("Mis à jour le 5 février 2019, publié le 8 décembre 2014", "2014-12-08"),
        ("Posté le 13/10/15", "2015-10-13"),
        ("Publié le: 12 Jun 2018", "2018-06-12"),
        ("Publié le 1er août 2019", "2019-08-01"),
        ("publie le 1er aout 2019", "2019-08-01"),
        ("Mis en ligne le 3 decembre 2016", "2016-12-03"),
        ("PUBLIÉ LE 23 NOVEMBRE 2018", "2018-11-23"),
        ("Publié par Claire Dupont, le 4 févr. 2020", "2020-02-04"),
        ("Article publié le 2\u00a0mars\u00a02021", "2021-03-02"),
        ("Posted on November 23, 2018", "2018-11-23"),
        ("Publié le 2018-11-23", "2018-11-23"),
        ("Posté par Claire le 3 mai 2019", "2019-05-03"),
        ("Publié dans Vie locale, le 3 mai 2019", "2019-05-03"),
        ("Date de publication : 3 mai 2019", "2019-05-03"),
        ("Dernière modification le 3 mai 2024 – Publié le 2 janvier 2019", "2019-01-02"),
    ],
)
def test_french_sentences_about_publication_are_understood(text: str, expected: str) -> None:
    found = dated(f"<article><h1>Une visite</h1><p>{text}</p>{PROSE}</article>")
    assert found == Published(expected, DateSignal.TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "Mise à jour le 13/12/2017",
        "26 mai 2023 / 9h - 14h",
        "les 30 et 31 octobre",
        "samedi 30 novembre à 15h (St-Benoît)",
        "[AGENDA] PARIS 02/12/2017",
        "Le film qui sera diffusé le 2 avril 2010 est attendu.",
        "Notre roman préféré, dont tout le monde parle, est paru chez un éditeur le 5 mai 2011.",
        "Publié le 31 février 2019",
        "Du 12Au 13/062024",
        "Publié il y a trois jours",
        "Poste à pourvoir le 1er septembre 2024",
        "Mise en ligne de la plateforme prévue le 3 mars 2031",
        "Publication du guide et présentation le 12 mai 2024",
        "Posté : date limite le 3 mai 2019",
        "Dernière modification : 3 mai 2019",
    ],
)
def test_dates_of_other_things_are_not_taken_for_publication(text: str) -> None:
    assert dated(f"<article><h1>Une visite</h1><p>{text}</p>{PROSE}</article>") is None


@pytest.mark.parametrize(
    ("head", "signal", "expected"),
    [
        (
            (
                '<script type="application/ld+json">{"@graph": [{"@type": "WebPage", "datePublished":'
                ' "2017-01-01"}, {"@type": "NewsArticle", "datePublished":'
                ' "2018-11-23T08:30:00+01:00", "dateModified": "2019-01-01"}]}</script>'
            ),
            DateSignal.STRUCTURED,
            "2018-11-23T08:30:00+01:00",
        ),
        (
            (
                '<meta property="article:published_time" content="2018-11-23T08:30:00Z">'
                '<meta property="article:modified_time" content="2020-01-01">'
            ),
            DateSignal.META,
            "2018-11-23T08:30:00+00:00",
        ),
        ('<meta name="DC.date.issued" content="2018-11-23">', DateSignal.META, "2018-11-23"),
        # A broken block is as if it were not there.
        (
            (
                '<script type="application/ld+json">{"@type": "Article", </script>'
                '<meta name="date" content="23/11/2018">'
            ),
            DateSignal.META,
            "2018-11-23",
        ),
    ],
)
def test_machine_written_dates_come_before_text(
    head: str, signal: DateSignal, expected: str
) -> None:
    found = dated(f"<article><h1>Une visite</h1><p>Publié le 2 mai 2001</p>{PROSE}</article>", head)
    assert found == Published(expected, signal)


def test_only_the_articles_own_time_counts() -> None:
    body = f"""
    <aside class="widget"><time class="entry-date" datetime="2021-01-01">1er janvier 2021</time></aside>
    <article class="post"><h1>Une visite</h1>
    <header><time class="updated" datetime="2020-02-02">2 février 2020</time>
    <time class="entry-date published" datetime="2018-11-23T08:30:00+01:00">23</time></header>{PROSE}
    <div class="related"><article><time class="published" datetime="2016-06-06">x</time></article></div>
    <ol class="commentlist"><li id="comment-1"><time datetime="2018-12-01">1</time></li></ol></article>
    """
    assert dated(body) == Published("2018-11-23T08:30:00+01:00", DateSignal.TIME)


def test_a_theme_that_dates_only_other_posts_gives_no_date() -> None:
    body = f"""<main><h1>Une visite</h1><div class="entry-content">{PROSE * 4}</div>
    <ul class="wp-block-latest-posts"><li><time datetime="2024-01-02">2 janvier 2024</time></li></ul>
    <div class="more"><article><h2><a href="/autre/">Autre</a></h2>
    <time datetime="2023-03-04">4 mars 2023</time></article></div></main>"""
    assert dated(body) is None


def test_an_events_time_in_the_text_is_not_the_date_of_publication() -> None:
    body = f"""<article><h1>Portes ouvertes</h1>{PROSE}<div class="event-details">
    <p>Rendez-vous <time datetime="2024-06-12T09:00">le 12 juin 2024</time></p></div></article>"""
    assert dated(body) is None


def test_time_without_datetime_is_read_as_french_text() -> None:
    body = f"""<article class="post-entry"><h1>Une visite</h1>
    <time class="date-container minor-meta updated">23 novembre 2018</time>{PROSE}</article>"""
    assert dated(body) == Published("2018-11-23", DateSignal.TEXT)


def test_date_line_beside_the_article_counts_when_the_page_has_one_only() -> None:
    line = '<p class="post-date">23 novembre 2018</p>'
    assert dated(f"<main>{line}<h1>Une visite</h1>{PROSE}</main>") == Published(
        "2018-11-23", DateSignal.TEXT
    )
    other = '<p class="post-date">2 mai 2019</p>'
    assert dated(f"<main>{line}{other}<h1>Une visite</h1>{PROSE}</main>") is None


def test_a_date_in_the_address_is_a_guess_and_says_so() -> None:
    body = f"<article><h1>Une visite</h1>{PROSE}</article>"
    found = dated(body, url="https://exemple.fr/2018/11/23/une-visite/")
    assert found == Published("2018-11-23", DateSignal.GUESS)
    assert dated(body, url="https://exemple.fr/2018/13/41/une-visite/") is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018-11-23T08:30:00+0100", "2018-11-23T08:30:00+01:00"),
        ("2018-11-23 08:30:00", "2018-11-23"),
        ("Fri, 23 Nov 2018 08:30:00 +0000", "2018-11-23T08:30:00+00:00"),
        ("23 novembre 2018", "2018-11-23"),
        ("1970-01-01", None),
        ("0000-00-00", None),
        ("hier", None),
        ("", None),
    ],
)
def test_machine_dates_are_kept_as_precise_as_they_are(value: str, expected: str | None) -> None:
    assert iso(value) == expected


@given(st.dates(min_value=datetime.date(1990, 1, 1)), st.booleans(), st.booleans())
def test_every_day_written_in_french_is_read_back(
    day: datetime.date, accents: bool, upper: bool
) -> None:
    months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    name = months.split()[day.month - 1]
    name = name if accents else name.replace("é", "e").replace("û", "u")
    text = f"le {'1er' if day.day == 1 else day.day} {name} {day.year}"
    found = [d for _, d in french_dates(text.upper() if upper else text)]
    assert found == ([day] if day.year <= 2100 else [])


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    iso(text)
    list(french_dates(text))


def test_the_one_date_alone_under_a_title_is_a_guess_and_says_so() -> None:
    body = f"<article><h1>Une visite</h1><p>Vendredi 23 novembre 2018</p>{PROSE}</article>"
    assert dated(body) == Published("2018-11-23", DateSignal.GUESS)
    agenda = f"{body[:-10]}<p>Puis le 30 novembre 2018.</p></article>"
    assert dated(agenda) is None


def test_a_line_of_details_with_hour_and_place_is_that_of_an_event() -> None:
    line = '<div class="infos">12 juin 2031, 14h, halle de Figeac</div>'
    assert dated(f"<article><h1>Une visite</h1>{line}{PROSE}</article>") is None
    line = '<div class="type-formation"><p class="date">12 juin 2031</p></div>'
    assert dated(f"<article><h1>Une visite</h1>{line}{PROSE}</article>") is None


@pytest.mark.parametrize(
    "line", ["Dernière modification : 3 mai 2024", "3 mai 2024 – publié le 2 janvier 2019"]
)
def test_a_date_called_publication_wins_over_others_of_its_line(line: str) -> None:
    found = dated(f'<article><h1>Une visite</h1><p class="date">{line}</p>{PROSE}</article>')
    assert found == (Published("2019-01-02", DateSignal.TEXT) if "publié" in line else None)
