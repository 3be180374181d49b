"""One active crawler and its standbys: how the lease is taken, kept and lost.

Several crawlers may be started on one Neo4j. One of them holds the lease of the store's
crawl; the others stand by, and one takes over when the holder ends, crashes, freezes or
loses its way to the server. Two things must never happen, whatever process stops where:

1. **Two crawlers write.** The lease is one node with a token, and each acquisition sets the
   next token. Every transaction of a crawl begins by locking that node; only then does it
   compare the token in the node with its own, and with another one it ends without a trace
   (`LeaseLostError`). The lock is held until commit. So an acquisition and a write never
   overlap: a write that was first is committed before the acquirer reads the graph, and a
   write that comes later finds another token. To read the token without the lock would
   race: it could be read before an acquisition, and written by after it. A process that
   froze inside a transaction keeps the lock; the server ends that transaction after as long
   as the lease lasts, and nothing of it stays. A commit whose outcome is unknown is
   repeated: it is fenced again, and items that are answered already are left alone. An
   acquisition whose outcome is unknown is repeated too: a name is unlike any other, so who
   finds its own name holds the lease.

2. **Two crawlers send within one window of a service.** Let S be `SEND_SECONDS`, L the time
   a lease lasts, W the longest window of the recipe's services. All stamps on the node are
   by the server's clock; a holder measures by its own, which also runs in suspend.
   - A holder sends only until S after it *began* its last renewal that succeeded. The
     server stamped that renewal later than it began, so no request leaves after the stamp
     plus S. That is checked where the first byte is written, so a thread that was stopped
     between its permit and the sending finds the lease over. What is left is the instant
     between that check and the write itself, some microseconds.
   - An acquirer of a lease that ended without a word (now > stamp + L) sends nothing before
     stamp + S + W. As the stamp is the last one, and the holder's later renewals fail by 1.,
     the two crawlers' requests lie a whole window apart.
   - A holder that ends cleanly stops sending, then releases with a stamp; the next one
     sends nothing before that stamp + W.
   - The time before which a holder sends nothing stands in the node too, so that an
     acquisition that is repeated does not forget it. A holder that loses or releases the
     lease before it has sent anything does no harm: its own stamps are later than those of
     the one before, and the next one measures from them.
   - The first crawl of a store waits for nothing. Nor does the one of an embedded store:
     a file lock says that no other crawl is under way there.
   All this counts on clocks that run equally fast, and on a server's clock that is not set
   while a lease changes hands; the token (1.) counts on no clock at all.

The figures: L is 20 s, S 8 s. With keyless services W is 10 s, and 8 + 10 < 20: the next
crawler sends as soon as the lease has ended, at most some 25 s after the last sign. With
Spotify W is 30 s, so 38 s after it. Each commit renews, and else a heartbeat does, every two
seconds, so that three heartbeats may be lost before sending stops.
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

# Heartbeats in the time for which a renewal lets requests leave.
HEARTBEATS = 4

# Who stands by looks again after so many seconds,
LOOK_SECONDS = 0.5
# and lets itself be seen after so many.
SEEN_SECONDS = 5.0


class HeldLease:
    """The lease of the store's crawl, in this process's hand.

    Attributes:
        token: What each write of the crawl shows.
        reason: Why it is going to be released.
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
        """The token for one write, which renews the lease if it succeeds."""
        started = self._clock.boot_time()
        yield self.token
        if self._sends is not None:
            self._sends.renewed(started)

    def check(self) -> None:
        """Raise what the heartbeat met.

        Raises:
            LeaseLostError: The lease is another crawler's.
            GraphError: The store failed.
        """
        if self._failure is not None:
            raise self._failure

    def beat(
        self, seconds: float, ended: threading.Event, stop: threading.Event
    ) -> None:
        """Renew every so many seconds of the machine's own; a failure stops the crawl.

        Also one of the store: where nothing is answered for want of a lease, nothing is
        written either that would meet it.
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
    """Keep the lease alive, and release it at the end with the reason of the end.

    Raises:
        LeaseLostError: It was lost meanwhile, whatever else went wrong for that.
    """
    lease = HeldLease(context.store, context.clock, acquired.token, context.send_lease)
    ended = threading.Event()
    seconds = context.crawler.send_seconds / HEARTBEATS
    heart = threading.Thread(
        target=lease.beat,
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
        # Where the store is away, the lease ends by itself.
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
        The lease; or, where this crawler stood by for one that reached its end, that end.

    Raises:
        ActiveCrawlerError: Another crawler is active, and this one does not stand by.
        CrawlMismatchError: The active crawler crawls by another recipe.
        StoppedError: The person pressed Ctrl-C while this crawler stood by.
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
        standby.leave()


def wait_until_quiet(acquired: Acquired, context: CrawlContext) -> None:
    """Wait until no service counts a request of an earlier crawler any more."""
    if acquired.quiet_seconds > 0:
        until = context.clock.now() + timedelta(seconds=acquired.quiet_seconds)
        context.progress.waiting("the requests of an earlier crawler to pass", until)
        context.clock.sleep(acquired.quiet_seconds, until=context.stop)


class _Standby:
    """A crawler that stands by, and whom it stands by for."""

    def __init__(self, name: str, context: CrawlContext) -> None:
        self._name = name
        self._context = context
        self._active: str | None = None
        self._next_sign = -math.inf

    def wait(self, crawler: Crawler) -> Ended | None:
        """Wait while another crawler's lease is live; the end that it reached, if it did."""
        context = self._context
        while True:
            state = context.store.lease()
            if state.active is None and self._active is not None:
                return FINISHED.get(state.reason or "")
            if state.active is None or not state.active.is_live:
                return None
            self._look_at(state.active, crawler)
            if context.stop.is_set():
                raise StoppedError(f"stopped while crawler {self._active} was active")
            context.clock.sleep(LOOK_SECONDS, until=context.stop)

    def _look_at(self, active: ActiveCrawler, crawler: Crawler) -> None:
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
        if (now := self._context.clock.monotonic()) >= self._next_sign:
            self._next_sign = now + SEEN_SECONDS
            self._context.store.register_standby(self._name)

    def leave(self) -> None:
        """Take its node away, where there is one."""
        if self._active is not None:
            with suppress(GraphError):
                self._context.store.remove_standby(self._name)
