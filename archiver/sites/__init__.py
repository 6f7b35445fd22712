"""What is special to a platform or to a site: which pages are announcements, where their parts are.

``read`` asks the adapters in turn which one knows the page, and lets ``extract`` read it with what
that adapter knows. ``addresses`` says what a URL alone tells a crawl. A new platform is one small
module with ``NAME``, ``HINTS``, ``recognises`` and ``reason``, and one line in ``dispatch``.
"""

from __future__ import annotations

from archiver.sites.dispatch import read

__all__ = ["read"]
