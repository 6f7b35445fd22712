"""The catalogue: one SQLite file, a function of the WARC files and the registry.

The only room for sqlite-utils. It knows tables and rows, nothing of WARC or of pages.
"""
