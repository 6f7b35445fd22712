"""Crawls what a plan says: ``python -m tests.crawl.exact_crawl <data folder> <plan>``.

The ordinary spider asks with GET and for what it finds only; this one asks for anything, with the
settings, the handler and the session of an ordinary crawl. The plan is a JSON array of objects
with ``url``, ``method``, ``headers`` and ``body`` (base64).
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import StopDownload
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from archiver.crawl import scrapy_settings
from archiver.crawl.session import Session
from archiver.crawl.spiders import SourceSpider
from archiver.model import Role


class PlannedSpider(SourceSpider):
    """Asks for what the plan says, and for nothing that it finds."""

    name = "planned"
    plan: str

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_headers, signals.headers_received)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        source = self.sources[0]
        for planned in json.loads(Path(self.plan).read_bytes()):
            yield Request(
                planned["url"],
                method=planned["method"],
                headers=planned["headers"],
                body=base64.b64decode(planned["body"]),
                encoding="latin-1",
                dont_filter=True,
                callback=self.take,
                errback=self.miss,
                meta={
                    "asked_of": source,
                    "source": source.key,
                    "role": Role.PAGE,
                    "via": None,
                    "hops": "",
                },
            )

    def on_headers(self, request: Request) -> None:
        """Cancels a download whose headers have come."""
        if "/cancelled/" in request.url:
            raise StopDownload

    def take(self, _: Response) -> None:
        """What comes back is of no matter here."""

    def miss(self, _: Failure) -> None:
        """Nor what does not."""


def main(data: str, plan: str) -> int:
    """Crawls; 0 when it came to its end and nothing was lost on the way to the files."""
    settings = Settings()
    settings.setmodule(scrapy_settings, priority="project")
    settings.setdict(
        {"ARCHIVER_DATA": data, "ARCHIVER_DELAY": 0, "LOG_FILE": f"{data}/crawl.log"},
        priority="cmdline",
    )
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(PlannedSpider)
    process.crawl(crawler, source="exact", plan=plan)
    process.start()
    session = crawler.get_extension(Session)
    assert session is not None
    assert crawler.stats is not None
    finished = crawler.stats.get_value("finish_reason") == "finished"
    return 0 if finished and session.failure is None and session.faults == 0 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
