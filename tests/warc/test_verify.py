"""`archiver verify` on whole files: what is right gives no finding, what is planted is found."""

from __future__ import annotations

import gzip
import tracemalloc
from io import BytesIO
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archiver.warc.finding import Finding
from archiver.warc.scan import Found, Head, scan
from archiver.warc.verify import verify
from tests.warc import faults
from tests.warc.handmade import (
    BODY,
    CHUNKED,
    DATE,
    INFO,
    PLAIN,
    compressed,
    digest,
    exchange,
    failed,
    good,
    identical,
    info,
    members,
    of_group,
    position,
    raw,
    record_id,
    sha1,
)
from tests.warc.others import by_fastwarc, by_warcio, finds

GOOD = compressed(good())


def put(folder: Path, data: bytes, name: str = "pole.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def rows(table: str) -> dict[str, tuple[set[str], str, str]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[2:]]
    return {name: (set(r.split(", ")), warcio, fast) for name, r, warcio, fast in lines}


IN_GZIP, IN_PLAIN = rows(faults.IN_GZIP), rows(faults.IN_PLAIN)


@pytest.mark.parametrize("name", ["pole.warc.gz", "pole.warc"])
def test_in_a_good_file_nothing_is_found(tmp_path: Path, name: str) -> None:
    data = GOOD if name.endswith(".gz") else b"".join(good())
    assert list(verify([put(tmp_path, data, name)])) == []


def test_each_fault_has_a_row_in_the_tables() -> None:
    assert set(IN_GZIP) == set(faults.GZIPPED)
    assert set(IN_PLAIN) == set(faults.UNCOMPRESSED)
    assert len(IN_GZIP) + len(IN_PLAIN) > 70


@pytest.mark.parametrize("fault", faults.GZIPPED)
def test_a_planted_fault_is_found_and_nothing_else(tmp_path: Path, fault: str) -> None:
    path = put(tmp_path, faults.GZIPPED[fault](GOOD))
    assert rules(list(verify([path]))) == IN_GZIP[fault][0]


@pytest.mark.parametrize("fault", faults.UNCOMPRESSED)
def test_a_fault_planted_in_a_plain_file_is_found_too(tmp_path: Path, fault: str) -> None:
    path = put(tmp_path, faults.UNCOMPRESSED[fault](b"".join(good())), "pole.warc")
    assert rules(list(verify([path]))) == IN_PLAIN[fault][0]


@pytest.mark.parametrize(
    ("name", "data", "planted", "table"),
    [
        ("pole.warc.gz", GOOD, faults.GZIPPED, IN_GZIP),
        ("pole.warc", b"".join(good()), faults.UNCOMPRESSED, IN_PLAIN),
    ],
    ids=["gzip", "plain"],
)
def test_the_tables_say_what_other_checkers_find(
    tmp_path: Path,
    name: str,
    data: bytes,
    planted: dict[str, faults.Fault],
    table: dict[str, tuple[set[str], str, str]],
) -> None:
    path = put(tmp_path, data, name)
    of_good = by_warcio(path), by_fastwarc(path)
    found = {}
    for fault, plant in planted.items():
        path.write_bytes(plant(data))
        found[fault] = (finds(by_warcio(path), of_good[0]), finds(by_fastwarc(path), of_good[1]))
    assert found == {fault: row[1:] for fault, row in table.items()}


def test_known_false_alarms_of_other_checkers_on_good_files(tmp_path: Path) -> None:
    """Not a wish: both hash the chunks, FastWARC a revisit's head as if it were the payload."""
    path = put(tmp_path, GOOD)
    chunked = {record_id("chunked response"), record_id("coded response")}
    assert by_warcio(path).records == chunked
    assert by_fastwarc(path).records == {*chunked, record_id("same revisit")}


def test_a_finding_names_file_offset_record_and_rule(tmp_path: Path) -> None:
    path = put(tmp_path, faults.GZIPPED["flipped bit in the data"](GOOD))
    at = position("plain response")
    (finding,) = verify([path])
    assert finding.file == path
    assert finding.offset == sum(map(len, members(GOOD)[:at]))
    assert finding.record == record_id("plain response"), "as far as it decompresses"
    assert finding.rule == "gzip-member"
    assert str(finding).startswith(f"{path}: offset {finding.offset}: <urn:uuid:")


def test_what_a_file_says_cannot_break_a_line_or_command_a_terminal(tmp_path: Path) -> None:
    forged = faults.edit("dns metadata", b"<urn:uuid:", b"\x1b[2J\x85\xe2\x80\xae<urn:uuid:")
    for finding in verify([put(tmp_path, forged(GOOD))]):
        assert str(finding).isprintable()


def test_readers_agree_record_by_record(tmp_path: Path) -> None:
    blocks: list[bytes] = []

    class Gather:
        def __init__(self, _: Head) -> None:
            blocks.append(b"")

        def update(self, piece: bytes) -> None:
            blocks[-1] += piece

    found = list(scan(put(tmp_path, GOOD), Gather))
    assert all(isinstance(item, Found) and item.whole for item in found)
    ours = [
        (item.head.type, item.head.id, block)
        for item, block in zip(found, blocks, strict=True)
        if isinstance(item, Found)
    ]
    by_warcio_ = [
        (r.rec_type, r.rec_headers.get_header("WARC-Record-ID"), r.raw_stream.read())
        for r in ArchiveIterator(BytesIO(GOOD), no_record_parse=True)
    ]
    by_fastwarc_ = [
        (r.headers["WARC-Type"], r.headers["WARC-Record-ID"], r.reader.read())
        for r in FastIterator(BytesIO(GOOD), parse_http=False)
    ]
    assert ours == by_warcio_ == by_fastwarc_
    assert [item.offset for item in found] == [
        sum(map(len, members(GOOD)[:n])) for n in range(len(found))
    ]


SMALL = compressed([info(), *exchange("plain", PLAIN, BODY), *failed()])
_UNGUARDED = range(3, 10)  # flags, time and system of a gzip header: no check covers them


@given(st.integers(0, len(SMALL) - 1), st.integers(0, 7))
def test_no_flipped_bit_goes_unseen(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    flipped = bytearray(SMALL)
    flipped[at] ^= 1 << bit
    starts = [sum(map(len, members(SMALL)[:n])) for n in range(len(members(SMALL)))]
    found = list(verify([put(tmp_path_factory.getbasetemp(), bytes(flipped))]))
    assert found or at - max(s for s in starts if s <= at) in _UNGUARDED


@given(st.integers(0, len(SMALL) - 1))
def test_no_torn_end_goes_unseen(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    ends, sizes = [], list(map(len, members(SMALL)))
    for n in (1, 4, 6):  # behind the warcinfo and behind each exchange
        ends.append(sum(sizes[:n]))
    found = list(verify([put(tmp_path_factory.getbasetemp(), SMALL[:cut])]))
    assert bool(found) == (cut not in ends)


@given(st.binary(max_size=300), st.sampled_from(["x.warc", "x.warc.gz"]))
def test_no_bytes_make_it_raise(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, name: str
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert list(verify([put(folder, junk, name)]))
    assert list(verify([put(folder, SMALL + b"\x1f\x8b\x08" + junk)]))
    list(verify([put(folder, compressed([b"WARC/1.1\r\n" + junk]))]))


def test_a_large_block_is_never_held_in_memory(tmp_path: Path) -> None:
    body = bytes(64 << 20)
    response = b"HTTP/1.1 200 OK\r\n\r\n" + body
    data = compressed([info(), *exchange("large", response, body)])
    for path in (
        put(tmp_path, data),
        put(tmp_path, gzip.decompress(data), "pole.warc"),
    ):
        tracemalloc.start()
        assert list(verify([path])) == []
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        tracemalloc.stop()


def test_a_revisit_may_refer_to_an_earlier_file_of_its_collection(tmp_path: Path) -> None:
    here, there = tmp_path / "pole", tmp_path / "labo"
    here.mkdir()
    there.mkdir()
    first = put(here, compressed([info(), *exchange("original", PLAIN, BODY)]), "1.warc.gz")
    again = raw("warcinfo", "again", b"", ("Content-Type", "application/warc-fields"))
    later = [again, *(r.replace(INFO.encode(), record_id("again").encode()) for r in identical())]
    second = put(here, compressed(later), "2.warc.gz")
    assert list(verify([first, second])) == []
    assert list(verify([second, first])) == [], "in any order"
    assert list(verify([second])) == [], "the other file is looked into"
    moved = put(there, first.read_bytes(), "1.warc.gz")
    first.unlink()
    assert rules(list(verify([moved, second]))) == {"revisit-target"}, "another collection"


def test_an_id_is_given_once_across_files(tmp_path: Path) -> None:
    one, other = put(tmp_path, SMALL, "1.warc.gz"), put(tmp_path, SMALL, "2.warc.gz")
    found = list(verify([one, other]))
    assert rules(found) == {"duplicate-id"}
    assert {finding.file for finding in found} == {other}
    assert len(found) == len(members(SMALL))
    assert list(verify([one, tmp_path / "." / "1.warc.gz"])) == [], "one file, named twice"


def test_an_open_file_may_be_torn_while_a_crawl_writes_it_and_not_else(tmp_path: Path) -> None:
    path = put(tmp_path, SMALL[:-5], "pole.warc.gz.open")
    assert list(verify([path], crawling=True)) == []
    assert rules(list(verify([path]))) == {"open-file", "gzip-member"}
    path.write_bytes(faults.GZIPPED["flipped bit in the data"](GOOD))
    assert rules(list(verify([path], crawling=True))) == {"gzip-member"}, "not at its end"
    path.rename(tmp_path / "pole.warc.gz")
    found = list(verify([path], crawling=True))
    assert rules(found) == {"gzip-member"}, "finished since it was listed"


def foreign(*records: bytes) -> bytes:
    """A file as other programs write it: WARC/1.0, SHA-1, URIs in brackets, no metadata."""
    converted = []
    for record in (info("Wget/1.21"), *records):
        head, _, rest = record.partition(b"\r\n\r\n")
        head = head.replace(b"WARC/1.1", b"WARC/1.0").replace(
            DATE.encode(), DATE[:19].encode() + b"Z"
        )
        block = rest[:-4]
        head = head.replace(digest(block).encode(), sha1(block).encode())
        lines = [
            b"WARC-Target-URI: <" + line[17:] + b">" if line.startswith(b"WARC-Target") else line
            for line in head.split(b"\r\n")
        ]
        converted.append(b"\r\n".join(lines) + b"\r\n\r\n" + rest)
    return compressed(converted)


def test_files_of_others_are_held_to_the_standard_only(tmp_path: Path) -> None:
    response, request, _ = exchange("a", CHUNKED, CHUNKED.partition(b"\r\n\r\n")[2])
    assert list(verify([put(tmp_path, foreign(request, response))])) == [], "digest over chunks"
    other = exchange("b", PLAIN, BODY)
    assert list(verify([put(tmp_path, foreign(response, other[0]))])) == [], "without requests"
    found = list(verify([put(tmp_path, foreign(request, response, other[0]))]))
    assert [(f.rule, f.record) for f in found] == [("pair", record_id("b response"))]
    found = list(verify([put(tmp_path, foreign(request))]))
    assert rules(found) == {"concurrent-to"}
    bare = [record.replace(b"WARC-Warcinfo-ID: %s\r\n" % INFO.encode(), b"") for record in other]
    assert list(verify([put(tmp_path, compressed(bare[:2]))])) == [], "without warcinfo"
    lost = of_group("revisit", "r", "", b"", ("WARC-Profile", "http://example.org/own"))
    assert list(verify([put(tmp_path, foreign(lost))])) == [], "a profile of its own"


def test_a_second_attempt_at_the_same_url_is_no_fault(tmp_path: Path) -> None:
    """A connection was lost and the URL asked for again: the first group has no response."""
    lost = [
        record.replace(record_id(f"x {kind}").encode(), record_id(f"lost {kind}").encode())
        for record in failed("x")
        for kind in ("request",)
    ]
    lost = [r.replace(record_id("x metadata").encode(), record_id("lost").encode()) for r in lost]
    data = compressed([info(), *lost, *exchange("x", PLAIN, BODY)])
    assert list(verify([put(tmp_path, data)])) == []


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    assert rules(list(verify([tmp_path / "none.warc.gz"]))) == {"unreadable"}
    assert rules(list(verify([put(tmp_path, b"")]))) == {"warcinfo-first"}
