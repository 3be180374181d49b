"""Answers that are written in one transaction."""

from crawler.clock import Clock
from graph.crawl_state import SliceAnswer

# How many, and how long the first may wait for the rest: one commit each would be
# slow, and what is not written is asked again after a kill.
GROUP = 50
GROUP_SECONDS = 0.5


class AnswerGroup:
    """Gathers answers until they are many or the first has waited long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._answers: list[SliceAnswer] = []

    def add(self, answers: list[SliceAnswer]) -> None:
        """Put answers to those that wait to be written."""
        if answers and not self._answers:
            self._began = self._clock.monotonic()
        self._answers += answers

    @property
    def is_due(self) -> bool:
        """Whether it is time to write them."""
        late = self._clock.monotonic() - self._began > GROUP_SECONDS
        return len(self._answers) >= GROUP or (late and bool(self._answers))

    def take(self) -> list[SliceAnswer]:
        """The answers so far, taken out: what then fails to be written is asked again."""
        taken, self._answers = self._answers, []
        return taken
