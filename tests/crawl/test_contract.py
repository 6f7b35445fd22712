"""The private names of Scrapy and Twisted that the recording stands on. When one moves, this says
which, before a crawl keeps less than it should."""

from __future__ import annotations

import inspect

import scrapy
from scrapy.core.downloader.handlers import http11
from twisted.web._newclient import HTTP11ClientProtocol, HTTPClientParser
from twisted.web.client import HTTPConnectionPool


def test_scrapy_is_of_the_minor_version_that_was_read() -> None:
    assert scrapy.version_info[:2] == (2, 19)


def test_scrapy_builds_its_agent_as_we_do() -> None:
    given = set(inspect.signature(http11._ScrapyAgent.__init__).parameters) - {"self"}
    assert given == {
        "contextFactory",
        "connectTimeout",
        "bindAddress",
        "pool",
        "maxsize",
        "warnsize",
        "fail_on_dataloss",
        "crawler",
        "tls_verbose_logging",
    }
    assert hasattr(http11._ScrapyAgent, "_get_agent")
    source = inspect.getsource(http11.HTTP11DownloadHandler.__init__)
    assert "self._pool._factory = _LenientHTTP11ClientFactory" in source


def test_twisted_tells_the_end_of_a_message_to_its_protocol() -> None:
    assert "self._finishResponse" in inspect.getsource(HTTP11ClientProtocol.request)
    assert "self.finisher(rest)" in inspect.getsource(HTTPClientParser._finished)
    assert "self._factory(quiescentCallback" in inspect.getsource(HTTPConnectionPool._newConnection)
    assert issubclass(http11._LenientHTTP11ClientProtocol, HTTP11ClientProtocol)
