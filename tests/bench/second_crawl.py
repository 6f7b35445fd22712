"""What a second crawl of an unchanged site adds to the archive.

``python -m tests.bench.second_crawl [--pages 200]``: pages of some 30 KB of HTML without validators
(each second capture is a revisit of identical payload), then the sample sites (half of their pages
have an ETag and answer 304).
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from archiver.layout import DataFolder
from tests.bench.site import Site
from tests.command import archiver
from tests.whole import whole


def main(pages: int) -> None:
    """Prints the bytes of the first crawl, what the second one adds, and how that relates."""
    with Site(pages) as site, tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        site.register(data)
        _measure(f"{pages} pages", data, lambda: archiver(data, "crawl", "bench", "--delay", "0"))
    with tempfile.TemporaryDirectory() as folder, whole(Path(folder) / "data") as ready:
        _measure("sample sites", ready.data.path, ready.crawl)


def _measure(name: str, data: Path, crawl: Callable[[], object]) -> None:
    sizes = []
    for _ in range(2):
        crawl()
        sizes.append(sum(path.stat().st_size for path in DataFolder(data).warc_files()))
    first, added = sizes[0], sizes[1] - sizes[0]
    print(f"{name}: first {first:,} bytes, second adds {added:,}: {added / first:.1%}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    main(parser.parse_args().pages)
