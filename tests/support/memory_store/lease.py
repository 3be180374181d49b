"""The lease of a store in memory."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from graph.model import lease
from graph.model.crawl import Crawl
from graph.model.lease import (
    LEASE_SECONDS,
    Acquired,
    ActiveCrawler,
    Crawler,
    LeaseRecord,
    LeaseState,
    StandbyCrawler,
)
from tests.support.memory_store.graph import MemoryGraph


def stopped_clock() -> float:
    """A clock that never advances, so no lease ever expires."""
    return 0.0


class MemoryLease(MemoryGraph):
    """The lease and the standbys of a store in memory.

    Args:
        now: The store's clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = stopped_clock) -> None:
        super().__init__()
        self._now = now
        self._lock = threading.RLock()
        self.record = LeaseRecord()
        self._standbys: dict[str, tuple[int, int]] = {}

    def crawl(self) -> Crawl | None:
        """See `CrawlStore.crawl`."""
        raise NotImplementedError

    def lease(self) -> LeaseState:
        with self._lock:
            record, now = self.record, self.milliseconds()
            active = None
            if record.holder is not None:
                active = ActiveCrawler(
                    record.holder,
                    record.recipe_digest or "",
                    _time(record.since),
                    _time(record.renewed),
                    record.is_live(now),
                )
            standbys = tuple(
                StandbyCrawler(name, _time(since), _time(seen))
                for name, (since, seen) in sorted(self._standbys.items())
                if seen >= now - LEASE_SECONDS * 1000
            )
            return LeaseState(record.token, active, record.reason, standbys)

    def acquire(self, crawler: Crawler, *, at_once: bool = False) -> Acquired | None:
        with self._lock:
            now = self.milliseconds()
            done = lease.acquire(self.record, now, crawler, at_once=at_once)
            if done is None:
                return None
            self.record, acquired = done
            return acquired

    def fence(self, token: int) -> None:
        """Check the token and renew the lease; raise if the token is not valid."""
        self.record = lease.renew(self.record, self.milliseconds(), token)

    def renew(self, token: int) -> None:
        with self._lock:
            self.fence(token)

    def release(self, token: int, reason: str) -> None:
        with self._lock:
            now = self.milliseconds()
            self.record = lease.release(self.record, now, token, reason)

    def register_standby(self, name: str) -> None:
        with self._lock:
            now = self.milliseconds()
            since, _ = self._standbys.get(name, (now, now))
            self._standbys[name] = since, now

    def remove_standby(self, name: str) -> None:
        with self._lock:
            self._standbys.pop(name, None)

    def milliseconds(self) -> int:
        """The store's time in milliseconds."""
        return round(self._now() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
