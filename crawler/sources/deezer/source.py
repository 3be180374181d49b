"""Deezer: related artists, tracks, releases, playlists and previews, without a key.

API: https://developers.deezer.com/api, as it answered in 2025 and 2026.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from crawler.errors import BadAnswerError
from crawler.http.client import HttpClient
from crawler.http.responses import JsonResponse, JsonValue
from crawler.http.retry import FailureKind, RequestFailure
from crawler.http.urls import is_web
from crawler.sources.base import (
    Album,
    Answer,
    NotFound,
    PlaylistTracks,
    Preview,
    RelatedArtists,
    Tracks,
)
from crawler.sources.deezer.parsing import (
    albums_of,
    artist_of,
    artists_of,
    number_in,
    playlist_of,
    preview_link,
    track_of,
    tracks_of,
)
from crawler.sources.deezer.service import NAME, SERVICE
from crawler.sources.http_source import HttpSource
from crawler.sources.json_reader import JsonObject, an_object
from graph.model.music import Artist, ArtistId, Playlist, PlaylistId, Related, TrackId

# Error codes that come with HTTP 200.
QUOTA, BUSY, NO_DATA = 4, 700, 800
# Deezer requests a pause of "some seconds"; its window is 5 (developers.deezer.com/api, Limits).
QUOTA_PAUSE_SECONDS = 5.0

RELATED_PER_PAGE = 50  # more than the 20 there usually are; 39 were seen in 2019
TOP_TRACKS = 25
FOUND_PER_SEARCH = 25
PLAYLIST_TRACKS_PER_PAGE = 100
ALBUMS_PER_PAGE = 100
MAX_PAGES = 200


@dataclass(frozen=True, slots=True)
class _Listed:
    """The rows of all pages, and the requests they took."""

    rows: tuple[JsonObject, ...]
    requests: int


class DeezerSource(HttpSource):
    """Deezer's catalogue. See `Source`.

    Leaves out "Various Artists" everywhere, an artist's relation to itself, and
    repeated rows.
    """

    def __init__(self, client: HttpClient) -> None:
        super().__init__(SERVICE, client)

    def find_artists(self, text: str) -> Answer[tuple[Artist, ...]]:
        """See `Source.find_artists`."""
        rows = self._found("/search/artist", text)
        return Answer(artists_of(rows), _spent(1))

    def artist(self, artist: ArtistId) -> Answer[Artist] | NotFound:
        """See `Source.artist`."""
        row = self._object("/artist/{}", artist)
        return row if isinstance(row, NotFound) else Answer(artist_of(row), _spent(1))

    def related(self, artist: ArtistId) -> Answer[RelatedArtists] | NotFound:
        """See `Source.related`. Ranks run from 1 without a gap."""
        listed = self._listed("/artist/{}/related", artist, RELATED_PER_PAGE)
        if isinstance(listed, NotFound):
            return listed
        others = tuple(a for a in artists_of(listed.rows) if a.id != artist)
        edges = tuple(
            Related(artist, other.id, NAME, rank)
            for rank, other in enumerate(others, start=1)
        )
        return Answer(RelatedArtists(others, edges), _spent(listed.requests))

    def top_tracks(self, artist: ArtistId) -> Answer[Tracks] | NotFound:
        """See `Source.top_tracks`. The first `TOP_TRACKS`, without ISRC."""
        path = "/artist/{}/top"
        row = self._object(path, artist, {"limit": str(TOP_TRACKS)})
        if isinstance(row, NotFound):
            return row
        return Answer(tracks_of(row.rows("data")), _spent(1))

    def albums(self, artist: ArtistId) -> Answer[tuple[Album, ...]] | NotFound:
        """See `Source.albums`. Deezer's list leaves out the numbers of tracks."""
        listed = self._listed("/artist/{}/albums", artist, ALBUMS_PER_PAGE)
        if isinstance(listed, NotFound):
            return listed
        return Answer(albums_of(listed.rows), _spent(listed.requests))

    def find_playlists(self, text: str) -> Answer[tuple[Playlist, ...]]:
        """See `Source.find_playlists`."""
        rows = self._found("/search/playlist", text)
        return Answer(tuple(playlist_of(row) for row in rows), _spent(1))

    def playlist(self, playlist: PlaylistId) -> Answer[PlaylistTracks] | NotFound:
        """See `Source.playlist`. One request for its name, one per 100 tracks."""
        about = self._object("/playlist/{}", playlist)
        if isinstance(about, NotFound):
            return about
        path = "/playlist/{}/tracks"
        listed = self._listed(path, playlist, PLAYLIST_TRACKS_PER_PAGE)
        if isinstance(listed, NotFound):
            return NotFound(_spent(2))
        value = PlaylistTracks(playlist_of(about), tracks_of(listed.rows))
        return Answer(value, _spent(1 + listed.requests))

    def preview(self, track: TrackId) -> Answer[Preview] | NotFound:
        """See `Source.preview`. The link expires 900 seconds after this answer."""
        row = self._object("/track/{}", track)
        if isinstance(row, NotFound):
            return row
        found, link = track_of(row), preview_link(row)
        if found.id != track:
            what = f"{row.where} is about another track, {found.id}"
            raise BadAnswerError(NAME, what)
        if link is not None and not is_web(link):
            raise BadAnswerError(NAME, f'{row.where} has "{link}" as its preview')
        return Answer(Preview(found, link), _spent(1))

    def _found(self, path: str, text: str) -> tuple[JsonObject, ...]:
        params = {"q": text, "limit": str(FOUND_PER_SEARCH)}
        row = self._row(path, params)
        return () if row is None else tuple(row.rows("data"))

    def _object(
        self, path: str, name: str, params: Mapping[str, str] | None = None
    ) -> JsonObject | NotFound:
        """The reply about one id; an id that is not Deezer's is `NotFound`."""
        number = number_in(name)
        if number is None:
            return NotFound({})
        row = self._row(path.format(number), params or {})
        return NotFound(_spent(1)) if row is None else row

    def _listed(self, path: str, name: str, per_page: int) -> _Listed | NotFound:
        """All rows of a list, page after page.

        Only the `index` of the address in `next` is used: a person who sets another
        address for Deezer means it for every page.
        """
        rows: list[JsonObject] = []
        index = 0
        for requests in range(1, MAX_PAGES + 1):
            params = {"limit": str(per_page), "index": str(index)}
            page = self._object(path, name, params)
            if isinstance(page, NotFound):
                return page
            rows += page.rows("data")
            following = _following(page, index)
            if following is None:
                return _Listed(tuple(rows), requests)
            index = following
        what = f"{path.format(number_in(name))} has more than {MAX_PAGES} pages"
        raise BadAnswerError(NAME, what)

    def _row(self, path: str, params: Mapping[str, str]) -> JsonObject | None:
        """The reply, or None where Deezer does not know the id."""
        detector = partial(detect_error, path)
        reply = self.client.get_json(NAME, path, params, detector)
        if _is_unknown(reply):
            return None
        if reply.status != HTTPStatus.OK:
            what = f"{path} was answered with status {reply.status} and no error of Deezer's"
            raise BadAnswerError(NAME, what)
        return an_object(NAME, path, reply.value)


def detect_error(path: str, reply: JsonResponse) -> RequestFailure | None:
    """Deezer's errors come with HTTP 200, so `error` is checked before anything else.

    Otherwise throttling would look like an empty list.
    """
    error = _error_in(reply.value)
    if not error or _is_unknown(reply):
        return None
    code, what = _code(error), f'{path} was answered with "{_words_of(error)}"'
    if code == QUOTA:
        return RequestFailure(NAME, FailureKind.THROTTLED, what, QUOTA_PAUSE_SECONDS)
    kind = FailureKind.SERVER if code == BUSY else FailureKind.REFUSED
    return RequestFailure(NAME, kind, what)


def _is_unknown(reply: JsonResponse) -> bool:
    """Whether the reply is Deezer's own "no data" or 404, not some proxy's."""
    error = _error_in(reply.value)
    missing = reply.status == HTTPStatus.NOT_FOUND and _code(error) is None
    return bool(error) and (_code(error) == NO_DATA or missing)


def _error_in(value: JsonValue) -> JsonValue:
    return value.get("error") if isinstance(value, dict) else None


def _code(error: JsonValue) -> int | None:
    """The error's code; some errors have none, and some are only a text."""
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        code = error["code"]
        return code if isinstance(code, int) else None
    text = _words_of(error).lower()
    if "quota" in text:
        return QUOTA
    return NO_DATA if "no data" in text else None


def _words_of(error: JsonValue) -> str:
    if isinstance(error, dict):
        parts = (error.get(key) for key in ("type", "message", "code"))
        return ", ".join(str(part) for part in parts if part is not None)
    return str(error)


def _following(page: JsonObject, index: int) -> int | None:
    """The index of the next page, or None after the last."""
    link = page.maybe_text("next")
    if link is None:
        return None
    try:
        following = int(parse_qs(urlsplit(link).query)["index"][0])
    except (ValueError, KeyError):
        following = 0
    if following <= index:
        raise BadAnswerError(NAME, f'{page.where} has "{link}" as its next page')
    return following


def _spent(requests: int) -> Mapping[str, int]:
    return {NAME: requests}
