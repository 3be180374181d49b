"""Pauses that services ask for, stored so that the next run respects them too."""

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import QuotaExhaustedError, SourceError, ThrottledError
from graph.store import CrawlStore

# Returns until when services must get no requests, by this machine's clock.
StoredPauses = Callable[[], Mapping[str, datetime]]

# Two readings of the same pause give ends that differ slightly.
_SAME = timedelta(seconds=1)

# A long wait is reported in steps, so that a log file shows progress.
_STEP_SECONDS = 60.0


def with_end_of_pause(error: SourceError, now: datetime) -> QuotaExhaustedError | None:
    """Convert a throttling error into one with the end of the pause; None for other errors."""
    if isinstance(error, QuotaExhaustedError):
        return error
    if not isinstance(error, ThrottledError):
        return None
    until = now + timedelta(seconds=error.retry_after)
    what = str(error).removeprefix(f"{error.service}: ")
    when = f"requests are possible again at {until:%Y-%m-%d %H:%M} UTC"
    return QuotaExhaustedError(error.service, f"{what}; {when}", until=until)


class PauseKeeper:
    """Records in the store the pauses that services ask for during this run."""

    def __init__(
        self, store: CrawlStore, clock: Clock, pauses: StoredPauses, token: int
    ) -> None:
        self._store = store
        self._clock = clock
        self._pauses = pauses
        self._token = token
        self._stored: dict[str, datetime] = {}

    def sync(self) -> None:
        """Store the pauses that have begun, and remove those that are over."""
        now = self._pauses()
        for service, until in now.items():
            known = self._stored.get(service)
            if known is None or until > known + _SAME:
                seconds = (until - self._clock.now()).total_seconds()
                self._store.pause(service, seconds, token=self._token)
                self._stored[service] = until
        for service in [kept for kept in self._stored if kept not in now]:
            self._store.pause(service, None, token=self._token)
            del self._stored[service]


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
    """Wait until the pauses stored by the last run are over.

    If `stop` interrupts a pause, it stays in the store. If `services` is given, only their
    pauses are waited for. `token` is that of the lease, if the caller is a crawl.

    Raises:
        QuotaExhaustedError: More than `max_wait_minutes` of a pause remain.
    """
    now = clock.now()
    for service, seconds in sorted(store.pauses().items()):
        if services is not None and service not in services:
            continue
        until = now + timedelta(seconds=seconds)
        if (until - clock.now()).total_seconds() > max_wait_minutes * 60:
            raise QuotaExhaustedError(
                service,
                f"asked for no requests before {until:%Y-%m-%d %H:%M} UTC",
                until=until,
            )
        progress.waiting(service, until)
        while (left := (until - clock.now()).total_seconds()) > 0:
            if stop.is_set():
                return
            progress.update(f"waiting for {service} until {until:%H:%M:%S} UTC")
            clock.sleep(min(left, _STEP_SECONDS), until=stop)
        store.pause(service, None, token=token)
