"""The spider over sources: seeds, feeds and links, each URL asked for once.

It decides what to ask for; what comes back is kept by the session, and read by the index.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings

from archiver.address import in_scope
from archiver.crawl.configuration import Configuration
from archiver.crawl.frontier import Frontier
from archiver.extract.feeds import addresses
from archiver.extract.links import links
from archiver.extract.page import parse
from archiver.model import Kind, Role, Source
from archiver.sites.addresses import role, worth_following

url_refused = object()
"""Signal: a request that is not made, with ``request`` and ``reason``."""

_SITES_AT_ONCE = 100
_PARSED = 2_000_000  # bytes; the tree of a page takes ten times its size
_FEEDS = (Role.FEED, Role.SITEMAP)
_HOPS = {Role.FEED: "F", Role.SITEMAP: "M"}


class SourceSpider(Spider):
    """Crawls sources named by ``source`` (keys, comma-separated), else all that are crawlable."""

    name = "sources"
    kind: ClassVar[Kind | None] = None

    configuration: Configuration
    sources: tuple[Source, ...]
    _frontiers: dict[str, Frontier]

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        ours = Configuration.read(settings).settings
        settings.setdict(
            {
                "USER_AGENT": ours.user_agent(),
                "DOWNLOAD_DELAY": ours.delay,
                "DOWNLOAD_TIMEOUT": ours.timeout,
                "DOWNLOAD_MAXSIZE": ours.max_body_bytes,
                "DEPTH_LIMIT": ours.max_depth,
            },
            priority="spider",
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Raises ConfigError when there is nothing that may be crawled, and says why."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.configuration = Configuration.read(crawler.settings)
        keys = [key for key in str(kwargs.get("source", "")).replace(",", " ").split() if key]
        spider.sources = spider.configuration.choose(keys, cls.kind)
        # Two a site are enough to keep it busy, and what waits in the downloader is fetched before
        # a crawl that is stopped comes to its end.
        at_once = min(_SITES_AT_ONCE, 2 * len(spider.sources))
        crawler.settings.set("CONCURRENT_REQUESTS", at_once, priority="spider")
        most = spider.configuration.settings.max_requests
        spider._frontiers = {source.key: Frontier(most) for source in spider.sources}
        crawler.signals.connect(spider.on_robots, signals.robots_parsed)
        return spider

    def source_at(self, url: str) -> str:
        """The key of the source on whose host a URL lies (of the first one when several do)."""
        for source in self.sources:
            if in_scope(url, source):
                return source.key
        hosts = (s.key for s in self.sources if in_scope(url, _whole_site(s)))
        return next(hosts, self.sources[0].key)

    async def start(self) -> AsyncIterator[Request]:
        for source in self.sources:
            for seed in source.seeds:
                for request in self._ask(source, [seed], Role.SEED, None, ""):
                    yield request
            for request in self._ask(source, source.feeds, Role.FEED, None, ""):
                yield request

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """What a response leads to: the links of a page, the addresses in a feed or a sitemap."""
        meta = response.meta
        source, hops = meta["asked_of"], meta["hops"] + "R" * len(meta.get("redirect_urls", ()))
        if meta["role"] in _FEEDS:
            listed = addresses(response.body)
            yield from self._ask(source, listed.sitemaps, Role.SITEMAP, response.url, hops)
            yield from self._ask(source, listed.pages, None, response.url, hops)
            return
        page = parse(response.url, response.body[:_PARSED], _charset(response))
        if page is not None:
            found = links(page)
            feeds = filter(worth_following, found.feeds)  # not those of the comments on a post
            yield from self._ask(source, feeds, Role.FEED, response.url, hops)
            yield from self._ask(source, found.pages, None, response.url, hops)

    def on_robots(self, robotparser: Any, request: Request) -> None:
        """Asks for the sitemaps that a robots.txt names."""
        engine, source = self.crawler.engine, request.meta.get("asked_of")
        if source is None or engine is None:
            return
        robots = request.url.partition("//")[0] + "//" + request.url.split("/")[2] + "/robots.txt"
        sitemaps = getattr(getattr(robotparser, "rp", None), "sitemaps", ())
        for found in self._ask(source, sitemaps, Role.SITEMAP, robots, "P"):
            engine.crawl(found)

    def _ask(
        self, source: Source, urls: Iterable[str], why: Role | None, via: str | None, hops: str
    ) -> Iterator[Request]:
        """Requests for those URLs that are in scope, worth it, new, and within the budget."""
        frontier = self._frontiers[source.key]
        for url in urls:
            if not in_scope(url, source) or (why is None and not worth_following(url)):
                continue
            if not frontier.admit(url):
                continue
            reason = why or role(url)
            request = Request(
                url,
                meta={
                    "asked_of": source,
                    "source": source.key,
                    "role": reason,
                    "via": via,
                    "hops": hops + (_HOPS.get(reason, "L") if via else ""),
                },
                priority=1 if reason in (Role.SEED, *_FEEDS) else 0,
            )
            if frontier.spent:
                self.crawler.signals.send_catch_log(
                    url_refused,
                    request=request,
                    reason=f"the limit of {frontier.most} requests for this source in one crawl "
                    "is reached (max_requests); what follows is not asked for",
                )
                return
            yield request


def _charset(response: Response) -> str | None:
    value = (response.headers.get(b"Content-Type") or b"").decode("latin-1").lower()
    return value.partition("charset=")[2].split(";")[0].strip("\"' ") or None


def _whole_site(source: Source) -> Source:
    return Source(source.key, source.name, source.kind, hosts=source.hosts)
