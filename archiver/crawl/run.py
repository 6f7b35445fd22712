"""Runs one crawl in this process; a reactor cannot start twice, so once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.settings import Settings
from twisted.python.failure import Failure

from archiver.crawl import scrapy_settings
from archiver.crawl.session import Session
from archiver.crawl.spiders import SourceSpider


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a crawl ended: its id, the exchanges kept, what stopped the writing, recorder faults."""

    crawl: str
    kept: int
    failure: OSError | None
    faults: int
    finished: bool
    """False when it was interrupted."""


def run(sources: Sequence[str], options: Mapping[str, Any], begun: Callable[[], None]) -> Outcome:
    """Crawls the named sources, or all crawlable ones; ``options`` are Scrapy settings.

    ``begun`` is called once the crawl holds its lock and is about to ask for the first page.
    Raises ArchiverError when it cannot begin: wrong configuration, the lock, the data folder.
    """
    settings = Settings()
    settings.setmodule(scrapy_settings, priority="project")
    settings.setdict(dict(options), priority="cmdline")
    process = CrawlerProcess(settings)
    crawler: Crawler = process.create_crawler(SourceSpider)
    crawler.signals.connect(begun, signals.engine_started, weak=False)
    failures: list[Failure] = []
    process.crawl(crawler, source=",".join(sources)).addErrback(failures.append)
    if failures:  # it failed before the reactor was needed
        failures[0].raiseException()
    process.start()
    if failures:
        failures[0].raiseException()
    session = crawler.get_extension(Session)
    assert session is not None
    assert crawler.stats is not None
    return Outcome(
        session.crawl_id,
        session.kept,
        session.failure,
        session.faults,
        crawler.stats.get_value("finish_reason") == "finished",
    )
