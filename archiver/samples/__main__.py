"""``python -m archiver.samples``: serves both sample sites until Ctrl-C, to look at them."""

from __future__ import annotations

import signal
import sys
from functools import partial

from archiver.samples import SampleServer, labo, pole


def main() -> None:
    """Prints the two addresses and waits."""
    ends = {signal.SIGINT, signal.SIGTERM}
    # Before any thread starts: a thread inherits the mask, and only sigwait() gets the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with (
        SampleServer(pole) as first,
        SampleServer(partial(labo, pole_url=first.base_url)) as second,
    ):
        for server in (first, second):
            sys.stdout.write(f"{server.site.name}: {server.base_url}/\n")
        sys.stdout.flush()
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
