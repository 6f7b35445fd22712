"""What ISO 28500 asks of the named fields of one record, whatever stands around it. Pure.

``strict`` is for files of this program; in those of others only what the standard forbids counts.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from archiver.warc.digests import parse_digest
from archiver.warc.scan import Head, Problem

VERSIONS = ("WARC/1.0", "WARC/1.1")
TYPES = (
    *("warcinfo", "response", "resource", "request", "metadata"),
    *("revisit", "conversion", "continuation"),
)
_WITH_URI = ("response", "resource", "request", "revisit", "conversion", "continuation")
_MANDATORY = ("warc-type", "warc-record-id", "warc-date")  # Content-Length is checked by the walk
_REPEATABLE = ("warc-concurrent-to", "warc-protocol")
_NAMED = ("content-length", "content-type")
_URN = "urn:uuid:"

IDENTICAL = "identical-payload-digest"
NOT_MODIFIED = "server-not-modified"
_PROFILE = re.compile(
    rf"http://netpreserve\.org/warc/1\.[01]/(?:revisit/)?({IDENTICAL}|{NOT_MODIFIED})"
)

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?Z)?)?)?", re.ASCII
)
_DATE_1_0 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_BRACKETED = re.compile(r"<([^<>\s]+)>")
_CANONICAL_ID = re.compile(r"<urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}>")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_NO_URI = re.compile(r"[<>\"\\]")
"""What no URI has. `|{}^[]` and bare `%` are none either, but browsers and servers send them."""


def check(head: Head, *, strict: bool) -> Iterator[Problem]:
    """What is wrong with the fields of a record."""
    if head.version not in VERSIONS:
        yield "warc-version", f"{head.version!r} is none of {', '.join(VERSIONS)}"
    for name in _MANDATORY:
        if not head.get(name):
            yield "mandatory-field", f"{_proper(name)} is missing"
    for name, values in head.fields.items():
        if len(values) > 1 and name not in _REPEATABLE and name.startswith(("warc-", *_NAMED)):
            yield "repeated-field", f"{_proper(name)} stands {len(values)} times"
    if head.type and head.type not in TYPES:
        yield "warc-type", f"{head.type!r} is no type of record"
    if (date := head.get("warc-date")) and (reason := date_fault(date, head.version)):
        yield "date", f"WARC-Date {date!r} {reason}"
    if head.id and (reason := _id_fault(head.id, strict=strict)):
        yield "record-id", f"WARC-Record-ID {head.id!r} {reason}"
    yield from _target(head, strict=strict)
    yield from _content_type(head, strict=strict)
    yield from _digests(head, strict=strict)
    if head.type == "revisit":
        yield from _revisit(head, strict=strict)


@lru_cache(64)
def date_fault(value: str, version: str) -> str | None:
    """What is wrong with a WARC-Date: W3C-DTF in UTC; down to the nanosecond since WARC/1.1."""
    if version == "WARC/1.0" and not _DATE_1_0.fullmatch(value):
        return "is not YYYY-MM-DDThh:mm:ssZ, as WARC/1.0 asks"
    found = _DATE.fullmatch(value)
    if not found:
        return "is no date of the form YYYY-MM-DDThh:mm:ss.ffffffZ"
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        datetime(year, month or 1, day or 1, hour, minute, min(second, 59))  # noqa: DTZ001
    except ValueError as e:
        return f"is no date of the calendar: {e}"
    return "has a second beyond 60" if second > 60 else None  # noqa: PLR2004  # 60: leap second


def profile(head: Head) -> str | None:
    """IDENTICAL or NOT_MODIFIED, as WARC-Profile says; None for any other."""
    found = _PROFILE.fullmatch(head.get("warc-profile") or "")
    return found.group(1) if found else None


def target_uri(head: Head) -> str:
    """WARC-Target-URI; without the angle brackets that WARC/1.0 asked for by mistake."""
    return unbracketed(head.get("warc-target-uri") or "", head)


def unbracketed(uri: str, head: Head) -> str:
    """A URI of a record's head without the angle brackets that WARC/1.0 asked for by mistake."""
    return uri.strip("<>") if head.version == "WARC/1.0" else uri


@lru_cache(64)
def uri_fault(value: str) -> str | None:
    """What is wrong with an absolute URI."""
    if not _URI.fullmatch(value) or _NO_URI.search(value):
        return "is no absolute URI"
    try:
        parts = urlsplit(value)
        if parts.scheme in ("http", "https") and not parts.hostname:
            return "has no host"
        _ = parts.port
    except ValueError as e:
        return f"is no URI: {e}"
    return None


def _id_fault(value: str, *, strict: bool) -> str | None:
    if _CANONICAL_ID.fullmatch(value):
        return None
    found = _BRACKETED.fullmatch(value)
    if not found or not _URI.fullmatch(found.group(1)):
        return "is no URI in angle brackets"
    bare = found.group(1).lower()
    if not strict and not bare.startswith(_URN):
        return None
    try:
        uuid.UUID(bare.removeprefix(_URN))
    except ValueError:
        return "is no UUID"
    return None if bare.startswith(_URN) else "is no urn:uuid"


def _target(head: Head, *, strict: bool) -> Iterator[Problem]:
    value = target_uri(head)
    if head.type == "warcinfo":
        if value:
            yield "target-uri", "a warcinfo record has no WARC-Target-URI"
    elif not value:
        if head.type in _WITH_URI or (strict and head.type == "metadata"):
            yield "mandatory-field", "WARC-Target-URI is missing"
    elif reason := uri_fault(value):
        yield "target-uri", f"WARC-Target-URI {value[:200]!r} {reason}"


def _content_type(head: Head, *, strict: bool) -> Iterator[Problem]:
    value = (head.get("content-type") or "").lower().replace(" ", "")
    is_http = target_uri(head).lower().startswith(("http:", "https:"))
    if head.type in ("response", "request") and is_http:
        media, _, parameters = value.partition(";")
        told = parameters.removeprefix("msgtype=").strip('"')
        if media != "application/http" or (parameters.startswith("msgtype=") and told != head.type):
            expected = f"application/http; msgtype={head.type}"
            yield "content-type", f"Content-Type is {value[:100]!r}, not {expected}"
    elif strict and head.type in ("warcinfo", "metadata") and value != "application/warc-fields":
        yield "content-type", f"Content-Type is {value[:100]!r}, not application/warc-fields"


def _digests(head: Head, *, strict: bool) -> Iterator[Problem]:
    for name in ("warc-block-digest", "warc-payload-digest"):
        if (value := head.get(name)) is not None:
            try:
                parse_digest(value)
            except ValueError as e:
                yield "digest-form", f"{_proper(name)} {e}"
    if strict and not head.get("warc-block-digest"):
        yield "mandatory-field", "WARC-Block-Digest is missing"


def _revisit(head: Head, *, strict: bool) -> Iterator[Problem]:
    kind = profile(head)
    if not head.get("warc-profile"):
        yield "mandatory-field", "WARC-Profile is missing"
    elif kind is None and strict:
        yield "revisit-fields", f"WARC-Profile {head.get('warc-profile')!r} is unknown"
    if kind == IDENTICAL and not head.get("warc-payload-digest"):
        yield "revisit-fields", "WARC-Payload-Digest of the original is missing"
    for name in ("warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date"):
        value = head.get(name)
        if not value:
            if strict:
                yield "revisit-fields", f"{_proper(name)} is missing"
        elif name == "warc-refers-to-date":
            if reason := date_fault(value, head.version):
                yield "revisit-fields", f"WARC-Refers-To-Date {value!r} {reason}"
        elif name == "warc-refers-to-target-uri":
            if reason := uri_fault(unbracketed(value, head)):
                yield "revisit-fields", f"WARC-Refers-To-Target-URI {value[:200]!r} {reason}"
        elif not _BRACKETED.fullmatch(value):
            yield "revisit-fields", f"WARC-Refers-To {value[:200]!r} is no URI in angle brackets"


def _proper(name: str) -> str:
    """The name of a field as the standard writes it."""
    words = [w.upper() if w in ("warc", "id", "uri") else w.title() for w in name.split("-")]
    return "-".join(words)
