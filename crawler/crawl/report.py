"""What a crawl has come to: in one line while it runs, and at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from crawler.crawl.round import SharedRound
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


def state_line(shared: SharedRound, recipe: Recipe) -> str:
    """The crawl in one line."""
    known = shared.known
    enough = recipe.crawl.artists_per_class
    goal = f"/{enough}" if enough else ""
    classes = " ".join(
        f"{name} {known.previewed[name]}{goal}" for name in recipe.class_names
    )
    requests = sorted(shared.spending.requests.items())
    spent = ", ".join(f"{name} {count:,}" for name, count in requests)
    workers = f" · {shared.others + 1} workers" if shared.others else ""
    return (
        f"round {shared.number}: {shared.answered} of {shared.size} answered{workers}"
        f" · {classes or 'no classes'}"
        f" · {known.found:,} artists, {known.expanded:,} expanded"
        f" · requests: {spent or 'none'}"
    )


def report_of(shared: SharedRound, recipe: Recipe, ended: Ended) -> CrawlReport:
    """What a crawl has come to that ended so."""
    known = shared.known
    nodes = known.nodes.values()
    return CrawlReport(
        ended,
        shared.number,
        known.found,
        known.expanded,
        dict(shared.spending.requests),
        {name: known.previewed[name] for name in recipe.class_names},
        credited=len(nodes) - known.found,
        seeds_outside=not any(n.classes for n in nodes if n.depth == 0),
    )
