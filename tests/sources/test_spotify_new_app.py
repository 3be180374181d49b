"""Spotify's adapter for an app made in 2026: it reports each closed part once."""

import pytest

from crawler.errors import BadAnswerError, UnsupportedError
from crawler.sources.base import Answer, Capability
from crawler.sources.spotify.access import MIN_WITHOUT
from crawler.standin import faults
from crawler.standin.http import json_reply
from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from crawler.standin.world.spotify_ids import spotify_id
from graph.model.music import ArtistId, PlaylistId, TrackId
from tests.support.servers.spotify_client import NOBODY, spotify_of


@pytest.fixture(scope="module")
def world():
    return bundled_world()


@pytest.fixture
def standin(world):
    with serve(world, limits=False, spotify="new") as standin:
        yield standin


def artist_id(number: int) -> ArtistId:
    return ArtistId(f"spotify:{spotify_id('artist', number)}")


def sent(standin: Standin) -> int:
    return standin.counts()["spotify"]


def test_related_artists_are_closed_by_a_404_for_an_artist_that_exists(world, standin):
    spotify = spotify_of(standin)
    someone = artist_id(next(iter(world.artists)))
    with pytest.raises(UnsupportedError, match="closed to this Spotify app") as caught:
        spotify.related(someone)
    assert 'Name "deezer" as `related`' in caught.value.hint
    assert sent(standin) == 2
    for one in (someone, NOBODY):
        with pytest.raises(UnsupportedError, match="although the artist exists"):
            spotify.related(one)
    assert sent(standin) == 2


def test_a_404_for_an_unknown_artist_closes_nothing(standin):
    spotify = spotify_of(standin)
    assert not isinstance(spotify.related(NOBODY), Answer)
    assert sent(standin) == 2
    assert not isinstance(spotify.related(NOBODY), Answer)
    assert sent(standin) == 4


def test_the_limit_of_ten_rows_is_discovered_once(standin):
    spotify = spotify_of(standin)
    first = spotify.find_artists("the")
    assert (first.requests, len(first.value)) == ({"spotify": 2}, 10)
    again = spotify.find_playlists("metal")
    assert again.requests == {"spotify": 1}


def test_missing_genres_are_never_read_as_none(world, standin):
    spotify = spotify_of(standin)
    artists = [artist_id(number) for number in list(world.artists)[:50]]
    with pytest.raises(UnsupportedError, match="genres are closed") as caught:
        spotify.genres(artists)
    assert "musicbrainz" in caught.value.hint
    # The batch is refused, and a request for one artist is enough to decide.
    assert sent(standin) == 2
    with pytest.raises(UnsupportedError):
        spotify.genres(artists[:1])
    assert sent(standin) == 2


@pytest.mark.parametrize("empty", [None, []])
def test_genres_that_are_empty_for_everybody_count_as_closed(world, empty):
    rows = [
        {"id": spotify_id("artist", n), "name": "Ana", "genres": empty}
        for n in list(world.artists)[:MIN_WITHOUT]
    ]

    def schedule(service: str, path: str, number: int):
        is_batch = service == "spotify" and "ids=" in path
        return faults.Fault(json_reply({"artists": rows})) if is_batch else None

    with serve(world, limits=False, faults=schedule) as standin:
        spotify = spotify_of(standin)
        with pytest.raises(UnsupportedError, match="genres are closed"):
            spotify.genres([ArtistId(f"spotify:{row['id']}") for row in rows])


def test_a_few_artists_without_genres_close_nothing(world):
    rows = [{"id": spotify_id("artist", 900000001), "name": "Ana", "genres": []}]
    empty = faults.Fault(json_reply({"artists": rows}))

    def schedule(service: str, path: str, number: int):
        return empty if service == "spotify" else None

    with serve(world, limits=False, faults=schedule) as standin:
        found = spotify_of(standin).genres([artist_id(900000001)])
    assert found.value.genres == ()


def test_tracks_come_from_albums_where_top_tracks_are_closed(world, standin):
    spotify = spotify_of(standin)
    number = next(n for n, albums in world.albums_of.items() if len(albums) == 2)
    found = spotify.top_tracks(artist_id(number))
    assert isinstance(found, Answer)
    assert found.value.tracks
    assert all(track.album and track.release_date for track in found.value.tracks)
    assert not any(track.has_preview for track in found.value.tracks)
    assert found.requests == {"spotify": sent(standin)}
    before = sent(standin)
    assert isinstance(spotify.top_tracks(artist_id(number)), Answer)
    paths = [one.path for one in standin.requests][-(sent(standin) - before) :]
    assert not any("top-tracks" in path for path in paths)


def test_playlists_of_others_can_be_found_but_not_read(standin):
    spotify = spotify_of(standin)
    found = spotify.find_playlists("metal").value
    assert found
    with pytest.raises(UnsupportedError, match="tracks of playlists are closed"):
        spotify.playlist(found[0].id)
    before = sent(standin)
    with pytest.raises(UnsupportedError) as caught:
        spotify.playlist(PlaylistId(found[-1].id))
    assert "deezer" in caught.value.hint
    assert sent(standin) == before


def test_tracks_without_previews_close_the_previews(world, standin):
    spotify = spotify_of(standin)
    track = TrackId(f"spotify:{spotify_id('track', next(iter(world.tracks)))}")
    with pytest.raises(UnsupportedError, match="previews are closed") as caught:
        spotify.preview(track)
    assert "deezer" in caught.value.hint
    before = sent(standin)
    with pytest.raises(UnsupportedError):
        spotify.preview(track)
    assert sent(standin) == before


def test_access_to_relatives_is_verified_in_two_requests(world, standin):
    spotify = spotify_of(standin)
    with pytest.raises(UnsupportedError, match="related artists are closed"):
        spotify.verify_access([Capability.RELATED, Capability.GENRES], "the")
    assert sent(standin) == 2
    with serve(world, limits=False) as whole:
        spent = spotify_of(whole).verify_access(list(Capability), "the")
    assert spent == {"spotify": 2}


def test_a_new_app_gets_only_an_artists_name_and_page(world, standin):
    found = spotify_of(standin).artist(artist_id(next(iter(world.artists))))
    assert isinstance(found, Answer)
    assert found.value.name
    assert (found.value.popularity, found.value.followers) == (None, None)


def test_a_400_that_is_not_about_the_limit_is_quoted(world):
    wrong = {"error": {"status": 400, "message": "Invalid market code"}}

    def schedule(service: str, path: str, number: int):
        is_search = service == "spotify"
        return faults.Fault(json_reply(wrong, 400)) if is_search else None

    with serve(world, limits=False, faults=schedule) as standin:
        with pytest.raises(BadAnswerError, match="Invalid market code"):
            spotify_of(standin).find_artists("the")
        assert sent(standin) == 1


def test_many_artists_without_genres_close_nothing_once_others_had_some(world):
    ids = [spotify_id("artist", n) for n in list(world.artists)[: 2 * MIN_WITHOUT]]
    rows = [{"id": one, "name": "Ana", "genres": []} for one in ids]
    tagged = {"id": NOBODY.partition(":")[2], "name": "Bo", "genres": ["Metal"]}

    def schedule(service: str, path: str, number: int):
        artists = [tagged] if tagged["id"] in path else rows
        is_batch = service == "spotify"
        return faults.Fault(json_reply({"artists": artists})) if is_batch else None

    with serve(world, limits=False, faults=schedule) as standin:
        spotify = spotify_of(standin)
        assert [e.genre for e in spotify.genres([NOBODY]).value.genres] == ["metal"]
        found = spotify.genres([ArtistId(f"spotify:{one}") for one in ids])
    assert found.value.genres == ()
