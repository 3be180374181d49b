"""The crawl: round by round, plan, lanes, store. No HTTP, no Cypher.

A round is planned from what was known when the last one closed, committed, asked by
the lanes and written in groups; the graph alone says what is left. A round that was
cut off is finished first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from crawler.asking import QUESTIONS, Asker, set_aside
from crawler.drift import DriftWatch
from crawler.errors import QuotaExhaustedError
from crawler.knowledge import Knowledge
from crawler.lanes import Lanes, Outcome, Unanswered
from crawler.plan import Costs, goal_reached, plan_round
from crawler.recipe import Recipe
from crawler.seeds import Seeds
from crawler.starting import Doors, begin_crawl, go_on, look_up_seeds
from graph.model import (
    Crawl,
    Plan,
    Slice,
    SliceAnswer,
    SliceKind,
)

# Answers written in one transaction, and how long the first may wait for the rest:
# one commit each would be slow, and what is not written is asked again after a kill.
GROUP = 50
GROUP_SECONDS = 0.5


class Ended(StrEnum):
    """Why a crawl ended."""

    GOAL = "the goal is reached: every class has enough artists"
    NOTHING_LEFT = "nothing is left to ask within the recipe's focus"
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
    """

    ended: Ended
    round: int
    found: int
    expanded: int
    requests: Mapping[str, int]
    classes: Mapping[str, int]


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
    state = doors.store.crawl()
    if state is None:
        seeds = seeds or look_up_seeds(recipe, doors.roles, doors.progress)
        state = begin_crawl(recipe, doors, seeds)
    else:
        state = go_on(state, recipe, doors, adopt=adopt)
    return _Run(recipe, doors, state, accept_none=accept_none).run()


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
        self._requests = dict(state.requests)
        self._seconds = state.seconds
        self._since = doors.clock.monotonic()
        self._open = 0
        self._answered = 0

    def run(self) -> CrawlReport:
        """Finish the open round, then plan and ask rounds until one is empty."""
        plan = self._doors.store.open_plan()
        while True:
            if plan is not None:
                self._ask(plan)
                if self._doors.stop.is_set():
                    return self._report(Ended.STOPPED)
                if self._minutes_are_over():
                    return self._report(Ended.MINUTES)
                self._close(plan.round)
            plan = self._plan()
            if not plan.slices:
                return self._report(self._why_nothing())
            self._doors.store.commit_plan(plan)

    def _plan(self) -> Plan:
        costs = Costs(genres_batch=self._doors.roles.genres_batch)
        spent = sum(self._requests.values())
        return plan_round(
            self._known,
            self._recipe,
            number=self._round + 1,
            spent=spent,
            costs=costs,
        )

    def _why_nothing(self) -> Ended:
        """Why the planner has nothing more to ask."""
        if goal_reached(self._known, self._recipe):
            return Ended.GOAL
        unlimited = replace(
            self._recipe, crawl=replace(self._recipe.crawl, max_requests=0)
        )
        costs = Costs(genres_batch=self._doors.roles.genres_batch)
        if plan_round(self._known, unlimited, number=0, spent=0, costs=costs).slices:
            return Ended.REQUESTS
        most = self._recipe.crawl.max_artists
        return Ended.ARTISTS if 0 < most <= self._known.found else Ended.NOTHING_LEFT

    def _ask(self, plan: Plan) -> None:
        """Ask a round's open slices and write the answers as they come."""
        self._round = plan.round
        self._open, self._answered = len(plan.slices), 0
        watch = DriftWatch(self._known)
        lanes = Lanes(
            Asker(self._doors.roles, self._recipe).ask,
            lambda part: self._doors.roles.of(part.kind).name,
            threads=self._doors.threads,
            stop=self._doors.stop,
        )
        group: list[SliceAnswer] = []
        began = self._doors.clock.monotonic()
        try:
            for outcome in lanes.run(plan.slices):
                if self._minutes_are_over():
                    lanes.halt()
                if outcome is not None:
                    began = began if group else self._doors.clock.monotonic()
                    group += self._admitted(watch, outcome)
                late = self._doors.clock.monotonic() - began > GROUP_SECONDS
                if len(group) >= GROUP or (group and (late or outcome is None)):
                    self._write(group)
                    group = []
        except QuotaExhaustedError as error:
            self._doors.store.pause(error.service, error.until)
            raise
        finally:
            self._write(group)
        self._write(watch.settle())

    def _admitted(self, watch: DriftWatch, outcome: Outcome) -> list[SliceAnswer]:
        answer = (
            self._set_aside(outcome) if isinstance(outcome, Unanswered) else outcome
        )
        return [answer] if self._accept_none else watch.admit(answer)

    def _set_aside(self, unanswered: Unanswered) -> SliceAnswer:
        """Record why a slice has no answer; a seed's failure ends the crawl.

        Raises:
            SourceError: The slice was to find seeds.
        """
        part, error = unanswered.slice, unanswered.error
        if part.kind is SliceKind.SEEDS:
            raise error
        self._doors.progress.say(f"set aside for a later round: {error}")
        return set_aside(
            part, self._doors.roles.of(part.kind).name, error, self._tries(part)
        )

    def _tries(self, part: Slice) -> int:
        question = QUESTIONS[part.kind]
        nodes = [self._known.nodes[artist] for artist in part.artists]
        return 1 + max((node.state(question).tries for node in nodes), default=0)

    def _write(self, group: Sequence[SliceAnswer]) -> None:
        """Commit answers in one transaction, then know them."""
        if not group:
            return
        self._doors.store.commit(group, at=self._doors.clock.now())
        for answer in group:
            self._known.apply(answer.changes)
            for service, count in answer.requests.items():
                self._requests[service] = self._requests.get(service, 0) + count
        self._answered += len(group)
        self._doors.progress.update(self._state())

    def _close(self, number: int) -> None:
        """Close a round: from here on the next one can be planned."""
        seconds = self._take_seconds()
        depths = dict(self._known.changed_depths)
        self._doors.store.close_round(number, depths, seconds=seconds)
        self._known.changed_depths.clear()
        self._seconds += seconds

    def _take_seconds(self) -> float:
        now = self._doors.clock.monotonic()
        seconds, self._since = now - self._since, now
        return seconds

    def _minutes_are_over(self) -> bool:
        most = self._recipe.crawl.max_minutes
        running = self._doors.clock.monotonic() - self._since
        return 0 < most * 60 <= self._seconds + running

    def _state(self) -> str:
        """The crawl in one line."""
        enough = self._recipe.crawl.artists_per_class
        goal = f"/{enough}" if enough else ""
        classes = " ".join(
            f"{name} {self._known.previewed[name]}{goal}"
            for name in self._recipe.class_names
        )
        spent = ", ".join(f"{s} {n:,}" for s, n in sorted(self._requests.items()))
        return (
            f"round {self._round}: {self._answered} of {self._open} answered"
            f" · {self._known.found:,} artists, {self._known.expanded:,} expanded"
            f" · requests: {spent or 'none'} · {classes or 'no classes'}"
        )

    def _report(self, ended: Ended) -> CrawlReport:
        return CrawlReport(
            ended,
            self._round,
            self._known.found,
            self._known.expanded,
            dict(self._requests),
            {name: self._known.previewed[name] for name in self._recipe.class_names},
        )
