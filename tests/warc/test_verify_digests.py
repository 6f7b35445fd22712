"""The digests of verify, held against the writer's own reading of a message and against hashlib."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archiver.warc import message
from archiver.warc.digests import Dechunker, Digests, parse_digest
from archiver.warc.scan import Head
from tests.warc.handmade import digest


def dechunked(body: bytes, cuts: list[int]) -> bytes:
    """The body fed in pieces that end at the cuts."""
    dechunker = Dechunker()
    at, data = 0, b""
    for cut in [*sorted({c % (len(body) + 1) for c in cuts}), len(body)]:
        data += b"".join(dechunker.feed(body[at:cut]))
        at = cut
    return data


CUTS = st.lists(st.integers(0, 2000), max_size=12)


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=6), st.binary(max_size=40), CUTS)
def test_chunks_are_undone_wherever_the_pieces_end(
    parts: list[bytes], junk: bytes, cuts: list[int]
) -> None:
    extension = b" ;" + junk.replace(b"\n", b"").replace(b"\r", b"")
    body = b"".join(b"%X%s\r\n%s\r\n" % (len(p), extension, p) for p in parts)
    assert dechunked(body + b"0\r\nTrailer: x\r\n\r\nmore", cuts) == b"".join(parts)


FRAMING = st.lists(
    st.sampled_from([b"5", b"0", b"\r", b"\n", b"\r\n", b";", b"x", b" ", b"a", b"hello", b"\t"]),
    max_size=30,
).map(b"".join)


@given(FRAMING, CUTS)
@example(b"5\r\nhello\r5\r\nhello", [])
@example(b"1\nx\n1\ny\n", [3])
@example(b"5\r;\r\nhello", [])
def test_broken_framing_gives_the_same_however_it_is_cut(body: bytes, cuts: list[int]) -> None:
    assert dechunked(body, cuts) == dechunked(body, [])


@given(FRAMING)
def test_it_agrees_with_the_writer_that_it_checks(body: bytes) -> None:
    assert dechunked(body, []) == message.Dechunker().feed(body)


def test_a_chunk_that_breaks_off_gives_what_came() -> None:
    assert dechunked(b"5\r\nhello\r\n100\r\nand the re", [7]) == b"helloand the re"
    assert dechunked(b"5;" + b"x" * 10_000 + b"\r\nhello\r\n0\r\n\r\n", [4000]) == b"hello"
    assert dechunked(b" " * 10_000 + b"5\r\nhello", [4000]) == b"", "no line of a chunk is so long"


@given(st.binary(max_size=300), st.booleans(), CUTS)
def test_a_payload_digest_is_over_the_body_whatever_the_pieces(
    body: bytes, chunked: bool, cuts: list[int]
) -> None:
    coding = b"Transfer-Encoding:\r\n  chunked\r\n" if chunked else b""
    sent = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked and body else body
    sent = b"0\r\n\r\n" if chunked and not body else sent
    block = b"HTTP/1.1 200 OK\r\n" + coding + b"X: y\r\n\r\n" + sent
    head = Head(
        "WARC/1.1",
        {
            "warc-type": ["response"],
            "content-type": ["application/http; msgtype=response"],
            "warc-block-digest": [digest(block)],
            "warc-payload-digest": [digest(body)],
        },
        (),
    )
    digests = Digests(head)
    at = 0
    for cut in [*sorted({c % (len(block) + 1) for c in cuts}), len(block)]:
        digests.update(block[at:cut])
        at = cut
    assert (digests.block, digests.payload, digests.over_chunks) == (True, True, False)
    head.fields["warc-payload-digest"] = [digest(sent)]
    digests = Digests(head)
    digests.update(block)
    assert digests.payload is (sent == body)
    assert digests.over_chunks is chunked


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_digests_are_read_in_every_form_that_tools_write(algorithm: str) -> None:
    value = hashlib.new(algorithm, b"pole").digest()
    base32 = base64.b32encode(value).decode()
    for form in (value.hex(), value.hex().upper(), base32, base32.lower(), base32.rstrip("=")):
        for label in (algorithm, algorithm.upper()):
            assert parse_digest(f"{label}:{form}").value == value
    assert parse_digest("sha-256:" + "0" * 64).algorithm == "sha256"


@pytest.mark.parametrize(
    "text", ["", "sha1", "sha1:", "crc32:00000000", "sha1:0123", "sha1:" + "1" * 32, "x" * 500]
)
def test_what_is_no_digest_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"algorithm|Base32|length"):
        parse_digest(text)
