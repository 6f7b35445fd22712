"""Faults planted in good WARC files, each by a function from bytes to bytes, and who finds them.

The columns of the tables: the rules under which `archiver verify` finds the fault (all of them,
nothing else may be found), and what `warcio check` and `fastwarc check --verify-payloads` do with
it: "yes" they name the record, "stops" they stop with a message, "crash" with a traceback, "-" they
find nothing. Both complain of good records too, see test_verify.py; only what they find beyond that
counts here.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable

from tests.warc.handmade import (
    BODY,
    CHUNKED,
    DATE,
    INFO,
    PLAIN,
    PROFILE,
    URL,
    digest,
    members,
    position,
    record_id,
)

Fault = Callable[[bytes], bytes]


def edit(name: str, old: bytes, new: bytes) -> Fault:
    """Replaces bytes in one record, which is compressed anew: only WARC can tell."""

    def plant(data: bytes) -> bytes:
        found = members(data)
        record = gzip.decompress(found[position(name)])
        assert old in record
        found[position(name)] = gzip.compress(record.replace(old, new, 1), mtime=0)
        return b"".join(found)

    return plant


def drop(*names: str) -> Fault:
    def plant(data: bytes) -> bytes:
        gone = [position(name) for name in names]
        return b"".join(m for n, m in enumerate(members(data)) if n not in gone)

    return plant


def scratch(name: str, change: Callable[[bytes], bytes]) -> Fault:
    """Changes the compressed bytes of one member: only gzip can tell."""

    def plant(data: bytes) -> bytes:
        found = members(data)
        found[position(name)] = change(found[position(name)])
        return b"".join(found)

    return plant


def flip(at: int) -> Callable[[bytes], bytes]:
    def change(member: bytes) -> bytes:
        flipped = bytearray(member)
        flipped[at] ^= 1
        return bytes(flipped)

    return change


def swap(data: bytes) -> bytes:
    found, at = members(data), position("plain response")
    found[at], found[at + 1] = found[at + 1], found[at]
    return b"".join(found)


def twice(data: bytes) -> bytes:
    found, at = members(data), position("plain response")
    return b"".join([*found, *found[at : at + 3]])


def joined(data: bytes) -> bytes:
    """Response and request of one exchange in one gzip member."""
    found, at = members(data), position("plain response")
    both = gzip.decompress(found[at]) + gzip.decompress(found[at + 1])
    return b"".join([*found[:at], gzip.compress(both, mtime=0), *found[at + 2 :]])


def unterminated(name: str) -> Fault:
    def plant(data: bytes) -> bytes:
        found = members(data)
        record = gzip.decompress(found[position(name)])
        found[position(name)] = gzip.compress(record[:-2], mtime=0)
        return b"".join(found)

    return plant


_HEX = digest(BODY).encode()
_PLAIN_ID = record_id("plain response").encode()
_ORIGINAL_ID = record_id("original response").encode()
_DNS_ID = record_id("dns metadata").encode()
_OTHER_ID = record_id("nobody").encode()
_LENGTH = b"Content-Length: %d" % len(PLAIN)
_DATE = f"WARC-Date: {DATE}".encode()
_R, _Q, _M = "plain response", "plain request", "plain metadata"
_V, _DNS = "same revisit", "dns metadata"
_TARGET = f"WARC-Target-URI: {URL}plain\r\n".encode()

GZIPPED: dict[str, Fault] = {
    "torn last member": lambda d: d[:-5],
    "last member lacks its body": lambda d: d[:-60],
    "member torn in the midst": scratch(_R, lambda m: m[: len(m) // 2]),
    "flipped bit in the data": scratch(_R, flip(150)),
    "flipped bit in the CRC": scratch(_R, flip(-8)),
    "flipped bit in the gzip magic": scratch(_R, flip(0)),
    "flipped bit in the warcinfo": scratch("info", flip(60)),
    "flipped bit in metadata": scratch(_M, flip(90)),
    "zeros behind the end": lambda d: d + bytes(4096),
    "text between members": scratch(_R, lambda m: b"no" + m),
    "two records in a member": joined,
    "the file as one member": lambda d: gzip.compress(gzip.decompress(d), mtime=0),
    "a member that holds no record": lambda d: d + gzip.compress(b"hi", mtime=0),
    "changed body": edit(_R, b"samedi", b"mardi!"),
    "changed request": edit(_Q, b"GET /une", b"GET /UNE"),
    "changed role": edit(_M, b"role: page", b"role: seed"),
    "wrong payload digest": edit(_R, _HEX, digest(b"").encode()),
    "payload digest over the chunks": edit(
        "chunked response",
        digest(b"bonnet").encode(),
        digest(CHUNKED.partition(b"\r\n\r\n")[2]).encode(),
    ),
    "unknown digest algorithm": edit(_R, _HEX, b"crc32:00000000"),
    "digest cut short": edit(_R, _HEX, _HEX[:-4]),
    "id of another record": edit(_DNS, _DNS_ID, INFO.encode()),
    "an exchange twice": twice,
    "id that is no UUID": edit(_DNS, _DNS_ID, b"<urn:uuid:12>"),
    "id without brackets": edit(_DNS, _DNS_ID, b"dns"),
    "month thirteen": edit(_R, _DATE, b"WARC-Date: 2026-13-24T05:00:00Z"),
    "date with an offset": edit(_Q, _DATE, b"WARC-Date: 2026-11-24T05:00:00+01:00"),
    "29 February 2025": edit(_Q, _DATE, b"WARC-Date: 2025-02-29T05:00:00Z"),
    "no date": edit(_Q, _DATE + b"\r\n", b""),
    "no id": edit(_DNS, b"WARC-Record-ID: " + _DNS_ID + b"\r\n", b""),
    "no type": edit(_Q, b"WARC-Type: request\r\n", b""),
    "no length": edit(_R, _LENGTH + b"\r\n", b""),
    "no target URI": edit(_Q, _TARGET, b""),
    "no block digest": edit(_R, b"WARC-Block-Digest: " + digest(PLAIN).encode() + b"\r\n", b""),
    "unknown type": edit(_Q, b"WARC-Type: request", b"WARC-Type: reqeust"),
    "length too large": edit(_R, _LENGTH, b"Content-Length: 999"),
    "length too small": edit(_R, _LENGTH, b"Content-Length: 99"),
    "length that is no number": edit(_R, _LENGTH, b"Content-Length: -1"),
    "record without its end": unterminated(_R),
    "old version": edit(_Q, b"WARC/1.1", b"WARC/0.18"),
    "line without colon": edit(_Q, _DATE, _DATE + b"\r\nno colon"),
    "bare line feeds": edit(_Q, _DATE + b"\r\n", _DATE + b"\n"),
    "head that is not UTF-8": edit(_Q, _DATE, _DATE + b"\r\nX-Name: \xe9"),
    "a field twice": edit(_Q, _DATE, _DATE + b"\r\n" + _DATE),
    "space in the URI": edit(_Q, _TARGET, _TARGET.replace(b"une-", b"une ")),
    "relative URI": edit(_Q, _TARGET, b"WARC-Target-URI: /une-visite/plain\r\n"),
    "URI without host": edit(_Q, _TARGET, b"WARC-Target-URI: http:///plain\r\n"),
    "response called a request": edit(_R, b"msgtype=response", b"msgtype=request"),
    "response that is no HTTP": edit(_R, b"HTTP/1.1", b"HTPT/1.1"),
    "no warcinfo": drop("info"),
    "warcinfo of another file": edit(_Q, INFO.encode(), _OTHER_ID),
    "no request": drop(_Q),
    "no response": drop("interim response"),
    "no metadata": drop(_M),
    "no metadata at the end": drop("last metadata"),
    "request before its response": swap,
    "request of another exchange": edit(_Q, _PLAIN_ID, _OTHER_ID),
    "metadata of another exchange": edit(_M, _PLAIN_ID, _OTHER_ID),
    "dangling revisit": edit(_V, _ORIGINAL_ID, _OTHER_ID),
    "original dropped": drop(*(f"original {kind}" for kind in ("response", "request", "metadata"))),
    "revisit of another URI": edit(_V, b"/original", b"/x"),
    "revisit of another date": edit(_V, b"Refers-To-Date: 2026", b"Refers-To-Date: 2025"),
    "revisit of another payload": edit(_V, _HEX, digest(b"").encode()),
    "revisit without profile": edit(
        _V,
        f"WARC-Profile: {PROFILE}identical-payload-digest\r\n".encode(),
        b"",
    ),
    "revisit without date": edit(_V, b"WARC-Refers-To-Date: " + DATE.encode() + b"\r\n", b""),
}


def in_plain(old: bytes, new: bytes) -> Fault:
    def plant(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return plant


UNCOMPRESSED: dict[str, Fault] = {
    "torn in a block": lambda d: d[:-40],
    "torn behind a block": lambda d: d[:-2],
    "torn in a head": lambda d: d[: d.rindex(b"WARC-Date")],
    "flipped bit": in_plain(b"samedi", b"ramedi"),
    "length too large": in_plain(_LENGTH, b"Content-Length: 999"),
    "length too small": in_plain(_LENGTH, b"Content-Length: 99"),
    "length beyond the end": in_plain(_LENGTH, b"Content-Length: 9999999999"),
    "junk between records": in_plain(
        b"\r\n\r\nWARC/1.1\r\nWARC-Type: request",
        b"\r\n\r\njunk\r\nWARC/1.1\r\nWARC-Type: request",
    ),
    "zeros behind the end": lambda d: d + bytes(512),
    "one empty line too few": in_plain(b"</p>\r\n\r\nWARC", b"</p>\r\nWARC"),
}

IN_GZIP = """
fault                          | rules of archiver verify   | warcio | fastwarc
-------------------------------|----------------------------|--------|---------
torn last member               | gzip-member                | -      | -
last member lacks its body     | gzip-member                | -      | yes
member torn in the midst       | gzip-member                | stops  | stops
flipped bit in the data        | gzip-member                | stops  | stops
flipped bit in the CRC         | gzip-member                | stops  | stops
flipped bit in the gzip magic  | gzip-member                | stops  | stops
flipped bit in the warcinfo    | gzip-member                | stops  | stops
flipped bit in metadata        | gzip-member                | stops  | stops
zeros behind the end           | trailing-bytes             | stops  | stops
text between members           | gzip-member                | stops  | stops
two records in a member        | gzip-per-record            | stops  | -
the file as one member         | gzip-per-record            | stops  | -
a member that holds no record  | record-head                | stops  | stops
changed body                   | block-digest               | yes    | yes
changed request                | block-digest               | yes    | yes
changed role                   | block-digest               | yes    | yes
wrong payload digest           | payload-digest             | yes    | yes
payload digest over the chunks | payload-digest             | -      | -
unknown digest algorithm       | digest-form                | yes    | yes
digest cut short               | digest-form                | yes    | yes
id of another record           | duplicate-id               | -      | -
an exchange twice              | duplicate-id               | -      | -
id that is no UUID             | record-id                  | -      | -
id without brackets            | record-id                  | -      | -
month thirteen                 | date                       | -      | -
date with an offset            | date                       | -      | -
29 February 2025               | date                       | -      | -
no date                        | mandatory-field            | -      | -
no id                          | mandatory-field            | -      | -
no type                        | mandatory-field, pair      | -      | -
no length                      | mandatory-field            | -      | stops
no target URI                  | mandatory-field, pair      | crash  | -
no block digest                | mandatory-field            | -      | -
unknown type                   | pair, warc-type            | -      | -
length too large               | content-length             | -      | stops
length too small               | content-length             | yes    | stops
length that is no number       | content-length             | stops  | stops
record without its end         | record-end                 | -      | -
old version                    | warc-version               | -      | -
line without colon             | record-head                | -      | -
bare line feeds                | record-head                | -      | -
head that is not UTF-8         | record-head                | -      | -
a field twice                  | repeated-field             | -      | -
space in the URI               | pair, target-uri           | -      | -
relative URI                   | pair, target-uri           | -      | -
URI without host               | pair, target-uri           | -      | -
response called a request      | content-type               | -      | -
response that is no HTTP       | block-digest, http-grammar | yes    | yes
no warcinfo                    | warcinfo-first             | -      | -
warcinfo of another file       | warcinfo-id                | -      | -
no request                     | pair                       | -      | -
no response                    | pair                       | -      | -
no metadata                    | pair                       | -      | -
no metadata at the end         | pair                       | -      | -
request before its response    | pair                       | -      | -
request of another exchange    | concurrent-to              | -      | -
metadata of another exchange   | concurrent-to              | -      | -
dangling revisit               | revisit-target             | -      | -
original dropped               | revisit-target             | -      | -
revisit of another URI         | revisit-target             | -      | -
revisit of another date        | revisit-target             | -      | -
revisit of another payload     | revisit-target             | -      | -
revisit without profile        | mandatory-field            | -      | -
revisit without date           | revisit-fields             | -      | -
"""

IN_PLAIN = """
fault                  | rules of archiver verify | warcio | fastwarc
-----------------------|--------------------------|--------|---------
torn in a block        | torn-record              | -      | yes
torn behind a block    | torn-record              | -      | -
torn in a head         | torn-record              | -      | -
flipped bit            | block-digest             | yes    | yes
length too large       | content-length           | stops  | stops
length too small       | content-length           | yes    | stops
length beyond the end  | content-length           | -      | yes
junk between records   | record-head              | stops  | stops
zeros behind the end   | trailing-bytes           | stops  | stops
one empty line too few | record-end               | -      | -
"""
