"""Deezer's public API: paths, replies and errors as it gives them.

Errors come with HTTP 200 and an `error` body. Lists come in pages with `next`.
"""

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from crawler.standin.http import (
    Reply,
    ServiceRequest,
    encode_json,
    json_reply,
)
from crawler.standin.services.deezer_shapes import GENRES, DeezerObjects
from crawler.standin.world.index import match_all_words
from crawler.standin.world.world import World, WorldArtist, WorldPlaylist

PAGE = 25
MOST = 100
TOP_PAGE = 5
_NO_DATA = ("DataException", "no data", 800)
_QUALIFIED = re.compile(r"\b(artist|playlist|track):")


def refused() -> Reply:
    """What Deezer says to who asks too fast."""
    return _error("Exception", "Quota limit exceeded", 4)


def _error(kind: str, message: str, code: int) -> Reply:
    return json_reply({"error": {"type": kind, "message": message, "code": code}})


class DeezerApi:
    """Answers from a world."""

    def __init__(self, world: World, previews: str) -> None:
        """`previews` is the address of the host that preview links point at."""
        self._world = world
        self._shapes = DeezerObjects(world, previews)
        self._artists: dict[int, bytes] = {}
        self._calls: tuple[tuple[re.Pattern[str], _Call], ...] = tuple(
            (re.compile(pattern), call)
            for pattern, call in (
                (r"/artist/(\d{1,18})/related", self._related),
                (r"/artist/(\d{1,18})/top", self._top),
                (r"/track/(\d{1,18})", self._track),
                (r"/track/isrc:(\w+)", self._track_by_isrc),
                (r"/search/(artist)", self._search_artists),
                (r"/artist/(\d{1,18})", self._artist),
                (r"/artist/(\d{1,18})/albums", self._albums),
                (r"/album/(\d{1,18})", self._album),
                (r"/search/(playlist)", self._search_playlists),
                (r"/playlist/(\d{1,18})", self._playlist),
                (r"/playlist/(\d{1,18})/tracks", self._playlist_tracks),
                (r"/(genre)", self._genres),
            )
        )

    def answer(self, request: ServiceRequest) -> Reply:
        """See `Service.answer`."""
        for pattern, call in self._calls:
            found = pattern.fullmatch(request.path)
            if found:
                return call(request, found[1])
        unknown = f"Unknown path components : {request.path}"
        return _error("InvalidQueryException", unknown, 600)

    def _artist(self, request: ServiceRequest, number: str) -> Reply:
        artist = self._world.artists.get(int(number))
        if artist is None:
            return _error(*_NO_DATA)
        return Reply(200, self._artist_text(artist, request.base))

    def _artist_text(self, artist: WorldArtist, base: str) -> bytes:
        # Related lists repeat the same artists: each is encoded once.
        text = self._artists.get(artist.id)
        if text is None:
            text = self._artists[artist.id] = encode_json(
                self._shapes.artist(artist, base)
            )
        return text

    def _artists_page(
        self, request: ServiceRequest, found: Sequence[WorldArtist], page: int
    ) -> Reply:
        chosen, rest = _page(request, len(found), page)
        rows = (self._artist_text(artist, request.base) for artist in found[chosen])
        tail = encode_json(rest)
        return Reply(200, b'{"data":[' + b",".join(rows) + b"]," + tail[1:])

    def _related(self, request: ServiceRequest, number: str) -> Reply:
        artist = self._world.artists.get(int(number))
        if artist is None:
            return _error(*_NO_DATA)
        found = [self._world.artists[other] for other in artist.related]
        return self._artists_page(request, found, PAGE)

    def _search_artists(self, request: ServiceRequest, _: str) -> Reply:
        text = request.value("q")
        if not text:
            return _error("MissingParameterException", "Missing parameters: q", 501)
        found = match_all_words(_QUALIFIED.sub(" ", text), self._world.artists_by_word)
        # In no order to rely on: the best known homonym need not come first.
        found.sort(key=lambda artist: (artist.id % 7, artist.id))
        return self._artists_page(request, found, PAGE)

    def _top(self, request: ServiceRequest, number: str) -> Reply:
        if int(number) not in self._world.artists:
            return _error(*_NO_DATA)
        tracks = self._world.tracks_of.get(int(number), ())[:MOST]
        chosen, rest = _page(request, len(tracks), TOP_PAGE)
        rows = [self._shapes.top_track(t, request) for t in tracks[chosen]]
        return json_reply({"data": rows, **rest})

    def _track(self, request: ServiceRequest, number: str) -> Reply:
        track = self._world.tracks.get(int(number))
        if track is None:
            return _error(*_NO_DATA)
        return json_reply(self._shapes.track(track, request))

    def _track_by_isrc(self, request: ServiceRequest, isrc: str) -> Reply:
        track = self._world.by_isrc.get(isrc.upper())
        if track is None:
            return _error(*_NO_DATA)
        return json_reply(self._shapes.track(track, request))

    def _albums(self, request: ServiceRequest, number: str) -> Reply:
        if int(number) not in self._world.artists:
            return _error(*_NO_DATA)
        albums = self._world.albums_of.get(int(number), ())
        chosen, rest = _page(request, len(albums), PAGE)
        rows = [self._shapes.album_row(a, request.base) for a in albums[chosen]]
        return json_reply({"data": rows, **rest})

    def _album(self, request: ServiceRequest, number: str) -> Reply:
        if int(number) not in self._world.albums:
            return _error(*_NO_DATA)
        return json_reply(self._shapes.album(int(number), request))

    def _search_playlists(self, request: ServiceRequest, _: str) -> Reply:
        text = request.value("q")
        if not text:
            return _error("MissingParameterException", "Missing parameters: q", 501)
        found = match_all_words(
            _QUALIFIED.sub(" ", text), self._world.playlists_by_word
        )
        chosen, rest = _page(request, len(found), PAGE)
        rows = [self._shapes.playlist_row(p, request.base) for p in found[chosen]]
        return json_reply({"data": rows, **rest})

    def _playlist(self, request: ServiceRequest, number: str) -> Reply:
        playlist = self._world.playlists.get(int(number))
        if playlist is None:
            return _error(*_NO_DATA)
        return json_reply(self._shapes.playlist(playlist, request))

    def _playlist_tracks(self, request: ServiceRequest, number: str) -> Reply:
        playlist: WorldPlaylist | None = self._world.playlists.get(int(number))
        if playlist is None:
            return _error(*_NO_DATA)
        tracks = [self._world.tracks[track] for track in playlist.tracks]
        chosen, rest = _page(request, len(tracks), PAGE)
        rows = [self._shapes.playlist_track(t, request) for t in tracks[chosen]]
        return json_reply({"data": rows, **rest})

    def _genres(self, request: ServiceRequest, _: str) -> Reply:
        return json_reply(
            {"data": [self._shapes.genre(g, request.base) for g in GENRES]}
        )


_Call = Callable[[ServiceRequest, str], Reply]


def _page(
    request: ServiceRequest, total: int, page: int
) -> tuple[slice, dict[str, object]]:
    """Which rows to give, and what stands after them. A limit over 100 is 100."""
    limit = min(MOST, request.number("limit", page) or page)
    index = request.number("index", 0)
    rest: dict[str, object] = {"total": total}
    if index:
        rest["prev"] = _at(request, max(0, index - limit))
    if index + limit < total:
        rest["next"] = _at(request, index + limit)
    return slice(index, index + limit), rest


def _at(request: ServiceRequest, index: int) -> str:
    kept = [(k, v) for k, v in request.query if k != "index"]
    query = urlencode([*kept, ("index", str(index))])
    return f"{request.base}{request.path}?{query}"
