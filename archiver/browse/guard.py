"""What stands between the network and Datasette: an ASGI wrapper. Knows nothing of the catalogue.

The archive is private and listens on loopback only. A web page that the visitor has open elsewhere
must not reach it all the same, by a host name that it points at 127.0.0.1 (DNS rebinding); and a
text that was archived must not run, load or send anything even if an escape were forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_plus

from archiver.address import is_loopback

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# No script at all: the pages need none.
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'"
)
_OPTIONAL = (b"_search", b"_facet")
"""Fields of our forms that Datasette would take at their word when they are empty."""

HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def guarded(app: App) -> App:
    """The same application, for requests to a loopback host, with safe headers on each answer."""

    async def wrapper(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in HEADERS}
                kept = [h for h in message.get("headers", []) if h[0].lower() not in ours]
                message = {**message, "headers": [*kept, *(list(h) for h in HEADERS)]}
            await send(message)

        if not _asks_loopback(scope):
            await _refuse(send_with_headers)
            return
        query = _without_empty(scope.get("query_string", b""))
        await app({**scope, "query_string": query}, receive, send_with_headers)

    return wrapper


def _asks_loopback(scope: Scope) -> bool:
    hosts = [value for name, value in scope.get("headers", []) if name.lower() == b"host"]
    try:
        return len(hosts) == 1 and is_loopback(f"http://{hosts[0].decode('ascii')}/")
    except ValueError:  # no ASCII, or brackets that hold no address
        return False


def _without_empty(query: bytes) -> bytes:
    """A form sends its fields even when nobody filled them in: that means all, not nothing."""

    def empty(pair: bytes) -> bool:
        name, _, value = pair.partition(b"=")
        return name in _OPTIONAL and not unquote_plus(value.decode("latin-1")).strip()

    return b"&".join(pair for pair in query.split(b"&") if not empty(pair))


async def _refuse(send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": 421,  # Misdirected Request, RFC 9110 15.5.20
            "headers": [[b"content-type", b"text/plain; charset=utf-8"]],
        }
    )
    text = "Cette archive est privée : elle ne répond qu’à l’adresse de cette machine.\n"
    await send({"type": "http.response.body", "body": text.encode()})
