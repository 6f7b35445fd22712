"""What may be asked for: nothing outside a source, not by a redirect either."""

from __future__ import annotations

import logging

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

from archiver.address import in_scope, site
from archiver.model import Role

logger = logging.getLogger(__name__)


class ScopeMiddleware:
    """Drops requests out of scope, and gives www and apex of a site one slot.

    So one request at a time goes to both together. It stands before the robots.txt middleware: a
    host out of scope is not even asked for its robots.txt.
    """

    @classmethod
    def from_crawler(cls, _: Crawler) -> ScopeMiddleware:
        return cls()

    def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for what lies out of scope."""
        source = request.meta.get("asked_of")
        redirected = bool(request.meta.get("redirect_urls"))
        if source is not None and not in_scope(request.url, source):
            level = logging.WARNING if request.meta["role"] is Role.SEED else logging.DEBUG
            logger.log(
                level,
                "%s is not followed: %s lies outside the hosts of source %s",
                request.meta["redirect_urls"][-1] if redirected else request.url,
                request.url,
                source.key,
            )
            raise IgnoreRequest("outside the hosts of the source")
        request.meta["download_slot"] = site(request.url)
