"""What the operator sets in ``archiver.toml``, how it is checked, and what a contact must be.

Ground: standard library only. It knows nothing of sources, crawls or WARC; it hands plain values
on. ``read_toml`` and its neighbours serve the registry too, so that every configuration file is
read, and its mistakes are said, in one way.

::

    contact = "archives@association.fr"   # or the page that explains the project

    [crawl]
    delay = 2.0                 # seconds between two requests to one host
    timeout = 60.0              # seconds
    max_requests = 20000        # of one source in one crawl
    max_depth = 20              # links from a seed
    max_body_bytes = 100000000

    [warc]
    size = 1000000000           # bytes after which the next file begins
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archiver import __version__
from archiver.errors import ConfigError, Mistake


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for every source. The defaults are polite to a small association's server."""

    contact: str | None = None
    """An e-mail address or a page, sent with every request; see ``contact_mistake``."""
    delay: float = 2.0
    """Seconds between two requests to one host."""
    timeout: float = 60.0
    """Seconds that one request may take."""
    max_requests: int = 20_000
    """Requests for one source in one crawl."""
    max_depth: int = 20
    """Links from a seed."""
    max_body_bytes: int = 100_000_000
    """What is kept of one body, at most."""
    warc_size: int = 1_000_000_000
    """Bytes after which a WARC file is finished and the next one begins."""

    def user_agent(self) -> str:
        """The ``User-Agent`` of every request, such as ``ess-archiver/0.1 (+archives@asso.fr)``."""
        name = f"ess-archiver/{'.'.join(__version__.split('.')[:2])}"
        return f"{name} (+{self.contact})" if self.contact else name


_MOST = 10**15


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of the file: where it stands in it, and the least that it may be."""

    table: str
    key: str
    least: float
    whole: bool = True
    above: bool = False
    """Whether ``least`` itself is too little."""

    def mistake(self, value: object) -> str | None:
        """What was expected instead of ``value``; None when it will do."""
        if (
            isinstance(value, int if self.whole else int | float)
            and not isinstance(value, bool)
            and (value > self.least if self.above else value >= self.least)
            and value <= _MOST  # neither infinity nor what no clock and no disk can hold
        ):
            return None
        return (
            f"expected a {'whole ' if self.whole else ''}number "
            f"{'above' if self.above else 'of at least'} {self.least:g}, got {shown(value)}"
        )


# Scrapy reads 0 as "without limit" in several of these; a limit is at least 1 here.
_NUMBERS = {
    "delay": _Number("crawl", "delay", 0, whole=False),
    "timeout": _Number("crawl", "timeout", 0, whole=False, above=True),
    "max_requests": _Number("crawl", "max_requests", 1),
    "max_depth": _Number("crawl", "max_depth", 1),
    "max_body_bytes": _Number("crawl", "max_body_bytes", 1),
    "warc_size": _Number("warc", "size", 1),
}
_TABLES = {
    table: {n.key: field for field, n in _NUMBERS.items() if n.table == table}
    for table in ("crawl", "warc")
}


def load(
    path: Path,
    *,
    contact: str | None = None,
    delay: float | None = None,
    timeout: float | None = None,
    max_requests: int | None = None,
    max_depth: int | None = None,
    max_body_bytes: int | None = None,
    warc_size: int | None = None,
) -> Settings:
    """Reads the settings of a data folder; a file that is missing means the defaults.

    Keyword arguments are command-line flags and win over the file; None means not given.
    A placeholder as contact is let through: whether it matters depends on what is crawled.

    Raises ConfigError with all mistakes of the file and of the flags.
    """
    flags = {
        "contact": contact,
        "delay": delay,
        "timeout": timeout,
        "max_requests": max_requests,
        "max_depth": max_depth,
        "max_body_bytes": max_body_bytes,
        "warc_size": warc_size,
    }
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    except OSError as e:
        raise ConfigError([Mistake(str(path), "file", f"cannot be read ({e.strerror})")]) from e
    table, mistakes = read_toml(str(path), data)
    values: dict[str, Any] = {}
    for place, field, value in _fields(table, str(path), mistakes):
        _take(values, field, value, mistakes, file=str(path), place=place)
    for field, flag in flags.items():
        if flag is not None:
            place = "--" + field.replace("_", "-")
            _take(values, field, flag, mistakes, file="command line", place=place)
    if mistakes:
        raise ConfigError(mistakes)
    return Settings(**values)


def _fields(
    table: dict[str, Any], file: str, mistakes: list[Mistake]
) -> Iterator[tuple[str, str, object]]:
    """The values of the file as (place, field of Settings, value); reports what is none."""
    for key, value in table.items():
        if key == "contact":
            yield "contact", "contact", value
        elif key in _TABLES and not isinstance(value, dict):
            mistakes.append(Mistake(file, key, f"expected a table [{key}], got {shown(value)}"))
        elif key in _TABLES:
            for inner, number in value.items():
                place = f"{key}.{shown_key(inner)}"
                if inner in _TABLES[key]:
                    yield place, _TABLES[key][inner], number
                else:
                    hint = _home(inner) or unknown_key(inner, _TABLES[key])
                    mistakes.append(Mistake(file, place, hint))
        else:
            hint = _home(key) or unknown_key(key, ["contact", *_TABLES])
            mistakes.append(Mistake(file, shown_key(key), hint))


def _home(key: str) -> str | None:
    """Where a key belongs that stands in the wrong table."""
    if key == "contact":
        return "belongs at the top of the file, before the first table"
    for table, keys in _TABLES.items():
        if key in keys:
            return f"belongs in the table [{table}]"
    return None


def _take(
    values: dict[str, Any],
    field: str,
    value: object,
    mistakes: list[Mistake],
    *,
    file: str,
    place: str,
) -> None:
    """Puts a value among ``values``, or what is wrong with it among ``mistakes``."""
    expected = _unsafe_contact(value) if field == "contact" else _NUMBERS[field].mistake(value)
    if expected:
        mistakes.append(Mistake(file, place, expected))
    else:
        values[field] = value


# --- the contact ---------------------------------------------------------------------------------

_RESERVED = re.compile(  # RFC 2606 and RFC 6761, and the way they are said in French
    r"(^|\.)(ex[ae]mple\.(org|com|net|edu|fr)|example|exemple|test|invalid|localhost|local)$"
)
_THING = (
    r"[-_.]?(pr[ée]?nom|name|nom|e?-?mail|courriel|ad?dress?e?|site|web|domaine?|asso(ciation)?"
    r"|organi[sz]ation|contact|page|structure|url)?"
)
_PLACEHOLDER_LABEL = re.compile(rf"(your|votre){_THING}\d*|change-?me|todo|xxx+")
_PLACEHOLDER_LOCAL = re.compile(r"you|(your|votre).*|change[-_.]?me|todo|x{2,}|nom|name|user")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+", re.I)
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


def _unsafe_contact(contact: object) -> str | None:
    """Why a value must not stand in a ``User-Agent`` header, whoever is asked."""
    if not isinstance(contact, str):
        return f"expected an e-mail address or the URL of a page, got {shown(contact)}"
    if not contact.isprintable():
        return "expected one line without control characters"
    if not contact.isascii():
        return f"expected ASCII only, as it goes into a header, got {shown(contact)}"
    # The contact stands in a comment of the header (RFC 9110, 5.6.5), which these would end.
    if re.search(r"[()\\]", contact):
        return f"expected no parenthesis and no backslash, got {shown(contact)}"
    return None


def contact_mistake(contact: str | None) -> str | None:
    """Why a contact will not do for a crawl of other people's sites; None when it will."""
    if contact is None or not contact.strip():
        return "missing: expected an e-mail address or the URL of a page about your archive"
    unsafe = _unsafe_contact(contact)
    if unsafe:
        return unsafe
    if re.match(r"https?://", contact, re.I):
        return _page_mistake(contact)
    local, _, domain = contact.rpartition("@")
    if not (_LOCAL.fullmatch(local) and _HOST.fullmatch(domain)) or _is_address(domain):
        return f"expected an e-mail address or an http(s) URL, got {shown(contact)}"
    if _PLACEHOLDER_LOCAL.fullmatch(local.lower()) or _is_placeholder_host(domain):
        return f"{shown(contact)} is a placeholder: expected an address at which you can be reached"
    return None


def _page_mistake(contact: str) -> str | None:
    neither = f"expected an e-mail address or an http(s) URL, got {shown(contact)}"
    try:
        parts = urlsplit(contact)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return neither
    if host == "localhost" or _is_address(host) or _is_placeholder_host(host):
        return f"{shown(contact)} is a placeholder: expected a page that everybody can read"
    if not _HOST.fullmatch(host) or "@" in parts.netloc or " " in contact:
        return neither
    return None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_placeholder_host(host: str) -> bool:
    host = host.lower().removeprefix("www.")
    return bool(_RESERVED.search(host) or _PLACEHOLDER_LABEL.fullmatch(host.split(".")[0]))


# --- reading TOML --------------------------------------------------------------------------------

_SHOWN = 100
_POSITION = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")


def read_toml(file: str, data: bytes) -> tuple[dict[str, Any], list[Mistake]]:
    """The table of a TOML file, or an empty one and the mistake that keeps it from being read.

    ``file`` is how the mistake names it. Never raises for what ``data`` holds.
    """
    try:
        # Editors on Windows put a byte order mark at the start.
        return tomllib.loads(data.decode("utf-8-sig")), []
    except UnicodeDecodeError as e:
        line = data.count(b"\n", 0, e.start) + 1
        return {}, [Mistake(file, f"line {line}", "expected text in UTF-8")]
    except ValueError as e:  # TOMLDecodeError, and what it lets through (a number without end)
        position = _POSITION.search(str(e))
        place = position[1] if position else "file"
        return {}, [Mistake(file, place, f"not TOML: {_POSITION.sub('', str(e))}")]
    except RecursionError:
        return {}, [Mistake(file, "file", "not TOML: nested too deeply")]


def shown(value: object) -> str:
    """A value as TOML would spell it, on one line and not too long, for a mistake."""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, str):
        # Quotes as in TOML; what is not printable must not reach a terminal.
        text = json.dumps(value, ensure_ascii=not value.isprintable())
    elif isinstance(value, dict):
        text = "a table"
    else:
        text = ascii(value) if isinstance(value, list) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def shown_key(key: str) -> str:
    """A key of a TOML file, quoted where TOML asks for it."""
    return key if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", key) else shown(key)


def unknown_key(key: str, known: Collection[str]) -> str:
    """What to say of a key that does not exist, with the one that was meant if one is near."""
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"unknown, did you mean {near[0]}?"
    return f"unknown, expected one of {', '.join(sorted(known))}"
