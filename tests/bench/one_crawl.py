"""One crawl of the source ``bench`` in a process of its own, measured.

``python -m tests.bench.one_crawl <data folder> recorded|bare`` prints the figures as JSON. ``bare``
is the same spider with Scrapy's own download handler: nothing is kept.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic, process_time

from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

from archiver.crawl import scrapy_settings
from archiver.crawl.spiders import SourceSpider
from tests.bench.site import ROOT

_OWN = "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one crawl: responses, seconds from its start until all is on disk, seconds of processor
    time of all its threads, and the most memory that its process ever held, in MB."""

    pages: int
    seconds: float
    processor: float
    peak: float

    @property
    def speed(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


def measure(data: Path, mode: str) -> Figures:
    """Runs this module in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.one_crawl", str(data), mode],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Figures(**json.loads(done.stdout))


def crawl(data: Path, mode: str) -> Figures:
    """Crawls in this process."""
    settings = Settings()
    settings.setmodule(scrapy_settings, priority="project")
    settings.setdict(
        {"ARCHIVER_DATA": str(data), "ARCHIVER_DELAY": 0, "LOG_FILE": str(data / "crawl.log")},
        priority="cmdline",
    )
    if mode == "bare":
        handlers = {**settings.getdict("DOWNLOAD_HANDLERS"), "http": _OWN, "https": _OWN}
        settings.setdict({"DOWNLOAD_HANDLERS": handlers, "EXTENSIONS": {}}, priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(SourceSpider)
    began: list[tuple[float, float]] = []
    crawler.signals.connect(
        lambda: began.append((monotonic(), process_time())), signals.engine_started, weak=False
    )
    process.crawl(crawler, source="bench")
    process.start()
    assert crawler.stats is not None
    if crawler.stats.get_value("finish_reason") != "finished":
        raise RuntimeError("the crawl was interrupted")
    ((wall, processor),) = began
    return Figures(
        crawler.stats.get_value("response_received_count"),
        monotonic() - wall,
        process_time() - processor,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(crawl(Path(sys.argv[1]), sys.argv[2]))))
