"""What a sample site is: its answers by address, and what an archive must find in it.

Values only. It knows no socket, no mark-up and no site in particular.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

HTML = (("Content-Type", "text/html; charset=UTF-8"),)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says at one address.

    ``headers`` are sent in this order, as Latin-1; those about framing and content coding are the
    server's. ``body`` is without transfer and content coding. ``gzip`` codes the content for
    clients that accept it. ``delay`` is in seconds, before the first byte. ``close`` ends the
    connection after this answer.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = HTML
    body: bytes = b""
    chunked: bool = False
    gzip: bool = False
    close: bool = False
    delay: float = 0.0

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None when there is none."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement of a sample site, as a reader of the page would note it down.

    ``path`` is percent-encoded, as it goes over the wire. ``published`` is an ISO date
    (2018-11-23). ``comment_count`` is what the page itself tells, pingbacks included where the
    theme counts them; None where it tells nothing. ``sentences`` belong to the text; ``absent``
    stand on the page but not in the text (comments, share bar, other posts). All are spelt as on
    the page, with its no-break spaces.
    """

    path: str
    title: str
    published: str
    comment_count: int | None
    author: str | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    sentences: tuple[str, ...]
    absent: tuple[str, ...]

    def is_titled(self, title: str) -> bool:
        """Whether an extracted title is this one; kinds of white space are not told apart."""
        return _fold(title) == _fold(self.title)

    def missing_from(self, text: str) -> tuple[str, ...]:
        """The sentences that an extracted text lacks; kinds of white space are not told apart."""
        folded = _fold(text)
        return tuple(s for s in self.sentences if _fold(s) not in folded)

    def leaked_into(self, text: str) -> tuple[str, ...]:
        """What got into an extracted text though it does not belong there."""
        folded = _fold(text)
        return tuple(s for s in self.absent if _fold(s) in folded)


def _fold(text: str) -> str:
    # str.split takes U+00A0 and U+202F for white space, as most extractors do.
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Site:
    """A whole site, built for one base URL (scheme and authority, no slash at the end).

    ``answers`` maps a request target (path, with query where it matters) to its answer; every
    other address gets ``not_found``.
    """

    key: str
    name: str
    base_url: str
    answers: Mapping[str, Answer]
    announced: tuple[Announced, ...]
    not_found: Answer = Answer(status=404)

    def answer(self, target: str) -> Answer:
        """The answer to a request target; a query that means nothing here is ignored, as most
        sites do."""
        found = self.answers.get(target) or self.answers.get(target.partition("?")[0])
        return found or self.not_found

    def with_answer(self, path: str, answer: Answer) -> Site:
        """The same site where one address answers otherwise: a page changed, or gone."""
        return replace(self, answers=MappingProxyType({**self.answers, path: answer}))


SiteFactory = Callable[[str], Site]
"""Builds a site for the base URL that it will be served from: absolute links need it."""
