"""What the recording costs: one site crawled by the same spider with and without it, in turns.

``python -m tests.bench.recording [--pages 1500] [--runs 3]``
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.one_crawl import Figures, measure
from tests.bench.site import Site

MODES = ("bare", "recorded")


def main(pages: int, runs: int) -> None:
    """Prints every run and the ratio of the medians."""
    found: dict[str, list[Figures]] = {mode: [] for mode in MODES}
    print(f"{'run':>3} {'mode':9} {'pages':>6} {'s':>7} {'cpu s':>7} {'pages/s':>8} {'peak MB':>8}")
    with Site(pages) as site, tempfile.TemporaryDirectory() as folder:
        for run in range(1, runs + 1):
            # Who goes first changes, so that a machine that slows down does not favour one.
            for mode in MODES if run % 2 else MODES[::-1]:
                data = Path(folder) / f"{mode}-{run}"
                site.register(data, settings="[crawl]\nmax_depth = 1000\n")
                figures = measure(data, mode)
                found[mode].append(figures)
                print(
                    f"{run:3} {mode:9} {figures.pages:6} {figures.seconds:7.2f} "
                    f"{figures.processor:7.2f} {figures.speed:8.1f} {figures.peak:8.1f}",
                    flush=True,
                )
    bare, recorded = (median(f.speed for f in found[mode]) for mode in MODES)
    most, with_recording = (max(f.peak for f in found[mode]) for mode in MODES)
    print(
        f"median {bare:.1f} pages/s bare, {recorded:.1f} recorded: costs {1 - recorded / bare:.1%}"
    )
    print(f"peak memory {most:.0f} MB bare, {with_recording:.0f} MB recorded")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    main(given.pages, given.runs)
