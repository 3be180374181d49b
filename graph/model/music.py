"""The values of the music graph: what a source answers and what a store keeps.

Everything is keyed by an id that names its source ("deezer:27"), never by a name.
Sequences are tuples, absence is `None`, times are aware `datetime` in UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

ArtistId = NewType("ArtistId", str)
TrackId = NewType("TrackId", str)
PlaylistId = NewType("PlaylistId", str)


class Question(StrEnum):
    """What the crawl asks of each artist.

    `IDENTITY` (which MusicBrainz artist is this) is answered together with
    `GENRES` where the genres come from MusicBrainz.
    """

    IDENTITY = "identity"
    GENRES = "genres"
    RELATED = "related"
    TRACKS = "tracks"


@dataclass(frozen=True, slots=True)
class Artist:
    """An artist as a source describes it.

    Attributes:
        popularity: 0 to 100 where the source has such a number, else None.
        followers: Fans or followers, as the source counts them.
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
        votes: Net votes, 0 and negative ones included; None where the source counts none.
        share: `votes` as a part (0 to 1) of the artist's strongest genre from that source.
    """

    artist: ArtistId
    genre: str
    source: str
    votes: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Which MusicBrainz artist an artist is, and what proves it ("musicbrainz url")."""

    artist: ArtistId
    mbid: str
    identified_by: str


@dataclass(frozen=True, slots=True)
class Track:
    """A recording as a source lists it.

    Attributes:
        popularity: The source's own number; Deezer's rank runs to 1,000,000.
        release_date: ISO text, as exact as the source knows it ("1989", "1989-01-31").
        has_preview: Whether a preview was offered. Its address is never kept: it lives 15 minutes.
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
    """One CONTAINS edge from a playlist to a track, position from 1."""

    playlist: PlaylistId
    track: TrackId
    position: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered, also when the answer was "none"."""

    artist: ArtistId
    question: Question
    source: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A question that was set aside: why, after how many tries in all."""

    artist: ArtistId
    question: Question
    source: str
    why: str
    tries: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What one or several answers add to the graph.

    A store writes the fields in the order they stand here, so that both ends of
    an edge exist before the edge. Artists and tracks keep what was first written:
    a later `Artist` with the same id fills only what is still missing.

    Attributes:
        seeds: Artists of depth 0.
        in_class: (genre, class name) pairs for the crawl's own recipe.
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
    """One CLASSIFIED_AS edge of an artist; `share` is that of its strongest genre in the class."""

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
    """What was selected for a recipe, when, and from which state of the graph.

    Attributes:
        recipe: Its `dataset.name`.
        labels_digest: sha256 of the parts of the recipe that decide the labels.
        answers: `Crawl.answers` at that time: an older selection is not exported.
        funnel: (stage, count) pairs, in order.
    """

    recipe: str
    policy: str
    labels_digest: str
    answers: int
    at: datetime
    funnel: tuple[tuple[str, int], ...] = ()
