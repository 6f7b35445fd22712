"""An archiver for the regional announcements of the French social and solidarity economy (ESS).

One direction of flow::

    sources (TOML) ─► crawl (Scrapy) ─► WARC ─► index (trafilatura) ─► catalogue (SQLite) ─► browse
                                      the truth                          derived

The rooms and who may import whom are declared in ``pyproject.toml`` (import-linter).
"""

__version__ = "0.1.0"
