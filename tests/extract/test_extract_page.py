from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.elements import text_of
from archiver.extract.page import parse

URL = "https://exemple.fr/a/"
TEXT = "Été à la forêt : œuvre à 12 €"


def read(body: bytes, charset: str | None = None) -> str:
    page = parse(URL, body, charset)
    assert page is not None
    return text_of(page.tree)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (f"<p>{TEXT}</p>".encode(), None),
        (f"<p>{TEXT}</p>".encode("cp1252"), "windows-1252"),
        # Servers say latin-1 and mean windows-1252, as browsers know.
        (f"<p>{TEXT}</p>".encode("cp1252"), "iso-8859-1"),
        (f"<p>{TEXT}</p>".encode("cp1252"), None),
        (f"<meta charset=windows-1252><p>{TEXT}</p>".encode("cp1252"), None),
        (f"<meta charset=windows-1252><p>{TEXT}</p>".encode("cp1252"), "utf-8"),
        (f"<p>{TEXT}</p>".encode(), "iso-8859-1"),
        (f"<meta charset=iso-8859-1><p>{TEXT}</p>".encode(), None),
        (b"\xef\xbb\xbf" + f"<p>{TEXT}</p>".encode(), "iso-8859-1"),
        (f"<p>{TEXT}</p>".encode("utf-16"), None),
        (f"<?xml version='1.0' encoding='utf-8'?><html><p>{TEXT}</p></html>".encode(), None),
        (f"<p>{TEXT}</p>".encode(), "no-such-charset"),
        (f"<p>{TEXT}</p>".encode(), "rot13"),
        (f"<p>{TEXT}\x00</p>".encode(), None),
    ],
)
def test_accents_survive_every_way_of_declaring_a_charset(body: bytes, charset: str | None) -> None:
    assert read(body, charset) == TEXT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"\x00\x00",
        b"plain words, 1 < 2",
        b'{"title": "x"}',
        b"%PDF-1.7 \x00\xff",
        b"\x89PNG\r\n\x1a\n",
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>',
        b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>x</loc></url></urlset>',
        b"<!-- nothing but a comment <p> -->",
    ],
)
def test_what_is_no_html_gives_none(body: bytes) -> None:
    assert parse(URL, body) is None


def test_text_below_huge_nesting_is_reached_and_nothing_crashes() -> None:
    # As pages of the 2000s with an unclosed <font> in each paragraph.
    assert "fond" in read(b"<font>" * 900 + b"fond")
    assert parse(URL, b"<div>" * 200_000 + b"x") is not None


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("", URL),
        ('<base href="/site/">', "https://exemple.fr/site/"),
        ('<base target="_blank">', URL),
        ('<base href="http://[">', URL),
        ('<base href="javascript:alert(1)">', URL),
        ('<base href="https://autre.example/b/">', "https://autre.example/b/"),
    ],
)
def test_base_is_resolved_and_never_other_than_http(base: str, expected: str) -> None:
    page = parse(URL, f"<head>{base}</head><p>x</p>".encode())
    assert page is not None
    assert page.base == expected


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "latin-1", "utf-16", "hex", "é"]))
def test_no_bytes_raise(body: bytes, charset: str | None) -> None:
    parse(URL, body, charset)
    parse(URL, b"<p>" + body, charset)
