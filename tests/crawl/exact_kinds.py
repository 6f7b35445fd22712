"""The kinds of exchanges that a crawl meets: what is asked, what the server sends, what is kept.

Data only, for ``exact_server`` and ``test_exact``. Every answer holds bytes that no other answer
has, so that one exchange taken for another is found out.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import brotli

from tests.crawl.exact_server import Answer, End

try:
    from compression import zstd  # type: ignore[import-not-found,unused-ignore]
except ImportError:  # before Python 3.14
    from backports import zstd

MOST = 120_000
"""Bytes of a body after which the crawl of these kinds hangs up (max_body_bytes)."""
TIMEOUT = 1.5
"""Seconds after which it hangs up."""
BINARY = bytes(range(256)) * 9

Build = Callable[[str, int, bytes], Answer]
"""Takes the target, the attempt at it (from 0), and bytes that are unique to that attempt."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``attempts`` is how often one request is made before the crawl is content or gives up.

    ``truncated`` is the WARC-Truncated that is due, ``error`` what the metadata must say;
    ``answered`` is False when no byte of a response is there to be kept.
    """

    build: Build
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    attempts: int = 1
    truncated: str | None = None
    error: str = ""
    answered: bool = True
    chancy: bool = False
    """Whether the client takes it depends on how the bytes come in."""


def page(unique: bytes) -> bytes:
    text = "<p>Trente coopératives du Quercy ont tenu leur assemblée à Figeac. "
    return text.encode() * 3 + unique


def head(status: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join((status, *lines, b"", b""))


def sized(body: bytes, *lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return head(status, *lines, b"Content-Length: %d" % len(body)) + body


def chunks(*parts: bytes, trailers: bytes = b"") -> bytes:
    coded = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return coded + b"0\r\n" + trailers + b"\r\n"


def chunked(*parts: bytes, lines: tuple[bytes, ...] = (), trailers: bytes = b"") -> bytes:
    start = head(b"HTTP/1.1 200 OK", *lines, b"Transfer-Encoding: chunked")
    return start + chunks(*parts, trailers=trailers)


def at(message: bytes, *places: bytes) -> tuple[bytes, ...]:
    """Cuts a message at the bars of ``places``, which follow one another in it."""
    parts, begin = [], 0
    for place in places:
        before, _, after = place.partition(b"|")
        found = message.index(before + after, begin) + len(before)
        parts.append(message[begin:found])
        begin = found
    return (*parts, message[begin:])


def _whole(body: bytes, *lines: bytes) -> Answer:
    message = sized(body, *lines, b"Content-Type: text/html")
    return Answer(at(message, b"HTT|P/1", b" 200 |OK", b"OK\r|\n", b"\r\n\r|\n"), payload=body)


def _coded(coding: bytes, body: bytes) -> Answer:
    return _whole(body, b"Content-Encoding: " + coding)


def _gzipped(unique: bytes) -> bytes:
    # Stands for what ordinary servers send: with a time stamp in it.
    return gzip.compress(page(unique), mtime=int(unique[:7], 16))


def _chunked(unique: bytes) -> Answer:
    text = page(unique)
    message = chunked(text[:100], text[100:102], text[102:])
    places = (b"chun|ked\r\n", b"6|4\r\n", b"\r|\n2\r\n", b"\r\n|0\r", b"0\r|\n")
    return Answer(at(message, *places), payload=text)


def _extended(unique: bytes) -> Answer:
    text = page(unique)
    body = b'10;nom="valeur; \xe9t\xe9";long=' + b"x" * 90 + b"\r\n" + text[:16] + b"\r\n"
    body += b"0%X; a=b\r\n" % len(text[16:]) + text[16:] + b"\r\n000;fin\r\n\r\n"
    message = head(b"HTTP/1.1 200 OK", b"transfer-encoding: Chunked") + body
    return Answer(at(message, b"nom|=", b"xxx|x", b"x\r|\n", b";f|in"), payload=text)


def _trailed(unique: bytes) -> Answer:
    text = page(unique)
    message = chunked(
        text, lines=(b"Trailer: X-Fin",), trailers=b"X-Fin: " + unique + b"\r\nX-Encore: \xe9\r\n"
    )
    return Answer(at(message, b"0\r\nX|-Fin", b"X-Encore: \xe9|\r\n", b"\r\n\r|\n"), payload=text)


def _redirects(*statuses: bytes) -> Build:
    """A chain of redirects with those statuses, one after the other, and a page at its end."""

    def build(target: str, _: int, unique: bytes) -> Answer:
        kind, number, *steps = target[1:].split("/")
        done = int(steps[0]) if steps else 0
        if done == len(statuses):
            return _whole(page(unique))
        where = f"Location: /{kind}/{number}/{done + 1}".encode()
        body = b"C'est par l\xe0 : " + unique
        message = sized(body, where, status=b"HTTP/1.1 " + statuses[done])
        return Answer(at(message, b"Loca|tion"), payload=body)

    return build


def _failing(*statuses: bytes) -> Build:
    """Fails with those statuses, one an attempt, then serves the page."""

    def build(_: str, attempt: int, unique: bytes) -> Answer:
        if attempt >= len(statuses):
            return _whole(page(unique))
        message = sized(unique, status=b"HTTP/1.1 " + statuses[attempt])
        return Answer((message,), payload=unique)

    return build


def _ends(message: bytes, end: End, *places: bytes) -> Answer:
    return Answer(at(message, *places), end=end)


def _large(unique: bytes, size: int) -> bytes:
    return (unique + b" \x00\xff") * (size // 19) + b"." * (size % 19)


def _whole_kinds() -> dict[str, Kind]:
    """Every answer is whole, however odd: nothing is truncated, nothing failed."""

    def kind(build: Callable[[bytes], Answer], **more: str | bytes | Mapping[str, str]) -> Kind:
        return Kind(lambda _t, _a, unique: build(unique), **more)  # type: ignore[arg-type]

    def odd(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> Callable[[bytes], Answer]:
        def build(unique: bytes) -> Answer:
            text = page(unique)
            return Answer((sized(text, *lines, status=status),), payload=text)

        return build

    def empty(status: bytes, *lines: bytes) -> Callable[[bytes], Answer]:
        def build(unique: bytes) -> Answer:
            message = head(status, b"X-Unique: " + unique, *lines)
            return Answer(at(message, b"HTTP/1|.1", b"X-Un|ique", b"\r\n\r|\n"), payload=b"")

        return build

    def until_end(status: bytes, end: End, *lines: bytes) -> Callable[[bytes], Answer]:
        def build(unique: bytes) -> Answer:
            text = page(unique)
            return Answer(
                (head(status, *lines)[:-1], b"\n" + text[:9], text[9:]), end=end, payload=text
            )

        return build

    def after(*interim: bytes) -> Callable[[bytes], Answer]:
        def build(unique: bytes) -> Answer:
            told = (*interim[:-1], interim[-1].replace(b"UNIQUE", unique))
            return Answer((sized(page(unique)),), told, payload=page(unique))

        return build

    def beyond(build: Callable[[bytes], Answer], rest: bytes) -> Callable[[bytes], Answer]:
        def longer(unique: bytes) -> Answer:
            answer = build(unique)
            return Answer(answer.message, rest=rest + unique, payload=answer.payload)

        return longer

    early = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\nX: UNIQUE\r\n\r\n"
    go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    many = [b"X-Entete-%04d: %s" % (n, b"abc\xe9" * 20) for n in range(640)]
    return {
        "sized": kind(lambda u: _whole(page(u))),
        "sized-empty": kind(empty(b"HTTP/1.1 200 OK", b"Content-Length: 0")),
        "large": kind(lambda u: Answer((sized(_large(u, 100_000)),), payload=_large(u, 100_000))),
        "binary": kind(lambda u: _whole(BINARY + u)),
        "chunked": kind(_chunked),
        "chunk-extensions": kind(_extended),
        "chunk-trailers": kind(_trailed),
        "chunked-empty": kind(
            lambda u: Answer((chunked(lines=(b"X-Unique: " + u,)),), payload=b"")
        ),
        "chunked-many": kind(
            lambda u: Answer((chunked(*[u[i : i + 1] for i in range(16)]),), payload=u)
        ),
        "gzip": kind(lambda u: _coded(b"gzip", _gzipped(u))),
        "gzip-chunked": kind(
            lambda u: Answer(
                (chunked(_gzipped(u), lines=(b"Content-Encoding: gzip",)),), payload=_gzipped(u)
            )
        ),
        "gzip-that-is-none": kind(lambda u: _coded(b"gzip", page(u))),
        "deflate": kind(lambda u: _coded(b"deflate", zlib.compress(page(u)))),
        "brotli": kind(lambda u: _coded(b"br", brotli.compress(page(u)))),
        "zstd": kind(lambda u: _coded(b"zstd", zstd.compress(page(u)))),
        "early-hints": kind(after(early)),
        "several-interim": kind(
            after(go_on, b"HTTP/1.1 102 Processing\r\nX-Etape: \xe9t\xe9\r\n\r\n", early)
        ),
        "interim-bare-lf": kind(after(b"HTTP/1.1 103 Early Hints\nX: UNIQUE\n\n")),
        "post-expect": kind(
            after(go_on), method="POST", headers={"Expect": "100-continue"}, body=BINARY
        ),
        "post-binary": kind(lambda u: _whole(page(u)), method="POST", body=BINARY),
        "put": kind(
            lambda u: _whole(page(u)), method="PUT", body=b"\r\n\r\nGET / HTTP/1.1\r\n\r\n"
        ),
        "options": kind(empty(b"HTTP/1.1 204 No Content", b"Allow: GET"), method="OPTIONS"),
        "request-headers": kind(
            lambda u: _whole(page(u)),
            headers={"x-oDD": "été", "Accept": "text/html; q=0.1 ", "Cookie": "a=b; c=\u00e9"},
        ),
        "head": kind(empty(b"HTTP/1.1 200 OK", b"Content-Length: 4711"), method="HEAD"),
        "head-chunked": kind(
            empty(b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked"), method="HEAD"
        ),
        "no-content": kind(empty(b"HTTP/1.1 204 No Content")),
        "not-modified": kind(
            empty(b"HTTP/1.1 304 Not Modified", b'ETag: "abc"', b"Content-Length: 99"),
            headers={"If-None-Match": '"abc"'},
        ),
        "http10": kind(until_end(b"HTTP/1.0 200 OK", End.CLOSE)),
        "http10-sized": kind(
            lambda u: Answer(
                (sized(page(u), status=b"HTTP/1.0 200 OK"),), end=End.CLOSE, payload=page(u)
            )
        ),
        "http10-keep-alive": kind(odd(b"Connection: Keep-Alive", status=b"HTTP/1.0 200 OK")),
        "connection-close": kind(
            lambda u: Answer(
                (sized(page(u), b"Connection: close"),), end=End.CLOSE, payload=page(u)
            )
        ),
        "closes-unsaid": kind(lambda u: Answer((sized(page(u)),), end=End.CLOSE, payload=page(u))),
        "until-the-end": kind(until_end(b"HTTP/1.1 200 OK", End.CLOSE, b"Connection: close")),
        "repeated-headers": kind(
            odd(b"x-ODD: 1", b"X-Odd: 2", b"X-oDD:3", b"Set-Cookie: a=b", b"set-cookie: a=c")
        ),
        "latin-1-headers": kind(odd(b"X-Note: d\xe9j\xe0 \x85\xa0", b"Server: \xff\x80")),
        "folded-headers": kind(odd(b"X-Folded: one\r\n two\r\n\tthree", b"X-B: \r\n \r\n b")),
        "no-colon": kind(odd(b"no colon in this line", b"<!-- nor here -->")),
        "no-header-value": kind(odd(b"X-Empty:", b"X-Blank:   ")),
        "accents-in-status": kind(odd(status=b"HTTP/1.1 200 D'accord, tr\xe8s bien \xc3\xa9")),
        "no-reason": kind(odd(status=b"HTTP/1.1 200")),
        "empty-reason": kind(odd(status=b"HTTP/1.1 200 ")),
        "odd-status": kind(odd(status=b"HTTP/1.1 299 Entre deux")),
        "not-found": kind(odd(status=b"HTTP/1.1 404 Pas trouv\xe9")),
        "bare-lf": kind(
            lambda u: Answer(
                (b"HTTP/1.1 200 OK\nContent-Length: %d\n\n%s" % (len(page(u)), page(u)),),
                payload=page(u),
            )
        ),
        "mixed-line-ends": kind(
            lambda u: Answer((b"HTTP/1.1 200 OK\nX: y\r\nContent-Length: 16\r\n\n" + u,), payload=u)
        ),
        "headers-of-60-kb": kind(odd(*many)),
        "two-lengths-alike": kind(
            lambda u: Answer(
                (sized(page(u), b"Content-Length: %d" % len(page(u))),), payload=page(u)
            )
        ),
        "length-and-chunked": kind(
            lambda u: Answer((chunked(page(u), lines=(b"Content-Length: 3",)),), payload=page(u))
        ),
        "rest-after-sized": kind(beyond(lambda u: _whole(page(u)), b"HTTP/1.1 200 OK\r\n\r\n")),
        "rest-after-chunked": kind(beyond(_chunked, b"\r\n")),
        "rest-after-head": kind(
            beyond(empty(b"HTTP/1.1 200 OK", b"Content-Length: 16"), b""), method="HEAD"
        ),
        "rest-after-not-modified": kind(
            beyond(empty(b"HTTP/1.1 304 Not Modified"), b"<html>"), headers={"If-None-Match": "x"}
        ),
        "length-too-small": kind(
            lambda u: Answer(
                (b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + u,),
                rest=page(u),
                payload=u,
            )
        ),
        "trickle": kind(
            lambda u: Answer(
                tuple(sized(page(u))[i : i + 24] for i in range(0, 300, 24)),
                pause=0.02,
                payload=page(u),
            )
        ),
    }


def _led_on_kinds() -> dict[str, Kind]:
    """One request leads to several exchanges."""
    always = (b"500 Erreur", b"503 Occup\xe9", b"502 Mauvaise passerelle")
    return {
        "redirects": Kind(_redirects(b"301 D\xe9plac\xe9", b"302 Found", b"308 Pour de bon")),
        "redirect-of-post": Kind(_redirects(b"303 Voir", b"307 X"), method="POST", body=BINARY),
        "redirect-keeps-post": Kind(_redirects(b"307 X", b"308 Y"), method="POST", body=BINARY),
        "fails-then-serves": Kind(_failing(*always[:2]), attempts=3),
        "fails-thrice": Kind(_failing(*always), attempts=3),
        "stale": Kind(lambda _t, _a, u: Answer((sized(page(u)),), payload=page(u), fresh=True)),
    }


def _broken_kinds() -> dict[str, Kind]:
    """The response is cut short, or none came."""

    def kind(
        build: Callable[[bytes], Answer],
        truncated: str | None,
        error: str,
        attempts: int,
        *,
        answered: bool = True,
    ) -> Kind:
        return Kind(
            lambda _t, _a, unique: build(unique),
            attempts=attempts,
            truncated=truncated,
            error=error,
            answered=answered,
        )

    def short(unique: bytes) -> bytes:
        return head(b"HTTP/1.1 200 OK", b"Content-Length: 999") + page(unique)

    def begun(unique: bytes) -> bytes:
        return head(b"HTTP/1.1 200 OK", b"Transfer-Encoding: chunked") + b"40\r\n" + unique

    huge = 3 * MOST
    return {
        "short-of-length": kind(lambda u: _ends(short(u), End.CLOSE), "disconnect", "", 1),
        "short-cut": kind(lambda u: _ends(short(u), End.CUT), "disconnect", "", 1),
        "short-chunk": kind(lambda u: _ends(begun(u), End.CLOSE, b"4|0\r"), "disconnect", "", 1),
        "no-last-chunk": kind(
            lambda u: _ends(chunked(page(u))[:-5], End.CLOSE), "disconnect", "", 1
        ),
        "reset-in-body": kind(lambda u: _ends(short(u), End.RESET), "disconnect", "", 1),
        "lost-in-status": kind(
            lambda u: _ends(b"HTTP/1.1 200 " + u, End.CLOSE, b"HTTP|/"), "disconnect", "", 3
        ),
        "lost-in-head": kind(
            lambda u: _ends(b"HTTP/1.1 200 OK\r\nX-Unique: " + u, End.CLOSE), "disconnect", "", 3
        ),
        "lost-after-interim": kind(
            lambda u: Answer(
                (), (b"HTTP/1.1 103 Early Hints\r\nX: " + u + b"\r\n\r\n",), end=End.CLOSE
            ),
            None,
            "",
            3,
            answered=False,
        ),
        "lost-in-interim": kind(
            lambda u: _ends(b"HTTP/1.1 103 Early Hints\r\nX: " + u, End.CLOSE), "disconnect", "", 3
        ),
        "garbage": kind(
            lambda u: _ends(b"ceci n'est pas HTTP " + u + b"\r\n\r\n", End.CLOSE),
            "disconnect",
            "ParseError",
            3,
        ),
        "length-no-number": kind(
            lambda u: _ends(sized(u, b"Content-Length: beaucoup"), End.CLOSE), "disconnect", "", 3
        ),
        "line-of-60-kb": Kind(
            lambda _t, _a, u: _ends(sized(u, b"X-Long: " + b"y" * 60_000), End.CLOSE), chancy=True
        ),
        # What browsers take, and Twisted does not: the bytes are kept until it gives up.
        "name-not-ascii": kind(
            lambda u: _ends(sized(u, b"X-\xc9t\xe9: 1"), End.CLOSE), "disconnect", "HeaderName", 3
        ),
        "name-empty": kind(
            lambda u: _ends(sized(u, b": 1"), End.CLOSE), "disconnect", "HeaderName", 3
        ),
        "name-with-space": kind(
            lambda u: _ends(sized(u, b"X-A : 1"), End.CLOSE), "disconnect", "HeaderName", 3
        ),
        "two-lengths": kind(
            lambda u: _ends(sized(u, b"Content-Length: 3"), End.CLOSE), "disconnect", "Length", 3
        ),
        "chunk-size-space": kind(
            lambda u: _ends(begun(u)[:-19] + b"10 ;a\r\n" + u + b"\r\n0\r\n\r\n", End.CLOSE),
            "disconnect",
            "",
            1,
        ),
        "no-answer": kind(
            lambda _: Answer(end=End.CLOSE), None, "ConnectionDone", 3, answered=False
        ),
        "reset-before-answer": kind(lambda _: Answer(end=End.RESET), None, "", 3, answered=False),
        "stalls-in-body": kind(lambda u: _ends(short(u), End.STALL), "time", "Timeout", 3),
        "stalls-before-answer": kind(
            lambda _: Answer(end=End.STALL), None, "Timeout", 3, answered=False
        ),
        "too-large-declared": kind(
            lambda u: _ends(sized(_large(u, huge)), End.CLOSE), "length", "", 1
        ),
        "too-large-chunked": kind(
            lambda u: _ends(chunked(_large(u, huge)), End.CLOSE), "length", "", 1
        ),
        "cancelled": kind(lambda u: _ends(sized(_large(u, huge)), End.CLOSE), "disconnect", "", 1),
    }


KINDS = {**_whole_kinds(), **_led_on_kinds(), **_broken_kinds()}


def script(target: str, attempt: int, unique: bytes) -> Answer:
    """What ``exact_server`` asks: the answer to a target ``/<kind>/<number>``."""
    kind = KINDS.get(target.split("/")[1])
    if kind is None:  # robots.txt
        return Answer((head(b"HTTP/1.1 404 Rien", b"X-Unique: " + unique, b"Content-Length: 0"),))
    return kind.build(target, attempt, unique)
