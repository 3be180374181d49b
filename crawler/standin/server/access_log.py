"""What was asked: the log, the counts, the busiest windows."""

import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TextIO

from crawler.standin.limits import BusiestWindow

# How many requests the log in memory holds; the counts hold all.
REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request and what came of it.

    Attributes:
        time: Seconds since 1970.
        path: With the query, as it came, without the service's prefix.
        status: 0 where nothing was sent.
        agent: The User-Agent of who asked.
    """

    time: float
    service: str
    path: str
    status: int
    agent: str = ""


class AccessLog:
    """Counts requests, refused ones included. Safe to call from many threads."""

    def __init__(
        self, windows: Mapping[str, float], now: Callable[[], float], log: TextIO | None
    ) -> None:
        """`windows`: the window's length in seconds for each service."""
        self._now = now
        self._lock = threading.Lock()
        self._busiest = {
            name: BusiestWindow(seconds) for name, seconds in windows.items()
        }
        self._numbers: Counter[str] = Counter()
        self._statuses: dict[str, Counter[int]] = {name: Counter() for name in windows}
        self._log = log
        self._asked: deque[LoggedRequest] = deque(maxlen=REMEMBERED)

    def came(self, service: str) -> tuple[int, float]:
        """Count a request that came; returns its number for its service and the time."""
        with self._lock:
            now = self._now()  # under the lock, so that times come in order
            self._busiest[service].add(now)
            self._numbers[service] += 1
            return self._numbers[service], now

    def went(self, asked: LoggedRequest) -> None:
        """Remember what came of it."""
        with self._lock:
            self._statuses[asked.service][asked.status] += 1
            self._asked.append(asked)
            if self._log is not None:
                self._log.write(json.dumps(asdict(asked)) + "\n")

    @property
    def asked(self) -> tuple[LoggedRequest, ...]:
        """The last requests, in the order in which they were answered."""
        with self._lock:
            return tuple(self._asked)

    def busiest(self, service: str) -> int:
        """The most requests in any window of the service's length, at any offset."""
        with self._lock:
            return self._busiest[service].most

    def counts(self) -> dict[str, int]:
        """Requests per service."""
        with self._lock:
            return {name: self._numbers[name] for name in self._busiest}

    def stats(self) -> dict[str, dict[str, object]]:
        """Per service: requests, by status, the busiest window and its length."""
        with self._lock:
            return {
                name: {
                    "requests": self._numbers[name],
                    "by_status": {
                        str(k): v for k, v in sorted(self._statuses[name].items())
                    },
                    "busiest_window": busiest.most,
                    "window_seconds": busiest.seconds,
                }
                for name, busiest in self._busiest.items()
            }
