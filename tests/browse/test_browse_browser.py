"""A real browser on a real server: search, read, download; and nothing leaves the machine."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, sync_playwright

from archiver.layout import DataFolder
from tests.browse import sample
from tests.browse.test_browse_server import serving

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def test_reader_searches_reads_and_downloads(
    data: DataFolder, chromium: str, tmp_path: Path
) -> None:
    first, hostile = sample.TEXTS[0], sample.TEXTS[3]
    asked: list[str] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    with serving(data) as (url, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        try:
            page = browser.new_page(viewport={"width": 390, "height": 844}, locale="fr-FR")
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", hear)
            page.on("pageerror", lambda error: complaints.append(str(error)))

            page.goto(url)
            page.get_by_label("Chercher dans les annonces").fill("cooperation")
            page.get_by_role("button", name="Chercher").click()
            page.get_by_role("link", name=first.title).click()
            assert page.get_by_role("heading", level=1).inner_text() == first.title
            # What is wider than a phone scrolls in its own box, once the style sheet is there.
            page.wait_for_load_state("load")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390

            with page.expect_download() as event:
                page.get_by_role("link", name="Télécharger le WARC").click()
            kept = tmp_path / event.value.suggested_filename
            event.value.save_as(kept)
            assert kept.name == "figeacteurs-20261124050100-a0000000.warc.gz"
            assert kept.read_bytes() == sample.WARCINFO + sample.group(first.n)

            page.goto(f"{url}catalogue/announcement/{hostile.id}")
            assert page.title().startswith("Titre <script>")
            page.goto(f"{url}catalogue/capture")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        finally:
            browser.close()

    assert complaints == []
    assert {urlsplit(each).hostname for each in asked} == {"127.0.0.1"}
