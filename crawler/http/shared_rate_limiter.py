"""RateLimiter at a service that all workers of a store share.

They are booked in the store, by the server's clock, a few at a time and only for
requests that are ready to go. This machine's clock only tells when such a time has come:
never too early, and at the latest `LATE_SECONDS` after it, else the turn is lost.
When each was used is told with the next booking; one that was used too late, because the
process stood still in the middle of sending, at once.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from crawler.clock import Clock
from crawler.http.rate_limiter import (
    ARRIVAL_SECONDS,
    SPACING,
    LocalRateLimiter,
    Permit,
    RateLimiter,
    RateLimiterFactory,
)
from graph.model.rate_limit import Booking, PaceRule
from graph.store import CrawlStore

# A thread may wake so much later than its turn begins. With `ARRIVAL_SECONDS` it is
# just what `SPACING` leaves of Deezer's window: 50 turns take 5.2 s.
LATE_SECONDS = 0.1

# Between two turns, as a part of the service's own interval, while an idle time is made
# up for; and how much of the service's window is made up for at the most.
CLOSEST = 0.8
CAUGHT_UP = 0.2

# So many turns are booked at once, but none that begins later than this after the first.
MOST_AT_ONCE = 4
AHEAD_SECONDS = 1.0

# A booked turn is used only by who knows no older than this that nobody paused the
# service.
HEARD_SECONDS = 0.25

# A faster service, a mirror of one's own, is not worth a word with the store each time:
# its turns are nearer to each other than such a word takes.
FASTEST = 100.0

# How far two good clocks may drift apart, as a part of the time.
_DRIFT = 0.0005

_INSTANT = 1e-6


class ServerClock:
    """Which time of this machine's stopwatch is which of the server's clock.

    Each answer of the server tells that its time lies between sending the question and
    getting the answer; all of them together tell it more closely.
    """

    def __init__(self) -> None:
        self._earliest = -math.inf
        self._latest = math.inf
        self._at = 0.0

    def hear(self, sent: float, server: int, got: float) -> None:
        """The server said its time (milliseconds) between two of ours (seconds)."""
        drift = _DRIFT * (got - self._at)
        here, there = sent - server / 1000, got - server / 1000
        earliest = max(self._earliest - drift, here)
        latest = min(self._latest + drift, there)
        if earliest > latest:  # one of the clocks was set
            earliest, latest = here, there
        self._earliest, self._latest, self._at = earliest, latest, got

    @property
    def doubt(self) -> float:
        """Seconds that a time may lie off."""
        return self._latest - self._earliest

    def earliest(self, server: int) -> float:
        """A time of the server here, if anything too early."""
        return server / 1000 + self._earliest

    def latest(self, server: int) -> float:
        """A time of the server here, if anything too late."""
        return server / 1000 + self._latest

    def at_most(self, here: float) -> int:
        """A time of ours at the server, if anything too late."""
        return math.ceil((here - self._earliest) * 1000)


@dataclass(slots=True)
class _Booked(Permit):
    """A turn as it is booked.

    Attributes:
        due: Its request is not sent before that (monotonic seconds),
        ends: nor after that.
        name: In the store's book.
    """

    due: float = 0.0
    ends: float = 0.0
    name: int = 0


class SharedTurns:
    """See `crawler.http.rate_limiter.RateLimiter`; the store's `graph.bolt_store.rate_limits` gives the turns."""

    def __init__(
        self,
        service: str,
        requests: int,
        seconds: float,
        *,
        store: CrawlStore,
        clock: Clock,
    ) -> None:
        self._service = service
        self._requests = requests
        self._seconds = seconds
        self._store = store
        self._clock = clock
        self._server = ServerClock()
        self._booked: deque[_Booked] = deque()
        self._used: dict[int, int] = {}
        self._paused_until = -math.inf
        self._heard_at = -math.inf
        self._lock = threading.Lock()

    def take(self, waiting: int = 1) -> Permit:
        """See `RateLimiter.take`."""
        while True:
            if left := self.paused_for():
                return Permit(left)
            now, booked = self._clock.monotonic(), self._next()
            if booked is None:
                self._book(waiting)
            elif booked.due > now + _INSTANT:
                return Permit(booked.due - now)
            elif now - self._heard_at > HEARD_SECONDS:
                self._hear(lambda: self._store.resting(self._service))
            else:
                with self._lock:
                    if self._booked and self._booked[0] is booked:
                        return self._booked.popleft()

    def holds(self, turn: Permit) -> bool:
        """See `RateLimiter.holds`."""
        return self._clock.monotonic() <= cast("_Booked", turn).ends

    def sent(self, turn: Permit) -> None:
        """See `RateLimiter.sent`."""
        booked, now = cast("_Booked", turn), self._clock.monotonic()
        booked.arrives_by = now + ARRIVAL_SECONDS
        with self._lock:
            self._used[booked.name] = self._server.at_most(now)
        if now > booked.ends:
            self._tell(0)

    def arrived(self, turn: Permit) -> None:
        """See `RateLimiter.arrived`; its place was booked beforehand."""
        if math.isinf(turn.arrives_by):
            turn.arrives_by = self._clock.monotonic()
            with self._lock:
                self._used[cast("_Booked", turn).name] = 0

    def pause(self, seconds: float) -> None:
        """See `RateLimiter.pause`; all workers of the store keep it."""
        self._hold(self._clock.monotonic() + seconds)
        self._hear(lambda: self._store.rest(self._service, seconds))

    def paused_for(self) -> float:
        """See `RateLimiter.paused_for`; of what this worker has heard."""
        with self._lock:
            return max(0.0, self._paused_until - self._clock.monotonic())

    def _next(self) -> _Booked | None:
        """The first turn booked that is not over."""
        with self._lock:
            now = self._clock.monotonic()
            while self._booked and self._booked[0].ends < now:
                self._used[self._booked.popleft().name] = 0
            return self._booked[0] if self._booked else None

    def _book(self, waiting: int) -> None:
        if math.isinf(self._server.doubt):
            self._hear(lambda: self._store.resting(self._service))
        ahead = 1 + int(AHEAD_SECONDS * 1000 / self._rule().interval)
        booking = self._tell(max(1, min(waiting, MOST_AT_ONCE, ahead)))
        booked = [
            _Booked(
                0.0,
                due=self._server.latest(begins),
                ends=self._server.earliest(ends),
                name=ends,
            )
            for begins, ends in booking.turns
        ]
        with self._lock:
            self._booked.extend(booked)

    def _tell(self, wanted: int) -> Booking:
        """Tell the store what became of turns, and book more."""
        with self._lock:
            used, rule = dict(self._used), self._rule()
        booking = self._hear(
            lambda: self._store.book_turns(self._service, wanted, rule, used)
        )
        with self._lock:
            for name in used:
                self._used.pop(name, None)
        return booking

    def _rule(self) -> PaceRule:
        interval = self._seconds / self._requests * 1000
        # A server far away is in more doubt: its turns last longer, and cost as much.
        late = LATE_SECONDS + max(0.0, self._server.doubt - LATE_SECONDS / 4)
        return PaceRule(
            requests=self._requests,
            window=math.ceil((self._seconds + ARRIVAL_SECONDS) * 1000),
            interval=interval * SPACING,
            closest=interval * CLOSEST,
            credit=self._seconds * 1000 * CAUGHT_UP,
            late=math.ceil(late * 1000),
        )

    def _hear(self, ask: Callable[[], Booking]) -> Booking:
        """What the store says, and with it the server's time and pause."""
        sent = self._clock.monotonic()
        booking = ask()
        got = self._clock.monotonic()
        with self._lock:
            self._server.hear(sent, booking.now, got)
            self._heard_at = got
        if booking.rest_until > booking.now:
            self._hold(self._server.latest(booking.rest_until))
        return booking

    def _hold(self, until: float) -> None:
        """No turns before that; those that are booked are not used."""
        with self._lock:
            self._paused_until = max(self._paused_until, until)
            self._used |= dict.fromkeys((turn.name for turn in self._booked), 0)
            self._booked.clear()


def shared_turns(store: CrawlStore, clock: Clock) -> RateLimiterFactory:
    """Makes the turns of services that all workers of a store share.

    Without a pace, and at one that is faster than the store can keep, each worker goes
    by itself.
    """

    def turns(service: str, requests: int, seconds: float) -> RateLimiter:
        if not requests or requests > FASTEST * seconds:
            return LocalRateLimiter(requests, seconds, clock)
        return SharedTurns(service, requests, seconds, store=store, clock=clock)

    return turns
