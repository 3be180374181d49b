"""How much of a round one worker takes at a time. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from math import ceil

from graph.model.crawl import WorkItem, WorkKind
from graph.model.workers import Part, PartState


def share(
    parts: Iterable[Part | WorkItem],
    lane_of: Callable[[WorkKind], str],
    *,
    workers: int,
    threads: int,
    busy: Collection[str] = (),
) -> tuple[str, ...]:
    """The slices to take of those that are free, in the order of the plan.

    Who is alone takes all. Of several each takes half of its part of what is left in a
    lane, so that all come to the end together, but enough for its threads. Seeds go
    together: their order decides.

    Args:
        parts: The free slices, in order.
        lane_of: The source that answers a kind of slice.
        workers: How many are at work.
        threads: Requests of one worker that may be on the way in a lane.
        busy: Lanes that have enough to do.
    """
    by_lane: dict[str, list[Part | WorkItem]] = defaultdict(list)
    for part in parts:
        by_lane[lane_of(part.kind)].append(part)
    taken: list[str] = []
    for lane, free in by_lane.items():
        if lane not in busy:
            taken += _of_lane(free, workers, threads)
    return tuple(taken)


def _of_lane(
    free: Sequence[Part | WorkItem], workers: int, threads: int
) -> Iterable[str]:
    count = len(free)
    if workers > 1:
        count = max(threads, ceil(count / (2 * workers)))
    return [
        part.id
        for place, part in enumerate(free)
        if place < count or part.kind is WorkKind.SEEDS
    ]


def free_parts(parts: Sequence[Part], held: Collection[str]) -> list[Part]:
    """The slices that this worker could lease and does not hold.

    Seeds are free when all that are open are.
    """
    free = [part for part in parts if part.is_free and part.id not in held]
    seeds = {
        part.id
        for part in parts
        if part.kind is WorkKind.SEEDS and part.state is PartState.OPEN
    }
    if seeds <= {part.id for part in free}:
        return free
    return [part for part in free if part.kind is not WorkKind.SEEDS]
