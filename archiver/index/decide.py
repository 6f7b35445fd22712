"""What a capture of an announcement means: new, changed, unchanged, gone. Pure."""

from __future__ import annotations

import json
from dataclasses import replace

from archiver.catalogue.rows import AnnouncementRow, VersionRow
from archiver.catalogue.write import iso
from archiver.model import Article, Capture, CommentCount, Source

_EXCERPT = 300
_MOST_COMMENTS = 10_000_000
_COMPARED = ("title", "published", "author", "categories", "tags", "comment_count", "text")
GONE = (404, 410)
"""Status codes that say that a page is no more."""


def decide(
    known: AnnouncementRow | None, identity: str, article: Article, capture: Capture, source: Source
) -> tuple[AnnouncementRow, VersionRow | None]:
    """The announcement as it stands after a capture, and the version that the capture makes.

    The version is None when nothing that counts differs from the one before.
    """
    seen = iso(capture.fetched)
    fresh = AnnouncementRow(
        id=identity,
        title=article.title,
        source=source.key,
        region=source.region or None,
        departement=source.departement or None,
        published=article.published.value if article.published else None,
        published_from=str(article.published.signal) if article.published else None,
        year=article.published.year if article.published else None,
        author=article.author,
        language=article.language,
        categories=_array(article.categories),
        tags=_array(article.tags),
        comment_count=article.comments.value,
        comment_from=str(article.comments.signal) if article.comments.signal else None,
        comment_evidence=article.comments.evidence or None,
        excerpt=excerpt(article.text),
        text=article.text,
        url=capture.url,
        first_seen=known.first_seen if known else seen,
        last_seen=max(known.last_seen, seen) if known else seen,
        gone_since=None,
        versions=known.versions if known else 0,
        capture=capture.id,
    )
    changed = [name for name in _COMPARED if known and getattr(known, name) != getattr(fresh, name)]
    if known and not changed:
        return seen_again(known, capture), None
    fresh = replace(fresh, versions=fresh.versions + 1)
    return fresh, VersionRow(
        id=f"{identity}-{fresh.versions}",
        announcement=identity,
        number=fresh.versions,
        seen=seen,
        changed=_array(changed),
        title=fresh.title,
        published=fresh.published,
        author=fresh.author,
        categories=fresh.categories,
        tags=fresh.tags,
        comment_count=fresh.comment_count,
        comment_from=fresh.comment_from,
        text=fresh.text,
        adapter=article.adapter,
        reason=article.reason,
        capture=capture.id,
    )


def storable(article: Article) -> Article:
    """An article whose values fit into the catalogue, whatever the page said.

    JSON can spell lone surrogates, which are no text, and numbers without end, which are no count.
    """
    count = article.comments.value
    sane = count is None or 0 <= count <= _MOST_COMMENTS
    return replace(
        article,
        title=_text(article.title),
        text=_text(article.text),
        author=None if article.author is None else _text(article.author),
        language=None if article.language is None else _text(article.language),
        categories=tuple(map(_text, article.categories)),
        tags=tuple(map(_text, article.tags)),
        comments=replace(article.comments, evidence=_text(article.comments.evidence))
        if sane
        else CommentCount(),
    )


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")


def seen_again(known: AnnouncementRow, capture: Capture) -> AnnouncementRow:
    """The announcement after a capture that says the same."""
    return replace(known, last_seen=max(known.last_seen, iso(capture.fetched)), gone_since=None)


def gone(known: AnnouncementRow, capture: Capture) -> AnnouncementRow:
    """The announcement after a 404 or 410; its versions stay."""
    return replace(known, gone_since=known.gone_since or iso(capture.fetched))


def excerpt(text: str) -> str:
    """The beginning of a text, cut at a word, with an ellipsis when something follows."""
    flat = " ".join(text.split())
    if len(flat) <= _EXCERPT:
        return flat
    return flat[:_EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def _array(values: tuple[str, ...] | list[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
