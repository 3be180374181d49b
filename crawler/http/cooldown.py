"""Pauses that services ask for: kept in the store, so that the next crawler keeps them too."""

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import QuotaExhaustedError, SourceError, ThrottledError
from graph.store import CrawlStore

# Until when services must not be asked, by this machine's clock.
StoredPauses = Callable[[], Mapping[str, datetime]]

# The same pause, looked at twice, ends at times that differ by a little.
_SAME = timedelta(seconds=1)

# A long wait is reported in steps, so that a log file does not fall silent.
_STEP_SECONDS = 60.0


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
    """Keeps in the store which services asked for a pause during this run."""

    def __init__(
        self, store: CrawlStore, clock: Clock, pauses: StoredPauses, token: int
    ) -> None:
        self._store = store
        self._clock = clock
        self._pauses = pauses
        self._token = token
        self._kept: dict[str, datetime] = {}

    def look(self) -> None:
        """Write the pauses that have begun, and forget those that are over."""
        now = self._pauses()
        for service, until in now.items():
            known = self._kept.get(service)
            if known is None or until > known + _SAME:
                seconds = (until - self._clock.now()).total_seconds()
                self._store.pause(service, seconds, token=self._token)
                self._kept[service] = until
        for service in [kept for kept in self._kept if kept not in now]:
            self._store.pause(service, None, token=self._token)
            del self._kept[service]


def wait_out(
    store: CrawlStore,
    clock: Clock,
    progress: Progress,
    stop: threading.Event,
    *,
    max_wait_minutes: float,
    services: Collection[str] | None = None,
    token: int | None = None,
) -> None:
    """Keep the pauses that services asked for when the last run ended.

    A pause that is cut off by `stop` stays in the store. Only those of `services` are
    kept where they are given. `token` is the crawl's, where it is a crawl that waits.

    Raises:
        QuotaExhaustedError: A pause longer than `max_wait_minutes` is left.
    """
    now = clock.now()
    for service, seconds in sorted(store.pauses().items()):
        if services is not None and service not in services:
            continue
        until = now + timedelta(seconds=seconds)
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
            progress.update(f"waiting for {service} until {until:%H:%M:%S} UTC")
            clock.sleep(min(left, _STEP_SECONDS), until=stop)
        store.pause(service, None, token=token)
