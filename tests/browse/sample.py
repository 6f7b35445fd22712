"""A small catalogue with its WARC bytes, for the tests of this folder: our own texts.

One announcement is hostile: what a site could write to attack who reads the archive.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlite_utils import Database

from archiver.catalogue import schema
from archiver.layout import DataFolder

SCRIPT = "<script>document.title='mordu'</script>"
BREAKOUT = "\"><img src=x onerror=alert(1)>'><svg/onload=alert(2)>{{7*7}}"

WARCINFO = gzip.compress(
    b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", mtime=0
)


@dataclass(frozen=True, slots=True)
class Text:
    """An announcement of the sample; its capture is number ``n``."""

    n: int
    title: str
    source: str
    published: str | None
    comments: int | None
    text: str
    categories: tuple[str, ...] = ()
    url: str = ""
    versions: int = 1
    gone: str | None = None
    author: str | None = None

    @property
    def id(self) -> str:
        return f"{self.n:016x}"

    @property
    def capture(self) -> str:
        return capture_id(self.n)


TEXTS = (
    Text(
        1,
        "Une coopération nouvelle entre maraîchers et cantines",
        "figeacteurs",
        "2018-11-23T08:30:00+01:00",
        3,
        "Les cantines de trois communes achètent désormais leurs légumes ensemble.\n"
        "Chaque semaine, une tournée commune remplace onze trajets.\n"
        "La coopération s’ouvrira aux boulangers au printemps.",
        ("Alimentation", "Territoire"),
        versions=2,
        author="Claire Vidal",
    ),
    Text(
        2,
        "Appel à candidatures : trois tiers-lieux accompagnés pendant un an",
        "labo",
        "2024-06-12",
        None,
        "Les associations candidates décrivent leur lieu en deux pages.",
        ("Tiers-lieux",),
    ),
    Text(
        3,
        "La monnaie locale fête ses dix ans",
        "figeacteurs",
        "2023-09-01",
        0,
        "Dix ans après, deux cents commerces l’acceptent.",
        gone="2025-01-02T03:00:00.000000Z",
    ),
    Text(
        4,
        f"Titre {SCRIPT} {BREAKOUT}",
        "figeacteurs",
        "2020-02-02",
        1,
        f"Texte {SCRIPT}\n{BREAKOUT}\n</article></main>",
        (SCRIPT, BREAKOUT),
        url="javascript:alert(document.domain)",
        author=BREAKOUT,
    ),
)


def capture_id(n: int) -> str:
    return str(UUID(int=0xA0000000_0000_4000_8000_000000000000 + n))


def group(n: int) -> bytes:
    """The records of capture ``n``: a gzip member of their own."""
    body = f"Corps de la capture {n}, à l’octet près.".encode()
    head = f"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return gzip.compress(head + body + b"\r\n\r\n", mtime=0)


def build(folder: Path) -> DataFolder:
    """Makes the catalogue and a WARC file per source in that folder."""
    data = DataFolder(folder)
    data.prepare()
    db = Database(data.catalogue)
    schema.create(db)
    db.table("source").insert_all([*_sources()])
    db.table("crawl").insert(
        {
            "id": "20261124050000123456",
            "started": "2026-11-24T05:00:00.123456Z",
            "ended": "2026-11-24T05:20:00.000000Z",
            "software": "ess-archiver",
        }
    )
    ends: dict[str, int] = {}
    for text in TEXTS:
        name = f"{text.source}/20261124-00000.warc.gz"
        path = data.warc / name
        if name not in ends:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(WARCINFO)
            db.table("warc_file").insert(
                {"name": name, "source": text.source, "indexed_bytes": 0}, alter=False
            )
            ends[name] = len(WARCINFO)
        with path.open("ab") as file:
            file.write(group(text.n))
        _insert(db, text, name, ends[name], len(group(text.n)))
        ends[name] += len(group(text.n))
    db.table("problem").insert(
        {
            "id": "0123456789abcdef",
            "source": "labo",
            "crawl": "20261124050000123456",
            "kind": "http",
            "subject": "https://labo.example/page-perdue",
            "message": f"500 {SCRIPT}",
            "at": "2026-11-24T05:10:00.000000Z",
        }
    )
    db.close()
    return data


def _sources() -> list[dict[str, Any]]:
    return [
        {
            "key": "figeacteurs",
            "name": "Figeacteurs",
            "kind": "ptce",
            "town": "Figeac",
            "departement": "46",
            "region": "Occitanie",
            "url": "https://figeacteurs.example/",
            "status": "active",
            "permission": "asked",
        },
        {
            "key": "labo",
            "name": "Labo de l’ESS",
            "kind": "labo",
            "region": "Île-de-France",
            "url": "https://labo.example/",
            "status": "active",
            "permission": "none",
        },
    ]


def _insert(db: Database, text: Text, warc_file: str, offset: int, length: int) -> None:
    url = text.url or f"https://{text.source}.example/annonce-{text.n}"
    seen = f"2026-11-24T05:0{text.n}:00.500000Z"
    db.table("capture").insert(
        {
            "id": text.capture,
            "source": text.source,
            "crawl": "20261124050000123456",
            "url": url,
            "role": "page",
            "hops": "L",
            "fetched": seen,
            "status": 200,
            "mime": "text/html",
            "payload_digest": "sha256:" + "0" * 64,
            "payload_size": 12345,
            "announcement": text.id,
            "warc_file": warc_file,
            "offset": offset,
            "length": length,
        }
    )
    categories = json.dumps(list(text.categories), ensure_ascii=False)
    db.table("announcement").insert(
        {
            "id": text.id,
            "title": text.title,
            "source": text.source,
            "region": "Occitanie" if text.source == "figeacteurs" else "Île-de-France",
            "departement": "46" if text.source == "figeacteurs" else None,
            "published": text.published,
            "published_from": "time",
            "year": int(text.published[:4]) if text.published else None,
            "author": text.author,
            "language": "fr",
            "categories": categories,
            "tags": "[]",
            "comment_count": text.comments,
            "comment_from": None if text.comments is None else "heading",
            "comment_evidence": None if text.comments is None else f"{text.comments} réponses",
            "excerpt": text.text[:120],
            "text": text.text,
            "url": url,
            "first_seen": seen,
            "last_seen": seen,
            "gone_since": text.gone,
            "versions": text.versions,
            "capture": text.capture,
        }
    )
    for number in range(1, text.versions + 1):
        db.table("version").insert(
            {
                "id": f"{text.id}-{number}",
                "announcement": text.id,
                "number": number,
                "seen": seen,
                "changed": json.dumps(["title", "comment_count"] if number > 1 else []),
                "title": text.title if number == text.versions else "Un titre d’avant",
                "published": text.published,
                "categories": categories,
                "tags": "[]",
                "comment_count": text.comments,
                "text": text.text,
                "adapter": "wordpress",
                "reason": "article daté",
                "capture": text.capture,
            }
        )
