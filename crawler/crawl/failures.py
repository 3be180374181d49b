"""Work items that were not answered: whose fault it is, and what is written of it."""

from collections.abc import Callable

from crawler.console.progress import Progress
from crawler.crawl.fetch import QUESTIONS, record_failure
from crawler.crawl.frontier import Frontier
from crawler.crawl.planner import MAX_TRIES
from crawler.crawl.worker_pool import FailedItem
from crawler.errors import TransientError
from graph.model.crawl import WorkItem, WorkKind, WorkResult


class FailurePolicy:
    """What to do about the failures of one run.

    Args:
        known: What the graph holds.
        source_of: The name of the source that a work item belongs to.
        progress: Where what is set aside is reported.
    """

    def __init__(
        self, known: Frontier, source_of: Callable[[WorkItem], str], progress: Progress
    ) -> None:
        self._known = known
        self._source_of = source_of
        self._progress = progress
        self._alive: set[str] = set()

    def answered(self, item: WorkItem) -> None:
        """The source of a work item has answered it."""
        self._alive.add(self._source_of(item))

    def is_away(self, failed: FailedItem) -> bool:
        """Whether to blame the service, and not the question, for what failed.

        A service that has answered nothing in this run is away, unless the question
        failed before, when others were answered. Without seeds nothing can go on.
        """
        item = failed.item
        if item.kind is WorkKind.SEEDS:
            return True
        is_first = self._tries(item) == 1 and self._source_of(item) not in self._alive
        return is_first and isinstance(failed.error, TransientError)

    def record_failure(self, failed: FailedItem) -> WorkResult:
        """The result that records why a work item has no answer."""
        item, error = failed.item, failed.error
        tries = self._tries(item)
        what = "given up" if tries >= MAX_TRIES else "set aside for a later round"
        self._progress.say(f"{what}: {error}")
        return record_failure(item, self._source_of(item), error, tries)

    def _tries(self, item: WorkItem) -> int:
        question = QUESTIONS[item.kind]
        nodes = [self._known.nodes[artist] for artist in item.artists]
        return 1 + max((node.state(question).tries for node in nodes), default=0)
