"""Spotify's replies: errors, pages, field filters, and its objects.

An app with extended quota gets all fields. A new app gets none of the fields that Spotify
calls deprecated: an artist's followers, genres and popularity, a track's preview and
popularity, an album's markets, genres and label.

A request for a playlist may name its `fields`, written as `name,owner.id`,
`items(item(name,artists(id)))` or, for all but some, `items(!added_at)`.
"""

import math
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias, TypeVar
from urllib.parse import urlencode

from crawler.standin.http import (
    JsonObject,
    Reply,
    ServiceRequest,
    json_reply,
)
from crawler.standin.services.previews import permanent_link
from crawler.standin.services.spotify_accounts import App, AppAccess
from crawler.standin.world.spotify_ids import WELL_FORMED, spotify_id
from crawler.standin.world.world import (
    NO_DATE,
    World,
    WorldArtist,
    WorldPlaylist,
    WorldTrack,
)

T = TypeVar("T")

# Largest offset into a list.
MAX_OFFSET = 1000
_TOKEN = re.compile(r"[^,.()]+|[,.()]")
# Requested fields and their subfields; an empty tree requests all subfields.
Tree: TypeAlias = dict[str, "Tree"]
SITE = "https://open.spotify.example.invalid"
IMAGES = "https://images.example.invalid"
SIZES = (640, 300, 64)
MARKETS = ("BE", "CA", "DE", "FR", "GB", "JP", "SE", "US")
ADDED = "2020-01-01T12:00:00Z"


@dataclass(frozen=True, slots=True)
class PageSize:
    """The default and the largest number of rows on a page."""

    default: int
    maximum: int


class BadRequestError(Exception):
    """A request that Spotify refuses; `answer` is its reply."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = error_reply(status, message)


def error_reply(status: int, message: str) -> Reply:
    """An error as the Web API writes it."""
    return json_reply({"error": {"status": status, "message": message}}, status)


def require_id(text: str) -> str:
    """Return an id after checking its form.

    Raises:
        BadRequestError: It is not an id.
    """
    if not WELL_FORMED.fullmatch(text):
        raise BadRequestError(400, "Invalid base62 id")
    return text


def parse_ids(request: ServiceRequest, most: int) -> list[str]:
    """Parse the ids of a request for several objects.

    Raises:
        BadRequestError: There are none or too many, or one is not an id.
    """
    names = [name for name in (request.value("ids") or "").split(",") if name]
    if not 1 <= len(names) <= most:
        message = "Too many ids requested" if names else "Missing required field: ids"
        raise BadRequestError(400, message)
    return [require_id(name) for name in names]


def page(
    request: ServiceRequest,
    found: Sequence[T],
    size: PageSize,
    shape: Callable[[T], object],
) -> JsonObject:
    """Make the requested page of a list, with links to its neighbours.

    Raises:
        BadRequestError: Limit or offset exceed what Spotify allows.
    """
    limit = _number(request, "limit", size.default)
    if not 1 <= limit <= size.maximum:
        raise BadRequestError(400, "Invalid limit")
    offset = _number(request, "offset", 0)
    if offset > MAX_OFFSET:
        raise BadRequestError(400, "Invalid offset")
    return _page(request, found, shape, limit, offset)


def inner_page(
    request: ServiceRequest,
    path: str,
    found: Sequence[T],
    most: int,
    shape: Callable[[T], object],
) -> JsonObject:
    """Make the first page of a list inside another object; `path` leads to the rest."""
    return _page(replace(request, path=path), found, shape, most, 0)


def _number(request: ServiceRequest, name: str, default: int) -> int:
    text = request.value(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise BadRequestError(400, f"Invalid {name}")
    return int(text)


def _page(
    request: ServiceRequest,
    found: Sequence[T],
    shape: Callable[[T], object],
    limit: int,
    offset: int,
) -> JsonObject:
    more, before = offset + limit < len(found), max(0, offset - limit)
    return {
        "href": _at(request, limit, offset),
        "items": [shape(value) for value in found[offset : offset + limit]],
        "limit": limit,
        "next": _at(request, limit, offset + limit) if more else None,
        "offset": offset,
        "previous": _at(request, limit, before) if offset else None,
        "total": len(found),
    }


def _at(request: ServiceRequest, limit: int, offset: int) -> str:
    kept = [(k, v) for k, v in request.query if k not in {"limit", "offset"}]
    query = urlencode([*kept, ("offset", str(offset)), ("limit", str(limit))])
    return f"{request.base}{request.path}?{query}"


def select_fields(request: ServiceRequest, shape: JsonObject) -> JsonObject:
    """Reduce a reply to the request's `fields`; without `fields` return all of it.

    Raises:
        BadRequestError: The fields cannot be parsed.
    """
    text = request.value("fields")
    if not text:
        return shape
    tokens = deque(_TOKEN.findall(text))
    tree = _tree(tokens)
    if tokens:
        raise BadRequestError(400, "Invalid fields")
    return _taken(shape, tree)


def _tree(tokens: deque[str]) -> Tree:
    tree: Tree = {}
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens.popleft()
            continue
        name, inner = _entry(tokens)
        _merge(tree, {name: inner})
    return tree


def _merge(tree: Tree, other: Tree) -> None:
    for name, inner in other.items():
        _merge(tree.setdefault(name, {}), inner)


def _entry(tokens: deque[str]) -> tuple[str, Tree]:
    name = tokens.popleft()
    after = tokens[0] if tokens else ","
    if name in {".", "("} or (after in {".", "("} and len(tokens) == 1):
        raise BadRequestError(400, "Invalid fields")
    if after == ".":
        tokens.popleft()
        inner, further = _entry(tokens)
        return name, {inner: further}
    return name, _bracketed(tokens) if after == "(" else {}


def _bracketed(tokens: deque[str]) -> Tree:
    tokens.popleft()
    tree = _tree(tokens)
    if not tokens:
        raise BadRequestError(400, "Invalid fields")
    tokens.popleft()
    return tree


def _taken(shape: JsonObject, tree: Tree) -> JsonObject:
    without = {name[1:] for name in tree if name.startswith("!")}
    if without:
        return {key: value for key, value in shape.items() if key not in without}
    return {k: _inside(v, tree[k]) for k, v in shape.items() if k in tree}


def _inside(value: object, tree: Tree) -> object:
    if not tree:
        return value
    if isinstance(value, list):
        return [_inside(one, tree) for one in value]
    return _taken(value, tree) if isinstance(value, dict) else value


class SpotifyObjects:
    """Makes Spotify's JSON objects from the values of a world."""

    def __init__(self, world: World, app: App, previews: str) -> None:
        """Create the objects; `previews` is the address of the host of preview links."""
        self._world = world
        self._own = app.own_playlists
        self._previews = previews
        self.extended = app.access is AppAccess.EXTENDED

    @cached_property
    def artists(self) -> dict[str, int]:
        """Artists by Spotify id, for worlds that contain such ids."""
        return {text: number for number, text in self._world.spotify_ids.items()}

    def artist_id(self, number: int) -> str:
        """The artist's id, as in the address of its page."""
        return self._world.spotify_ids.get(number) or spotify_id("artist", number)

    def album_id(self, number: int) -> str:
        """The album's id."""
        return spotify_id("album", number)

    def artist(self, artist: WorldArtist, base: str) -> JsonObject:
        """A full artist, as in `/artists/ID` and in lists of artists."""
        shape = {
            **self._artist(artist.id, base),
            "images": _images("artist", artist.id),
        }
        if not self.extended:
            return shape
        return {
            **shape,
            "followers": {"href": None, "total": artist.fans},
            "genres": listed_genres(artist),
            "popularity": popularity(artist.fans),
        }

    def _artist(self, number: int, base: str) -> JsonObject:
        name = self._world.artists[number].name
        return {**_identity("artist", self.artist_id(number), base), "name": name}

    def album(self, number: int, request: ServiceRequest) -> JsonObject:
        """An album as in tracks and search results."""
        tracks = self._world.albums[number]
        first = tracks[0]
        return {
            **_identity("album", self.album_id(number), request.base),
            "album_type": album_type(tracks),
            "artists": [self._artist(first.artists[0], request.base)],
            "images": _images("album", number),
            "name": first.album,
            **_released(first.release_date),
            "total_tracks": len(tracks),
            **self._markets(request),
        }

    def full_album(
        self, number: int, request: ServiceRequest, tracks: JsonObject
    ) -> JsonObject:
        """An album as in `/albums/ID`, with a page of its tracks."""
        shape = {
            **self.album(number, request),
            "tracks": tracks,
            "copyrights": [{"text": "2020 Invented Records", "type": "C"}],
            "external_ids": {"upc": f"{number:012d}"},
        }
        if not self.extended:
            return shape
        most = max(track.rank for track in self._world.albums[number])
        extra = {"genres": [], "label": "Invented Records"}
        return {**shape, **extra, "popularity": popularity(most)}

    def _markets(self, request: ServiceRequest) -> JsonObject:
        """For a given market Spotify states whether a track plays there, not all markets."""
        if not self.extended:
            return {}
        if request.value("market") or request.value("country"):
            return {"is_playable": True}
        return {"available_markets": MARKETS}

    def album_track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as in an album's list of tracks: without ISRC."""
        base = request.base
        shape = {
            **_identity("track", spotify_id("track", track.id), base),
            "artists": [self._artist(number, base) for number in track.artists],
            "disc_number": 1,
            "duration_ms": track.duration * 1000,
            "explicit": track.explicit,
            "is_local": False,
            "name": track.title,
            "track_number": self._world.albums[track.album_id].index(track) + 1,
            **self._markets(request),
        }
        if self.extended:
            shape["preview_url"] = permanent_link(track, self._previews)
        return shape

    def track(self, track: WorldTrack, request: ServiceRequest) -> JsonObject:
        """A track as in `/tracks/ID`, search results and playlists: with album and ISRC."""
        shape = {
            **self.album_track(track, request),
            "album": self.album(track.album_id, request),
            "external_ids": {"isrc": track.isrc},
        }
        return (
            {**shape, "popularity": popularity(track.rank)} if self.extended else shape
        )

    def playlist_row(self, playlist: WorldPlaylist, base: str) -> JsonObject | None:
        """A playlist as in search results; for a new app, null if it is Spotify's own."""
        if self.hidden(playlist):
            return None
        shape = self.playlist(playlist, base)
        del shape["followers"]
        key = "tracks" if self.extended else "items"
        listed = {"href": f"{shape['href']}/{key}", "total": len(playlist.tracks)}
        return {**shape, key: listed}

    def playlist(self, playlist: WorldPlaylist, base: str) -> JsonObject:
        """A playlist without its tracks: all that a new app sees of other users' playlists."""
        return {
            **_identity("playlist", spotify_id("playlist", playlist.id), base),
            "collaborative": False,
            "description": "",
            "followers": {"href": None, "total": 12},
            "images": _images("playlist", playlist.id),
            "name": playlist.title,
            "owner": {**_user(playlist, base), "display_name": _owner(playlist)},
            "public": True,
            "snapshot_id": f"{playlist.id:032x}",
        }

    def hidden(self, playlist: WorldPlaylist) -> bool:
        """Whether it is one of Spotify's own, which new apps do not get."""
        return not self.extended and is_spotifys_own(playlist)

    def readable(self, playlist: WorldPlaylist) -> bool:
        """Whether the app may read its tracks."""
        return self.extended or playlist.id in self._own

    def playlist_item(
        self, track: WorldTrack, key: str, request: ServiceRequest
    ) -> JsonObject:
        """An entry of a playlist; the `key` of its track is `track` or `item`."""
        shape: JsonObject = {"added_at": ADDED, "added_by": None, "is_local": False}
        return {**shape, key: self.track(track, request)}


def listed_genres(artist: WorldArtist) -> list[str]:
    """Names of genres, sorted, without votes.

    Artists without genres are the same as on MusicBrainz, so the share of untagged artists
    in an invented world is the same on both services.
    """
    return sorted(name for name, votes in artist.genres if votes and artist.mbid)


def popularity(count: int) -> int:
    """Spotify's popularity, 0 to 100, for a number of listeners."""
    return min(100, int(16 * math.log10(1 + count)))


def album_type(tracks: tuple[WorldTrack, ...]) -> str:
    """Spotify's type of an album with these tracks."""
    return "album" if len(tracks) > 1 else "single"


def is_spotifys_own(playlist: WorldPlaylist) -> bool:
    """Whether Spotify made the playlist itself, by its name."""
    return playlist.title.startswith("This is ")


def _identity(kind: str, name: str, base: str) -> JsonObject:
    return {
        "external_urls": {"spotify": f"{SITE}/{kind}/{name}"},
        "href": f"{base}/v1/{kind}s/{name}",
        "id": name,
        "type": kind,
        "uri": f"spotify:{kind}:{name}",
    }


def _images(kind: str, number: int) -> list[JsonObject]:
    return [
        {"height": size, "url": f"{IMAGES}/{kind}/{number}/{size}", "width": size}
        for size in SIZES
    ]


def _released(date: str) -> JsonObject:
    if date == NO_DATE:
        return {"release_date": "0000", "release_date_precision": "year"}
    return {"release_date": date, "release_date_precision": "day"}


def _owner(playlist: WorldPlaylist) -> str:
    return "Spotify" if is_spotifys_own(playlist) else playlist.owner


def _user(playlist: WorldPlaylist, base: str) -> JsonObject:
    name = _owner(playlist).lower().replace(" ", "-")
    return {
        "external_urls": {"spotify": f"{SITE}/user/{name}"},
        "href": f"{base}/v1/users/{name}",
        "id": name,
        "type": "user",
        "uri": f"spotify:user:{name}",
    }
