"""Block and payload digests of a record, computed while its block goes by. Standard library only.

The payload of an HTTP message is its body after transfer coding is undone, content coding left
(ISO 28500, 5.9; RFC 9110, 6.4). **The false alarm of warcio and FastWARC**: both checks hash the
body as it was on the wire, chunk sizes and all, and so call the right payload digest of a chunked
response wrong. Tools that write as those check give the other value; ``Digests`` tells it apart, as
``over_chunks``, and verify.py accepts it in files that such tools wrote.

It is written apart from message.py on purpose: a check that shares the code of the writer finds
nothing. Tests hold the two against each other.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from archiver.warc.scan import Head

_KEPT = 1 << 20
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNKED = re.compile(rb"\ntransfer-encoding[ \t]*:((?:[^\n]|\n[ \t])*)", re.I)
_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*\r?\Z")
_LINE_LONGEST = 1 << 12
_NEW = {
    "md5": hashlib.md5,
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
}
ALGORITHMS = tuple(_NEW)


@dataclass(frozen=True, slots=True)
class Expected:
    """A digest as a record states it: the algorithm and the hash's bytes."""

    algorithm: str
    value: bytes


@lru_cache(64)
def parse_digest(text: str) -> Expected:
    """Reads a labelled digest: Base32 or hexadecimal, upper or lower case.

    Raises ValueError, which says what is wrong with it.
    """
    algorithm, colon, value = text.partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    if not colon or algorithm not in ALGORITHMS:
        raise ValueError(f"{text[:100]!r} has no algorithm of {', '.join(ALGORITHMS)}")
    size = _NEW[algorithm](usedforsecurity=False).digest_size
    try:
        bare = value.upper().rstrip("=")
        if len(bare) == 2 * size:
            return Expected(algorithm, bytes.fromhex(bare))
        decoded = base64.b32decode(bare + "=" * (-len(bare) % 8))
    except (ValueError, binascii.Error) as e:
        raise ValueError(f"{text[:100]!r} is neither hexadecimal nor Base32") from e
    if len(decoded) != size:
        raise ValueError(f"{text[:100]!r} has not the length of {algorithm}")
    return Expected(algorithm, decoded)


class Dechunker:
    """Undoes the chunked transfer coding (RFC 9112, 7.1) in pieces; lenient, as message.py is.

    Extensions and trailers fall away; where the framing breaks off, what came before counts.
    """

    def __init__(self) -> None:
        self._line = b""
        self._left = 0
        self._in_data = False
        self._after = 0
        self.ended = False

    def feed(self, piece: bytes) -> list[bytes]:
        """The data in the next piece of the body."""
        data: list[bytes] = []
        at = 0
        while at < len(piece) and not self.ended:
            if self._in_data:
                part = piece[at : at + self._left]
                data.append(part)
                at += len(part)
                self._left -= len(part)
                if not self._left:
                    self._in_data, self._after = False, 2
            elif self._after:
                at += self._skip(piece[at])
            else:
                at = self._size_line(piece, at)
        return data

    def _skip(self, byte: int) -> int:
        """The end of a chunk's data: CRLF, else any one byte. Returns how many to step over."""
        if self._after == 2 and byte == 0x0D:  # noqa: PLR2004  # the CR of CRLF
            self._after = 1
            return 1
        if self._after == 1 and byte != 0x0A:  # noqa: PLR2004  # it was a lone CR
            self._after = 0
            return 0
        self._after = 0
        return 1

    def _size_line(self, piece: bytes, at: int) -> int:
        end = piece.find(b"\n", at)
        stop = len(piece) if end < 0 else end
        if b";" not in self._line:  # of an extension nothing is kept
            self._line += piece[at : min(stop, at + _LINE_LONGEST + 1)]
        if len(self._line) > _LINE_LONGEST and b";" not in self._line:
            self.ended = True
        if end < 0 or self.ended:
            return len(piece)
        size, extension, _ = self._line.partition(b";")
        found = _SIZE.match(size) if not extension or not size.endswith(b"\r") else None
        self._line = b""
        self._left = int(found.group(1), 16) if found else 0
        self._in_data = self._left > 0
        self.ended = not self._in_data
        return end + 1


class Digests:
    """A sink for one block; ``block`` and ``payload`` tell afterwards whether digests agree.

    ``start`` holds the first bytes of the block, up to 1 MB: the head of an HTTP message, or all of
    a small block.
    """

    def __init__(self, head: Head) -> None:
        self._block = _hash(head.get("warc-block-digest"))
        self._payload = _hash(head.get("warc-payload-digest"))
        self._wire: _Hash | None = None
        is_http = (head.get("content-type") or "").lower().startswith("application/http")
        self._in_head = is_http
        self._dechunker: Dechunker | None = None
        self._all = not is_http and head.type in ("warcinfo", "metadata")
        self.start = b""
        self.head_ended = False

    def update(self, piece: bytes) -> None:
        if self._block:
            self._block[1].update(piece)
        if self._all and len(self.start) < _KEPT:
            self.start += piece[: _KEPT - len(self.start)]
        if self._in_head:
            self._head(piece)
        elif self._payload:
            self._body(piece)

    @property
    def block(self) -> bool | None:
        """Whether WARC-Block-Digest agrees; None when there is none to check."""
        return _agrees(self._block)

    @property
    def payload(self) -> bool | None:
        """Whether WARC-Payload-Digest agrees; None when there is none to check."""
        return None if self._too_long else _agrees(self._payload)

    @property
    def over_chunks(self) -> bool:
        """Whether WARC-Payload-Digest is over the chunks as they were on the wire."""
        return self._dechunker is not None and _agrees(self._wire) is True

    @property
    def _too_long(self) -> bool:
        return self._in_head and len(self.start) >= _KEPT

    def _head(self, piece: bytes) -> None:
        if len(self.start) >= _KEPT:
            return
        before = len(self.start)
        self.start += piece
        end = _HEAD_END.search(self.start, max(0, before - 3))
        if end is None:
            return
        self._in_head, self.head_ended = False, True
        body = self.start[end.end() :]
        self.start = self.start[: end.start()]
        coding = _CHUNKED.search(self.start)
        if coding and b"chunked" in coding.group(1).lower() and self._payload:
            self._dechunker = Dechunker()
            self._wire = self._payload[0], self._payload[1].copy()
        if self._payload:
            self._body(body)

    def _body(self, piece: bytes) -> None:
        assert self._payload is not None
        if self._dechunker is None or self._wire is None:
            self._payload[1].update(piece)
            return
        self._wire[1].update(piece)
        for part in self._dechunker.feed(piece):
            self._payload[1].update(part)


_Hash = tuple[Expected, "hashlib._Hash"]


def _hash(text: str | None) -> _Hash | None:
    try:
        expected = parse_digest(text or "")
    except ValueError:
        return None
    return expected, _NEW[expected.algorithm](usedforsecurity=False)


def _agrees(pair: _Hash | None) -> bool | None:
    return None if pair is None else pair[1].digest() == pair[0].value
