"""One active crawler and its standbys: how the lease is taken, kept and lost.

Several crawlers may be started on one Neo4j. One of them holds the lease of the store's
crawl; the others stand by, and one takes over when the holder ends, crashes, freezes or
loses its connection. Two things must never happen, at whatever point a process stops:

1. **Two crawlers write.** The lease is one node with a token, and each acquisition sets the
   next token. Every transaction of a crawl begins by locking that node; only then does it
   compare the token in the node with its own, and if they differ it rolls back
   (`LeaseLostError`). The lock is held until commit. So an acquisition and a write never
   overlap: an earlier write is committed before the acquirer reads the graph, and a later
   write finds another token. Reading the token without the lock would be a race: it could
   be read before an acquisition and used for a write after it. A process that
   froze inside a transaction keeps the lock; the server rolls that transaction back after
   the duration of a lease. A commit whose outcome is unknown is repeated: it is fenced
   again, and items that are answered already are skipped. An acquisition whose outcome is
   unknown is repeated too: crawler names are unique, so a crawler that finds its own name
   holds the lease.

2. **Two crawlers send within one window of a service.** Let S be `SEND_SECONDS`, L the
   duration of a lease, W the longest window of the recipe's services. All timestamps on the
   node are by the server's clock; a holder uses its own, which also runs in suspend.
   - A holder sends only until S after it *began* its last renewal that succeeded. The
     server's timestamp of that renewal is later than its begin, so no request leaves after
     that timestamp plus S. This is checked where the first byte is written, so a thread that
     was stopped between its permit and the sending finds that the lease has expired. What
     remains is the gap between that check and the write itself, some microseconds.
   - A crawler that acquires an expired lease (now > timestamp + L) sends nothing before
     timestamp + S + W. That timestamp is the last one, because later renewals of the old
     holder fail by rule 1; so the requests of the two crawlers are a whole window apart.
   - A holder that ends cleanly stops sending, then releases the lease with a timestamp; the
     next one sends nothing before that timestamp + W.
   - The time before which a holder sends nothing is stored in the node too, so that a
     repeated acquisition does not lose it. A holder that loses or releases the lease before
     it has sent anything does no harm: its own timestamps are later than those of its
     predecessor, and the next one measures from them.
   - The first crawl of a store does not wait. Neither does one in an embedded store, where
     a file lock guarantees that no other crawl is under way.
   All this relies on clocks that run equally fast, and on a server clock that is not
   adjusted while a lease changes hands; the token (rule 1) relies on no clock at all.

The figures: L is 20 s, S is 8 s. With keyless services W is 10 s, and 8 + 10 < 20: the next
crawler sends as soon as the lease has expired, about 25 s after the last renewal at most.
With Spotify W is 30 s, so it waits 38 s. Each commit renews the lease, and a heartbeat does
so every two seconds otherwise: three heartbeats may be lost before sending stops.
"""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

from crawler.clock import Clock
from crawler.crawl.context import CrawlContext
from crawler.crawl.report import FINISHED, Ended
from crawler.errors import (
    ActiveCrawlerError,
    CrawlError,
    CrawlMismatchError,
    QuotaExhaustedError,
    StoppedError,
    ThrottledError,
)
from crawler.http.send_lease import SendLease
from crawler.recipe.model import Recipe
from graph.errors import GraphError
from graph.model.lease import Acquired, ActiveCrawler, Crawler
from graph.store import CrawlStore

# Heartbeats in the time for which a renewal allows sending.
HEARTBEATS = 4

# How often a standby checks the lease, and how often it updates its own entry.
POLL_SECONDS = 0.5
STANDBY_UPDATE_SECONDS = 5.0


class HeldLease:
    """The lease of the store's crawl while this process holds it.

    Attributes:
        token: Passed with each write of the crawl, to fence it.
        reason: The reason to store when the lease is released.
    """

    def __init__(
        self, store: CrawlStore, clock: Clock, token: int, sends: SendLease | None
    ) -> None:
        self.token = token
        self.reason = "failed"
        self._store = store
        self._clock = clock
        self._sends = sends
        self._failure: GraphError | None = None

    @contextmanager
    def renewing(self) -> Iterator[int]:
        """Yield the token for one write, which renews the lease if it succeeds."""
        started = self._clock.boot_time()
        yield self.token
        if self._sends is not None:
            self._sends.renewed(started)

    def check(self) -> None:
        """Raise the error that ended the heartbeat, if any.

        Raises:
            LeaseLostError: The lease is another crawler's.
            GraphError: The store failed.
        """
        if self._failure is not None:
            raise self._failure

    def heartbeat(
        self, seconds: float, ended: threading.Event, stop: threading.Event
    ) -> None:
        """Renew the lease at this interval of real time; any failure stops the crawl.

        A store error stops it too: once requests are blocked for lack of a lease, no write
        follows that would raise the error.
        """
        while not ended.wait(seconds):
            try:
                with self.renewing() as token:
                    self._store.renew(token)
            except GraphError as error:
                if not ended.is_set():
                    self._failure = error
                    if self._sends is not None:
                        self._sends.end()
                    stop.set()
                return


@contextmanager
def holding(context: CrawlContext, acquired: Acquired) -> Iterator[HeldLease]:
    """Renew the lease in the background, and release it at the end with a reason.

    Raises:
        LeaseLostError: The lease was lost meanwhile; this replaces any error it caused.
    """
    lease = HeldLease(context.store, context.clock, acquired.token, context.send_lease)
    ended = threading.Event()
    seconds = context.crawler.send_seconds / HEARTBEATS
    heart = threading.Thread(
        target=lease.heartbeat,
        args=(seconds, ended, context.stop),
        name="heartbeat",
        daemon=True,
    )
    heart.start()
    try:
        yield lease
        lease.check()
    except (CrawlError, GraphError) as error:
        lease.reason = _reason_of(error)
        lease.check()
        raise
    except KeyboardInterrupt:
        lease.reason = Ended.STOPPED.name
        raise
    finally:
        if context.send_lease is not None:
            context.send_lease.end()
        ended.set()
        heart.join(timeout=1.0)
        # If the store is unreachable, the lease expires by itself.
        with suppress(GraphError):
            context.store.release(acquired.token, lease.reason.lower())


def _reason_of(error: CrawlError | GraphError) -> str:
    if isinstance(error, StoppedError):
        return Ended.STOPPED.name
    is_pause = isinstance(error, QuotaExhaustedError | ThrottledError)
    return "paused" if is_pause else "failed"


def take_lease(recipe: Recipe, context: CrawlContext) -> Acquired | Ended:
    """Acquire the lease, or stand by until that is possible.

    Returns:
        The lease, or the end of the crawl if the active crawler completed it meanwhile.

    Raises:
        ActiveCrawlerError: Another crawler is active, and this one does not stand by.
        CrawlMismatchError: The active crawler crawls by another recipe.
        StoppedError: Ctrl-C was pressed while this crawler stood by.
        GraphError: The store failed.
    """
    crawler = replace(context.crawler, recipe_digest=recipe.digest())
    standby = _Standby(crawler.name, context)
    try:
        while True:
            started = context.clock.boot_time()
            acquired = context.store.acquire(crawler, at_once=context.alone)
            if acquired is not None:
                if context.send_lease is not None:
                    opens_at = context.clock.boot_time() + acquired.quiet_seconds
                    context.send_lease.begin(started, opens_at)
                return acquired
            if ended := standby.wait(crawler):
                return ended
    finally:
        standby.remove()


def wait_until_quiet(acquired: Acquired, context: CrawlContext) -> None:
    """Wait until the requests of an earlier crawler are outside every service's window."""
    if acquired.quiet_seconds > 0:
        until = context.clock.now() + timedelta(seconds=acquired.quiet_seconds)
        context.progress.waiting("the requests of an earlier crawler to pass", until)
        context.clock.sleep(acquired.quiet_seconds, until=context.stop)


class _Standby:
    """A crawler that stands by while another one is active."""

    def __init__(self, name: str, context: CrawlContext) -> None:
        self._name = name
        self._context = context
        self._active: str | None = None
        self._next_update = -math.inf

    def wait(self, crawler: Crawler) -> Ended | None:
        """Wait while another crawler's lease is live; return the end of the crawl, if any."""
        context = self._context
        while True:
            state = context.store.lease()
            if state.active is None and self._active is not None:
                return FINISHED.get(state.reason or "")
            if state.active is None or not state.active.is_live:
                return None
            self._report(state.active, crawler)
            if context.stop.is_set():
                raise StoppedError(f"stopped while crawler {self._active} was active")
            context.clock.sleep(POLL_SECONDS, until=context.stop)

    def _report(self, active: ActiveCrawler, crawler: Crawler) -> None:
        if active.recipe_digest != crawler.recipe_digest:
            raise CrawlMismatchError(
                f"crawler {active.name} is active in this store, by another recipe",
                hint="Run the same command with that recipe to stand by for it, or with "
                "this one once the other has ended.",
            )
        if not self._context.stands_by:
            raise ActiveCrawlerError(
                f"crawler {active.name} is active in this store since "
                f"{active.since:%Y-%m-%d %H:%M} UTC",
                hint="Without --no-standby this one would take over when that one stops.",
            )
        progress = self._context.progress
        if active.name != self._active:
            progress.say(
                f"crawler {active.name} is active; this one stands by, and takes over "
                "when that one stops"
            )
            self._active = active.name
        progress.update(
            f"standing by for crawler {active.name}, last seen {active.seen:%H:%M:%S} UTC"
        )
        if (now := self._context.clock.monotonic()) >= self._next_update:
            self._next_update = now + STANDBY_UPDATE_SECONDS
            self._context.store.register_standby(self._name)

    def remove(self) -> None:
        """Remove its entry from the store, if it has one."""
        if self._active is not None:
            with suppress(GraphError):
                self._context.store.remove_standby(self._name)
