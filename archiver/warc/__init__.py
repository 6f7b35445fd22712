"""WARC files (ISO 28500:2017, WARC/1.1): the only room that builds, writes, reads or cuts records.

It knows HTTP messages as bytes, nothing of Scrapy, of pages or of the catalogue.

One exchange becomes one group of records, each a gzip member of its own, written in one piece::

    response   what came, from the status line on     (left out when nothing came)
    request    what was sent
    metadata   via, hopsFromSeed, source, role, …     always the last: it closes the group
"""
