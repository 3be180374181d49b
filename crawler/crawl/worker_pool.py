"""Fetches the work items of a round from all sources in parallel.

Each source has its own threads. Results arrive in any order through one queue; only the
caller writes them to the store. A failed item is tried once more at the end of its queue.
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

# After this many failures of one source in a row, counted across rounds, the service is
# unavailable: the crawl ends instead of recording a failure for every item left. A single
# question that fails twice in each of its three rounds makes six.
MAX_CONSECUTIVE_FAILURES = 7


@dataclass(frozen=True, slots=True)
class FailedItem:
    """A work item that its source did not answer, even on a second attempt if one makes sense."""

    item: WorkItem
    error: SourceError


WorkOutcome = WorkResult | FailedItem


class _SourceQueue:
    """The work items of one source in one round, and its recent failures."""

    def __init__(
        self, name: str, items: Sequence[WorkItem], failures: Counter[str]
    ) -> None:
        self.name = name
        self._waiting = list(reversed(items))
        self._retried: set[str] = set()
        self._failures = failures
        self._lock = threading.Lock()

    def take(self) -> WorkItem | None:
        """Return the next work item in the order of the plan; None ends a thread."""
        with self._lock:
            return self._waiting.pop() if self._waiting else None

    def succeeded(self) -> None:
        """Reset the count of consecutive failures."""
        with self._lock:
            self._failures[self.name] = 0

    def failed(self, item: WorkItem, error: SourceError) -> FailedItem | None:
        """Put an item back for one more attempt at the end of the queue, or give it up.

        Raises:
            SourceError: The service has failed too often in a row.
        """
        with self._lock:
            self._failures[self.name] += 1
            if self._failures[self.name] >= MAX_CONSECUTIVE_FAILURES:
                raise error
            if item.id in self._retried or isinstance(error, BadAnswerError):
                return FailedItem(item, error)
            self._retried.add(item.id)
            self._waiting.insert(0, item)
            return None


class SourceWorkerPool:
    """Fetches the work items of one round after another.

    Args:
        fetch: Fetches one work item; called from many threads.
        source_of: The name of the source a work item belongs to.
        threads: Threads for each source: enough to hide latency at its rate limit.
        stop: Once set, no further item is begun; those under way are finished. An error
            that ends a thread sets it, to release threads that wait for a permit.
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
        """Yield the outcomes as they arrive, and None whenever none arrived for a moment.

        Raises:
            BaseException: The error that ended a thread, after the other outcomes.
        """
        by_source: dict[str, list[WorkItem]] = defaultdict(list)
        for item in items:
            by_source[self._source_of(item)].append(item)
        queues = [
            _SourceQueue(name, some, self._failures) for name, some in by_source.items()
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
        """Wait until all threads have ended; `stop` must be set."""
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
