"""Slices that were not answered: whose fault it is, and what is written of it."""

from collections.abc import Callable

from crawler.console.progress import Progress
from crawler.crawl.fetch import QUESTIONS, record_failure
from crawler.crawl.frontier import Frontier
from crawler.crawl.planner import MAX_TRIES
from crawler.crawl.worker_pool import FailedItem
from crawler.errors import TransientError
from graph.model.crawl import WorkItem, WorkKind, WorkResult


class FailurePolicy:
    """The setbacks of one run.

    Args:
        known: What the graph holds.
        lane_of: The name of the source that a slice belongs to.
        progress: Told what is set aside.
    """

    def __init__(
        self, known: Frontier, lane_of: Callable[[WorkItem], str], progress: Progress
    ) -> None:
        self._known = known
        self._lane_of = lane_of
        self._progress = progress
        self._alive: set[str] = set()

    def answered(self, part: WorkItem) -> None:
        """The source of a slice has answered it."""
        self._alive.add(self._lane_of(part))

    def is_away(self, unanswered: FailedItem) -> bool:
        """Whether to blame the service, and not the question, for what failed.

        A service that has answered nothing in this run is away, unless the question
        failed before, when others were answered. Without seeds nothing can go on.
        """
        part = unanswered.slice
        if part.kind is WorkKind.SEEDS:
            return True
        is_first = self._tries(part) == 1 and self._lane_of(part) not in self._alive
        return is_first and isinstance(unanswered.error, TransientError)

    def record_failure(self, unanswered: FailedItem) -> WorkResult:
        """The answer that records why a slice has none."""
        part, error = unanswered.slice, unanswered.error
        tries = self._tries(part)
        what = "given up" if tries >= MAX_TRIES else "set aside for a later round"
        self._progress.say(f"{what}: {error}")
        return record_failure(part, self._lane_of(part), error, tries)

    def _tries(self, part: WorkItem) -> int:
        question = QUESTIONS[part.kind]
        nodes = [self._known.nodes[artist] for artist in part.artists]
        return 1 + max((node.state(question).tries for node in nodes), default=0)
