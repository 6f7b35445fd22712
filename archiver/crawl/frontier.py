"""Which URLs of one source were asked for already, and how many may be."""

from __future__ import annotations

import hashlib

from archiver.address import canonical


class Frontier:
    """Admits each page once per crawl, whatever the spelling of its address, up to ``most``.

    Links are told apart here, before a request is built: on a site with 75 links a page, 98.7 % of
    them are known already.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._spellings: set[str] = set()
        self._pages: set[bytes] = set()
        self._exhausted = False

    @property
    def spent(self) -> bool:
        """Whether the page last admitted was one too many."""
        return len(self._pages) > self.most

    def admit(self, url: str) -> bool:
        """Whether a URL is new; False as well for what follows the page that was one too many."""
        if url in self._spellings or self._exhausted:
            return False
        self._spellings.add(url)
        page = hashlib.blake2b(canonical(url).encode("utf-8", "surrogateescape"), digest_size=8)
        before = len(self._pages)
        self._pages.add(page.digest())
        self._exhausted = self.spent
        return len(self._pages) > before
