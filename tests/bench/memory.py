"""How much more memory a crawl holds for one large body than for a small one.

``python -m tests.bench.memory [--megabytes 300]``
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from archiver.layout import DataFolder
from tests.bench.one_crawl import measure
from tests.bench.site import Site

_SMALL = 1000
_ALLOWED = 50  # MB


def main(megabytes: int) -> int:
    """Prints the peaks of the crawls and how they differ; 1 when they differ by too much."""
    growth = []
    with Site(1) as site, tempfile.TemporaryDirectory() as folder:
        for kind in ("data", "text"):
            small, large = (
                _peak(site, Path(folder), kind, size) for size in (_SMALL, megabytes << 20)
            )
            growth.append(large - small)
            print(f"{kind}: growth {growth[-1]:.1f} MB, at most {_ALLOWED} MB are allowed")
    return int(max(growth) > _ALLOWED)


def _peak(site: Site, folder: Path, kind: str, size: int) -> float:
    data = folder / f"{kind}-{size}"
    site.register(data, f"/large/{kind}/{size}", "[crawl]\nmax_body_bytes = 10000000000\n")
    figures = measure(data, "recorded")
    kept = sum(path.stat().st_size for path in DataFolder(data).warc_files())
    print(
        f"{kind}, {size:9} bytes: {figures.seconds:6.2f} s, peak {figures.peak:7.1f} MB, "
        f"{kept} bytes of WARC",
        flush=True,
    )
    if kept < size:
        raise RuntimeError("the body was not kept")
    return figures.peak


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=300)
    sys.exit(main(parser.parse_args().megabytes))
