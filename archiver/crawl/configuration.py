"""What a crawl is told: the data folder, the settings and the registry, read once.

Scrapy's settings ARCHIVER_DATA, ARCHIVER_CONTACT, ARCHIVER_DELAY and ARCHIVER_MAX_REQUESTS carry
the command-line flags of ``archiver crawl``; with ``scrapy crawl`` they can be given by ``-s``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from scrapy.settings import BaseSettings

from archiver import registry, settings
from archiver.address import is_loopback
from archiver.errors import ConfigError, SourceError
from archiver.layout import DataFolder
from archiver.model import Kind, Source


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that a crawl needs to know before it begins."""

    data: DataFolder
    settings: settings.Settings
    registry: registry.Registry

    @classmethod
    def read(cls, scrapy_settings: BaseSettings) -> Configuration:
        """Raises ConfigError with every mistake of archiver.toml, or of the registry."""
        data = DataFolder.find(scrapy_settings.get("ARCHIVER_DATA"), os.environ)
        delay = scrapy_settings.get("ARCHIVER_DELAY")
        most = scrapy_settings.get("ARCHIVER_MAX_REQUESTS")
        return cls(
            data,
            settings.load(
                data.settings_file,
                contact=scrapy_settings.get("ARCHIVER_CONTACT"),
                delay=None if delay is None else float(delay),
                max_requests=None if most is None else int(most),
            ),
            registry.load(data.sources),
        )

    def choose(self, keys: Sequence[str], kind: Kind | None) -> tuple[Source, ...]:
        """The sources to crawl: those named, or all crawlable ones (of a kind).

        Raises SourceError for a name that is unknown, of another kind or off, and ConfigError when
        there is nothing to crawl or sites of other people would be crawled without a contact.
        """
        chosen = (
            tuple(self._named(key, kind) for key in keys)
            if keys
            else self.registry.select(kind=kind, crawlable=True)
        )
        if not chosen:
            raise ConfigError(
                f"no source to crawl{f' of kind {kind}' if kind else ''}: see `archiver sources`"
            )
        mistake = settings.contact_mistake(self.settings.contact)
        if mistake and any(not is_loopback(seed) for source in chosen for seed in source.seeds):
            raise ConfigError(
                f"a crawl of other people's sites needs a contact ({mistake}): give --contact, or "
                f'put contact = "archives@your-association.fr" into {self.data.settings_file}'
            )
        return chosen

    def _named(self, key: str, kind: Kind | None) -> Source:
        source = self.registry.get(key)
        if kind is not None and source.kind is not kind:
            raise SourceError(key, f"is of kind {source.kind}, not {kind}")
        if (reason := registry.why_not(source)) is not None:
            raise SourceError(key, f"is not crawled: {reason}")
        return source
