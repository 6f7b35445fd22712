"""What the sample server answers, to the byte: a pure function of the site and the request.

It knows no socket and no clock: the same request always gets the same bytes, which is why no
``Date`` is sent (RFC 9110 6.6.1: a server without a clock must not).
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, replace
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException, parse_headers
from io import BytesIO
from itertools import cycle

from archiver.samples.site import HTML, Answer, Site

_CHUNK_SIZES = (7, 333, 1, 1021)
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP/(1\.[01])\r?\n")
_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_KEPT_IN_304 = frozenset({"etag", "last-modified", "cache-control", "vary"})


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request. ``target`` is in origin form: it begins with a slash."""

    method: str
    target: str
    version: str
    headers: Message

    @property
    def wants_close(self) -> bool:
        """Whether the connection is to end after the answer."""
        options = {o.strip().lower() for o in self.headers.get("Connection", "").split(",")}
        return "close" in options or self.version == "1.0"

    @property
    def body_length(self) -> int:
        """Bytes of the body that follow. Raises ValueError when that is no number."""
        value = self.headers.get("Content-Length", "0").strip()
        if not value.isdecimal():
            raise ValueError(f"Content-Length: {value!r}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Reply:
    """The bytes of an answer: ``head``, then ``pieces`` of the framed body. ``delay`` seconds."""

    head: bytes
    pieces: tuple[bytes, ...]
    close: bool
    delay: float


def parse(head: bytes) -> Request | None:
    """The request whose head this is, up to and with its empty line; None when malformed."""
    head = head.lstrip(b"\r\n")
    line = _REQUEST_LINE.match(head)
    if not line:
        return None
    method, target, version = (part.decode("latin-1") for part in line.groups())
    try:
        headers = parse_headers(BytesIO(head[line.end() :]))
    except HTTPException:
        return None
    target = _ORIGIN.sub("", target, count=1) or "/"
    return Request(method, target, version, headers) if target.startswith("/") else None


def reply(site: Site, request: Request | None) -> Reply:
    """What the site answers; None stands for a malformed request (400)."""
    if request is None:
        return _framed(_error(400), None)
    if request.method not in ("GET", "HEAD"):
        return _framed(_error(405, ("Allow", "GET, HEAD")), request)
    answer = site.answer(request.target)
    if answer.status == HTTPStatus.OK and _not_modified(answer, request.headers):
        kept = tuple(h for h in answer.headers if h[0].lower() in _KEPT_IN_304)
        answer = replace(answer, status=304, headers=kept, body=b"")
    return _framed(answer, request)


def _error(status: int, *headers: tuple[str, str]) -> Answer:
    title = f"{status} {HTTPStatus(status).phrase}"
    body = f"<!DOCTYPE html>\n<title>{title}</title>\n<h1>{title}</h1>\n".encode()
    return Answer(status, (*HTML, *headers), body, close=True)


def _framed(answer: Answer, request: Request | None) -> Reply:
    """The bytes of an answer for this client (RFC 9112 6, RFC 9110 8.4)."""
    close = answer.close or request is None or request.wants_close
    headers = list(answer.headers)
    body = answer.body
    if answer.gzip:
        headers.append(("Vary", "Accept-Encoding"))
    if request is not None and answer.gzip and body and _accepts_gzip(request.headers):
        body = gzip.compress(body, mtime=0)
        headers.append(("Content-Encoding", "gzip"))
    pieces: tuple[bytes, ...] = (body,) if body else ()
    # HTTP/1.0 knows no chunks; 304 has no content.
    if answer.status == HTTPStatus.NOT_MODIFIED:
        pass
    elif answer.chunked and request is not None and request.version == "1.1":
        headers.append(("Transfer-Encoding", "chunked"))
        pieces = _chunks(body)
    else:
        headers.append(("Content-Length", str(len(body))))
    if close:
        headers.append(("Connection", "close"))
    if request is not None and request.method == "HEAD":
        pieces = ()
    lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in (("Server", "samples"), *headers)]
    head = "\r\n".join((*lines, "", "")).encode("latin-1")
    return Reply(head, pieces, close, answer.delay)


def _chunks(body: bytes) -> tuple[bytes, ...]:
    """The body in chunks of uneven sizes, the first one with an extension (RFC 9112 7.1)."""
    pieces, position = [], 0
    for size in cycle(_CHUNK_SIZES):
        data = body[position : position + size]
        extension = b";causse=1" if position == 0 and data else b""
        pieces.append(b"%x%s\r\n%s\r\n" % (len(data), extension, data))
        position += size
        if not data:
            return tuple(pieces)
    raise AssertionError("cycle() ends only when it is empty")


def _accepts_gzip(headers: Message) -> bool:
    for offered in ",".join(headers.get_all("Accept-Encoding", [])).split(","):
        coding, _, weight = offered.partition(";")
        if coding.strip().lower() == "gzip":
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return False


def _not_modified(answer: Answer, headers: Message) -> bool:
    """RFC 9110 13.2.2: If-None-Match goes before If-Modified-Since."""
    etag, modified = answer.header("ETag"), answer.header("Last-Modified")
    if "If-None-Match" in headers:
        given = {tag.strip().removeprefix("W/") for tag in headers["If-None-Match"].split(",")}
        return etag is not None and ("*" in given or etag.removeprefix("W/") in given)
    if "If-Modified-Since" not in headers or modified is None:
        return False
    try:
        since = parsedate_to_datetime(headers["If-Modified-Since"])
    except ValueError:
        return False
    if since.tzinfo is None:
        return False
    return parsedate_to_datetime(modified) <= since
