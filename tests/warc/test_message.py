"""HTTP messages: where they end, and what the body is."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archiver.warc.message import parse, split, split_interim

TEXT = "Le pôle réunit soixante-dix associations du territoire.".encode()


def response(headers: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + body


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=8), st.binary(max_size=80))
def test_undoing_chunks_gives_back_what_was_chunked(parts: list[bytes], junk: bytes) -> None:
    extension = b";" + junk.replace(b"\n", b"").replace(b"\r", b"")
    framed = b"".join(b"%X%s\r\n%s\r\n" % (len(p), extension, p) for p in parts)
    whole = response(b"Transfer-Encoding: chunked\r\n", framed + b"0\r\nTrailer: x\r\n\r\n")
    assert parse(whole).payload() == b"".join(parts)


@given(st.binary(max_size=400))
def test_no_bytes_make_the_parser_raise(junk: bytes) -> None:
    parsed = parse(junk)
    parsed.payload()
    assert b"".join(split_interim(junk)) == junk
    assert parse(response(b"Transfer-Encoding: chunked\r\n", junk)).payload() is not None


def test_a_chunked_body_that_breaks_off_gives_what_came() -> None:
    framed = b"5\r\nhello\r\n100\r\nand the re"
    assert (
        parse(response(b"Transfer-Encoding: chunked\r\n", framed)).payload() == b"helloand the re"
    )


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", gzip.compress(TEXT)),
        ("GZIP", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT, wbits=-15)),
        ("br", brotli.compress(TEXT)),
        ("zstd", zstd.compress(TEXT)),
        ("identity", TEXT),
        ("br, gzip", gzip.compress(brotli.compress(TEXT))),
    ],
)
def test_content_codings_are_undone(coding: str, coded: bytes) -> None:
    parsed = parse(response(b"Content-Encoding: %s\r\n" % coding.encode(), coded))
    assert parsed.content(1000) == TEXT
    assert parsed.payload() == coded, "the payload keeps its content coding"


def test_a_bomb_stops_at_the_limit() -> None:
    bomb = response(b"Content-Encoding: gzip\r\n", gzip.compress(bytes(10_000_000)))
    with pytest.raises(ValueError, match="larger than 1000 bytes"):
        parse(bomb).content(1000)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "rot13"])
def test_a_broken_or_unknown_coding_is_said(coding: str) -> None:
    broken = response(b"Content-Encoding: %s\r\n" % coding.encode(), b"not coded at all")
    with pytest.raises(ValueError, match=coding):
        parse(broken).content(1000)


def test_interim_responses_are_parted_from_the_final_one() -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
    final = response(b"Content-Length: 0\r\n", b"")
    assert split_interim(interim + final) == (interim, final)
    upgrade = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
    assert split_interim(upgrade) == (b"", upgrade), "101 is a final response"


def test_headers_are_read_as_servers_send_them() -> None:
    parsed = parse(
        b"HTTP/1.0 404 Non trouv\xe9\r\nContent-Type: Text/HTML; Charset='iso-8859-1'\n"
        b"no colon here\r\nX-Folded: one\r\n two\r\nX-Folded: three\r\n\r\nbody"
    )
    assert parsed.status == 404
    assert (parsed.mime, parsed.charset) == ("text/html", "iso-8859-1")
    assert parsed.header("x-folded") == "one two"
    assert parsed.body == b"body"


def test_a_message_without_blank_line_is_all_head() -> None:
    assert split(b"HTTP/1.1 200 OK\r\nHost: x") == (b"HTTP/1.1 200 OK\r\nHost: x", b"")
