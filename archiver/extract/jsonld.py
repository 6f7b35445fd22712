"""The JSON-LD of a page (schema.org), flattened; broken blocks are as if they were not there."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from archiver.extract.page import Page

Thing = Mapping[str, Any]

ARTICLE_TYPES = frozenset(
    {
        "Article",
        "NewsArticle",
        "BlogPosting",
        "SocialMediaPosting",
        "Report",
        "TechArticle",
        "ScholarlyArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "PressRelease",
    }
)
_WRAPPER = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_MAX_DEPTH = 4


# A page is asked several times while it is read, then never again.
@functools.lru_cache(maxsize=2)
def things(page: Page) -> tuple[Thing, ...]:
    """All top-level objects of the page's JSON-LD, those of ``@graph`` and ``mainEntity`` too."""
    found: list[Thing] = []
    for script in page.tree.iter("script"):
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind and script.text:
            try:
                data = json.loads(_WRAPPER.sub("", script.text), strict=False)
            except (ValueError, RecursionError):
                continue
            found.extend(_flatten(data, _MAX_DEPTH))
    return tuple(found)


def _flatten(data: object, depth: int) -> Iterator[Thing]:
    if depth <= 0:
        return
    if isinstance(data, list):
        for member in data:
            yield from _flatten(member, depth - 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity"):
            if isinstance(data.get(key), (list, dict)):
                yield from _flatten(data[key], depth - 1)


def types(thing: Thing) -> frozenset[str]:
    """The types of an object without their vocabulary: ``{"NewsArticle"}``."""
    value = thing.get("@type")
    names = value if isinstance(value, list) else [value]
    return frozenset(n.rpartition("/")[2].rpartition(":")[2] for n in names if isinstance(n, str))


def articles(page: Page) -> tuple[Thing, ...]:
    """The objects that describe an article."""
    return tuple(thing for thing in things(page) if types(thing) & ARTICLE_TYPES)


def strings(value: object) -> list[str]:
    """The strings of a value: itself, its members, the ``name`` of an object or of members."""
    members = value if isinstance(value, list) else [value]
    names = [m.get("name") if isinstance(m, dict) else m for m in members]
    return [n.strip() for n in names if isinstance(n, str) and n.strip()]
