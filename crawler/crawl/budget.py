"""What a crawl has spent over all its runs: requests per service, and time.

Time has two parts: seconds that the store has recorded, and seconds since then.
"""

from collections.abc import Mapping

from crawler.clock import Clock
from graph.model.crawl import Crawl


class Budget:
    """Requests and seconds, counted on from what the store holds."""

    def __init__(self, state: Crawl, clock: Clock, *, max_minutes: float) -> None:
        self.requests = dict(state.requests)
        self._recorded = state.seconds
        self._clock = clock
        self._since = clock.monotonic()
        self._max_seconds = max_minutes * 60

    @property
    def total(self) -> int:
        """Requests to all services."""
        return sum(self.requests.values())

    def count(self, requests: Mapping[str, int]) -> None:
        """Add the requests of a result."""
        for service, number in requests.items():
            self.requests[service] = self.requests.get(service, 0) + number

    @property
    def unrecorded_seconds(self) -> float:
        """The seconds that are not yet recorded in the store."""
        return self._clock.monotonic() - self._since

    def record(self, seconds: float) -> None:
        """Mark so many of the unrecorded seconds as recorded in the store."""
        self._since += seconds
        self._recorded += seconds

    def record_all(self) -> float:
        """Mark all unrecorded seconds as recorded, and return them."""
        seconds = self.unrecorded_seconds
        self.record(seconds)
        return seconds

    @property
    def seconds(self) -> float:
        """The time of all runs, this one included."""
        return self._recorded + self._clock.monotonic() - self._since

    def is_out_of_minutes(self) -> bool:
        """Whether the budget of minutes is spent."""
        return 0 < self._max_seconds <= self.seconds
