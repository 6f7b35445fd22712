"""Reading an announcement from its page: title, text, date, names, labels, comment count.

``sites`` decides whether a page is an announcement at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import lxml.html

from archiver.extract import comments, dates, focus, jsonld
from archiver.extract.elements import Hints, find, is_of_another, squeeze, text_of
from archiver.extract.page import Page
from archiver.extract.text import body_text
from archiver.model import Article

_MAX_NAME = 80


def read(
    page: Page,
    hints: Hints,
    *,
    adapter: str,
    reason: str,
    site_names: Iterable[str] = (),
) -> Article | None:
    """The announcement that this page holds, or None when it has no title.

    The text may be empty: some announcements are a poster and nothing else. ``site_names`` are cut
    from the title. The page's tree is not changed.
    """
    names = tuple(site_names)
    title = focus.title(page, hints, names)
    if not title:
        return None
    heading = focus.heading(page, hints, names)
    article = focus.article(page, hints, heading)
    return Article(
        title=title,
        text=body_text(article, hints, title),
        published=dates.published(page, article, hints),
        author=_author(page, article, hints),
        language=_language(page),
        categories=_categories(page, article, hints),
        tags=_tags(page, article, hints),
        comments=comments.count(page, article),
        adapter=adapter,
        reason=reason,
    )


# ---- Names and labels --------------------------------------------------------------------------

_NOT_A_NAME = re.compile(
    r"https?:|www\b|@|\.(?:com|fr|org|net)\b|facebook|twitter|^\d+$|^\W*$", re.I
)
_BY = re.compile(
    r"^(?:(?:publié|posté|écrit|rédigé|posted|written|proposé) )?(?:par|by)\s*:?\s+"
    r"|^(?:auteure?|author)\s*:?\s+",
    re.I,
)
_AUTHOR = (
    "[rel~=author], .author.vcard .fn, .entry-author .fn, .author .fn, [itemprop=author] "
    "[itemprop=name], [itemprop=author], .entry-author-name, .byline .author, .post-author-name"
)


def _author(page: Page, article: lxml.html.HtmlElement, hints: Hints) -> str | None:
    return next(_names(page, article, hints), None)


def _names(page: Page, article: lxml.html.HtmlElement, hints: Hints) -> Iterator[str]:
    for css in (hints.author, _AUTHOR):
        for element in find(article, css):
            if not is_of_another(element, article):
                yield from _name(element.get("content") or text_of(element, 2 * _MAX_NAME))
    for thing in jsonld.articles(page):
        author = thing.get("author")
        if isinstance(author, dict) and "@id" in author and "name" not in author:
            author = next((t for t in jsonld.things(page) if t.get("@id") == author["@id"]), None)
        for value in jsonld.strings(author):
            yield from _name(value)
    yield from _name(focus.meta(page, "author", "article:author", "dcterms.creator", "DC.creator"))


def _name(text: str) -> Iterator[str]:
    name = _BY.sub("", squeeze(text)).strip(" ,;:|–—-")
    if name and len(name) <= _MAX_NAME and not _NOT_A_NAME.search(name):
        yield name


_LANGUAGE = re.compile(r"[a-z]{2,3}(?=$|[-_])")


def _language(page: Page) -> str | None:
    """The primary subtag (BCP 47) of what the page declares: ``fr``."""
    for value in (
        page.tree.get("lang"),
        page.tree.get("xml:lang"),
        focus.meta(page, "og:locale", "language", "DC.language"),
    ):
        match = _LANGUAGE.match((value or "").strip().lower())
        if match:
            return match[0]
    return None


def _categories(page: Page, article: lxml.html.HtmlElement, hints: Hints) -> tuple[str, ...]:
    found = _labels(article, hints.categories)
    if not found:
        found = _labels(article, "[rel~=category]")
    if not found:
        found = [
            s for t in jsonld.articles(page) for s in jsonld.strings(t.get("articleSection"))
        ] or [s for s in (focus.meta(page, "article:section"),) if s]
    return _distinct(found)


def _tags(page: Page, article: lxml.html.HtmlElement, hints: Hints) -> tuple[str, ...]:
    # WordPress writes rel="category tag" on categories, and some themes only rel="tag". The same
    # word may be both a category and a tag; the address tells.
    categories = find(article, hints.categories) + find(article, "[rel~=category]")
    addresses = [element.get("href") or "" for element in categories]
    found = _labels(article, hints.tags, addresses)
    if not found:
        found = _labels(article, "[rel~=tag]", addresses)
    if not found:
        found = [
            squeeze(e.get("content") or "")
            for e in page.tree.iterfind(".//meta[@property='article:tag']")
        ]
    if not found:
        for thing in jsonld.articles(page):
            for value in jsonld.strings(thing.get("keywords")):
                found += value.split(",")
    return _distinct(found)


def _labels(article: lxml.html.HtmlElement, css: str, but: Iterable[str] = ()) -> list[str]:
    """The texts of the label links that match; ``but`` are addresses of other kinds of labels."""
    others = set(but) - {""}
    return [
        text_of(element, _MAX_NAME)
        for element in find(article, css)
        if (element.get("href") or "") not in others and not is_of_another(element, article)
    ]


def _distinct(labels: Iterable[str]) -> tuple[str, ...]:
    clean = (squeeze(label).strip("#, ") for label in labels)
    return tuple(dict.fromkeys(label for label in clean if label and len(label) <= _MAX_NAME))
