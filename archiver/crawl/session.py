"""One crawl's hold on the data folder: its lock, its recovery after a crash, its WARC files."""

from __future__ import annotations

import atexit
import logging
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread

from archiver import __version__
from archiver.crawl.configuration import Configuration
from archiver.crawl.lookback import Lookback
from archiver.crawl.spiders.source import SourceSpider, url_refused
from archiver.crawl.wire import Attempt, Recorder
from archiver.errors import ArchiverError, WarcError
from archiver.layout import OPEN_SUFFIX
from archiver.model import Role
from archiver.warc.exchange import Asked, Exchange
from archiver.warc.keeper import Keeper
from archiver.warc.repair import repair

logger = logging.getLogger(__name__)

_SWITCH_SECONDS = 0.0005
_PATIENCE = 40  # looks, 50 ms apart, for connections that are being closed


class Session:
    """The Scrapy extension that keeps what the download handler records.

    Building it raises LockedError when another crawl runs, and ArchiverError when the data folder
    cannot be written.
    """

    def __init__(
        self, crawler: Crawler, spider: SourceSpider, configuration: Configuration
    ) -> None:
        self._crawler = crawler
        self._spider = spider
        self._locks = ExitStack()
        data, settings = configuration.data, configuration.settings
        data.prepare()
        self._locks.enter_context(data.lock("crawl"))
        for path in data.warc_files():
            if path.name.endswith(OPEN_SUFFIX):
                _mend(path)
        self.crawl_id = datetime.now(UTC).strftime("%Y%m%d%H%M%S%f")
        self._faults = 0
        self._failure: OSError | None = None
        self.lookback = Lookback(data, self.crawl_id)
        self.recorder = Recorder(self._keep, self._fault, data.path)
        self._keeper = Keeper(
            {source.key: data.collection(source.key) for source in spider.sources},
            {
                "software": f"ess-archiver/{__version__}",
                "format": "WARC File Format 1.1",
                "conformsTo": "http://iipc.github.io/warc-specifications/specifications/"
                "warc-format/warc-1.1/",
                "robots": "obey",
                "http-header-user-agent": settings.user_agent(),
                "operator": settings.contact or "",
                "isPartOf": self.crawl_id,
            },
            settings.warc_size,
            self.lookback.original_of,
        )
        # The keeper's thread holds the interpreter for a fraction of a millisecond at a time; the
        # reactor need not wait Python's usual five to get it back.
        sys.setswitchinterval(_SWITCH_SECONDS)
        # When the reactor is stopped by force, what is pending is still written.
        atexit.register(self._keeper.close)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Session:
        spider = crawler.spider
        assert isinstance(spider, SourceSpider)
        session = cls(crawler, spider, spider.configuration)
        crawler.signals.connect(session.close, signals.engine_stopped)
        crawler.signals.connect(session.refused, url_refused)
        return session

    @property
    def kept(self) -> int:
        """How many exchanges were written so far."""
        return self._keeper.kept

    @property
    def faults(self) -> int:
        """How often the recording itself failed."""
        return self._faults + self._keeper.faults

    @property
    def failure(self) -> OSError | None:
        """What stopped the writing, if anything did."""
        return self._keeper.failure or self._failure

    def asked(self, request: Request) -> Asked:
        """Which URL a request asks for and why, redirects counted."""
        meta = request.meta
        passed: list[str] = meta.get("redirect_urls", [])
        robots = "source" not in meta  # the only requests that are not the spider's own
        return Asked(
            url=request.url.partition("#")[0],
            source=self._spider.source_at(request.url) if robots else meta["source"],
            role=Role.ROBOTS if robots else meta["role"],
            via=passed[-1] if passed else meta.get("via"),
            hops=("P" if robots else meta["hops"]) + "R" * len(passed),
            unless_changed=meta.get("unless_changed"),
        )

    def failed(self, attempt: Attempt) -> None:
        """Keeps an attempt that never had a connection."""
        self._keep(
            Exchange(
                attempt.asked, attempt.started, datetime.now(UTC), error=attempt.error or "unknown"
            )
        )

    def refused(self, request: Request, reason: str) -> None:
        """Keeps the fact that a URL was not asked for, and why."""
        asked, now = self.asked(request), datetime.now(UTC)
        self._keep(Exchange(asked, now, now, error=reason))

    async def close(self) -> None:
        """Waits until all is on disk, then lets go of the lock."""
        from twisted.internet import reactor  # noqa: PLC0415  # importing it installs it

        for _ in range(_PATIENCE):
            if not self.recorder.running:
                break
            await maybe_deferred_to_future(deferLater(reactor, 0.05))
        await maybe_deferred_to_future(deferToThread(self._keeper.close))
        atexit.unregister(self._keeper.close)
        self._locks.close()

    def _keep(self, exchange: Exchange) -> None:
        try:
            self._keeper.keep(exchange)
        except OSError as e:
            self._stop(e)

    def _stop(self, error: OSError) -> None:
        if self._failure is not None:
            return
        self._failure = error
        engine = self._crawler.engine
        if engine is not None and engine.running and engine.spider is not None:
            logger.critical("The crawl stops, it cannot write: %s", error)
            deferred_from_coro(engine.close_spider_async(reason="cannot_write"))

    def _fault(self, attempt: Attempt, error: Exception) -> None:
        self._faults += 1
        logger.error("The recording of %s failed", attempt.asked.url, exc_info=error)
        if isinstance(error, OSError):
            self._stop(error)


def _mend(path: Path) -> None:
    """Finishes what a crash left behind; what cannot be mended must not stop every later crawl.

    Raises ArchiverError when the disk does not let it.
    """
    try:
        mended = repair(path)
    except WarcError:
        logger.exception("A crash left this behind, it stays as it is")
        return
    except OSError as e:
        raise ArchiverError(f"{path}: what a crash left behind cannot be mended: {e}") from e
    logger.warning("A crash left this behind: %s", mended)
    if mended is not None and mended.moved:
        logger.warning("Records have moved: run `archiver rebuild`")
