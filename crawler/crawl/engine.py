"""The main loop of the crawl: plan a round, fetch it, write the results, close it.

A round is planned from the graph as it was when the previous round closed, and the plan is
committed before its first request. The worker pool fetches the work items; the results are
written in batches. All state is in the graph, so a crawl that was interrupted first finishes
its open round. Only the crawler that holds the lease does any of this. No HTTP, no Cypher.

What a kill costs: the results of the batch that is not committed yet (`BATCH_SIZE`), and the
requests on the way. They are requested again. `graph.bolt_store` has the transactions, on
Neo4j and on the embedded store alike: plans in `rounds`, results in `answers`, and the check
of the lease at the head of each in `lease`.
"""

from collections.abc import Sequence
from dataclasses import replace

from crawler.clock import Clock
from crawler.crawl.anomaly import EmptyAnswerDetector
from crawler.crawl.budget import Budget
from crawler.crawl.context import CrawlContext
from crawler.crawl.failures import FailurePolicy
from crawler.crawl.fetch import Fetcher
from crawler.crawl.frontier import read_frontier
from crawler.crawl.lease import HeldLease, holding, take_lease, wait_until_quiet
from crawler.crawl.planner import Costs, goal_reached, plan_round
from crawler.crawl.report import (
    CrawlReport,
    Ended,
    RoundProgress,
    report_of,
    state_line,
)
from crawler.crawl.seeds import OrderedSeeds, Seeds, without_known
from crawler.crawl.start import start
from crawler.crawl.worker_pool import FailedItem, SourceWorkerPool, WorkOutcome
from crawler.errors import CrawlError, SourceError, StoppedError
from crawler.http.cooldown import PauseKeeper, with_end_of_pause
from crawler.recipe.model import Recipe
from graph.errors import LeaseLostError
from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.lease import Acquired
from graph.store import CrawlStore

__all__ = ["CrawlReport", "Ended", "crawl"]


def crawl(
    recipe: Recipe,
    context: CrawlContext,
    *,
    seeds: Seeds | None = None,
    adopt: bool = False,
    accept_none: bool = False,
) -> CrawlReport:
    """Crawl until the goal or a budget is met, or nothing is left.

    A second run continues where the first stopped: an answer that was written is never
    requested again. While another crawler is active, this one stands by and takes over
    when the other stops; if the other completes the crawl, this one ends too. A crawler
    that loses its lease drops what it has not committed, and stands by again.

    Args:
        recipe: What the crawl is for.
        context: Store, sources, clock, progress, stop.
        seeds: The seeds of a new crawl, if they were looked up already.
        adopt: Continue even if the recipe has another id space or fewer seeds.
        accept_none: Store empty answers even if the source looks broken.

    Raises:
        SeedError: A seed that is not found; nothing was written.
        CrawlMismatchError: The store holds another crawl, or one by another recipe is
            active in it.
        ActiveCrawlerError: Another crawler is active, and this one does not stand by.
        LeaseLostError: This one was active, lost its lease, and does not stand by.
        AnomalyError: A source returns empty answers to everything.
        SourceError: A service is unavailable, refuses us, or asks for too long a wait.
        GraphError: The store failed.
    """
    while True:
        taken = take_lease(recipe, context)
        if isinstance(taken, Ended):
            return _report_of_another(recipe, context.store, taken)
        try:
            return _active(
                recipe,
                context,
                taken,
                seeds=seeds,
                adopt=adopt,
                accept_none=accept_none,
            )
        except LeaseLostError as error:
            if context.stop.interrupted:
                raise StoppedError(f"stopped; {error}") from error
            if not context.stands_by:
                raise
            context.progress.say(
                f"{error}; what this one had not committed yet is dropped"
            )
            context.stop.go_on()
            seeds = None


def _active(
    recipe: Recipe,
    context: CrawlContext,
    acquired: Acquired,
    *,
    seeds: Seeds | None,
    adopt: bool,
    accept_none: bool,
) -> CrawlReport:
    """Crawl while holding the lease."""
    with holding(context, acquired) as lease:
        try:
            start(
                recipe,
                context,
                lease,
                seeds=seeds,
                adopt=adopt,
                wait_until_quiet=lambda: wait_until_quiet(acquired, context),
            )
            report = _Run(recipe, context, lease, accept_none=accept_none).run()
        except SourceError as error:
            later = with_end_of_pause(error, context.clock.now())
            if later is not None and context.store.crawl() is not None:
                # This includes a pause requested before the first round.
                seconds = (later.until - context.clock.now()).total_seconds()
                context.store.pause(later.service, seconds, token=lease.token)
            if later is None or later is error:
                raise
            raise later from error
        lease.reason = report.ended.name
        return report


def _report_of_another(recipe: Recipe, store: CrawlStore, ended: Ended) -> CrawlReport:
    """The report of a crawl that another crawler completed."""
    state = _state_of(store)
    frontier = read_frontier(store.snapshot(), recipe)
    return report_of(
        frontier, recipe, ended, number=state.round, requests=state.requests
    )


def _state_of(store: CrawlStore) -> Crawl:
    state = store.crawl()
    if state is None:
        raise CrawlError("the store holds no crawl any more")
    return state


class _Run:
    """One run of the crawl command, starting from the state in the store."""

    def __init__(
        self,
        recipe: Recipe,
        context: CrawlContext,
        lease: HeldLease,
        *,
        accept_none: bool,
    ) -> None:
        self._recipe = recipe
        self._context = context
        self._store = context.store
        self._lease = lease
        self._accept_none = accept_none
        state = _state_of(self._store)
        self._open = self._store.open_plan()
        self._frontier = read_frontier(self._store.snapshot(), recipe)
        self._budget = Budget(
            state, context.clock, max_minutes=recipe.crawl.max_minutes
        )
        self._round = RoundProgress(state.round)
        if self._open is not None:
            self._round.answered = self._store.answered_items()
            self._round.size = self._round.answered + len(self._open.items)
        self._pauses = PauseKeeper(
            self._store, context.clock, context.pauses, lease.token
        )
        self._costs = Costs(genres_batch=context.roles.genres_batch)
        self._pool = SourceWorkerPool(
            Fetcher(context.roles, recipe).fetch,
            self._source_of,
            threads=context.threads,
            stop=context.stop,
        )
        self._failures = FailurePolicy(
            self._frontier, self._source_of, context.progress
        )
        self._detector = EmptyAnswerDetector(self._frontier)
        self._seeds = OrderedSeeds(())
        self._minutes_ended = False

    def run(self) -> CrawlReport:
        """Finish the open round, then plan and fetch rounds until one is empty."""
        try:
            ended = self._rounds()
        except CrawlError:
            self._store_seconds()
            raise
        except LeaseLostError:
            self._pool.join()  # so that no request of this run overlaps the next one
            raise
        self._store_seconds()
        return report_of(
            self._frontier,
            self._recipe,
            ended,
            number=self._round.number,
            requests=self._budget.requests,
        )

    def _rounds(self) -> Ended:
        while True:
            if self._open is not None:
                self._check_minutes()
                if self._open.items and not self._context.stop.is_set():
                    self._fetch(self._open.items)
                if self._context.stop.is_set():
                    return Ended.MINUTES if self._minutes_ended else Ended.STOPPED
                self._close()
            plan = self._plan(self._recipe)
            if not plan.items:
                is_stopped = self._context.stop.is_set()
                return Ended.STOPPED if is_stopped else self._end_reason()
            self._begin_round(plan)

    def _plan(self, recipe: Recipe) -> Plan:
        return plan_round(
            self._frontier,
            recipe,
            number=self._round.number + 1,
            spent=self._budget.total,
            costs=self._costs,
        )

    def _end_reason(self) -> Ended:
        """Determine why the planner has nothing more to request."""
        if goal_reached(self._frontier, self._recipe):
            return Ended.GOAL
        rules = replace(self._recipe.crawl, max_requests=0)
        if self._plan(replace(self._recipe, crawl=rules)).items:
            return Ended.REQUESTS
        if 0 < rules.max_artists <= self._frontier.found:
            return Ended.ARTISTS
        rules = replace(rules, max_hops=0)
        is_farther = self._plan(replace(self._recipe, crawl=rules)).items
        return Ended.HOPS if is_farther else Ended.NOTHING_LEFT

    def _begin_round(self, plan: Plan) -> None:
        """Commit a plan before its first request is sent."""
        with self._lease.renewing() as token:
            self._store.commit_plan(plan, token=token)
        self._open = plan
        self._round = RoundProgress(plan.round, len(plan.items))
        self._detector = EmptyAnswerDetector(self._frontier)

    def _close(self) -> None:
        """Close the round once all its items are answered."""
        seconds = self._budget.unrecorded_seconds
        with self._lease.renewing() as token:
            self._store.close_round(
                self._round.number,
                dict(self._frontier.changed_depths),
                seconds=seconds,
                token=token,
            )
        self._budget.record(seconds)
        self._frontier.changed_depths.clear()
        self._open = None

    def _fetch(self, items: Sequence[WorkItem]) -> None:
        """Fetch the items of the open round and write their results."""
        self._seeds = OrderedSeeds(items)
        batch = ResultBatch(self._context.clock)
        unavailable: SourceError | None = None
        try:
            for outcome in self._pool.run(items):
                self._check_minutes()
                if isinstance(
                    outcome, FailedItem
                ) and self._failures.is_service_unavailable(outcome):
                    unavailable = unavailable or outcome.error
                    self._context.stop.set()
                elif outcome is not None:
                    batch.add(self._writable(outcome))
                if outcome is None or batch.is_due:
                    self._write(batch.take())
        finally:
            self._write(batch.take())
        if unavailable is not None:
            raise unavailable
        # If the round was interrupted, the answers still held back are requested again.
        if not self._context.stop.is_set():
            self._write(self._detector.flush())

    def _writable(self, outcome: WorkOutcome) -> list[WorkResult]:
        """Return the results that may be written now, from this outcome and earlier ones."""
        if isinstance(outcome, FailedItem):
            result = self._failures.record_failure(outcome)
        else:
            result = outcome
            self._failures.answered(result.item)
        if result.item.kind is WorkKind.SEEDS:
            return self._seeds.add(result)
        return [result] if self._accept_none else self._detector.filter(result)

    def _source_of(self, item: WorkItem) -> str:
        return self._context.roles.of(item.kind).name

    def _write(self, batch: Sequence[WorkResult]) -> None:
        """Commit results in one transaction and apply them; each `SEEDS` result has its own."""
        others = [r for r in batch if r.item.kind is not WorkKind.SEEDS]
        for result in batch:
            if result.item.kind is WorkKind.SEEDS:
                self._commit([without_known(result, self._frontier)])
        if others:
            self._commit(others)
        self._pauses.sync()
        if self._round.size:
            self._context.progress.update(
                state_line(
                    self._frontier, self._recipe, self._round, self._budget.requests
                )
            )

    def _commit(self, results: Sequence[WorkResult]) -> None:
        with self._lease.renewing() as token:
            self._store.commit(results, at=self._context.clock.now(), token=token)
        for result in results:
            self._frontier.apply(result.changes)
            self._budget.count(result.requests)
        self._round.answered += len(results)

    def _check_minutes(self) -> None:
        """Stop when the budget of minutes is spent, unless Ctrl-C already did."""
        if self._budget.is_out_of_minutes() and not self._context.stop.is_set():
            self._minutes_ended = True
            self._context.stop.set()

    def _store_seconds(self) -> None:
        """Store the time spent, including that of a round that was interrupted."""
        if self._budget.record_all():
            with self._lease.renewing() as token:
                self._store.record_seconds(self._budget.seconds, token=token)


# Results are committed in batches, because one commit each would be slow. A batch is kept
# short, because results that are not committed are requested again after a crash.
BATCH_SIZE = 50
BATCH_SECONDS = 0.5


class ResultBatch:
    """Collects results until the batch is full or its first result has waited too long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started = clock.monotonic()
        self._results: list[WorkResult] = []

    def add(self, results: list[WorkResult]) -> None:
        """Add results to the batch."""
        if results and not self._results:
            self._started = self._clock.monotonic()
        self._results += results

    @property
    def is_due(self) -> bool:
        """Whether the batch should be written now."""
        late = self._clock.monotonic() - self._started > BATCH_SECONDS
        return len(self._results) >= BATCH_SIZE or (late and bool(self._results))

    def take(self) -> list[WorkResult]:
        """Empty the batch and return its results; if writing fails, they are fetched again."""
        taken, self._results = self._results, []
        return taken
