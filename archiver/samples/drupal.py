"""The pages of the Drupal sample: shell, nodes, listings with their pagers, comment areas.

The class names are those of Drupal's own themes (Classy, Olivero); no address of the site is
known here but the platform's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from archiver.samples.texts import Comment, Post, french_date, french_time, prose

SITE_NAME = "Labo des Coteaux"

_PICTURE = '<img src="{src}" alt="{caption}" />'


@dataclass(frozen=True, slots=True)
class Node:
    """A post with its node number. ``path`` is percent-encoded."""

    id: int
    post: Post
    base_url: str

    @property
    def path(self) -> str:
        return quote(f"/{self.post.slug}")

    @property
    def type(self) -> str:
        return self.post.theme or "actualite"

    @property
    def title(self) -> str:
        """The title, ready for HTML text."""
        return escape(self.post.title, quote=False)

    @property
    def submitted(self) -> str:
        """« Publié le 8 décembre 2014 - mis à jour le 5 février 2019 »."""
        post = self.post
        changed = f" - mis à jour le {french_date(post.modified)}"
        words = f"Publié le {french_date(post.published)}"
        return words + (changed if post.modified != post.published else "")


def term_path(name: str) -> str:
    """The address of a taxonomy listing."""
    return "/thematique/" + name.lower().replace(" ", "-")


def page(title: str, body_classes: str, content: str, menu: Iterable[tuple[str, str]]) -> bytes:
    """A whole HTML page; ``title`` is plain text, ``content`` HTML. Links are without host."""
    items = "".join(
        f'<li class="menu-item"><a href="{path}" data-drupal-link-system-path="{path[1:]}">'
        f"{words}</a></li>"
        for path, words in menu
    )
    return f"""<!DOCTYPE html>
<html lang="fr" dir="ltr" prefix="og: https://ogp.me/ns#">
<head>
<meta charset="utf-8" />
<meta name="Generator" content="Drupal 10 (https://www.drupal.org)" />
<meta name="viewport" content="width=device-width, initial-scale=1.0" />
<title>{escape(title, quote=False)} | {SITE_NAME}</title>
<link rel="alternate" type="application/rss+xml" title="{SITE_NAME}" href="/rss.xml" />
<link rel="stylesheet" media="all" href="/themes/custom/coteaux/css/style.css" />
</head>
<body class="{body_classes}">
<a href="#main-content" class="visually-hidden focusable skip-link">Aller au contenu principal</a>
<div class="dialog-off-canvas-main-canvas" data-off-canvas-main-canvas>
<header class="site-header" role="banner"><div class="site-branding"><div \
class="site-branding__name"><a href="/" rel="home">{SITE_NAME}</a></div></div>
<nav role="navigation" class="block block-menu navigation menu--main"><ul class="menu">{items}\
</ul></nav></header>
<div class="layout-main">
<main role="main"><a id="main-content" tabindex="-1"></a>
<div class="region region-content">
{content}
</div></main>
<aside class="region region-sidebar-first" role="complementary"><div class="block"><h2>Le pôle \
voisin</h2><p>Nos amis sont aussi sur <a href="https://www.example.org/amis">example.org</a>.</p>\
</div></aside>
</div>
<footer class="site-footer" role="contentinfo"><div><a href="/mentions-legales">Mentions \
légales</a></div></footer>
</div>
</body>
</html>
""".encode()


def heading(words: str) -> str:
    """The page title block; ``words`` is HTML."""
    return (
        '<div id="block-coteaux-page-title" class="block block-core block-page-title-block">'
        f'<h1 class="page-title">{words}</h1></div>'
    )


def node(of: Node) -> str:
    """The article of one node in full, with its comment area where it has one."""
    post = of.post
    title = (
        '<span class="field field--name-title field--type-string field--label-hidden">'
        f"{of.title}</span>"
    )
    submitted = (
        f'<footer class="node__meta"><div class="node__submitted">{of.submitted}</div></footer>'
    )
    when = (
        f'<div class="field field--name-field-dates field__item">{post.extra}</div>'
        if of.type == "evenement"
        else ""
    )
    terms = "".join(
        f'<div class="field__item"><a href="{term_path(c)}" hreflang="fr">{escape(c)}</a></div>'
        for c in post.categories
    )
    themes = (
        '<div class="field field--name-field-thematique field--type-entity-reference '
        'field--label-above"><div class="field__label">Thématique</div>'
        f'<div class="field__items">{terms}</div></div>'
    )
    return (
        f'{heading(title)}\n<div id="block-coteaux-content" class="block block-system '
        f'block-system-main-block">\n<article data-history-node-id="{of.id}" role="article" '
        f'about="{of.path}" class="node node--type-{of.type} node--view-mode-full">\n'
        f"{submitted if of.type != 'page' else ''}\n"
        f'<div class="node__content clearfix">{when}\n<div class="clearfix text-formatted field '
        'field--name-body field--type-text-with-summary field--label-hidden field__item">\n'
        f"{prose(post.text, _PICTURE)}\n</div>\n{themes if terms else ''}\n"
        f"{_comments(of)}</div>\n</article>\n</div>"
    )


def _comments(of: Node) -> str:
    comments = of.post.comments
    if not comments:
        return ""
    listed = "\n".join(_comment(number, c) for number, c in enumerate(comments, 10 * of.id))
    form = (
        '<form class="comment-comment-form comment-form" data-drupal-selector="comment-form" '
        f'action="/comment/reply/node/{of.id}/comment" method="post"><label for="edit-body">'
        'Commentaire</label><textarea id="edit-body" name="body" rows="5"></textarea>'
        '<input type="submit" name="op" value="Enregistrer" class="button" /></form>'
    )
    if of.post.extra == "count":
        # Olivero prints a counter beside its heading.
        return (
            '<section data-drupal-selector="comments" id="comments" class="comments">'
            '<h2 class="comments__title">Commentaires<span class="comments__count">'
            f'{len(comments)}</span></h2>{listed}<h3 class="title comment-form__title">Ajouter un '
            f"commentaire</h3>{form}</section>"
        )
    return (
        '<section class="field field--name-comment field--type-comment field--label-above '
        f'comment-wrapper"><h2 class="title field__label">Commentaires</h2>{listed}'
        f'<h2 class="title comment-form__title">Ajouter un commentaire</h2>{form}</section>'
    )


def _comment(number: int, comment: Comment) -> str:
    return (
        f'<article data-comment-user-id="0" id="comment-{number}" class="comment js-comment '
        'by-anonymous clearfix"><footer class="comment__meta"><p class="comment__author">'
        f'{escape(comment.author)}</p><p class="comment__time">{french_time(comment.written)}</p>'
        '</footer><div class="comment__content"><div class="clearfix text-formatted field '
        'field--name-comment-body field--type-text-long field--label-hidden field__item">'
        f"<p>{escape(comment.text, quote=False)}</p></div></div></article>"
    )


def listing(title: str, shown: Sequence[Node], pager: str, *, raw_links: bool = False) -> str:
    """A view with teasers; ``raw_links`` leaves letters with accents in the links as they are."""
    rows = "\n".join(
        '<div class="views-row"><article role="article" '
        f'about="{n.path}" class="node node--type-{n.type} node--promoted node--view-mode-teaser">'
        f'<h2 class="node__title"><a href="{f"/{n.post.slug}" if raw_links else n.path}" '
        f'rel="bookmark"><span class="field field--name-title">{n.title}</span></a></h2>'
        f'<div class="node__meta node__submitted">{n.submitted}</div>'
        f'<div class="node__content"><p>{escape(n.post.excerpt, quote=False)}</p></div>'
        "</article></div>"
        for n in shown
    )
    return (
        f'{heading(title)}\n<div class="views-element-container"><div class="view view-listing">'
        f'<div class="view-content">\n{rows}\n</div>\n{pager}\n</div></div>'
    )


def pager(number: int, count: int) -> str:
    """The pager of page ``number`` (from 0) of ``count``; nothing when there is only one."""
    if count == 1:
        return ""
    items = "".join(
        f'<li class="pager__item{" is-active" if n == number else ""}"><a href="?page={n}" '
        f'title="Aller à la page {n + 1}"><span class="visually-hidden">Page </span>{n + 1}</a>'
        "</li>"
        for n in range(count)
    )
    return (
        '<nav class="pager" role="navigation" aria-labelledby="pagination-heading">'
        f'<ul class="pager__items js-pager__items">{items}</ul></nav>'
    )
