"""The rows that the index writes, as frozen values; each field is a column of its table.

Times are ISO 8601 in UTC; ``categories``, ``tags`` and ``changed`` are JSON arrays.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CrawlRow:
    id: str
    started: str
    ended: str | None
    software: str | None
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class AnnouncementRow:
    id: str
    title: str
    source: str
    region: str | None
    departement: str | None
    published: str | None
    published_from: str | None
    year: int | None
    author: str | None
    language: str | None
    categories: str
    tags: str
    comment_count: int | None
    comment_from: str | None
    comment_evidence: str | None
    excerpt: str
    text: str
    url: str
    first_seen: str
    last_seen: str
    gone_since: str | None
    versions: int
    capture: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    id: str
    announcement: str
    number: int
    seen: str
    changed: str
    title: str
    published: str | None
    author: str | None
    categories: str
    tags: str
    comment_count: int | None
    comment_from: str | None
    text: str
    adapter: str
    reason: str
    capture: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    id: str
    source: str | None
    crawl: str | None
    kind: str
    subject: str
    message: str
    at: str | None
    capture: str | None
