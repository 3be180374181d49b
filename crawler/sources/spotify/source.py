"""Spotify by spotipy: what the notebook of 2020 crawled, for apps that still may.

API: https://developer.spotify.com/documentation/web-api, as it answered in 2025 and 2026.
What an app has no access to is found out when it is first asked for, and kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus

from spotipy import Spotify

from crawler.errors import BadAnswerError
from crawler.http.client import HttpClient
from crawler.http.urls import is_loopback, is_web
from crawler.sources.base import (
    INVENTED_MUSIC,
    Album,
    Answer,
    ArtistGenres,
    BaseSource,
    Capability,
    NotFound,
    PlaylistTracks,
    Preview,
    RelatedArtists,
    Terms,
    Tracks,
)
from crawler.sources.json_reader import JsonObject
from crawler.sources.spotify.access import SMALL_PAGE, Access, AccessPart
from crawler.sources.spotify.client import SERVICE, SpotifyClient
from crawler.sources.spotify.paging import (
    ALL_KINDS,
    albums_page,
    playlist_entries,
    tracks_of_albums,
)
from crawler.sources.spotify.parsing import (
    SOURCE,
    album_of,
    artist_of,
    artists_of,
    genre_edges,
    genres_in,
    id_in,
    playlist_of,
    present,
    preview_link,
    track_of,
    tracks_of,
)
from crawler.sources.spotify.session import SpotifySession
from crawler.sources.spotify.terms import TERMS
from graph.model.music import (
    Artist,
    ArtistId,
    Playlist,
    PlaylistId,
    Related,
    Track,
    TrackId,
)

ARTISTS_PER_REQUEST = 50
FOUND_PER_SEARCH = 25


class SpotifySource(BaseSource):
    """Spotify's catalogue. See `crawler.sources.base.Source`.

    "Various Artists", an artist's relation to itself and repeated rows are dropped.
    """

    name: str = SOURCE
    capabilities: Mapping[Capability, int] = {
        Capability.SEARCH: 1,
        Capability.ARTIST: 1,
        Capability.RELATED: 1,
        Capability.GENRES: ARTISTS_PER_REQUEST,
        Capability.TRACKS: 1,
        Capability.ALBUMS: 1,
        Capability.PLAYLISTS: 1,
        Capability.PREVIEWS: 1,
    }

    def __init__(self, client: HttpClient) -> None:
        self._http = client
        self._client = SpotifyClient(client)
        self._access = Access()

    @property
    def terms(self) -> Terms:
        """Spotify's, or the stand-in's when that is asked instead."""
        address = self._http.service(SERVICE).base_url
        return INVENTED_MUSIC if is_loopback(address) else TERMS

    def make_sure(self, wanted: Sequence[Capability], about: str) -> Mapping[str, int]:
        """See `Gated.make_sure`: a search, and the relatives of whom it finds."""
        talk = self._talk()
        rows = list(self._search(talk, "artist", about, SMALL_PAGE))
        found = artists_of(rows)
        if Capability.RELATED in wanted and found:
            self._related(talk, found[0].id, exists=True)
        if Capability.GENRES in wanted:
            self._look_for_genres(rows)
        return talk.spent

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:
        """See `Source.find_artists`."""
        talk = self._talk()
        rows = self._search(talk, "artist", text, FOUND_PER_SEARCH)
        return Answer(artists_of(rows), talk.spent)

    def artist(self, artist: ArtistId) -> Answer[Artist] | NotFound:
        """See `Source.artist`."""
        own, talk = id_in(artist), self._talk()
        where = f"/artists/{own}"
        row = talk.known(where, lambda s: s.artist(own)) if own else None
        return Answer(artist_of(row), talk.spent) if row else NotFound(talk.spent)

    def related(self, artist: ArtistId) -> Answer[RelatedArtists] | NotFound:
        """See `Source.related`. The reply holds the genres of the relatives too."""
        talk = self._talk()
        rows = self._related(talk, artist) if id_in(artist) else None
        if rows is None:
            return NotFound(talk.spent)
        others = tuple(a for a in artists_of(rows) if a.id != artist)
        edges = tuple(
            Related(artist, other.id, SOURCE, rank)
            for rank, other in enumerate(others, start=1)
        )
        known = {other.id for other in others}
        genres = dict.fromkeys(
            e for row in rows for e in genre_edges(row) if e.artist in known
        )
        return Answer(RelatedArtists(others, edges, tuple(genres)), talk.spent)

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:
        """See `Source.genres`. Spotify identifies nobody and counts no votes.

        Raises:
            UnsupportedError: Also where the genres of all are merely missing: that is
                no access, and not "none".
        """
        own = list(dict.fromkeys(filter(None, map(id_in, artists))))
        talk = self._talk()
        if own:
            self._access.check(AccessPart.GENRES)
        rows = self._described(talk, own)
        self._look_for_genres(rows)
        edges = dict.fromkeys(e for row in rows for e in genre_edges(row))
        return Answer(ArtistGenres((), tuple(edges)), talk.spent)

    def top_tracks(self, artist: ArtistId) -> Answer[Tracks] | NotFound:
        """See `Source.top_tracks`. Up to 10, with ISRC.

        An app without top tracks gets those of the artist's first albums and singles, in their order, without ISRC and popularity.
        """
        own, talk = id_in(artist), self._talk()
        tracks = self._top(talk, own) or tracks_of_albums(talk, own) if own else None
        return Answer(tracks, talk.spent) if tracks else NotFound(talk.spent)

    def albums(self, artist: ArtistId) -> Answer[tuple[Album, ...]] | NotFound:
        """See `Source.albums`. Without those the artist only appears on."""
        own, talk = id_in(artist), self._talk()
        rows: list[JsonObject] = []
        page = albums_page(talk, own, ALL_KINDS, 0) if own else None
        while own and page is not None:
            new = list(present(page, "items"))
            rows += new
            if not new or page.maybe_text("next") is None:
                return Answer(tuple(map(album_of, rows)), talk.spent)
            page = albums_page(talk, own, ALL_KINDS, len(rows))
        return NotFound(talk.spent)

    def find_playlists(self, text: str) -> Answer[tuple[Playlist, ...]]:
        """See `Source.find_playlists`."""
        talk = self._talk()
        rows = self._search(talk, "playlist", text, FOUND_PER_SEARCH)
        return Answer(tuple(map(playlist_of, rows)), talk.spent)

    def playlist(self, playlist: PlaylistId) -> Answer[PlaylistTracks] | NotFound:
        """See `Source.playlist`. Spotify's own playlists are not found since 2024."""
        own, talk, market = id_in(playlist), self._talk(), self._client.market
        where = f"/playlists/{own}"
        if own is None:
            return NotFound(talk.spent)
        self._access.check(AccessPart.PLAYLISTS)
        about = talk.known(where, lambda s: s.playlist(own, market=market))
        if about is None:
            return NotFound(talk.spent)
        tracks = tracks_of(playlist_entries(talk, where, about))
        return Answer(PlaylistTracks(playlist_of(about), tracks), talk.spent)

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:
        """See `Source.preview`."""
        own, talk, market = id_in(track), self._talk(), self._client.market
        if own is None:
            return NotFound(talk.spent)
        self._access.check(AccessPart.PREVIEWS)
        row = talk.known(f"/tracks/{own}", lambda s: s.track(own, market=market))
        if row is None:
            return NotFound(talk.spent)
        found, link = _asked_for(track, row), preview_link(row)
        if link is not None:
            self._access.answered(AccessPart.PREVIEWS)
        elif "preview_url" in row.fields:
            self._access.nothing(AccessPart.PREVIEWS, 1)
        elif not self._access.is_open(AccessPart.PREVIEWS):
            self._access.close(AccessPart.PREVIEWS, "its tracks have no such field")
        if link is not None and not is_web(link):
            raise BadAnswerError(SOURCE, f'{row.where} has "{link}" as its preview')
        return Answer(Preview(found, link), talk.spent)

    def _talk(self) -> SpotifySession:
        return SpotifySession(self._client, self._access)

    def _search(
        self, talk: SpotifySession, kind: str, text: str, count: int
    ) -> Iterator[JsonObject]:
        market, where = self._client.market, "/search"
        page = talk.paged(
            where,
            count,
            lambda s, limit: s.search(text, limit=limit, type=kind, market=market),
        )
        if page is None:
            raise BadAnswerError(SOURCE, f"{where} was answered with status 404")
        return present(page.row(f"{kind}s"), "items")

    def _related(
        self, talk: SpotifySession, artist: ArtistId, *, exists: bool = False
    ) -> list[JsonObject] | None:
        """The relatives; None for an artist that Spotify does not know.

        Its 404 may mean either that or that this app has no access: who exists has
        relatives, if only an empty list.
        """
        self._access.check(AccessPart.RELATED)
        own = id_in(artist)
        where = f"/artists/{own}/related-artists"
        got = talk.ask(where, lambda s: s.artist_related_artists(own))
        if isinstance(got, JsonObject):
            self._access.answered(AccessPart.RELATED)
            return list(present(got, "artists"))
        evidence = f"{where} is answered with {got.status}"
        if got.status == HTTPStatus.NOT_FOUND:
            if not exists and not talk.known(
                f"/artists/{own}", lambda s: s.artist(own)
            ):
                return None
            evidence += ", although the artist exists"
        if self._access.is_open(AccessPart.RELATED):
            # Of many it ends the crawl; of one it is its own trouble.
            raise BadAnswerError(SOURCE, evidence)
        return self._access.close(AccessPart.RELATED, evidence)

    def _described(self, talk: SpotifySession, own: Sequence[str]) -> list[JsonObject]:
        """The artists that Spotify knows, at once or, where that is closed, one by one."""
        if own and not self._access.is_closed(AccessPart.BATCHES):
            got = talk.ask("/artists", lambda s: s.artists(own))
            if isinstance(got, JsonObject):
                return list(present(got, "artists"))
            self._access.note_closed(AccessPart.BATCHES, f"status {got.status}")
        rows: list[JsonObject] = []
        for one in own:
            row = talk.known(f"/artists/{one}", partial(Spotify.artist, artist_id=one))
            rows += [row] if row else []
            # One tells whether it is worth asking for the others.
            self._look_for_genres(rows)
        return rows

    def _look_for_genres(self, rows: Iterable[JsonObject]) -> None:
        """Whether the app is told genres at all: missing ones are not "none".

        Raises:
            UnsupportedError: It is not.
        """
        listed = [genres_in(row) for row in rows]
        if any(listed):
            self._access.answered(AccessPart.GENRES)
        elif any(genres is not None for genres in listed):
            self._access.nothing(AccessPart.GENRES, len(listed))
        elif listed and not self._access.is_open(AccessPart.GENRES):
            self._access.close(AccessPart.GENRES, "its artists have no such field")

    def _top(self, talk: SpotifySession, own: str) -> Tracks | None:
        if self._access.is_closed(AccessPart.TOP_TRACKS):
            return None
        where, market = f"/artists/{own}/top-tracks", self._client.market
        got = talk.ask(where, lambda s: s.artist_top_tracks(own, country=market))
        if isinstance(got, JsonObject):
            return tracks_of(present(got, "tracks"))
        if got.status == HTTPStatus.FORBIDDEN:
            self._access.note_closed(AccessPart.TOP_TRACKS, "status 403")
        return None


def _asked_for(track: TrackId, row: JsonObject) -> Track:
    """The track under the id that was asked for: in a market another may stand for it."""
    found, origin = track_of(row), row.maybe_row("linked_from")
    linked = f"{SOURCE}:{origin.maybe_text('id')}" if origin else None
    if track not in {found.id, linked}:
        raise BadAnswerError(SOURCE, f"{row.where} is about another track, {found.id}")
    return track_of(_named(row, track))


def _named(row: JsonObject, track: TrackId) -> JsonObject:
    return JsonObject(row.service, row.where, {**row.fields, "id": id_in(track)})
