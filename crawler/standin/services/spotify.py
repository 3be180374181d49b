"""Spotify's Web API: paths and search, with the access of the app.

An app with extended quota has everything of 2020. An app made after 2026-02-11 gets 404
for endpoints closed in November 2024 (related artists, recommendations, audio features),
403 for those closed in February 2026 (top tracks, several objects at once, other users'
playlists), shorter pages and smaller objects. Searching for `genre:` works for both;
whether the real service still allows it to new apps is not known.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from crawler.standin.http import (
    JsonObject,
    Reply,
    ServiceRequest,
    encode_json,
    json_reply,
)
from crawler.standin.services.spotify_accounts import App, AppAccess, token_error
from crawler.standin.services.spotify_replies import (
    BadRequestError,
    PageSize,
    SpotifyObjects,
    album_type,
    error_reply,
    inner_page,
    listed_genres,
    page,
    parse_ids,
    require_id,
    select_fields,
)
from crawler.standin.world.spotify_ids import number_of
from crawler.standin.world.world import (
    World,
    WorldArtist,
    WorldPlaylist,
    WorldTrack,
    contains_phrase,
    match_all_words,
    words_of,
)

SIZES = {AppAccess.EXTENDED: PageSize(20, 50), AppAccess.NEW: PageSize(5, 10)}
_FILTER = re.compile(r'\b(artist|track|album|genre|isrc):(?:"([^"]*)"|(\S+))')
RELATED = 20
TOP = 10
ITEMS = PageSize(20, 50)
ALBUMS = {AppAccess.EXTENDED: PageSize(20, 50), AppAccess.NEW: PageSize(5, 10)}
# Objects that one request may name.
SEVERAL = {"artists": 50, "tracks": 50, "albums": 20}
GROUPS = ("album", "single", "compilation", "appears_on")
_CLOSED_IN_2024 = re.compile(
    r"/artists/[^/]+/related-artists|/recommendations.*|/audio-(features|analysis).*"
    r"|/browse/(featured-playlists|categories/[^/]+/playlists)"
)
_CLOSED_IN_2026 = re.compile(
    r"/artists/[^/]+/top-tracks|/artists|/tracks|/albums|/markets|/browse/.*|/users/.*"
    r"|/playlists/[^/]+/tracks"
)
_Call = Callable[[ServiceRequest, str], Reply]


@dataclass(frozen=True, slots=True)
class SpotifyQuery:
    """A parsed search.

    Attributes:
        words: The text outside of filters.
        filters: Values by name; of a repeated filter, the last one.
    """

    words: str
    filters: Mapping[str, str]

    def text(self, *names: str) -> str:
        """The words and the values of the named filters."""
        return " ".join((self.words, *(self.filters.get(name, "") for name in names)))


def parse_query(text: str) -> SpotifyQuery:
    """Parse the text of a search.

    >>> parse_query('genre:"black metal" moon')
    SpotifyQuery(words=' moon', filters={'genre': 'black metal'})
    """
    filters = {found[1]: found[2] or found[3] or "" for found in _FILTER.finditer(text)}
    return SpotifyQuery(_FILTER.sub("", text), filters)


class SpotifySearch:
    """Answers searches from a world, one page per type of object."""

    def __init__(self, world: World, objects: SpotifyObjects, app: App) -> None:
        self._world = world
        self._objects = objects
        self._size = SIZES[app.access]
        self._kinds: Mapping[
            str, Callable[[SpotifyQuery, ServiceRequest], JsonObject]
        ] = {
            "artist": self._artist_page,
            "track": self._track_page,
            "album": self._album_page,
            "playlist": self._playlist_page,
        }

    def answer(self, request: ServiceRequest, _: str = "") -> Reply:
        """Answer a search for the requested types.

        Raises:
            BadRequestError: A parameter is missing or wrong.
        """
        query = parse_query(request.value("q") or "")
        if not query.text(*query.filters).strip():
            raise BadRequestError(400, "No search query")
        kinds = (request.value("type") or "").split(",")
        unknown = [kind for kind in kinds if kind not in self._kinds]
        if unknown:
            known = "Bad search type field " + unknown[0]
            raise BadRequestError(400, known if any(kinds) else "Missing type")
        return json_reply(
            {f"{kind}s": self._kinds[kind](query, request) for kind in kinds}
        )

    def _artist_page(self, query: SpotifyQuery, request: ServiceRequest) -> JsonObject:
        found = self._artists(query)
        # In no order to rely on: the best known homonym need not come first.
        found.sort(key=lambda artist: (artist.id % 7, artist.id))
        shape = partial(self._objects.artist, base=request.base)
        return page(request, found, self._size, shape)

    def _artists(self, query: SpotifyQuery) -> list[WorldArtist]:
        text, genre = query.text("artist"), query.filters.get("genre")
        all_artists = list(self._world.artists.values()) if genre else []
        found = (
            match_all_words(text, self._world.artists_by_word)
            if text.strip()
            else all_artists
        )
        return [artist for artist in found if _plays(artist, genre)]

    def _track_page(self, query: SpotifyQuery, request: ServiceRequest) -> JsonObject:
        shape = partial(self._objects.track, request=request)
        return page(request, self._tracks(query), self._size, shape)

    def _tracks(self, query: SpotifyQuery) -> Sequence[WorldTrack]:
        isrc = query.filters.get("isrc")
        if isrc is not None:
            track = self._world.by_isrc.get(isrc.upper())
            return [track] if track else []
        found = match_all_words(
            query.text("artist", "track"), self._world.tracks_by_word
        )
        album = words_of(query.filters.get("album", ""))
        return [
            track for track in found if contains_phrase(words_of(track.album), album)
        ]

    def _album_page(self, query: SpotifyQuery, request: ServiceRequest) -> JsonObject:
        found = match_all_words(query.text("artist", "album"), self._albums_by_word)
        shape = partial(self._objects.album, request=request)
        return page(request, found, self._size, shape)

    @cached_property
    def _albums_by_word(self) -> Mapping[str, list[int]]:
        """Albums by each word of their name and their artist's name."""
        index: dict[str, list[int]] = {}
        for album, (first, *_) in self._world.albums.items():
            artist = self._world.artists[first.artists[0]].name
            for word in dict.fromkeys(words_of(f"{first.album} {artist}")):
                index.setdefault(word, []).append(album)
        return index

    def _playlist_page(
        self, query: SpotifyQuery, request: ServiceRequest
    ) -> JsonObject:
        found: list[WorldPlaylist] = match_all_words(
            query.words, self._world.playlists_by_word
        )
        shape = partial(self._objects.playlist_row, base=request.base)
        return page(request, found, self._size, shape)


def _plays(artist: WorldArtist, genre: str | None) -> bool:
    if genre is None:
        return True
    phrase = words_of(genre)
    return any(
        contains_phrase(words_of(name), phrase) for name in listed_genres(artist)
    )


def refused() -> Reply:
    """Spotify's reply to a request beyond its rate limit, which adds when to retry."""
    return error_reply(429, "API rate limit exceeded")


class SpotifyApi:
    """Answers from a world."""

    def __init__(self, world: World, app: App, previews: str) -> None:
        """Create the API; `previews` is the address of the host of preview links."""
        self._world = world
        self._app = app
        self._objects = SpotifyObjects(world, app, previews)
        self._search = SpotifySearch(world, self._objects, app)
        self._artists: dict[int, bytes] = {}
        self._calls: tuple[tuple[re.Pattern[str], _Call], ...] = tuple(
            (re.compile(pattern), call)
            for pattern, call in (
                (r"/artists/([^/]+)/related-artists", self._related),
                (r"/artists/([^/]+)", self._artist),
                (r"/(search)", self._search.answer),
                (r"/artists/([^/]+)/albums", self._albums),
                (r"/albums/([^/]+)/tracks", self._album_tracks),
                (r"/tracks/([^/]+)", self._track),
                (r"/artists/([^/]+)/top-tracks", self._top),
                (r"/albums/([^/]+)", self._album),
                (r"/(artists|tracks|albums)", self._several),
                (r"/playlists/([^/]+)", self._playlist),
                (r"/playlists/([^/]+/(?:tracks|items))", self._playlist_items),
            )
        )

    def answer(self, request: ServiceRequest) -> Reply:
        """See `ServiceApi.answer`. A request without a valid token gets 401."""
        error = token_error(request.headers, request.now)
        if error is not None:
            return error_reply(401, error)
        path = request.path.removesuffix("/")
        if not path.startswith("/v1/"):
            return error_reply(404, "Service not found")
        try:
            return self._closed(path[3:]) or self._open(path[3:], request)
        except BadRequestError as bad_request:
            return bad_request.answer

    def _closed(self, path: str) -> Reply | None:
        if self._objects.extended:
            return None
        if _CLOSED_IN_2024.fullmatch(path):
            return error_reply(404, "Not Found")
        return (
            error_reply(403, "Forbidden") if _CLOSED_IN_2026.fullmatch(path) else None
        )

    def _open(self, path: str, request: ServiceRequest) -> Reply:
        for pattern, call in self._calls:
            found = pattern.fullmatch(path)
            if found:
                return call(request, found[1])
        return error_reply(404, "Service not found")

    def _artist_named(self, name: str) -> WorldArtist:
        number = self._objects.artists.get(require_id(name))
        if number is None:
            number = number_of("artist", name)
        artist = self._world.artists.get(number or 0)
        # Only the artist's own id: in a world with given ids, computed ids are unknown.
        if artist is None or self._objects.artist_id(artist.id) != name:
            raise _missing()
        return artist

    def _album_named(self, name: str) -> int:
        number = number_of("album", require_id(name))
        if number is None or number not in self._world.albums:
            raise _missing()
        return number

    def _track_named(self, name: str) -> WorldTrack:
        track = self._world.tracks.get(number_of("track", require_id(name)) or 0)
        if track is None:
            raise _missing()
        return track

    def _playlist_named(self, name: str) -> WorldPlaylist:
        number = number_of("playlist", require_id(name))
        playlist = self._world.playlists.get(number or 0)
        if playlist is None or self._objects.hidden(playlist):
            raise _missing()
        return playlist

    def _artist(self, request: ServiceRequest, name: str) -> Reply:
        return Reply(200, self._artist_text(self._artist_named(name), request.base))

    def _artist_text(self, artist: WorldArtist, base: str) -> bytes:
        # Lists of related artists repeat artists: each is encoded once.
        text = self._artists.get(artist.id)
        if text is None:
            text = self._artists[artist.id] = encode_json(
                self._objects.artist(artist, base)
            )
        return text

    def _related(self, request: ServiceRequest, name: str) -> Reply:
        related = self._artist_named(name).related[:RELATED]
        artists = (self._world.artists[number] for number in related)
        rows = (self._artist_text(artist, request.base) for artist in artists)
        return Reply(200, b'{"artists":[' + b",".join(rows) + b"]}")

    def _top(self, request: ServiceRequest, name: str) -> Reply:
        tracks = self._world.tracks_of.get(self._artist_named(name).id, ())[:TOP]
        return json_reply({"tracks": [self._objects.track(t, request) for t in tracks]})

    def _albums(self, request: ServiceRequest, name: str) -> Reply:
        artist = self._artist_named(name).id
        groups = (request.value("include_groups") or ",".join(GROUPS)).split(",")
        if not set(groups) <= set(GROUPS):
            raise BadRequestError(400, "Invalid include_groups")
        found = [row for row in self._discography(artist) if row.group in groups]
        size = ALBUMS[self._app.access]
        return json_reply(
            page(request, found, size, lambda row: self._album_row(row, request))
        )

    def _discography(self, artist: int) -> list["_Release"]:
        """The artist's own albums and singles, then others' on which it appears."""
        own = self._world.albums_of.get(artist, ())
        found = [_Release(a, album_type(self._world.albums[a])) for a in own]
        tracks = self._world.tracks_of.get(artist, ())
        others = dict.fromkeys(t.album_id for t in tracks if t.artists[0] != artist)
        found += [_Release(album, "appears_on") for album in others]
        return sorted(found, key=lambda row: GROUPS.index(row.group))

    def _album_row(self, row: "_Release", request: ServiceRequest) -> JsonObject:
        shape = self._objects.album(row.album, request)
        return {**shape, "album_group": row.group} if self._objects.extended else shape

    def _album(self, request: ServiceRequest, name: str) -> Reply:
        return json_reply(self._full_album(self._album_named(name), request))

    def _full_album(self, album: int, request: ServiceRequest) -> JsonObject:
        tracks = inner_page(
            request,
            f"/v1/albums/{self._objects.album_id(album)}/tracks",
            self._world.albums[album],
            ITEMS.maximum,
            lambda track: self._objects.album_track(track, request),
        )
        return self._objects.full_album(album, request, tracks)

    def _album_tracks(self, request: ServiceRequest, name: str) -> Reply:
        tracks = self._world.albums[self._album_named(name)]
        return json_reply(
            page(
                request,
                tracks,
                ITEMS,
                lambda track: self._objects.album_track(track, request),
            )
        )

    def _track(self, request: ServiceRequest, name: str) -> Reply:
        return json_reply(self._objects.track(self._track_named(name), request))

    def _several(self, request: ServiceRequest, kind: str) -> Reply:
        """Several objects, in the requested order; null for unknown ones."""
        names = parse_ids(request, SEVERAL[kind])
        return json_reply({kind: [self._one(kind, name, request) for name in names]})

    def _one(self, kind: str, name: str, request: ServiceRequest) -> JsonObject | None:
        try:
            if kind == "artists":
                return self._objects.artist(self._artist_named(name), request.base)
            if kind == "tracks":
                return self._objects.track(self._track_named(name), request)
            return self._full_album(self._album_named(name), request)
        except BadRequestError:
            return None

    def _playlist(self, request: ServiceRequest, name: str) -> Reply:
        playlist = self._playlist_named(name)
        shape = self._objects.playlist(playlist, request.base)
        if not self._objects.readable(playlist):
            return json_reply(select_fields(request, shape))
        key = "tracks" if self._objects.extended else "items"
        shape[key] = inner_page(
            request,
            f"/v1/playlists/{name}/{key}",
            self._listed(playlist),
            ITEMS.maximum,
            lambda track: self._objects.playlist_item(track, key[:-1], request),
        )
        return json_reply(select_fields(request, shape))

    def _listed(self, playlist: WorldPlaylist) -> list[WorldTrack]:
        return [self._world.tracks[number] for number in playlist.tracks]

    def _playlist_items(self, request: ServiceRequest, name: str) -> Reply:
        """List the tracks; under `tracks` each is called `track`, under `items`, `item`."""
        name, _, key = name.partition("/")
        playlist = self._playlist_named(name)
        if not self._objects.readable(playlist):
            return error_reply(403, "Forbidden")
        rows = page(
            request,
            self._listed(playlist),
            ITEMS,
            lambda track: self._objects.playlist_item(track, key[:-1], request),
        )
        return json_reply(select_fields(request, rows))


def _missing() -> BadRequestError:
    return BadRequestError(404, "Resource not found")


@dataclass(frozen=True, slots=True)
class _Release:
    """An album in an artist's discography, and its group."""

    album: int
    group: str
