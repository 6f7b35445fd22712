"""What the home page and the page of an announcement show beside Datasette's own: reads only.

Every query takes what came from the visitor as a parameter.
"""

from __future__ import annotations

from typing import Any

from archiver.browse.archive import DATABASE, Archive

LATEST = 10
MANY = 200
"""Captures that the page of an announcement lists; the others are in the table."""

_NUMBERS = """
select
  (select count(*) from announcement) as announcements,
  (select count(distinct source) from announcement) as publishing,
  (select count(*) from source) as sources,
  (select count(*) from capture where status is not null) as captures,
  (select count(*) from problem) as problems,
  (select max(coalesce(ended, started)) from crawl) as last_crawl
"""
_LATEST = """
select a.id, a.title, a.published, a.comment_count, a.excerpt, a.source,
  a.region, coalesce(s.name, a.source) as source_name
from announcement a left join source s on s.key = a.source
order by a.published desc, a.first_seen desc, a.id limit :limit
"""
_ANNOUNCEMENT = """
select a.*, coalesce(s.name, a.source) as source_name, s.town as source_town,
  v.adapter, v.reason
from announcement a
left join source s on s.key = a.source
left join version v on v.announcement = a.id and v.number = a.versions
where a.id = :id
"""
_VERSIONS = """
select id, number, seen, changed, title, comment_count, capture
from version where announcement = :id order by number desc limit :limit
"""
_CAPTURES = """
select id, fetched, url, status, mime, payload_size, truncated, error
from capture where announcement = :id order by fetched desc, id limit :limit
"""


async def home(archive: Archive, actor: Any) -> dict[str, Any]:
    """``numbers`` (a row), ``latest`` (rows of announcements), ``tables`` and ``queries``."""
    db = archive.catalogue
    described = archive.metadata(database=DATABASE)["tables"]
    counts = await db.table_counts(200)
    return {
        "numbers": (await db.execute(_NUMBERS)).first(),
        "latest": (await db.execute(_LATEST, {"limit": LATEST})).rows,
        "tables": [
            {"name": name, "count": counts.get(name), **described[name]}
            for name in described
            if name in counts
        ],
        "queries": list((await archive.get_canned_queries(DATABASE, actor)).values()),
    }


async def announcement(archive: Archive, announcement_id: str) -> dict[str, Any]:
    """``announcement`` (a row), its ``history`` and its ``captures``, the latest first."""
    db = archive.catalogue
    of_it = {"id": announcement_id, "limit": MANY}
    return {
        "announcement": (await db.execute(_ANNOUNCEMENT, {"id": announcement_id})).first(),
        "history": (await db.execute(_VERSIONS, of_it)).rows,
        "captures": (await db.execute(_CAPTURES, of_it)).rows,
        "many": MANY,
    }
