"""What a crawl has come to: in one line while it runs, and at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crawler.crawl.frontier import Frontier
from crawler.recipe.model import Recipe


class Ended(StrEnum):
    """Why a crawl ended."""

    GOAL = "the goal is reached: every class has enough artists"
    NOTHING_LEFT = "nothing is left to ask within the recipe's focus"
    HOPS = "max_hops is reached: nobody nearer is left to ask"
    REQUESTS = "the budget of requests is spent"
    ARTISTS = "the budget of artists is reached"
    MINUTES = "the budget of minutes is spent"
    STOPPED = "stopped; the same command goes on from here"


# The ends that are the end also for those who stand by, under the reason of a release.
FINISHED: Mapping[str, Ended] = {
    ended.name.lower(): ended for ended in Ended if ended is not Ended.STOPPED
}


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


@dataclass(slots=True)
class RoundProgress:
    """How far a round is.

    Attributes:
        number: Which round: the open one, or the last one when none is open.
        size: Work items in it.
        answered: Those of them that are answered.
    """

    number: int
    size: int = 0
    answered: int = 0


def state_line(
    known: Frontier, recipe: Recipe, done: RoundProgress, requests: Mapping[str, int]
) -> str:
    """The crawl in one line."""
    enough = recipe.crawl.artists_per_class
    goal = f"/{enough}" if enough else ""
    classes = " ".join(
        f"{name} {known.previewed[name]}{goal}" for name in recipe.class_names
    )
    spent = ", ".join(f"{name} {count:,}" for name, count in sorted(requests.items()))
    return (
        f"round {done.number}: {done.answered} of {done.size} answered"
        f" · {classes or 'no classes'}"
        f" · {known.found:,} artists, {known.expanded:,} expanded"
        f" · requests: {spent or 'none'}"
    )


def report_of(
    known: Frontier,
    recipe: Recipe,
    ended: Ended,
    *,
    number: int,
    requests: Mapping[str, int],
) -> CrawlReport:
    """What a crawl has come to that ended so, in round `number`."""
    nodes = known.nodes.values()
    return CrawlReport(
        ended,
        number,
        known.found,
        known.expanded,
        dict(requests),
        {name: known.previewed[name] for name in recipe.class_names},
        credited=len(nodes) - known.found,
        seeds_outside=not any(n.classes for n in nodes if n.depth == 0),
    )
