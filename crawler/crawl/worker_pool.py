"""SourceWorkerPool: the slices of a round go to their sources side by side, one pool a source.

Answers come back in any order through one queue; the caller alone writes them.
"""

import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
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
    """A slice whose source did not answer, though it was tried twice."""

    slice: WorkItem
    error: SourceError


WorkOutcome = WorkResult | FailedItem


More = Callable[[Collection[str]], Sequence[WorkItem]]


def _no_more(busy: Collection[str]) -> Sequence[WorkItem]:
    del busy
    return ()


class _SourceQueue:
    """The slices of one source in one round, and how the source has been doing."""

    def __init__(self, name: str, failures: Counter[str]) -> None:
        self.name = name
        self._waiting: list[WorkItem] = []
        self._threads = 0
        self._retried: set[str] = set()
        self._failures = failures
        self._lock = threading.Lock()

    def add(self, slices: Sequence[WorkItem], most: int) -> int:
        """Put slices behind those that wait: how many threads to begin for them."""
        with self._lock:
            self._waiting[:0] = reversed(slices)
            more = max(0, min(most, len(self._waiting)) - self._threads)
            self._threads += more
            return more

    def drop(self) -> None:
        """Forget the slices that wait."""
        with self._lock:
            self._waiting.clear()

    def has_enough(self, threads: int) -> bool:
        """Whether so many threads have something to take for a while."""
        with self._lock:
            return 2 * len(self._waiting) > threads

    def take(self) -> WorkItem | None:
        """The next slice in the order of the plan; None ends a thread."""
        with self._lock:
            if self._waiting:
                return self._waiting.pop()
            self._threads -= 1
            return None

    def succeeded(self) -> None:
        """Forget earlier failures."""
        with self._lock:
            self._failures[self.name] = 0

    def failed(self, part: WorkItem, error: SourceError) -> FailedItem | None:
        """Put a slice back for one more try at the end of the lane, or give it up.

        Raises:
            SourceError: The service has failed too often in a row.
        """
        with self._lock:
            self._failures[self.name] += 1
            if self._failures[self.name] >= FAILURES_IN_A_ROW:
                raise error
            if part.id in self._retried or isinstance(error, BadAnswerError):
                return FailedItem(part, error)
            self._retried.add(part.id)
            self._waiting.insert(0, part)
            return None


class SourceWorkerPool:
    """Asks the slices of rounds, one round after the other.

    Args:
        ask: Answers one slice; called from many threads.
        lane_of: The name of the source a slice belongs to.
        threads: Threads for each lane: enough to hide latency at the source's pace.
        stop: Once set, no further slice is begun; those on the way are finished. An
            error that ends a lane sets it, for nobody shall wait for a turn then.
    """

    def __init__(
        self,
        ask: Callable[[WorkItem], WorkResult],
        lane_of: Callable[[WorkItem], str],
        *,
        threads: int,
        stop: threading.Event,
    ) -> None:
        self._ask = ask
        self._lane_of = lane_of
        self._threads = threads
        self._stop = stop
        self._failures: Counter[str] = Counter()
        self._lanes: dict[str, _SourceQueue] = {}
        self._running = 0
        self._outcomes: queue.SimpleQueue[WorkOutcome | BaseException | None] = (
            queue.SimpleQueue()
        )

    def run(
        self, slices: Sequence[WorkItem], more: More = _no_more
    ) -> Iterator[WorkOutcome | None]:
        """Give the outcomes as they come; None whenever none came for a moment.

        `more` is asked for further slices whenever a lane runs low; it is told which
        have enough.

        Raises:
            BaseException: What ended a lane, once all that was on the way is in.
        """
        self._lanes = {}
        self._add(slices)
        try:
            yield from self._collect(more)
        except BaseException:
            self._stop.set()
            raise

    def drop(self) -> None:
        """Forget the slices that no thread has taken: they are another's now."""
        for lane in self._lanes.values():
            lane.drop()

    def _add(self, slices: Sequence[WorkItem]) -> None:
        by_lane: dict[str, list[WorkItem]] = defaultdict(list)
        for part in slices:
            by_lane[self._lane_of(part)].append(part)
        for name, parts in by_lane.items():
            lane = self._lanes.setdefault(name, _SourceQueue(name, self._failures))
            for _ in range(lane.add(parts, self._threads)):
                self._running += 1
                threading.Thread(
                    target=self._work, args=(lane,), name=name, daemon=True
                ).start()

    def _refill(self, more: More) -> None:
        lanes = self._lanes.items()
        busy = [name for name, lane in lanes if lane.has_enough(self._threads)]
        if not self._stop.is_set():
            self._add(more(busy))

    def _collect(self, more: More) -> Iterator[WorkOutcome | None]:
        ended_by: BaseException | None = None
        while self._running:
            self._refill(more)
            try:
                outcome = self._outcomes.get(timeout=0.25)
            except queue.Empty:
                yield None
                continue
            if outcome is None:
                self._running -= 1
            elif isinstance(outcome, BaseException):
                ended_by = ended_by or outcome
            else:
                yield outcome
        if ended_by is not None:
            raise ended_by

    def _work(self, lane: _SourceQueue) -> None:
        """One thread: take slices until the lane is empty or the run ends."""
        try:
            while not self._stop.is_set():
                part = lane.take()
                if part is None:
                    break
                self._ask_one(lane, part)
        except StoppedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again by the caller's thread
            self._stop.set()
            self._outcomes.put(error)
        finally:
            self._outcomes.put(None)

    def _ask_one(self, lane: _SourceQueue, part: WorkItem) -> None:
        try:
            answer = self._ask(part)
        except (TransientError, BadAnswerError) as error:
            given_up = lane.failed(part, error)
            if given_up is not None:
                self._outcomes.put(given_up)
        else:
            lane.succeeded()
            self._outcomes.put(answer)
