"""From WARC to catalogue: reads captures, asks sites and extract, decides what is new.

::

    WARC ─► reader.groups ─► capture.read ─► sites.read ─► decide ─► Catalogue
            (records)        (one capture)   (Article?)    (pure)    (rows)

A live crawl and a rebuild run the same code, and give the same rows.
"""
