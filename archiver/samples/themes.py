"""How a single post of the WordPress sample looks: five generations of themes.

Each theme gives the article with its head and its share bar; what stands under it comes from
``discussions``. Nothing here knows the rest of the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import Any

from archiver.samples import discussions
from archiver.samples.discussions import Entry
from archiver.samples.texts import french_date, prose

SITE_NAME = "Pôle des Causses"

_CAPTION = (
    '<div class="wp-caption aligncenter" style="width: 650px"><img decoding="async" src="{src}"'
    ' alt="" width="640" height="360" /><p class="wp-caption-text">{caption}</p></div>'
)
_FIGURE = (
    '<figure class="wp-block-image size-large"><img decoding="async" src="{src}" alt=""'
    ' width="640" height="360" /><figcaption class="wp-element-caption">{caption}</figcaption>'
    "</figure>"
)
_SHARE_BAR = "Cliquez pour partager sur Facebook"
_ENFOLD_SHARE_BAR = "Partager cet article"


@dataclass(frozen=True, slots=True)
class Theme:
    """A generation of the site. ``head`` is what its plugins add to the head of a post's page;
    ``boilerplate`` are texts on its pages that belong to no post."""

    body_classes: str
    article: Callable[[Entry], str]
    discussion: Callable[[Entry], str]
    head: Callable[[Entry], str]
    boilerplate: tuple[str, ...]


def term_path(taxonomy: str, name: str) -> str:
    """The address of a category, tag or author page: ``/tag/monnaie-locale/``."""
    plain = name.lower().translate(str.maketrans("àâéèêîôùç ", "aaeeeiouc-"))
    return f"/{taxonomy}/{plain}/"


def term_links(entry: Entry, taxonomy: str, names: tuple[str, ...], rel: str) -> str:
    """Links to the terms of a post, parted by commas."""
    return ", ".join(
        f'<a href="{entry.base_url}{term_path(taxonomy, n)}" rel="{rel}">{escape(n)}</a>'
        for n in names
    )


def post_classes(entry: Entry) -> str:
    """The classes that ``post_class()`` prints."""
    terms = [
        f"{taxonomy}-{term_path(taxonomy, name).split('/')[2]}"
        for taxonomy, names in (("category", entry.post.categories), ("tag", entry.post.tags))
        for name in names
    ]
    fixed = f"post-{entry.id} post type-post status-publish format-standard hentry"
    return " ".join((fixed, *terms))


def _times(entry: Entry) -> str:
    post = entry.post
    return (
        f'<time class="entry-date published" datetime="{post.published.isoformat()}">'
        f"{french_date(post.published)}</time>"
        f'<time class="updated" datetime="{post.modified.isoformat()}">'
        f"{french_date(post.modified)}</time>"
    )


def _author(entry: Entry) -> str:
    name = escape(entry.post.author)
    url = entry.base_url + term_path("author", entry.post.author)
    return f'<span class="author vcard"><a class="url fn n" href="{url}">{name}</a></span>'


def _shared() -> str:
    """The share bar of Jetpack, inside the content as its plugin puts it."""
    links = "".join(
        f'<li class="share-{name.lower()}"><a rel="nofollow noopener noreferrer" '
        f'data-shared="" class="share-{name.lower()} sd-button share-icon" '
        f'href="?share={name.lower()}" target="_blank" title="Cliquez pour partager sur {name}">'
        f"<span>Cliquez pour partager sur {name}(ouvre dans une nouvelle fenêtre)</span></a></li>"
        for name in ("Facebook", "LinkedIn")
    )
    return (
        '<div class="sharedaddy sd-sharing-enabled"><div class="robots-nocontent sd-block '
        'sd-social sd-social-icon-text sd-sharing"><h3 class="sd-title">Partager\u00a0:</h3>'
        f'<div class="sd-content"><ul>{links}<li class="share-end"></li></ul></div></div></div>'
    )


def _ancien(entry: Entry) -> str:
    post = entry.post
    return (
        f'<div class="{post_classes(entry)}" id="post-{entry.id}">\n<h1>{entry.title}</h1>\n'
        f'<p class="date">Publié le {french_date(post.published)}</p>\n'
        f'<div class="entry">\n{prose(post.text, _CAPTION)}\n</div>\n'
        f'<p class="postmetadata alt">Écrit par {_author(entry)}. Rubrique : '
        f"{term_links(entry, 'category', post.categories, 'category tag')}. Mots-clés : "
        f"{term_links(entry, 'tag', post.tags, 'tag')}</p>\n</div>"
    )


def _enfold(entry: Entry) -> str:
    post = entry.post
    count = len(post.comments)
    published = post.published
    author_url = entry.base_url + term_path("author", post.author)
    return (
        "<div class='container template-blog template-single-blog'>\n"
        "<div class='content units av-content-small alpha'>\n"
        "<article class='post-entry post-entry-type-standard "
        f"post-entry-{entry.id} post-loop-1 post-parity-odd post-entry-last single-big "
        f"with-slider {post_classes(entry)}' itemscope='itemscope' "
        "itemtype='https://schema.org/BlogPosting'>\n"
        "<div class='entry-content-wrapper clearfix standard-content'>\n"
        "<header class=\"entry-content-header\"><h1 class='post-title entry-title' "
        f"itemprop=\"headline\"><a href='{entry.url}' rel='bookmark' title='Lien permanent : "
        f'{escape(post.title)}\' itemprop="headline">{entry.title}'
        "<span class='post-format-icon minor-meta'></span></a></h1>"
        f"<span class='post-meta-infos'><time class='date-container minor-meta updated'>"
        f"{french_date(published)}</time><span class='text-sep text-sep-date'>/</span>"
        f"<span class='comment-container minor-meta'><a href=\"{entry.url}#respond\" "
        f'class="comments-link">{count} Commentaire{"" if count == 1 else "s"}</a></span>'
        "<span class='text-sep text-sep-comment'>/</span>"
        '<span class="blog-categories minor-meta">dans '
        f"{term_links(entry, 'category', post.categories, 'category tag')}</span>"
        '<span class="text-sep text-sep-cat">/</span><span class="blog-author minor-meta">par '
        f'<span class="entry-author-link"><span class="vcard author"><span class="fn">'
        f'<a href="{author_url}" title="Articles par {escape(post.author)}" rel="author">'
        f"{escape(post.author)}</a></span></span></span></span></span></header>\n"
        f'<div class="entry-content" itemprop="text">\n{prose(post.text, _CAPTION)}\n</div>\n'
        f"<footer class=\"entry-footer\">{_enfold_tags(entry)}<div class='av-share-box'>"
        f"<h5 class='av-share-link-description'>{_ENFOLD_SHARE_BAR}</h5>"
        "<ul class='av-share-box-list noLightbox'><li class='av-share-link "
        "av-social-link-facebook'><a target='_blank' href='https://www.example.net/partage' "
        "rel='nofollow' title='Partager sur Facebook'>Partager sur Facebook</a></li></ul></div>"
        "</footer>\n</div>\n<span class='hidden'><span class='av-structured-data' "
        f'itemprop="datePublished" datetime="{published.isoformat()}">'
        f"{published:%Y-%m-%d %H:%M:%S}</span></span>\n</article>\n</div>\n</div>"
    )


def _enfold_tags(entry: Entry) -> str:
    if not entry.post.tags:
        return ""
    links = term_links(entry, "tag", entry.post.tags, "tag")
    return f'<span class="blog-tags minor-meta"><strong>Étiquettes :</strong> {links}</span>'


def _classic(entry: Entry) -> str:
    post = entry.post
    tags = term_links(entry, "tag", post.tags, "tag")
    tagged = f'<span class="tags-links"><span>Étiquettes </span>{tags}</span>' if tags else ""
    return (
        f'<article id="post-{entry.id}" class="{post_classes(entry)}">\n'
        f'<header class="entry-header"><h1 class="entry-title">{entry.title}</h1>'
        f'<div class="entry-meta"><span class="posted-on"><span class="screen-reader-text">Publié '
        f'le </span><a href="{entry.url}" rel="bookmark">{_times(entry)}</a></span>'
        f'<span class="byline"> par {_author(entry)}</span></div></header>\n'
        f'<div class="entry-content">\n{prose(post.text, _CAPTION)}\n{_shared()}\n</div>\n'
        '<footer class="entry-footer"><span class="cat-links"><span class="screen-reader-text">'
        f"Catégories </span>{term_links(entry, 'category', post.categories, 'category tag')}"
        f"</span>{tagged}</footer>\n</article>"
    )


def _block(entry: Entry) -> str:
    post = entry.post
    url = entry.base_url + term_path("author", post.author)
    terms = "".join(
        f'<div class="taxonomy-{name} wp-block-post-terms">{term_links(entry, path, of, "tag")}'
        "</div>"
        for name, path, of in (
            ("category", "category", post.categories),
            ("post_tag", "tag", post.tags),
        )
        if of
    )
    return (
        '<main class="wp-block-group is-layout-flow">\n<div class="wp-block-group">'
        f'<h1 class="wp-block-post-title">{entry.title}</h1>\n'
        '<div class="wp-block-post-date">'
        f'<time datetime="{post.published.isoformat()}">{french_date(post.published)}</time></div>'
        f'<div class="wp-block-post-author-name"><a href="{url}" '
        f'class="wp-block-post-author-name__link">{escape(post.author)}</a></div>{terms}</div>\n'
        '<div class="entry-content alignfull wp-block-post-content has-global-padding '
        f'is-layout-constrained">\n{prose(post.text, _FIGURE)}\n{_shared()}\n</div>\n</main>'
    )


def _no_head(_entry: Entry) -> str:
    return ""


def _json_ld(entry: Entry) -> str:
    """What an SEO plugin says of a post in JSON-LD."""
    post = entry.post
    article: dict[str, Any] = {
        "@type": "Article",
        "@id": f"{entry.url}#article",
        "headline": post.title,
        "datePublished": post.published.isoformat(),
        "dateModified": post.modified.isoformat(),
        "author": {"@type": "Person", "name": post.author},
        "articleSection": list(post.categories),
        "keywords": list(post.tags),
        "inLanguage": "fr-FR",
    }
    if post.discussion == "open":
        article["commentCount"] = len(post.comments)
    website = {"@type": "WebSite", "url": f"{entry.base_url}/", "name": SITE_NAME}
    graph = {"@context": "https://schema.org", "@graph": [article, website]}
    text = json.dumps(graph, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _open_graph(entry: Entry) -> str:
    post = entry.post
    properties = (
        ("og:locale", "fr_FR"),
        ("og:type", "article"),
        ("og:title", f"{post.title} - {SITE_NAME}"),
        ("og:url", entry.url),
        ("og:site_name", SITE_NAME),
        ("article:published_time", post.published.isoformat()),
        ("article:modified_time", post.modified.isoformat()),
    )
    return "\n".join(f'<meta property="{k}" content="{escape(v)}" />' for k, v in properties)


_CLASSIC_BOILERPLATE = (_SHARE_BAR, "Laisser un commentaire", "Commentaires récents")

THEMES: Mapping[str, Theme] = MappingProxyType(
    {
        "ancien": Theme("", _ancien, discussions.ancien, _no_head, _CLASSIC_BOILERPLATE),
        "twentyfifteen": Theme(
            "", _classic, discussions.twentyfifteen, _no_head, _CLASSIC_BOILERPLATE
        ),
        "enfold": Theme(
            "stretched open_sans",
            _enfold,
            discussions.enfold,
            _no_head,
            (_ENFOLD_SHARE_BAR, "Rejoindre la discussion", "Commentaires récents"),
        ),
        "twentyseventeen": Theme(
            "has-sidebar colors-light",
            _classic,
            discussions.twentyseventeen,
            _json_ld,
            _CLASSIC_BOILERPLATE,
        ),
        "block": Theme(
            "wp-custom-logo wp-embed-responsive",
            _block,
            discussions.block,
            _open_graph,
            _CLASSIC_BOILERPLATE,
        ),
    }
)
