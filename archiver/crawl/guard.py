"""The guard: a crawl connects to public addresses, and elsewhere only where its source says so.

::

    request ─► permit_for ─► Permit ─► GuardedAgent ─► name resolver (any)
               whose is it?  how far?      │                │ addresses
                                           ▼                ▼
                                        the pool      _GuardedReactor.connectTCP ─► the site
                                        key + reach    checks the very address, and the peer

The check stands where the connection is made and nowhere before: what is checked is a literal
address, and that address is connected to without being looked up again. So neither an odd spelling
of an address nor a name server that changes its mind (DNS rebinding) gets around it.

Uses private names of Scrapy and Twisted; ``tests/crawl/test_guard.py`` says so when they move.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import _BindAddressAgent
from twisted.internet.defer import Deferred, fail
from twisted.internet.protocol import ClientFactory
from twisted.python.failure import Failure
from twisted.web.iweb import IResponse
from zope.interface import directlyProvides, providedBy

from archiver.address import site
from archiver.crawl.reach import Reach, reach_of, refused
from archiver.errors import ArchiverError
from archiver.model import Source


class RefusedAddressError(ArchiverError):
    """An address that a source may not connect to. Not a kind of error that Scrapy retries."""


@dataclass(frozen=True, slots=True)
class Permit:
    """In whose name a request is made (its key, "" when nobody's), and how far it may go."""

    source: str
    reach: Reach

    def check(self, address: str) -> None:
        """Raises RefusedAddressError when this address is out of reach."""
        reason = refused(address, self.reach)
        if reason is None:
            return
        advice = (
            "no source may connect there"
            if refused(address, Reach.PRIVATE)
            else f"source {self.source} may not connect there; set private_network = true"
            if self.source
            else "it is asked for in the name of no source"
        )
        raise RefusedAddressError(f"refused: {reason} ({advice})")


def permit_for(request: Request, sources: Sequence[Source]) -> Permit:
    """The permit of a request, after redirects too; ``sources`` are those of the crawl.

    A robots.txt is asked for in the name of the source on whose host the *first* address lies: a
    redirect does not lend it the permit of another source.
    """
    source: Source | None = request.meta.get("asked_of")
    if source is None:
        passed: list[str] = request.meta.get("redirect_urls", [])
        try:
            host = site([*passed, request.url][0])
        except ValueError:
            host = ""
        # Of several the one that goes farthest: else the pages of that one would be asked for
        # without its robots.txt.
        on_host = [s for s in sources if host in s.hosts]
        source = max(on_host, key=reach_of, default=None)
    return Permit("", Reach.PUBLIC) if source is None else Permit(source.key, reach_of(source))


def guarded(agent: Any, permit: Permit) -> GuardedAgent:
    """The agent that Scrapy built, kept to a permit. A proxy is left out: it would connect."""
    factory = agent._endpointFactory
    return GuardedAgent(
        permit,
        agent._reactor,
        factory._policyForHTTPS,
        factory._connectTimeout,
        factory._bindAddress,
        agent._pool,
    )


class GuardedAgent(_BindAddressAgent):
    """An agent that connects only where its permit allows; RefusedAddressError comes as failure."""

    def __init__(
        self,
        permit: Permit,
        reactor: Any,
        policy: Any,
        connect_timeout: float | None,
        bind_address: Any,
        pool: Any,
    ) -> None:
        guard: Any = _GuardedReactor(reactor, permit)
        super().__init__(guard, policy, connect_timeout, bind_address, pool)
        self._permit = permit

    def _requestWithEndpoint(  # noqa: N802
        self, key: tuple[Any, ...], endpoint: Any, method: bytes, uri: Any, *rest: Any
    ) -> Deferred[IResponse]:
        host = uri.host.decode("ascii", "replace")
        try:
            if _is_literal(host):  # a resolver that knows no IPv6 would only say: not found
                self._permit.check(host)
        except RefusedAddressError as e:
            return fail(e)
        # A connection that was opened for a source that may is not lent to one that may not.
        key = (*key, self._permit.reach)
        return super()._requestWithEndpoint(key, endpoint, method, uri, *rest)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _GuardedReactor:
    """A reactor that connects by TCP only where a permit allows; for the rest the one it wraps."""

    def __init__(self, reactor: Any, permit: Permit) -> None:
        self._reactor = reactor
        self._permit = permit
        directlyProvides(self, providedBy(reactor))

    def connectTCP(  # noqa: N802
        self,
        host: str,
        port: int,
        factory: Any,
        timeout: float = 30,
        bindAddress: Any = None,  # noqa: N803
    ) -> Any:
        self._permit.check(host)
        checked = _PeerCheck(factory, self._permit)
        return self._reactor.connectTCP(host, port, checked, timeout, bindAddress)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)


class _PeerCheck(ClientFactory):
    """Looks once more, before there is a protocol that could send a byte, at who has answered."""

    noisy = False

    def __init__(self, factory: Any, permit: Permit) -> None:
        self._factory = factory
        self._permit = permit

    def startedConnecting(self, connector: Any) -> None:  # noqa: N802
        self._connector = connector
        self._factory.startedConnecting(connector)

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802
        try:
            # The system's word, not Twisted's memory of what it was told to connect to.
            self._permit.check(self._connector.transport.getHandle().getpeername()[0])
        except (RefusedAddressError, OSError) as e:
            reason = Failure(e)  # type: ignore[no-untyped-call]
            self._factory.clientConnectionFailed(self._connector, reason)
            return None
        return self._factory.buildProtocol(addr)

    def clientConnectionFailed(self, connector: Any, reason: Failure) -> None:  # noqa: N802
        self._factory.clientConnectionFailed(connector, reason)

    def doStart(self) -> None:  # noqa: N802
        self._factory.doStart()

    def doStop(self) -> None:  # noqa: N802
        self._factory.doStop()
