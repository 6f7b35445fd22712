"""The tables of the catalogue.

There are no migrations: a changed schema is a new CATALOGUE_VERSION and a rebuild. No column holds
the moment or the order of indexing, so that a rebuild gives the same rows as a live crawl.

Times are ISO 8601 in UTC with microseconds ("2026-11-24T05:00:00.123456Z"); dates of publication
are as precise as the page gives them. NULL is unknown.
"""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

CATALOGUE_VERSION = 1
"""Stored as SQLite's ``user_version``."""

_TEXT, _INT = str, int

TABLES: dict[str, dict[str, Any]] = {
    "source": {
        "pk": "key",
        "columns": {
            "key": _TEXT,
            "name": _TEXT,
            "kind": _TEXT,  # ptce, labo, cress, national
            "town": _TEXT,
            "departement": _TEXT,
            "region": _TEXT,
            "url": _TEXT,  # the first seed
            "cms": _TEXT,
            "status": _TEXT,
            "permission": _TEXT,
        },
        "not_null": {"name", "kind", "status", "permission"},
    },
    "crawl": {
        "pk": "id",
        "columns": {
            "id": _TEXT,  # 20261124050000123456, the moment it began
            "started": _TEXT,
            "ended": _TEXT,  # of its last capture so far
            "software": _TEXT,
            "user_agent": _TEXT,
        },
        "not_null": {"started"},
    },
    "warc_file": {
        "pk": "name",
        "columns": {
            "name": _TEXT,  # <source>/<file>.warc.gz
            "source": _TEXT,
            "crawl": _TEXT,
            "indexed_bytes": _INT,  # up to the end of the last whole group of records
        },
        "not_null": {"source", "indexed_bytes"},
        "foreign_keys": [("source", "source", "key"), ("crawl", "crawl", "id")],
    },
    "capture": {
        "pk": "id",
        "columns": {
            "id": _TEXT,  # UUID of the response record, of the metadata record without response
            "source": _TEXT,
            "crawl": _TEXT,
            "url": _TEXT,
            "role": _TEXT,
            "via": _TEXT,
            "hops": _TEXT,
            "fetched": _TEXT,
            "status": _INT,  # NULL: no response came
            "mime": _TEXT,
            "payload_digest": _TEXT,
            "payload_size": _INT,
            "truncated": _TEXT,  # the reason, when the body is not whole
            "revisit": _TEXT,  # identical-payload-digest, server-not-modified
            "refers_to": _TEXT,  # of a revisit: the capture that has its payload
            "etag": _TEXT,
            "last_modified": _TEXT,
            "error": _TEXT,
            "announcement": _TEXT,
            "warc_file": _TEXT,
            "offset": _INT,  # of the group of records that belong to it, compressed
            "length": _INT,
        },
        "not_null": {"source", "url", "role", "fetched", "warc_file", "offset", "length"},
        "foreign_keys": [
            ("source", "source", "key"),
            ("crawl", "crawl", "id"),
            ("warc_file", "warc_file", "name"),
            ("announcement", "announcement", "id"),
            ("refers_to", "capture", "id"),
        ],
        "indexes": [
            ["url"],
            ["source", "url"],
            ["source", "payload_digest"],
            ["announcement"],
            ["warc_file"],
            ["crawl"],
        ],
    },
    "announcement": {
        "pk": "id",
        "columns": {
            "id": _TEXT,  # 16 hex digits from source and canonical address
            "title": _TEXT,
            "source": _TEXT,
            "region": _TEXT,
            "departement": _TEXT,
            "published": _TEXT,
            "published_from": _TEXT,  # structured, meta, time, text, guess
            "year": _INT,
            "author": _TEXT,
            "language": _TEXT,
            "categories": _TEXT,  # JSON array
            "tags": _TEXT,  # JSON array
            "comment_count": _INT,  # NULL: unknown
            "comment_from": _TEXT,  # heading, items, structured, form
            "comment_evidence": _TEXT,
            "excerpt": _TEXT,
            "text": _TEXT,
            "url": _TEXT,
            "first_seen": _TEXT,
            "last_seen": _TEXT,
            "gone_since": _TEXT,  # first 404 or 410 since it was last seen
            "versions": _INT,
            "capture": _TEXT,  # of its latest version
        },
        "not_null": {"title", "source", "url", "first_seen", "last_seen", "versions", "capture"},
        "foreign_keys": [("source", "source", "key"), ("capture", "capture", "id")],
        "indexes": [["source"], ["region"], ["year"], ["published"]],
    },
    "version": {
        "pk": "id",
        "columns": {
            "id": _TEXT,  # <announcement>-<number>
            "announcement": _TEXT,
            "number": _INT,  # from 1
            "seen": _TEXT,
            "changed": _TEXT,  # JSON array of the fields that differ from the one before
            "title": _TEXT,
            "published": _TEXT,
            "author": _TEXT,
            "categories": _TEXT,
            "tags": _TEXT,
            "comment_count": _INT,
            "comment_from": _TEXT,
            "text": _TEXT,
            "adapter": _TEXT,
            "reason": _TEXT,
            "capture": _TEXT,
        },
        "not_null": {"announcement", "number", "seen", "title", "capture"},
        "foreign_keys": [("announcement", "announcement", "id"), ("capture", "capture", "id")],
        "indexes": [["announcement"], ["capture"]],
    },
    "problem": {
        "pk": "id",
        "columns": {
            "id": _TEXT,  # 16 hex digits from what it is about
            "source": _TEXT,
            "crawl": _TEXT,
            "kind": _TEXT,  # fetch, http, extraction, warc
            "subject": _TEXT,  # the URL or the file
            "message": _TEXT,
            "at": _TEXT,
            "capture": _TEXT,
        },
        "not_null": {"kind", "subject", "message"},
        "foreign_keys": [
            ("source", "source", "key"),
            ("crawl", "crawl", "id"),
            ("capture", "capture", "id"),
        ],
        "indexes": [["source"], ["crawl"]],
    },
}

FULL_TEXT = ("title", "text", "author", "categories", "tags")
"""The columns of ``announcement`` that ``announcement_fts`` searches, accents folded."""


def create(db: Database) -> None:
    """Makes all tables, their indexes and the full-text index in an empty file."""
    for name, spec in TABLES.items():
        # Foreign keys are declared before their targets exist (capture and announcement point
        # at each other), which SQLite allows.
        db.table(name).create(
            spec["columns"],
            pk=spec["pk"],
            not_null=spec["not_null"],
        )
    for name, spec in TABLES.items():
        for column, other, other_column in spec.get("foreign_keys", ()):
            db.table(name).add_foreign_key(column, other, other_column)
        for columns in spec.get("indexes", ()):
            db.table(name).create_index(columns)
    db.table("announcement").enable_fts(
        FULL_TEXT, tokenize="unicode61 remove_diacritics 2", create_triggers=True
    )
    db.execute(f"PRAGMA user_version = {CATALOGUE_VERSION}")
