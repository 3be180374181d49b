"""Whether this process may send requests: by the lease, as the local clock sees it.

The clock runs while the machine is suspended, so that a process that wakes finds its lease
over. See `crawler.crawl.lease` for why two processes never send at the same time.
"""

import math
import threading

from crawler.clock import Clock
from graph.model.lease import SEND_SECONDS


class SendLease:
    """Requests may leave for a while after the start of the last successful renewal.

    Args:
        clock: Its boot time counts.
        seconds: How long the while is.
    """

    def __init__(self, clock: Clock, seconds: float = SEND_SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._opens_at = math.inf
        self._renewed_at = -math.inf
        self._lock = threading.Lock()

    def begin(self, started: float, opens_at: float) -> None:
        """The lease was acquired by a transaction that started then.

        Nothing is sent before `opens_at`: until then a service may still count the
        requests of an earlier crawler.
        """
        with self._lock:
            self._opens_at = opens_at
            self._renewed_at = started

    def renewed(self, started: float) -> None:
        """The lease was renewed by a transaction that started then (boot time)."""
        with self._lock:
            self._renewed_at = max(self._renewed_at, started)

    def end(self) -> None:
        """Nothing is sent any more."""
        with self._lock:
            self._opens_at = math.inf

    def is_valid(self) -> bool:
        """Whether a request may leave now."""
        with self._lock:
            now = self._clock.boot_time()
            return self._opens_at <= now <= self._renewed_at + self._seconds
