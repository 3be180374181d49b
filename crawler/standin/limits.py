"""How fast each service lets itself be asked, and how fast it was asked."""

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
# Spotify tells the length of its window and not how many it lets in: an invented number.
SPOTIFY = Limit(180, 30.0)


class BusiestWindow:
    """The most requests there were in any window of a length, wherever it begins.

    A window holds its end and not its start, so that requests exactly one length apart
    are never in one window.
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
    """Whether a request is let in, and what the reply's headers say about the limit."""

    admitted: bool
    headers: tuple[tuple[str, str], ...] = ()


class Limiter(Protocol):
    """Lets requests in, or not. Safe to call from many threads."""

    def ask(self, now: float) -> Admission:
        """May this request in?"""
        ...


class Unlimited:
    """Lets everybody in."""

    def ask(self, now: float) -> Admission:
        """See `Limiter.ask`."""
        del now
        return Admission(admitted=True)


class SlidingWindow:
    """At most so many in any window; who is refused does not count."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._times: deque[float] = deque()

    def ask(self, now: float) -> Admission:
        """See `Limiter.ask`."""
        with self._lock:
            while self._times and self._times[0] <= now - self._limit.seconds:
                self._times.popleft()
            if len(self._times) >= self._limit.requests:
                return Admission(admitted=False, headers=self._told(now))
            self._times.append(now)
            return Admission(admitted=True)

    def _told(self, now: float) -> tuple[tuple[str, str], ...]:
        """Headers for who is refused."""
        del now
        return ()


class SlidingWindowWithRetryAfter(SlidingWindow):
    """A sliding window that tells who is refused in how many seconds to come again."""

    def _told(self, now: float) -> tuple[tuple[str, str], ...]:
        wait = max(1, math.ceil(self._times[0] + self._limit.seconds - now))
        return (("Retry-After", str(wait)),)


class FixedWindow:
    """So many per window, the next window beginning with the first request after it.

    The headers tell how many are left and in how many seconds the window ends.
    """

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._ends = -math.inf
        self._left = 0

    def ask(self, now: float) -> Admission:
        """See `Limiter.ask`."""
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
