# ruff: noqa: E501 -- markup is easier to read in one piece
from __future__ import annotations

import unicodedata

import pytest

from archiver.extract.article import read
from archiver.extract.elements import Hints
from archiver.extract.page import Page
from archiver.model import Article
from tests.extract.making import page

SENTENCES = [
    "La coopérative ouvre un atelier de réparation de vélos dans l’ancienne gare.",
    "Chaque samedi, des bénévoles y accueillent celles et ceux qui veulent apprendre.",
    "Les pièces viennent de la ressourcerie voisine, qui les trie et les nettoie.",
    "L’adhésion est libre ; une permanence se tient aussi le mercredi soir.",
]
TEXT = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
HINTS = Hints(body=".entry-content, .chapo", title=".entry-title")


def article(
    body: str, head: str = "", hints: Hints = HINTS, names: tuple[str, ...] = ()
) -> Article:
    found = read(page(body, head), hints, adapter="essai", reason="essai", site_names=names)
    assert found is not None
    return found


def plain(title: str = "<h1>Un atelier vélo</h1>", inside: str = TEXT, after: str = "") -> str:
    return (
        f'<header><p>Réseau des gares</p></header><article class="post">{title}'
        f'<div class="entry-content">{inside}</div>{after}</article>'
        "<footer><p>Tous droits réservés par le réseau.</p></footer>"
    )


def test_text_is_whole_in_paragraphs_without_title_and_boilerplate() -> None:
    assert article(plain()).text.split("\n") == SENTENCES
    inside = f"<h1>Un atelier vélo</h1>{TEXT}"
    assert article(plain(title="", inside=inside)).text.split("\n") == SENTENCES


@pytest.mark.parametrize(
    "junk",
    [
        '<div id="comments"><ol class="commentlist"><li id="comment-1"><p>SECRET de Zoé</p></li></ol></div>',
        '<div class="comment-respond"><p>SECRET : votre adresse ne sera pas publiée.</p></div>',
        "<form><p>SECRET</p><textarea></textarea></form>",
        '<div class="sharedaddy"><p>SECRET : partager sur un réseau</p></div>',
        '<div class="jp-relatedposts"><p>SECRET : sur le même thème</p></div>',
        "<script>var SECRET = 1;</script>",
        '<section class="wp-block-comments"><p>SECRET</p></section>',
        '<ul class="forum"><li class="forum-fil"><p>SECRET</p></li></ul>',
        '<div class="blog-comments"><p>SECRET</p></div>',
        '<div class="entry-comments"><p>SECRET</p></div>',
        '<div class="node-comments"><p>SECRET</p></div>',
        '<ul class="liste-commentaires"><li>SECRET</li></ul>',
        '<section class="section-commentaires"><p>SECRET</p></section>',
    ],
)
@pytest.mark.parametrize("within", [True, False])
@pytest.mark.parametrize("hints", [HINTS, Hints()])
def test_no_comment_form_or_share_bar_leaks_into_the_text(
    junk: str, within: bool, hints: Hints
) -> None:
    body = plain(inside=TEXT + junk) if within else plain(after=junk)
    text = article(body, hints=hints).text
    assert "SECRET" not in text
    assert all(sentence in text for sentence in SENTENCES)


def test_the_page_itself_is_not_changed_by_reading() -> None:
    made: Page = page(plain(after='<div id="comments"><p>un mot</p></div>'))
    before = len(list(made.tree.iter()))
    read(made, HINTS, adapter="essai", reason="essai")
    assert len(list(made.tree.iter())) == before


def test_a_long_list_of_captions_is_kept() -> None:
    names = [f"Personne {n} Exemple" for n in range(30)]
    figures = "".join(
        f'<figure><img src="{n}.jpg"><figcaption>{name}</figcaption></figure>'
        for n, name in enumerate(names)
    )
    text = article(plain(inside=f"<p>{SENTENCES[0]}</p>{figures}")).text
    assert [name for name in names if name not in text] == []


def test_short_posts_and_posters_are_announcements_too() -> None:
    assert article(plain(inside="<p>Reporté à mardi.</p>")).text == "Reporté à mardi."
    assert article(plain(inside='<img src="affiche.jpg">')).text == ""


def test_standfirst_and_text_are_read_together() -> None:
    body = f"""<article><h1>Un atelier vélo</h1><div class="chapo"><p>{SENTENCES[0]}</p></div>
    <div class="entry-content">{"".join(f"<p>{s}</p>" for s in SENTENCES[1:])}</div></article>"""
    assert article(body).text.split("\n") == SENTENCES


def test_text_is_nfc_whatever_the_page_has() -> None:
    decomposed = unicodedata.normalize("NFD", TEXT)
    found = article(plain(inside=decomposed))
    assert unicodedata.is_normalized("NFC", found.text)
    assert SENTENCES[0] in found.text


@pytest.mark.parametrize(
    ("title", "head", "expected"),
    [
        ("<h1>Un atelier vélo</h1>", "<title>Un atelier vélo – Réseau</title>", "Un atelier vélo"),
        # The site's name is the h1, the title an h2.
        (
            '<h1><a href="/">Réseau</a></h1><h2 class="entry-title">Un atelier vélo</h2>',
            "<title>Un atelier vélo | Réseau</title>",
            "Un atelier vélo",
        ),
        # A theme that calls every page "Blog".
        (
            '<h1 class="page-header-title">Blog</h1><h2 class="entry-title">Un atelier vélo</h2>',
            "<title>Un atelier vélo - Réseau</title>",
            "Un atelier vélo",
        ),
        ("", "<title>Un atelier vélo | Réseau</title>", "Un atelier vélo"),
        ("", "<title>Un atelier – pour les vélos</title>", "Un atelier – pour les vélos"),
        ("", '<meta property="og:title" content="Un atelier vélo - Réseau">', "Un atelier vélo"),
        ("", "<title>Réseau : Un atelier vélo</title>", "Un atelier vélo"),
        ("<h1>Vélos &amp; <em>ateliers</em> : « oui »</h1>", "", "Vélos & ateliers : « oui »"),
        ("<h1>Un\u00a0atelier\n  vélo</h1>", "", "Un atelier vélo"),
    ],
)
def test_title_is_the_articles_own_without_the_sites_name(
    title: str, head: str, expected: str
) -> None:
    head += '<meta property="og:site_name" content="Réseau">'
    assert article(plain(title=title), head).title == expected


def test_registry_name_is_cut_from_a_title_too() -> None:
    found = article(plain(title=""), "<title>Un atelier vélo - Figeac</title>", names=("Figeac",))
    assert found.title == "Un atelier vélo"


def test_a_page_without_any_title_is_none() -> None:
    assert read(page(f"<p>{TEXT}</p>"), HINTS, adapter="essai", reason="essai") is None


@pytest.mark.parametrize(
    ("body", "head", "expected"),
    [
        ('<a rel="author" href="/a">Claire Dupont</a>', "", "Claire Dupont"),
        (
            '<span class="author vcard"><a class="fn">Par Claire Dupont</a></span>',
            "",
            "Claire Dupont",
        ),
        ("", '<meta name="author" content="Claire Dupont">', "Claire Dupont"),
        (
            "",
            (
                '<script type="application/ld+json">{"@graph": [{"@type": "Article", "author": {"@id":'
                ' "#c"}}, {"@type": "Person", "@id": "#c", "name": "Claire Dupont"}]}</script>'
            ),
            "Claire Dupont",
        ),
        ("", '<meta name="author" content="https://www.facebook.com/reseau">', None),
        ("", '<meta name="author" content="contact@exemple.fr">', None),
        (
            (
                '<ol class="commentlist"><li id="comment-1"><span class="author vcard"><b class="fn">Zoé'
                "</b></span></li></ol>"
            ),
            "",
            None,
        ),
        ('<aside class="widget"><a rel="author">Zoé</a></aside>', "", None),
        ("", "", None),
    ],
)
def test_author_is_a_name_of_the_article_and_never_a_commenter(
    body: str, head: str, expected: str | None
) -> None:
    assert article(plain(after=body), head).author == expected


def test_categories_and_tags_are_told_apart_and_each_stands_once() -> None:
    labels = """<footer><a rel="category tag" href="/category/m/">Mobilité</a>
    <a rel="category tag" href="/category/m/">Mobilité</a> <a rel="tag" href="/category/m/">mobilité</a>
    <a rel="tag" href="/tag/velo/">#vélo</a> <a rel="tag" href="/tag/m/">Mobilité</a></footer>"""
    found = article(plain(after=labels))
    assert (found.categories, found.tags) == (("Mobilité",), ("vélo", "Mobilité"))


def test_labels_in_machine_data_are_used_when_the_page_shows_none() -> None:
    head = """<meta property="article:section" content="Mobilité">
    <meta property="article:tag" content="vélo"><meta property="article:tag" content="gare">"""
    found = article(plain(), head)
    assert (found.categories, found.tags) == (("Mobilité",), ("vélo", "gare"))


def test_language_is_the_primary_subtag_of_what_is_declared() -> None:
    assert article(plain()).language == "fr"


def test_text_at_the_bottom_of_huge_nesting_does_not_crash() -> None:
    deep = "<div>" * 1500 + TEXT
    assert article(plain(inside=deep)).title == "Un atelier vélo"
    assert article(f"<h1>Un atelier vélo</h1>{deep}", hints=Hints()).title == "Un atelier vélo"


def test_a_section_of_the_text_may_be_named_how() -> None:
    inside = (
        f'{TEXT}<h2 id="comment">Comment venir ?</h2>'
        '<section id="partage"><p>Par le car, arrêt de la halle.</p></section>'
    )
    text = article(plain(inside=inside)).text
    assert text.endswith("Comment venir ?\nPar le car, arrêt de la halle.")
