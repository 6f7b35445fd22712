# ruff: noqa: E501 -- markup is easier to read in one piece
"""The comment count: one row for each thing that French themes print or leave out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract import comments, focus
from archiver.extract.elements import Hints
from archiver.extract.printed import printed
from archiver.model import CommentCount, CommentSignal
from tests.extract.making import page

HEADING, ITEMS = CommentSignal.HEADING, CommentSignal.ITEMS
STRUCTURED, FORM = CommentSignal.STRUCTURED, CommentSignal.FORM


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 commentaires", 3),
        ("1 commentaire", 1),
        ("Un commentaire", 1),
        ("Une réponse", 1),
        ("Une réponse à « Visite à la ferme »", 1),
        ("One thought on “Visite à la ferme”", 1),
        ("Une réflexion sur « Visite »", 1),
        ("3 réflexions au sujet de « 12 réponses à vos questions »", 3),
        ("4 réponses sur « Visite »", 4),
        ("La publication a un commentaire", 1),
        ("Cet article a 2 commentaires", 2),
        ("This Post Has 3 Comments", 3),
        ("There are 5 comments", 5),
        ("Il y a 7 commentaires", 7),
        ("Commentaires (4)", 4),
        ("Commentaire (0)", 0),
        ("Commentaires : 12", 12),
        ("Comments 4", 4),
        ("1.977 commentaires", 1977),
        ("1\u00a0977 commentaires", 1977),
        ("1\u202f977 commentaires", 1977),
        ("1 977 commentaires", 1977),
        ("1,977 Comments", 1977),
        ("Deux réponses à « Visite »", 2),
        ("0 réponses", 0),
        ("0 réponse", 0),
        ("0replies", 0),
        ("Aucun commentaire", 0),
        ("Aucune réponse", 0),
        ("Pas de commentaire", 0),
        ("Pas encore de commentaire", 0),
        ("Il n’y a pas encore de commentaires", 0),
        ("No Comments »", 0),
        ("No responses yet", 0),
        ("Soyez le premier à commenter", 0),
        ("Laisser un commentaire", None),
        ("Poster un commentaire", None),
        ("Écrire un commentaire", None),
        ("Ajouter un commentaire", None),
        ("Leave a comment", None),
        ("Un commentaire ?", None),
        ("Un commentaire vous vient à l’esprit ?", None),
        ("Répondre", None),
        ("Commentaires", None),
        ("Commentaires récents", None),
        ("Aucun commentaire à afficher.", None),
        ("Les commentaires sont fermés.", None),
        ("Tous vos commentaires (11)", None),
        ("Commentaires sur « 10 réponses à vos questions »", None),
        ("12 mars 2014 à 10 h", None),
        ("3 commentaires par page", None),
        ("", None),
    ],
)
def test_printed_counters_are_read_and_invitations_are_not(text: str, expected: int | None) -> None:
    assert printed(text) == expected


FORM_HTML = """<div id="respond" class="comment-respond"><h3 class="comment-reply-title">Laisser un
commentaire</h3><form id="commentform" class="comment-form" action="/wp-comments-post.php">
<textarea name="comment" id="comment"></textarea></form></div>"""
DISQUS = """<div id="disqus_thread"></div><script src="https://x.disqus.com/embed.js"></script>"""


def items(*numbers: int, classes: str = "comment") -> str:
    inner = "".join(
        f'<li id="comment-{n}" class="{classes}"><article id="div-comment-{n}" class="comment-body">'
        f'<a href="#comment-{n}">lien</a><p>Merci, 9 commentaires de ma part.</p></article></li>'
        for n in numbers
    )
    return f'<ol class="comment-list">{inner}</ol>'


def area(inside: str) -> str:
    return f'<div id="comments" class="comments-area">{inside}</div>'


PAGES: list[tuple[str, str, int | None, CommentSignal | None]] = [
    (
        "enfold, none",
        """<div class="comment-entry post-entry"><div class="comment_meta_container">
        <div class="side-container-comment"><span class="comment-count">0</span>
        <span class="comment-text">réponses</span></div></div>
        <h3 class="miniheading">Laisser un commentaire</h3>
        <span class="minitext">Participez à la discussion !</span></div>""",
        0,
        HEADING,
    ),
    (
        "enfold, three",
        """<div class="comment_meta_container"><span class="comment-count">3</span>
        <span class="comment-text">réponses</span></div><ol class="commentlist">
        <li id="li-comment-4">a</li><li id="li-comment-5">b</li><li id="li-comment-6">c</li></ol>""",
        3,
        HEADING,
    ),
    (
        "enfold, details line only",
        (
            '<span class="comment-container"><a href="/une-visite/#respond" class="comments-link">'
            "0 Commentaires</a></span>"
        ),
        0,
        HEADING,
    ),
    (
        "twenty seventeen",
        area('<h2 class="comments-title">4 réponses sur «&nbsp;Une visite&nbsp;»</h2>' + items(1)),
        4,
        HEADING,
    ),
    (
        "twenty fifteen",
        area('<h2 class="comments-title">Une réflexion sur « Une visite »</h2>' + items(1)),
        1,
        HEADING,
    ),
    (
        "twenty twenty",
        area('<h2 class="comment-reply-title">2 réponses à “Une visite”</h2>' + items(1, 2)),
        2,
        HEADING,
    ),
    (
        "twenty nineteen: the number is beside the heading",
        area(
            '<h2 class="comments-title">Rejoindre la conversation</h2>'
            '<div class="discussion-meta"><p class="discussion-meta-info">'
            "<span>5 commentaires</span></p></div>" + items(1, 2)
        ),
        5,
        HEADING,
    ),
    (
        "block theme",
        (
            '<div class="wp-block-comments"><h2 id="comments" class="wp-block-comments-title">'
            'Une réponse à “Une visite”</h2><ol class="wp-block-comment-template">'
            '<li id="comment-3" class="comment">a</li></ol></div>'
        ),
        1,
        HEADING,
    ),
    (
        "block theme prints nothing for none",
        f'<div class="wp-block-comments">{FORM_HTML}</div>',
        0,
        FORM,
    ),
    (
        "hello elementor",
        '<section id="comments"><h2 class="title-comments">2 Responses</h2></section>',
        2,
        HEADING,
    ),
    (
        "oceanwp",
        area(
            '<h3 class="theme-heading comments-title"><span>La publication a un commentaire</span>'
        ),
        1,
        HEADING,
    ),
    (
        "divi",
        '<section id="comment-wrap"><h1 id="comments" class="page_title">0 commentaires</h1></section>',
        0,
        HEADING,
    ),
    (
        "joomla k2",
        """<div class="itemComments"><h3 class="itemCommentsCounter"><span>2</span> commentaires</h3>
        <ul class="itemCommentsList"><li>a</li><li>b</li></ul></div>""",
        2,
        HEADING,
    ),
    (
        "olivero",
        (
            '<section class="comments"><h2 class="comments__title">Commentaires'
            '<span class="comments__count">3</span></h2><article class="comment" id="comment-1">a'
            '</article><article class="comment" id="comment-2">b</article>'
            '<article class="comment" id="comment-3">c</article></section>'
        ),
        3,
        None,
    ),
    (
        "drupal 6: anchors",
        (
            '<div id="comments"><a id="comment-7"></a><div class="comment">a</div>'
            '<a id="comment-8"></a><div class="comment">b</div></div>'
        ),
        2,
        ITEMS,
    ),
    (
        "spip: threads and answers",
        """<h2>Messages</h2><ul class="forum"><li class="forum-fil"><a href="#forum12" name="forum12"
        id="forum12"></a>a<ul><li class="forum-fil"><a name="forum13" id="forum13"></a>b</li></ul>
        </li></ul>""",
        2,
        ITEMS,
    ),
    (
        "spip: a printed number of threads is not believed",
        """<h2>Tous vos commentaires (1)</h2><ul class="comments-ul">
        <li class="comment-item" id="comment2">a</li><li class="comment-item" id="comment3">b</li>
        </ul>""",
        2,
        ITEMS,
    ),
    (
        "spip: an invitation only",
        (
            '<p class="repondre"><a href="spip.php?page=forum&amp;id_article=4">'
            "Répondre à cet article</a></p>"
        ),
        0,
        FORM,
    ),
    ("form only", area(FORM_HTML), 0, FORM),
    ("nothing at all", "", None, None),
    ("closed", area('<p class="no-comments">Les commentaires sont fermés.</p>'), None, None),
    ("items without a number", area("<h2>Commentaires</h2>" + items(4, 9, 11)), 3, ITEMS),
    (
        "the same comment under two ids counts once",
        area('<ol class="commentlist"><li id="li-comment-4"><div id="comment-4">a</div></li></ol>'),
        1,
        ITEMS,
    ),
    (
        "items without ids",
        area('<ol class="commentlist"><li>a</li><li>b</li></ol>'),
        2,
        ITEMS,
    ),
    (
        "pingbacks are no people",
        area(
            items(1)
            + '<ol class="pingbacklist"><li id="li-comment-2" class="pingback">a</li></ol>'
            + items(3, classes="pingback")
        ),
        1,
        ITEMS,
    ),
    (
        "third page of comments: the heading knows better than the list",
        area('<h2 class="comments-title">119 commentaires</h2>' + items(*range(100, 119))),
        119,
        HEADING,
    ),
    (
        "a page of comments without a printed number is unknown",
        area(
            items(*range(50))
            + '<nav class="comment-navigation"><a href="/une-visite/comment-page-1/">Plus anciens</a>'
        ),
        None,
        None,
    ),
    (
        "a number inside a comment is somebody's words",
        area('<ol class="comment-list"><li id="comment-1" class="comment"><h4>9 commentaires</h4>'),
        1,
        ITEMS,
    ),
    (
        "counters of teasers belong to other articles",
        """<div class="grille"><article><h2><a href="/autre/">Autre</a></h2>
        <a class="comments-link" href="/autre/#comments">8 commentaires</a>
        <span class="comment-count">8 commentaires</span></article></div>""",
        None,
        None,
    ),
    (
        "widget of recent comments",
        """<aside class="widget widget_recent_comments"><h2>9 commentaires</h2>
        <ul id="recentcomments"><li class="recentcomments">Ana sur Visite</li></ul></aside>""",
        None,
        None,
    ),
    ("disqus placeholder", DISQUS, None, None),
    (
        "disqus: the zero of its counter is a placeholder",
        f'<a class="comments-link" href="/une-visite/#disqus_thread">0 commentaire</a>{DISQUS}',
        None,
        None,
    ),
    (
        "disqus: a number that the server knew",
        f'<a class="comments-link" href="/une-visite/#comments">6 commentaires</a>{DISQUS}',
        6,
        HEADING,
    ),
    (
        "facebook comments",
        '<div id="comments"><h3>0 commentaire</h3><div class="fb-comments"></div></div>',
        None,
        None,
    ),
    (
        "facebook comments beside the platform's own",
        f'<div id="comments"><h4>Commentaires (0)</h4><div class="fb-comments"></div>{FORM_HTML}</div>',
        0,
        HEADING,
    ),
    (
        "jetpack's form is a frame from elsewhere",
        """<div id="respond" class="comment-respond"><form id="commentform" class="comment-form">
        <iframe src="https://jetpack.wordpress.com/jetpack-comment/?blogid=1"></iframe></form></div>""",
        None,
        None,
    ),
    (
        "a printed zero yields to comments that are there",
        area('<h2 class="comments-title">0 commentaire</h2>' + items(1, 2)),
        2,
        ITEMS,
    ),
    (
        "json-ld",
        '<script type="application/ld+json">{"@type": "BlogPosting", "commentCount": "4"}</script>',
        4,
        STRUCTURED,
    ),
    (
        "json-ld interaction",
        (
            '<script type="application/ld+json">{"@type": "Article", "interactionStatistic": [{'
            '"interactionType": "https://schema.org/CommentAction", "userInteractionCount": 2}]}</script>'
        ),
        2,
        STRUCTURED,
    ),
    (
        "json-ld zero beside a script's area",
        '<script type="application/ld+json">{"@type": "Article", "commentCount": 0}</script>'
        + DISQUS,
        None,
        None,
    ),
    ("rdfa", '<span property="sioc:num_replies" content="3"></span>', 3, STRUCTURED),
    (
        "rdfa of drupal 8",
        '<span property="schema:interactionCount" content="UserComments:5"></span>',
        5,
        STRUCTURED,
    ),
    ("microdata", '<meta itemprop="commentCount" content="7">', 7, STRUCTURED),
    (
        "a number that is none",
        '<meta itemprop="commentCount" content="99999999999999999999">',
        None,
        None,
    ),
]


def counted(tail: str) -> CommentCount:
    made = page(
        f"""<main><article class="post"><h1>Une visite</h1><div class="entry-content"><p>Le jardin
        a reçu 12 réponses à son enquête.</p></div>{tail}</article></main>"""
    )
    known = Hints()
    return comments.count(made, focus.article(made, known, focus.heading(made, known)))


@pytest.mark.parametrize(
    ("tail", "value", "signal"), [row[1:] for row in PAGES], ids=[row[0] for row in PAGES]
)
def test_the_count_of_a_page_and_where_it_was_read(
    tail: str, value: int | None, signal: CommentSignal | None
) -> None:
    found = counted(tail)
    assert found.value == value
    if signal is not None or value is None:
        assert found.signal == signal


def test_evidence_is_the_counter_and_never_a_comment() -> None:
    found = counted(
        area('<h2 class="comments-title">2 réponses sur « Une visite »</h2>' + items(1))
    )
    assert found.evidence == "2 réponses"
    assert "Merci" not in counted(area(items(1, 2))).evidence


def test_what_follows_a_counter_is_no_evidence() -> None:
    found = counted(
        """<section class="section-commentaires"><p>1 commentaire</p>
        <p>Marie Durand : j'y serai</p></section>"""
    )
    assert found.evidence in ("", "1 commentaire")
    found = counted('<p class="nb-comments">1 commentaire Marie Durand : oui</p>')
    assert (found.value, found.evidence) == (1, "1 commentaire")


@pytest.mark.parametrize(
    ("tail", "value"),
    [
        (
            """<ul class="forum"><li class="forum-fil"><a href="#forum31" name="forum31"></a>
            <p>Quel beau four.</p></li></ul><p class="repondre">
            <a href="spip.php?page=forum&amp;id_article=4">Répondre à cet article</a></p>""",
            1,
        ),
        (
            """<a name="forum31"></a><p>Quel beau four.</p><a name="forum32"></a><p>Oui.</p>
            <a href="spip.php?page=forum&amp;id_article=4">Répondre à cet article</a>""",
            2,
        ),
        (
            """<section class="comment-wrapper"><h2>Commentaires</h2><article class="comment">
            <p>Quel beau four.</p></article><article class="comment"><p>Oui.</p></article>
            <form class="comment-comment-form"><textarea></textarea></form></section>""",
            2,
        ),
        (f'<ul class="commentaires"><li class="commentaire">Oui</li></ul>{FORM_HTML}', 1),
        (f'<ol class="comments"><li class="comment">Oui</li></ol>{FORM_HTML}', 1),
        (area(f'<div class="comment"><p>Oui, j’y serai.</p></div>{FORM_HTML}'), 1),
        (area(f'<div class="comment-body"><p>Oui</p></div>{FORM_HTML}'), 1),
        (f'<ul class="comments"><li id="com-7">Oui</li></ul>{FORM_HTML}', 1),
        (f'<ul class="comments"><li id="comment-id-7">Oui</li></ul>{FORM_HTML}', 1),
        (
            area(
                """<ol class="comments"><li class="comment"><div class="comment-body">Oui</div>
                <ul class="children"><li class="comment"><div class="comment-body">Non</div></li>
                </ul></li><li class="pingback"><div class="comment-body">lien</div></li></ol>"""
            ),
            2,
        ),
        (area(f"<button>Afficher les commentaires</button>{FORM_HTML}"), None),
        (f"<button>Afficher les commentaires</button>{area(FORM_HTML)}", None),
        (area(f"<p>Zoé : quel beau four.</p>{FORM_HTML}"), None),
        (area(f"<ul><li>Zoé : quel beau four.</li></ul>{FORM_HTML}"), None),
        (area(f"<button>×</button><h2>Commentaires</h2>{FORM_HTML}"), 0),
    ],
)
def test_comments_without_known_ids_are_never_called_zero(tail: str, value: int | None) -> None:
    assert counted(tail).value == value


@pytest.mark.parametrize(
    "tail",
    [
        '<a id="comment-4"></a><div class="comment"><h3>Deux commentaires à propos</h3><p>Oui.</p></div>',
        area('<div class="comment"><h4>2 réponses à Marie Durand</h4><p>Oui.</p></div>'),
    ],
)
def test_the_subject_of_a_comment_is_no_count(tail: str) -> None:
    assert counted(tail).value == 1


@pytest.mark.parametrize(
    ("own", "other"),
    [("spip.php?article12", "spip.php?article7#forum"), ("?p=12", "?p=13#comments")],
)
def test_a_counter_of_an_address_with_another_query_belongs_to_another_article(
    own: str, other: str
) -> None:
    def value(href: str) -> int | None:
        made = page(
            f'<h1>Une visite</h1><p><a href="{href}">4 commentaires</a></p>',
            url=f"https://exemple.fr/{own}",
        )
        return comments.count(made, made.tree.find("body")).value

    assert value(other) is None
    assert value(f"{own}#comments") == 4


@given(st.text(max_size=80))
def test_no_text_raises_and_no_count_is_negative(text: str) -> None:
    value = printed(text)
    assert value is None or value >= 0


@given(
    st.integers(min_value=0, max_value=9_999_999), st.sampled_from([" ", "\u00a0", "\u202f", "."])
)
def test_every_number_with_french_thousands_is_read_back(number: int, separator: str) -> None:
    assert printed(f"{number:,}".replace(",", separator) + " commentaires") == number
