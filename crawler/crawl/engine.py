"""The crawl: round by round, plan, lanes, store. No HTTP, no Cypher.

A round is planned from what was known when the last one closed, committed, leased slice
by slice, asked by the lanes and written in groups; the graph alone says what is left. A
round that was cut off is finished first, and several workers do one round together.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from crawler.clock import Clock
from crawler.crawl.anomaly import EmptyAnswerDetector
from crawler.crawl.failures import FailurePolicy
from crawler.crawl.fetch import Fetcher
from crawler.crawl.heartbeat import LOOK_AGAIN_SECONDS, at_work
from crawler.crawl.planner import Costs, goal_reached, plan_round
from crawler.crawl.report import CrawlReport, Ended, report_of, state_line
from crawler.crawl.round import SharedRound
from crawler.crawl.seeds import OrderedSeeds, Seeds, without_known
from crawler.crawl.start import CrawlContext, start
from crawler.crawl.worker_pool import FailedItem, SourceWorkerPool, WorkOutcome
from crawler.errors import (
    CrawlError,
    QuotaExhaustedError,
    SourceError,
    ThrottledError,
)
from crawler.http.cooldown import PauseKeeper, come_back_later
from crawler.recipe.model import Recipe
from graph.model.crawl import Plan, WorkItem, WorkKind, WorkResult
from graph.model.workers import Part, PartState, Standing

__all__ = ["CrawlReport", "Ended", "crawl"]


def crawl(
    recipe: Recipe,
    context: CrawlContext,
    *,
    seeds: Seeds | None = None,
    adopt: bool = False,
    accept_none: bool = False,
) -> CrawlReport:
    """Ask until the goal or a budget is met, or nothing is left.

    Run again, it goes on where it stopped: an answer that was written is never
    asked for twice.

    Args:
        recipe: What the crawl is for.
        context: Store, sources, clock, progress, stop.
        seeds: The seeds of a new crawl, where they were looked up already.
        adopt: Go on also where the recipe has another id space or fewer seeds.
        accept_none: Write also what looks like a source that has gone silent.

    Raises:
        SeedError: A seed that is not found; nothing was written.
        CrawlMismatchError: The store holds another crawl.
        DriftError: A source answers "none" to everything.
        SourceError: A service is away, refuses us, or asks for too long a wait.
        GraphError: The store failed.
    """
    try:
        with at_work(context.store, context.worker):
            start(recipe, context, seeds=seeds, adopt=adopt)
            return _Run(recipe, context, accept_none=accept_none).run()
    except SourceError as error:
        later = come_back_later(error, context.clock.now())
        if later is not None and context.store.crawl() is not None:
            # Also one that was asked for before the first round.
            context.store.pause(later.service, later.until)
        if later is None or later is error:
            raise
        raise later from error


class _Run:
    """One run of the crawl command, from where the store says it stands."""

    def __init__(
        self, recipe: Recipe, context: CrawlContext, *, accept_none: bool
    ) -> None:
        self._recipe = recipe
        self._context = context
        self._accept_none = accept_none
        self._round = SharedRound(recipe, context)
        self._known = self._round.known
        self._spending = self._round.spending
        self._pauses = PauseKeeper(context.store, context.clock, context.pauses)
        self._costs = Costs(genres_batch=context.roles.genres_batch)
        self._lanes = SourceWorkerPool(
            Fetcher(context.roles, recipe).ask,
            self._lane_of,
            threads=context.threads,
            stop=context.stop,
        )
        self._setbacks = FailurePolicy(self._known, self._lane_of, context.progress)
        self._watch, self._seeds = EmptyAnswerDetector(self._known), OrderedSeeds()
        self._minutes_ended = False

    def run(self) -> CrawlReport:
        """Finish the open round, then plan and ask rounds until one is empty."""
        try:
            ended = self._rounds()
        except CrawlError:
            self._keep_seconds()
            raise
        self._keep_seconds()
        return report_of(self._round, self._recipe, ended)

    def _rounds(self) -> Ended:
        parts: tuple[WorkItem, ...] = ()
        while True:
            if self._round.is_open:
                self._finish(parts)
                if self._context.stop.is_set():
                    return Ended.MINUTES if self._minutes_ended else Ended.STOPPED
                if self._round.is_open and not self._round.close():
                    parts = ()
                    continue
            if (plan := self._next()) is None:
                is_stopped = self._context.stop.is_set()
                return Ended.STOPPED if is_stopped else self._why_nothing()
            self._watch = EmptyAnswerDetector(self._known)
            parts = self._round.open(plan)

    def _next(self) -> Plan | None:
        """The plan of the next round, if there is anything to ask."""
        plan = self._plan(self._recipe)
        return plan if plan.slices else None

    def _finish(self, parts: Sequence[WorkItem]) -> None:
        """Answer the open round, together with the other workers, until it is all answered.

        What others hold is waited for: it comes from them, or is free when they go.
        """
        number = self._round.number
        self._look_at_minutes()
        while not self._context.stop.is_set():
            if parts:
                self._ask(parts)
            if self._context.stop.is_set() or (parts and self._round.holds_all):
                return
            standing = self._round.look()
            if not self._round.is_open or self._round.number != number:
                return
            if self._round.answered == self._round.size:
                return
            parts = self._round.lease_of(standing)
            # Where others took just those, there may be more.
            if not parts and not self._round.has_free(standing):
                self._wait_for_others(standing)

    def _wait_for_others(self, standing: Standing) -> None:
        holders = sorted({p.owner for p in standing.parts if _is_held(p) and p.owner})
        left = self._round.size - self._round.answered
        self._context.progress.update(
            f"{self._state()} · waiting for {', '.join(holders)}: {left} slices"
        )
        self._context.clock.sleep(LOOK_AGAIN_SECONDS, until=self._context.stop)
        self._look_at_minutes()

    def _plan(self, recipe: Recipe) -> Plan:
        return plan_round(
            self._known,
            recipe,
            number=self._round.number + 1,
            spent=self._spending.total,
            costs=self._costs,
        )

    def _why_nothing(self) -> Ended:
        """Why the planner has nothing more to ask."""
        if goal_reached(self._known, self._recipe):
            return Ended.GOAL
        rules = replace(self._recipe.crawl, max_requests=0)
        if self._plan(replace(self._recipe, crawl=rules)).slices:
            return Ended.REQUESTS
        if 0 < rules.max_artists <= self._known.found:
            return Ended.ARTISTS
        rules = replace(rules, max_hops=0)
        is_farther = self._plan(replace(self._recipe, crawl=rules)).slices
        return Ended.HOPS if is_farther else Ended.NOTHING_LEFT

    def _ask(self, parts: Sequence[WorkItem]) -> None:
        """Ask leased slices, and those that can be leased besides, and write the answers."""
        self._seeds.expect(parts)
        group = ResultBatch(self._context.clock)
        away: SourceError | None = None
        try:
            for outcome in self._lanes.run(parts, self._more):
                self._look_at_minutes()
                if isinstance(outcome, FailedItem) and self._setbacks.is_away(outcome):
                    away = away or outcome.error
                    self._context.stop.set()
                elif outcome is not None:
                    group.add(self._admitted(outcome))
                if outcome is None or group.is_due:
                    self._write(group.take())
        except (QuotaExhaustedError, ThrottledError) as error:
            if later := come_back_later(error, self._context.clock.now()):
                self._context.store.pause(later.service, later.until)
            raise
        finally:
            self._write(group.take())
        if away is not None:
            raise away
        # What is held when a round is cut off is not judged, and asked again.
        if not self._context.stop.is_set():
            self._write(self._watch.settle())

    def _more(self, busy: Collection[str]) -> Sequence[WorkItem]:
        """Further slices for the lanes; where the round is over what they have is void."""
        number = self._round.number
        parts = self._round.lease(busy)
        if not self._round.is_open or self._round.number != number:
            self._lanes.drop()
        self._seeds.expect(parts)
        return parts

    def _admitted(self, outcome: WorkOutcome) -> list[WorkResult]:
        """The answers that may be written now, of this outcome and of earlier ones."""
        if isinstance(outcome, FailedItem):
            answer = self._setbacks.record_failure(outcome)
        else:
            answer = outcome
            self._setbacks.answered(answer.slice)
        if answer.slice.kind is WorkKind.SEEDS:
            return self._seeds.admit(answer)
        return [answer] if self._accept_none else self._watch.admit(answer)

    def _lane_of(self, part: WorkItem) -> str:
        return self._context.roles.of(part.kind).name

    def _write(self, group: Sequence[WorkResult]) -> None:
        """Commit answers in one transaction, then know them; seeds each by itself."""
        others = [a for a in group if a.slice.kind is not WorkKind.SEEDS]
        for answer in group:
            if answer.slice.kind is WorkKind.SEEDS:
                self._round.commit([without_known(answer, self._known)])
        if others:
            self._round.commit(others)
        self._pauses.look()
        if self._round.size:
            self._context.progress.update(self._state())

    def _look_at_minutes(self) -> None:
        """Stop where the budget of minutes is spent, unless the person did."""
        if self._spending.minutes_are_over() and not self._context.stop.is_set():
            self._minutes_ended = True
            self._context.stop.set()

    def _keep_seconds(self) -> None:
        """The time of a round that was cut off counts too."""
        if self._spending.take_seconds():
            self._context.store.keep_seconds(self._spending.seconds)

    def _state(self) -> str:
        return state_line(self._round, self._recipe)


def _is_held(part: Part) -> bool:
    return part.state is PartState.OPEN and not part.is_free


# How many, and how long the first may wait for the rest: one commit each would be
# slow, and what is not written is asked again after a kill.
GROUP = 50
GROUP_SECONDS = 0.5


class ResultBatch:
    """Gathers answers until they are many or the first has waited long."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._answers: list[WorkResult] = []

    def add(self, answers: list[WorkResult]) -> None:
        """Put answers to those that wait to be written."""
        if answers and not self._answers:
            self._began = self._clock.monotonic()
        self._answers += answers

    @property
    def is_due(self) -> bool:
        """Whether it is time to write them."""
        late = self._clock.monotonic() - self._began > GROUP_SECONDS
        return len(self._answers) >= GROUP or (late and bool(self._answers))

    def take(self) -> list[WorkResult]:
        """The answers so far, taken out: what then fails to be written is asked again."""
        taken, self._answers = self._answers, []
        return taken
