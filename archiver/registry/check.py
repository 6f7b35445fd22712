"""What an entry of the registry may hold, and what is wrong with one that does not.

Pure: tables in, sources and mistakes out; no file is read here. Two steps, so that an entry may be
spread over several files: ``read_entries`` looks at each value by itself, ``join`` puts the entries
of one key together and looks at what only the whole can tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from archiver.address import in_scope, site
from archiver.errors import Mistake
from archiver.model import Kind, Permission, PermissionState, Source, Status
from archiver.registry.territory import DEPARTEMENTS, REGIONS
from archiver.settings import shown, shown_key, unknown_key

# A key names a folder of the data folder and stands in URLs: no dot, no slash, no capital.
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"({_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\])(:[0-9]{{1,5}})?")
_PATH = re.compile(r"/[!-~]*")
_CMS = re.compile(r"([a-z][a-z0-9-]{0,19})?")
_UNFIT = {"Cc", "Cf", "Cs", "Zl", "Zp"}

Say = Callable[[str, str], None]
"""Takes where in the value a mistake is ("" for the value itself) and what was expected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one file says of one source. ``given`` also names the fields whose value was refused."""

    file: str
    key: str
    values: Mapping[str, Any]
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """A source, and for each field that some file gives, the file that had the last word."""

    source: Source
    origins: Mapping[str, str]


def read_entries(file: str, table: Mapping[str, Any]) -> tuple[list[Entry], list[Mistake]]:
    """The entries of one file, each value checked by itself."""
    entries: list[Entry] = []
    mistakes: list[Mistake] = []
    for key, fields in table.items():
        if not isinstance(fields, dict):
            expected = f"expected a table [{shown_key(key)}], got {shown(fields)}"
            mistakes.append(Mistake(file, shown_key(key), expected))
        elif not _KEY.fullmatch(key):
            expected = "expected a key of a-z, 0-9 and -, at most 40 of them, not beginning with -"
            mistakes.append(Mistake(file, shown_key(key), expected))
        else:
            entries.append(_read_entry(file, key, fields, mistakes))
    return entries, mistakes


def _read_entry(file: str, key: str, fields: Mapping[str, Any], mistakes: list[Mistake]) -> Entry:
    values: dict[str, Any] = {}
    for field, value in fields.items():
        if field not in _CHECKS:
            hint = unknown_key(field, _CHECKS)
            mistakes.append(Mistake(file, f"{key}.{shown_key(field)}", hint))
            continue
        taken, wrong = _read_value(field, value)
        mistakes += [Mistake(file, f"{key}.{field}{at}", expected) for at, expected in wrong]
        if not wrong:
            values[field] = taken
    return Entry(file, key, values, frozenset(fields))


def _read_value(field: str, value: object) -> tuple[Any, list[tuple[str, str]]]:
    wrong: list[tuple[str, str]] = []
    taken = _CHECKS[field](value, lambda at, expected: wrong.append((at, expected)))
    return taken, wrong


def repeated(entries: Sequence[Entry]) -> list[Mistake]:
    """A mistake for each entry whose key another file of the same layer has already."""
    first: dict[str, str] = {}
    return [
        Mistake(e.file, e.key, f"expected once only, {first[e.key]} has it already")
        for e in entries
        if first.setdefault(e.key, e.file) != e.file
    ]


def join(entries: Sequence[Entry]) -> tuple[Joined | None, list[Mistake]]:
    """Makes one source of the entries of one key; a later entry wins, field by field.

    There is no source when there are mistakes. A field that was refused already is not said to be
    missing as well.
    """
    key = entries[0].key
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for entry in entries:
        values.update(entry.values)
        origins.update(dict.fromkeys(entry.given, entry.file))
    refused = set(origins) - set(values)
    mistakes: list[Mistake] = []

    def say(field: str, expected: str, *among: str) -> None:
        """``among``: the fields of which one is at fault; the last file that gave one is named."""
        last = [e.file for e in entries if e.given & {field.partition("[")[0], *among}]
        mistakes.append(Mistake((last or [entries[-1].file])[-1], f"{key}.{field}", expected))

    if not values.get("name") and "name" not in refused:
        say("name", "expected the name of the organisation, as it is missing")
    if "kind" not in values and "kind" not in refused:
        say("kind", f"expected one of {', '.join(Kind)}, as it is missing")
    todo = values.get("status") is Status.TODO
    if not values.get("seeds") and not refused & {"seeds", "status"} and not todo:
        say("seeds", "expected at least one http(s) URL, unless the status is todo", "status")
    if values.get("seeds") and todo:
        say("status", 'expected another one than "todo", as there are seeds', "seeds")
    region, departement = values.get("region"), values.get("departement")
    if region and departement and departement not in REGIONS[region]:
        expected = f"expected one of {', '.join(REGIONS[region])} ({region}), got {departement}"
        say("departement", expected, "region")
    if not values.get("hosts") and "hosts" not in refused:
        values["hosts"] = tuple(dict.fromkeys(site(url) for url in values.get("seeds", ())))
    # A name or a kind that is missing must not hide what is wrong with the scope.
    source = Source(key=key, file=entries[0].file, **({"name": "", "kind": Kind.PTCE} | values))
    if not refused & {"hosts", "paths"}:
        _check_scope(source, say)
    return (None if mistakes or refused else Joined(source, origins)), mistakes


def _check_scope(source: Source, say: Callable[..., None]) -> None:
    hosts = f"expected a URL on {' or '.join(source.hosts) or 'one of the hosts'}"
    paths = f" under {' or '.join(source.paths)}" if source.paths else ""
    for number, url in enumerate(source.seeds):
        if not in_scope(url, source):
            say(f"seeds[{number}]", f"{hosts}{paths}, got {shown(url)}", "hosts", "paths")
    for number, url in enumerate(source.feeds):
        # A feed of the whole site may serve a source that is only a part of it.
        if site(url) not in source.hosts:
            say(f"feeds[{number}]", f"{hosts}, got {shown(url)}", "hosts")


# --- one value -----------------------------------------------------------------------------------


def _text(value: object, say: Say) -> str:
    # A line break, an escape sequence or a change of direction would spoil lists and terminals.
    if isinstance(value, str) and not _UNFIT & {unicodedata.category(c) for c in value}:
        return unicodedata.normalize("NFC", value.strip())
    say("", f"expected text on one line, got {shown(value)}")
    return ""


def _one_of(choices: type[StrEnum]) -> Callable[[object, Say], StrEnum | None]:
    def check(value: object, say: Say) -> StrEnum | None:
        if isinstance(value, str) and value in set(choices):
            return choices(value)
        say("", f"expected one of {', '.join(choices)}, got {shown(value)}")
        return None

    return check


def _region(value: object, say: Say) -> str:
    if value == "":
        return ""
    name = unicodedata.normalize("NFC", value) if isinstance(value, str) else ""
    if name not in REGIONS:
        say("", f"expected one of the regions {', '.join(REGIONS)}, got {shown(value)}")
    return name


def _departement(value: object, say: Say) -> str:
    if isinstance(value, str) and (value == "" or value in DEPARTEMENTS):
        return value
    say("", f'expected the code of a département such as "46", "2A" or "971", got {shown(value)}')
    return ""


def _each(good: Callable[[str], bool], expected: str) -> Callable[[object, Say], tuple[str, ...]]:
    """Checks a list of texts one by one."""

    def check(value: object, say: Say) -> tuple[str, ...]:
        if not isinstance(value, list):
            say("", f"expected a list, got {shown(value)}")
            return ()
        for number, item in enumerate(value):
            if not isinstance(item, str) or not good(item):
                say(f"[{number}]", f"expected {expected}, got {shown(item)}")
        return tuple(value)

    return check


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = site(text)
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(_HOST.fullmatch(host))
        and "@" not in parts.netloc
        and text.isprintable()
        and not re.search(r"\s", text)
    )


def _is_host(text: str) -> bool:
    try:
        return bool(_HOST.fullmatch(text)) and site(f"http://{text}") == text
    except ValueError:
        return False


def _is_path(text: str) -> bool:
    return bool(_PATH.fullmatch(text)) and not re.search(r"[?#]", text)


def _cms(value: object, say: Say) -> str:
    if isinstance(value, str) and _CMS.fullmatch(value):
        return value
    say("", f'expected one short word such as "wordpress", got {shown(value)}')
    return ""


def _flag(value: object, say: Say) -> bool:
    if not isinstance(value, bool):
        say("", f"expected true or false, got {shown(value)}")
    return value is True


def _permission(value: object, say: Say) -> Permission:
    if not isinstance(value, dict):
        say("", f'expected a table such as {{ state = "none" }}, got {shown(value)}')
        return Permission()
    known = ("state", "date", "scope")
    for key in value:
        if key not in known:
            say(f".{shown_key(key)}", unknown_key(key, known))
    state, day = value.get("state"), value.get("date")
    if "state" not in value or not isinstance(state, str) or state not in set(PermissionState):
        got = f", got {shown(state)}" if "state" in value else ", as it is missing"
        say(".state", f"expected one of {', '.join(PermissionState)}{got}")
        state = PermissionState.NONE
    # A datetime is a date to Python, but no day to us.
    if day is not None and type(day) is not date:
        say(".date", f"expected a date such as 2026-11-24 without quotes, got {shown(day)}")
        day = None
    scope = _text(value.get("scope", ""), lambda _, expected: say(".scope", expected))
    return Permission(PermissionState(state), day, scope)


_urls = _each(_is_url, "an http(s) URL with a host")

_CHECKS: dict[str, Callable[[object, Say], Any]] = {
    "name": _text,
    "kind": _one_of(Kind),
    "town": _text,
    "departement": _departement,
    "region": _region,
    "seeds": _urls,
    "hosts": _each(_is_host, 'a bare host name such as "figeacteurs.fr", without www'),
    "paths": _each(_is_path, 'the beginning of a URL path such as "/actualites"'),
    "feeds": _urls,
    "cms": _cms,
    "status": _one_of(Status),
    "permission": _permission,
    "private_network": _flag,
}
