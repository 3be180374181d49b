"""The values of a crawl: its state, its rounds of work items, and the planner's snapshot.

A crawl goes round by round. The planner reads a `Snapshot` of the graph and makes a
`Plan`: a list of `WorkItem`s. Each item is one call of a source, and its `WorkResult`
is committed to the store. When all items are answered, the round is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from graph.model.music import ArtistId, Changes, HasGenre


class WorkKind(StrEnum):
    """What a work item requests from a source.

    `SEEDS` requests the artists that a source tags with the genres of a class, which
    `WorkItem.subject` holds. The other kinds request data of `WorkItem.artists`.
    """

    SEEDS = "seeds"
    GENRES = "genres"
    RELATED = "related"
    TRACKS = "tracks"


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A part of a round: what one call of a source answers.

    Attributes:
        id: "<round>/<kind>/<position>", unique within the crawl.
        position: Place in the plan, from 0; a budget removes items from the end.
        artists: The artists whose data are requested; empty for `SEEDS`.
        subject: For `SEEDS` only: the class and its genres, as JSON.
    """

    id: str
    round: int
    position: int
    kind: WorkKind
    artists: tuple[ArtistId, ...] = ()
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The number of a round and its work items, in order."""

    round: int
    items: tuple[WorkItem, ...]


@dataclass(frozen=True, slots=True)
class WorkResult:
    """The answer to a work item. Questions that failed are in `changes.failed`.

    Attributes:
        changes: The nodes and edges to write.
        requests: HTTP requests per service that the answer took, without retries, so
            that equal answers always count the same.
    """

    item: WorkItem
    changes: Changes
    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AddedSeeds:
    """Seeds that a changed recipe adds to a crawl.

    Attributes:
        changes: The seeds that the recipe names.
        plan: The round that looks up the other seeds; it contains the unanswered work
            items of the open round, too.
        requests: HTTP requests per service that were spent to find the seeds.
        at: When they were found.
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
        recipe: The current recipe as canonical JSON text.
        recipe_digest: The SHA-256 of `recipe`, in hexadecimal.
        round: The number of the last planned round; round 0 looks up the seeds.
        answers: The number of answered work items, which is also the graph's revision.
        requests: Requests of all committed answers, per service.
        seconds: Time spent crawling, over all runs.
        paused_until: When each paused service may be requested again.
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
    """The state of one question about one artist.

    Attributes:
        tries: Failed attempts so far.
        why: The reason of the last failure.
    """

    answered: bool = False
    tries: int = 0
    why: str | None = None


OPEN = QuestionState()


@dataclass(frozen=True, slots=True)
class KnownArtist:
    """The data of an artist that the planner uses.

    Attributes:
        depth: Shortest distance from a seed; None for an artist known only from the
            credits of a track.
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
    """The part of the graph that the planner reads.

    Attributes:
        artists: All artists, sorted by id.
        related: All RELATED_TO edges as (start, end), sorted by start and rank.
        genres: All HAS_GENRE edges, sorted by artist, genre and source.
    """

    artists: tuple[KnownArtist, ...]
    related: tuple[tuple[ArtistId, ArtistId], ...]
    genres: tuple[HasGenre, ...]
