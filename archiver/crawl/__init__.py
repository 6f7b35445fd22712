"""The crawl: the only room for Scrapy and Twisted. It writes WARC and nothing else.

::

    spiders ──► scope ──► RecordingDownloadHandler ──► the site
       ▲                     │ wire: every byte, both ways
       └── links, feeds      ▼
                          Session ──► Keeper (thread) ──► WARC files
"""
