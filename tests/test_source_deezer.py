import pytest

from crawler.errors import (
    BadAnswerError,
    ThrottledError,
    TransientError,
    UnsupportedError,
)
from crawler.sources import make_source
from crawler.sources.deezer import TERMS
from crawler.sources.interface import Answer, Capability, NotFound, Source
from graph.model import (
    Artist,
    ArtistId,
    Performs,
    Playlist,
    PlaylistId,
    Related,
    Track,
    TrackId,
)
from tests.doors import door_to
from tests.fakes import FakeClock
from tests.misbehaving import Misbehaving, answer, html

A27 = ArtistId("deezer:27")


def artist(number: int, name: str = "Ana Quietzone", **more: object) -> dict:
    return {
        "id": number,
        "name": name,
        "link": f"https://www.deezer.com/artist/{number}",
        "picture": f"https://example.invalid/artist/{number}/image",
        "nb_album": 3,
        "nb_fan": number * 10,
        "radio": True,
        "tracklist": f"https://example.invalid/artist/{number}/top?limit=50",
        "type": "artist",
    } | more


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


def listed(*rows: dict, **more: object) -> dict:
    return {"data": list(rows), "total": len(rows)} | more


@pytest.fixture
def server():
    with Misbehaving([answer({"error": {"code": 800}})]) as server:
        yield server


def deezer(server: Misbehaving, clock: FakeClock | None = None) -> Source:
    return make_source("deezer", door_to(server.url, clock))


def test_a_search_gives_artists_in_deezers_order_and_asks_for_the_name_as_it_is(server):
    server.script = [answer(listed(artist(5, "R&B é"), artist(2, "R&B é"), next="x"))]
    found = deezer(server).find_artists("R&B é")
    assert found.value == (
        Artist(ArtistId("deezer:5"), "R&B é", "deezer", artist(5)["link"], None, 50),
        Artist(ArtistId("deezer:2"), "R&B é", "deezer", artist(2)["link"], None, 20),
    )
    assert found.requests == {"deezer": 1}
    assert server.asked[0].path == "/search/artist"
    assert ("q", "R&B é") in server.asked[0].query


def test_a_search_without_a_hit_is_an_empty_answer(server):
    server.script = [answer(listed())]
    assert deezer(server).find_artists("nobody").value == ()


def test_an_artist_is_asked_by_number(server):
    server.script = [answer(artist(27))]
    found = deezer(server).artist(A27)
    assert isinstance(found, Answer)
    assert (found.value.id, found.value.followers) == (A27, 270)
    assert server.asked[0].path == "/artist/27"


@pytest.mark.parametrize(
    "act",
    [
        answer({"error": {"type": "DataException", "message": "no data", "code": 800}}),
        answer({"error": {"type": "DataException", "message": "no data"}}),
        answer({"error": "Not Found"}, 404),
        answer({"error": {"type": "DataException", "message": "none"}}, 404),
        answer({"error": {"code": 800}}, 404),
    ],
)
def test_what_deezer_does_not_know_is_not_found(server, act):
    server.script = [act]
    source = deezer(server)
    assert source.artist(A27) == NotFound({"deezer": 1})
    assert source.related(A27) == NotFound({"deezer": 1})
    assert source.top_tracks(A27) == NotFound({"deezer": 1})
    assert source.preview(TrackId("deezer:1")) == NotFound({"deezer": 1})
    assert source.playlist(PlaylistId("deezer:1")) == NotFound({"deezer": 1})


def test_an_id_that_is_not_deezers_is_not_found_without_asking(server):
    source = deezer(server)
    for name in ("spotify:27", "deezer:x", "deezer:", "27", "deezer:-1"):
        assert source.artist(ArtistId(name)) == NotFound({})
    assert server.asked == []


def test_another_servers_404_is_not_an_answer(server):
    server.script = [html(404)]
    with pytest.raises(BadAnswerError, match="404"):
        deezer(server).artist(A27)


def test_the_quota_error_with_http_200_pauses_five_seconds_and_asks_again(server):
    clock = FakeClock()
    quota = {"type": "Exception", "message": "Quota limit exceeded", "code": 4}
    server.script = [answer({"error": quota})] * 2 + [answer(listed(artist(5)))]
    found = deezer(server, clock).related(A27)
    assert isinstance(found, Answer)
    assert len(found.value.edges) == 1
    assert found.requests == {"deezer": 1}
    assert sum(clock.slept) == pytest.approx(10)


@pytest.mark.parametrize(
    "error",
    [
        {"code": 4},
        {"type": "QuotaException", "message": "Quota limit exceeded"},
        "Quota limit exceeded",
    ],
)
def test_throttling_is_never_an_empty_list(server, error):
    server.script = [answer({"error": error, "data": []})]
    with pytest.raises(ThrottledError, match="/artist/27/related"):
        deezer(server).related(A27)


def test_a_busy_service_is_transient(server):
    busy = {"type": "Exception", "message": "Service busy", "code": 700}
    server.script = [answer({"error": busy}), answer(artist(27))]
    assert isinstance(deezer(server).artist(A27), Answer)
    server.script = [answer({"error": busy})]
    with pytest.raises(TransientError):
        deezer(server).artist(A27)


@pytest.mark.parametrize(
    "error",
    [
        {"type": "ParameterException", "message": "Wrong parameter", "code": 500},
        {"type": "MissingParameterException", "message": "Missing", "code": 501},
        {"type": "InvalidQueryException", "message": "Unknown path", "code": 600},
        {"type": "Surprise"},
        "strange",
    ],
)
def test_any_other_error_is_a_bad_answer_that_shows_what_deezer_said(server, error):
    server.script = [answer({"error": error})]
    with pytest.raises(BadAnswerError) as caught:
        deezer(server).related(A27)
    said = error if isinstance(error, str) else error["type"]
    assert said in str(caught.value)
    assert len(server.asked) == 1


def test_relatives_are_ranked_from_one_in_order(server):
    server.script = [answer(listed(artist(9), artist(3), artist(40)))]
    found = deezer(server).related(A27)
    assert isinstance(found, Answer)
    assert [a.id for a in found.value.artists] == ["deezer:9", "deezer:3", "deezer:40"]
    assert found.value.edges[2] == Related(A27, ArtistId("deezer:40"), "deezer", 3)
    assert ("limit", "50") in server.asked[0].query


def test_relatives_leave_out_oneself_repeats_and_various_artists_without_a_gap(server):
    rows = [artist(27), artist(9), artist(5080, "Various Artists"), artist(9)]
    server.script = [answer(listed(*rows, artist(3)))]
    found = deezer(server).related(A27)
    assert isinstance(found, Answer)
    assert [(e.end, e.rank) for e in found.value.edges] == [
        ("deezer:9", 1),
        ("deezer:3", 2),
    ]


def test_all_pages_of_relatives_are_asked_at_our_own_address(server):
    elsewhere = "https://api.deezer.com/artist/27/related?limit=2&index="
    server.script = [
        answer(listed(artist(1), artist(2), next=elsewhere + "2")),
        answer(listed(artist(3), artist(4), next=elsewhere + "4")),
        answer(listed(artist(5))),
    ]
    found = deezer(server).related(A27)
    assert isinstance(found, Answer)
    assert [e.rank for e in found.value.edges] == [1, 2, 3, 4, 5]
    assert found.requests == {"deezer": 3}
    assert [dict(a.query)["index"] for a in server.asked] == ["0", "2", "4"]


@pytest.mark.parametrize("link", ["?index=0", "?index=x", "?limit=3", "https://[x"])
def test_pages_that_do_not_get_on_are_a_bad_answer(server, link):
    server.script = [answer(listed(artist(1), next=link))]
    with pytest.raises(BadAnswerError, match="next page"):
        deezer(server).related(A27)


def test_a_reply_without_data_is_a_bad_answer_and_no_empty_list(server):
    for body in ({}, {"data": None}, {"data": {}}, [], None, "text"):
        server.script = [answer(body)]
        with pytest.raises(BadAnswerError):
            deezer(server).related(A27)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"id": "9"}, "data\\[1\\] has '9' as \"id\" instead of a whole number"),
        ({"id": None}, "None"),
        ({"id": True}, "True"),
        ({"name": None}, 'None as "name" instead of text'),
    ],
)
def test_a_promised_field_that_is_something_else_is_named_with_what_stood_there(
    server, broken, words
):
    server.script = [answer(listed(artist(1), artist(9) | broken))]
    with pytest.raises(BadAnswerError, match=words):
        deezer(server).related(A27)


def test_what_is_optional_may_be_missing(server):
    server.script = [answer({"id": 27, "name": "Ana", "nb_fan": "many"})]
    assert deezer(server).artist(A27) == Answer(
        Artist(A27, "Ana", "deezer"), {"deezer": 1}
    )


def test_top_tracks_come_with_credits_main_artist_first_and_once(server):
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
    assert dict(server.asked[0].query)["limit"] == "25"


def test_various_artists_perform_nothing(server):
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
def test_a_track_without_a_readable_preview_has_none(server, offer):
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
    assert server.asked[0].path == "/search/playlist"


def test_a_playlist_has_all_its_tracks_in_order_but_no_uploads(server):
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
    assert server.asked[0].path == "/track/1"


def test_a_track_may_have_no_preview_and_no_sensible_date(server):
    more = {"preview": "", "readable": False, "release_date": "0000-00-00"}
    server.script = [answer(track(1, artist(27)) | more)]
    found = deezer(server).preview(TrackId("deezer:1"))
    assert isinstance(found, Answer)
    assert found.value.url is None
    assert found.value.track.release_date is None


def test_a_preview_of_another_track_or_of_no_address_is_a_bad_answer(server):
    server.script = [answer(track(2, artist(27)))]
    with pytest.raises(BadAnswerError, match="another track"):
        deezer(server).preview(TrackId("deezer:1"))
    server.script = [answer(track(1, artist(27)) | {"preview": "file:///etc/passwd"})]
    with pytest.raises(BadAnswerError, match="as its preview"):
        deezer(server).preview(TrackId("deezer:1"))


def test_deezer_says_what_it_can_do_and_refuses_the_rest(server):
    source = deezer(server)
    assert Capability.RELATED in source.capabilities
    assert Capability.GENRES not in source.capabilities
    with pytest.raises(UnsupportedError, match="deezer: cannot name genres"):
        source.genres([A27])
    with pytest.raises(UnsupportedError):
        source.artists_by_genre(["rock"], count=1, id_space="deezer")
    with pytest.raises(UnsupportedError):
        source.genre_names()


def test_the_terms_are_deezers_unless_this_machine_plays_deezer(server):
    assert (
        make_source("deezer", door_to("https://api.deezer.com", limits=True)).terms
        == TERMS
    )
    assert "CC0" in deezer(server).terms.summary
