from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Role
from archiver.sites.addresses import role, worth_following

SITE = "https://exemple.fr"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/une-visite/", Role.PAGE),
        ("/", Role.PAGE),
        ("/?p=12", Role.PAGE),
        ("/spip.php?article42", Role.PAGE),
        ("/spip.php?page=article&id_article=42", Role.PAGE),
        ("/-l-histoire-de-la-gare-.html", Role.PAGE),
        ("/node/12", Role.PAGE),
        ("/actualites/une-visite", Role.PAGE),
        ("/2018/11/23/une-visite/", Role.PAGE),
        ("/category/non-classe/page/3/", Role.LISTING),
        ("/category/non-classe/", Role.LISTING),
        ("/tag/velo", Role.LISTING),
        ("/author/claire/", Role.LISTING),
        ("/page/2/", Role.LISTING),
        ("/2018/11/", Role.LISTING),
        ("/actualites", Role.LISTING),
        ("/publications?page=0", Role.LISTING),
        ("/publications?theme=x&page=12", Role.LISTING),
        ("/?paged=2", Role.LISTING),
        ("/?cat=3", Role.LISTING),
        ("/spip.php?rubrique3", Role.LISTING),
        ("/spip.php?page=plan", Role.LISTING),
        ("/rubrique12.html", Role.LISTING),
        ("/Actualites?debut_articles=10", Role.LISTING),
        ("/feed/", Role.FEED),
        ("/category/velo/feed/", Role.FEED),
        ("/rss.xml", Role.FEED),
        ("/blog-feed.xml", Role.FEED),
        ("/?feed=rss2", Role.FEED),
        ("/spip.php?page=backend&id_rubrique=3", Role.FEED),
        ("/sitemap.xml", Role.SITEMAP),
        ("/wp-sitemap-posts-post-1.xml", Role.SITEMAP),
        ("/sitemap_index.xml", Role.SITEMAP),
        ("/sitemap.xml.gz", Role.SITEMAP),
        ("/sitemap.xml?page=2", Role.SITEMAP),
    ],
)
def test_the_form_of_an_address_suggests_its_role(address: str, expected: Role) -> None:
    assert role(SITE + address) is expected


@pytest.mark.parametrize(
    "address",
    [
        "/une-visite/",
        "/Une-Visite-Très-Réussie",
        "/spip.php?article42",
        "/index.php?q=node/12",
        "/publications?page=3",
        "/?p=12",
        "/feed/",
        "/fr/rss",
        "/category/velo/feed/",
        "/sitemap.xml",
        "/sitemap.xml.gz",
        "/spip.php?page=backend",
        "/page.html",
        "/article.php?id=3",
        "/la-ferme/la-ferme",
        "/imprimerie-cooperative/",
        "/evenement/fete-2024",
        "/les-semaines-de-l-ess/",
    ],
)
def test_pages_feeds_and_sitemaps_are_followed(address: str) -> None:
    assert worth_following(SITE + address)


@pytest.mark.parametrize(
    "address",
    [
        "/wp-content/uploads/2018/11/photo.JPG",
        "/style.css?ver=5",
        "/IMG/pdf/rapport.pdf",
        "/rapport%2Epdf",
        "/statuts.docx",
        "/archive.zip",
        "/fete.ics",
        "/wp-admin/",
        "/wp-login.php?redirect_to=x",
        "/wp-json/wp/v2/posts",
        "/xmlrpc.php",
        "/une-visite/?replytocom=12",
        "/une-visite/?share=facebook",
        "/?s=velo",
        "/une-visite/comment-page-2/",
        "/une-visite/feed/",
        "/comments/feed/",
        "/?feed=comments-rss2",
        "/?p=12&feed=rss2",
        "/agenda/?ical=1",
        "/agenda/?outlook-ical=1",
        "/agenda/2031-07/",
        "/evenements/mois/2031-07/",
        "/spip.php?page=imprimer&id_article=3",
        "/spip.php?action=cookie",
        "/spip.php?page=forum&id_article=4",
        "/spip.php?page=recherche&recherche=x",
        "/comment/reply/12",
        "/user/login",
        "/a/b/a/b/a/b",
        "/velo/velo/velo/",
        "/" + "a/" * 20,
        "/x?" + "&".join(f"k{n}=1" for n in range(20)),
        "/" + "x" * 2000,
    ],
)
def test_what_a_crawl_of_pages_never_wants_is_not_followed(address: str) -> None:
    assert not worth_following(SITE + address)


@pytest.mark.parametrize(
    "url",
    ["mailto:a@b.example", "javascript:void(0)", "tel:1", "/relatif", "", "http://[", "http://"],
)
def test_what_is_no_http_address_is_not_followed(url: str) -> None:
    assert not worth_following(url)


@given(st.text(max_size=200), st.sampled_from(["", "http://", "https://a.fr/", "https://a.fr/?"]))
def test_no_text_raises(text: str, lead: str) -> None:
    assert role(lead + text) in Role
    assert worth_following(lead + text) in (True, False)


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4))
def test_a_path_that_repeats_itself_three_times_is_a_trap(segments: list[str]) -> None:
    assert not worth_following(f"{SITE}/{'/'.join(segments * 3)}/")
