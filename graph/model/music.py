"""The values of the music graph, which sources return and stores keep.

Artists, tracks and playlists have an id that names their source ("deezer:27"); names are
never keys. Sequences are tuples, absent values are `None`, and times are aware `datetime`
values in UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

ArtistId = NewType("ArtistId", str)
TrackId = NewType("TrackId", str)
PlaylistId = NewType("PlaylistId", str)


class Question(StrEnum):
    """What the crawl requests for each artist.

    `IDENTITY` is the question which MusicBrainz artist it is. It is answered together
    with `GENRES` if the genres come from MusicBrainz.
    """

    IDENTITY = "identity"
    GENRES = "genres"
    RELATED = "related"
    TRACKS = "tracks"


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist as a source describes it.

    Attributes:
        popularity: 0 to 100, or None if the source has no such number.
        followers: The number of fans or followers, as the source counts them.
    """

    id: ArtistId
    name: str
    source: str
    url: str | None = None
    popularity: int | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """One directed RELATED_TO edge. Rank 1 is the nearest relative."""

    start: ArtistId
    end: ArtistId
    source: str
    rank: int
    score: float | None = None


@dataclass(frozen=True, slots=True)
class HasGenre:
    """One HAS_GENRE edge.

    Attributes:
        genre: The folded genre name, see `graph.model.genres.fold`.
        votes: Upvotes minus downvotes, which may be 0 or negative; None if the source
            does not count votes.
        share: `votes` divided by those of the artist's strongest genre from that source.
    """

    artist: ArtistId
    genre: str
    source: str
    votes: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """The MusicBrainz artist that an artist is, and the evidence ("musicbrainz url")."""

    artist: ArtistId
    mbid: str
    identified_by: str


@dataclass(frozen=True, slots=True)
class Track:
    """A recording as a source lists it.

    Attributes:
        popularity: The source's own number; Deezer's rank goes up to 1,000,000.
        release_date: ISO text, as precise as the source has it ("1989", "1989-01-31").
        has_preview: Whether the source offers a preview. Its URL is not stored, because
            it expires after 15 minutes.
    """

    id: TrackId
    name: str
    source: str
    duration_ms: int | None = None
    isrc: str | None = None
    explicit: bool | None = None
    popularity: int | None = None
    album: str | None = None
    album_id: str | None = None
    release_date: str | None = None
    has_preview: bool = False
    license: str | None = None
    license_url: str | None = None


@dataclass(frozen=True, slots=True)
class Performs:
    """One PERFORMS edge: an artist credited on a track. Position 1 is the main artist."""

    artist: ArtistId
    track: TrackId
    position: int


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist whose artists became seeds."""

    id: PlaylistId
    name: str
    owner: str | None = None
    track_count: int | None = None


@dataclass(frozen=True, slots=True)
class Contains:
    """One CONTAINS edge from a playlist to a track; positions start at 1."""

    playlist: PlaylistId
    track: TrackId
    position: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, even if the answer was empty."""

    artist: ArtistId
    question: Question
    source: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A question that failed: the reason, and the number of attempts so far."""

    artist: ArtistId
    question: Question
    source: str
    why: str
    tries: int


@dataclass(frozen=True, slots=True)
class Changes:
    """The nodes and edges that one or several answers add to the graph.

    A store writes the fields in the order below, so that both ends of an edge exist
    before the edge. The first value of an artist's or track's property is kept: a later
    `Artist` with the same id only adds missing properties.

    Attributes:
        seeds: Artists with depth 0.
        in_class: (genre, class name) pairs of the crawl's own recipe.
    """

    artists: tuple[Artist, ...] = ()
    seeds: tuple[ArtistId, ...] = ()
    identities: tuple[Identity, ...] = ()
    related: tuple[Related, ...] = ()
    genres: tuple[HasGenre, ...] = ()
    in_class: tuple[tuple[str, str], ...] = ()
    tracks: tuple[Track, ...] = ()
    performs: tuple[Performs, ...] = ()
    playlists: tuple[Playlist, ...] = ()
    contains: tuple[Contains, ...] = ()
    answered: tuple[Answered, ...] = ()
    failed: tuple[Failed, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtistLabel:
    """One CLASSIFIED_AS edge of an artist.

    Attributes:
        share: The share of the artist's strongest genre in the class.
    """

    artist: ArtistId
    class_name: str
    share: float


@dataclass(frozen=True, slots=True)
class TrackLabel:
    """One CLASSIFIED_AS edge of a track."""

    track: TrackId
    class_name: str
    share: float


@dataclass(frozen=True, slots=True)
class Selection:
    """The result of `select` for a recipe, without the labels themselves.

    Attributes:
        recipe: The recipe's `dataset.name`.
        policy: The name of the label policy.
        labels_digest: The SHA-256 of the parts of the recipe that decide the labels.
        answers: `Crawl.answers` at that time. If it differs now, the selection is stale.
        at: When the selection was made.
        funnel: (stage, count) pairs, in order.
    """

    recipe: str
    policy: str
    labels_digest: str
    answers: int
    at: datetime
    funnel: tuple[tuple[str, int], ...] = ()
