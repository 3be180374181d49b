"""Decides when the next request to a service may be sent.

This is not a library, because the usual ones spend the whole quota in one burst and then
wait, which exceeds the limit in a window at another offset; and they sleep by themselves.
Spacing the requests evenly takes only a little arithmetic.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from crawler.clock import Clock

# Slots are further apart than the limit requires by this factor, because a slow network may
# deliver requests closer together than they were sent. 50 requests in 5 s become 48.1.
SPACING = 1.04

# A request reaches the service at most this many seconds after it was sent.
ARRIVAL_SECONDS = 0.1

# A shorter wait is a rounding error.
_INSTANT = 1e-6


@dataclass(slots=True)
class Permit:
    """A permit to send one request, or how long to wait before the next attempt.

    Attributes:
        wait: Seconds; 0 is a permit to send now.
        arrives_by: The latest time (monotonic seconds) at which the request reaches the
            service; infinite until it is sent.
    """

    wait: float
    arrives_by: float = math.inf


class RateLimiter:
    """Evenly spaced permits for one service, one per interval, shared by all threads.

    No window of `seconds`, at any offset and by the service's own clock, holds more
    than `requests`: permits are spaced, and the request `requests` places back must have
    reached the service `seconds` ago. With `requests` 0 there is no limit.
    """

    def __init__(self, requests: int, seconds: float, clock: Clock) -> None:
        self._seconds = seconds
        self._interval = seconds * SPACING / requests if requests else 0.0
        self._window: deque[Permit] = deque(maxlen=requests)
        self._clock = clock
        self._next = -math.inf
        self._paused_until = -math.inf
        self._lock = threading.Lock()

    def acquire(self) -> Permit:
        """Return a permit if one is due and the service is not paused; otherwise the wait.

        Called by one thread at a time.
        """
        with self._lock:
            now = self._clock.monotonic()
            wait = self._due(now) - now
            if wait > _INSTANT:
                return Permit(wait)
            permit = Permit(0.0)
            if self._interval:
                self._window.append(permit)
                self._next = self._slot(now) + self._interval
            return permit

    def sent(self, permit: Permit) -> None:
        """Record that the request of a permit was handed to the network just now."""
        with self._lock:
            permit.arrives_by = self._clock.monotonic() + ARRIVAL_SECONDS

    def settled(self, permit: Permit) -> None:
        """Mark a permit as settled: its request was answered or abandoned."""
        with self._lock:
            permit.arrives_by = min(permit.arrives_by, self._clock.monotonic())

    def pause(self, seconds: float) -> None:
        """Give out no permits for so long. The longest of several pauses counts."""
        with self._lock:
            until = self._clock.monotonic() + seconds
            self._paused_until = max(self._paused_until, until)

    def paused_for(self) -> float:
        """Return the seconds left of the pause; 0 if there is none."""
        with self._lock:
            return max(0.0, self._paused_until - self._clock.monotonic())

    def _due(self, now: float) -> float:
        window = -math.inf
        if self._window and len(self._window) == self._window.maxlen:
            # A request under way may arrive now; the waiting thread checks again later.
            window = min(self._window[0].arrives_by, now) + self._seconds
        return max(self._next, self._paused_until, window)

    def _slot(self, now: float) -> float:
        """Return the slot just used: a thread that woke slightly late does not shift the grid."""
        late = now - self._next
        return self._next if late < self._interval / 2 else now


# Creates the rate limiter of a service from its requests, seconds and a clock.
RateLimiterFactory = Callable[[int, float, Clock], RateLimiter]
