"""The values of a crawl that several workers do: who they are, and how a round stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from graph.model.crawl import Crawl, WorkKind
from graph.model.music import Changes


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that crawls, as the store knows it.

    Attributes:
        name: Unlike that of any other process, also of an earlier run.
        lease_seconds: So long after its last sign of life its slices are its own.
        alone: Nobody else can be at work in this store: leases of others are void.
    """

    name: str
    lease_seconds: float = 20.0
    alone: bool = False


@dataclass(frozen=True, slots=True)
class WorkerState:
    """What the store knows of a worker, by the server's clock.

    Attributes:
        slices: Slices that it holds and has not answered.
    """

    name: str
    joined_at: datetime
    seen_at: datetime
    is_alive: bool
    slices: int


class PartState(StrEnum):
    """Whether a slice is open, answered, or answered in a round that is closed."""

    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Part:
    """Where a slice of the open round, or of the one closed last, stands.

    Attributes:
        owner: The worker who holds it or has answered it; None: nobody yet.
        is_free: Open, and held by nobody else who is alive.
    """

    id: str
    round: int
    position: int
    kind: WorkKind
    state: PartState
    owner: str | None
    is_free: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a crawl stands, as one worker sees it.

    Attributes:
        is_open: Whether round `crawl.round` is open.
        others: The other workers that are alive.
    """

    crawl: Crawl
    is_open: bool
    parts: tuple[Part, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an answered slice keeps of its answer for the other workers."""

    changes: Changes
    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Committed:
    """What came of a commit.

    Attributes:
        slices: The slices whose answers are in the graph by this worker's hand; the
            others had been taken over, and nothing of them was written.
        others: How many other workers are alive.
    """

    slices: frozenset[str]
    others: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """After what a plan was made, and what of it its planner takes at once.

    Attributes:
        worker: The planner's name.
        digest: That of the recipe it was made by.
        answers: `Crawl.answers` that it was made from.
        taken: Ids of the slices that the planner leases with it.
    """

    worker: str
    digest: str
    answers: int
    taken: tuple[str, ...] = ()
