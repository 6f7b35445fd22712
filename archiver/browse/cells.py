"""A value of the catalogue as HTML. All that came from a site is escaped here, by markupsafe.

Knows the columns of the catalogue and where their pages are; reads nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from archiver.browse.french import VALUES, long_date

DATES = frozenset(
    (
        *("published", "first_seen", "last_seen", "gone_since"),
        *("seen", "fetched", "started", "ended", "at"),
    )
)
LISTS = frozenset(("categories", "tags", "changed"))
_CAPTURE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROW_ID = re.compile(r"[0-9A-Za-z_-]+")
_SHOWN = 80
"""Letters of an address that are shown; the link has them all."""


def is_capture_id(text: str) -> bool:
    """Whether a text is a UUID as the catalogue writes them: lower case, with hyphens."""
    return _CAPTURE_ID.fullmatch(text) is not None


def download_path(capture_id: str) -> str:
    """The address of a capture's WARC records. Raises ValueError when the id is no UUID."""
    if not is_capture_id(capture_id):
        raise ValueError(f"no capture id: {capture_id!r}")
    return f"/telecharger/{capture_id}.warc.gz"


def moment(iso: str | None) -> Markup:
    """A date or moment in French, with the exact one for machines; "date inconnue" for None."""
    if not iso:
        return Markup('<span class="unknown">date inconnue</span>')
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(iso, long_date(iso))


def labels(text: str | None) -> Markup | None:
    """A JSON array of texts as labels; None when the text is no such array or an empty one."""
    values = strings(text)
    if not values:
        return None
    items = Markup("").join(Markup("<li>{}</li>").format(value) for value in values)
    return Markup('<ul class="labels">{}</ul>').format(items)


def strings(text: str | None) -> list[str]:
    """The texts of a JSON array; empty when there is none."""
    try:
        values = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return [str(value) for value in values] if isinstance(values, list) else []


def is_web(url: str) -> bool:
    """Whether an address is one of the web, so that a link to it can only lead there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and url.isprintable()


def external(url: str, text: str | None = None) -> Markup:
    """A link out of the archive, for http and https; any other address as mere text."""
    shown = text or (url if len(url) <= _SHOWN else url[:_SHOWN] + "…")
    if not is_web(url):
        return escape(shown)
    return Markup('<a class="external" rel="noopener noreferrer nofollow" href="{}">{}</a>').format(
        url, shown
    )


def warc_link(capture_id: str, text: str = "WARC") -> Markup:
    """A link that downloads the records of a capture; the mere text when the id is none."""
    if not is_capture_id(capture_id):
        return escape(capture_id)
    return Markup('<a class="warc" download href="{}" title="{}">{}</a>').format(
        download_path(capture_id), "Télécharger les enregistrements WARC de cette capture", text
    )


def paragraphs(text: str | None) -> list[str]:
    """The paragraphs of a plain text, without the empty ones."""
    return [line for line in (text or "").splitlines() if line.strip()]


def cell(value: Any, column: str, table: str | None, row: Any) -> Markup | None:
    """How a table, row or query page shows a value; None: as Datasette does by itself.

    ``value`` is a dict of ``value`` and ``label`` where Datasette has looked up a foreign key.
    ``table`` is None in a query. ``row`` has ``keys()`` and items by column.
    """
    label = str(value["label"]) if isinstance(value, dict) else None
    plain = value["value"] if isinstance(value, dict) else value
    if plain is None and column == "comment_count":
        return Markup('<span class="unknown">inconnu</span>')
    if not isinstance(plain, str):
        return None
    link = _link(plain, label, column, table, row)
    return link if link is not None or label is not None else _text(plain, column)


def _link(
    plain: str, label: str | None, column: str, table: str | None, row: Any, /
) -> Markup | None:
    """The link that belongs to a column that names something; None when it names nothing."""
    if column == "capture":
        return _capture(plain)
    if table == "capture" and column == "warc_file" and "id" in row.keys():  # noqa: SIM118
        return Markup("{} <small>{}</small>").format(warc_link(str(row["id"])), plain)
    if table == "capture" and column == "id":
        return Markup("{} {}").format(plain, warc_link(plain))
    if column in ("source", "announcement") and _ROW_ID.fullmatch(plain):
        text = label or (plain if column == "source" or table else "Lire l’annonce")
        return Markup('<a href="/catalogue/{}/{}">{}</a>').format(column, plain, text)
    return None


def _capture(capture_id: str) -> Markup:
    if not is_capture_id(capture_id):
        return escape(capture_id)
    return Markup('{} <a href="/catalogue/capture/{}">fiche</a>').format(
        warc_link(capture_id), capture_id
    )


def _text(value: str, column: str) -> Markup | None:
    if column in DATES:
        return moment(value)
    if column in LISTS:
        return labels(value)
    if column in VALUES and value in VALUES[column]:
        return Markup('<span title="{}">{}</span>').format(value, VALUES[column][value])
    return external(value) if is_web(value) else None
