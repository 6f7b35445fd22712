"""robots.txt as RFC 9309 has it, where Scrapy's own reading differs."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware as ScrapyRobotsTxtMiddleware
from scrapy.http import Response

_SERVER_ERROR, _CLIENT_ERROR = 500, 400


class RobotsTxtMiddleware(ScrapyRobotsTxtMiddleware):
    """A server error means that nothing may be asked for, a client error that all may be
    (RFC 9309, 2.3.1.3 and 2.3.1.4). Scrapy would read the rules out of the error page."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= _SERVER_ERROR:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status >= _CLIENT_ERROR:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
