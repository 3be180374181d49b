"""The replies of the stand-in's Spotify match schemas of the real service.

The app has extended quota or was made in 2026; each schema names its origin in
`$comment`.
"""

from collections.abc import Iterator

import pytest

from crawler.standin.services.spotify_accounts import App, AppAccess
from crawler.standin.world.generator import bundled_world
from crawler.standin.world.spotify_ids import spotify_id
from tests.support.servers.spotify_session import (
    SpotifySession,
    open_spotify,
    validator,
)

WORLD = bundled_world()
ARTIST = next(a for a in WORLD.artists.values() if a.mbid and len(a.genres) > 1)
JOINT = next(t for t in WORLD.tracks.values() if len(t.artists) > 1)
TRACK = WORLD.tracks_of[ARTIST.id][0]
OWN, OTHERS, *_ = WORLD.playlists
OFFICIAL = next(p.id for p in WORLD.playlists.values() if "This is" in p.title)
NOBODY = spotify_id("artist", 1)

A = spotify_id("artist", ARTIST.id)
GUEST = spotify_id("artist", JOINT.artists[1])
T = spotify_id("track", TRACK.id)
L = spotify_id("album", TRACK.album_id)
P, Q, S = (spotify_id("playlist", number) for number in (OWN, OTHERS, OFFICIAL))


@pytest.fixture(scope="module")
def extended() -> Iterator[SpotifySession]:
    with open_spotify(WORLD) as opened:
        yield opened


@pytest.fixture(scope="module")
def new() -> Iterator[SpotifySession]:
    app = App(AppAccess.NEW, own_playlists=frozenset({OWN}))
    with open_spotify(WORLD, app) as opened:
        yield opened


OF_EXTENDED = [
    ("artist", f"/artists/{A}", {}),
    ("artists", f"/artists/{A}/related-artists", {}),
    ("artists", "/artists", {"ids": f"{A},{NOBODY}"}),
    ("artists", "/artists/", {"ids": A}),
    ("tracks", f"/artists/{A}/top-tracks", {"country": "DE"}),
    ("tracks", "/tracks", {"ids": T, "market": "DE"}),
    ("albums", "/albums", {"ids": L}),
    ("album-page", f"/artists/{A}/albums", {"limit": 50}),
    ("album-page", f"/artists/{GUEST}/albums", {"include_groups": "appears_on"}),
    ("album", f"/albums/{L}", {}),
    ("track-page", f"/albums/{L}/tracks", {"limit": 50, "market": "DE"}),
    ("track", f"/tracks/{T}", {}),
    ("search", "/search", {"q": ARTIST.name, "type": "artist", "limit": 50}),
    ("search", "/search", {"q": "genre:jazz", "type": "artist"}),
    ("search", "/search", {"q": ARTIST.name, "type": "artist,track,album"}),
    ("search", "/search", {"q": f"isrc:{TRACK.isrc}", "type": "track"}),
    ("search", "/search", {"q": "no such artist", "type": "artist"}),
    ("search", "/search", {"q": "jazz", "type": "playlist", "limit": 50}),
    ("playlist", f"/playlists/{S}", {}),
    ("playlist-tracks", f"/playlists/{P}/tracks", {"limit": 50}),
    ("playlist-items", f"/playlists/{Q}/items", {"limit": 50, "offset": 5}),
]
OF_NEW = [
    ("artist", f"/artists/{A}", {}),
    ("album-page", f"/artists/{A}/albums", {"limit": 10, "market": "DE"}),
    ("album", f"/albums/{L}", {}),
    ("track-page", f"/albums/{L}/tracks", {"limit": 50}),
    ("track", f"/tracks/{T}", {"market": "DE"}),
    ("search", "/search", {"q": ARTIST.name, "type": "artist", "limit": 10}),
    ("search", "/search", {"q": ARTIST.name, "type": "artist,track,album"}),
    ("search", "/search", {"q": "jazz", "type": "playlist"}),
    ("playlist", f"/playlists/{P}", {}),
    ("playlist-of-others", f"/playlists/{Q}", {}),
    ("playlist-items", f"/playlists/{P}/items", {"limit": 50}),
]


@pytest.mark.parametrize(("part", "path", "query"), OF_EXTENDED)
def test_replies_to_extended_app_match_schema(
    part: str, path: str, query: dict, extended: SpotifySession
) -> None:
    answer = extended.get(path, **query)
    assert answer.status_code == 200
    validator("extended", part).validate(answer.json())


@pytest.mark.parametrize(("part", "path", "query"), OF_NEW)
def test_replies_to_new_app_match_schema(
    part: str, path: str, query: dict, new: SpotifySession
) -> None:
    answer = new.get(path, **query)
    assert answer.status_code == 200
    validator("new", part).validate(answer.json())


REFUSED_TO_NEW = [
    (f"/artists/{A}/related-artists", {}, 404, "Not Found"),
    (f"/artists/{NOBODY}/related-artists", {}, 404, "Not Found"),
    ("/audio-features", {"ids": T}, 404, "Not Found"),
    (f"/artists/{A}/top-tracks", {"market": "DE"}, 403, "Forbidden"),
    ("/artists", {"ids": A}, 403, "Forbidden"),
    ("/artists/", {"ids": A}, 403, "Forbidden"),
    ("/tracks", {"ids": T}, 403, "Forbidden"),
    ("/albums", {"ids": L}, 403, "Forbidden"),
    ("/browse/new-releases", {}, 403, "Forbidden"),
    (f"/playlists/{Q}/items", {}, 403, "Forbidden"),
    (f"/playlists/{P}/tracks", {}, 403, "Forbidden"),
    (f"/playlists/{S}", {}, 404, "Resource not found"),
    ("/search", {"q": "a", "type": "artist", "limit": 11}, 400, "Invalid limit"),
    (f"/artists/{A}/albums", {"limit": 20}, 400, "Invalid limit"),
    (f"/albums/{L}/tracks", {"limit": 51}, 400, "Invalid limit"),
]
REFUSED_TO_ALL = [
    (f"/artists/{NOBODY}", {}, 404, "Resource not found"),
    (f"/artists/{T}", {}, 404, "Resource not found"),
    ("/artists/short", {}, 400, "Invalid base62 id"),
    (f"/albums/{A}", {}, 404, "Resource not found"),
    (f"/tracks/{A}", {}, 404, "Resource not found"),
    (f"/playlists/{A}", {}, 404, "Resource not found"),
    ("/search", {"type": "artist"}, 400, "No search query"),
    ("/search", {"q": "jazz"}, 400, "Missing type"),
    ("/search", {"q": "jazz", "type": "song"}, 400, "Bad search type field song"),
    ("/search", {"q": "a", "type": "artist", "limit": 0}, 400, "Invalid limit"),
    ("/search", {"q": "a", "type": "artist", "limit": "x"}, 400, "Invalid limit"),
    ("/search", {"q": "a", "type": "artist", "offset": 1001}, 400, "Invalid offset"),
    ("/nothing/here", {}, 404, "Service not found"),
]
REFUSED_TO_EXTENDED = [
    ("/search", {"q": "a", "type": "artist", "limit": 51}, 400, "Invalid limit"),
    (f"/artists/{A}/albums", {"include_groups": "x"}, 400, "Invalid include_groups"),
    ("/artists", {"ids": ",".join([A] * 51)}, 400, "Too many ids requested"),
    ("/albums", {"ids": ",".join([L] * 21)}, 400, "Too many ids requested"),
    ("/tracks", {}, 400, "Missing required field: ids"),
]


def check_refusal(
    spotify: SpotifySession, path: str, query: dict, status: int, message: str
) -> None:
    answer = spotify.get(path, **query)
    assert answer.status_code == status
    validator("refusals", "error").validate(answer.json())
    assert answer.json()["error"] == {"status": status, "message": message}


@pytest.mark.parametrize(
    ("path", "query", "status", "message"), REFUSED_TO_NEW + REFUSED_TO_ALL
)
def test_refusals_to_new_app(
    path: str, query: dict, status: int, message: str, new: SpotifySession
) -> None:
    check_refusal(new, path, query, status, message)


@pytest.mark.parametrize(
    ("path", "query", "status", "message"), REFUSED_TO_EXTENDED + REFUSED_TO_ALL
)
def test_refusals_to_extended_app(
    path: str, query: dict, status: int, message: str, extended: SpotifySession
) -> None:
    check_refusal(extended, path, query, status, message)


FOLLOWERS = {"followers": {"href": None, "total": 1}, "genres": [], "popularity": 9}


def test_schemas_distinguish_new_and_extended_apps(
    extended: SpotifySession, new: SpotifySession
) -> None:
    for part, path in (("artist", f"/artists/{A}"), ("track", f"/tracks/{T}")):
        whole, less = extended.get(path).json(), new.get(path).json()
        assert not validator("new", part).is_valid(whole)
        assert not validator("extended", part).is_valid(less)
    brief = new.get(f"/artists/{A}").json()
    assert validator("extended", "artist").is_valid({**brief, **FOLLOWERS})
    assert not validator("new", "artist").is_valid({**brief, "genres": []})


def test_schemas_reject_wrong_refusals() -> None:
    error = {"status": 429, "message": "Too many requests"}
    used_up = {"error": {**error, "reason": "QUOTA_EXCEEDED"}}
    assert validator("refusals", "quota").is_valid(used_up)
    assert not validator("refusals", "quota").is_valid({"error": error})
    assert validator("refusals", "error").is_valid({"error": error})
    assert not validator("refusals", "error").is_valid({"error": "Not Found"})
    assert not validator("refusals", "refused").is_valid(used_up)
