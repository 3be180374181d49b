"""Decides what a failed work item means: an unavailable service, or one bad question.

If the service is unavailable, the crawl ends. Otherwise the failure is recorded in the graph
and the question is tried again in a later round, up to `MAX_TRIES` times.
"""

from collections.abc import Callable

from crawler.console.progress import Progress
from crawler.crawl.fetch import QUESTIONS, record_failure
from crawler.crawl.frontier import Frontier
from crawler.crawl.planner import MAX_TRIES
from crawler.crawl.worker_pool import FailedItem
from crawler.errors import TransientError
from graph.model.crawl import WorkItem, WorkKind, WorkResult


class FailurePolicy:
    """Decides how to handle the failures of one run.

    Args:
        frontier: The state of the graph.
        source_of: The name of the source that a work item belongs to.
        progress: Receives a line for each failure that is recorded.
    """

    def __init__(
        self,
        frontier: Frontier,
        source_of: Callable[[WorkItem], str],
        progress: Progress,
    ) -> None:
        self._frontier = frontier
        self._source_of = source_of
        self._progress = progress
        self._responsive: set[str] = set()

    def answered(self, item: WorkItem) -> None:
        """Note that the source of a work item has answered it."""
        self._responsive.add(self._source_of(item))

    def is_service_unavailable(self, failed: FailedItem) -> bool:
        """Whether the service is to blame for a failure, rather than the question.

        A service that has answered nothing in this run counts as unavailable, unless the
        question failed in an earlier round too, when others were answered. A crawl cannot
        continue without its seeds, so a failed `SEEDS` item always counts.
        """
        item = failed.item
        if item.kind is WorkKind.SEEDS:
            return True
        is_first = (
            self._tries(item) == 1 and self._source_of(item) not in self._responsive
        )
        return is_first and isinstance(failed.error, TransientError)

    def record_failure(self, failed: FailedItem) -> WorkResult:
        """Report a failure, and return the result that records it in the graph."""
        item, error = failed.item, failed.error
        tries = self._tries(item)
        what = "given up" if tries >= MAX_TRIES else "set aside for a later round"
        self._progress.say(f"{what}: {error}")
        return record_failure(item, self._source_of(item), error, tries)

    def _tries(self, item: WorkItem) -> int:
        question = QUESTIONS[item.kind]
        nodes = [self._frontier.nodes[artist] for artist in item.artists]
        return 1 + max((node.state(question).tries for node in nodes), default=0)
