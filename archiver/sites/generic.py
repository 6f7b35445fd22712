"""Any other site: what the page declares of itself, or a dated text with a title of its own."""

from __future__ import annotations

from archiver.extract import dates, focus, jsonld
from archiver.extract.elements import Hints, find, is_aside, text_of
from archiver.extract.page import Page
from archiver.model import Role
from archiver.sites.addresses import role
from archiver.sites.signs import teasers

NAME = "generic"

HINTS = Hints(
    body="[itemprop=articleBody], .e-content, [data-hook=post-description], .rah-static",
    title="[data-hook=post-title], [itemprop=headline], .p-name",
    date="[itemprop=datePublished], .dt-published, [data-hook=time-ago]",
    author="[itemprop=author] [itemprop=name], [data-hook=user-name], .p-author",
    categories="[data-hook=category-label-list] a, .p-category",
    tags="[data-hook=tag-cloud] a",
    remove="[data-hook=comments-component], [data-hook=post-footer], [data-hook=share-buttons]",
)

LISTING = 3
"""This many teasers of other articles in the main part make a page a listing."""
_ENOUGH = 200


def recognises(page: Page) -> bool:  # noqa: ARG001 -- every page is somebody's
    """Always: the adapter of last resort."""
    return True


def reason(page: Page) -> str | None:
    """What the page declares, else what it looks like."""
    return declared(page) or visible(page, HINTS)


def declared(page: Page) -> str | None:  # noqa: PLR0911 -- one decision after another
    """JSON-LD, microdata or Open Graph that call the page an article (or one event)."""
    if role(page.url) is not Role.PAGE:
        return None
    articles = jsonld.articles(page)
    titles = {s for thing in articles for s in jsonld.strings(thing.get("headline"))[:1]}
    if articles and len(titles) <= 1:
        return f"JSON-LD {sorted(jsonld.types(articles[0]) & jsonld.ARTICLE_TYPES)[0]}"
    events = [t for t in jsonld.things(page) if "Event" in jsonld.types(t)]
    if len(events) == 1 and not articles:
        return "JSON-LD Event"
    if find(page.tree, "[data-hook=post-title]"):
        return "data-hook=post-title"
    if focus.meta(page, "og:type").lower() == "article" and (
        # Many a plugin calls every page an article; a date makes the difference.
        focus.meta(page, "article:published_time") or dated(page, HINTS)
    ):
        return "og:type=article"
    items = [
        e
        for e in find(page.tree, "[itemtype$='Article'], [itemtype$='/BlogPosting']")
        if not is_aside(e)
    ]
    if len(items) == 1 and items[0].tag != "body" and find(items[0], "[itemprop=datePublished]"):
        return f"itemtype {(items[0].get('itemtype') or '').rpartition('/')[2]}"
    return None


def visible(page: Page, hints: Hints) -> str | None:
    """A dated text with a heading of its own on a page that is no listing."""
    if role(page.url) is not Role.PAGE or teasers(page) >= LISTING:
        return None
    articles = [
        e
        for e in page.tree.iter("article")
        if not is_aside(e) and "comment" not in (e.get("class") or "")
    ]
    if len(articles) > 1 or not dated(page, hints):
        return None
    scope = articles[0] if articles else page.tree
    if len(text_of(scope, _ENOUGH)) < _ENOUGH:
        return None
    return "one dated article" if articles else "dated text"


def dated(page: Page, hints: Hints) -> bool:
    """Whether the page says when its article was published; no guessing."""
    scope = focus.article(page, hints, focus.heading(page, hints))
    return dates.published(page, scope, hints, guess=False) is not None
