"""The sample sites hold what they say, and every link of theirs leads where it should."""

from __future__ import annotations

import gzip
import http.client
import re
import signal
import struct
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import pytest

from archiver.samples import SampleServer, Site, labo, pole, registry

BROKEN = "/ancienne-page-disparue/"
FORBIDDEN = "/prive/comptes-rendus/"


@dataclass
class Fetched:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Page(HTMLParser):
    """The links and the visible text of a page."""

    hrefs: list[str] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and named.get("href"):
            self.hrefs.append(str(named["href"]))
        target = named.get("src") or (named.get("href") if tag == "link" else None)
        if target:
            self.embedded.append(target)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(body: bytes) -> Page:
    page = Page()
    page.feed(body.decode())
    page.close()
    return page


def fold(text: str) -> str:
    return " ".join(text.split())


class Browser:
    """Asks each path once; remembers."""

    def __init__(self, server: SampleServer) -> None:
        self.server = server
        self.site: Site = server.site
        self._seen: dict[str, Fetched] = {}
        self._reached: dict[str, Fetched] = {}

    def get(self, path: str) -> Fetched:
        if path not in self._seen:
            connection = http.client.HTTPConnection(urlsplit(self.server.base_url).netloc)
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            got = connection.getresponse()
            body = got.read()
            if got.headers["Content-Encoding"] == "gzip":
                body = gzip.decompress(body)
            connection.close()
            self._seen[path] = Fetched(got.status, got.headers, body)
        return self._seen[path]

    def inside(self, path: str, links: list[str]) -> list[str]:
        """The links that stay on this site, as request targets."""
        found = []
        for link in links:
            url = urldefrag(urljoin(self.server.base_url + path, link)).url
            if url.startswith(f"{self.server.base_url}/"):
                found.append(quote(url.removeprefix(self.server.base_url), safe="/?=&%;+,~"))
        return found

    def walk(self) -> dict[str, Fetched]:
        """All that can be reached by links from the home page, what is embedded included."""
        reached = self._reached
        waiting = deque([] if reached else ["/"])
        while waiting:
            path = waiting.popleft()
            if path in reached:
                continue
            got = reached[path] = self.get(path)
            if got.status in (301, 302):
                waiting.extend(self.inside(path, [got.headers["Location"]]))
            elif "html" in got.headers["Content-Type"]:
                page = read(got.body)
                waiting.extend(self.inside(path, page.hrefs + page.embedded))
        return reached


@pytest.fixture(scope="module")
def browsers() -> Iterator[dict[str, Browser]]:
    with (
        SampleServer(pole) as one,
        SampleServer(partial(labo, pole_url=one.base_url)) as other,
    ):
        yield {"pole": Browser(one), "labo": Browser(other)}


@pytest.fixture(scope="module", params=["pole", "labo"])
def browser(browsers: dict[str, Browser], request: pytest.FixtureRequest) -> Browser:
    return browsers[request.param]


def test_announcements_say_what_is_announced(browser: Browser) -> None:
    for item in browser.site.announced:
        got = browser.get(item.path)
        text = fold("".join(read(got.body).words))
        assert got.status == 200, item.path
        assert fold(item.title) in text
        assert item.missing_from(text) == (), item.path
        assert len(item.sentences) >= 3
        # What must not be extracted does stand on the page: otherwise it would prove nothing.
        own = [a for a in item.absent if a in text]
        assert own, item.path
        assert all(name in text for name in (*item.categories, *item.tags))


def test_every_link_leads_somewhere_but_the_broken_one(browser: Browser) -> None:
    broken = {p for p, got in browser.walk().items() if got.status not in (200, 301, 302)}
    assert broken == ({BROKEN} if browser.site.key == "pole-des-causses" else set())


def bare(path: str) -> str:
    """A path as one page is known by: no slash at the end, no query but a pager's."""
    path, _, query = path.partition("?")
    return path + (f"?{query}" if query.startswith("page=") else "")


def pages(browser: Browser) -> set[str]:
    return {
        bare(path)
        for path, got in browser.walk().items()
        if got.status == 200 and "html" in got.headers["Content-Type"]
    }


def test_pole_is_its_announcements_and_these_pages(browsers: dict[str, Browser]) -> None:
    browser = browsers["pole"]
    others = pages(browser) - {a.path for a in browser.site.announced}
    archives = {p for p in others if re.match(r"/(category|tag|author)/", p)}
    assert {a.path for a in browser.site.announced} <= pages(browser)
    assert others - archives == {
        "/",
        "/page/2/",
        "/page/3/",
        "/le-pole/",
        "/contact/",
        "/mentions-legales/",
        "/plan-d-acces/",
        FORBIDDEN,
    }
    assert {
        "/category/actualites/",
        "/category/actualites/page/2/",
        "/category/actualites/page/3/",
        "/tag/monnaie-locale/",
        "/tag/cooperation/",
        "/author/clemence-doumayrou/",
    } <= archives


def test_labo_is_its_announcements_and_these_pages(browsers: dict[str, Browser]) -> None:
    browser = browsers["labo"]
    assert pages(browser) - {a.path for a in browser.site.announced} == {
        "/",
        "/actualites",
        "/actualites?page=0",
        "/actualites?page=1",
        "/actualites?page=2",
        "/agenda",
        "/le-labo",
        "/mentions-legales",
        "/thematique/ptce",
        "/thematique/publications",
        "/thematique/vie-du-labo",
    }
    assert {a.path for a in browser.site.announced} <= pages(browser)


def test_one_announcement_of_the_labo_links_to_the_pole(browsers: dict[str, Browser]) -> None:
    page = read(browsers["labo"].get("/deux-jours-sur-le-causse").body)
    (link,) = (h for h in page.hrefs if h.startswith(browsers["pole"].server.base_url))
    visit = browsers["pole"].get(urlsplit(link).path)
    assert visit.status == 200
    assert "Clovis Marcenac" in visit.body.decode()


def test_traps_for_a_crawl_are_on_the_way(browsers: dict[str, Browser]) -> None:
    browser = browsers["pole"]
    reached = browser.walk()
    assert any("?replytocom=" in p for p in reached)
    assert any("utm_source=" in p for p in reached)
    assert any(p.endswith(".pdf") for p in reached)
    assert FORBIDDEN in reached
    outside = {h for got in reached.values() for h in external(browser, got)}
    assert "https://www.example.org/" in outside
    assert browser.get("/2018/11/visite-du-labo/").status == 301
    assert browser.get("/adhesion/").status == 302
    assert browser.site.answers["/plan-d-acces/"].delay == 0.2
    framings = {(a.chunked, a.gzip) for a in browser.site.answers.values()}
    assert len(framings) == 4
    latin = browser.get("/le-pole/").headers["X-Commune"]
    assert "Région" in latin


def external(browser: Browser, got: Fetched) -> list[str]:
    if got.status != 200 or "html" not in got.headers["Content-Type"]:
        return []
    links = read(got.body).hrefs
    return [h for h in links if h.startswith("http") and browser.server.base_url not in h]


def test_pages_embed_nothing_from_elsewhere(browser: Browser) -> None:
    for path, got in browser.walk().items():
        if got.status == 200 and "html" in got.headers["Content-Type"]:
            embedded = read(got.body).embedded
            assert len(browser.inside(path, embedded)) == len(embedded), path


def test_robots_keep_the_private_pages_out(browsers: dict[str, Browser]) -> None:
    browser = browsers["pole"]
    base = browser.server.base_url
    robots = RobotFileParser()
    robots.parse(browser.get("/robots.txt").body.decode().splitlines())
    assert not robots.can_fetch("ess-archiver", base + FORBIDDEN)
    assert all(robots.can_fetch("ess-archiver", base + a.path) for a in browser.site.announced)
    assert robots.site_maps() == [f"{base}/wp-sitemap.xml"]


def locations(browser: Browser, path: str) -> list[str]:
    root = ET.fromstring(browser.get(path).body)
    return [e.text or "" for e in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_sitemaps_list_every_announcement(browsers: dict[str, Browser]) -> None:
    base = browsers["pole"].server.base_url
    listed = {
        url.removeprefix(base)
        for part in locations(browsers["pole"], "/wp-sitemap.xml")
        for url in locations(browsers["pole"], part.removeprefix(base))
    }
    assert {a.path for a in browsers["pole"].site.announced} < listed
    of_labo = locations(browsers["labo"], "/sitemap.xml")
    base = browsers["labo"].server.base_url
    assert {base + a.path for a in browsers["labo"].site.announced} < set(of_labo)


def test_feed_tells_counts_as_wordpress_does(browsers: dict[str, Browser]) -> None:
    browser = browsers["pole"]
    announced = {browser.server.base_url + a.path: a for a in browser.site.announced}
    slash = "{http://purl.org/rss/1.0/modules/slash/}comments"
    items = list(ET.fromstring(browser.get("/feed/").body).iter("item"))
    counts = {i.findtext("link"): i.findtext(slash) for i in items}
    assert len(counts) == 10
    assert {url: None if n is None else int(n) for url, n in counts.items() if url is not None} == {
        url: announced[str(url)].comment_count for url in counts
    }
    assert None in counts.values()
    assert "0" in counts.values()


# What a person notes down who looks at these pages: path, printed words, count.
PRINTED = [
    ("/les-ateliers-de-la-laine-rouvrent/", "Un commentaire", 1),
    ("/bilan-d-une-premiere-annee/", "3 réflexions au sujet de", 3),
    ("/formation-compter-ensemble/", "Laisser un commentaire", 0),
    ("/la-ressourcerie-cherche-des-velos/", "", None),
    ("/le-laboratoire-des-solidarites-en-visite/", "0réponses", 0),
    ("/achats-groupes-d-energie/", "3réponses", 3),
    ("/la-scierie-passe-en-cooperative/", "3réponses", 3),
    ("/un-camion-partage-entre-quatre-associations/", "4 réponses sur «", 4),
    ("/une-monnaie-locale-sur-le-causse/", "Une réponse sur «", 1),
    ("/entraide-pendant-le-confinement/", "embedVars", None),
    ("/assemblee-generale-2022/", "Une réponse à «", 1),
    ("/dix-ans-du-pole/", "3 réponses à «", 3),
    ("/nouvel-horaire-de-la-navette/", "", None),
]


@pytest.mark.parametrize(("path", "words", "count"), PRINTED)
def test_comment_counts_are_those_a_reader_sees(
    browsers: dict[str, Browser], path: str, words: str, count: int | None
) -> None:
    browser = browsers["pole"]
    (item,) = (a for a in browser.site.announced if a.path == path)
    text = "".join(read(browser.get(path).body).words)
    assert words in text
    assert item.comment_count == count
    assert ("Laisser un commentaire" in text) == (count is not None)


def test_dates_stand_on_the_pages_as_each_theme_prints_them(browsers: dict[str, Browser]) -> None:
    pole_pages = browsers["pole"]
    old = pole_pages.get("/les-ateliers-de-la-laine-rouvrent/").body.decode()
    assert "Publié le 14 septembre 2016" in old
    assert "2016-09-14" not in old
    camion = pole_pages.get("/un-camion-partage-entre-quatre-associations/").body.decode()
    assert '"datePublished": "2019-05-21T16:30:00+02:00"' in camion
    assert '<time class="entry-date published" datetime="2019-05-21T16:30:00+02:00">' in camion
    founding = browsers["labo"].get("/pourquoi-un-labo").body.decode()
    assert "Publié le 8 décembre 2014 - mis à jour le 5 février 2019" in founding
    assert "Du 12Au 13/062024" in browsers["labo"].get("/rencontres-d-ete-2024").body.decode()


def test_the_same_site_is_built_twice_alike() -> None:
    assert pole("http://127.0.0.1:1") == pole("http://127.0.0.1:1")
    assert labo("http://127.0.0.1:2") == labo("http://127.0.0.1:2")


def test_typography_is_french_and_folded_for_comparison() -> None:
    (item,) = (a for a in pole("http://127.0.0.1:1").announced if "four-a-pain" in a.path)
    assert any("6\u202f500 euros" in s for s in item.sentences)
    text = " ".join(item.sentences)
    assert item.missing_from(text.replace("\u202f", " ")) == ()
    assert item.missing_from("") == item.sentences
    (asked,) = (a for a in pole("http://127.0.0.1:1").announced if "monnaie" in a.path)
    assert asked.title.endswith("causse\u202f?")
    assert asked.is_titled("Une monnaie locale sur le causse ?")
    assert not asked.is_titled("Une monnaie locale sur le causse")
    assert item.leaked_into("Laisser un\u00a0commentaire") == ("Laisser un commentaire",)


def test_registry_names_both_sites() -> None:
    entries = tomllib.loads(registry("http://127.0.0.1:8001", "http://127.0.0.1:8002"))
    assert entries["pole-des-causses"]["seeds"] == ["http://127.0.0.1:8001/"]
    assert entries["pole-des-causses"]["hosts"] == ["127.0.0.1:8001"]
    assert entries["labo-des-coteaux"]["kind"] == "labo"
    assert set(entries) == {pole("http://x").key, labo("http://x").key}


def test_module_serves_both_sites_until_it_is_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "archiver.samples"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        urls = [process.stdout.readline().split(": ", 1)[1].strip() for _ in range(2)]
        for url, name in zip(urls, ("Pôle des Causses", "Labo des Coteaux"), strict=True):
            connection = http.client.HTTPConnection(urlsplit(url).netloc)
            connection.request("GET", "/")
            assert name in connection.getresponse().read().decode()
            connection.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def test_pictures_and_documents_are_valid(browsers: dict[str, Browser]) -> None:
    picture = browsers["pole"].get("/wp-content/uploads/2018/11/groupe-table.png").body
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    (size,) = struct.unpack(">I", picture[33:37])
    assert len(zlib.decompress(picture[41 : 41 + size])) == height * (1 + 3 * width)
    document = browsers["pole"].get("/wp-content/uploads/2018/11/programme-visite.pdf").body
    start = int(document.split(b"startxref\n")[1].split()[0])
    assert document[start : start + 5] == b"xref\n"
    for number, line in enumerate(document[start:].split(b"\n")[3:9], 1):
        assert document[int(line[:10]) :].startswith(b"%d 0 obj" % number)
