"""The values of a crawl's own state: rounds and their work items, and what planning reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from graph.model.music import ArtistId, Changes, HasGenre


class WorkKind(StrEnum):
    """What one work item of a round requests.

    `SEEDS` items carry the name of a class in `subject` (artists that a source
    tags with its genres); the others carry artists.
    """

    SEEDS = "seeds"
    GENRES = "genres"
    RELATED = "related"
    TRACKS = "tracks"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A fixed part of a round: what one call of a source answers.

    Attributes:
        id: "<round>/<kind>/<position>", unique within the crawl.
        position: Place in the plan, from 0; budgets cut from the end.
        artists: The artists asked about; empty for `SEEDS`.
        subject: The class of a `SEEDS` item with its genres, as JSON.
    """

    id: str
    round: int
    position: int
    kind: WorkKind
    artists: tuple[ArtistId, ...] = ()
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One round: its number and its work items, in order."""

    round: int
    items: tuple[WorkItem, ...]


@dataclass(frozen=True, slots=True)
class WorkResult:
    """A work item that was answered (or set aside: `changes.failed`).

    Attributes:
        requests: HTTP requests that this answer is made of, per service. Retries
            are not among them, so that the same answers always cost the same.
    """

    item: WorkItem
    changes: Changes
    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AddedSeeds:
    """Seeds that a changed recipe adds to a crawl.

    Attributes:
        plan: The round that finds the others, with the work items left of an open one.
        requests: HTTP requests that finding them took, per service.
    """

    changes: Changes
    plan: Plan
    requests: Mapping[str, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class Crawl:
    """The state of the one crawl that a store holds.

    Attributes:
        name: `dataset.name` of its recipe.
        recipe: The recipe in force as canonical JSON text.
        recipe_digest: sha256 of `recipe`, hexadecimal.
        round: The number of the last round planned; 0 is the seeds.
        answers: Work items answered so far: the graph's revision.
        requests: Requests of the answers committed so far, per service.
        seconds: Time spent crawling, over all runs.
        paused_until: When a service that asked for a long wait may be asked again.
    """

    name: str
    recipe: str
    recipe_digest: str
    round: int = 0
    answers: int = 0
    requests: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    paused_until: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuestionState:
    """Where one question of one artist stands."""

    answered: bool = False
    tries: int = 0
    why: str | None = None


OPEN = QuestionState()


@dataclass(frozen=True, slots=True)
class KnownArtist:
    """An artist as the planner sees it.

    Attributes:
        depth: Shortest distance from a seed; None for an artist known only from a track's credits.
        previews: How many of its tracks have a preview.
    """

    id: ArtistId
    name: str | None
    popularity: int | None
    followers: int | None
    mbid: str | None
    depth: int | None
    previews: int
    genres: QuestionState = OPEN
    related: QuestionState = OPEN
    tracks: QuestionState = OPEN


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that planning needs of the graph.

    Attributes:
        related: (start, end) pairs, in order of start and rank.
        genres: All HAS_GENRE edges.
    """

    artists: tuple[KnownArtist, ...]
    related: tuple[tuple[ArtistId, ArtistId], ...]
    genres: tuple[HasGenre, ...]
