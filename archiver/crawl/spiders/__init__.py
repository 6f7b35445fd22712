"""The spiders that Scrapy finds by name: one for each kind of source, and one for any."""

from archiver.crawl.spiders.source import SourceSpider
from archiver.model import Kind

__all__ = ["CressSpider", "LaboSpider", "NationalSpider", "PtceSpider", "SourceSpider"]


class PtceSpider(SourceSpider):
    """``scrapy crawl ptce``: the pôles territoriaux de coopération économique."""

    name = "ptce"
    kind = Kind.PTCE


class LaboSpider(SourceSpider):
    """``scrapy crawl labo``: the Labo de l'ESS."""

    name = "labo"
    kind = Kind.LABO


class CressSpider(SourceSpider):
    """``scrapy crawl cress``: the regional chambers of the ESS."""

    name = "cress"
    kind = Kind.CRESS


class NationalSpider(SourceSpider):
    """``scrapy crawl national``: national networks and bodies."""

    name = "national"
    kind = Kind.NATIONAL
