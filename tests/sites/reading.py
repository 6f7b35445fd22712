"""Reads the fixture pages of this folder; every sentence in them is our own."""

from __future__ import annotations

from pathlib import Path

from archiver.extract.page import Page, parse

FOLDER = Path(__file__).parent / "pages"


def fixture(name: str, url: str) -> Page:
    """The page ``pages/<name>.html`` as it would come from this address."""
    page = parse(url, (FOLDER / f"{name}.html").read_bytes(), None)
    assert page is not None
    return page


def made(body: str, url: str, head: str = "", classes: str = "") -> Page:
    """A page of a few elements."""
    html = f'<html lang="fr"><head>{head}</head><body class="{classes}">{body}</body></html>'
    page = parse(url, html.encode())
    assert page is not None
    return page
