"""Deezer's artists, errors and relatives, as its API gives them."""

import pytest

from crawler.errors import (
    BadAnswerError,
    ThrottledError,
    TransientError,
)
from crawler.sources.base import Answer, NotFound
from graph.model.music import Artist, ArtistId, PlaylistId, Related, TrackId
from tests.support.fakes import FakeClock
from tests.support.replies.deezer_replies import A27, artist, deezer, listed
from tests.support.servers.faulty_source import FaultySource, answer, html


@pytest.fixture
def server():
    with FaultySource([answer({"error": {"code": 800}})]) as server:
        yield server


def test_a_search_sends_the_name_unchanged_and_keeps_deezers_order(server):
    server.script = [answer(listed(artist(5, "R&B é"), artist(2, "R&B é"), next="x"))]
    found = deezer(server).find_artists("R&B é")
    assert found.value == (
        Artist(ArtistId("deezer:5"), "R&B é", "deezer", artist(5)["link"], None, 50),
        Artist(ArtistId("deezer:2"), "R&B é", "deezer", artist(2)["link"], None, 20),
    )
    assert found.requests == {"deezer": 1}
    assert server.requests[0].path == "/search/artist"
    assert ("q", "R&B é") in server.requests[0].query


def test_a_search_without_results_is_an_empty_answer(server):
    server.script = [answer(listed())]
    assert deezer(server).find_artists("nobody").value == ()


def test_an_artist_is_requested_by_number(server):
    server.script = [answer(artist(27))]
    found = deezer(server).artist(A27)
    assert isinstance(found, Answer)
    assert (found.value.id, found.value.followers) == (A27, 270)
    assert server.requests[0].path == "/artist/27"


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
def test_an_id_unknown_to_deezer_is_not_found(server, act):
    server.script = [act]
    source = deezer(server)
    assert source.artist(A27) == NotFound({"deezer": 1})
    assert source.related(A27) == NotFound({"deezer": 1})
    assert source.top_tracks(A27) == NotFound({"deezer": 1})
    assert source.preview(TrackId("deezer:1")) == NotFound({"deezer": 1})
    assert source.playlist(PlaylistId("deezer:1")) == NotFound({"deezer": 1})


def test_an_id_of_another_service_is_not_found_without_a_request(server):
    source = deezer(server)
    for name in ("spotify:27", "deezer:x", "deezer:", "27", "deezer:-1"):
        assert source.artist(ArtistId(name)) == NotFound({})
    assert server.requests == []


def test_a_404_without_deezers_error_is_not_an_answer(server):
    server.script = [html(404)]
    with pytest.raises(BadAnswerError, match="404"):
        deezer(server).artist(A27)


def test_the_quota_error_with_http_200_pauses_five_seconds_and_repeats_the_request(
    server,
):
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
def test_throttling_is_never_read_as_an_empty_list(server, error):
    server.script = [answer({"error": error, "data": []})]
    with pytest.raises(ThrottledError, match="/artist/27/related"):
        deezer(server).related(A27)


def test_a_busy_service_is_a_transient_error(server):
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
def test_any_other_error_is_a_bad_answer_that_quotes_deezer(server, error):
    server.script = [answer({"error": error})]
    with pytest.raises(BadAnswerError) as caught:
        deezer(server).related(A27)
    said = error if isinstance(error, str) else error["type"]
    assert said in str(caught.value)
    assert len(server.requests) == 1


def test_relatives_are_ranked_from_one_in_order(server):
    server.script = [answer(listed(artist(9), artist(3), artist(40)))]
    found = deezer(server).related(A27)
    assert isinstance(found, Answer)
    assert [a.id for a in found.value.artists] == ["deezer:9", "deezer:3", "deezer:40"]
    assert found.value.edges[2] == Related(A27, ArtistId("deezer:40"), "deezer", 3)
    assert ("limit", "50") in server.requests[0].query


def test_relatives_skip_the_artist_itself_repeats_and_various_artists_without_a_gap_in_ranks(
    server,
):
    rows = [artist(27), artist(9), artist(5080, "Various Artists"), artist(9)]
    server.script = [answer(listed(*rows, artist(3)))]
    found = deezer(server).related(A27)
    assert isinstance(found, Answer)
    assert [(e.end, e.rank) for e in found.value.edges] == [
        ("deezer:9", 1),
        ("deezer:3", 2),
    ]


def test_every_page_of_relatives_is_requested_at_the_configured_address(server):
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
    assert [dict(a.query)["index"] for a in server.requests] == ["0", "2", "4"]


@pytest.mark.parametrize("link", ["?index=0", "?index=x", "?limit=3", "https://[x"])
def test_a_next_page_that_does_not_advance_is_a_bad_answer(server, link):
    server.script = [answer(listed(artist(1), next=link))]
    with pytest.raises(BadAnswerError, match="next page"):
        deezer(server).related(A27)


def test_a_reply_without_data_is_a_bad_answer_not_an_empty_list(server):
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
def test_a_promised_field_of_another_type_is_named_with_its_value(
    server, broken, words
):
    server.script = [answer(listed(artist(1), artist(9) | broken))]
    with pytest.raises(BadAnswerError, match=words):
        deezer(server).related(A27)


def test_optional_fields_may_be_missing(server):
    server.script = [answer({"id": 27, "name": "Ana", "nb_fan": "many"})]
    assert deezer(server).artist(A27) == Answer(
        Artist(A27, "Ana", "deezer"), {"deezer": 1}
    )
