"""Rate limits of the services, and a measure of the request rate."""

import math
import threading
from collections import deque
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in `seconds`."""

    requests: int
    seconds: float


DEEZER = Limit(50, 5.0)
MUSICBRAINZ = Limit(1, 1.0)
LISTENBRAINZ = Limit(30, 10.0)
# Spotify documents the length of its window but not the number, which is invented.
SPOTIFY = Limit(180, 30.0)


class BusiestWindow:
    """The largest number of requests in any window of a length, at any offset.

    A window includes its end but not its start, so requests exactly one length apart are
    never in the same window.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.most = 0
        self._times: deque[float] = deque()

    def add(self, now: float) -> None:
        """Count a request."""
        self._times.append(now)
        while self._times[0] <= now - self.seconds:
            self._times.popleft()
        self.most = max(self.most, len(self._times))


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a request is admitted, and the headers of the reply about the limit."""

    admitted: bool
    headers: tuple[tuple[str, str], ...] = ()


class Limiter(Protocol):
    """Admits or refuses requests. Thread-safe."""

    def admit(self, now: float) -> Admission:
        """Decide about a request at the time `now`."""
        ...


class Unlimited:
    """Admits every request."""

    def admit(self, now: float) -> Admission:
        """See `Limiter.admit`."""
        del now
        return Admission(admitted=True)


class SlidingWindow:
    """At most `limit.requests` in any window; refused requests do not count."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._times: deque[float] = deque()

    def admit(self, now: float) -> Admission:
        """See `Limiter.admit`."""
        with self._lock:
            while self._times and self._times[0] <= now - self._limit.seconds:
                self._times.popleft()
            if len(self._times) >= self._limit.requests:
                return Admission(admitted=False, headers=self._refusal_headers(now))
            self._times.append(now)
            return Admission(admitted=True)

    def _refusal_headers(self, now: float) -> tuple[tuple[str, str], ...]:
        """Headers of a refusal."""
        del now
        return ()


class SlidingWindowWithRetryAfter(SlidingWindow):
    """A sliding window whose refusals state when to retry."""

    def _refusal_headers(self, now: float) -> tuple[tuple[str, str], ...]:
        wait = max(1, math.ceil(self._times[0] + self._limit.seconds - now))
        return (("Retry-After", str(wait)),)


class FixedWindow:
    """At most `limit.requests` per window; the first request after a window starts the next.

    The headers state how many requests are left and in how many seconds the window ends.
    """

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._ends = -math.inf
        self._left = 0

    def admit(self, now: float) -> Admission:
        """See `Limiter.admit`."""
        with self._lock:
            if now >= self._ends:
                self._ends, self._left = now + self._limit.seconds, self._limit.requests
            admitted = self._left > 0
            self._left -= admitted
            return Admission(admitted, self._headers(now))

    def _headers(self, now: float) -> tuple[tuple[str, str], ...]:
        wait = max(1, math.ceil(self._ends - now))
        return (
            ("X-RateLimit-Limit", str(self._limit.requests)),
            ("X-RateLimit-Remaining", str(self._left)),
            ("X-RateLimit-Reset-In", str(wait)),
            ("X-RateLimit-Reset", str(math.ceil(now) + wait)),
        )
