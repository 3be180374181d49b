"""The clock, passed in: the only file that reads the time or sleeps."""

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day, two steady stopwatches in seconds, and sleep."""

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def boot_time(self) -> float:
        """Seconds on a clock that also runs while the machine is suspended."""
        ...

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> None:
        """Wait for `seconds`, or until `until` is set if that is earlier."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def boot_time(self) -> float:
        if hasattr(
            time, "CLOCK_BOOTTIME"
        ):  # Linux: its monotonic clock stops in suspend
            return time.clock_gettime(time.CLOCK_BOOTTIME)
        return time.monotonic()

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> None:
        if until is None:
            time.sleep(seconds)
        else:
            until.wait(seconds)


class StopSignal(threading.Event):
    """Set when a run is to end; it remembers whether a person wants so.

    Attributes:
        interrupted: Somebody pressed Ctrl-C.
    """

    def __init__(self) -> None:
        super().__init__()
        self.interrupted = False

    def interrupt(self) -> None:
        """Somebody pressed Ctrl-C."""
        self.interrupted = True
        self.set()

    def go_on(self) -> None:
        """What ended the run is over; a person's wish is not."""
        self.clear()
        if self.interrupted:
            self.set()
