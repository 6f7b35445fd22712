"""The registry: who is followed. One TOML file per region in ``sources/``, data only.

An entry is a table named by the key of the source::

    # Evidence: what makes us believe that this is so
    [figeacteurs]
    name = "Figeacteurs"
    kind = "ptce"                             # ptce, labo, cress, national
    town = "Figeac"
    departement = "46"
    region = "Occitanie"
    seeds = ["https://www.figeacteurs.fr/"]
    hosts = ["figeacteurs.fr"]                # without www; those of the seeds when left out
    paths = []                                # only URL paths that begin so; all when empty
    feeds = ["https://www.figeacteurs.fr/feed/"]
    cms = "wordpress"
    status = "active"                         # active, unknown, moved, closed, not-ptce, todo
    permission = { state = "granted", date = 2026-11-24, scope = "whole site" }
    private_network = false                   # true: it may lie on a private network (an intranet)

The operator's own files lie in ``sources/*.toml`` of the data folder. An entry there with a key of
the package changes the fields that it gives and no others (a list or the permission as a whole);
one with a new key is a new source.

The room reads files and knows sources. It knows nothing of crawls, pages or the catalogue.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from archiver.address import in_scope
from archiver.errors import ConfigError, Mistake, SourceError
from archiver.model import Kind, PermissionState, Source, Status
from archiver.registry.check import Entry, Joined, join, read_entries, repeated
from archiver.settings import read_toml

__all__ = ["Document", "Registry", "assemble", "load", "why_not"]


@dataclass(frozen=True, slots=True)
class Document:
    """The parsed content of one file, and how mistakes name the file."""

    file: str
    table: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Registry:
    """All sources by key, in the order of their keys.

    ``origins`` gives for each key and each field that was given the file that had the last word.
    """

    sources: Mapping[str, Source]
    origins: Mapping[str, Mapping[str, str]]

    def get(self, key: str) -> Source:
        """The source of that key.

        Raises SourceError, with the keys that come close, when there is none.
        """
        try:
            return self.sources[key]
        except KeyError:
            near = difflib.get_close_matches(key, self.sources, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "see `archiver sources`"
            raise SourceError(key, f"there is none of this key; {hint}") from None

    def select(
        self,
        kind: Kind | None = None,
        region: str | None = None,
        departement: str | None = None,
        status: Status | None = None,
        crawlable: bool | None = None,
    ) -> tuple[Source, ...]:
        """The sources that have all of these values, in the order of their keys; None asks nothing.

        An empty region is that of the national sources.
        """
        return tuple(
            s
            for s in self.sources.values()
            if (kind is None or s.kind is kind)
            and (region is None or s.region == region)
            and (departement is None or s.departement == departement)
            and (status is None or s.status is status)
            and (crawlable is None or s.crawlable is crawlable)
        )

    def by_site(self, url: str) -> Source | None:
        """The source to which a URL belongs; None when it is nobody's or of a closed source.

        When several claim it, one that is crawled comes before one that is not, and then the one
        with the narrowest path.
        """
        claims = [
            s for s in self.sources.values() if s.status is not Status.CLOSED and in_scope(url, s)
        ]
        return max(
            claims,
            key=lambda s: (s.crawlable, max(map(len, s.paths), default=0)),
            default=None,
        )


def why_not(source: Source) -> str | None:
    """Why a crawl leaves a source out; None when it takes it (``Source.crawlable``)."""
    if source.crawlable:
        return None
    if source.permission.state is PermissionState.REFUSED:
        return "its publisher refused"
    return {
        Status.CLOSED: "it is closed",
        Status.NOT_PTCE: "it is no PTCE",
        Status.TODO: "its address is still to be found",
    }.get(source.status, "it has no seed")


def load(operator: Path | None) -> Registry:
    """Reads the sources of the package and, over them, those of the operator.

    ``operator`` is the folder of the operator's files; None, or a folder that does not exist, for
    the package alone. Raises ConfigError with all mistakes of all files.
    """
    mistakes: list[Mistake] = []
    package = resources.files(__name__).joinpath("sources")
    names = sorted(p.name for p in package.iterdir() if p.name.endswith(".toml"))
    own = [_document(name, package.joinpath(name).read_bytes(), mistakes) for name in names]
    try:
        registry = assemble(own, _operator_documents(operator, mistakes))
    except ConfigError as e:
        mistakes += e.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return registry


def _operator_documents(folder: Path | None, mistakes: list[Mistake]) -> list[Document]:
    if folder is None or not folder.exists():
        return []
    documents: list[Document] = []
    try:
        # Names with a dot in front are locks and copies of editors.
        paths = sorted(
            p for p in folder.iterdir() if p.suffix == ".toml" and not p.name.startswith(".")
        )
    except OSError as e:
        expected = f"expected a folder that can be read ({e.strerror})"
        mistakes.append(Mistake(str(folder), "folder", expected))
        return []
    for path in paths:
        try:
            data = path.read_bytes()
        except OSError as e:
            mistakes.append(Mistake(str(path), "file", f"cannot be read ({e.strerror})"))
        else:
            documents.append(_document(str(path), data, mistakes))
    return documents


def _document(file: str, data: bytes, mistakes: list[Mistake]) -> Document:
    table, wrong = read_toml(file, data)
    mistakes += wrong
    return Document(file, table)


def assemble(package: Sequence[Document], operator: Sequence[Document]) -> Registry:
    """Makes the registry of parsed files, those of the operator over those of the package.

    Pure. Raises ConfigError with all mistakes.
    """
    mistakes: list[Mistake] = []
    by_key: defaultdict[str, list[Entry]] = defaultdict(list)
    for layer in (package, operator):
        for entry in _layer(layer, mistakes):
            by_key[entry.key].append(entry)
    joined: dict[str, Joined] = {}
    for key, entries in sorted(by_key.items()):
        whole, wrong = join(entries)
        mistakes += wrong
        if whole:
            joined[key] = whole
    if mistakes:
        raise ConfigError(mistakes)
    return Registry(
        MappingProxyType({key: j.source for key, j in joined.items()}),
        MappingProxyType({key: MappingProxyType(dict(j.origins)) for key, j in joined.items()}),
    )


def _layer(documents: Iterable[Document], mistakes: list[Mistake]) -> list[Entry]:
    """The entries of one layer; of a key that occurs twice in it, the first."""
    entries: list[Entry] = []
    for document in documents:
        found, wrong = read_entries(document.file, document.table)
        entries += found
        mistakes += wrong
    mistakes += repeated(entries)
    return list({e.key: e for e in reversed(entries)}.values())[::-1]
