"""HTTP/1.1 messages as bytes (RFC 9112): where the head ends, and what the body is.

Lenient as browsers are: bare line feeds, header lines without colon and obsolete folding are
taken as they come. Nothing here raises on what a server sent.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

import brotli

try:
    from compression import zstd  # type: ignore[import-not-found,unused-ignore]
except ImportError:  # before Python 3.14
    from backports import zstd

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(rb"HTTP/\d+\.\d+[ \t]+(\d{3})")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_LONGEST_LINE = 1 << 16
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]+)", re.I)


@dataclass(frozen=True, slots=True)
class Response:
    """A response parted into status, headers (names in lower case, Latin-1) and body as sent."""

    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of that lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def is_chunked(self) -> bool:
        return "chunked" in (self.header("transfer-encoding") or "").lower()

    @property
    def mime(self) -> str | None:
        """The media type, lower case, without parameters."""
        value = (self.header("content-type") or "").partition(";")[0].strip().lower()
        return value or None

    @property
    def charset(self) -> str | None:
        """The charset parameter of Content-Type."""
        found = _CHARSET.search(self.header("content-type") or "")
        return found.group(1) if found else None

    def payload(self) -> bytes:
        """The body after transfer coding is undone: what WARC-Payload-Digest is over."""
        return Dechunker().feed(self.body) if self.is_chunked else self.body

    def content(self, limit: int) -> bytes:
        """The payload after content coding is undone.

        What is truncated gives what can be had. Raises ValueError when the coding is unknown, the
        data is broken from the start, or the result is larger than ``limit`` bytes.
        """
        data = self.payload()
        codings = (self.header("content-encoding") or "").lower().replace(" ", "").split(",")
        for coding in reversed([c for c in codings if c not in ("", "identity")]):
            data = _decode(data, coding, limit)
        if len(data) > limit:
            raise ValueError(f"the content is larger than {limit} bytes")
        return data


class Dechunker:
    """Undoes the chunked transfer coding piece by piece (RFC 9112, 7.1).

    Extensions and trailers fall away. Where the framing breaks off, what came before counts.
    warcio's reader is not used: it takes a chunk extension beyond 64 bytes for the end of it all.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._left = 0
        self._after_data = False
        self._ended = False

    def feed(self, data: bytes) -> bytes:
        """The data of chunks in the next piece of a body."""
        buffer, position, parts = self._rest + data, 0, list[bytes]()
        while not self._ended:
            if self._left:
                part = buffer[position : position + self._left]
                parts.append(part)
                position += len(part)
                self._left -= len(part)
                self._after_data = True
                if self._left:
                    break
            if self._after_data:
                if buffer[position : position + 2] in (b"", b"\r"):
                    break
                position += 2 if buffer.startswith(b"\r\n", position) else 1
                self._after_data = False
            line = _CHUNK_SIZE.match(buffer, position)
            if line is None:
                partial = buffer[position : position + _LONGEST_LINE]
                self._ended = b"\n" in partial or len(partial) == _LONGEST_LINE
                break
            position = line.end()
            self._left = int(line.group(1), 16)
            self._ended = self._left == 0
        self._rest = b"" if self._ended else buffer[position:]
        return b"".join(parts)


def parse(message: bytes) -> Response:
    """Parts a final response into its pieces; status None when there is no status line."""
    head, body = split(message)
    lines = re.sub(rb"\r?\n[ \t]+", b" ", head).split(b"\n")
    status = _STATUS.match(lines[0])
    headers = tuple(
        (name.strip().lower().decode("latin-1"), value.strip().decode("latin-1"))
        for name, colon, value in (line.partition(b":") for line in lines[1:])
        if colon
    )
    return Response(int(status.group(1)) if status else None, headers, body)


def head_end(message: bytes) -> int | None:
    """Where the body begins, behind the blank line; None when that never came."""
    end = _HEAD_END.search(message)
    return end.end() if end else None


def split(message: bytes) -> tuple[bytes, bytes]:
    """Head and body; all is head when the blank line never came."""
    end = _HEAD_END.search(message)
    return (message[: end.start()], message[end.end() :]) if end else (message, b"")


def split_interim(received: bytes) -> tuple[bytes, bytes]:
    """Interim responses (1xx, but not 101) and the rest, the final response (RFC 9110, 15.2)."""
    start = 0
    while (status := _STATUS.match(received, start)) and status.group(1)[:1] == b"1":
        end = _HEAD_END.search(received, start)
        if status.group(1) == b"101" or end is None:
            break
        start = end.end()
    return received[:start], received[start:]


def _is_zlib(data: bytes) -> bool:
    """Whether data begins with a zlib header (RFC 1950, 2.2): method 8, check sum of two bytes."""
    head = int.from_bytes(data[:2], "big")
    return head >> 8 & 0x0F == zlib.DEFLATED and head % 31 == 0


def _decode(data: bytes, coding: str, limit: int) -> bytes:
    try:
        if coding in ("gzip", "x-gzip"):
            return zlib.decompressobj(31).decompress(data, limit + 1)
        if coding == "deflate":
            # "deflate" is zlib by the standard, raw deflate by habit.
            return zlib.decompressobj(15 if _is_zlib(data) else -15).decompress(data, limit + 1)
        if coding == "br":
            return bytes(brotli.Decompressor().process(data, output_buffer_limit=limit + 1))
        if coding == "zstd":
            return bytes(zstd.ZstdDecompressor().decompress(data, limit + 1))
    except (zlib.error, brotli.error, zstd.ZstdError) as e:
        raise ValueError(f"the content coding {coding} is broken: {e}") from e
    raise ValueError(f"the content coding {coding} is unknown")
