"""Waiting one's turn at a service: one line per service, shared by all threads."""

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import QuotaExhaustedError, StoppedError
from crawler.http.rate_limiter import RateLimiter
from crawler.http.retry import Retry
from crawler.http.transport import Leave

ANNOUNCED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests sent to a service, and how many of them were second tries."""

    sent: int
    retried: int


class ServiceQueue:
    """The line before one service.

    Only its first waits on the clock, the others on `first`: a turn that comes free
    wakes one thread, not all.
    """

    def __init__(self, name: str, pace: RateLimiter) -> None:
        self.name = name
        self.pace = pace
        self.first = threading.Lock()
        self.announced_until: datetime | None = None
        self._told_at = -math.inf
        self._sent = 0
        self._retried = 0
        self._waiting = 0
        self._lock = threading.Lock()

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Stand in the line."""
        with self._lock:
            self._waiting += 1
        try:
            with self.first:
                yield
        finally:
            with self._lock:
                self._waiting -= 1

    @property
    def waiting(self) -> int:
        """How many stand in it."""
        with self._lock:
            return self._waiting

    def traffic(self) -> Traffic:
        """What was sent so far."""
        with self._lock:
            return Traffic(self._sent, self._retried)

    def sent(self) -> None:
        """Count a request."""
        with self._lock:
            self._sent += 1

    def unsent(self) -> None:
        """A request that was counted was not sent after all."""
        with self._lock:
            self._sent -= 1

    def retried(self) -> None:
        """Count a second try."""
        with self._lock:
            self._retried += 1

    def may_tell(self, now: float) -> bool:
        """Whether this minute (monotonic seconds) has no line about trouble yet."""
        with self._lock:
            is_due = now >= self._told_at + ANNOUNCED_SECONDS
            self._told_at = now if is_due else self._told_at
            return is_due


class Throttle:
    """All waiting of one run: for a turn, out a pause, before a second try."""

    def __init__(
        self,
        clock: Clock,
        progress: Progress,
        max_wait_seconds: float,
        stop: threading.Event,
    ) -> None:
        self._clock = clock
        self._progress = progress
        self._max_wait_seconds = max_wait_seconds
        self._stop = stop

    def turn(self, line: ServiceQueue) -> Leave:
        """Wait for leave to send one request to a service.

        Raises:
            StoppedError: The run is being stopped.
            QuotaExhaustedError: The service asked for a longer pause than allowed.
        """
        with line.standing():
            while True:
                self._go_on(line.name)
                turn = line.pace.take(line.waiting)
                if turn.wait <= 0:
                    line.sent()
                    return Leave(line.pace, turn, line.unsent)
                self._look_at_pause(line)
                # A pause may grow while we sleep: look again every minute.
                self._clock.sleep(min(turn.wait, ANNOUNCED_SECONDS), until=self._stop)

    def tell_retry(self, line: ServiceQueue, what: str, retry: Retry) -> None:
        """Say why a request has no answer yet, and when it is sent again.

        At once, but only once a minute for each service; between that it is a state of
        the work. A pause that `turn` announces or refuses is left to it.
        """
        longest = min(ANNOUNCED_SECONDS, self._max_wait_seconds)
        if (retry.shared and retry.after > longest) or self._stop.is_set():
            return
        again = self._clock.now() + timedelta(seconds=retry.after)
        words = f"{line.name}: {what}; it is asked again at {again:%H:%M:%S} UTC"
        if line.may_tell(self._clock.monotonic()):
            self._progress.say(words)
        else:
            self._progress.update(words)

    def back_off(self, service: str, seconds: float) -> None:
        """Wait before a second try, out of the line."""
        self._clock.sleep(seconds, until=self._stop)
        self._go_on(service)

    def _go_on(self, service: str) -> None:
        if self._stop.is_set():
            raise StoppedError(f"{service}: stopped before the request was sent")

    def _look_at_pause(self, line: ServiceQueue) -> None:
        paused = line.pace.paused_for()
        until = self._clock.now() + timedelta(seconds=paused)
        if paused > self._max_wait_seconds:
            what = f"asks to wait until {until:%Y-%m-%d %H:%M} UTC"
            raise QuotaExhaustedError(line.name, what, until=until)
        if paused > ANNOUNCED_SECONDS and _later(until, line.announced_until):
            line.announced_until = until
            self._progress.waiting(f"{line.name} asks to wait", until)


def _later(until: datetime, announced: datetime | None) -> bool:
    return announced is None or until > announced + timedelta(seconds=1)
