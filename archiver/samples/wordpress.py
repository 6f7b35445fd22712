"""The pages of the WordPress sample around its posts: shell, sidebar, listings, feed, sitemaps.

It knows the mark-up that WordPress prints, and no address of the site but the platform's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime
from html import escape

from archiver.samples.discussions import Entry, disqus
from archiver.samples.texts import french_date
from archiver.samples.themes import SITE_NAME, THEMES, post_classes, term_links, term_path

_VERSION = "6.5.5"
_RECENT = 5
_FEED_ITEMS = 10


@dataclass(frozen=True, slots=True)
class Blog:
    """The site as WordPress knows it; ``entries`` newest first, ``menu`` of (path, words)."""

    base_url: str
    entries: tuple[Entry, ...]
    menu: tuple[tuple[str, str], ...]
    footer: tuple[tuple[str, str], ...]

    def page(
        self, title: str, body_classes: str, main: str, head: str = "", theme: str = "block"
    ) -> bytes:
        """A whole HTML page. ``title`` is plain text, ``main`` and ``head`` are HTML."""
        base = self.base_url
        menu = "".join(
            f'<li class="menu-item"><a href="{base}{path}">{words}</a></li>'
            for path, words in self.menu
        )
        footer = " · ".join(f'<a href="{url}">{words}</a>' for url, words in self.footer)
        full = f"{title} – {SITE_NAME}" if title else f"{SITE_NAME} – Coopérer sur le plateau"
        return f"""<!DOCTYPE html>
<html lang="fr-FR">
<head>
<meta charset="UTF-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{escape(full, quote=False)}</title>
<meta name='robots' content='max-image-preview:large' />
<link rel="alternate" type="application/rss+xml" title="{SITE_NAME} &raquo; Flux" \
href="{base}/feed/" />
<link rel="alternate" type="application/rss+xml" title="{SITE_NAME} &raquo; Flux des \
commentaires" href="{base}/comments/feed/" />
<link rel='stylesheet' id='{theme}-style-css' \
href='{base}/wp-content/themes/{theme}/style.css?ver={_VERSION}' media='all' />
<meta name="generator" content="WordPress {_VERSION}" />
{head}
</head>
<body id="top" class="{body_classes}">
<header class="site-header" role="banner"><p class="site-title"><a href="{base}/" rel="home">\
{SITE_NAME}</a></p>
<p class="site-description">Coopérer sur le plateau, depuis 2014</p>
<nav class="main-navigation" aria-label="Menu principal"><ul class="menu">{menu}</ul></nav></header>
<div class="site-content" id="content">
<div id="primary" class="content-area">
{main}
</div>
{self._sidebar()}
</div>
<footer class="site-footer" role="contentinfo">{footer} · Fièrement propulsé par WordPress</footer>
</body>
</html>
""".encode()

    def single(self, entry: Entry) -> bytes:
        """The page of one post, in the theme of its time."""
        post = entry.post
        theme = THEMES[post.theme]
        place = self.entries.index(entry)
        around = [
            ("previous", "prev", self.entries[place + 1 : place + 2]),
            ("next", "next", self.entries[max(place - 1, 0) : place]),
        ]
        links = "".join(
            f'<div class="nav-{name}"><a href="{e.url}" rel="{rel}">{e.title}</a></div>'
            for name, rel, found in around
            for e in found
        )
        head = f'<link rel="canonical" href="{entry.url}" />\n'
        head += f"<link rel='shortlink' href='{self.base_url}/?p={entry.id}' />\n"
        if entry.can_comment:
            head += (
                '<link rel="alternate" type="application/rss+xml" title="'
                f'{SITE_NAME} &raquo; {escape(post.title)} Flux des commentaires" '
                f'href="{entry.url}feed/" />\n'
            )
        under = disqus(entry) if post.discussion == "disqus" else theme.discussion(entry)
        main = (
            f"{theme.article(entry)}\n"
            '<nav class="navigation post-navigation post-nav" aria-label="Publications">'
            f'<div class="nav-links">{links}</div></nav>\n{under}'
        )
        classes = (
            f"post-template-default single single-post postid-{entry.id} single-format-standard"
            f" {theme.body_classes}"
        )
        return self.page(post.title, classes.strip(), main, head + theme.head(entry), post.theme)

    def listing(
        self, path: str, heading: str, body_classes: str, entries: Sequence[Entry], size: int
    ) -> Iterable[tuple[str, bytes]]:
        """The pages of an archive, ``size`` teasers each, with their paths."""
        pages = [entries[i : i + size] for i in range(0, len(entries), size)]
        for number, shown in enumerate(pages, 1):
            teasers = "\n".join(self._teaser(e) for e in shown)
            words = f'<h1 class="page-title">{escape(heading)}</h1>'
            top = f'<header class="page-header">{words}</header>'
            main = f"{top if heading else ''}\n{teasers}\n{self._pager(path, number, len(pages))}"
            paged = f" paged paged-{number}" if number > 1 else ""
            yield (
                path if number == 1 else f"{path}page/{number}/",
                self.page(heading, body_classes + paged, main),
            )

    def _teaser(self, entry: Entry) -> str:
        post = entry.post
        count = len(post.comments)
        words = {0: "Laisser un commentaire", 1: "1 commentaire"}.get(
            count, f"{count} commentaires"
        )
        link = f'<a href="{entry.url}#{"comments" if count else "respond"}">{words}</a>'
        comments = f' <span class="comments-link">{link}</span>' if entry.can_comment else ""
        return (
            f'<article id="post-{entry.id}" class="{post_classes(entry)} teaser">'
            f'<header class="entry-header"><h2 class="entry-title"><a href="{entry.url}" '
            f'rel="bookmark">{entry.title}</a></h2><div class="entry-meta"><span class="posted-on">'
            f'<time class="entry-date published" datetime="{post.published.isoformat()}">'
            f"{french_date(post.published)}</time></span>{comments}</div></header>"
            f'<div class="entry-summary"><p>{escape(post.excerpt, quote=False)} […] '
            f'<a href="{entry.url}" class="more-link">Lire la suite</a></p></div>'
            '<footer class="entry-footer">'
            f"{term_links(entry, 'category', post.categories, 'category tag')}</footer></article>"
        )

    def _pager(self, path: str, number: int, last: int) -> str:
        def link(n: int, css: str, words: str) -> str:
            to = path if n == 1 else f"{path}page/{n}/"
            return f'<a class="{css}" href="{self.base_url}{to}">{words}</a>'

        if last == 1:
            return ""
        parts = [
            f'<span aria-current="page" class="page-numbers current">{n}</span>'
            if n == number
            else link(n, "page-numbers", str(n))
            for n in range(1, last + 1)
        ]
        if number > 1:
            parts.insert(0, link(number - 1, "prev page-numbers", "Page précédente"))
        if number < last:
            parts.append(link(number + 1, "next page-numbers", "Page suivante"))
        return (
            '<nav class="navigation pagination" aria-label="Pagination des publications">'
            f'<div class="nav-links">{" ".join(parts)}</div></nav>'
        )

    def _sidebar(self) -> str:
        """Widgets, full of dates, names and counts that belong to other posts."""
        base = self.base_url
        recent = "".join(
            f'<li><a href="{e.url}">{e.title}</a> <span class="post-date">'
            f"{french_date(e.post.published)}</span></li>"
            for e in self.entries[:_RECENT]
        )
        latest = sorted(
            ((c, e) for e in self.entries for c in e.post.comments),
            key=lambda pair: pair[0].written,
            reverse=True,
        )
        comments = "".join(
            f'<li class="recentcomments"><span class="comment-author-link">{escape(c.author)}'
            f'</span> dans <a href="{e.url}#comments">{e.title}</a></li>'
            for c, e in latest[:_RECENT]
        )
        names = sorted({c for e in self.entries for c in e.post.categories})
        categories = "".join(
            f'<li class="cat-item"><a href="{base}{term_path("category", n)}">{escape(n)}</a> '
            f"({sum(n in e.post.categories for e in self.entries)})</li>"
            for n in names
        )
        widgets = (
            ("widget_recent_entries", "Articles récents", recent),
            ("widget_recent_comments", "Commentaires récents", comments),
            ("widget_categories", "Catégories", categories),
        )
        return (
            '<aside id="secondary" class="widget-area" role="complementary">'
            + "".join(
                f'<section class="widget {css}"><h2 class="widget-title">{title}</h2>'
                f"<ul>{items}</ul></section>"
                for css, title, items in widgets
            )
            + "</aside>"
        )

    def feed(self) -> bytes:
        """RSS 2.0 with the latest posts and their comment counts, as WordPress writes it."""
        items = "".join(self._feed_item(e) for e in self.entries[:_FEED_ITEMS])
        return self.channel(SITE_NAME, "/feed/", items)

    def channel(self, title: str, path: str, items: str = "") -> bytes:
        """An RSS 2.0 document around items; without any, a comment feed with nothing in it."""
        return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
<title>{escape(title, quote=False)}</title>
<atom:link href="{self.base_url}{path}" rel="self" type="application/rss+xml" />
<link>{self.base_url}</link>
<description>Coopérer sur le plateau</description>
<language>fr-FR</language>
<generator>https://wordpress.org/?v={_VERSION}</generator>
{items}</channel>
</rss>
""".encode()

    def _feed_item(self, entry: Entry) -> str:
        post = entry.post
        # WordPress prints the count unless comments are closed and there is none.
        count = (
            f"<comments>{entry.url}#comments</comments>\n"
            f"<wfw:commentRss>{entry.url}feed/</wfw:commentRss>\n"
            f"<slash:comments>{len(post.comments)}</slash:comments>\n"
            if entry.can_comment or post.comments
            else ""
        )
        categories = "".join(
            f"<category><![CDATA[{name}]]></category>\n" for name in (*post.categories, *post.tags)
        )
        return (
            f"<item>\n<title>{entry.title}</title>\n<link>{entry.url}</link>\n"
            f"<dc:creator><![CDATA[{post.author}]]></dc:creator>\n"
            f"<pubDate>{format_datetime(post.published.astimezone(UTC))}</pubDate>\n{categories}"
            f'<guid isPermaLink="false">{self.base_url}/?p={entry.id}</guid>\n'
            f"<description><![CDATA[{post.excerpt} […]]]></description>\n{count}</item>\n"
        )


def sitemap(urls: Iterable[tuple[str, str]]) -> bytes:
    """A sitemap of (address, ISO date or empty)."""
    return _xml_list("urlset", "url", urls)


def sitemap_index(urls: Iterable[str]) -> bytes:
    """A sitemap index, as ``/wp-sitemap.xml`` is one."""
    return _xml_list("sitemapindex", "sitemap", ((url, "") for url in urls))


def _xml_list(root: str, item: str, urls: Iterable[tuple[str, str]]) -> bytes:
    rows = "\n".join(
        f"<{item}><loc>{escape(url)}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{item}>"
        for url, day in urls
    )
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{namespace}">\n{rows}\n</{root}>\n'
    ).encode()
