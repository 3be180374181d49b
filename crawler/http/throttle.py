"""Waiting for a permit to send: one queue per service, shared by all threads."""

import math
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.errors import QuotaExhaustedError, StoppedError
from crawler.http.connection import SendPermit
from crawler.http.rate_limiter import RateLimiter
from crawler.http.retry import Retry
from crawler.http.send_lease import SendLease

ANNOUNCED_SECONDS = 60.0

# Who waits for the lease looks again after so many seconds.
LEASE_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests sent to a service, and how many of them were second tries."""

    sent: int
    retried: int


class ServiceQueue:
    """The threads that wait for a permit of one service.

    Only the first waits on the clock, the others on `first`: a permit that comes free
    wakes one thread, not all.
    """

    def __init__(self, name: str, limiter: RateLimiter) -> None:
        self.name = name
        self.limiter = limiter
        self.first = threading.Lock()
        self.announced_until: datetime | None = None
        self._reported_at = -math.inf
        self._sent = 0
        self._retried = 0
        self._lock = threading.Lock()

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

    def may_report(self, now: float) -> bool:
        """Whether this minute (monotonic seconds) has no line about trouble yet."""
        with self._lock:
            is_due = now >= self._reported_at + ANNOUNCED_SECONDS
            self._reported_at = now if is_due else self._reported_at
            return is_due


class Throttle:
    """All waiting of one run: for a permit, out a pause, before a second try."""

    def __init__(
        self,
        clock: Clock,
        progress: Progress,
        max_wait_seconds: float,
        stop: threading.Event,
        lease: SendLease | None,
    ) -> None:
        self._lease = lease
        self._clock = clock
        self._progress = progress
        self._max_wait_seconds = max_wait_seconds
        self._stop = stop

    def acquire(self, queue: ServiceQueue) -> SendPermit:
        """Wait for a permit to send one request to a service.

        Raises:
            StoppedError: The run is being stopped.
            QuotaExhaustedError: The service asked for a longer pause than allowed.
        """
        with queue.first:
            while True:
                self._go_on(queue.name)
                if self._lease is not None and not self._lease.is_valid():
                    self._clock.sleep(LEASE_POLL_SECONDS, until=self._stop)
                    continue
                permit = queue.limiter.acquire()
                if permit.wait <= 0:
                    queue.sent()
                    return SendPermit(queue.limiter, permit, self._lease, queue.unsent)
                self._look_at_pause(queue)
                # A pause may grow while we sleep: look again every minute.
                self._clock.sleep(min(permit.wait, ANNOUNCED_SECONDS), until=self._stop)

    def report_retry(self, queue: ServiceQueue, what: str, retry: Retry) -> None:
        """Say why a request has no answer yet, and when it is sent again.

        At once, but only once a minute for each service; between that it is a state of
        the work. A pause that `acquire` announces or refuses is left to it.
        """
        longest = min(ANNOUNCED_SECONDS, self._max_wait_seconds)
        if (retry.shared and retry.after > longest) or self._stop.is_set():
            return
        again = self._clock.now() + timedelta(seconds=retry.after)
        words = f"{queue.name}: {what}; it is asked again at {again:%H:%M:%S} UTC"
        if queue.may_report(self._clock.monotonic()):
            self._progress.say(words)
        else:
            self._progress.update(words)

    def back_off(self, service: str, seconds: float) -> None:
        """Wait before a second try, out of the queue."""
        self._clock.sleep(seconds, until=self._stop)
        self._go_on(service)

    def _go_on(self, service: str) -> None:
        if self._stop.is_set():
            raise StoppedError(f"{service}: stopped before the request was sent")

    def _look_at_pause(self, queue: ServiceQueue) -> None:
        paused = queue.limiter.paused_for()
        until = self._clock.now() + timedelta(seconds=paused)
        if paused > self._max_wait_seconds:
            what = f"asks to wait until {until:%Y-%m-%d %H:%M} UTC"
            raise QuotaExhaustedError(queue.name, what, until=until)
        if paused > ANNOUNCED_SECONDS and _later(until, queue.announced_until):
            queue.announced_until = until
            self._progress.waiting(f"{queue.name} asks to wait", until)


def _later(until: datetime, announced: datetime | None) -> bool:
    return announced is None or until > announced + timedelta(seconds=1)
