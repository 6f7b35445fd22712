"""The room for reading: the catalogue in a browser, in French, by Datasette.

The only room that knows Datasette. It reads the catalogue and copies bytes out of WARC files; it
writes nothing.
"""
