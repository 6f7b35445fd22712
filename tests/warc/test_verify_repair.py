"""Repair: what is whole stays to the byte, what is taken out is kept, nothing is overwritten."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archiver.errors import WarcError
from archiver.warc.repair import repair
from archiver.warc.verify import verify
from tests.warc import faults
from tests.warc.handmade import (
    BODY,
    CHUNKED,
    PLAIN,
    compressed,
    exchange,
    failed,
    good,
    info,
    members,
    metadata,
)

# In the order of the file: the warcinfo, then each exchange.
GROUPS = [
    [info()],
    exchange("plain", PLAIN, BODY),
    failed(),
    exchange("chunked", CHUNKED, b"bonnet"),
    [metadata("dns", "", "error: CannotResolveHostError")],
    exchange("last", PLAIN, BODY),
]
PARTS = {
    "pole.warc.gz": [compressed(group) for group in GROUPS],
    "pole.warc": [b"".join(group) for group in GROUPS],
}
NAMES = st.sampled_from(sorted(PARTS))


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repair")


def rules(path: Path) -> set[str]:
    return {finding.rule for finding in verify([path])}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@given(NAMES, st.integers(0, 10_000))
def test_a_file_cut_anywhere_keeps_all_whole_groups(
    tmp_path_factory: pytest.TempPathFactory, name: str, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    parts = PARTS[name]
    data = b"".join(parts)
    cut %= len(data) + 1
    path = folder / name
    path.write_bytes(data[:cut])
    whole = max(end for end in (0, *accumulate(map(len, parts))) if end <= cut)
    done = repair(path)
    if whole == cut and whole:
        assert done is None
        assert path.read_bytes() == data[:cut]
        assert names(folder) == {name}
    elif whole == 0:
        assert done is not None
        assert done.path is None
        assert done.copy is not None
        assert done.copy.read_bytes() == data[:cut]
        assert names(folder) == {f"{name}.damaged"}
    else:
        assert done is not None
        assert (done.path, done.moved, done.cut) == (path, False, cut - whole)
        assert path.read_bytes() == data[:whole]
        assert (folder / f"{name}.cut").read_bytes() == data[whole:cut]
        assert list(verify([path])) == []
        assert repair(path) is None


@given(NAMES, st.integers(0, 10_000), st.binary(min_size=1, max_size=60))
@example("pole.warc", 0, b"\x1f\x8b\x08")
@example("pole.warc", len(info()) - 8, bytes(8))
def test_what_is_overwritten_costs_no_other_group(
    tmp_path_factory: pytest.TempPathFactory, name: str, at: int, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("junk")
    parts = PARTS[name]
    data = bytearray(b"".join(parts))
    at %= len(data)
    data[at : at + len(junk)] = junk
    data = data[: len(b"".join(parts))]
    path = folder / name
    path.write_bytes(data)
    starts = [0, *accumulate(map(len, parts))]
    untouched = [
        part
        for part, start in zip(parts, starts, strict=False)
        if start + len(part) <= at or start >= at + len(junk)
    ]
    done = repair(path)
    left = path.read_bytes() if path.exists() else b""
    for part in untouched:
        assert part in left
    if done is not None:
        assert done.copy is not None
        if done.copy.suffix == ".damaged":
            assert done.copy.read_bytes() == data, "the file as it was"
        else:
            assert left + done.copy.read_bytes() == data
        assert not left or repair(path) is None, "once is enough"


@pytest.mark.parametrize("which", range(sum(map(len, GROUPS))))
def test_a_broken_member_costs_its_own_group_only(folder: Path, which: int) -> None:
    data = b"".join(PARTS["pole.warc.gz"])
    found = members(data)
    broken = b"".join(faults.flip(len(m) // 2)(m) if n == which else m for n, m in enumerate(found))
    path = folder / "pole.warc.gz"
    path.write_bytes(broken)
    done = repair(path)
    assert done is not None
    left = path.read_bytes()
    sizes = list(accumulate(len(group) for group in GROUPS))
    hit = next(n for n, size in enumerate(sizes) if which < size)
    parts = PARTS["pole.warc.gz"]
    kept = [part for n, part in enumerate(parts) if n != hit]
    if GROUPS[hit] == failed() and which == sizes[hit] - 2:
        # The metadata of a failed attempt stands for itself, also without its request.
        kept.insert(hit, members(parts[hit])[-1])
    assert left == b"".join(kept)
    assert rules(path) == ({"warcinfo-first"} if hit == 0 else set())
    if hit < len(GROUPS) - 1:
        assert done.moved
        assert (folder / "pole.warc.gz.damaged").read_bytes() == broken
    else:
        assert not done.moved
        assert left + (folder / "pole.warc.gz.cut").read_bytes() == broken


@pytest.mark.parametrize("fault", ["changed body", "month thirteen", "no request", "no metadata"])
def test_what_hides_nothing_is_left_as_it_is(folder: Path, fault: str) -> None:
    data = faults.GZIPPED[fault](compressed(good()))
    path = folder / "pole.warc.gz"
    path.write_bytes(data)
    assert repair(path) is None
    assert path.read_bytes() == data


def test_no_earlier_copy_is_overwritten(folder: Path) -> None:
    path = folder / "pole.warc.gz"
    data = b"".join(PARTS["pole.warc.gz"])
    for torn in (5, 6, 7):
        path.write_bytes(data[:-torn])
        repair(path)
    last = len(PARTS["pole.warc.gz"][-1])
    copies = {name: (folder / name).stat().st_size for name in names(folder) if "cut" in name}
    assert copies == {f"pole.warc.gz.cut{n}": last - t for n, t in (("", 5), (".2", 6), (".3", 7))}


@pytest.mark.parametrize("torn", [0, 5])
def test_a_leftover_open_file_is_cut_and_finished(folder: Path, torn: int) -> None:
    path = folder / "pole.warc.gz.open"
    data = b"".join(PARTS["pole.warc.gz"])
    path.write_bytes(data[: len(data) - torn])
    done = repair(path)
    assert done is not None
    assert done.path == folder / "pole.warc.gz"
    assert "renamed to pole.warc.gz" in str(done)
    assert names(folder) == {"pole.warc.gz", *(["pole.warc.gz.cut"] if torn else [])}
    assert rules(folder / "pole.warc.gz") == set()


def test_a_leftover_whose_name_is_taken_is_said_and_left(folder: Path) -> None:
    path = folder / "pole.warc.gz.open"
    path.write_bytes(b"".join(PARTS["pole.warc.gz"]))
    (folder / "pole.warc.gz").write_bytes(b"another")
    with pytest.raises(WarcError, match="exists already"):
        repair(path)
    assert (folder / "pole.warc.gz").read_bytes() == b"another"


def test_whole_records_in_a_broken_member_are_left_alone(folder: Path) -> None:
    path = folder / "pole.warc.gz"
    whole = compressed([b"".join(record for group in GROUPS for record in group)])
    path.write_bytes(whole[:-30])
    with pytest.raises(WarcError, match="one gzip member"):
        repair(path)
    assert path.read_bytes() == whole[:-30]


def test_in_files_of_others_every_whole_record_stays(folder: Path) -> None:
    theirs = [info("Wget/1.21"), *(exchange("a", PLAIN, BODY)[0:2]), exchange("b", PLAIN, BODY)[0]]
    found = members(compressed(theirs))
    path = folder / "pole.warc.gz"
    path.write_bytes(found[0] + faults.flip(50)(found[1]) + found[2] + found[3][:-4])
    done = repair(path)
    assert done is not None
    assert path.read_bytes() == found[0] + found[2]
