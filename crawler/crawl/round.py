"""One worker's part in the rounds of a crawl: what it holds, and what it knows of the rest.

Its knowledge is that of `answers` answers. A round is closed, and the next one opened,
only by who knows as many as the store has; who lacks some reads what the slices keep of
them, or else the graph anew.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from crawler.crawl.assignment import free_parts, share
from crawler.crawl.budget import Budget
from crawler.crawl.frontier import Frontier
from crawler.crawl.heartbeat import LOOK_AGAIN_SECONDS
from crawler.crawl.start import CrawlContext
from crawler.errors import CrawlMismatchError
from crawler.recipe.model import Recipe
from graph.model.crawl import Plan, WorkItem, WorkKind, WorkResult
from graph.model.workers import Kept, Part, PartState, Planned, Standing
from queries.label_policies import label_policy


class SharedRound:
    """The open round as one worker sees it, or the last one when none is open.

    Attributes:
        number: Which round.
        is_open: Whether it is open, as far as is known.
        size: Slices in the round.
        answered: Those of them that are answered, by whomever.
        holds_all: Nobody else has anything left to answer in it.
        others: How many other workers are alive.

    Raises:
        CrawlMismatchError: Another worker has given the crawl another recipe.
        GraphError: The store failed.
    """

    def __init__(self, recipe: Recipe, context: CrawlContext) -> None:
        self._context = context
        self._store = context.store
        self._worker = context.worker
        self._digest = recipe.digest()
        standing = self._looked()
        # Read before the snapshot, which so holds all that is answered by then.
        self.known = Frontier.of(
            self._store.snapshot(), recipe, label_policy(recipe.labels.policy).classes
        )
        self.spending = Budget(
            standing.crawl, context.clock, max_minutes=recipe.crawl.max_minutes
        )
        self._recipe = recipe
        self._held: set[str] = set()
        self._look_again = -math.inf
        self._refresh = bool(standing.others)
        self.holds_all = False
        self._begin_with(standing)

    def _begin_with(self, standing: Standing) -> None:
        self.number, self.is_open = standing.crawl.round, standing.is_open
        self._answers = standing.crawl.answers
        self._known_slices = {p.id for p in standing.parts if _is_answered(p)}
        self._count(standing)

    def _count(self, standing: Standing) -> None:
        in_round = [p for p in standing.parts if p.state is not PartState.CLOSED]
        self.size = len(in_round)
        self.answered = sum(part.state is PartState.DONE for part in in_round)
        self.others = len(standing.others)

    # -- looking ------------------------------------------------------------------

    def look(self) -> Standing:
        """See how the crawl stands, and learn what others have answered."""
        standing = self._looked()
        missing = [
            part
            for part in standing.parts
            if _is_answered(part) and part.id not in self._known_slices
        ]
        ids = [part.id for part in missing]
        kept = self._store.kept_answers(ids) if ids else {}
        # Some answers, but not all, would be learned without what they rest on.
        is_whole = self._answers + len(missing) >= standing.crawl.answers
        if len(kept) < len(missing) or not is_whole:
            self._read_anew()
            return self.look()
        self._learn(kept, (p for p in missing if p.state is PartState.CLOSED))
        if standing.crawl.round != self.number or self.is_open != standing.is_open:
            self._turn_to(standing)
        self._learn(kept, (p for p in missing if p.state is PartState.DONE))
        self._known_slices &= {part.id for part in standing.parts}
        self._refresh = self._refresh or bool(standing.others or missing)
        self._count(standing)
        return standing

    def _turn_to(self, standing: Standing) -> None:
        """Another worker has closed a round, or opened one.

        Who closed it has written the depths, and counted the time.
        """
        self.number, self.is_open = standing.crawl.round, standing.is_open
        self.known.changed_depths.clear()
        self.spending.refresh(standing.crawl)
        self._held.clear()
        self.holds_all = False

    def _looked(self) -> Standing:
        standing = self._store.look(self._worker)
        if standing is None or standing.crawl.recipe_digest != self._digest:
            raise CrawlMismatchError(
                "another worker has gone on with this crawl under another recipe",
                hint="Run the same command again with that recipe, or with this one "
                "once the other has ended.",
            )
        return standing

    def _learn(self, kept: Mapping[str, Kept], parts: Iterable[Part]) -> None:
        """Take what others have answered."""
        for part in parts:
            self.known.apply(kept[part.id].changes)
            self.spending.count(kept[part.id].requests)
            self._known_slices.add(part.id)
            self._answers += 1

    def _read_anew(self) -> None:
        """Know what the graph holds: some answers are kept nowhere else."""
        standing = self._looked()
        self.known.read(self._store.snapshot())
        self.spending.refresh(standing.crawl)
        self._begin_with(standing)
        self._refresh = True

    # -- leasing ------------------------------------------------------------------

    def lease(self, busy: Collection[str] = ()) -> tuple[WorkItem, ...]:
        """More slices for the lanes that are not busy; not asked for too often."""
        now = self._context.clock.monotonic()
        if self.holds_all or now < self._look_again:
            return ()
        number = self.number
        standing = self.look()
        if not standing.is_open or standing.crawl.round != number:
            return ()
        leased = self.lease_of(standing, busy)
        if not leased:
            self._look_again = now + LOOK_AGAIN_SECONDS
        return leased

    def lease_of(
        self, standing: Standing, busy: Collection[str] = ()
    ) -> tuple[WorkItem, ...]:
        """Slices of those that were just seen; none where others were quicker."""
        ids = share(
            free_parts(standing.parts, self._held),
            self._lane_of,
            workers=len(standing.others) + 1,
            threads=self._context.threads,
            busy=busy,
        )
        leased = self._store.lease(self._worker, ids) if ids else ()
        self._held.update(part.id for part in leased)
        is_open = {p.id for p in standing.parts if p.state is PartState.OPEN}
        self.holds_all = is_open <= self._held
        return leased

    def has_free(self, standing: Standing) -> bool:
        """Whether there was anything to lease for this worker."""
        return bool(free_parts(standing.parts, self._held))

    def _lane_of(self, kind: WorkKind) -> str:
        return self._context.roles.of(kind).name

    # -- writing ------------------------------------------------------------------

    def commit(self, answers: Sequence[WorkResult]) -> None:
        """Write answers and know them; what another has taken over is left to it."""
        done = self._store.commit(
            answers, at=self._context.clock.now(), worker=self._worker.name
        )
        for answer in answers:
            self._held.discard(answer.slice.id)
            if answer.slice.id in done.slices:
                self.known.apply(answer.changes)
                self.spending.count(answer.requests)
                self._known_slices.add(answer.slice.id)
                self._answers += 1
                self.answered += 1
            else:
                self.holds_all = False
        self.others = done.others

    def close(self) -> bool:
        """Close the round, if all of it is known; whether this worker did."""
        seconds = self.spending.since_taken
        closed = self._store.close_round(
            self.number,
            dict(self.known.changed_depths),
            seconds=seconds,
            answers=self._answers,
        )
        if not closed:
            self.holds_all = False
            self.look()
            return False
        self.spending.take(seconds)
        self.known.changed_depths.clear()
        self.is_open = False
        self._held.clear()
        if self._refresh and (crawl := self._store.crawl()) is not None:
            self.spending.refresh(crawl)
        self._refresh = bool(self.others)
        return True

    def open(self, plan: Plan) -> tuple[WorkItem, ...]:
        """Open the next round and take a share of it; none where another was quicker."""
        taken = share(
            plan.slices,
            self._lane_of,
            workers=self.others + 1,
            threads=self._context.threads,
        )
        planned = Planned(self._worker.name, self._digest, self._answers, taken)
        if not self._store.commit_plan(plan, planned):
            self.look()
            return ()
        self.number, self.is_open = plan.round, True
        self.size, self.answered = len(plan.slices), 0
        self._held = set(taken)
        self.holds_all = len(taken) == len(plan.slices)
        return tuple(replace(p, token=1) for p in plan.slices if p.id in self._held)


def _is_answered(part: Part) -> bool:
    return part.state is not PartState.OPEN
