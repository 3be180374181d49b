"""Releases of an artist at Deezer."""

import pytest

from crawler.errors import BadAnswerError
from crawler.sources.base import Album, Answer, NotFound
from crawler.sources.registry import make_source
from graph.model.music import ArtistId
from tests.support.crawl_context import door_to
from tests.support.servers.faulty_source import FaultySource, answer

A27 = ArtistId("deezer:27")
ALBUM = {
    "id": 302127,
    "title": "Discovery",
    "record_type": "album",
    "release_date": "2001-03-07",
    "genre_id": 113,
    "fans": 9,
    "type": "album",
}


@pytest.fixture
def server():
    with FaultySource([answer({"error": {"code": 800}})]) as server:
        yield server


def test_releases_keep_deezers_order_and_appear_once(server):
    single = {"id": 5, "title": "One", "record_type": "single"}
    undated = ALBUM | {"id": 6, "release_date": "0000-00-00"}
    server.script = [answer({"data": [ALBUM, single, undated, single]})]
    found = make_source("deezer", door_to(server.url)).albums(A27)
    assert found == Answer(
        (
            Album("deezer:302127", "Discovery", "album", "2001-03-07"),
            Album("deezer:5", "One", "single"),
            Album("deezer:6", "Discovery", "album"),
        ),
        {"deezer": 1},
    )
    assert server.requests[0].path == "/artist/27/albums"


def test_every_page_of_releases_is_requested(server):
    following = "https://api.deezer.com/artist/27/albums?limit=100&index=100"
    server.script = [
        answer({"data": [ALBUM], "next": following}),
        answer({"data": [ALBUM | {"id": 7}]}),
    ]
    found = make_source("deezer", door_to(server.url)).albums(A27)
    assert isinstance(found, Answer)
    assert [album.id for album in found.value] == ["deezer:302127", "deezer:7"]
    assert found.requests == {"deezer": 2}
    assert [dict(a.query)["index"] for a in server.requests] == ["0", "100"]


def test_releases_of_an_unknown_artist_are_not_found_and_a_bad_reply_is_not_an_empty_list(
    server,
):
    source = make_source("deezer", door_to(server.url))
    assert source.albums(A27) == NotFound({"deezer": 1})
    assert source.albums(ArtistId("spotify:27")) == NotFound({})
    server.script = [answer({"data": [{"id": 1}]})]
    with pytest.raises(BadAnswerError, match="title"):
        source.albums(A27)
