"""Two small sample sites, served on loopback: for ``archiver demo`` and for the tests.

Standard library only. Nothing here knows how the archiver works; each site says what an archive
of it must hold (``Site.announced``), and the server what passed its socket (``SampleServer.log``).

::

    with SampleServer(pole) as one, SampleServer(partial(labo, pole_url=one.base_url)) as other:
        toml = registry(one.base_url, other.base_url)
"""

from __future__ import annotations

from archiver.samples.entries import registry
from archiver.samples.labo import labo
from archiver.samples.pole import pole
from archiver.samples.server import Exchange, SampleServer
from archiver.samples.site import Announced, Answer, Site, SiteFactory

__all__ = [
    "Announced",
    "Answer",
    "Exchange",
    "SampleServer",
    "Site",
    "SiteFactory",
    "labo",
    "pole",
    "registry",
]
