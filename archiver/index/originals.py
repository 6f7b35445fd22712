"""What a revisit stands for: the response that an earlier capture holds."""

from __future__ import annotations

from dataclasses import replace

from archiver.catalogue.write import Catalogue
from archiver.errors import ExtractionError, WarcError
from archiver.layout import DataFolder
from archiver.model import Capture
from archiver.warc.message import Response
from archiver.warc.reader import response_at
from archiver.warc.records import NOT_MODIFIED


class Originals:
    """Finds the payload of revisits in the collections."""

    def __init__(self, data: DataFolder, catalogue: Catalogue) -> None:
        self._data = data
        self._catalogue = catalogue

    def resolve(self, capture: Capture, response: Response) -> Response:
        """The response as if its payload had been sent and kept again.

        Of ``server-not-modified`` it is the original; of ``identical-payload-digest`` the headers
        are the revisit's own. A capture that is no revisit is its own answer. Raises
        ExtractionError when the original cannot be read.
        """
        if capture.revisit is None:
            return response
        location = self._catalogue.location(capture.refers_to) if capture.refers_to else None
        if location is None:
            raise ExtractionError(capture.url, capture.id, "the original of a revisit is unknown")
        try:
            original = response_at(self._data.warc_path(location.warc_file), location.offset)
        except (FileNotFoundError, WarcError) as e:
            raise ExtractionError(capture.url, capture.id, f"the original is gone: {e}") from e
        if capture.revisit == NOT_MODIFIED:
            return original
        headers = tuple(pair for pair in response.headers if pair[0] != "transfer-encoding")
        return replace(response, headers=headers, body=original.payload())
