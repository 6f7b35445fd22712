"""When two URLs are one page, and what lies in the scope of a source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.address import canonical, in_scope, is_loopback, site
from archiver.model import Kind, Source

PAGE = "https://figeacteurs.fr/une-visite"


@pytest.mark.parametrize(
    "url",
    [
        "http://figeacteurs.fr/une-visite",
        "https://www.figeacteurs.fr/une-visite/",
        "HTTPS://WWW.Figeacteurs.FR:443/une-visite/#commentaires",
        "http://www.figeacteurs.fr:80/une-visite?utm_source=lettre&fbclid=x",
        "https://figeacteurs.fr/une-visite/?replytocom=12#respond",
        "https://figeacteurs.fr./une%2Dvisite/",
    ],
)
def test_spellings_of_one_page_are_one(url: str) -> None:
    assert canonical(url) == PAGE


@pytest.mark.parametrize(
    "url",
    [
        "https://figeacteurs.fr/une-visite?p=2",
        "https://figeacteurs.fr/Une-visite",
        "https://autre.figeacteurs.fr/une-visite",
        "https://figeacteurs.fr:8443/une-visite",
        "https://figeacteurs.fr/une-visite/suite",
    ],
)
def test_other_pages_are_others(url: str) -> None:
    assert canonical(url) != PAGE


def test_the_order_of_parameters_and_the_case_of_escapes_do_not_matter() -> None:
    one = canonical("https://labo.fr/%c3%a9tude?b=2&a=1")
    assert one == canonical("https://labo.fr/étude/?a=1&b=2")


@given(st.text(), st.text(alphabet=st.characters(codec="utf-8")))
def test_what_is_canonical_stays_so(path: str, query: str) -> None:
    url = f"https://labo.fr/{path}?{query}"
    try:
        once = canonical(url)
    except ValueError:
        return
    assert canonical(once) == once


@given(st.text())
def test_no_text_breaks_the_scope(text: str) -> None:
    source = Source("labo", "Labo", Kind.LABO, hosts=("labo.fr",))
    assert in_scope(text, source) in (True, False)


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("https://www.halage.fr/phares", True),
        ("http://halage.fr/phares/une-page", True),
        ("https://halage.fr/pharesaon", False),
        ("https://halage.fr/", False),
        ("ftp://halage.fr/phares", False),
        ("https://halage.fr.example/phares", False),
        ("https://halage.fr:8000/phares", False),
        ("https://halage.fr@autre.fr/phares", False),
    ],
)
def test_scope_is_host_and_path(url: str, inside: bool) -> None:
    source = Source("phares", "PHARES", Kind.PTCE, hosts=("halage.fr",), paths=("/phares",))
    assert in_scope(url, source) is inside


@pytest.mark.parametrize("url", ["http://127.0.0.1:80/", "http://[::1]/", "http://localhost:1/"])
def test_loopback_is_known(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize("url", ["http://127.example/", "http://10.0.0.1/", "http://[fe80::1]/"])
def test_other_hosts_are_not_loopback(url: str) -> None:
    assert not is_loopback(url)


def test_a_url_without_host_has_no_site() -> None:
    with pytest.raises(ValueError, match="no host"):
        site("mailto:quelqu-un@figeacteurs.fr")
