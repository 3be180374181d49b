"""All waiting for services: for a permit, for the end of a pause, and before a retry.

Each service has one queue, shared by all threads.
"""

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

# How often a thread that waits for the lease checks it.
LEASE_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class RequestCounts:
    """Requests sent to a service, and how many of them were retries."""

    sent: int
    retried: int


class ServiceQueue:
    """The threads that wait for a permit of one service.

    Only the thread at the head sleeps until the permit is due; the others wait for the lock
    `head`, so that a permit wakes one thread and not all.
    """

    def __init__(self, name: str, limiter: RateLimiter) -> None:
        self.name = name
        self.limiter = limiter
        self.head = threading.Lock()
        self.announced_until: datetime | None = None
        self._reported_at = -math.inf
        self._sent = 0
        self._retried = 0
        self._lock = threading.Lock()

    def request_counts(self) -> RequestCounts:
        """Return the requests sent so far."""
        with self._lock:
            return RequestCounts(self._sent, self._retried)

    def count_sent(self) -> None:
        """Count a request."""
        with self._lock:
            self._sent += 1

    def uncount_sent(self) -> None:
        """Undo the count of a request that was not sent after all."""
        with self._lock:
            self._sent -= 1

    def count_retry(self) -> None:
        """Count a retry."""
        with self._lock:
            self._retried += 1

    def may_report(self, now: float) -> bool:
        """Whether a retry may be reported: once a minute. `now` is in monotonic seconds."""
        with self._lock:
            is_due = now >= self._reported_at + ANNOUNCED_SECONDS
            self._reported_at = now if is_due else self._reported_at
            return is_due


class Throttle:
    """Does all the waiting of one run, and reports long waits."""

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
        with queue.head:
            while True:
                self._raise_if_stopped(queue.name)
                if self._lease is not None and not self._lease.is_valid():
                    self._clock.sleep(LEASE_POLL_SECONDS, until=self._stop)
                    continue
                permit = queue.limiter.acquire()
                if permit.wait <= 0:
                    queue.count_sent()
                    return SendPermit(
                        queue.limiter, permit, self._lease, queue.uncount_sent
                    )
                self._check_pause(queue)
                # A pause may grow meanwhile, so check again every minute.
                self._clock.sleep(min(permit.wait, ANNOUNCED_SECONDS), until=self._stop)

    def report_retry(self, queue: ServiceQueue, what: str, retry: Retry) -> None:
        """Report why a request failed, and when it is sent again.

        Prints at most one line a minute for each service; in between, the text only replaces
        the current state. A pause that `acquire` announces or refuses is not reported here.
        """
        longest = min(ANNOUNCED_SECONDS, self._max_wait_seconds)
        if (retry.shared and retry.after > longest) or self._stop.is_set():
            return
        retry_at = self._clock.now() + timedelta(seconds=retry.after)
        message = f"{queue.name}: {what}; retrying at {retry_at:%H:%M:%S} UTC"
        if queue.may_report(self._clock.monotonic()):
            self._progress.say(message)
        else:
            self._progress.update(message)

    def wait_before_retry(self, service: str, seconds: float) -> None:
        """Wait before a retry, outside the queue."""
        self._clock.sleep(seconds, until=self._stop)
        self._raise_if_stopped(service)

    def _raise_if_stopped(self, service: str) -> None:
        if self._stop.is_set():
            raise StoppedError(f"{service}: stopped before the request was sent")

    def _check_pause(self, queue: ServiceQueue) -> None:
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
