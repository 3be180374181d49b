"""Waits that services ask for: kept in the graph, so that the next run keeps them too."""

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import QuotaExhaustedError, SourceError, ThrottledError
from graph.store import CrawlStore

StoredPauses = Callable[[], Mapping[str, datetime]]

# A shorter wait is over before anybody has started the command again.
KEPT_SECONDS = 60.0

# The same pause, looked at twice, ends at times that differ by a little.
_SAME = timedelta(seconds=1)


def come_back_later(error: SourceError, now: datetime) -> QuotaExhaustedError | None:
    """A service's wish not to be asked for a while, with its end; None for other errors."""
    if isinstance(error, QuotaExhaustedError):
        return error
    if not isinstance(error, ThrottledError):
        return None
    until = now + timedelta(seconds=error.retry_after)
    what = str(error).removeprefix(f"{error.service}: ")
    when = f"it may be asked again at {until:%Y-%m-%d %H:%M} UTC"
    return QuotaExhaustedError(error.service, f"{what}; {when}", until=until)


class PauseKeeper:
    """Keeps in the store which services asked for a long wait during this run."""

    def __init__(self, store: CrawlStore, clock: Clock, pauses: StoredPauses) -> None:
        self._store = store
        self._clock = clock
        self._pauses = pauses
        self._kept: dict[str, datetime] = {}

    def look(self) -> None:
        """Write the waits that have begun, and forget those that are over."""
        now = self._pauses()
        for service, until in now.items():
            seconds = (until - self._clock.now()).total_seconds()
            known = self._kept.get(service)
            is_new = known is None or until > known + _SAME
            if seconds > KEPT_SECONDS and is_new:
                self._store.pause(service, until)
                self._kept[service] = until
        for service in [kept for kept in self._kept if kept not in now]:
            self._store.pause(service, None)
            del self._kept[service]


def wait_out(
    store: CrawlStore,
    clock: Clock,
    progress: Progress,
    stop: threading.Event,
    *,
    max_wait_minutes: float,
    services: Collection[str] | None = None,
) -> None:
    """Keep the waits that services asked for when the last run ended.

    A wait that is cut off by `stop` stays in the store. Only those of `services` are
    kept where they are given.

    Raises:
        QuotaExhaustedError: A wait longer than `max_wait_minutes` is left.
    """
    state = store.crawl()
    for service, until in sorted((state.paused_until if state else {}).items()):
        if services is not None and service not in services:
            continue
        if (until - clock.now()).total_seconds() > max_wait_minutes * 60:
            raise QuotaExhaustedError(
                service,
                f"asked not to be asked before {until:%Y-%m-%d %H:%M} UTC",
                until=until,
            )
        progress.waiting(service, until)
        while (left := (until - clock.now()).total_seconds()) > 0:
            if stop.is_set():
                return
            # In steps, so that a log file does not fall silent.
            progress.update(f"waiting for {service} until {until:%H:%M:%S} UTC")
            clock.sleep(min(left, KEPT_SECONDS), until=stop)
        store.pause(service, None)
