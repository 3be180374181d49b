"""Spotify through spotipy: what the notebook of 2020 crawled, for apps that still may.

API: https://developer.spotify.com/documentation/web-api, as it answered in 2025 and 2026.
The first request for a part of the API shows whether this app has access to it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from spotipy import Spotify

from crawler.errors import BadAnswerError
from crawler.http.client import HttpClient
from crawler.http.urls import is_web
from crawler.sources.base import (
    Album,
    Answer,
    ArtistGenres,
    Capability,
    NotFound,
    PlaylistTracks,
    Preview,
    RelatedArtists,
    Tracks,
)
from crawler.sources.http_source import HttpSource
from crawler.sources.json_reader import JsonObject
from crawler.sources.spotify.access import SMALL_PAGE, Access, AccessPart
from crawler.sources.spotify.client import SpotifyClient, SpotifySession
from crawler.sources.spotify.parsing import (
    album_of,
    all_tracks,
    artist_of,
    artists_of,
    entries_of,
    genre_edges,
    genres_in,
    id_in,
    playlist_of,
    present,
    preview_link,
    track_of,
    tracks_of,
)
from crawler.sources.spotify.service import NAME, SERVICE
from graph.model.music import (
    Artist,
    ArtistId,
    Playlist,
    PlaylistId,
    Related,
    Track,
    TrackId,
)

FOUND_PER_SEARCH = 25

ALL_KINDS = "album,single,compilation"
OWN_KINDS = "album,single"
PLAYLIST_TRACKS_PER_PAGE = 50
MAX_PAGES = 200
# An app without top tracks reads the tracks of so many releases: one request each, and
# such an app has about a thousand requests a day.
ALBUMS_READ = 5


class SpotifySource(HttpSource):
    """Spotify's catalogue. See `Source`.

    Leaves out "Various Artists", an artist's relation to itself, and repeated rows.
    """

    def __init__(self, client: HttpClient) -> None:
        super().__init__(SERVICE, client)
        self._spotify = SpotifyClient(client)
        self._access = Access()

    def verify_access(
        self, wanted: Sequence[Capability], name: str
    ) -> Mapping[str, int]:
        """See `Source.verify_access`: a search, and the relatives of the first result."""
        session = self._session()
        rows = list(self._search(session, "artist", name, SMALL_PAGE))
        found = artists_of(rows)
        if Capability.RELATED in wanted and found:
            self._related(session, found[0].id, exists=True)
        if Capability.GENRES in wanted:
            self._look_for_genres(rows)
        return session.spent

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:
        """See `Source.find_artists`."""
        session = self._session()
        rows = self._search(session, "artist", text, FOUND_PER_SEARCH)
        return Answer(artists_of(rows), session.spent)

    def artist(self, artist: ArtistId) -> Answer[Artist] | NotFound:
        """See `Source.artist`."""
        own, session = id_in(artist), self._session()
        where = f"/artists/{own}"
        row = session.known(where, lambda s: s.artist(own)) if own else None
        return Answer(artist_of(row), session.spent) if row else NotFound(session.spent)

    def related(self, artist: ArtistId) -> Answer[RelatedArtists] | NotFound:
        """See `Source.related`. The reply holds the genres of the relatives too."""
        session = self._session()
        rows = self._related(session, artist) if id_in(artist) else None
        if rows is None:
            return NotFound(session.spent)
        others = tuple(a for a in artists_of(rows) if a.id != artist)
        edges = tuple(
            Related(artist, other.id, NAME, rank)
            for rank, other in enumerate(others, start=1)
        )
        known = {other.id for other in others}
        genres = dict.fromkeys(
            e for row in rows for e in genre_edges(row) if e.artist in known
        )
        return Answer(RelatedArtists(others, edges, tuple(genres)), session.spent)

    def genres(self, artists: Sequence[ArtistId]) -> Answer[ArtistGenres]:
        """See `Source.genres`. Spotify identifies nobody and counts no votes.

        Raises:
            UnsupportedError: Also where the genres of all artists are missing: that
                means no access, not "none".
        """
        own = list(dict.fromkeys(filter(None, map(id_in, artists))))
        session = self._session()
        if own:
            self._access.check(AccessPart.GENRES)
        rows = self._described(session, own)
        self._look_for_genres(rows)
        edges = dict.fromkeys(e for row in rows for e in genre_edges(row))
        return Answer(ArtistGenres((), tuple(edges)), session.spent)

    def top_tracks(self, artist: ArtistId) -> Answer[Tracks] | NotFound:
        """See `Source.top_tracks`. Up to 10, with ISRC.

        An app without top tracks gets those of the artist's first albums and singles,
        in their order, without ISRC and popularity.
        """
        own, session = id_in(artist), self._session()
        tracks = (
            self._top(session, own) or _tracks_of_albums(session, own) if own else None
        )
        return Answer(tracks, session.spent) if tracks else NotFound(session.spent)

    def albums(self, artist: ArtistId) -> Answer[tuple[Album, ...]] | NotFound:
        """See `Source.albums`. Releases that the artist only appears on are left out."""
        own, session = id_in(artist), self._session()
        rows: list[JsonObject] = []
        page = _albums_page(session, own, ALL_KINDS, 0) if own else None
        while own and page is not None:
            new = list(present(page, "items"))
            rows += new
            if not new or page.maybe_text("next") is None:
                return Answer(tuple(map(album_of, rows)), session.spent)
            page = _albums_page(session, own, ALL_KINDS, len(rows))
        return NotFound(session.spent)

    def find_playlists(self, text: str) -> Answer[tuple[Playlist, ...]]:
        """See `Source.find_playlists`."""
        session = self._session()
        rows = self._search(session, "playlist", text, FOUND_PER_SEARCH)
        return Answer(tuple(map(playlist_of, rows)), session.spent)

    def playlist(self, playlist: PlaylistId) -> Answer[PlaylistTracks] | NotFound:
        """See `Source.playlist`. Spotify's own playlists are not found since 2024."""
        own, session, market = id_in(playlist), self._session(), self._spotify.market
        where = f"/playlists/{own}"
        if own is None:
            return NotFound(session.spent)
        self._access.check(AccessPart.PLAYLISTS)
        about = session.known(where, lambda s: s.playlist(own, market=market))
        if about is None:
            return NotFound(session.spent)
        tracks = tracks_of(_playlist_entries(session, where, about))
        return Answer(PlaylistTracks(playlist_of(about), tracks), session.spent)

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:
        """See `Source.preview`."""
        own, session, market = id_in(track), self._session(), self._spotify.market
        if own is None:
            return NotFound(session.spent)
        self._access.check(AccessPart.PREVIEWS)
        row = session.known(f"/tracks/{own}", lambda s: s.track(own, market=market))
        if row is None:
            return NotFound(session.spent)
        found, link = _requested_track(track, row), preview_link(row)
        if link is not None:
            self._access.note_open(AccessPart.PREVIEWS)
        elif "preview_url" in row.fields:
            self._access.note_without(AccessPart.PREVIEWS, 1)
        elif not self._access.is_open(AccessPart.PREVIEWS):
            self._access.close(AccessPart.PREVIEWS, "its tracks have no such field")
        if link is not None and not is_web(link):
            raise BadAnswerError(NAME, f'{row.where} has "{link}" as its preview')
        return Answer(Preview(found, link), session.spent)

    def _session(self) -> SpotifySession:
        return SpotifySession(self._spotify, self._access)

    def _search(
        self, session: SpotifySession, kind: str, text: str, count: int
    ) -> Iterator[JsonObject]:
        market, where = self._spotify.market, "/search"
        page = session.paged(
            where,
            count,
            lambda s, limit: s.search(text, limit=limit, type=kind, market=market),
        )
        if page is None:
            raise BadAnswerError(NAME, f"{where} was answered with status 404")
        return present(page.row(f"{kind}s"), "items")

    def _related(
        self, session: SpotifySession, artist: ArtistId, *, exists: bool = False
    ) -> list[JsonObject] | None:
        """The relatives; None for an artist that Spotify does not know.

        A 404 may mean that, or that this app has no access: an existing artist has a
        list of relatives, even if it is empty.
        """
        self._access.check(AccessPart.RELATED)
        own = id_in(artist)
        where = f"/artists/{own}/related-artists"
        got = session.request(where, lambda s: s.artist_related_artists(own))
        if isinstance(got, JsonObject):
            self._access.note_open(AccessPart.RELATED)
            return list(present(got, "artists"))
        evidence = f"{where} is answered with {got.status}"
        if got.status == HTTPStatus.NOT_FOUND:
            if not exists and not session.known(
                f"/artists/{own}", lambda s: s.artist(own)
            ):
                return None
            evidence += ", although the artist exists"
        if self._access.is_open(AccessPart.RELATED):
            # The part works for others, so this is one bad reply.
            raise BadAnswerError(NAME, evidence)
        return self._access.close(AccessPart.RELATED, evidence)

    def _described(
        self, session: SpotifySession, own: Sequence[str]
    ) -> list[JsonObject]:
        """The artists that Spotify knows: in one request, or one by one where that is closed."""
        if own and not self._access.is_closed(AccessPart.BATCHES):
            got = session.request("/artists", lambda s: s.artists(own))
            if isinstance(got, JsonObject):
                return list(present(got, "artists"))
            self._access.note_closed(AccessPart.BATCHES, f"status {got.status}")
        rows: list[JsonObject] = []
        for one in own:
            row = session.known(
                f"/artists/{one}", partial(Spotify.artist, artist_id=one)
            )
            rows += [row] if row else []
            # The first row shows whether the others are worth a request.
            self._look_for_genres(rows)
        return rows

    def _look_for_genres(self, rows: Iterable[JsonObject]) -> None:
        """Check that this app gets genres at all: missing ones are not "none".

        Raises:
            UnsupportedError: It does not.
        """
        listed = [genres_in(row) for row in rows]
        if any(listed):
            self._access.note_open(AccessPart.GENRES)
        elif any(genres is not None for genres in listed):
            self._access.note_without(AccessPart.GENRES, len(listed))
        elif listed and not self._access.is_open(AccessPart.GENRES):
            self._access.close(AccessPart.GENRES, "its artists have no such field")

    def _top(self, session: SpotifySession, own: str) -> Tracks | None:
        if self._access.is_closed(AccessPart.TOP_TRACKS):
            return None
        where, market = f"/artists/{own}/top-tracks", self._spotify.market
        got = session.request(where, lambda s: s.artist_top_tracks(own, country=market))
        if isinstance(got, JsonObject):
            return tracks_of(present(got, "tracks"))
        if got.status == HTTPStatus.FORBIDDEN:
            self._access.note_closed(AccessPart.TOP_TRACKS, "status 403")
        return None


def _requested_track(track: TrackId, row: JsonObject) -> Track:
    """The track under the requested id: in a market, another track may replace it."""
    found, origin = track_of(row), row.maybe_row("linked_from")
    linked = f"{NAME}:{origin.maybe_text('id')}" if origin else None
    if track not in {found.id, linked}:
        raise BadAnswerError(NAME, f"{row.where} is about another track, {found.id}")
    return track_of(_named(row, track))


def _named(row: JsonObject, track: TrackId) -> JsonObject:
    return JsonObject(row.service, row.where, {**row.fields, "id": id_in(track)})


def _tracks_of_albums(session: SpotifySession, own: str) -> Tracks | None:
    """The tracks of an artist's first releases; None for an unknown artist."""
    page = _albums_page(session, own, OWN_KINDS, 0)
    if page is None:
        return None
    market = session.market
    parts: list[Tracks] = []
    for album in list(present(page, "items"))[:ALBUMS_READ]:
        name = album.text("id")
        where = f"/albums/{name}/tracks"
        call = partial(Spotify.album_tracks, album_id=name, market=market)
        got = session.known(where, call)
        parts += [tracks_of(present(got, "items"), album)] if got else []
    return all_tracks(parts)


def _albums_page(
    session: SpotifySession, own: str, kinds: str, offset: int
) -> JsonObject | None:
    """A page of an artist's releases; None for an unknown artist."""
    market = session.market
    return session.paged(
        f"/artists/{own}/albums",
        session.access.page,
        lambda s, limit: s.artist_albums(
            own, include_groups=kinds, country=market, limit=limit, offset=offset
        ),
    )


def _playlist_entries(
    session: SpotifySession, where: str, about: JsonObject
) -> Iterator[JsonObject]:
    """The tracks of a playlist: the first ones come with the playlist, if it is open."""
    page = about.maybe_row("tracks") or about.maybe_row("items")
    kind = "tracks" if about.maybe_row("tracks") else "items"
    count = 0
    for _ in range(MAX_PAGES):
        if page is None or "items" not in page.fields:
            page = _entries_page(session, f"{where}/{kind}", count)
        yield from entries_of(page)
        listed = page.fields.get("items")
        count += len(listed) if isinstance(listed, list) else 0
        if page.maybe_text("next") is None:
            return
        page = None
    raise BadAnswerError(NAME, f"{where} has more than {MAX_PAGES} pages")


def _entries_page(session: SpotifySession, where: str, offset: int) -> JsonObject:
    """One page, by an address of our own: `next` could send the token elsewhere."""
    query = {
        "limit": PLAYLIST_TRACKS_PER_PAGE,
        "offset": offset,
        "market": session.market,
    }
    url = f"{session.address(where.lstrip('/'))}?{urlencode(query)}"
    got = session.request(where, lambda s: s.next({"next": url}))
    if isinstance(got, JsonObject):
        return got
    return session.access.close(
        AccessPart.PLAYLISTS, f"{where} is answered with {got.status}"
    )
