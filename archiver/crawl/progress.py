"""One line on a terminal while a crawl runs; nothing elsewhere."""

from __future__ import annotations

import sys
from time import monotonic
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from archiver.crawl.session import Session

_SECONDS = 1.0


class Progress:
    """Says each second how many exchanges are kept, how many wait, and how fast it goes.

    On when the setting ARCHIVER_PROGRESS is true and standard error is a terminal.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._began = monotonic()
        self._call = create_looping_call(self._show)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Progress:
        if not (crawler.settings.getbool("ARCHIVER_PROGRESS") and sys.stderr.isatty()):
            raise NotConfigured
        progress = cls(crawler)
        crawler.signals.connect(progress.opened, signals.spider_opened)
        crawler.signals.connect(progress.closed, signals.spider_closed)
        return progress

    def opened(self, spider: Spider) -> None:  # noqa: ARG002  # Scrapy passes it by name
        self._call.start(_SECONDS, now=False)

    def closed(self, spider: Spider) -> None:  # noqa: ARG002  # Scrapy passes it by name
        self._call.stop()
        self._show()
        sys.stderr.write("\n")

    def _show(self) -> None:
        session = self._crawler.get_extension(Session)
        kept = session.kept if session else 0
        engine: Any = self._crawler.engine
        waiting = len(engine._slot.scheduler) if engine and engine._slot else 0
        seconds = max(monotonic() - self._began, 0.001)
        sys.stderr.write(
            f"\r\x1b[K{kept} exchanges kept, {waiting} waiting, {kept / seconds:.1f} a second"
        )
        sys.stderr.flush()
