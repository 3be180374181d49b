"""Spotify's search: words, and `artist:`, `track:`, `album:`, `genre:` and `isrc:`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from crawler.standin.http import (
    JsonObject,
    Reply,
    ServiceRequest,
    json_reply,
)
from crawler.standin.services.spotify_accounts import App, AppAccess
from crawler.standin.services.spotify_replies import (
    BadRequestError,
    PageSize,
    SpotifyObjects,
    listed_genres,
    page,
)
from crawler.standin.world.index import match_all_words
from crawler.standin.world.text import contains_phrase, words_of
from crawler.standin.world.world import World, WorldArtist, WorldPlaylist, WorldTrack

SIZES = {AppAccess.EXTENDED: PageSize(20, 50), AppAccess.NEW: PageSize(5, 10)}
_FILTER = re.compile(r'\b(artist|track|album|genre|isrc):(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True, slots=True)
class SpotifyQuery:
    """A search, taken apart.

    Attributes:
        words: What stands outside of filters.
        filters: By name; a filter given twice counts once.
    """

    words: str
    filters: Mapping[str, str]

    def text(self, *names: str) -> str:
        """The words, and those of the filters named."""
        return " ".join((self.words, *(self.filters.get(name, "") for name in names)))


def parse_query(text: str) -> SpotifyQuery:
    """The search that a text asks for.

    >>> parse_query('genre:"black metal" moon')
    SpotifyQuery(words=' moon', filters={'genre': 'black metal'})
    """
    filters = {found[1]: found[2] or found[3] or "" for found in _FILTER.finditer(text)}
    return SpotifyQuery(_FILTER.sub("", text), filters)


class SpotifySearch:
    """Answers from a world, each kind in a page of its own."""

    def __init__(self, world: World, shapes: SpotifyObjects, app: App) -> None:
        self._world = world
        self._shapes = shapes
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
        """All kinds that are asked for.

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
        shape = partial(self._shapes.artist, base=request.base)
        return page(request, found, self._size, shape)

    def _artists(self, query: SpotifyQuery) -> list[WorldArtist]:
        text, genre = query.text("artist"), query.filters.get("genre")
        everybody = list(self._world.artists.values()) if genre else []
        found = (
            match_all_words(text, self._world.artists_by_word)
            if text.strip()
            else everybody
        )
        return [artist for artist in found if _plays(artist, genre)]

    def _track_page(self, query: SpotifyQuery, request: ServiceRequest) -> JsonObject:
        shape = partial(self._shapes.track, request=request)
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
        shape = partial(self._shapes.album, request=request)
        return page(request, found, self._size, shape)

    @cached_property
    def _albums_by_word(self) -> Mapping[str, list[int]]:
        """Albums by each word of their name and of their artist's."""
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
        shape = partial(self._shapes.playlist_row, base=request.base)
        return page(request, found, self._size, shape)


def _plays(artist: WorldArtist, genre: str | None) -> bool:
    if genre is None:
        return True
    phrase = words_of(genre)
    return any(
        contains_phrase(words_of(name), phrase) for name in listed_genres(artist)
    )
