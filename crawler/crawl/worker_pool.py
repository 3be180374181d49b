"""SourceWorkerPool: the work items of a round go to their sources side by side.

Each source has threads of its own. Answers come back in any order through one queue; the
caller alone writes them.
"""

import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from crawler.errors import (
    BadAnswerError,
    SourceError,
    StoppedError,
    TransientError,
)
from graph.model.crawl import WorkItem, WorkResult

# So many failures of one source, one after the other and over the rounds, mean that
# the service is away: the crawl ends instead of setting aside all that is left. One
# question that fails in all its rounds, twice in each, makes six.
FAILURES_IN_A_ROW = 7


@dataclass(frozen=True, slots=True)
class FailedItem:
    """A work item whose source did not answer, though it was tried twice."""

    item: WorkItem
    error: SourceError


WorkOutcome = WorkResult | FailedItem


class _SourceQueue:
    """The work items of one source in one round, and how the source has been doing."""

    def __init__(
        self, name: str, items: Sequence[WorkItem], failures: Counter[str]
    ) -> None:
        self.name = name
        self._waiting = list(reversed(items))
        self._retried: set[str] = set()
        self._failures = failures
        self._lock = threading.Lock()

    def take(self) -> WorkItem | None:
        """The next work item in the order of the plan; None ends a thread."""
        with self._lock:
            return self._waiting.pop() if self._waiting else None

    def succeeded(self) -> None:
        """Forget earlier failures."""
        with self._lock:
            self._failures[self.name] = 0

    def failed(self, item: WorkItem, error: SourceError) -> FailedItem | None:
        """Put an item back for one more try at the end of the queue, or give it up.

        Raises:
            SourceError: The service has failed too often in a row.
        """
        with self._lock:
            self._failures[self.name] += 1
            if self._failures[self.name] >= FAILURES_IN_A_ROW:
                raise error
            if item.id in self._retried or isinstance(error, BadAnswerError):
                return FailedItem(item, error)
            self._retried.add(item.id)
            self._waiting.insert(0, item)
            return None


class SourceWorkerPool:
    """Fetches the work items of rounds, one round after the other.

    Args:
        fetch: Answers one work item; called from many threads.
        source_of: The name of the source a work item belongs to.
        threads: Threads for each source: enough to hide latency at its rate limit.
        stop: Once set, no further item is begun; those on the way are finished. An
            error that ends a thread sets it, so that no thread waits for a permit then.
    """

    def __init__(
        self,
        fetch: Callable[[WorkItem], WorkResult],
        source_of: Callable[[WorkItem], str],
        *,
        threads: int,
        stop: threading.Event,
    ) -> None:
        self._fetch = fetch
        self._source_of = source_of
        self._threads = threads
        self._stop = stop
        self._failures: Counter[str] = Counter()
        self._running: list[threading.Thread] = []
        self._outcomes: queue.SimpleQueue[WorkOutcome | BaseException | None] = (
            queue.SimpleQueue()
        )

    def run(self, items: Sequence[WorkItem]) -> Iterator[WorkOutcome | None]:
        """Give the outcomes as they come; None whenever none came for a moment.

        Raises:
            BaseException: What ended a thread, once all that was on the way is in.
        """
        by_source: dict[str, list[WorkItem]] = defaultdict(list)
        for item in items:
            by_source[self._source_of(item)].append(item)
        queues = [
            _SourceQueue(n, some, self._failures) for n, some in by_source.items()
        ]
        self._running = [
            threading.Thread(target=self._work, args=(one,), name=one.name, daemon=True)
            for one in queues
            for _ in by_source[one.name][: self._threads]
        ]
        for thread in self._running:
            thread.start()
        try:
            yield from self._collect()
        except BaseException:
            self._stop.set()
            raise

    def join(self) -> None:
        """Wait until no thread is on its way any more: `stop` is set."""
        for thread in self._running:
            thread.join()

    def _collect(self) -> Iterator[WorkOutcome | None]:
        ended_by: BaseException | None = None
        left = len(self._running)
        while left:
            try:
                outcome = self._outcomes.get(timeout=0.25)
            except queue.Empty:
                yield None
                continue
            if outcome is None:
                left -= 1
            elif isinstance(outcome, BaseException):
                ended_by = ended_by or outcome
            else:
                yield outcome
        if ended_by is not None:
            raise ended_by

    def _work(self, source: _SourceQueue) -> None:
        """One thread: take work items until the queue is empty or the run ends."""
        try:
            while not self._stop.is_set():
                item = source.take()
                if item is None:
                    break
                self._fetch_one(source, item)
        except StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by the caller's thread
            self._stop.set()
            self._outcomes.put(error)
        finally:
            self._outcomes.put(None)

    def _fetch_one(self, source: _SourceQueue, item: WorkItem) -> None:
        try:
            result = self._fetch(item)
        except (TransientError, BadAnswerError) as error:
            given_up = source.failed(item, error)
            if given_up is not None:
                self._outcomes.put(given_up)
        else:
            source.succeeded()
            self._outcomes.put(result)
