"""The Labo des Coteaux: an invented think tank with a site that looks like Drupal.

What a crawl meets here: announcements at the root without a common prefix, one of them with
capitals and accents in its address, pagers that count from 0, almost no comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from types import MappingProxyType

from archiver.samples import drupal
from archiver.samples.drupal import SITE_NAME, Node, term_path
from archiver.samples.files import pdf
from archiver.samples.site import HTML, Announced, Answer, Site
from archiver.samples.texts import asset, data, posts
from archiver.samples.wordpress import sitemap

KEY = "labo-des-coteaux"

_PER_PAGE = 5
_FIRST_NODE = 12
_FOUNDED = datetime(2014, 12, 1, tzinfo=UTC)
_MENU = (
    ("/", "Accueil"),
    ("/le-labo", "Le Labo"),
    ("/actualites", "Actualités"),
    ("/agenda", "Agenda"),
)


def labo(base_url: str, pole_url: str = "https://www.example.org") -> Site:
    """The site, for its base URL; one announcement links to the other sample site's base URL."""
    texts = data(f"{KEY}.toml")
    nodes = _nodes(base_url, pole_url, texts["post"], _FIRST_NODE)
    pages = _nodes(base_url, pole_url, texts["page"], 1)
    answers: dict[str, Answer] = {}
    for place, node in enumerate(nodes):
        answers[node.path] = _full(node, etag=place % 2 == 0, chunked=place % 3 == 0)
    for node in pages:
        answers[node.path] = _full(node, etag=False, chunked=False)
    answers.update(_listings(nodes))
    answers.update(_machinery(base_url, nodes, pages))
    lost = drupal.heading("Page non trouvée") + "<p>La page demandée est introuvable.</p>"
    return Site(
        key=KEY,
        name=SITE_NAME,
        base_url=base_url,
        answers=MappingProxyType(answers),
        announced=tuple(_announced(n) for n in nodes),
        not_found=Answer(status=404, body=drupal.page("Page non trouvée", "", lost, _MENU)),
    )


def _nodes(
    base_url: str, pole_url: str, entries: list[dict[str, object]], first: int
) -> tuple[Node, ...]:
    kind = "page" if first == 1 else ""
    made = posts(
        [
            {
                "theme": kind,
                "published": _FOUNDED,
                **e,
                "text": str(e["text"]).replace("{pole}", pole_url),
            }
            for e in entries
        ]
    )
    return tuple(
        Node(first + number, post, base_url) for number, post in enumerate(reversed(made))
    )[::-1]


def _full(node: Node, *, etag: bool, chunked: bool) -> Answer:
    classes = f"path-node page-node-type-{node.type}"
    body = drupal.page(node.post.title, classes, drupal.node(node), _MENU)
    tag = (("ETag", f'"{sha256(body).hexdigest()[:16]}"'),) if etag else ()
    return Answer(headers=HTML + tag, body=body, chunked=chunked, gzip=not etag)


def _listings(nodes: Sequence[Node]) -> Iterator[tuple[str, Answer]]:
    news = [n for n in nodes if n.type == "actualite"]
    pages = [news[i : i + _PER_PAGE] for i in range(0, len(news), _PER_PAGE)]
    for number, shown in enumerate(pages):
        content = drupal.listing("Actualités", shown, drupal.pager(number, len(pages)))
        answer = _listed("Actualités", "path-actualites", content)
        yield f"/actualites?page={number}", answer
        if number == 0:
            yield "/actualites", answer
    terms = sorted({c for n in nodes for c in n.post.categories})
    for term in terms:
        shown = [n for n in nodes if term in n.post.categories]
        content = drupal.listing(escape(term), shown, "", raw_links=True)
        yield term_path(term), _listed(term, "path-taxonomy", content)
    agenda = [n for n in nodes if n.type == "evenement"]
    yield "/agenda", _listed("Agenda", "path-agenda", drupal.listing("Agenda", agenda, ""))
    home = drupal.listing("Penser entre les rangs", news[:3], "")
    links = "".join(f'<li><a href="{term_path(t)}">{escape(t)}</a></li>' for t in terms)
    content = f'{home}\n<div class="block"><h2>Thématiques</h2><ul>{links}</ul></div>'
    yield "/", _listed("Accueil", "path-frontpage", content)


def _listed(title: str, body_classes: str, content: str) -> Answer:
    return Answer(body=drupal.page(title, body_classes, content, _MENU), gzip=True)


def _machinery(
    base_url: str, nodes: Sequence[Node], pages: Sequence[Node]
) -> Iterator[tuple[str, Answer]]:
    """What machines read, and the files."""
    robots = "User-agent: *\nDisallow: /admin/\nDisallow: /search/\nDisallow: /user/login\n"
    yield "/robots.txt", Answer(headers=(("Content-Type", "text/plain"),), body=robots.encode())
    items = "".join(
        f"<item><title>{n.title}</title><link>{base_url}{n.path}</link>"
        f"<pubDate>{format_datetime(n.post.published.astimezone(UTC))}</pubDate>"
        f'<guid isPermaLink="false">{n.id} at {base_url}</guid></item>\n'
        for n in nodes[:10]
    )
    feed = (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{SITE_NAME}</title><link>{base_url}/</link><description />"
        f"<language>fr</language>\n{items}</channel></rss>\n"
    )
    rss = (("Content-Type", "application/rss+xml; charset=utf-8"),)
    yield "/rss.xml", Answer(headers=rss, body=feed.encode())
    urls = [
        (base_url + n.path, n.post.modified.date().isoformat() if n.type != "page" else "")
        for n in (*nodes, *pages)
    ]
    xml = (("Content-Type", "text/xml; charset=utf-8"),)
    yield "/sitemap.xml", Answer(headers=xml, body=sitemap(urls))
    style = asset("labo.css").encode()
    css = (("Content-Type", "text/css"),)
    yield "/themes/custom/coteaux/css/style.css", Answer(headers=css, body=style, gzip=True)
    document = pdf("Cahier 1 : les monnaies du quotidien")
    pdf_headers = (("Content-Type", "application/pdf"),)
    yield "/sites/default/files/2016-03/cahier-1.pdf", Answer(headers=pdf_headers, body=document)


def _announced(node: Node) -> Announced:
    post = node.post
    return Announced(
        path=node.path,
        title=post.title,
        published=post.published.date().isoformat(),
        comment_count=len(post.comments) or None,
        author=None,
        categories=post.categories,
        tags=(),
        sentences=post.sentences,
        absent=(*(c.text for c in post.comments), "Ajouter un commentaire", "Nos amis sont aussi"),
    )
