"""A source that can do nothing: what an adapter does not override, it cannot answer."""

from collections.abc import Mapping, Sequence
from typing import NoReturn

from crawler.errors import UnsupportedError
from crawler.sources.interface import (
    Album,
    Answer,
    ArtistGenres,
    Capability,
    GenreArtists,
    NotFound,
    PlaylistTracks,
    Preview,
    RelatedArtists,
    Terms,
    Tracks,
)
from graph.model import Artist, ArtistId, Playlist, PlaylistId, TrackId

# What the stand-in service serves is ours.
INVENTED_MUSIC = Terms(
    summary="Invented music by invented artists, given away (CC0): do what you like.",
    url="https://creativecommons.org/publicdomain/zero/1.0/",
    accepting_means="Nothing: there is nobody to ask.",
)


class UnableSource:
    """See `crawler.sources.interface.Source`."""

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
