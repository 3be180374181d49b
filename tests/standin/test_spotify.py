"""Replies of the stand-in's Spotify from its world, to extended and new apps."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.standin.services.spotify_replies import popularity
from crawler.standin.world.generator import WorldMix, make_world
from crawler.standin.world.spotify_ids import KINDS, WELL_FORMED, number_of, spotify_id
from tests.support.servers.spotify_session import SpotifySession, open_spotify

WORLD = make_world(400, seed=5, shares=WorldMix(known=0.7))
ARTISTS = list(WORLD.artists.values())
JAZZ = [a for a in ARTISTS if a.mbid and any("jazz" in n for n, v in a.genres if v)]
PAGE = "https://open.spotify.com/artist/{}"


@pytest.fixture(scope="module")
def extended() -> Iterator[SpotifySession]:
    with open_spotify(WORLD) as opened:
        yield opened


@pytest.fixture(scope="module")
def new() -> Iterator[SpotifySession]:
    with open_spotify(WORLD, "new") as opened:
        yield opened


def named(kind: str, numbers) -> list[str]:
    return [spotify_id(kind, number) for number in numbers]


def ids(rows) -> list[str]:
    return [row["id"] for row in rows]


@given(st.sampled_from(KINDS), st.integers(1, 2**60))
def test_spotify_id_round_trips(kind, number) -> None:
    text = spotify_id(kind, number)
    assert WELL_FORMED.fullmatch(text)
    found = {other: number_of(other, text) for other in KINDS}
    assert found == {**dict.fromkeys(KINDS), kind: number}


def test_related_artists_nearest_first(extended: SpotifySession) -> None:
    for artist in ARTISTS[:5]:
        path = f"/artists/{spotify_id('artist', artist.id)}/related-artists"
        found = ids(extended.get(path).json()["artists"])
        assert found == named("artist", artist.related)
        assert len(found) == 20


def test_genres_of_artists(
    extended: SpotifySession,
) -> None:
    unknown = next(a for a in ARTISTS if a.mbid is None and a.genres)
    unvoted = next(a for a in ARTISTS if a.mbid and 0 in dict(a.genres).values())
    for artist in (unknown, unvoted):
        row = extended.get(f"/artists/{spotify_id('artist', artist.id)}").json()
        voted = sorted(name for name, votes in artist.genres if votes)
        assert row["genres"] == (voted if artist.mbid else [])
        assert row["followers"]["total"] == artist.fans


def test_popularity_increases_with_followers(extended: SpotifySession) -> None:
    chosen = named("artist", (artist.id for artist in ARTISTS[:50]))
    rows = extended.get("/artists", ids=",".join(chosen)).json()["artists"]
    assert ids(rows) == chosen
    rows.sort(key=lambda row: row["followers"]["total"])
    popularities = [row["popularity"] for row in rows]
    assert popularities == sorted(popularities)
    assert 0 < popularities[0] < popularities[-1] <= 100
    assert popularity(10**9) == 100


def test_albums_of_artist_and_appearances(
    extended: SpotifySession, new: SpotifySession
) -> None:
    guest = next(t for t in WORLD.tracks.values() if len(t.artists) > 1).artists[1]
    path = f"/artists/{spotify_id('artist', guest)}/albums"
    rows = extended.all_of(path, limit=2)
    own = set(named("album", WORLD.albums_of[guest]))
    others = {t.album_id for t in WORLD.tracks_of[guest] if t.artists[0] != guest}
    groups = {row["id"]: row["album_group"] for row in rows}
    assert {album for album, group in groups.items() if group != "appears_on"} == own
    assert set(groups) - own == set(named("album", others))
    assert ids(new.all_of(path, limit=2)) == ids(rows)
    only = extended.all_of(path, include_groups="album,single")
    assert set(ids(only)) == own


def test_album_tracks_in_order(new: SpotifySession) -> None:
    album, tracks = max(WORLD.albums.items(), key=lambda item: len(item[1]))
    path = f"/albums/{spotify_id('album', album)}/tracks"
    rows = new.all_of(path, limit=3)
    assert [row["track_number"] for row in rows] == list(range(1, len(tracks) + 1))
    assert [ids(row["artists"]) for row in rows] == [
        named("artist", track.artists) for track in tracks
    ]
    assert "external_ids" not in rows[0]
    whole = new.get(f"/tracks/{rows[0]['id']}").json()
    assert whole["external_ids"] == {"isrc": tracks[0].isrc}


def test_top_tracks_are_the_ten_most_popular(extended: SpotifySession) -> None:
    artist = max(WORLD.tracks_of, key=lambda number: len(WORLD.tracks_of[number]))
    path = f"/artists/{spotify_id('artist', artist)}/top-tracks"
    rows = extended.get(path, market="DE").json()["tracks"]
    tracks = WORLD.tracks_of[artist]
    assert len(tracks) > 10
    assert ids(rows) == named("track", (track.id for track in tracks[:10]))


def test_pages_link_to_neighbours(new: SpotifySession) -> None:
    first = new.get("/search", q="genre:jazz", type="artist", limit=4).json()["artists"]
    second = new.session.get(first["next"]).json()["artists"]
    for link in (first["href"], first["next"], second["previous"]):
        assert link.startswith(new.standin.spotify_url + "/search?")
    assert (first["previous"], first["total"]) == (None, len(JAZZ))
    assert (second["offset"], second["limit"]) == (4, 4)
    assert new.session.get(second["previous"]).json()["artists"] == first
    assert not set(ids(first["items"])) & set(ids(second["items"]))
    tracks = max(WORLD.albums.values(), key=len)
    path = f"/albums/{spotify_id('album', tracks[0].album_id)}/tracks"
    assert new.get(path, limit=len(tracks)).json()["next"] is None


def test_search_by_genre(extended: SpotifySession, new: SpotifySession) -> None:
    expected = set(named("artist", (artist.id for artist in JAZZ)))
    for spotify in (extended, new):
        query = {"q": 'genre:"jazz"', "type": "artist"}
        rows = spotify.all_of("/search", "artists", **query)
        assert (len(rows), set(ids(rows))) == (len(JAZZ), expected)


def test_homonyms_are_not_sorted_by_popularity(extended: SpotifySession) -> None:
    firsts, names = 0, [artist.name for artist in ARTISTS[25::50]]
    for name in names:
        rows = extended.all_of(
            "/search", "artists", q=f'artist:"{name}"', type="artist"
        )
        same = [row["popularity"] for row in rows if row["name"] == name]
        assert len(same) >= 2
        firsts += same[0] == max(same)
    assert firsts < len(names)


def test_search_for_tracks(
    new: SpotifySession,
) -> None:
    track = next(t for t in WORLD.tracks.values() if " " in t.title)
    artist = WORLD.artists[track.artists[0]].name
    [one] = new.all_of("/search", "tracks", q=f"isrc:{track.isrc}", type="track")
    assert one["external_ids"]["isrc"] == track.isrc
    for query in (
        f"{artist} {track.title}",
        f'track:"{track.title}" artist:"{artist}"',
    ):
        assert spotify_id("track", track.id) in ids(
            new.all_of("/search", "tracks", q=query, type="track")
        )
    within = f'{artist} album:"{track.album}"'
    rows = new.all_of("/search", "tracks", q=within, type="track")
    assert {row["album"]["name"] for row in rows} == {track.album}


def test_market_replaces_list_of_markets(
    extended: SpotifySession,
) -> None:
    path = f"/tracks/{spotify_id('track', next(iter(WORLD.tracks)))}"
    anywhere, there = extended.get(path).json(), extended.get(path, market="DE").json()
    assert (there["is_playable"], "available_markets" in there) == (True, False)
    assert ("is_playable" in anywhere, "DE" in anywhere["available_markets"]) == (
        False,
        True,
    )


def test_playlist_tracks_under_both_names(extended: SpotifySession) -> None:
    playlist = next(iter(WORLD.playlists.values()))
    path = f"/playlists/{spotify_id('playlist', playlist.id)}"
    expected = named("track", playlist.tracks)
    for key in ("track", "item"):
        rows = extended.all_of(f"{path}/{key}s", limit=13)
        assert [row[key]["id"] for row in rows] == expected
    within = extended.get(path).json()["tracks"]
    assert within["items"][0]["track"]["id"] == expected[0]
    assert urlsplit(within["href"]).path.endswith(f"{path}/tracks")


FIELDS = [
    ("total", {"total"}, None),
    ("items(item(id,artists.id)),next", {"items", "next"}, {"item"}),
    ("items(!added_at,!added_by)", {"items"}, {"item", "is_local"}),
    ("items.is_local,items.item.name", {"items"}, {"item", "is_local"}),
]


@pytest.mark.parametrize(("fields", "keys", "of_rows"), FIELDS)
def test_playlist_fields(fields, keys, of_rows, extended: SpotifySession) -> None:
    path = f"/playlists/{spotify_id('playlist', next(iter(WORLD.playlists)))}/items"
    body = extended.get(path, fields=fields).json()
    assert set(body) == keys
    assert all(set(row) == of_rows for row in body.get("items", ()))


def test_nested_and_invalid_fields(
    extended: SpotifySession,
) -> None:
    path = f"/playlists/{spotify_id('playlist', next(iter(WORLD.playlists)))}"
    body = extended.get(path, fields="name,tracks(items(track(artists(id))))").json()
    assert set(body) == {"name", "tracks"}
    track = body["tracks"]["items"][0]["track"]
    assert set(track) == {"artists"}
    assert set(track["artists"][0]) == {"id"}
    both = extended.get(path, fields="owner.id,owner.display_name").json()
    assert set(both["owner"]) == {"id", "display_name"}
    for wrong in ("name)", "tracks(items", "tracks.", "(name)"):
        assert extended.get(path, fields=wrong).status_code == 400


def test_spotifys_own_playlists_are_null_for_new_app(
    extended: SpotifySession, new: SpotifySession
) -> None:
    query = {"q": "jazz", "type": "playlist"}
    everything = extended.all_of("/search", "playlists", **query)
    less = new.all_of("/search", "playlists", **query)
    assert len(everything) == len(less) == 4
    hidden = [a["name"] for a, b in zip(everything, less, strict=True) if b is None]
    assert hidden == ["This is jazz 2026"]
    found = next(row for row in less if row)
    assert found["items"]["total"] == everything[0]["tracks"]["total"] > 0
    whole = new.get(f"/playlists/{found['id']}").json()
    assert (whole["name"], "items" in whole, "tracks" in whole) == (
        found["name"],
        False,
        False,
    )
