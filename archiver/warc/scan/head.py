"""The head of a WARC record: version line and named fields (ISO 28500, 4). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

HEAD_END = re.compile(rb"\r?\n\r?\n")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

Problem = tuple[str, str]
"""A rule and what breaks it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a record: ``fields`` by lower-case name, each with all its values in order."""

    version: str
    fields: dict[str, list[str]]
    problems: tuple[Problem, ...]
    type: str = field(init=False)
    """WARC-Type in lower case, "" without."""
    id: str = field(init=False)
    """WARC-Record-ID, "" without."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", (self.get("warc-type") or "").lower())
        object.__setattr__(self, "id", self.get("warc-record-id") or "")

    def get(self, name: str) -> str | None:
        """The first value of that lower-case name."""
        values = self.fields.get(name)
        return values[0] if values else None


def parse_head(raw: bytes) -> Head:
    """Parts a head (version line, named fields, blank line) and notes what its grammar forbids."""
    problems: list[Problem] = []
    try:
        text = raw.decode()
    except UnicodeDecodeError as e:
        problems.append(("record-head", f"it is not UTF-8: {raw[e.start : e.start + 20]!r}"))
        text = raw.decode("latin-1")
    lines = text.split("\r\n")
    if text.count("\n") != len(lines) - 1:
        problems.append(("record-head", "lines end with a bare line feed, not with CRLF"))
        lines = re.split(r"\r?\n", text)
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    for line in lines[1:]:
        if not line:
            break
        if line[0] in " \t" and last:
            last[-1] += " " + line.strip()
            continue
        written, colon, value = line.partition(":")
        name = _field_name(written)
        if not colon or name is None:
            problems.append(("record-head", f"not a named field: {line[:80]!r}"))
            continue
        last = fields.setdefault(name, [])
        last.append(value.strip())
    return Head(lines[0], fields, tuple(problems))


@lru_cache(512)
def _field_name(written: str) -> str | None:
    return written.lower() if _TOKEN.fullmatch(written) else None
