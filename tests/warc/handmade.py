"""Good WARC files, made by hand, record by record.

Nothing of the program's own writer is used: what it gets wrong must not be right here.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import uuid
import zlib

DATE = "2026-11-24T05:00:00.123456Z"
URL = "http://127.0.0.1/une-visite/"
BODY = "<p>Le pôle ouvre ses portes samedi, de dix heures à midi.</p>".encode()
PLAIN = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "a"\r\n\r\n' + BODY
REQUEST = b"GET /une-visite/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 Tr\xe8s bien\nX-Odd\ntransfer-encoding: Chunked\r\n\r\n"
    b"5;name=value\r\nbonne\r\n1\r\nt\r\n0\r\nTrailer: x\r\n\r\n"
)
GZIPPED = gzip.compress(BODY, mtime=0)
CODED = (
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"%x\r\n%s\r\n0\r\n\r\n" % (len(GZIPPED), GZIPPED)
)
NOT_MODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"


def record_id(name: str) -> str:
    """The same WARC-Record-ID for a name, every time."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"


INFO = record_id("info")


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def sha1(data: bytes) -> str:
    """As most other tools write it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(data).digest()).decode()}"


def raw(kind: str, name: str, block: bytes, *more: tuple[str, str], version: str = "1.1") -> bytes:
    """One record, not compressed."""
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id(name)),
        ("WARC-Date", DATE),
        *more,
        ("WARC-Block-Digest", digest(block)),
        ("Content-Length", str(len(block))),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"WARC/{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def info(software: str = "ess-archiver/0.1.0") -> bytes:
    block = f"software: {software}\r\nisPartOf: 20261124050000000000\r\n".encode()
    return raw("warcinfo", "info", block, ("Content-Type", "application/warc-fields"))


def of_group(kind: str, name: str, main: str, block: bytes, *more: tuple[str, str]) -> bytes:
    """A record of the group ``name``; ``main`` is the name of the record it belongs to, or ""."""
    media = "application/warc-fields"
    if kind != "metadata":
        media = f"application/http; msgtype={'request' if kind == 'request' else 'response'}"
    return raw(
        *(kind, f"{name} {kind}", block),
        ("WARC-Target-URI", URL + name),
        ("WARC-Warcinfo-ID", INFO),
        *([("WARC-Concurrent-To", record_id(f"{name} {main}"))] if main else []),
        ("Content-Type", media),
        *more,
    )


def metadata(name: str, main: str, *lines: str) -> bytes:
    block = "".join(f"{x}\r\n" for x in ("hopsFromSeed: L", "source: pole", "role: page", *lines))
    return of_group("metadata", name, main, block.encode())


def exchange(name: str, received: bytes, payload: bytes, *lines: str, cut: str = "") -> list[bytes]:
    """Response, request and metadata of one exchange."""
    more = [("WARC-Truncated", cut)] if cut else []
    response = of_group(
        "response", name, "", received, ("WARC-Payload-Digest", digest(payload)), *more
    )
    request = of_group("request", name, "response", REQUEST)
    return [response, request, metadata(name, "response", *lines)]


def revisit(name: str, profile: str, block: bytes, *more: tuple[str, str]) -> list[bytes]:
    """A revisit of the response of group "original"."""
    head = of_group(
        *("revisit", name, "", block),
        ("WARC-Profile", PROFILE + profile),
        ("WARC-Refers-To", record_id("original response")),
        ("WARC-Refers-To-Target-URI", URL + "original"),
        ("WARC-Refers-To-Date", DATE),
        *more,
    )
    return [head, of_group("request", name, "revisit", REQUEST), metadata(name, "revisit")]


def identical(name: str = "same") -> list[bytes]:
    return revisit(
        *(name, "identical-payload-digest", PLAIN[: -len(BODY)]),
        ("WARC-Truncated", "length"),
        ("WARC-Payload-Digest", digest(BODY)),
    )


def failed(name: str = "failed") -> list[bytes]:
    """An attempt to which nothing came."""
    request = of_group("request", name, "metadata", REQUEST)
    return [request, metadata(name, "", "error: TimeoutError: nothing came")]


def good() -> list[bytes]:
    """The records of a file in which nothing is wrong, with all that servers do."""
    big = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * 12_000
    return [
        info(),
        *exchange("plain", PLAIN, BODY),
        *exchange("chunked", CHUNKED, b"bonnet"),
        *exchange("coded", CODED, GZIPPED),
        *exchange("interim", PLAIN, BODY, "interimResponse: HTTP/1.1 103 Early Hints"),
        *exchange("short", PLAIN[:-9], BODY[:-9], "error: ConnectionLost", cut="disconnect"),
        *exchange("headless", b"HTTP/1.1 200 O", b"", "error: ConnectionLost", cut="disconnect"),
        *exchange("garbage", b"\x15\x03\x01\r\n\r\n\x00", b"\x00", "error: ParseError"),
        *exchange("empty", b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        *exchange("original", PLAIN, BODY),
        *exchange("big", big, bytes(range(256)) * 12_000),
        metadata("dns", "", "error: CannotResolveHostError"),
        *failed(),
        *identical(),
        *revisit("not-modified", "server-not-modified", NOT_MODIFIED),
        *exchange("last", PLAIN, BODY),
    ]


def compressed(records: list[bytes]) -> bytes:
    """A file of them, a gzip member each."""
    return b"".join(zlib.compress(record, 6, wbits=31) for record in records)


def members(data: bytes) -> list[bytes]:
    """The gzip members of a file, as they lie in it."""
    found = []
    while data:
        inflate = zlib.decompressobj(wbits=31)
        inflate.decompress(data)
        found.append(data[: len(data) - len(inflate.unused_data)])
        data = inflate.unused_data
    return found


def position(name: str) -> int:
    """Which of the records of good() it is: "plain response"."""
    mark = record_id(name).encode()
    return next(n for n, r in enumerate(good()) if b"WARC-Record-ID: " + mark in r)
