"""When the next request to a service may go.

Our own few lines, and no rate-limiting library: those spend a service's quota in one
burst and then wait, which no window at another offset survives, and they sleep by
themselves. One request per interval is arithmetic.
"""

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from crawler.clock import Clock

# Slots are this much further apart than the service's own pace: what a slow network
# may squeeze together at the far end. 50 requests in 5 s become 48.1.
SPACING = 1.04

# A request is with the service so many seconds after it was sent at the latest.
ARRIVAL_SECONDS = 0.1

# Less than this is no wait: floating point, not time.
_INSTANT = 1e-6


@dataclass(slots=True)
class Permit:
    """A permit to send one request, or how long to wait before asking again.

    Attributes:
        wait: Seconds; 0 is a permit to send now.
        arrives_by: When (monotonic seconds) the service has the request at the latest;
            known from when it was sent.
    """

    wait: float
    arrives_by: float = math.inf


class RateLimiter:
    """Evenly spaced permits for one service, one per interval, shared by all threads.

    No window of `seconds`, at any offset and by the service's own clock, holds more
    than `requests`: permits are spaced, and the request `requests` back must have reached
    the service `seconds` ago. `requests` 0 is no limit.
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
        """The next permit, when it is due and nobody paused the service; else the wait.

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
        """Its request was handed to the network just now."""
        with self._lock:
            permit.arrives_by = self._clock.monotonic() + ARRIVAL_SECONDS

    def settled(self, permit: Permit) -> None:
        """Its request is not on the way: it was answered, or will not be sent."""
        with self._lock:
            permit.arrives_by = min(permit.arrives_by, self._clock.monotonic())

    def pause(self, seconds: float) -> None:
        """Nobody gets a permit for so long. The longest pause asked for holds."""
        with self._lock:
            until = self._clock.monotonic() + seconds
            self._paused_until = max(self._paused_until, until)

    def paused_for(self) -> float:
        """Seconds left of the pause; 0 when there is none."""
        with self._lock:
            return max(0.0, self._paused_until - self._clock.monotonic())

    def _due(self, now: float) -> float:
        window = -math.inf
        if self._window and len(self._window) == self._window.maxlen:
            # What is still on its way may arrive at once: who waits looks again then.
            window = min(self._window[0].arrives_by, now) + self._seconds
        return max(self._next, self._paused_until, window)

    def _slot(self, now: float) -> float:
        """The slot just used: a thread that woke a little late does not shift the grid."""
        late = now - self._next
        return self._next if late < self._interval / 2 else now


# Makes the rate limiter of a service: so many requests in so many seconds.
RateLimiterFactory = Callable[[int, float, Clock], RateLimiter]
