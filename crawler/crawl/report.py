"""Summarises a crawl: in one line while it runs, and as a report at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crawler.crawl.frontier import Frontier
from crawler.recipe.model import Recipe


class Ended(StrEnum):
    """Why a crawl ended."""

    GOAL = "the goal is reached: every class has enough artists"
    NOTHING_LEFT = "nothing is left to request within the recipe's focus"
    HOPS = "max_hops is reached: there are no nearer artists to request"
    REQUESTS = "the budget of requests is spent"
    ARTISTS = "the budget of artists is reached"
    MINUTES = "the budget of minutes is spent"
    STOPPED = "stopped; the same command continues from here"


# The ends that also end the standbys, by the reason stored when the lease is released.
FINISHED: Mapping[str, Ended] = {
    ended.name.lower(): ended for ended in Ended if ended is not Ended.STOPPED
}


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """The results of a crawl.

    Attributes:
        requests: Per service, for all results in the graph (retries are not counted).
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
    """The progress of a round.

    Attributes:
        number: Which round: the open one, or the last one when none is open.
        size: Work items in it.
        answered: Those of them that are answered.
    """

    number: int
    size: int = 0
    answered: int = 0


def state_line(
    frontier: Frontier, recipe: Recipe, done: RoundProgress, requests: Mapping[str, int]
) -> str:
    """Render the state of the crawl as one line."""
    enough = recipe.crawl.artists_per_class
    goal = f"/{enough}" if enough else ""
    classes = " ".join(
        f"{name} {frontier.previewed[name]}{goal}" for name in recipe.class_names
    )
    spent = ", ".join(f"{name} {count:,}" for name, count in sorted(requests.items()))
    return (
        f"round {done.number}: {done.answered} of {done.size} answered"
        f" · {classes or 'no classes'}"
        f" · {frontier.found:,} artists, {frontier.expanded:,} expanded"
        f" · requests: {spent or 'none'}"
    )


def report_of(
    frontier: Frontier,
    recipe: Recipe,
    ended: Ended,
    *,
    number: int,
    requests: Mapping[str, int],
) -> CrawlReport:
    """Build the report of a crawl that ended in round `number`."""
    nodes = frontier.nodes.values()
    return CrawlReport(
        ended,
        number,
        frontier.found,
        frontier.expanded,
        dict(requests),
        {name: frontier.previewed[name] for name in recipe.class_names},
        credited=len(nodes) - frontier.found,
        seeds_outside=not any(n.classes for n in nodes if n.depth == 0),
    )
