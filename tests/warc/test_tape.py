"""Tapes and the undoing of chunks give back what was put in, however it came in pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archiver.warc.message import Dechunker
from archiver.warc.tape import Tape


@given(st.lists(st.binary(max_size=200)), st.integers(0, 50), st.integers(0, 300))
def test_a_tape_gives_back_what_was_appended(parts: list[bytes], cut: int, start: int) -> None:
    whole = b"".join(parts)
    tape = Tape()
    for part in parts:
        tape.append(part)
    assert b"".join(tape.pieces(start)) == whole[start:]
    tape.cut(min(cut, len(whole)))
    left = whole[: len(whole) - min(cut, len(whole))]
    assert b"".join(tape.pieces()) == left
    assert (len(tape), tape.head(7)) == (len(left), left[:7])
    tape.append(b"more")
    assert b"".join(tape.pieces()) == left + b"more"


def test_a_long_tape_is_the_same_as_a_short_one() -> None:
    tape = Tape()
    piece = bytes(range(256)) * 1000
    for _ in range(20):
        tape.append(piece)
    assert b"".join(tape.pieces()) == piece * 20
    tape.cut(len(piece) + 1)
    assert b"".join(tape.pieces(5)) == (piece * 19)[5:-1]


@given(st.lists(st.binary(min_size=1, max_size=100), max_size=6), st.data())
def test_chunks_are_undone_alike_in_any_pieces(parts: list[bytes], data: st.DataObject) -> None:
    ends = ["\r\n", "\n"]
    framed = b"".join(
        b"%x;a=b%s%s%s" % (len(p), (end := data.draw(st.sampled_from(ends)).encode()), p, end)
        for p in parts
    )
    framed += data.draw(st.sampled_from([b"0\r\nTrailer: x\r\n\r\n", b"", b"zz\r\n", b"5\r\nhe"]))
    in_one = Dechunker().feed(framed)
    dechunker, position, in_pieces = Dechunker(), 0, b""
    while position < len(framed):
        size = data.draw(st.integers(1, 40))
        in_pieces += dechunker.feed(framed[position : position + size])
        position += size
    assert in_pieces == in_one
    assert in_one.startswith(b"".join(parts))
