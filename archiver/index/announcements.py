"""What one capture says of an announcement, kept in the catalogue."""

from __future__ import annotations

from collections.abc import Callable

from archiver.address import canonical
from archiver.catalogue.rows import AnnouncementRow
from archiver.catalogue.write import Catalogue
from archiver.errors import ExtractionError
from archiver.extract.page import parse
from archiver.index.capture import identity, problem
from archiver.index.decide import GONE, decide, gone, seen_again, storable
from archiver.index.originals import Originals
from archiver.layout import DataFolder
from archiver.model import Article, Capture, Role, Source
from archiver.sites import read as read_page
from archiver.warc.message import Response

_CONTENT_LIMIT = 20_000_000  # bytes of a page; the largest honest ones have a tenth of it
_OK = 200
_HTML = ("text/html", "application/xhtml+xml")
_NO_PAGES = (Role.ROBOTS, Role.FEED, Role.SITEMAP)


class Announcements:
    """Takes captures one by one, in the order of their collection."""

    def __init__(
        self, data: DataFolder, catalogue: Catalogue, source_of: Callable[[str], Source]
    ) -> None:
        self._catalogue = catalogue
        self._originals = Originals(data, catalogue)
        self._source_of = source_of

    def take(self, capture: Capture, response: Response | None) -> str | None:
        """Keeps what the capture says of an announcement, if of any; returns its id.

        A page that cannot be read becomes a problem.
        """
        if response is None or capture.role in _NO_PAGES:
            return None
        try:
            number = identity(capture.source, canonical(capture.url))
        except ValueError:
            return None
        known = self._catalogue.announcement(number)
        if known is not None and (row := self._without_reading(known, capture)) is not None:
            self._catalogue.put_announcement(row)
            return number
        try:
            article = self._article(capture, self._originals.resolve(capture, response))
        except ExtractionError as e:
            self._catalogue.put_problem(problem("extraction", capture, str(e)))
            return None
        if article is None:
            return None
        source = self._source_of(capture.source)
        row, version = decide(known, number, article, capture, source)
        self._catalogue.put_announcement(row)
        if version is not None:
            self._catalogue.put_version(version)
        return number

    def _without_reading(self, known: AnnouncementRow, capture: Capture) -> AnnouncementRow | None:
        """The announcement after a capture that needs no look at its text: it is gone, or its
        payload is the very one that the last version was read from. Half a page says nothing."""
        if capture.truncated is not None:
            return known
        if capture.status in GONE:
            return gone(known, capture)
        digest = capture.payload_digest
        if digest is not None and digest == self._catalogue.payload_digest(known.capture):
            return seen_again(known, capture)
        return None

    def _article(self, capture: Capture, response: Response) -> Article | None:
        if response.status != _OK or response.mime not in _HTML:
            return None
        try:
            content = response.content(_CONTENT_LIMIT)
        except ValueError as e:
            raise ExtractionError(capture.url, capture.id, str(e)) from e
        page = parse(capture.url, content, response.charset)
        if page is None:
            return None
        article = read_page(page, self._source_of(capture.source))
        return None if article is None else storable(article)
