"""What a reader sees: the pages are there, in French, and say what the catalogue says."""

from __future__ import annotations

import json
import re

import lxml.html
import pytest

from tests.browse import sample
from tests.browse.conftest import Get, Page

FIRST, OPEN_CALL, ZERO, HOSTILE = sample.TEXTS
QUERIES = (
    "par-source-et-annee",
    "les-plus-commentees",
    "disparues-du-web",
    "problemes-derniere-collecte",
    "textes-modifies",
)
PAGES = (
    "/",
    "/catalogue",
    "/catalogue?_show_hidden=1",
    "/catalogue/announcement",
    "/catalogue/announcement?_search=cooperation",
    "/catalogue/announcement?_search=introuvable",
    "/catalogue/announcement?_vue=tableau&_size=1",
    "/catalogue/announcement?_col=title&_sort=title",
    "/catalogue/announcement?region=Occitanie&year__gt=2000&gone_since__isnull=1",
    "/catalogue/announcement?_where=year>2000&_facet_date=first_seen&_facet=language",
    "/catalogue/announcement?categories__arraycontains=Alimentation",
    "/catalogue/source",
    "/catalogue/capture",
    "/catalogue/version",
    "/catalogue/crawl",
    "/catalogue/problem",
    "/catalogue/warc_file",
    "/catalogue/source/figeacteurs",
    f"/catalogue/capture/{FIRST.capture}",
    f"/catalogue/version/{FIRST.id}-1",
    f"/catalogue/announcement/{FIRST.id}",
    f"/catalogue/announcement/{OPEN_CALL.id}",
    f"/catalogue/announcement/{HOSTILE.id}",
    "/catalogue?sql=select+title,+:mot+as+mot+from+announcement",
    *(f"/catalogue/{name}" for name in QUERIES),
    *(f"/catalogue/{name}?_show_sql=1" for name in QUERIES),
)
ENGLISH = re.compile(
    r"\b(rows?|records?|search|apply|remove|this data|suggested|advanced|export as|next page|where"
    r"|sorted|custom|run sql|edit sql|powered|queries|took|hidden|links from|contains|sort by"
    r"|descending|home|view and|column|tables? in|menu|show|hide|results|error|download)\b",
    re.IGNORECASE,
)


def words(page: lxml.html.HtmlElement) -> str:
    """All that a visitor can read or hear, without what is code by its nature."""
    for code in page.xpath("//pre | //code | //textarea | //style"):
        code.drop_tree()
    told = page.xpath("//@aria-label | //@placeholder | //@alt | //h1/@title | //a/@title")
    return " ".join([page.text_content(), *map(str, told)])


def text(element: lxml.html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


@pytest.mark.parametrize("path", PAGES)
def test_no_page_speaks_english(page: Page, path: str) -> None:
    document = page(path)
    assert document.get("lang") == "fr"
    shown = words(document).replace("search_", "").replace("announcement_fts", "")
    assert not ENGLISH.findall(shown), ENGLISH.findall(shown)


@pytest.mark.parametrize("path", PAGES)
def test_page_has_one_heading_and_labelled_fields(page: Page, path: str) -> None:
    document = page(path)
    assert len(document.xpath("//h1")) == 1
    labelled = set(document.xpath("//label/@for"))
    for field in document.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        named = field.get("aria-label") or field.get("id") in labelled
        assert named or field.xpath("ancestor::label"), lxml.html.tostring(field)


def test_home_tells_numbers_and_latest_announcements_first(page: Page) -> None:
    home = page("/")
    numbers = {text(div.find("dt")): text(div.find("dd")) for div in home.xpath("//dl/div")}
    assert numbers["annonces"] == "4"
    assert numbers["captures conservées"] == "4"
    assert numbers["dernière collecte"] == "24 novembre 2026 à 6 h 20"
    latest = [text(a) for a in home.xpath("//ol[@class='latest']//a[@class='title']")]
    assert latest[:3] == [OPEN_CALL.title, ZERO.title, HOSTILE.title]
    (form,) = home.xpath("//form")
    assert form.get("action") == "/catalogue/announcement"
    sent = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert sent == {"_search": None, "_sort_desc": "published"}


def test_unknown_comments_are_not_shown_as_zero(page: Page) -> None:
    metas = [text(p) for p in page("/").xpath("//ol[@class='latest']//p[@class='meta']")]
    assert metas[0].endswith("commentaires : inconnu")
    assert metas[1].endswith("0 commentaire")
    for announcement, shown in ((OPEN_CALL, "inconnu"), (ZERO, "0"), (FIRST, "3")):
        facts = page(f"/catalogue/announcement/{announcement.id}").xpath("//aside//dd")
        assert " ".join(facts[0].itertext()).split()[0] == shown


def test_announcement_page_is_readable_and_leads_to_every_capture(page: Page) -> None:
    document = page(f"/catalogue/announcement/{FIRST.id}")
    assert text(document.find(".//h1")) == FIRST.title
    assert [text(p) for p in document.xpath("//article/p")] == FIRST.text.splitlines()
    assert "Figeacteurs · Figeac, 46, Occitanie · 23 novembre 2018 à 8 h 30" in text(document)
    facts = text(document.xpath("//aside")[0])
    assert "affiché par la page : « 3 réponses »" in facts
    labels = [text(li) for li in document.xpath("//aside//ul[@class='labels']/li")]
    assert labels == ["Alimentation", "Territoire"]
    assert document.xpath("//a[@href=$url]", url=f"/telecharger/{FIRST.capture}.warc.gz")
    (version_rows, capture_rows) = document.xpath("//table[@class='rows-and-columns']/tbody")
    assert [text(tr)[0] for tr in version_rows] == ["2", "1"]
    assert "Titre, Commentaires" in text(version_rows[0])
    assert len(capture_rows) == 1
    record = document.xpath("//table[@class='record']//th/@title")
    assert {"id", "text", "comment_evidence", "capture"} <= set(record)


def test_original_page_is_linked_without_telling_it_where_from(page: Page) -> None:
    for path in (f"/catalogue/announcement/{FIRST.id}", "/catalogue/announcement?_vue=tableau"):
        links = page(path).xpath("//a[@href='https://figeacteurs.example/annonce-1']")
        assert links
        for link in links:
            assert link.get("rel") == "noopener noreferrer nofollow"


def test_vanished_page_is_said_to_be_gone(page: Page) -> None:
    assert "a disparu du web" in text(page(f"/catalogue/announcement/{ZERO.id}"))
    assert "disparue du web" in text(page("/catalogue/announcement?_search=monnaie"))


def test_filters_and_order_are_told_in_french(page: Page) -> None:
    document = page("/catalogue/announcement?region=Occitanie&year__gte=2019&_sort=title")
    told = text(document.xpath("//p[@class='toolbar']")[0])
    assert "2 annonces, où Région est « Occitanie » et Année ≥ « 2019 »" in told
    assert "par ordre de « Titre »" in told


def test_facets_have_names_of_sources_and_french_headings(page: Page) -> None:
    facets = {
        text(section.find("h3")): text(section.find("ul"))
        for section in page("/catalogue/announcement").xpath("//section[@class='facet-info']")
    }
    assert set(facets) == {"Source", "Région", "Année", "Catégories"}
    assert facets["Source"].startswith("Figeacteurs 3")
    assert facets["Année"].split()[::2] == ["2024", "2023", "2020", "2018"]
    assert "Tiers-lieux 1" in facets["Catégories"]
    assert "Territoire 1" in facets["Catégories"]


def test_facet_of_a_label_leads_to_its_announcements(page: Page) -> None:
    document = page("/catalogue/announcement")
    (href,) = document.xpath("//a[text()='Tiers-lieux']/@href")
    (title,) = page(href.replace("http://localhost", "")).xpath("//article/h3/a")
    assert text(title) == OPEN_CALL.title


@pytest.mark.parametrize("asked", ["_facet=", "_facet_labels=title", "_facet_labels=x;y"])
def test_facet_that_counts_nothing_is_no_error(page: Page, asked: str) -> None:
    assert len(page(f"/catalogue/announcement?{asked}").xpath("//article")) == 4


def test_visitor_can_count_by_another_column(page: Page) -> None:
    facets = page("/catalogue/announcement?_facet=published_from").xpath("//section/h3")
    assert "Origine de la date ✕" in [text(h3) for h3 in facets]


def test_json_keeps_iso_dates_and_raw_values(get: Get) -> None:
    url = f"/catalogue/announcement/{FIRST.id}.json?_shape=objects"
    (row,) = get(url).json()["rows"]
    assert row["published"] == "2018-11-23T08:30:00+01:00"
    assert json.loads(row["categories"]) == ["Alimentation", "Territoire"]
    assert row["capture"] == FIRST.capture


@pytest.mark.parametrize("order", ["_sort_desc=published", "_sort_desc=gone_since", "_sort=author"])
def test_paging_shows_every_announcement_once(page: Page, order: str) -> None:
    path, seen = f"/catalogue/announcement?{order}&_size=1", []
    while path:
        document = page(path)
        seen += [text(a) for a in document.xpath("//article/h3/a")]
        path = "".join(document.xpath("//a[@rel='next']/@href")).replace("http://localhost", "")
    assert sorted(seen) == sorted(" ".join(each.title.split()) for each in sample.TEXTS)


def test_csv_has_every_row(get: Get) -> None:
    lines = get("/catalogue/source.csv?_stream=on&_size=max").text.splitlines()
    assert [line.split(",")[0] for line in lines] == ["key", "figeacteurs", "labo"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("les-plus-commentees", [FIRST.title, HOSTILE.title]),
        ("disparues-du-web", [ZERO.title]),
        ("textes-modifies", [FIRST.title]),
    ],
)
def test_canned_query_finds(get: Get, query: str, found: list[str]) -> None:
    rows = get(f"/catalogue/{query}.json?_shape=objects").json()["rows"]
    assert [row["title"] for row in rows] == found


def test_canned_queries_count_and_show_problems(get: Get) -> None:
    rows = get("/catalogue/par-source-et-annee.json?_shape=objects").json()["rows"]
    assert {(r["source"], r["year"], r["annonces"]) for r in rows} >= {
        ("figeacteurs", 2018, 1),
        ("labo", 2024, 1),
    }
    (problem,) = get("/catalogue/problemes-derniere-collecte.json?_shape=objects").json()["rows"]
    assert problem["subject"] == "https://labo.example/page-perdue"


def test_mistyped_address_gets_a_french_page_and_no_traceback(
    get: Get, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in ("/rien", "/catalogue/rien", f"/catalogue/announcement/{'f' * 16}"):
        response = get(path)
        assert response.status_code == 404
        document = lxml.html.document_fromstring(response.text)
        assert text(document.find(".//h1")) == "Page introuvable"
        assert not ENGLISH.search(words(document))
    assert get("/catalogue/rien.json").json()["status"] == 404
    assert capfd.readouterr() == ("", "")


def test_wrong_sql_is_told_on_the_query_page(get: Get) -> None:
    response = get("/catalogue?sql=select+*+from+nulle_part")
    assert response.status_code in (200, 400)
    assert "La requête n’a pas abouti" in response.text


def test_empty_catalogue_has_a_home_page(own_empty: Get) -> None:
    assert "ne contient pas encore d’annonce" in own_empty("/").text
    assert own_empty("/catalogue/announcement").status_code == 200
