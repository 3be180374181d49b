"""The crawl: round by round, plan, lanes, store. No HTTP, no Cypher.

A round is planned from what was known when the last one closed, committed, asked by
the lanes and written in groups; the graph alone says what is left. A round that was
cut off is finished first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from crawler.answer_group import AnswerGroup
from crawler.asking import Asker
from crawler.drift import DriftWatch
from crawler.errors import (
    CrawlError,
    QuotaExhaustedError,
    SourceError,
    ThrottledError,
)
from crawler.knowledge import Knowledge
from crawler.lanes import Lanes, Outcome, Unanswered
from crawler.pauses import PauseKeeper, come_back_later
from crawler.plan import Costs, goal_reached, plan_round
from crawler.recipe import Recipe
from crawler.seeds import Seeds
from crawler.seeds_in_order import SeedsInOrder, without_known
from crawler.setbacks import Setbacks
from crawler.spending import Spending
from crawler.starting import Doors, begin_crawl, go_on, look_up_seeds
from graph.crawl_state import Crawl, Plan, Slice, SliceAnswer, SliceKind


class Ended(StrEnum):
    """Why a crawl ended."""

    GOAL = "the goal is reached: every class has enough artists"
    NOTHING_LEFT = "nothing is left to ask within the recipe's focus"
    HOPS = "max_hops is reached: nobody nearer is left to ask"
    REQUESTS = "the budget of requests is spent"
    ARTISTS = "the budget of artists is reached"
    MINUTES = "the budget of minutes is spent"
    STOPPED = "stopped; the same command goes on from here"


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What a crawl has come to.

    Attributes:
        requests: Per service, of all answers in the graph (retries not counted).
        classes: Labelled artists with a preview, per class.
        credited: Artists known only from the credits of tracks, beside those found.
        seeds_outside: Whether no seed carries a class.
    """

    ended: Ended
    round: int
    found: int
    expanded: int
    requests: Mapping[str, int]
    classes: Mapping[str, int]
    credited: int
    seeds_outside: bool


def crawl(
    recipe: Recipe,
    doors: Doors,
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
        doors: Store, sources, clock, progress, stop.
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
        state = doors.store.crawl()
        if state is None:
            seeds = seeds or look_up_seeds(recipe, doors.roles, doors.progress)
            state = begin_crawl(recipe, doors, seeds)
        else:
            state = go_on(state, recipe, doors, adopt=adopt)
        return _Run(recipe, doors, state, accept_none=accept_none).run()
    except SourceError as error:
        later = come_back_later(error, doors.clock.now())
        if later is not None and doors.store.crawl() is not None:
            # Also one that was asked for before the first round.
            doors.store.pause(later.service, later.until)
        if later is None or later is error:
            raise
        raise later from error


class _Run:
    """One run of the crawl command, from where the store says it stands."""

    def __init__(
        self, recipe: Recipe, doors: Doors, state: Crawl, *, accept_none: bool
    ) -> None:
        self._recipe = recipe
        self._doors = doors
        self._accept_none = accept_none
        self._known = Knowledge.of(doors.store.snapshot(), recipe)
        self._round = state.round
        self._spending = Spending(
            state, doors.clock, max_minutes=recipe.crawl.max_minutes
        )
        self._pauses = PauseKeeper(doors.store, doors.clock, doors.pauses)
        self._costs = Costs(genres_batch=doors.roles.genres_batch)
        self._lanes = Lanes(
            Asker(doors.roles, recipe).ask,
            self._lane_of,
            threads=doors.threads,
            stop=doors.stop,
        )
        self._setbacks = Setbacks(self._known, self._lane_of, doors.progress)
        self._minutes_ended = False
        self._open = 0
        self._answered = 0

    def run(self) -> CrawlReport:
        """Finish the open round, then plan and ask rounds until one is empty."""
        try:
            ended = self._rounds()
        except CrawlError:
            self._keep_seconds()
            raise
        self._keep_seconds()
        return self._report(ended)

    def _rounds(self) -> Ended:
        plan = self._doors.store.open_plan()
        while True:
            if plan is not None:
                self._look_at_minutes()
                if not self._doors.stop.is_set():
                    self._ask(plan)
                if self._doors.stop.is_set():
                    return Ended.MINUTES if self._minutes_ended else Ended.STOPPED
                self._close(plan.round)
            plan = self._plan(self._recipe)
            if not plan.slices:
                is_stopped = self._doors.stop.is_set()
                return Ended.STOPPED if is_stopped else self._why_nothing()
            self._doors.store.commit_plan(plan)

    def _plan(self, recipe: Recipe) -> Plan:
        return plan_round(
            self._known,
            recipe,
            number=self._round + 1,
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

    def _ask(self, plan: Plan) -> None:
        """Ask a round's open slices and write the answers as they come."""
        self._round = plan.round
        self._open, self._answered = len(plan.slices), 0
        watch, seeds = DriftWatch(self._known), SeedsInOrder(plan.slices)
        group = AnswerGroup(self._doors.clock)
        away: SourceError | None = None
        try:
            for outcome in self._lanes.run(plan.slices):
                self._look_at_minutes()
                if isinstance(outcome, Unanswered) and self._setbacks.is_away(outcome):
                    away = away or outcome.error
                    self._doors.stop.set()
                elif outcome is not None:
                    group.add(self._admitted(watch, seeds, outcome))
                if outcome is None or group.is_due:
                    self._write(group.take())
        except (QuotaExhaustedError, ThrottledError) as error:
            if later := come_back_later(error, self._doors.clock.now()):
                self._doors.store.pause(later.service, later.until)
            raise
        finally:
            self._write(group.take())
        if away is not None:
            raise away
        # What is held when a round is cut off is not judged, and asked again.
        if not self._doors.stop.is_set():
            self._write(watch.settle())

    def _admitted(
        self, watch: DriftWatch, seeds: SeedsInOrder, outcome: Outcome
    ) -> list[SliceAnswer]:
        """The answers that may be written now, of this outcome and of earlier ones."""
        if isinstance(outcome, Unanswered):
            answer = self._setbacks.set_aside(outcome)
        else:
            answer = outcome
            self._setbacks.answered(answer.slice)
        if answer.slice.kind is SliceKind.SEEDS:
            return seeds.admit(answer)
        return [answer] if self._accept_none else watch.admit(answer)

    def _lane_of(self, part: Slice) -> str:
        return self._doors.roles.of(part.kind).name

    def _write(self, group: Sequence[SliceAnswer]) -> None:
        """Commit answers in one transaction, then know them; seeds each by itself."""
        others = [a for a in group if a.slice.kind is not SliceKind.SEEDS]
        for answer in group:
            if answer.slice.kind is SliceKind.SEEDS:
                self._commit([without_known(answer, self._known)])
        if others:
            self._commit(others)
        self._pauses.look()
        if self._open:
            self._doors.progress.update(self._state())

    def _commit(self, answers: Sequence[SliceAnswer]) -> None:
        self._doors.store.commit(answers, at=self._doors.clock.now())
        for answer in answers:
            self._known.apply(answer.changes)
            self._spending.count(answer.requests)
        self._answered += len(answers)

    def _look_at_minutes(self) -> None:
        """Stop where the budget of minutes is spent, unless the person did."""
        if self._spending.minutes_are_over() and not self._doors.stop.is_set():
            self._minutes_ended = True
            self._doors.stop.set()

    def _keep_seconds(self) -> None:
        """The time of a round that was cut off counts too."""
        if self._spending.take_seconds():
            self._doors.store.keep_seconds(self._spending.seconds)

    def _close(self, number: int) -> None:
        """Close a round: from here on the next one can be planned."""
        depths = dict(self._known.changed_depths)
        seconds = self._spending.take_seconds()
        self._doors.store.close_round(number, depths, seconds=seconds)
        self._known.changed_depths.clear()

    def _state(self) -> str:
        """The crawl in one line."""
        enough = self._recipe.crawl.artists_per_class
        goal = f"/{enough}" if enough else ""
        classes = " ".join(
            f"{name} {self._known.previewed[name]}{goal}"
            for name in self._recipe.class_names
        )
        requests = sorted(self._spending.requests.items())
        spent = ", ".join(f"{name} {count:,}" for name, count in requests)
        return (
            f"round {self._round}: {self._answered} of {self._open} answered"
            f" · {classes or 'no classes'}"
            f" · {self._known.found:,} artists, {self._known.expanded:,} expanded"
            f" · requests: {spent or 'none'}"
        )

    def _report(self, ended: Ended) -> CrawlReport:
        nodes = self._known.nodes.values()
        return CrawlReport(
            ended,
            self._round,
            self._known.found,
            self._known.expanded,
            dict(self._spending.requests),
            {name: self._known.previewed[name] for name in self._recipe.class_names},
            credited=len(nodes) - self._known.found,
            seeds_outside=not any(n.classes for n in nodes if n.depth == 0),
        )
