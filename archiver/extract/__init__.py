"""What a page says: its links, its text, its date, its comment count.

Pure functions from bytes and trees to values: no network, no file, no clock. The only room that
knows trafilatura and htmldate. It does not know platforms: what is special to WordPress, SPIP or
Drupal comes in as ``Hints`` from the room ``sites``.

::

    body ─► page.parse ─► Page ─┬► links.links           what to follow
                                └► article.read ─┬► focus     which part is the article itself
                                                 ├► text      trafilatura
                                                 ├► dates     htmldate
                                                 └► comments  (printed: what a counter says)
    body ─► feeds.addresses                              RSS, Atom, sitemaps
"""
