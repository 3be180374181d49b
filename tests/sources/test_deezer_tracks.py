"""Deezer's tracks, playlists and previews, as its API gives them."""

import pytest

from crawler.errors import (
    BadAnswerError,
    UnsupportedError,
)
from crawler.sources.base import Answer, Capability
from crawler.sources.deezer.service import SERVICE
from crawler.sources.registry import make_source
from graph.model.music import ArtistId, Performs, Playlist, PlaylistId, Track, TrackId
from tests.support.crawl_context import door_to
from tests.support.replies.deezer_replies import A27, artist, deezer, listed
from tests.support.servers.faulty_source import FaultySource, answer


def track(number: int, main: dict, *contributors: dict, **more: object) -> dict:
    return {
        "id": number,
        "readable": True,
        "title": f"Song {number}",
        "title_short": f"Song {number}",
        "link": f"https://www.deezer.com/track/{number}",
        "duration": 215,
        "rank": 900_000 - number,
        "explicit_lyrics": False,
        "explicit_content_lyrics": 0,
        "preview": f"https://example.invalid/{number}.mp3?hdnea=exp=1",
        "contributors": list(contributors) or [main],
        "artist": {"id": main["id"], "name": main["name"], "type": "artist"},
        "album": {"id": 7, "title": "Album 7", "type": "album"},
        "type": "track",
    } | more


@pytest.fixture
def server():
    with FaultySource([answer({"error": {"code": 800}})]) as server:
        yield server


def test_top_tracks_have_credits_with_the_main_artist_first(server):
    main, guest = artist(27), artist(103, "Guest", role="Featured")
    server.script = [answer(listed(track(1, main, guest, main), total=100))]
    found = deezer(server).top_tracks(A27)
    assert isinstance(found, Answer)
    t1 = TrackId("deezer:1")
    assert found.value.tracks == (
        Track(
            t1,
            "Song 1",
            "deezer",
            duration_ms=215_000,
            explicit=False,
            popularity=899_999,
            album="Album 7",
            album_id="deezer:7",
            has_preview=True,
        ),
    )
    assert found.value.performs == (
        Performs(A27, t1, 1),
        Performs(ArtistId("deezer:103"), t1, 2),
    )
    assert [a.name for a in found.value.artists] == ["Ana Quietzone", "Guest"]
    assert found.value.artists[0].url == main["link"]
    assert dict(server.requests[0].query)["limit"] == "25"


def test_various_artists_is_never_credited(server):
    various, main = artist(5080, "Various Artists"), artist(27)
    rows = [track(1, various, various, main), track(2, various), track(3, main)]
    server.script = [answer(listed(*rows))]
    found = deezer(server).top_tracks(A27)
    assert isinstance(found, Answer)
    assert [(p.track, p.artist, p.position) for p in found.value.performs] == [
        ("deezer:1", "deezer:27", 1),
        ("deezer:3", "deezer:27", 1),
    ]
    assert [t.id for t in found.value.tracks] == ["deezer:1", "deezer:3"]


@pytest.mark.parametrize(
    "offer", [{"preview": ""}, {"readable": False}, {"preview": None}]
)
def test_a_preview_that_is_not_readable_here_counts_as_none(server, offer):
    server.script = [answer(listed(track(1, artist(27)) | offer))]
    found = deezer(server).top_tracks(A27)
    assert isinstance(found, Answer)
    assert not found.value.tracks[0].has_preview


def test_a_track_listed_twice_counts_once(server):
    rows = [track(1, artist(27)), track(1, artist(27))]
    server.script = [answer(listed(*rows))]
    found = deezer(server).top_tracks(A27)
    assert isinstance(found, Answer)
    assert (len(found.value.tracks), len(found.value.performs)) == (1, 1)


def test_found_playlists_have_owner_and_size(server):
    row = {"id": 4, "title": "metal", "nb_tracks": 60, "user": {"name": "Al"}}
    server.script = [answer(listed(row))]
    found = deezer(server).find_playlists("metal")
    assert found.value == (Playlist(PlaylistId("deezer:4"), "metal", "Al", 60),)
    assert server.requests[0].path == "/search/playlist"


def test_a_playlist_has_all_its_tracks_in_order_without_uploads(server):
    about = {"id": 4, "title": "mix", "nb_tracks": 4, "creator": {"name": "Al"}}
    following = server.url + "/playlist/4/tracks?limit=100&index=100"
    rows = [track(8, artist(1)), track(-3, artist(0, "me"))]
    server.acts_by_path = {
        "/playlist/4": [answer(about)],
        "/playlist/4/tracks": [
            answer(listed(*rows, next=following)),
            answer(listed(track(5, artist(2)))),
        ],
    }
    found = deezer(server).playlist(PlaylistId("deezer:4"))
    assert isinstance(found, Answer)
    assert found.value.playlist.owner == "Al"
    assert [t.id for t in found.value.tracks.tracks] == ["deezer:8", "deezer:5"]
    assert found.requests == {"deezer": 3}


def test_a_preview_is_a_fresh_link_with_isrc_and_release_date(server):
    more = {"isrc": "XXA012600001", "release_date": "2001-03-07"}
    server.script = [answer(track(1, artist(27)) | more)]
    found = deezer(server).preview(TrackId("deezer:1"))
    assert isinstance(found, Answer)
    assert found.value.url == "https://example.invalid/1.mp3?hdnea=exp=1"
    assert found.value.track.isrc == "XXA012600001"
    assert found.value.track.release_date == "2001-03-07"
    assert server.requests[0].path == "/track/1"


def test_a_track_may_have_no_preview_and_no_sensible_date(server):
    more = {"preview": "", "readable": False, "release_date": "0000-00-00"}
    server.script = [answer(track(1, artist(27)) | more)]
    found = deezer(server).preview(TrackId("deezer:1"))
    assert isinstance(found, Answer)
    assert found.value.url is None
    assert found.value.track.release_date is None


def test_a_preview_of_another_track_or_without_an_address_is_a_bad_answer(server):
    server.script = [answer(track(2, artist(27)))]
    with pytest.raises(BadAnswerError, match="another track"):
        deezer(server).preview(TrackId("deezer:1"))
    server.script = [answer(track(1, artist(27)) | {"preview": "file:///etc/passwd"})]
    with pytest.raises(BadAnswerError, match="as its preview"):
        deezer(server).preview(TrackId("deezer:1"))


def test_deezer_declares_its_capabilities_and_refuses_the_others(server):
    source = deezer(server)
    assert Capability.RELATED in source.capabilities
    assert Capability.GENRES not in source.capabilities
    with pytest.raises(UnsupportedError, match="deezer: cannot name genres"):
        source.genres([A27])
    with pytest.raises(UnsupportedError):
        source.artists_by_genre(["rock"], count=1, id_space="deezer")
    with pytest.raises(UnsupportedError):
        source.genre_names()


def test_at_an_address_on_this_machine_the_terms_are_the_stand_ins(server):
    assert (
        make_source("deezer", door_to("https://api.deezer.com", limits=True)).terms
        == SERVICE.terms
    )
    assert "CC0" in deezer(server).terms.summary
