"""What a crawl has spent, over all its runs: requests per service, and time."""

from collections.abc import Mapping

from crawler.clock import Clock
from graph.model.crawl import Crawl


class Budget:
    """Requests and seconds, from where the store says they stand."""

    def __init__(self, state: Crawl, clock: Clock, *, max_minutes: float) -> None:
        self.requests = dict(state.requests)
        self._closed = state.seconds
        self._clock = clock
        self._since = clock.monotonic()
        self._max_seconds = max_minutes * 60

    @property
    def total(self) -> int:
        """Requests to all services."""
        return sum(self.requests.values())

    def count(self, requests: Mapping[str, int]) -> None:
        """Add what an answer took."""
        for service, number in requests.items():
            self.requests[service] = self.requests.get(service, 0) + number

    @property
    def since_taken(self) -> float:
        """The seconds since they were last taken."""
        return self._clock.monotonic() - self._since

    def take(self, seconds: float) -> None:
        """Seconds of `since_taken` are kept in the store from now on."""
        self._since += seconds
        self._closed += seconds

    def take_seconds(self) -> float:
        """Take the seconds since they were last taken."""
        seconds = self.since_taken
        self.take(seconds)
        return seconds

    @property
    def seconds(self) -> float:
        """The time of all runs, this one included."""
        return self._closed + self._clock.monotonic() - self._since

    def minutes_are_over(self) -> bool:
        """Whether the budget of minutes is spent."""
        return 0 < self._max_seconds <= self.seconds
