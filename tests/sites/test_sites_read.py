# ruff: noqa: E501 -- markup is easier to read in one piece
"""Golden pages, field by field, and pages that are no announcements."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archiver.extract.page import Page
from archiver.model import Article, CommentCount, CommentSignal, DateSignal, Kind, Published, Source
from archiver.sites import read
from tests.sites.reading import fixture, made

SOURCE = Source("essai", "Essai", Kind.PTCE)

GOLDEN: dict[str, tuple[str, Article]] = {
    "wordpress_classic": (
        "https://causse.example/la-serre/",
        Article(
            title="La serre solidaire ouvre ses portes",
            text=(
                "Après deux hivers de travaux, la serre du quartier accueille ses premiers semis.\n"
                "Les habitants y cultivent ensemble des légumes que l’épicerie sociale distribue"
                " ensuite."
            ),
            published=Published("2018-11-23T08:30:00+01:00", DateSignal.TIME),
            author="Mireille Exemple",
            language="fr",
            categories=("Jardins",),
            tags=("serre",),
            comments=CommentCount(2, CommentSignal.HEADING, "2 réponses"),
            adapter="wordpress",
            reason="body.single-post",
        ),
    ),
    "wordpress_enfold": (
        "http://pole.example/visite-de-la-filature/",
        Article(
            title="Visite de la filature coopérative",
            text=(
                "Une trentaine de personnes ont suivi le guide dans les ateliers de la filature.\n"
                "Amina Laine, fileuse\nRobert Navette, tisserand\nSoizic Bobine, teinturière"
            ),
            published=Published("2018-11-14", DateSignal.TEXT),
            author="Jeanne Filature",
            language="fr",
            categories=("Non classé",),
            comments=CommentCount(0, CommentSignal.HEADING, "0 réponses"),
            adapter="wordpress",
            reason="body.single-post",
        ),
    ),
    "wordpress_block": (
        "https://fournils.example/un-four/",
        Article(
            title="Un four à pain pour le village",
            text=(
                "Le four communal, éteint depuis trente ans, a été rallumé par une association"
                " d’habitants.\n"
                "Il cuira le pain de trois boulangers et les pizzas des fêtes de quartier."
            ),
            # The theme prints no date; those on the page belong to other posts.
            published=None,
            language="fr",
            categories=("Pain",),
            tags=("four",),
            comments=CommentCount(0, CommentSignal.FORM),
            adapter="wordpress",
            reason="body.single-post",
        ),
    ),
    "wordpress_divi": (
        "https://maison.example/forum-des-metiers/",
        Article(
            title="Forum des métiers verts",
            text=(
                "Vingt structures d’insertion présentent leurs métiers, du maraîchage au réemploi"
                " du bois.\nLe forum aura lieu le 12 novembre 2019, de 9h à 17h, sous la halle."
            ),
            published=Published("2019-10-04", DateSignal.TEXT),
            author="Maison Commune",
            language="fr",
            categories=("Agenda",),
            comments=CommentCount(0, CommentSignal.HEADING, "0 commentaires"),
            adapter="wordpress",
            reason="body.single-evenement",
        ),
    ),
    "wordpress_twenty": (
        "https://mobilites.example/covoiturage/",
        Article(
            title="Covoiturage entre voisins",
            text=(
                "Trois communes lancent une ligne de covoiturage sans réservation ni application.\n"
                "Les arrêts sont signalés par des panneaux peints à la main."
            ),
            published=Published("2020-02-05", DateSignal.TEXT),
            author="Lo Covoit",
            language="fr",
            categories=("Trajets",),
            comments=CommentCount(1, CommentSignal.HEADING, "Une réponse"),
            adapter="wordpress",
            reason="body.single-post",
        ),
    ),
    "spip": (
        "https://pays.example/Une-epicerie-itinerante",
        Article(
            title="Une épicerie itinérante",
            text=(
                "Un camion aménagé relie désormais onze hameaux sans commerce.\n"
                "La tournée part chaque mardi de la place de l’église et passe chez les personnes"
                " isolées.\nLes produits viennent de fermes situées à moins de trente kilomètres."
            ),
            published=Published("2014-01-08T09:00:00+00:00", DateSignal.TIME),
            author="Odile Tournée",
            language="fr",
            comments=CommentCount(2, CommentSignal.ITEMS),
            adapter="spip",
            reason="body.page_article",
        ),
    ),
    "drupal": (
        "https://labo.example/construire-solidaire",
        Article(
            title="Construire solidaire",
            text=(
                "Dix chantiers participatifs montrent comment bâtir avec la terre et la paille du"
                " pays.\nLe rapport complet est téléchargeable librement."
            ),
            published=Published("2015-09-09", DateSignal.TEXT),
            language="fr",
            tags=("Habitat",),
            comments=CommentCount(1, CommentSignal.ITEMS),
            adapter="drupal",
            reason="body.page-node-type-actualite",
        ),
    ),
    "wix": (
        "https://recyclerie.example/post/la-recyclerie-fete-ses-dix-ans",
        Article(
            title="La recyclerie fête ses dix ans",
            text=(
                "Dix ans, douze salariés et huit cents tonnes d’objets détournés de la benne.\n"
                "La fête commence à midi par un repas partagé sous les arbres."
            ),
            published=Published("2022-06-04T07:15:00+00:00", DateSignal.STRUCTURED),
            author="Lila Tri",
            language="fr",
            # Its counter is filled in by a script.
            comments=CommentCount(),
            adapter="generic",
            reason="JSON-LD BlogPosting",
        ),
    ),
    "handmade": (
        "http://vieux-pont.example/page7.html",
        Article(
            title="Le bac repart",
            text=(
                "Le bac du vieux pont transporte à nouveau piétons et cyclistes d'une rive à"
                " l'autre.\nLa barque a été refaite par les élèves du lycée professionnel, avec"
                " l'aide d'un charpentier à la retraite qui leur a transmis les gestes du"
                " métier.\nLa traversée est gratuite le dimanche."
            ),
            published=Published("2015-10-13", DateSignal.TEXT),
            adapter="generic",
            reason="dated text",
        ),
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_page_is_read_field_by_field(name: str) -> None:
    url, expected = GOLDEN[name]
    found = read(fixture(name, url), SOURCE)
    assert found is not None
    for field in ("title", "text", "published", "author", "language", "categories", "tags",
                  "comments", "adapter", "reason"):  # fmt: skip
        assert getattr(found, field) == getattr(expected, field), field


ARTICLE = """<article class="post hentry node node--view-mode-full"><h1 class="entry-title">{title}</h1>
<p class="entry-meta">Publié le 3 mars 2019</p><div class="entry-content texte"><p>Une phrase assez
longue pour faire un vrai texte, qui parle du jardin, de la serre et du verger que les habitants
cultivent ensemble depuis le printemps dernier, chaque samedi matin et certains soirs d’été.</p>
</div></article>"""
WORDPRESS = '<meta name="generator" content="WordPress 6.2">'
SPIP = '<meta name="generator" content="SPIP 4.1">'
DRUPAL = '<meta name="Generator" content="Drupal 9">'
JSONLD = (
    '<script type="application/ld+json">{"@type": "Article", "headline": "x",'
    ' "datePublished": "2019-03-03"}</script>'
)


def one(
    head: str = "",
    classes: str = "",
    url: str = "https://exemple.fr/une-serre/",
    title: str = "Une serre",
) -> Page:
    return made(ARTICLE.format(title=title), url, f"<title>{title}</title>{head}", classes)


@pytest.mark.parametrize(
    ("head", "classes"),
    [
        (WORDPRESS, "page page-id-4 page-template-default"),
        (WORDPRESS, "archive category category-x"),
        (WORDPRESS, "archive tag tag-x"),
        (WORDPRESS, "archive author author-x"),
        (WORDPRESS, "archive date"),
        (WORDPRESS, "archive post-type-archive post-type-archive-agenda"),
        (WORDPRESS, "home blog"),
        (WORDPRESS, "blog"),
        (WORDPRESS, "search search-results"),
        (WORDPRESS, "error404"),
        (WORDPRESS, "attachment single single-attachment postid-4"),
        (WORDPRESS, "single single-product postid-4"),
        (WORDPRESS, "single single-post postid-4 paged-2 single-paged-2"),
        # SEO plugins call static pages articles.
        (WORDPRESS + JSONLD, "page page-id-4"),
        (SPIP, "page_rubrique"),
        (SPIP, "page_sommaire"),
        (SPIP, "pas_surlignable page_plan"),
        (SPIP, "page_auteur"),
        (SPIP, "page_recherche"),
        (DRUPAL, "path-frontpage page-node-type-page"),
        (DRUPAL, "path-node page-node-type-page"),
        (DRUPAL, "path-node page-node-type-landing-page"),
        (DRUPAL, "node-type-webform"),
        (DRUPAL, "path-taxonomy"),
    ],
)
def test_listings_and_static_pages_of_a_platform_are_none(head: str, classes: str) -> None:
    assert read(one(head, classes), SOURCE) is None


@pytest.mark.parametrize(
    ("head", "classes", "reason"),
    [
        (WORDPRESS, "single single-post postid-4 single-format-standard", "body.single-post"),
        (WORDPRESS, "single single-agenda postid-4 agenda-template-default", "body.single-agenda"),
        (WORDPRESS, "single single-author single-actualite actualite-template-default",
         "body.single-actualite"),
        (WORDPRESS, "single postid-4", "body.single"),
        # A theme that leaves out body_class().
        (WORDPRESS, "", "one dated .post"),
        (WORDPRESS + JSONLD, "", "JSON-LD Article"),
        (SPIP, "pas_surlignable page_article fr ltr", "body.page_article"),
        (SPIP, "page_breve", "body.page_breve"),
        (DRUPAL, "page-node-type-article", "body.page-node-type-article"),
        (DRUPAL, "page-node node-type-actualite", "body.node-type-actualite"),
        (DRUPAL, "path-node", "dated node"),
        ('<meta property="og:type" content="article">', "", "og:type=article"),
        ("", "", "one dated article"),
    ],
)  # fmt: skip
def test_announcements_say_why_they_are_taken_for_one(head: str, classes: str, reason: str) -> None:
    found = read(one(head, classes), SOURCE)
    assert found is not None
    assert found.reason == reason
    assert found.title == "Une serre"


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        ("mentions-legales", "Mentions légales"),
        ("mentions-legales-2", "Mentions légales"),
        ("politique-de-confidentialite", "Politique de confidentialité"),
        ("page-12", "Politique de protection des données personnelles"),
        ("contact", "Nous joindre au téléphone"),
        ("contactez-nous", "Contact"),
        ("plan-du-site", "Plan du site"),
        ("cgu", "Conditions générales d’utilisation"),
        ("spip.php", "Mentions légales"),
    ],
)
@pytest.mark.parametrize(
    ("head", "classes"),
    [(WORDPRESS, "single single-post postid-4"), (SPIP, "page_article"), (JSONLD, "")],
)
def test_legal_notices_are_none_whatever_their_markup(
    slug: str, title: str, head: str, classes: str
) -> None:
    assert read(one(head, classes, f"https://exemple.fr/{slug}/", title), SOURCE) is None


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        (
            "mentions-legales-ce-qui-change",
            "Mentions légales : ce qui change pour les associations",
        ),
        ("contact", "Le contact humain au cœur de la nouvelle maison des services"),
        ("rgpd", "Une formation au RGPD pour les petites structures en novembre"),
        ("merci-aux-benevoles", "Merci aux bénévoles"),
        ("404-arbres", "404 arbres plantés"),
    ],
)
def test_an_announcement_about_such_things_is_still_one(slug: str, title: str) -> None:
    page = one(WORDPRESS, "single single-post postid-4", f"https://exemple.fr/{slug}/", title)
    found = read(page, SOURCE)
    assert found is not None
    assert found.title == title


def test_front_page_and_its_copies_at_old_addresses_are_none() -> None:
    assert read(one(JSONLD, url="https://exemple.fr/"), SOURCE) is None
    home = '<link rel="canonical" href="https://exemple.fr/">'
    assert read(one(JSONLD + home, url="https://exemple.fr/-vieille-page-.html"), SOURCE) is None
    assert read(one(JSONLD, url="https://exemple.fr/?p=12"), SOURCE) is not None


@pytest.mark.parametrize("title", ["Page non trouvée", "Erreur 404", "Page introuvable – Réseau"])
def test_error_pages_with_status_200_are_none(title: str) -> None:
    assert read(one(JSONLD, title=title), SOURCE) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://exemple.fr/category/jardins/",
        "https://exemple.fr/actualites/page/3/",
        "https://exemple.fr/publications?page=2",
        "https://exemple.fr/feed/",
        "https://exemple.fr/2019/03/",
    ],
)
def test_addresses_of_listings_are_none_where_the_page_has_no_better_marks(url: str) -> None:
    assert read(one(JSONLD, url=url), SOURCE) is None


def test_a_listing_of_dated_teasers_is_none_on_any_site() -> None:
    teasers = "".join(
        f'<div class="bloc"><h2><a href="/a{n}/">Titre {n}</a></h2><p>Publié le {n} mars 2019</p>'
        f"<p>{'Un résumé qui donne envie de lire la suite. ' * 4}</p></div>"
        for n in range(1, 6)
    )
    head = '<title>Actualités</title><meta property="og:type" content="website">'
    assert (
        read(made(f"<h1>Actualités</h1>{teasers}", "https://exemple.fr/nos-actus", head), SOURCE)
        is None
    )
    assert (
        read(fixture("wordpress_listing", "https://causse.example/category/jardins/"), SOURCE)
        is None
    )
    bare = fixture("wordpress_listing", "https://causse.example/jardins/")
    bare.tree.find("body").set("class", "")
    assert read(bare, SOURCE) is None


def test_the_registry_decides_when_the_page_has_no_mark_of_its_platform() -> None:
    body = """<div class="cartouche"><h1>Une serre</h1><p class="info-publi">le 3 mars 2019</p></div>
    <div class="texte"><p>La serre accueille ses premiers semis sous le regard des voisins.</p></div>"""
    page = made(body, "https://exemple.fr/une-serre", "<title>Une serre</title>")
    found = read(page, replace(SOURCE, cms="spip"))
    assert found is not None
    assert (found.adapter, found.reason) == ("spip", "one dated .texte")


def test_a_title_with_markup_of_an_attacker_stays_text() -> None:
    title = "&lt;script&gt;alert(1)&lt;/script&gt; Une serre"
    found = read(one(JSONLD, title=title), SOURCE)
    assert found is not None
    assert found.title == "<script>alert(1)</script> Une serre"


@pytest.mark.parametrize("url", ["http://[", "", "javascript:x", "https://exemple.fr:99999/a"])
def test_no_address_makes_reading_raise(url: str) -> None:
    read(one(JSONLD, url=url), SOURCE)


@pytest.mark.parametrize(
    ("classes", "kept"),
    [
        ("single single-adherent adherent-template-default postid-4", False),
        ("single single-team-member team-member-template-default postid-4", False),
        ("single single-actualite actualite-template-default postid-4", True),
        ("single single-post postid-4", True),
    ],
)
def test_sheets_of_a_directory_are_no_announcements(classes: str, kept: bool) -> None:
    page = made(
        "<article><h1>La scierie du bas</h1><p>Elle coupe des planches.</p></article>",
        "https://bois.example/scierie/",
        '<meta name="generator" content="WordPress 6.4">',
        classes,
    )
    assert (read(page, SOURCE) is not None) is kept


def test_a_partner_node_is_no_announcement() -> None:
    page = made(
        "<article class='node--view-mode-full'><h1>La scierie du bas</h1><p>Planches.</p></article>",
        "https://bois.example/scierie",
        '<meta name="Generator" content="Drupal 10">',
        "path-node page-node-type-partenaire",
    )
    assert read(page, SOURCE) is None


@pytest.mark.parametrize(
    "title",
    [
        "Accessibilité du tiers-lieu : les travaux",
        "Conditions générales de la coopération : débat",
    ],
)
def test_an_article_that_begins_like_a_legal_notice_is_read(title: str) -> None:
    page = made(
        f"<article><h1>{title}</h1><p>Les habitants en parlent jeudi.</p></article>",
        "https://bois.example/debat/",
        '<meta name="generator" content="WordPress 6.4">',
        "single single-post postid-4",
    )
    found = read(page, SOURCE)
    assert found is not None
    assert found.title == title


def test_a_listing_whose_links_differ_in_their_query_only_is_a_listing() -> None:
    prose = "<p>Le four à pain du village est rallumé chaque premier samedi par les voisins.</p>"
    items = "".join(f'<h2><a href="?p={n}">Fournée {n}</a></h2>{prose}' for n in range(4))
    body = f'<h1>Nos fournées</h1><p>Publié le 3 mai 2019</p><div class="post">{items}</div>'
    assert read(made(body, "https://bois.example/?c=5"), SOURCE) is None
