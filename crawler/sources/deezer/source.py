"""Deezer: related artists, tracks, releases, playlists and previews, without any key.

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
from crawler.http.urls import is_loopback, is_web
from crawler.sources.base import (
    INVENTED_MUSIC,
    Album,
    Answer,
    BaseSource,
    Capability,
    NotFound,
    PlaylistTracks,
    Preview,
    RelatedArtists,
    Terms,
    Tracks,
)
from crawler.sources.deezer.parsing import (
    SOURCE,
    albums_of,
    artist_of,
    artists_of,
    number_in,
    playlist_of,
    preview_link,
    track_of,
    tracks_of,
)
from crawler.sources.json_reader import JsonObject, an_object
from graph.model.music import Artist, ArtistId, Playlist, PlaylistId, Related, TrackId

# Error codes that come with HTTP 200.
QUOTA, BUSY, NO_DATA = 4, 700, 800
# Deezer says "in some seconds"; its window is 5 (developers.deezer.com/api, Limits).
QUOTA_PAUSE_SECONDS = 5.0

RELATED_PER_PAGE = 50  # more than the 20 there usually are; 39 were seen in 2019
TOP_TRACKS = 25
FOUND_PER_SEARCH = 25
PLAYLIST_TRACKS_PER_PAGE = 100
ALBUMS_PER_PAGE = 100
MOST_PAGES = 200

TERMS = Terms(
    summary=(
        "Deezer allows non-commercial, strictly private use. It forbids copying, so "
        "keeping its previews, also for machine learning, is not licensed."
    ),
    url="https://developers.deezer.com/termsofuse",
    accepting_means=(
        "I have read Deezer's terms; I have the right to keep these previews (a "
        "written permission, or an exception in my country's law), use them "
        "privately and non-commercially, and pass no audio on."
    ),
)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The rows of all pages, and what they took."""

    rows: tuple[JsonObject, ...]
    requests: int


class DeezerSource(BaseSource):
    """Deezer's catalogue. See `crawler.sources.base.Source`.

    "Various Artists" is dropped wherever it appears, and so are an artist's relation
    to itself and repeated rows.
    """

    name: str = SOURCE
    capabilities: Mapping[Capability, int] = {
        Capability.SEARCH: 1,
        Capability.ARTIST: 1,
        Capability.RELATED: 1,
        Capability.TRACKS: 1,
        Capability.ALBUMS: 1,
        Capability.PLAYLISTS: 1,
        Capability.PREVIEWS: 1,
    }

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    @property
    def terms(self) -> Terms:
        """Deezer's, or the stand-in's when that is asked instead."""
        address = self._client.service(SOURCE).base_url
        return INVENTED_MUSIC if is_loopback(address) else TERMS

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
            Related(artist, other.id, SOURCE, rank)
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
        """See `Source.albums`. Without numbers of tracks, which Deezer's list leaves out."""
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
        """See `Source.preview`. The link dies 900 seconds after this answer."""
        row = self._object("/track/{}", track)
        if isinstance(row, NotFound):
            return row
        found, link = track_of(row), preview_link(row)
        if found.id != track:
            what = f"{row.where} is about another track, {found.id}"
            raise BadAnswerError(SOURCE, what)
        if link is not None and not is_web(link):
            raise BadAnswerError(SOURCE, f'{row.where} has "{link}" as its preview')
        return Answer(Preview(found, link), _spent(1))

    def _found(self, path: str, text: str) -> tuple[JsonObject, ...]:
        params = {"q": text, "limit": str(FOUND_PER_SEARCH)}
        row = self._row(path, params)
        return () if row is None else tuple(row.rows("data"))

    def _object(
        self, path: str, name: str, params: Mapping[str, str] | None = None
    ) -> JsonObject | NotFound:
        """What Deezer says about one id; an id that is not Deezer's is not found."""
        number = number_in(name)
        if number is None:
            return NotFound({})
        row = self._row(path.format(number), params or {})
        return NotFound(_spent(1)) if row is None else row

    def _listed(self, path: str, name: str, per_page: int) -> _Listed | NotFound:
        """All rows of a list, page after page.

        The address in `next` is not followed, only its `index`: who set another
        address for Deezer means that one for every page.
        """
        rows: list[JsonObject] = []
        index = 0
        for requests in range(1, MOST_PAGES + 1):
            params = {"limit": str(per_page), "index": str(index)}
            page = self._object(path, name, params)
            if isinstance(page, NotFound):
                return page
            rows += page.rows("data")
            following = _following(page, index)
            if following is None:
                return _Listed(tuple(rows), requests)
            index = following
        what = f"{path.format(number_in(name))} has more than {MOST_PAGES} pages"
        raise BadAnswerError(SOURCE, what)

    def _row(self, path: str, params: Mapping[str, str]) -> JsonObject | None:
        """The reply, or None where Deezer knows no such thing."""
        judge = partial(judge_reply, path)
        reply = self._client.get_json(SOURCE, path, params, judge)
        if _is_unknown(reply):
            return None
        if reply.status != HTTPStatus.OK:
            what = f"{path} was answered with status {reply.status} and no error of Deezer's"
            raise BadAnswerError(SOURCE, what)
        return an_object(SOURCE, path, reply.value)


def judge_reply(path: str, reply: JsonResponse) -> RequestFailure | None:
    """Deezer's errors come with HTTP 200: look at `error` before anything else.

    Whoever does not takes throttling for an empty list.
    """
    error = _error_in(reply.value)
    if not error or _is_unknown(reply):
        return None
    code, said = _code(error), f'{path} was answered with "{_said(error)}"'
    if code == QUOTA:
        return RequestFailure(SOURCE, FailureKind.THROTTLED, said, QUOTA_PAUSE_SECONDS)
    trouble = FailureKind.SERVER if code == BUSY else FailureKind.REFUSED
    return RequestFailure(SOURCE, trouble, said)


def _is_unknown(reply: JsonResponse) -> bool:
    """Deezer's own "no data", or its 404: one without such an error is somebody else's."""
    error = _error_in(reply.value)
    missing = reply.status == HTTPStatus.NOT_FOUND and _code(error) is None
    return bool(error) and (_code(error) == NO_DATA or missing)


def _error_in(value: JsonValue) -> JsonValue:
    return value.get("error") if isinstance(value, dict) else None


def _code(error: JsonValue) -> int | None:
    """The error's code; some bodies have none, and some errors are only a text."""
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        code = error["code"]
        return code if isinstance(code, int) else None
    text = _said(error).lower()
    if "quota" in text:
        return QUOTA
    return NO_DATA if "no data" in text else None


def _said(error: JsonValue) -> str:
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
        raise BadAnswerError(SOURCE, f'{page.where} has "{link}" as its next page')
    return following


def _spent(requests: int) -> Mapping[str, int]:
    return {SOURCE: requests}
