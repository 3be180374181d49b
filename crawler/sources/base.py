"""What the program can request from a music service, and the values that come back.

A source is an adapter: it declares what it can do and returns values of
`graph.model.music`, never raw JSON. A request returns an `Answer`, or `NotFound` when
the service replied that it does not know the artist, track or playlist. Anything else
is an error of `crawler.errors` and is never stored as an answer.
"""

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NoReturn, TypeVar

from crawler.errors import UnsupportedError
from graph.model.music import (
    Artist,
    ArtistId,
    HasGenre,
    Identity,
    Performs,
    Playlist,
    PlaylistId,
    Related,
    Track,
    TrackId,
)

T = TypeVar("T")


class Capability(StrEnum):
    """What a source may be able to do."""

    SEARCH = "search"
    ARTIST = "artist"
    RELATED = "related"
    GENRES = "genres"
    BY_GENRE = "by_genre"
    TRACKS = "tracks"
    ALBUMS = "albums"
    PLAYLISTS = "playlists"
    PREVIEWS = "previews"


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """The value that a service returned.

    Attributes:
        requests: HTTP requests it took, per service, without retries.
    """

    value: T
    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NotFound:
    """The service replied that it does not know the artist, track or playlist."""

    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RelatedArtists:
    """The relatives of an artist, nearest first, as artists and as ranked edges.

    Attributes:
        genres: Genres of the relatives, where the reply holds them. A relative without
            genres here may have some.
    """

    artists: tuple[Artist, ...]
    edges: tuple[Related, ...]
    genres: tuple[HasGenre, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtistGenres:
    """The identities and genres of the requested artists.

    A requested artist that appears in neither has no identity and no genres at this
    source.
    """

    identities: tuple[Identity, ...]
    genres: tuple[HasGenre, ...]


@dataclass(frozen=True, slots=True)
class GenreArtists:
    """Artists that a service tags with a genre.

    Attributes:
        artists: By the ids of the crawl, best first.
        without_page: How many tagged artists have no page at the service that gives
            those ids. They are skipped, never matched by name.
    """

    artists: tuple[Artist, ...]
    identities: tuple[Identity, ...]
    genres: tuple[HasGenre, ...]
    without_page: int


@dataclass(frozen=True, slots=True)
class Tracks:
    """Tracks, their credits, and the credited artists that the reply describes."""

    tracks: tuple[Track, ...]
    performs: tuple[Performs, ...]
    artists: tuple[Artist, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """A release of an artist, as a source lists it. Releases are shown, not stored.

    Attributes:
        id: With its source, such as "deezer:302127".
        kind: "album", "single", "ep", "compilation": the source's own word.
        release_date: An ISO date, month or year.
    """

    id: str
    name: str
    kind: str | None = None
    release_date: str | None = None
    track_count: int | None = None


@dataclass(frozen=True, slots=True)
class PlaylistTracks:
    """A playlist and its tracks in order."""

    playlist: Playlist
    tracks: Tracks


@dataclass(frozen=True, slots=True)
class Preview:
    """A fresh link to the 30-second preview of a track.

    Attributes:
        track: The track as it is now, with its ISRC where the service has one.
        url: Where the audio is. It expires within minutes, so fetch it at once. None
            where the service offers no preview.
    """

    track: Track
    url: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a service's terms mean for a data set, in plain words.

    Attributes:
        summary: One or two sentences.
        url: Where the service states them.
        accepting_means: What a person declares by naming the service in `accept_terms`.
    """

    summary: str
    url: str
    accepting_means: str


# What the stand-in service serves is ours.
INVENTED_MUSIC = Terms(
    summary="Invented music by invented artists, given away (CC0): do what you like.",
    url="https://creativecommons.org/publicdomain/zero/1.0/",
    accepting_means="Nothing: there is nobody to ask.",
)


class Source(ABC):
    """The adapter of one music service; every capability that it lacks raises.

    Attributes:
        name: Its name in recipes and ids, such as "deezer".
        capabilities: What it can do, and how many artists one request takes.
        terms: What its terms mean for a data set.
        access_varies: Whether an account may lack capabilities that are declared.

    Every method raises `SourceError` when the service does not answer, and
    `UnsupportedError` for a missing capability.
    """

    name: str
    capabilities: Mapping[Capability, int]
    terms: Terms = INVENTED_MUSIC
    access_varies: bool = False

    def verify_access(
        self,
        wanted: Sequence[Capability],  # noqa: ARG002  adapters override
        name: str,  # noqa: ARG002  adapters override
    ) -> Mapping[str, int]:
        """Find out with few requests whether this account has the capabilities.

        Args:
            wanted: Capabilities; those that cannot be checked cheaply are left out.
            name: An artist's name to search for.

        Returns:
            The requests it took, per service.

        Raises:
            UnsupportedError: The account lacks one; the hint has another source.
        """
        return {}

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:  # noqa: ARG002  adapters override
        """Artists found by name, in the service's order."""
        self._cannot("find artists by name")

    def artist(self, artist: ArtistId) -> Answer[Artist] | NotFound:  # noqa: ARG002  adapters override
        """One artist by id."""
        self._cannot("describe an artist")

    def related(
        self,
        artist: ArtistId,  # noqa: ARG002  adapters override
    ) -> Answer[RelatedArtists] | NotFound:
        """All relatives of an artist."""
        self._cannot("name related artists")

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:  # noqa: ARG002  adapters override
        """Identity and genres of up to `capabilities[GENRES]` artists."""
        self._cannot("name genres of artists")

    def artists_by_genre(
        self,
        genres: Sequence[str],  # noqa: ARG002  adapters override
        *,
        count: int,  # noqa: ARG002  adapters override
        id_space: str,  # noqa: ARG002  adapters override
    ) -> Answer[GenreArtists]:
        """Up to `count` artists tagged with any of the genres (folded names).

        Args:
            genres: Folded genre names.
            count: The most artists to return.
            id_space: The service whose ids the artists are to have.
        """
        self._cannot("find artists by genre")

    def genre_names(self) -> Answer[tuple[str, ...]]:
        """All genres that the service knows, folded, sorted."""
        self._cannot("list its genres")

    def top_tracks(self, artist: ArtistId) -> Answer[Tracks] | NotFound:  # noqa: ARG002  adapters override
        """An artist's most popular tracks, most popular first."""
        self._cannot("name tracks of an artist")

    def albums(
        self,
        artist: ArtistId,  # noqa: ARG002  adapters override
    ) -> Answer[tuple[Album, ...]] | NotFound:
        """An artist's releases, in the service's order."""
        self._cannot("list releases of an artist")

    def find_playlists(self, text: str) -> Answer[tuple[Playlist, ...]]:  # noqa: ARG002  adapters override
        """Playlists found by name, in the service's order."""
        self._cannot("find playlists")

    def playlist(self, playlist: PlaylistId) -> Answer[PlaylistTracks] | NotFound:  # noqa: ARG002  adapters override
        """A playlist with all its tracks."""
        self._cannot("show a playlist")

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:  # noqa: ARG002  adapters override
        """A fresh preview link."""
        self._cannot("give previews")

    def _cannot(self, what: str) -> NoReturn:
        raise UnsupportedError(
            self.name,
            f"cannot {what}",
            hint="`genregraph probe` shows what each source can do.",
        )
