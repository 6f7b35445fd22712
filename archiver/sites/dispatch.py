"""Which adapter reads a page. The only module that knows all of them."""

from __future__ import annotations

from typing import Protocol

from archiver.extract import article, focus
from archiver.extract.elements import Hints
from archiver.extract.page import Page
from archiver.model import Article, Source
from archiver.sites import drupal, generic, spip, static, wordpress


class Adapter(Protocol):
    """What a module of this room offers for one platform."""

    NAME: str
    HINTS: Hints

    def recognises(self, page: Page) -> bool:
        """Whether the page was made by this platform, by the page's own marks."""

    def reason(self, page: Page) -> str | None:
        """Why the page is an announcement; None when it is not."""


ADAPTERS: tuple[Adapter, ...] = (wordpress, spip, drupal)


def adapter_for(page: Page, source: Source) -> Adapter:
    """By the page's own marks; else what the registry says of the source; else the generic one."""
    for adapter in ADAPTERS:
        if adapter.recognises(page):
            return adapter
    named = {adapter.NAME: adapter for adapter in ADAPTERS}
    return named.get(source.cms.lower(), generic)


def read(page: Page, source: Source) -> Article | None:
    """The announcement on this page, or None when it is none: a listing, a static page, an error.

    Deciding comes first and is cheap; text is extracted only from announcements.
    """
    # Walks are many, and each makes every element's Python object again unless something holds it.
    held = list(page.tree.iter())
    try:
        return _read(page, source)
    finally:
        del held


def _read(page: Page, source: Source) -> Article | None:
    if static.is_front(page) or static.is_error(page):
        return None
    adapter = adapter_for(page, source)
    reason = adapter.reason(page)
    if reason is None:
        return None
    names = (source.name,) if source.name else ()
    if static.is_static(page.url, focus.title(page, adapter.HINTS, names)):
        return None
    return article.read(page, adapter.HINTS, adapter=adapter.NAME, reason=reason, site_names=names)
