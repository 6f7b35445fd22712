from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.extract.links import Resolver, links
from tests.extract.making import page


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/b", "https://exemple.fr/b"),
        ("c?x=1#bas", "https://exemple.fr/une-visite/c?x=1"),
        ("../d/", "https://exemple.fr/d/"),
        ("/x/../e", "https://exemple.fr/e"),
        ("//autre.example/f", "https://autre.example/f"),
        ("HTTP://Autre.Example/G", "http://autre.example/G"),
        ("  /h\n/i ", "https://exemple.fr/h/i"),
        ("\\j\\k", "https://exemple.fr/j/k"),
        ("?page=2", "https://exemple.fr/une-visite/?page=2"),
        ("/été à la ferme", "https://exemple.fr/%C3%A9t%C3%A9%20%C3%A0%20la%20ferme"),
        ("/%C3%A9t%C3%A9", "https://exemple.fr/%C3%A9t%C3%A9"),
        ("https://éco.example/", "https://xn--co-9ia.example/"),
        ("https://autre.example", "https://autre.example/"),
        ("http://autre.example:8080/l", "http://autre.example:8080/l"),
        ("#bas", None),
        ("", None),
        ("mailto:a@b.example", None),
        ("javascript:void(0)", None),
        ("tel:0102030405", None),
        ("data:text/html,x", None),
        ("http://", None),
        ("http://[", None),
        ("http://a:port/", None),
        ("http://a:99999/", None),
        ("https:///sans-hote", None),
    ],
)
def test_a_reference_becomes_what_a_browser_would_ask_for(href: str, expected: str | None) -> None:
    assert Resolver("https://exemple.fr/une-visite/")(href) == expected


def test_links_come_in_document_order_each_once_and_feeds_apart() -> None:
    found = links(
        page(
            """<a href="/b">b</a> <a href="/a#x">a</a> <a href="/a">encore</a> <a>sans</a>
            <map><area href="/carte"></map> <a href="http://[">faux</a>""",
            """<link rel="next" href="/page/2/"><link rel="stylesheet" href="/style.css">
            <link rel="alternate" type="application/rss+xml" href="/feed/">
            <link rel="alternate" type="application/atom+xml; charset=utf-8" href="/atom">
            <link rel="alternate" hreflang="en" href="/en/">""",
        )
    )
    assert found.pages == (
        "https://exemple.fr/page/2/",
        "https://exemple.fr/b",
        "https://exemple.fr/a",
        "https://exemple.fr/carte",
    )
    assert found.feeds == ("https://exemple.fr/feed/", "https://exemple.fr/atom")


def test_base_element_decides_where_relative_links_lead() -> None:
    found = links(page('<a href="x">x</a>', '<base href="https://exemple.fr/site/">'))
    assert found.pages == ("https://exemple.fr/site/x",)


@given(st.text(max_size=80), st.sampled_from(["", "http://", "//", "/", "https://a.fr:", "../"]))
def test_no_reference_raises_and_what_comes_out_is_a_fetchable_url(text: str, lead: str) -> None:
    url = Resolver("https://exemple.fr/a/b")(lead + text)
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert url.isascii()
        assert "#" not in url
        assert " " not in url
        assert urlsplit(url).hostname
