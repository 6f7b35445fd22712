"""A site of generated pages in a process of its own, fast enough never to be what is measured.

Run as a program it serves until its standard input ends, and prints its port first. Knows nothing
of the archiver.
"""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, cast

ROOT = Path(__file__).parents[2]

_LINKS = 75  # on each page
_WORDS = 4000  # of each page, some 30 KB
_BLOCK = random.Random(0).randbytes(1 << 20)
_TEXT = (
    "coopérative association territoire emploi insertion pôle réunion atelier ouverture samedi "
    "commune jardin épicerie recyclerie habitat énergie citoyenne tiers-lieu fabrique textile bois "
    "laine mobilité partage sociétaires assemblée générale bénévoles salariés filière locale "
    "transition alimentaire culture numérique formation accompagnement projet collectif le la les "
    "un une des de du et avec pour dans sur au aux ce cette qui que nous vous ils elles"
)


class Site:
    """A context manager: ``url`` is where a site of ``pages`` pages is served.

    ``/page/<n>`` are the pages; ``/large/<kind>/<bytes>`` is a page with one link to a body of that
    size, by its kind ``data`` (called a stream of octets) or ``text`` (called HTML). With
    ``large`` every fortieth page links to a body of so many bytes, never the same twice.
    """

    def __init__(self, pages: int, large: int = 0) -> None:
        self._pages = pages
        self._large = large

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.site", str(self._pages), str(self._large)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def register(self, data: Path, seed: str = "/page/0", settings: str = "") -> None:
        """Makes a data folder whose only source, ``bench``, is this site."""
        (data / "sources").mkdir(parents=True, exist_ok=True)
        (data / "sources" / "bench.toml").write_text(
            f'[bench]\nname = "Bench"\nkind = "ptce"\nseeds = ["{self.url}{seed}"]\n'
        )
        (data / "archiver.toml").write_text(settings)


def render(number: int, pages: int, large: int) -> bytes:
    """A page and its head."""
    chance = random.Random(number)
    words = chance.choices(_TEXT.split(), k=_WORDS)
    links = {(number * 7 + step * 13 + 1) % pages for step in range(_LINKS)}
    items = "".join(f'<li><a href="/page/{n}">Annonce numéro {n}</a></li>' for n in sorted(links))
    if large and number % 40 == 0:
        items = f'<li><a href="/data/{large}/{number}">Annexe</a></li>' + items
    text = "".join(f"<p>{' '.join(words[i : i + 60])}.</p>\n" for i in range(0, len(words), 60))
    body = (
        f"<!DOCTYPE html><html lang=fr><title>Annonce {number}</title>"
        f"<article><h1>Annonce {number}</h1>{text}</article><ul>{items}</ul></html>"
    ).encode()
    return _head("200 OK", "text/html; charset=utf-8", len(body)) + body


def _head(status: str, mime: str, length: int) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {length}\r\n\r\n".encode()


class _Server(asyncio.Protocol):
    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._buffer = b""
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            path = self._buffer.split(b" ", 2)[1]
            self._buffer = self._buffer[end + 4 :]
            large = re.fullmatch(rb"(/large)?/(data|text)/(\d+)(?:/\d+)?", path)
            if large and large[1]:
                link = b'<a href="/%s/%s">x</a>' % large.groups()[1:]
                self._transport.write(_head("200 OK", "text/html", len(link)) + link)
            elif large:
                mime = "text/html" if large[2] == b"text" else "application/octet-stream"
                self._tasks.add(asyncio.ensure_future(self._pour(mime, int(large[3]))))
            else:
                self._transport.write(self._answers.get(path, _NOT_FOUND))

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def connection_lost(self, exc: Exception | None) -> None:
        for task in self._tasks:
            task.cancel()

    async def _pour(self, mime: str, size: int) -> None:
        self._transport.write(_head("200 OK", mime, size))
        start = random.randrange(len(_BLOCK))
        while size:
            await self._may_write.wait()
            block = _BLOCK[start:][:size]
            self._transport.write(block)
            size, start = size - len(block), 0


_NOT_FOUND = _head("404 Not Found", "text/plain", 0)


async def serve(pages: int, large: int) -> None:
    """Serves until standard input ends."""
    answers = {f"/page/{n}".encode(): render(n, pages, large) for n in range(pages)}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Server(answers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
