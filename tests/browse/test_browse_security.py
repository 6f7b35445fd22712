"""What a site wrote cannot act on who reads the archive, nor can another web page reach it."""

from __future__ import annotations

from urllib.parse import quote

import lxml.html
import pytest
from markupsafe import Markup

from archiver.browse.cells import cell, external
from tests.browse import sample
from tests.browse.conftest import Get
from tests.browse.test_browse_pages import PAGES

HOSTILE = sample.TEXTS[3]
TYPED = quote(sample.SCRIPT + sample.BREAKOUT)
REFLECTING = (
    f"/catalogue/announcement?_search={TYPED}",
    f"/catalogue/announcement?title__contains={TYPED}&_vue={TYPED}&{TYPED}=1",
    f"/catalogue/announcement?_where={TYPED}",
    f"/catalogue/announcement?_facet={TYPED}",
    f"/catalogue/announcement?_sort={TYPED}",
    f"/catalogue/announcement/{TYPED}",
    f"/catalogue/{TYPED}",
    f"/{TYPED}",
    f"/telecharger/{TYPED}.warc.gz",
    f"/catalogue?sql={TYPED}",
    f"/catalogue?sql=select+'{quote(sample.SCRIPT.replace(chr(39), ''))}'+as+a",
    f"/catalogue?sql=select+:p&p={TYPED}",
)


def assert_harmless(html: str) -> None:
    document = lxml.html.document_fromstring(html)
    assert not document.xpath("//script | //iframe | //object | //embed | //svg | //img | //base")
    for element in document.iter():
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (element.tag, name)
            assert name.lower() != "style", element.tag
            if name in ("href", "src", "action", "formaction"):
                assert value.startswith(("/", "#", "?", "http://", "https://")), value


@pytest.mark.parametrize("path", PAGES)
def test_stored_markup_is_only_text(get: Get, path: str) -> None:
    assert_harmless(get(path, follow_redirects=True).text)


# Datasette drops its other facets when one of them fails.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
@pytest.mark.parametrize("path", REFLECTING)
def test_typed_markup_is_only_text(get: Get, path: str) -> None:
    response = get(path, follow_redirects=True)
    assert response.status_code in (200, 400, 404), response.status_code
    assert_harmless(response.text)


def test_hostile_title_is_shown_as_it_was_written(get: Get) -> None:
    document = lxml.html.document_fromstring(get(f"/catalogue/announcement/{HOSTILE.id}").text)
    assert document.find(".//h1").text_content() == HOSTILE.title
    paragraphs = [p.text_content() for p in document.xpath("//article/p")]
    assert paragraphs == HOSTILE.text.splitlines()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//ailleurs.example/x",
        "http:pas-d-hote",
        "http://[",
        "https://hote.example/\nSet-Cookie",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert "<a" not in external(url)
    assert "<a" not in (cell(url, "url", "announcement", {}) or "")


def test_address_cannot_leave_its_attribute() -> None:
    link = external('https://hote.example/"onmouseover="alert(1)')
    assert isinstance(link, Markup)
    (a,) = lxml.html.fragments_fromstring(str(link))
    assert set(a.attrib) == {"class", "rel", "href"}


@pytest.mark.parametrize("path", ["/", "/rien", "/catalogue.json", "/style/archiver.css"])
def test_every_answer_forbids_scripts_and_framing(get: Get, path: str) -> None:
    headers = get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["ailleurs.example", "127.0.0.1.ailleurs.example", "[", "é", ""])
def test_foreign_host_name_is_refused(get: Get, host: str) -> None:
    response = get("/", headers={"Host": host.encode()})
    assert response.status_code == 421
    assert "annonce" not in response.text


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost", "[::1]:8001", "127.9.9.9"])
def test_loopback_host_name_is_answered(get: Get, host: str) -> None:
    assert get("/", headers={"Host": host}).status_code == 200


def test_nothing_can_be_written(get: Get) -> None:
    for sql in ("delete from source", "drop table source", "update source set name=''"):
        assert get(f"/catalogue?sql={quote(sql)}").status_code == 400
    assert get("/catalogue/source.json?_size=0").json()["filtered_table_rows_count"] == 2
