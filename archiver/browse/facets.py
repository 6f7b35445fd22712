"""Counting the labels of announcements, fast enough for a catalogue of many long texts."""

from __future__ import annotations

from typing import Any

from datasette.facets import ArrayFacet
from datasette.utils import escape_sqlite

from archiver.browse.cells import LISTS


class LabelFacet(ArrayFacet):  # type: ignore[misc]  # Datasette ships no types
    """Datasette's facet of JSON arrays, over the ids and the array only.

    Datasette's own sorts whole rows to count no row twice: with the texts in them that takes
    seconds. Named ``labels`` in metadata.toml.
    """

    type = "labels"
    sql: str

    def get_configs(self) -> list[dict[str, Any]]:
        """Those that name a column of labels; any other is no business of this facet."""
        return [c for c in super().get_configs() if c["config"].get("simple") in LISTS]

    async def facet_results(self) -> Any:
        """Results and timeouts as Datasette wants them."""
        columns = [config["config"]["simple"] for config in self.get_configs()]
        if columns:
            names = ", ".join(map(escape_sqlite, ["id", *dict.fromkeys(columns)]))
            self.sql = f"select {names} from ({self.sql})"  # noqa: S608  # names of LISTS only
        return await super().facet_results()
