"""What the crawl may ask of a music service, and what it gets back.

A source is an adapter: it declares what it can do and returns values of
`graph.model.music`, never raw JSON. A question is answered by an `Answer` or by
`NotFound` (the service answered, and does not know the artist or track); anything
else is an error of `crawler.errors` and is never stored as an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NoReturn, Protocol, TypeVar, runtime_checkable

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
    """What a service said.

    Attributes:
        requests: HTTP requests it took, per service, retries not counted.
    """

    value: T
    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NotFound:
    """The service answered: it knows no such artist, track or playlist."""

    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RelatedArtists:
    """The relatives of an artist, nearest first, as artists and as ranked edges.

    Attributes:
        genres: Genres of the relatives, where the reply holds them: who has none here
            was not asked about.
    """

    artists: tuple[Artist, ...]
    edges: tuple[Related, ...]
    genres: tuple[HasGenre, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtistGenres:
    """The genres of artists: who was identified, and what they are tagged with.

    An artist that was asked about and stands in neither has, for this source, no
    identity and no genres.
    """

    identities: tuple[Identity, ...]
    genres: tuple[HasGenre, ...]


@dataclass(frozen=True, slots=True)
class GenreArtists:
    """Artists that a service tags with a genre.

    Attributes:
        artists: In the crawl's id space, best first.
        without_page: How many were tagged but have no page in that id space: they are
            counted and skipped, never matched by name.
    """

    artists: tuple[Artist, ...]
    identities: tuple[Identity, ...]
    genres: tuple[HasGenre, ...]
    without_page: int


@dataclass(frozen=True, slots=True)
class Tracks:
    """Tracks, who is credited on them, and those artists as far as the reply names them."""

    tracks: tuple[Track, ...]
    performs: tuple[Performs, ...]
    artists: tuple[Artist, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """A release of an artist, as a source lists it; it is shown and not kept.

    Attributes:
        id: With its source, such as "deezer:302127".
        kind: "album", "single", "ep", "compilation": the source's own word.
        release_date: ISO text, as exact as the source knows it.
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
    """A link to the 30-second preview of a track, minted just now.

    Attributes:
        track: The track as it is now, with its ISRC where the service has one.
        url: Where the audio is; it dies within minutes, so fetch it at once. None where
            the service offers none.
    """

    track: Track
    url: str | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What a service's terms mean for a data set, in plain words.

    Attributes:
        summary: One or two sentences.
        url: Where the service states them.
        accepting_means: What a person says by naming the service in `accept_terms`.
    """

    summary: str
    url: str
    accepting_means: str


class Source(Protocol):
    """One music service.

    `capabilities` says how many artists one request takes; a capability that is
    missing there raises `UnsupportedError` when asked.
    """

    @property
    def name(self) -> str:
        """Its name in recipes and ids, such as "deezer"."""
        ...

    @property
    def capabilities(self) -> Mapping[Capability, int]:
        """What it can do: artists per request."""
        ...

    @property
    def terms(self) -> Terms:
        """What its terms mean for a data set."""
        ...

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:
        """Artists found by name, in the service's order."""
        ...

    def artist(self, artist: ArtistId) -> Answer[Artist] | NotFound:
        """One artist by id."""
        ...

    def related(self, artist: ArtistId) -> Answer[RelatedArtists] | NotFound:
        """All relatives of an artist."""
        ...

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:
        """Identity and genres of up to `capabilities[GENRES]` artists."""
        ...

    def artists_by_genre(
        self, genres: Sequence[str], *, count: int, id_space: str
    ) -> Answer[GenreArtists]:
        """Up to `count` artists tagged with any of the genres (folded names)."""
        ...

    def genre_names(self) -> Answer[tuple[str, ...]]:
        """All genres the service knows, folded, sorted."""
        ...

    def top_tracks(self, artist: ArtistId) -> Answer[Tracks] | NotFound:
        """An artist's most popular tracks, most popular first."""
        ...

    def albums(self, artist: ArtistId) -> Answer[tuple[Album, ...]] | NotFound:
        """An artist's releases, in the service's order."""
        ...

    def find_playlists(self, text: str) -> Answer[tuple[Playlist, ...]]:
        """Playlists found by name, in the service's order."""
        ...

    def playlist(self, playlist: PlaylistId) -> Answer[PlaylistTracks] | NotFound:
        """A playlist with all its tracks."""
        ...

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:
        """A fresh preview link."""
        ...


@runtime_checkable
class Gated(Protocol):
    """A source whose capabilities depend on who asks: it may lack some that it declares."""

    def make_sure(self, wanted: Sequence[Capability], about: str) -> Mapping[str, int]:
        """Find out, in few requests, whether it has them; returns the requests.

        Args:
            wanted: Capabilities; those that cannot be found out cheaply are left.
            about: A name to search for.

        Raises:
            UnsupportedError: It has not, with what does it instead.
        """
        ...


# What the stand-in service serves is ours.
INVENTED_MUSIC = Terms(
    summary="Invented music by invented artists, given away (CC0): do what you like.",
    url="https://creativecommons.org/publicdomain/zero/1.0/",
    accepting_means="Nothing: there is nobody to ask.",
)


class BaseSource:
    """See `crawler.sources.base.Source`."""

    name: str
    capabilities: Mapping[Capability, int]

    @property
    def terms(self) -> Terms:
        """What its terms mean for a data set."""
        return INVENTED_MUSIC

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:  # noqa: ARG002  the signature is typer's
        """Cannot."""
        return self._cannot("find artists by name")

    def artist(self, artist: ArtistId) -> Answer[Artist] | NotFound:  # noqa: ARG002  the signature is typer's
        """Cannot."""
        return self._cannot("describe an artist")

    def related(
        self,
        artist: ArtistId,  # noqa: ARG002  the signature is typer's
    ) -> Answer[RelatedArtists] | NotFound:
        """Cannot."""
        return self._cannot("name related artists")

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:  # noqa: ARG002  the signature is typer's
        """Cannot."""
        return self._cannot("name genres of artists")

    def artists_by_genre(
        self,
        genres: Sequence[str],  # noqa: ARG002  the signature is typer's
        *,
        count: int,  # noqa: ARG002  the signature is typer's
        id_space: str,  # noqa: ARG002  the signature is typer's
    ) -> Answer[GenreArtists]:
        """Cannot."""
        return self._cannot("find artists by genre")

    def genre_names(self) -> Answer[tuple[str, ...]]:
        """Cannot."""
        return self._cannot("list its genres")

    def top_tracks(self, artist: ArtistId) -> Answer[Tracks] | NotFound:  # noqa: ARG002  the signature is typer's
        """Cannot."""
        return self._cannot("name tracks of an artist")

    def albums(
        self,
        artist: ArtistId,  # noqa: ARG002  the signature is typer's
    ) -> Answer[tuple[Album, ...]] | NotFound:
        """Cannot."""
        return self._cannot("list releases of an artist")

    def find_playlists(self, text: str) -> Answer[tuple[Playlist, ...]]:  # noqa: ARG002  the signature is typer's
        """Cannot."""
        return self._cannot("find playlists")

    def playlist(
        self,
        playlist: PlaylistId,  # noqa: ARG002  the signature is typer's
    ) -> Answer[PlaylistTracks] | NotFound:
        """Cannot."""
        return self._cannot("show a playlist")

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:  # noqa: ARG002  the signature is typer's
        """Cannot."""
        return self._cannot("give previews")

    def _cannot(self, what: str) -> NoReturn:
        raise UnsupportedError(
            self.name,
            f"cannot {what}",
            hint="`genregraph probe` shows what each source can do.",
        )
