"""A clock and a progress for tests: the contract of the real ones, without side effects."""

import threading
from datetime import UTC, datetime, timedelta


class FakeClock:
    """A `Clock` whose sleeps take no time: each one advances it and is recorded.

    Attributes:
        slept: Seconds of each sleep, in order.
    """

    def __init__(self, start: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)):
        self.slept: list[float] = []
        self._start = start
        self._seconds = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._start + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        with self._lock:
            return self._seconds

    def boot_time(self) -> float:
        return self.monotonic()

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> None:
        with self._lock:
            if until is not None and until.is_set():
                return
            self.slept.append(seconds)
            self._seconds += max(seconds, 0.0)

    def advance(self, seconds: float) -> None:
        """Let time pass without a sleep."""
        with self._lock:
            self._seconds += seconds


class RecordingProgress:
    """A `Progress` that records what it receives."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.states: list[str] = []
        self.waits: list[tuple[str, datetime]] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def update(self, state: str) -> None:
        self.states.append(state)

    def waiting(self, what: str, until: datetime) -> None:
        self.waits.append((what, until))
