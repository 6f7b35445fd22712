"""Exchanges to write in tests."""

from __future__ import annotations

from datetime import UTC, datetime

from archiver.model import Role
from archiver.warc.exchange import Asked, Exchange
from archiver.warc.tape import Tape

MOMENT = datetime(2026, 11, 24, 5, 0, 0, 123456, tzinfo=UTC)
REQUEST = b"GET /une-visite/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 Tr\xe8s bien\r\nTransfer-Encoding: chunked\r\nX-Odd: \xe9t\xe9\r\n"
    b"x-odd: again\r\n\r\n5;name=value\r\nhello\r\n0\r\n\r\n"
)
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/html\r\n\r\nhello"


def exchange(
    received: bytes = PLAIN,
    *,
    request: bytes = REQUEST,
    url: str = "http://127.0.0.1/une-visite/",
    source: str = "pole",
    truncated: str | None = None,
    error: str | None = None,
) -> Exchange:
    return Exchange(
        Asked(url, source, Role.PAGE, "http://127.0.0.1/", "L"),
        MOMENT,
        MOMENT,
        request=Tape(request),
        received=Tape(received),
        ip="127.0.0.1",
        protocols=("http/1.1", "tls/1.3"),
        cipher="TLS_AES_256_GCM_SHA384",
        truncated=truncated,
        error=error,
    )
