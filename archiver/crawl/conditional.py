"""Asks for a page only if it has changed, and gives the spider the archived one if it has not."""

from __future__ import annotations

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from archiver.crawl.session import Session

_NOT_MODIFIED = 304
_CONTENT_LIMIT = 20_000_000  # bytes


class ConditionalMiddleware:
    """Conditional requests (RFC 9110, 13.1) with what the server said last of a URL.

    A 304 is kept as it came; the spider, which needs the links, gets the page that the archive
    holds. When that cannot be read any more, the page is asked for again without condition.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ConditionalMiddleware:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Adds the conditions, to the spider's own GET requests."""
        if request.meta.pop("unless_changed", None) is not None:
            _without_conditions(request)  # those of the URL that redirected here
        session = self._crawler.get_extension(Session)
        wanted = request.method == "GET" and "source" in request.meta
        if session is None or not wanted or request.meta.get("unconditional"):
            return
        known = session.lookback.validators(request.meta["source"], request.url)
        if known is None:
            return
        if known.etag:
            request.headers[b"If-None-Match"] = known.etag.encode("latin-1", "replace")
        if known.last_modified:
            request.headers[b"If-Modified-Since"] = known.last_modified.encode("latin-1", "replace")
        request.meta["unless_changed"] = known.original

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """Puts the archived page in the place of a 304 to our condition."""
        original = request.meta.get("unless_changed")
        session = self._crawler.get_extension(Session)
        if response.status != _NOT_MODIFIED or original is None or session is None:
            return response
        held = session.lookback.response(original)
        if held is not None:
            try:
                return response.replace(
                    status=200,
                    headers={"Content-Type": held.header("content-type") or "text/html"},
                    body=held.content(_CONTENT_LIMIT),
                )
            except ValueError:
                pass  # a content coding that cannot be undone: the page itself may have changed
        again = request.replace(dont_filter=True)
        again.meta["unconditional"] = True
        return again


def _without_conditions(request: Request) -> None:
    for name in (b"If-None-Match", b"If-Modified-Since"):
        request.headers.pop(name, None)
