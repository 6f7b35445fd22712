"""The recording download handler: Scrapy's own, with connections that are recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any, cast

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from archiver.crawl.guard import Permit, guarded, permit_for
from archiver.crawl.session import Session
from archiver.crawl.spiders.source import SourceSpider
from archiver.crawl.wire import Attempt, RecordingFactory, TaggedHeaders

_PAGE_BYTES = 4_000_000  # of one body, for the spider
_WITH_LINKS = (b"html", b"xml", b"text/", b"gzip")  # sitemaps may come as application/gzip


class RecordingDownloadHandler(HTTP11DownloadHandler):
    """HTTP/1.1 over plain TCP and TLS; each attempt is kept, whatever becomes of it."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        session = crawler.get_extension(Session)
        if session is None:
            raise NotConfigured("nothing is fetched without archiver.crawl.session.Session")
        self._session = session
        # Agents keep no state of a request: one for each permit serves them all.
        self._agents: dict[tuple[Permit, float], Any] = {}
        self._pool._factory = cast("Any", partial(RecordingFactory, session.recorder))

    async def download_request(self, request: Request) -> Response:
        attempt = Attempt(self._session.asked(request), datetime.now(UTC))
        agent = _RecordingAgent(
            attempt,
            self._agents,
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except Exception:
            # Without any exchange there was no connection: DNS, TLS, refused, timed out.
            if attempt.exchanges == 0:
                self._session.failed(attempt)
            raise


class _RecordingAgent(_ScrapyAgent):
    def __init__(
        self, attempt: Attempt, agents: dict[tuple[Permit, float], Any], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._attempt = attempt
        self._agents = agents

    def download_request(self, request: Request) -> Deferred[Response]:
        # The cause is noted within the chain of the failure, before the connection is told.
        return super().download_request(request).addErrback(self._attempt.fail)

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        deliver = txresponse.deliverBody

        limit = _PAGE_BYTES if _may_have_links(txresponse) else 0

        def deliver_beginning(reader: Any) -> None:
            reader._bodybuf = _Beginning(limit)
            deliver(reader)

        txresponse.deliverBody = deliver_beginning
        return super()._cb_bodyready(txresponse, request)

    def _get_agent(self, request: Request, timeout: float) -> Any:
        spider = self._crawler.spider
        assert isinstance(spider, SourceSpider)
        key = (permit_for(request, spider.sources), timeout)
        if key not in self._agents:
            self._agents[key] = guarded(super()._get_agent(request, timeout), key[0])
        return _Tagging(self._agents[key], self._attempt)


class _Beginning(BytesIO):
    """The buffer that Scrapy gathers a body in, up to a size: the tape keeps all of it, and the
    spider looks for links in pages, not in films."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Any) -> int:
        super().write(data[: max(0, self._limit - self.tell())])
        return len(data)


def _may_have_links(txresponse: Any) -> bool:
    values = txresponse.headers.getRawHeaders(b"Content-Type") or [b"text/html"]
    return any(kind in values[0].lower() for kind in _WITH_LINKS)


class _Tagging:
    """A Twisted agent whose request headers carry the attempt."""

    def __init__(self, agent: Any, attempt: Attempt) -> None:
        self._agent = agent
        self._attempt = attempt

    def request(self, method: bytes, uri: bytes, headers: Any, body: Any) -> Any:
        tagged = TaggedHeaders(dict(headers.getAllRawHeaders()))
        tagged.attempt = self._attempt
        return self._agent.request(method, uri, tagged, body)
