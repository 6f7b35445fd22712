"""Builds WARC/1.1 records; warcio writes them, each as one gzip member.

Digests are SHA-256 in hexadecimal. WARC-Payload-Digest is over the payload as ISO 28500, 5.9 and
RFC 9110, 6.4 have it: the body after transfer coding is undone, content coding left. warcio's and
FastWARC's own checks compute it over the chunked bytes and report a mismatch on chunked responses;
that is their false alarm, pinned in the tests.
"""

from __future__ import annotations

import hashlib
import re
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archiver.warc.exchange import Exchange, Original
from archiver.warc.message import Dechunker, Response, head_end, parse, split_interim
from archiver.warc.tape import Tape

PROFILES = "http://netpreserve.org/warc/1.1/revisit/"
"""What a WARC-Profile begins with (ISO 28500, 6.7); the profile's name follows."""
IDENTICAL = "identical-payload-digest"
NOT_MODIFIED = "server-not-modified"

Sink = Callable[[bytes], object]
Headers = list[tuple[str, str]]
Block = Callable[[], Iterable[bytes]]
"""Gives the pieces of a block, each time anew."""

_AS_IT_IS = "resource"
"""What warcio is told that a record is: of a revisit it would leave out the block."""
_LINE_ENDS = re.compile(r"[\r\n]+")
_LEVEL = 6  # gives the size of level 9 on HTML, at half more speed
_FIELDS = "application/warc-fields"
_GATHERED = 1 << 18  # bytes
_LONGEST_HEAD = 1 << 20
_NOT_MODIFIED_STATUS = 304


def timestamp(moment: datetime) -> str:
    """A WARC-Date: UTC with microseconds (ISO 28500, 5.4).

    >>> timestamp(datetime(2026, 11, 24, 5, tzinfo=UTC))
    '2026-11-24T05:00:00.000000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def write_warcinfo(sink: Sink, filename: str, moment: datetime, fields: Mapping[str, str]) -> str:
    """Writes the record that begins a file; returns its WARC-Record-ID."""
    record_id = _urn(uuid.uuid4())
    block = _fields(fields.items())
    headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id),
        ("WARC-Date", timestamp(moment)),
        ("WARC-Filename", filename),
        ("Content-Type", _FIELDS),
    ]
    _write_member(sink, headers, lambda: [block])
    return record_id


def write_group(
    sink: Sink,
    exchange: Exchange,
    warcinfo_id: str,
    original_of: Callable[[str], Original | None] = lambda _: None,
) -> None:
    """Writes all records of one exchange, the metadata record last.

    ``original_of`` is asked with the payload digest for an earlier capture that has the same
    payload; where there is one, a revisit record takes the place of the response.
    """
    asked = exchange.asked
    main_id, metadata_id = uuid.uuid4(), uuid.uuid4()
    message = _Message.of(exchange.received)
    answered = message.start < len(exchange.received)
    common = [
        ("WARC-Date", timestamp(exchange.started)),
        ("WARC-Target-URI", asked.url),
        ("WARC-Warcinfo-ID", warcinfo_id),
    ]
    wire = [
        *([("WARC-IP-Address", exchange.ip)] if exchange.ip else []),
        *(("WARC-Protocol", protocol) for protocol in exchange.protocols),
        *([("WARC-Cipher-Suite", exchange.cipher)] if exchange.cipher else []),
    ]
    concurrent = [("WARC-Concurrent-To", _urn(main_id))] if answered else []
    if answered:
        digest, size = message.payload_digest()
        original = _original(exchange, message, digest if size else None, original_of)
        kind, block = _response_headers(exchange, message, original, digest)
        _write_member(sink, [*kind, ("WARC-Record-ID", _urn(main_id)), *common, *wire], block)
    if exchange.request:
        headers = [
            ("WARC-Type", "request"),
            ("WARC-Record-ID", _urn(uuid.uuid4())),
            *common,
            *wire,
            *concurrent,
            ("Content-Type", "application/http; msgtype=request"),
        ]
        _write_member(sink, headers, exchange.request.pieces)
    headers = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", _urn(metadata_id)),
        *common,
        *concurrent,
        ("Content-Type", _FIELDS),
    ]
    told = _fields(_told(exchange, message))
    _write_member(sink, headers, lambda: [told])


def escape(data: bytes) -> str:
    """Bytes as text of one line: Latin-1, with Python's escapes for what is no printable ASCII."""
    return data.decode("latin-1").encode("unicode_escape").decode("ascii")


def unescape(text: str) -> bytes:
    """The bytes that ``escape`` was given."""
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def read_fields(block: bytes) -> dict[str, str]:
    """The block of an ``application/warc-fields`` record; of a repeated name the first counts."""
    found: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").split("\r\n"):
        name, colon, value = line.partition(": ")
        if colon:
            found.setdefault(name, value)
    return found


@dataclass(frozen=True, slots=True)
class _Message:
    """What was received: the interim responses, the final one, and where its body begins."""

    tape: Tape
    interim: bytes
    start: int
    body: int
    response: Response

    @classmethod
    def of(cls, tape: Tape) -> _Message:
        beginning = tape.head(_LONGEST_HEAD)
        interim, final = split_interim(beginning)
        start, end = len(interim), head_end(final)
        # Without a blank line all of it is head.
        body = len(tape) if end is None else start + end
        return cls(tape, interim, start, body, parse(final[: body - start]))

    def whole(self) -> Iterable[bytes]:
        """The final response."""
        return self.tape.pieces(self.start)

    def head(self) -> Iterable[bytes]:
        """Status line and headers of the final response, with the blank line."""
        return [self.tape.head(self.body)[self.start :]]

    def payload_digest(self) -> tuple[str, int]:
        """The digest of the payload, and its size in bytes."""
        undo = Dechunker().feed if self.response.is_chunked else lambda piece: piece
        digest, size = hashlib.sha256(), 0
        for piece in self.tape.pieces(self.body):
            payload = undo(piece)
            digest.update(payload)
            size += len(payload)
        return f"sha256:{digest.hexdigest()}", size


def _original(
    exchange: Exchange,
    message: _Message,
    payload_digest: str | None,
    original_of: Callable[[str], Original | None],
) -> Original | None:
    """The earlier capture that a revisit of this exchange would stand for."""
    if exchange.truncated is not None:
        return None
    if message.response.status == _NOT_MODIFIED_STATUS:
        return exchange.asked.unless_changed
    return original_of(payload_digest) if payload_digest else None


def _response_headers(
    exchange: Exchange, message: _Message, original: Original | None, payload_digest: str
) -> tuple[Headers, Block]:
    """Headers and block of the response record, or of the revisit record in its place."""
    http = ("Content-Type", "application/http; msgtype=response")
    if original is None:
        return [
            ("WARC-Type", "response"),
            http,
            ("WARC-Payload-Digest", payload_digest),
            *([("WARC-Truncated", exchange.truncated)] if exchange.truncated else []),
        ], message.whole
    unmodified = message.response.status == _NOT_MODIFIED_STATUS
    return [
        ("WARC-Type", "revisit"),
        http,
        ("WARC-Profile", PROFILES + (NOT_MODIFIED if unmodified else IDENTICAL)),
        ("WARC-Refers-To", _urn(original.record_id)),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
        ("WARC-Payload-Digest", original.payload_digest),
        # The block is the head alone, as in ISO 28500, C.6.
        *([] if unmodified else [("WARC-Truncated", "length")]),
    ], message.whole if unmodified else message.head


def _told(exchange: Exchange, message: _Message) -> Iterator[tuple[str, str]]:
    """The fields of the metadata record."""
    asked = exchange.asked
    if asked.via:
        yield "via", asked.via
    yield "hopsFromSeed", asked.hops
    yield "source", asked.source
    yield "role", asked.role
    yield "fetchTimeMs", str(round((exchange.ended - exchange.started).total_seconds() * 1000))
    if exchange.error:
        yield "error", exchange.error
    yield from exchange.tls
    if message.interim:
        yield "interimResponse", escape(message.interim)


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    """warcio's writer, which leaves the digests to us: its own are SHA-1, and over chunks."""

    def ensure_digest(self, record: object, block: bool = True, payload: bool = True) -> None:
        pass


class _Member:
    """One gzip member on its way into a sink, as the file that warcio writes to.

    Small writes are gathered: each call of zlib lets go of the interpreter, and to get it back is
    dearer than what it compresses.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, wbits=31)
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= _GATHERED:
            self._sink(self._compressor.compress(b"".join(self._parts)))
            self._parts, self._size = [], 0

    def flush(self) -> None:
        """warcio flushes within a record; only ``close`` ends the member."""

    def close(self) -> None:
        self._sink(self._compressor.compress(b"".join(self._parts)) + self._compressor.flush())


class _Pieces:
    """Pieces of bytes as the file that warcio reads a block from."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)

    def read(self, _: int) -> bytes:
        return next(self._pieces, b"")


def _write_member(sink: Sink, headers: Headers, block: Block) -> None:
    """Writes one record. The block is gone through twice, first for its length and digest."""
    digest, length = hashlib.sha256(), 0
    for piece in block():
        digest.update(piece)
        length += len(piece)
    fields = dict(headers)
    record = ArcWarcRecord(
        "warc",
        _AS_IT_IS,
        StatusAndHeaders(
            "",
            [*headers, ("WARC-Block-Digest", f"sha256:{digest.hexdigest()}")],
            protocol="WARC/1.1",
        ),
        _Pieces(block()),
        None,
        fields["Content-Type"],
        length,
    )
    member = _Member(sink)
    _Writer(member, gzip=False, warc_version="1.1").write_record(record)
    member.close()


def _urn(identity: object) -> str:
    return f"<urn:uuid:{identity}>"


def _fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    return b"".join(
        f"{name}: {_LINE_ENDS.sub(' ', value).strip(' ')}\r\n".encode() for name, value in pairs
    )
