"""Deezer's public API: its paths, objects and errors.

Errors have status 200 and an `error` body. Lists have pages with `next`. The schemas in
tests/fixtures/schemas state which objects were recorded.
"""

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from crawler.standin.http import (
    JsonObject,
    Reply,
    ServiceRequest,
    encode_json,
    json_reply,
)
from crawler.standin.services.previews import signed_link
from crawler.standin.world.world import (
    World,
    WorldArtist,
    WorldPlaylist,
    WorldTrack,
    match_all_words,
)

SITE = "https://www.deezer.example.invalid"
IMAGES = "https://images.example.invalid"
SIZES = (("small", 56), ("medium", 250), ("big", 500), ("xl", 1000))
COUNTRIES = ("BE", "CA", "DE", "FR", "GB", "JP", "SE", "US")

GENRES = (
    (0, "All"),
    (132, "Pop"),
    (116, "Rap/Hip Hop"),
    (152, "Rock"),
    (113, "Dance"),
    (165, "R&B"),
    (85, "Alternative"),
    (106, "Electro"),
    (466, "Folk"),
    (144, "Reggae"),
    (129, "Jazz"),
    (84, "Country"),
    (98, "Classical"),
    (173, "Films/Games"),
    (464, "Metal"),
    (169, "Soul & Funk"),
    (2, "African Music"),
    (12, "Arabic Music"),
    (16, "Asian Music"),
    (153, "Blues"),
    (75, "Brazilian Music"),
    (81, "Indian Music"),
    (95, "Kids"),
    (197, "Latin Music"),
)
GENRE_NAMES = dict(GENRES)
PAGE_SIZE = 25
MAX_PAGE_SIZE = 100
TOP_PAGE_SIZE = 5
_NO_DATA = ("DataException", "no data", 800)
_QUALIFIED = re.compile(r"\b(artist|playlist|track):")
_Call = Callable[[ServiceRequest, str], Reply]


def _images(key: str, kind: str, number: int) -> JsonObject:
    name = f"{IMAGES}/{kind}/{number:032x}"
    return {
        f"{key}_{size}": f"{name}/{width}x{width}-000000-80-0-0.jpg"
        for size, width in SIZES
    }


class DeezerObjects:
    """Makes Deezer's JSON objects from the values of a world."""

    def __init__(self, world: World, previews: str) -> None:
        self._world = world
        self._previews = previews

    def artist(self, artist: WorldArtist, base: str) -> JsonObject:
        """A full artist, as in `/artist/ID` and in lists of artists."""
        return {
            "id": artist.id,
            "name": artist.name,
            "link": f"{SITE}/artist/{artist.id}",
            "picture": f"{base}/artist/{artist.id}/image",
            **_images("picture", "artist", artist.id),
            "nb_album": len(self._world.albums_of.get(artist.id, ())),
            "nb_fan": artist.fans,
            "radio": True,
            "tracklist": f"{base}/artist/{artist.id}/top?limit=50",
            "type": "artist",
        }

    def _brief(self, number: int, base: str) -> JsonObject:
        return {
            "id": number,
            "name": self._world.artists[number].name,
            "link": f"{SITE}/artist/{number}",
            "tracklist": f"{base}/artist/{number}/top?limit=50",
            "type": "artist",
        }

    def _contributors(self, track: WorldTrack, base: str) -> list[JsonObject]:
        return [
            {
                "id": number,
                "name": self._world.artists[number].name,
                "link": f"{SITE}/artist/{number}",
                "share": f"{SITE}/artist/{number}?utm_source=deezer",
                "picture": f"{base}/artist/{number}/image",
                **_images("picture", "artist", number),
                "radio": True,
                "tracklist": f"{base}/artist/{number}/top?limit=50",
                "type": "artist",
                "role": "Main" if place == 0 else "Featured",
            }
            for place, number in enumerate(track.artists)
        ]

    def _album_of(self, track: WorldTrack, base: str) -> JsonObject:
        return {
            "id": track.album_id,
            "title": track.album,
            "cover": f"{base}/album/{track.album_id}/image",
            **_images("cover", "cover", track.album_id),
            "tracklist": f"{base}/album/{track.album_id}/tracks",
            "type": "album",
        }

    def _title(self, track: WorldTrack) -> JsonObject:
        return {
            "id": track.id,
            "readable": track.has_preview,
            "title": track.title,
            "title_short": track.title,
            "title_version": "",
        }

    def _explicit(self, track: WorldTrack) -> JsonObject:
        return {
            "explicit_lyrics": track.explicit,
            "explicit_content_lyrics": int(track.explicit),
            "explicit_content_cover": 0,
        }

    def playlist_track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as in `/playlist/ID/tracks`."""
        return {
            **self._title(track),
            "link": f"{SITE}/track/{track.id}",
            "duration": track.duration,
            "rank": track.rank,
            **self._explicit(track),
            "preview": signed_link(track, self._previews, request.now),
            "time_add": 1_700_000_000,
            "artist": self._brief(track.artists[0], request.base),
            "album": self._album_of(track, request.base),
            "type": "track",
        }

    def top_track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as in `/artist/ID/top`: without ISRC."""
        shape = self.playlist_track(track, request)
        del shape["time_add"]
        return {**shape, "contributors": self._contributors(track, request.base)}

    def track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as in `/track/ID`: with ISRC."""
        return {
            **self.top_track(track, request),
            "isrc": track.isrc,
            "share": f"{SITE}/track/{track.id}?utm_source=deezer",
            "track_position": self._world.albums[track.album_id].index(track) + 1,
            "disk_number": 1,
            "release_date": track.release_date,
            "bpm": 0,
            "gain": -9.1,
            "available_countries": COUNTRIES,
        }

    def _genre_id(self, album: int) -> int:
        """The coarse genre of an album; -1 for one album in nine, as on Deezer."""
        first = self._world.albums[album][0]
        return -1 if album % 9 == 0 else self._world.deezer_genres.get(first.family, -1)

    def album_row(self, album: int, base: str) -> JsonObject:
        """An album as in `/artist/ID/albums`."""
        tracks = self._world.albums[album]
        return {
            "id": album,
            "title": tracks[0].album,
            "link": f"{SITE}/album/{album}",
            "cover": f"{base}/album/{album}/image",
            **_images("cover", "cover", album),
            "genre_id": self._genre_id(album),
            "fans": tracks[0].rank // 3,
            "release_date": tracks[0].release_date,
            "record_type": "album" if len(tracks) > 1 else "single",
            "tracklist": f"{base}/album/{album}/tracks",
            "explicit_lyrics": any(track.explicit for track in tracks),
            "type": "album",
        }

    def album(self, album: int, request: ServiceRequest) -> JsonObject:
        """An album as in `/album/ID`, with its genres and tracks."""
        tracks, genre = self._world.albums[album], self._genre_id(album)
        genres = [(genre, GENRE_NAMES[genre])] if genre in GENRE_NAMES else []
        return {
            **self.album_row(album, request.base),
            "upc": f"{album:012d}",
            "share": f"{SITE}/album/{album}?utm_source=deezer",
            "genres": {"data": [self.genre(g, request.base) for g in genres]},
            "label": "Invented Records",
            "nb_tracks": len(tracks),
            "duration": sum(track.duration for track in tracks),
            "available": True,
            "contributors": self._contributors(tracks[0], request.base),
            "artist": self._brief(tracks[0].artists[0], request.base),
            "tracks": {"data": [self._album_track(track, request) for track in tracks]},
        }

    def _album_track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        shape = self.playlist_track(track, request)
        del shape["time_add"], shape["album"]
        return shape

    def genre(self, genre: tuple[int, str], base: str) -> JsonObject:
        """One of Deezer's coarse genres."""
        number, name = genre
        picture = f"{base}/genre/{number}/image"
        return {"id": number, "name": name, "picture": picture, "type": "genre"}

    def playlist_row(self, playlist: WorldPlaylist, base: str) -> JsonObject:
        """A playlist as in `/search/playlist`."""
        return {**self._playlist(playlist, base), "user": _user(playlist, base)}

    def playlist(self, playlist: WorldPlaylist, request: ServiceRequest) -> JsonObject:
        """A playlist as in `/playlist/ID`, with its tracks."""
        tracks = [self._world.tracks[track] for track in playlist.tracks]
        rows = [self.playlist_track(track, request) for track in tracks]
        return {
            **self._playlist(playlist, request.base),
            "description": "",
            "duration": sum(track.duration for track in tracks),
            "is_loved_track": False,
            "collaborative": False,
            "fans": 12,
            "share": f"{SITE}/playlist/{playlist.id}?utm_source=deezer",
            "creator": _user(playlist, request.base),
            "tracks": {"data": rows},
        }

    def _playlist(self, playlist: WorldPlaylist, base: str) -> JsonObject:
        return {
            "id": playlist.id,
            "title": playlist.title,
            "public": True,
            "nb_tracks": len(playlist.tracks),
            "link": f"{SITE}/playlist/{playlist.id}",
            "picture": f"{base}/playlist/{playlist.id}/image",
            **_images("picture", "playlist", playlist.id),
            "checksum": f"{playlist.id:032x}",
            "tracklist": f"{base}/playlist/{playlist.id}/tracks",
            "creation_date": "2020-01-01 12:00:00",
            "type": "playlist",
        }


def _user(playlist: WorldPlaylist, base: str) -> JsonObject:
    number = 1 + playlist.id % 97
    return {
        "id": number,
        "name": playlist.owner,
        "tracklist": f"{base}/user/{number}/flow",
        "type": "user",
    }


def refused() -> Reply:
    """Deezer's reply to a request beyond its rate limit."""
    return _error("Exception", "Quota limit exceeded", 4)


def _error(kind: str, message: str, code: int) -> Reply:
    return json_reply({"error": {"type": kind, "message": message, "code": code}})


class DeezerApi:
    """Answers from a world."""

    def __init__(self, world: World, previews: str) -> None:
        """Create the API; `previews` is the address of the host of preview links."""
        self._world = world
        self._objects = DeezerObjects(world, previews)
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
        """See `ServiceApi.answer`."""
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
        # Lists of related artists repeat artists: each is encoded once.
        text = self._artists.get(artist.id)
        if text is None:
            text = self._artists[artist.id] = encode_json(
                self._objects.artist(artist, base)
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
        return self._artists_page(request, found, PAGE_SIZE)

    def _search_artists(self, request: ServiceRequest, _: str) -> Reply:
        text = request.value("q")
        if not text:
            return _error("MissingParameterException", "Missing parameters: q", 501)
        found = match_all_words(_QUALIFIED.sub(" ", text), self._world.artists_by_word)
        # In an unreliable order: the best-known homonym need not be first.
        found.sort(key=lambda artist: (artist.id % 7, artist.id))
        return self._artists_page(request, found, PAGE_SIZE)

    def _top(self, request: ServiceRequest, number: str) -> Reply:
        if int(number) not in self._world.artists:
            return _error(*_NO_DATA)
        tracks = self._world.tracks_of.get(int(number), ())[:MAX_PAGE_SIZE]
        chosen, rest = _page(request, len(tracks), TOP_PAGE_SIZE)
        rows = [self._objects.top_track(t, request) for t in tracks[chosen]]
        return json_reply({"data": rows, **rest})

    def _track(self, request: ServiceRequest, number: str) -> Reply:
        track = self._world.tracks.get(int(number))
        if track is None:
            return _error(*_NO_DATA)
        return json_reply(self._objects.track(track, request))

    def _track_by_isrc(self, request: ServiceRequest, isrc: str) -> Reply:
        track = self._world.by_isrc.get(isrc.upper())
        if track is None:
            return _error(*_NO_DATA)
        return json_reply(self._objects.track(track, request))

    def _albums(self, request: ServiceRequest, number: str) -> Reply:
        if int(number) not in self._world.artists:
            return _error(*_NO_DATA)
        albums = self._world.albums_of.get(int(number), ())
        chosen, rest = _page(request, len(albums), PAGE_SIZE)
        rows = [self._objects.album_row(a, request.base) for a in albums[chosen]]
        return json_reply({"data": rows, **rest})

    def _album(self, request: ServiceRequest, number: str) -> Reply:
        if int(number) not in self._world.albums:
            return _error(*_NO_DATA)
        return json_reply(self._objects.album(int(number), request))

    def _search_playlists(self, request: ServiceRequest, _: str) -> Reply:
        text = request.value("q")
        if not text:
            return _error("MissingParameterException", "Missing parameters: q", 501)
        found = match_all_words(
            _QUALIFIED.sub(" ", text), self._world.playlists_by_word
        )
        chosen, rest = _page(request, len(found), PAGE_SIZE)
        rows = [self._objects.playlist_row(p, request.base) for p in found[chosen]]
        return json_reply({"data": rows, **rest})

    def _playlist(self, request: ServiceRequest, number: str) -> Reply:
        playlist = self._world.playlists.get(int(number))
        if playlist is None:
            return _error(*_NO_DATA)
        return json_reply(self._objects.playlist(playlist, request))

    def _playlist_tracks(self, request: ServiceRequest, number: str) -> Reply:
        playlist: WorldPlaylist | None = self._world.playlists.get(int(number))
        if playlist is None:
            return _error(*_NO_DATA)
        tracks = [self._world.tracks[track] for track in playlist.tracks]
        chosen, rest = _page(request, len(tracks), PAGE_SIZE)
        rows = [self._objects.playlist_track(t, request) for t in tracks[chosen]]
        return json_reply({"data": rows, **rest})

    def _genres(self, request: ServiceRequest, _: str) -> Reply:
        return json_reply(
            {"data": [self._objects.genre(g, request.base) for g in GENRES]}
        )


def _page(
    request: ServiceRequest, total: int, page: int
) -> tuple[slice, dict[str, object]]:
    """Return the rows of the page, and the values after them. The limit is at most 100."""
    limit = min(MAX_PAGE_SIZE, request.number("limit", page) or page)
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
