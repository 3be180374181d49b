"""Decides by the local clock whether the lease still allows this process to send.

The clock also runs while the machine is suspended, so a process that wakes up finds that its
lease has expired. See `crawler.crawl.lease` for why two processes never send at the same time.
"""

import math
import threading

from crawler.clock import Clock
from graph.model.lease import SEND_SECONDS


class SendLease:
    """Allows requests for `seconds` after the start of the last successful renewal.

    Args:
        clock: Supplies the boot time.
        seconds: How long a renewal allows sending.
    """

    def __init__(self, clock: Clock, seconds: float = SEND_SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._opens_at = math.inf
        self._renewed_at = -math.inf
        self._lock = threading.Lock()

    def begin(self, started: float, opens_at: float) -> None:
        """Record that a transaction that started at this time acquired the lease.

        Nothing may be sent before `opens_at`: until then a service may still count the
        requests of an earlier crawler.
        """
        with self._lock:
            self._opens_at = opens_at
            self._renewed_at = started

    def renewed(self, started: float) -> None:
        """Record that a transaction that started at this boot time renewed the lease."""
        with self._lock:
            self._renewed_at = max(self._renewed_at, started)

    def end(self) -> None:
        """Block all further requests."""
        with self._lock:
            self._opens_at = math.inf

    def is_valid(self) -> bool:
        """Whether a request may be sent now."""
        with self._lock:
            now = self._clock.boot_time()
            return self._opens_at <= now <= self._renewed_at + self._seconds
