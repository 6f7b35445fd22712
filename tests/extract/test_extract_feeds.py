from __future__ import annotations

import gzip

from hypothesis import given
from hypothesis import strategies as st

from archiver.extract import feeds
from archiver.extract.feeds import addresses

RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<link>https://exemple.fr/</link><atom:link rel="self" href="https://exemple.fr/feed/"/>
<item><title>Un</title><link> https://exemple.fr/un/ </link></item>
<item><atom:link href="https://exemple.fr/self"/><guid>https://exemple.fr/deux/</guid></item>
<item><guid isPermaLink="false">https://exemple.fr/?p=3</guid></item>
<item><link><![CDATA[https://exemple.fr/un/]]></link></item>
</channel></rss>"""

ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://exemple.fr/"/>
<entry><link rel="edit" href="https://exemple.fr/edit"/><link href="https://exemple.fr/a/"/></entry>
<entry><link rel="alternate" href="https://exemple.fr/b/"/></entry></feed>"""

SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://exemple.fr/a/</loc><image:image><image:loc>https://exemple.fr/i.jpg</image:loc>
</image:image></url><url><loc>javascript:alert(1)</loc></url></urlset>"""

INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://exemple.fr/post-sitemap.xml</loc></sitemap></sitemapindex>"""


def test_rss_gives_its_items_and_not_the_channel() -> None:
    assert addresses(RSS).pages == ("https://exemple.fr/un/", "https://exemple.fr/deux/")


def test_atom_gives_the_alternate_link_of_each_entry() -> None:
    assert addresses(ATOM).pages == ("https://exemple.fr/a/", "https://exemple.fr/b/")


def test_rdf_feed_of_rss_1_is_read() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/"><item><link>https://exemple.fr/r/</link></item></rdf:RDF>"""
    assert addresses(body).pages == ("https://exemple.fr/r/",)


def test_sitemap_gives_pages_but_no_images_and_no_scripts() -> None:
    assert addresses(SITEMAP) == feeds.Addresses(pages=("https://exemple.fr/a/",))


def test_sitemap_index_says_that_it_leads_to_sitemaps() -> None:
    assert addresses(INDEX) == feeds.Addresses(sitemaps=("https://exemple.fr/post-sitemap.xml",))


def test_gzipped_and_plain_text_sitemaps_are_read() -> None:
    assert addresses(gzip.compress(SITEMAP)).pages == ("https://exemple.fr/a/",)
    assert addresses(gzip.compress(SITEMAP)[:-9]).pages == ("https://exemple.fr/a/",)
    assert addresses(b"https://exemple.fr/x\r\nnon\r\n").pages == ("https://exemple.fr/x",)


def test_a_gzip_bomb_is_unpacked_only_up_to_the_bound() -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (feeds.MAX_UNPACKED + 1_000_000) + b"</urlset>")
    assert addresses(bomb) == feeds.Addresses()


def test_entities_are_never_resolved() -> None:
    body = b"""<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY a "https://x/">]>
    <urlset><url><loc>&x;</loc></url><url><loc>&a;</loc></url></urlset>"""
    assert addresses(body) == feeds.Addresses()


def test_broken_xml_gives_what_can_be_read() -> None:
    body = b"\n<urlset><url><loc>https://exemple.fr/a?b=1&c=2</loc></url><url><loc>https://exemple.fr/b"
    assert addresses(body).pages[-1] == "https://exemple.fr/b"


@given(st.binary(max_size=200))
def test_no_bytes_raise(body: bytes) -> None:
    addresses(body)
    addresses(b"\x1f\x8b" + body)
    addresses(b"<urlset>" + body)
