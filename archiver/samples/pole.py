"""The Pôle des Causses: an invented PTCE with a WordPress site that has seen five themes.

What a crawl meets here: listings in pages, terms and authors, a feed, sitemaps, a forbidden
folder, redirects, a broken link, a slow page, tracking and ``replytocom`` links, other hosts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from types import MappingProxyType

from archiver.samples.discussions import AVATAR, Entry
from archiver.samples.files import pdf, png
from archiver.samples.site import HTML, Announced, Answer, Site
from archiver.samples.texts import Post, asset, data, posts, prose
from archiver.samples.themes import SITE_NAME, THEMES, term_path
from archiver.samples.wordpress import Blog, sitemap, sitemap_index

KEY = "pole-des-causses"
VISIT = "/le-laboratoire-des-solidarites-en-visite/"
"""The post that the other sample site links to."""

_PER_PAGE = 8
_FIRST_POST = 101
_FIRST_COMMENT = 11
_SLOW_SECONDS = 0.2
_FOUNDED = datetime(2014, 4, 1, tzinfo=UTC)
_INDEX = "/wp-sitemap.xml"

_XML = (("Content-Type", "application/rss+xml; charset=UTF-8"),)
_SITEMAP = (("Content-Type", "application/xml; charset=UTF-8"),)
_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
_PICTURES = (
    AVATAR,
    "/wp-content/uploads/2016/09/ateliers.png",
    "/wp-content/uploads/2018/11/groupe-ateliers.png",
    "/wp-content/uploads/2018/11/groupe-table.png",
    "/wp-content/uploads/2018/11/groupe-scierie.png",
    "/wp-content/uploads/2021/09/legumerie.png",
)
_DISQUS_SCRIPT = "/wp-content/plugins/disqus-comment-system/public/js/comment_embed.js"
_PICTURE_CAPTION = '<figure><img src="{src}" alt="" /><figcaption>{caption}</figcaption></figure>'


def pole(base_url: str) -> Site:
    """The site, for the base URL that it is served from (no slash at the end)."""
    texts = data(f"{KEY}.toml")
    blog = _blog(base_url, posts(texts["post"]))
    answers: dict[str, Answer] = {}
    for place, entry in enumerate(blog.entries):
        answers[entry.path] = _single(blog, entry, place)
        answers[f"/?p={entry.id}"] = _redirect(301, entry.url)
        if entry.can_comment:
            title = f"Commentaires sur : {entry.post.title}"
            answers[f"{entry.path}feed/"] = Answer(
                headers=_XML, body=blog.channel(title, f"{entry.path}feed/")
            )
    answers.update(_listings(blog))
    for page in posts([{**p, "published": _FOUNDED} for p in texts["page"]]):
        answers[f"/{page.slug}/"] = _static(blog, page)
    answers.update(_oddities(blog))
    answers.update(_machinery(blog, texts["page"]))
    answers.update(_files())
    lost = '<h1 class="page-title">Cette page est introuvable.</h1><p>Rien à cette adresse.</p>'
    return Site(
        key=KEY,
        name=SITE_NAME,
        base_url=base_url,
        answers=MappingProxyType(answers),
        announced=tuple(_announced(e) for e in blog.entries),
        not_found=Answer(status=404, body=blog.page("Page introuvable", "error404", lost)),
    )


def _blog(base_url: str, newest_first: Sequence[Post]) -> Blog:
    entries: list[Entry] = []
    comment = _FIRST_COMMENT
    for number, post in enumerate(reversed(newest_first)):
        entries.append(Entry(_FIRST_POST + 4 * number, post, base_url, comment))
        comment += len(post.comments)
    return Blog(
        base_url=base_url,
        entries=tuple(reversed(entries)),
        menu=(
            ("/", "Accueil"),
            ("/le-pole/", "Le pôle"),
            (term_path("category", "Actualités"), "Actualités"),
            (term_path("category", "Rencontres"), "Rencontres"),
            ("/contact/", "Contact"),
        ),
        footer=(
            (f"{base_url}/mentions-legales/", "Mentions légales"),
            ("https://www.example.org/", "Un réseau ami"),
            ("mailto:bonjour@pole-des-causses.example", "Nous écrire"),
        ),
    )


def _single(blog: Blog, entry: Entry, place: int) -> Answer:
    """One post's page; the framing varies from post to post, as do its validators."""
    body = blog.single(entry)
    headers = [*HTML]
    if place % 3 in (0, 1):
        headers.append(("ETag", f'"{sha256(body).hexdigest()[:16]}"'))
    if place % 3 in (0, 2):
        modified = format_datetime(entry.post.modified.astimezone(UTC), usegmt=True)
        headers.append(("Last-Modified", modified))
    return Answer(
        headers=tuple(headers),
        body=body,
        chunked=place % 4 in (1, 3),
        gzip=place % 4 in (2, 3),
        close=place % 8 in (4,),
    )


def _listings(blog: Blog) -> Iterator[tuple[str, Answer]]:
    """The home page, then the archives of all categories, tags and authors."""
    entries = blog.entries
    archives: list[tuple[str, str, str, Sequence[Entry]]] = [("/", "", "home blog", entries)]
    for kind, label, terms in (
        ("category", "Catégorie : ", sorted({c for e in entries for c in e.post.categories})),
        ("tag", "Étiquette : ", sorted({t for e in entries for t in e.post.tags})),
        ("author", "Auteur/autrice : ", sorted({e.post.author for e in entries})),
    ):
        for number, term in enumerate(terms, 2):
            path = term_path(kind, term)
            name = path.split("/")[2]
            of = [e for e in entries if term in _terms(e, kind)]
            classes = f"archive {kind} {kind}-{name} {kind}-{number}"
            archives.append((path, label + term, classes, of))
    for path, heading, classes, shown in archives:
        for address, body in blog.listing(path, heading, classes, shown, _PER_PAGE):
            chunked = address == "/"
            final = _with_hints(blog, body) if chunked else body
            yield address, Answer(body=final, chunked=chunked, gzip=True)


def _terms(entry: Entry, kind: str) -> tuple[str, ...]:
    post = entry.post
    return {"category": post.categories, "tag": post.tags, "author": (post.author,)}[kind]


def _with_hints(blog: Blog, body: bytes) -> bytes:
    """The home page has a widget of links of all sorts."""
    base = blog.base_url
    links = (
        (f"{base}/2018/11/visite-du-labo/", "La visite du Labo (ancienne adresse)"),
        (f"{base}/adhesion/", "Adhérer au pôle"),
        (f"{base}/plan-d-acces/", "Venir nous voir"),
        (f"{base}/prive/comptes-rendus/", "Espace des membres"),
        (f"{base}/ancienne-page-disparue/", "Le journal du pôle"),
        ("https://www.example.org/annuaire", "L’annuaire régional"),
    )
    items = "".join(f'<li><a href="{url}">{escape(words)}</a></li>' for url, words in links)
    widget = (
        '<section class="widget widget_nav_menu"><h2 class="widget-title">À voir aussi</h2>'
        f"<ul>{items}</ul></section></aside>"
    )
    return body.replace(b"</aside>", widget.encode())


def _static(blog: Blog, page: Post) -> Answer:
    number = sum(page.slug.encode()) % 89 + 2
    main = (
        f'<article id="post-{number}" class="post-{number} page type-page status-publish hentry">'
        f'<header class="entry-header"><h1 class="entry-title">{escape(page.title)}</h1></header>'
        f'<div class="entry-content">{prose(page.text, _PICTURE_CAPTION)}</div></article>'
    )
    classes = f"page-template-default page page-id-{number}"
    extra = (("X-Commune", "Montrac-les-Causses, Région Occitanie / Pyrénées-Méditerranée"),)
    headers = HTML + (extra if page.slug == "le-pole" else ())
    return Answer(headers=headers, body=blog.page(page.title, classes, main))


def _oddities(blog: Blog) -> Iterator[tuple[str, Answer]]:
    base = blog.base_url
    classes = "page-template-default page page-id-96"
    access = '<h1 class="entry-title">Plan d’accès</h1><p>Suivre la rivière, puis demander.</p>'
    private = '<h1 class="entry-title">Comptes rendus</h1><p>Cette page est privée.</p>'
    yield "/2018/11/visite-du-labo/", _redirect(301, base + VISIT)
    yield "/adhesion/", _redirect(302, f"{base}/contact/")
    yield (
        "/plan-d-acces/",
        Answer(body=blog.page("Plan d’accès", classes, access), delay=_SLOW_SECONDS),
    )
    yield "/prive/comptes-rendus/", Answer(body=blog.page("Comptes rendus", classes, private))


def _machinery(blog: Blog, pages: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Answer]]:
    """What machines read: robots.txt, feeds, sitemaps."""
    base = blog.base_url
    robots = f"User-agent: *\nDisallow: /prive/\nDisallow: /wp-admin/\n\nSitemap: {base}{_INDEX}\n"
    yield "/robots.txt", Answer(headers=_TEXT, body=robots.encode())
    yield "/feed/", Answer(headers=_XML, body=blog.feed(), gzip=True)
    comments = blog.channel(f"Commentaires pour {SITE_NAME}", "/comments/feed/")
    yield "/comments/feed/", Answer(headers=_XML, body=comments)
    parts = {
        "/wp-sitemap-posts-post-1.xml": [
            (e.url, e.post.modified.isoformat()) for e in blog.entries
        ],
        "/wp-sitemap-posts-page-1.xml": [(f"{base}/{p['slug']}/", "") for p in pages],
    }
    for path, urls in parts.items():
        yield path, Answer(headers=_SITEMAP, body=sitemap(urls))
    yield _INDEX, Answer(headers=_SITEMAP, body=sitemap_index(base + path for path in parts))


def _files() -> Iterator[tuple[str, Answer]]:
    for number, path in enumerate(_PICTURES):
        shade = 40 * number % 90
        body = png(640, 360, (120 + shade, 150, 170), (90, 110 - shade, 60))
        yield path, Answer(headers=(("Content-Type", "image/png"),), body=body)
    programme = pdf("Programme des deux journées de visite")
    yield (
        "/wp-content/uploads/2018/11/programme-visite.pdf",
        Answer(headers=(("Content-Type", "application/pdf"),), body=programme),
    )
    style = asset("pole.css").encode()
    for theme in THEMES:
        yield (
            f"/wp-content/themes/{theme}/style.css",
            Answer(headers=(("Content-Type", "text/css"),), body=style, gzip=True),
        )
    script = b"/* The real script would fetch the comments from elsewhere. */\n"
    yield _DISQUS_SCRIPT, Answer(headers=(("Content-Type", "text/javascript"),), body=script)


def _redirect(status: int, url: str) -> Answer:
    return Answer(status=status, headers=(*HTML, ("Location", url), ("X-Redirect-By", "WordPress")))


def _announced(entry: Entry) -> Announced:
    post = entry.post
    count: int | None = len(post.comments)
    if post.discussion != "open":
        # No comment area, or one that a script would fill in: unknown, not zero.
        count = None
    return Announced(
        path=entry.path,
        title=post.title,
        published=post.published.date().isoformat(),
        comment_count=count,
        author=post.author,
        categories=post.categories,
        tags=post.tags,
        sentences=post.sentences,
        absent=(*(c.text for c in post.comments), *THEMES[post.theme].boilerplate),
    )
