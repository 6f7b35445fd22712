"""The thread that keeps exchanges: compression and disk stay off the caller's thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

from archiver.warc.exchange import Exchange, Original
from archiver.warc.writer import CollectionWriter

logger = logging.getLogger(__name__)

_SYNC_SECONDS = 1.0
_PENDING_BYTES = 64 << 20
_LONG_TAPE = 2 << 20  # a longer one lies on disk


class Keeper:
    """Takes exchanges from one thread and writes them to the collections on another.

    ``folders`` gives the collection folder of each source. ``original_of`` is asked, on this
    thread, with a source and a payload digest for a capture of an earlier crawl that has the same
    payload. ``keep`` waits when more than 64 MB are pending. Records are synced to disk about once
    a second. When the disk fails, ``failure`` is set, what was kept stays, and later exchanges are
    refused. An exchange that cannot be written for any other reason is a bug: it is counted in
    ``faults``, and a record says that it is missing.
    """

    def __init__(
        self,
        folders: Mapping[str, Path],
        info: Mapping[str, str],
        size: int,
        original_of: Callable[[str, str], Original | None] = lambda *_: None,
    ) -> None:
        self._original_of = original_of
        self._writers = {
            source: CollectionWriter(folder, {**info, "source": source}, size)
            for source, folder in folders.items()
        }
        self._queue: queue.SimpleQueue[Exchange | None] = queue.SimpleQueue()
        self._room = threading.Condition()
        self._pending = 0
        self.failure: OSError | None = None
        self.kept = 0
        self.faults = 0
        # A daemon: who is stopped by force calls ``close`` at exit, which would come too late else.
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def keep(self, exchange: Exchange) -> None:
        """Hands over one exchange. Raises the OSError that stopped the keeper, if one did."""
        if self.failure is not None:
            raise self.failure
        with self._room:
            self._room.wait_for(lambda: self._pending < _PENDING_BYTES)
            self._pending += _weight(exchange)
        self._queue.put(exchange)

    def close(self) -> None:
        """Waits until all is written, synced and renamed; sets ``failure`` when that fails."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        due = monotonic() + _SYNC_SECONDS
        while True:
            try:
                exchange = self._queue.get(timeout=_SYNC_SECONDS)
            except queue.Empty:
                due = 0.0
            else:
                if exchange is None:
                    break
                self._write(exchange)
            if monotonic() >= due:
                self._attempt(*(writer.sync for writer in self._writers.values()))
                due = monotonic() + _SYNC_SECONDS
        self._attempt(*(writer.close for writer in self._writers.values()))

    def _write(self, exchange: Exchange) -> None:
        weight = _weight(exchange)
        if self.failure is None:
            self._attempt(lambda: self._append_or_say(exchange))
        if self.failure is None:
            self.kept += 1
        with self._room:
            self._pending -= weight
            self._room.notify_all()
        exchange.request.close()
        exchange.received.close()

    def _append_or_say(self, exchange: Exchange) -> None:
        try:
            self._append(exchange)
        except OSError:
            raise
        except Exception as e:
            # A thread that dies here would stop the crawl without a word.
            logger.exception("%s could not be kept", exchange.asked.url)
            self.faults += 1
            missing = f"the recording failed: {type(e).__name__}: {e}"
            asked = replace(exchange.asked, via=None, unless_changed=None)
            self._append(Exchange(asked, exchange.started, exchange.ended, error=missing))

    def _append(self, exchange: Exchange) -> None:
        source = exchange.asked.source
        original_of = partial(self._original_of, source)
        self._writers[source].write(exchange, original_of)

    def _attempt(self, *actions: Callable[[], None]) -> None:
        for action in actions:
            try:
                action()
            except OSError as e:
                self.failure = self.failure or e
            except Exception as e:
                logger.exception("The keeper cannot go on")
                self.failure = self.failure or OSError(f"{type(e).__name__}: {e}")


def _weight(exchange: Exchange) -> int:
    return min(len(exchange.request) + len(exchange.received), _LONG_TAPE) + 500
