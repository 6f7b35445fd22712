"""Pages made from fragments, for the tests of this folder."""

from __future__ import annotations

from archiver.extract.page import Page, parse

URL = "https://exemple.fr/une-visite/"


def page(body: str, head: str = "", url: str = URL) -> Page:
    """The page of a body and a head, parsed."""
    html = f"<!doctype html><html lang=fr><head>{head}</head><body>{body}</body></html>"
    made = parse(url, html.encode())
    assert made is not None
    return made
