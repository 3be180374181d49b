"""Spotify's artists, genres, tracks and playlists, with extended quota."""

from urllib.parse import parse_qsl

import pytest

from crawler.sources.base import Answer, Capability, NotFound, Source
from crawler.standin import faults
from crawler.standin.http import json_reply
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from crawler.standin.world.spotify_ids import spotify_id
from graph.model.genres import fold
from graph.model.music import ArtistId, PlaylistId, TrackId
from tests.support.servers.spotify_client import NOBODY, spotify_of
from tests.support.worlds.spotify_worlds import artist_id


@pytest.fixture(scope="module")
def world():
    return bundled_world()


@pytest.fixture(scope="module")
def standin(world):
    with serve(world, limits=False) as standin:
        yield standin


@pytest.fixture
def spotify(standin) -> Source:
    return spotify_of(standin)


def test_artists_and_relatives_match_the_world_with_fans_and_popularity(world, spotify):
    for person in list(world.artists.values())[:40]:
        artist = artist_id(person.id)
        about, found = spotify.artist(artist), spotify.related(artist)
        assert isinstance(about, Answer)
        assert isinstance(found, Answer)
        assert (about.value.name, about.value.id) == (person.name, artist)
        assert about.value.followers is not None
        assert 0 <= about.value.popularity <= 100
        assert [edge.end for edge in found.value.edges] == [
            artist_id(other) for other in person.related[:20]
        ]
        ranks = [edge.rank for edge in found.value.edges]
        assert ranks == list(range(1, len(ranks) + 1))
        assert found.requests == {"spotify": 1}


def test_genres_of_fifty_artists_take_one_request_and_are_folded(
    world, standin, spotify
):
    numbers = list(world.artists)[:50]
    artists = [artist_id(number) for number in numbers]
    before = standin.counts()["spotify"]
    found = spotify.genres(artists)
    assert standin.counts()["spotify"] == before + 1
    assert found.requests == {"spotify": 1}
    assert spotify.capabilities[Capability.GENRES] == 50
    assert {edge.artist for edge in found.value.genres} < set(artists)
    assert all(edge.genre == fold(edge.genre) for edge in found.value.genres)
    assert {(e.votes, e.share, e.source) for e in found.value.genres} == {
        (None, None, "spotify")
    }
    assert found.value.identities == ()


def test_relatives_come_with_the_genres_that_a_request_would_return(world, spotify):
    person = next(p for p in world.artists.values() if len(p.related) > 5)
    found = spotify.related(artist_id(person.id)).value
    requested = spotify.genres([artist.id for artist in found.artists]).value
    assert set(found.genres) == set(requested.genres)
    assert found.genres


def test_top_tracks_have_credits_isrc_and_album(world, spotify):
    number = next(n for n, tracks in world.tracks_of.items() if len(tracks) > 3)
    found = spotify.top_tracks(artist_id(number))
    assert isinstance(found, Answer)
    tracks = found.value.tracks
    assert 0 < len(tracks) <= 10
    assert all(track.popularity is not None and track.album_id for track in tracks)
    assert any(track.isrc for track in tracks)
    main = {p.track: p.artist for p in found.value.performs if p.position == 1}
    assert set(main) == {track.id for track in tracks}


def test_a_playlist_is_found_and_read_to_its_end(world, standin, spotify):
    longest = max(world.playlists.values(), key=lambda one: len(set(one.tracks)))
    found = spotify.find_playlists(longest.title)
    playlist = PlaylistId(f"spotify:{spotify_id('playlist', longest.id)}")
    assert playlist in {one.id for one in found.value}
    opened = spotify.playlist(playlist)
    assert isinstance(opened, Answer)
    assert [track.id for track in opened.value.tracks.tracks] == [
        f"spotify:{spotify_id('track', number)}"
        for number in dict.fromkeys(longest.tracks)
    ]


def test_releases_match_the_world(world, spotify):
    number = max(world.albums_of, key=lambda n: len(world.albums_of[n]))
    found = spotify.albums(artist_id(number))
    assert isinstance(found, Answer)
    assert {album.id for album in found.value} == {
        f"spotify:{spotify_id('album', album)}" for album in world.albums_of[number]
    }
    assert {album.kind for album in found.value} <= {"album", "single", "compilation"}


def test_every_page_of_releases_is_requested_at_the_configured_address(world):
    rows = [{"id": spotify_id("album", n), "name": f"Album {n}"} for n in range(120)]

    def schedule(service: str, path: str, number: int):
        if "/albums?" not in path:
            return None
        offset = int(dict(parse_qsl(path.partition("?")[2]))["offset"])
        page = {
            "items": rows[offset : offset + 50],
            "next": "http://elsewhere.invalid/",
        }
        return faults.Fault(json_reply(page if offset < 100 else page | {"next": None}))

    with serve(world, limits=False, faults=schedule) as standin:
        found = spotify_of(standin).albums(artist_id(900000001))
        assert all("limit=50" in a.path for a in standin.requests if "albums" in a.path)
    assert isinstance(found, Answer)
    assert [album.name for album in found.value] == [row["name"] for row in rows]
    assert found.requests == {"spotify": 3}


def test_a_preview_is_a_link_to_the_requested_track(world, spotify):
    number = next(n for n, t in world.tracks_of.items() if len(t) > 3)
    tracks = spotify.top_tracks(artist_id(number)).value.tracks
    offered = next(track for track in tracks if track.has_preview)
    found = spotify.preview(offered.id)
    assert isinstance(found, Answer)
    assert found.value.track.id == offered.id
    assert found.value.url.startswith("http://127.0.0.1:")


def test_an_id_unknown_to_spotify_is_not_found(spotify):
    assert spotify.artist(NOBODY) == NotFound({"spotify": 1})
    # Its 404 may also mean "closed", so a second request checks whether the artist exists.
    assert spotify.related(NOBODY) == NotFound({"spotify": 2})
    assert isinstance(spotify.top_tracks(NOBODY), NotFound)
    assert spotify.albums(NOBODY) == NotFound({"spotify": 1})
    assert spotify.preview(TrackId(NOBODY)) == NotFound({"spotify": 1})
    assert spotify.playlist(PlaylistId(NOBODY)) == NotFound({"spotify": 1})
    assert spotify.genres([NOBODY]).value.genres == ()


def test_an_id_of_another_service_is_not_found_without_a_request(standin, spotify):
    before = standin.counts()
    for name in ("deezer:27", "spotify:27", "spotify:../me", "27"):
        assert spotify.artist(ArtistId(name)) == NotFound({})
        assert spotify.related(ArtistId(name)) == NotFound({})
        assert spotify.top_tracks(ArtistId(name)) == NotFound({})
        assert spotify.preview(TrackId(name)) == NotFound({})
        assert spotify.playlist(PlaylistId(name)) == NotFound({})
    assert spotify.genres([ArtistId("deezer:27")]).requests == {}
    assert standin.counts() == before
