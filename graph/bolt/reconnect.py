"""Waits for a database that went away, and reports the outage."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from graph.errors import StoreUnreachableError

WAIT_SECONDS = 120.0
_SECONDS_BETWEEN_PROBES = 0.5


class Clock(Protocol):
    """The time, a monotonic clock, and sleep."""

    def now(self) -> datetime:
        """The present time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait for this time."""
        ...


@dataclass(frozen=True, slots=True)
class ReconnectPolicy:
    """How long to wait for a database that went away, and where to report it.

    Attributes:
        say: Prints a sentence for the user.
        seconds: Counted from the moment the outage is noticed; 0 does not wait.
    """

    clock: Clock
    say: Callable[[str], object]
    seconds: float = WAIT_SECONDS


class OutageMonitor:
    """Waits until a database is back, once for all threads that need it.

    Attributes:
        returns: How often it came back. A thread reads this number before its work, so
            that it knows afterwards whether another thread has already waited.
    """

    def __init__(self, where: str, policy: ReconnectPolicy | None) -> None:
        self.returns = 0
        self._where = where
        self._policy = policy
        self._given_up = False
        self._lock = threading.Lock()

    def wait(self, answers: Callable[[], bool], seen: int) -> None:
        """Wait until the database answers.

        If it answers at once, only a connection was lost, and nothing is reported.
        After a time-out or Ctrl-C, later calls fail at once until the database answers
        again.

        Args:
            answers: Returns whether it answers; called every half second.
            seen: The value of `returns` before the work that was lost.

        Raises:
            StoreUnreachableError: It does not answer in time.
        """
        with self._lock:
            if seen != self.returns:
                return
            if not answers():
                self._wait_long(answers)
            self._given_up = False
            self.returns += 1

    def _wait_long(self, answers: Callable[[], bool]) -> None:
        policy = self._policy
        if policy is None or policy.seconds <= 0 or self._given_up:
            raise self._gone("went away")
        self._given_up = True  # also by Ctrl-C
        clock = policy.clock
        end = clock.monotonic() + policy.seconds
        until = clock.now() + timedelta(seconds=policy.seconds)
        policy.say(
            f"waiting for the graph database at {self._where} until {until:%H:%M:%S} UTC"
        )
        while (left := end - clock.monotonic()) > 0:
            clock.sleep(min(left, _SECONDS_BETWEEN_PROBES))
            if answers():
                policy.say(f"the graph database at {self._where} is back; continuing")
                return
        raise self._gone(f"went away and was not back within {policy.seconds:g} s")

    def _gone(self, what: str) -> StoreUnreachableError:
        return StoreUnreachableError(
            f"the graph database at {self._where} {what}",
            hint="Start it, then run the same command again; "
            "it continues where it stopped.",
        )
