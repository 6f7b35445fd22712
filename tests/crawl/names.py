"""A resolver whose names come from the test: no name server is ever asked.

Scrapy takes it by ``-s TWISTED_DNS_RESOLVER=tests.crawl.names.NameTable``; the setting TESTS_NAMES
is a JSON object, from name to a list of answers, each a list of addresses. One answer after the
other is given, the last one for ever. What is an address already, in whatever spelling, is read by
the system as it would be.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.resolver import HostResolution
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer


@implementer(IHostnameResolver)
class NameTable:
    """``asked`` is each name that was looked up, in order."""

    def __init__(self, reactor: Any, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._reactor = reactor
        self._answers = {name: list(sequence) for name, sequence in answers.items()}
        self.asked: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> Self:
        return cls(reactor, json.loads(crawler.settings.get("TESTS_NAMES", "{}")))

    def install_on_reactor(self) -> None:
        self._reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        receiver: Any,
        name: str,
        portNumber: int = 0,  # noqa: N803
        *_: Any,
        **__: Any,
    ) -> Any:
        self.asked.append(name)
        resolution = HostResolution(name)
        receiver.resolutionBegan(resolution)
        for address in self._look_up(name):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()
        return resolution

    def _look_up(self, name: str) -> Sequence[str]:
        if name in self._answers:
            answers = self._answers[name]
            return answers.pop(0) if len(answers) > 1 else answers[0]
        try:
            found = socket.getaddrinfo(
                name, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        except socket.gaierror:
            return []
        return [str(entry[4][0]) for entry in found]
