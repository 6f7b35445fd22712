# ruff: noqa: E501 -- markup is easier to read in one piece
"""Whatever a site sends, reading gives an article or None."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.extract.links import links
from archiver.extract.page import parse
from archiver.model import Kind, Source
from archiver.sites import read

FRAGMENTS = [
    "<h1>Une serre</h1>", "<h1>", "</article>", "<article class=post>", "<table><tr><td>", "</td>",
    "<title>Une serre | x</title>", "<p>Publié le 31 février 2019", "<p>Publié le 3 mars 2019</p>",
    "<time datetime='x'>", "<time class=published datetime='99999-01-01T00:00:00+99:99'>",
    "<div class='entry-content texte field--name-body'>", "</div>", "<!-- x -->", "<?php x ?>",
    "<div id=comments class='comment comments-area'>", "<li id=comment-1 class=comment>", "<li>",
    "<ol class=comment-list>", "<h2 class=comments-title>99999999999 commentaires</h2>",
    "<h2 class=comments-title>²³ commentaires</h2>", "<meta itemprop=commentCount content='²'>",
    "<form id=commentform class=comment-form><textarea>", "<meta name=generator content=WordPress>",
    "<meta name=generator content=SPIP>", "<meta name=generator content=Drupal>",
    ("<script type='application/ld+json'>{\"@type\": [1, null, \"Article\"], \"author\": [[{}]],"
    " \"headline\": {\"name\": 3}, \"datePublished\": [1], \"commentCount\": 1.5,"
    " \"interactionStatistic\": [[], {\"interactionType\": \"CommentAction\"}]}</script>"),
    "<script type='application/ld+json'>[[[[[[{}]]]]]]</script>",
    "<script type='application/ld+json'>{\"@graph\": [null, 3, {\"@type\": {}}]}</script>",
    "<meta property='og:title' content=''>", "<meta property='og:url' content='http://['>",
    "<link rel=canonical href='http://['>", "<a href='http://[#comments'>3 commentaires</a>",
    "<a rel='tag category' href=x>\u0301</a>", "<base href='http://['>", "\x00", "\ud7ff", "&#0;&#x110000;",
    "<svg><title>x</title></svg>", "<frameset><frame src=x></frameset>", "<body class='single single-post'>",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=20)), max_size=25),
    st.sampled_from(["https://exemple.fr/a/", "https://exemple.fr/2019/02/31/a", "http://["]),
    st.sampled_from(["", "wordpress", "spip", "drupal"]),
)
def test_no_combination_of_markup_makes_reading_raise(
    pieces: list[str], url: str, cms: str
) -> None:
    page = parse(url, "".join(pieces).encode("utf-8", "replace"), None)
    if page is not None:
        links(page)
        found = read(page, Source("essai", "Essai", Kind.PTCE, cms=cms))
        assert found is None or (found.title and "\n" not in found.title)
