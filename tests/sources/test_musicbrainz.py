"""MusicBrainz and ListenBrainz as one source: who is who, and which genres they have."""

import pytest

from crawler.errors import BadAnswerError
from crawler.sources.musicbrainz.source import BY_URL
from graph.model.music import ArtistId, HasGenre, Identity
from tests.support.replies.musicbrainz_replies import (
    META,
    deezer,
    mbid,
    metadata,
    musicbrainz,
    page,
    source,
)
from tests.support.servers.faulty_source import answer, html

URL = "/ws/2/url"


NOT_FOUND = answer({"error": "Not Found", "help": "https://example.invalid"}, 404)


def link(number: int, *mbids: str, **more: object) -> dict:
    return {
        "id": mbid(9_000 + number),
        "resource": page(number),
        "relations": [
            {
                "type": "free streaming",
                "direction": "backward",
                "target-type": "artist",
                "ended": False,
                "artist": {"id": one, "name": "Ana", "sort-name": "Ana"},
            }
            | more
            for one in mbids
        ],
    }


def links(*rows: dict) -> object:
    return answer({"url-count": len(rows), "url-offset": 0, "urls": list(rows)})


@pytest.fixture
def server():
    with musicbrainz() as server:
        yield server


def test_pages_are_identified_and_genres_come_with_votes_and_share(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)), link(28, mbid(2)))],
        META: [answer([metadata(mbid(1), {"metal": 8, "Black-Metal": 2})])],
    }
    found = source(server).genres([deezer(27), deezer(28), deezer(29)])
    assert found.value.identities == (
        Identity(deezer(27), mbid(1), BY_URL),
        Identity(deezer(28), mbid(2), BY_URL),
    )
    assert found.value.genres == (
        HasGenre(deezer(27), "black metal", "musicbrainz", 2, 0.25),
        HasGenre(deezer(27), "metal", "musicbrainz", 8, 1.0),
    )
    assert found.requests == {"musicbrainz": 1, "listenbrainz": 1}


def test_pages_are_requested_as_musicbrainz_writes_them(server):
    server.acts_by_path[URL] = [NOT_FOUND]
    source(server).genres([deezer(27), deezer(28)])
    query = server.requests[0].query
    assert [v for k, v in query if k == "resource"] == [page(27), page(28)]
    assert ("inc", "artist-rels") in query
    assert ("fmt", "json") in query


def test_one_hundred_artists_take_three_requests_in_all(server):
    rows = [link(n, mbid(n)) for n in range(1, 101)]
    server.acts_by_path[URL] = [links(*rows)]
    found = source(server).genres([deezer(n) for n in range(1, 101)])
    assert found.requests == {"musicbrainz": 1, "listenbrainz": 2}
    assert len(found.value.identities) == 100
    lookups = [a for a in server.requests if a.path == META]
    assert [len(dict(a.query)["artist_mbids"].split(",")) for a in lookups] == [50, 50]
    assert dict(lookups[0].query)["inc"] == "tag"


def test_the_reply_about_a_single_page_has_another_shape(server):
    server.acts_by_path[URL] = [answer(link(27, mbid(1)))]
    found = source(server).genres([deezer(27)])
    assert found.value.identities == (Identity(deezer(27), mbid(1), BY_URL),)


def test_artists_whose_pages_are_unknown_have_no_identity(server):
    server.acts_by_path[URL] = [NOT_FOUND]
    found = source(server).genres([deezer(27)])
    assert (found.value.identities, found.value.genres) == ((), ())
    assert found.requests == {"musicbrainz": 1}


def test_a_404_without_musicbrainz_error_is_not_an_answer(server):
    server.acts_by_path[URL] = [html(404)]
    with pytest.raises(BadAnswerError, match="404"):
        source(server).genres([deezer(27)])


def test_a_page_shared_by_several_artists_identifies_none_of_them(server):
    server.acts_by_path[URL] = [links(link(27, mbid(1), mbid(2)), link(28, mbid(3)))]
    found = source(server).genres([deezer(27), deezer(28)])
    assert [i.artist for i in found.value.identities] == [deezer(28)]


def test_an_artist_linked_twice_to_its_page_is_one_artist(server):
    server.acts_by_path[URL] = [links(link(27, mbid(1), mbid(1)))]
    found = source(server).genres([deezer(27)])
    assert [i.mbid for i in found.value.identities] == [mbid(1)]


def test_a_link_that_has_ended_does_not_identify(server):
    server.acts_by_path[URL] = [links(link(27, mbid(1), ended=True))]
    assert source(server).genres([deezer(27)]).value.identities == ()


def test_two_ids_of_one_mbid_both_get_its_genres_from_one_request(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)), link(28, mbid(1)))],
        META: [answer([metadata(mbid(1), {"metal": 8})])],
    }
    found = source(server).genres([deezer(27), deezer(28)])
    assert [g.artist for g in found.value.genres] == [deezer(27), deezer(28)]
    lookups = [a for a in server.requests if a.path == META]
    assert [dict(a.query)["artist_mbids"] for a in lookups] == [mbid(1)]


def test_genres_are_matched_by_mbid_not_by_position(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)), link(28, mbid(2)))],
        META: [
            answer([metadata(mbid(2), {"metal": 1}), metadata(mbid(1), {"r&b": 1})])
        ],
    }
    found = source(server).genres([deezer(27), deezer(28)])
    assert [(g.artist, g.genre) for g in found.value.genres] == [
        (deezer(27), "r and b"),
        (deezer(28), "metal"),
    ]


def test_a_tag_that_is_not_a_genre_is_left_out(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)))],
        META: [answer([metadata(mbid(1), {"seen live": 90, "metal": 3})])],
    }
    (edge,) = source(server).genres([deezer(27)]).value.genres
    assert (edge.genre, edge.share) == ("metal", 1.0)


def test_the_stronger_of_two_spellings_of_a_genre_counts(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)))],
        META: [answer([metadata(mbid(1), {"hip hop": 5, "Hip-Hop": 3, "metal": 10})])],
    }
    edges = source(server).genres([deezer(27)]).value.genres
    assert [(e.genre, e.votes, e.share) for e in edges] == [
        ("hip hop", 5, 0.5),
        ("metal", 10, 1.0),
    ]


def test_votes_of_zero_and_below_are_kept_with_a_share_of_zero(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)), link(28, mbid(2)))],
        META: [
            answer(
                [
                    metadata(mbid(1), {"metal": 4, "r&b": 0, "hip hop": -2}),
                    metadata(mbid(2), {"metal": 0}),
                ]
            )
        ],
    }
    edges = source(server).genres([deezer(27), deezer(28)]).value.genres
    assert [(e.genre, e.votes, e.share) for e in edges] == [
        ("hip hop", -2, 0.0),
        ("metal", 4, 1.0),
        ("r and b", 0, 0.0),
        ("metal", 0, 0.0),
    ]


def test_artists_of_unknown_services_are_not_requested(server):
    found = source(server).genres([ArtistId("jamendo:27")])
    assert found.requests == {}
    assert server.requests == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (URL, {"urls": [{"relations": []}]}),
        (URL, {"urls": [link(27, "no mbid")]}),
        (URL, {"urls": None}),
        (URL, []),
        (META, {"error": "x"}),
        (META, [{"name": "Ana"}]),
        (META, [metadata(mbid(1), {"metal": "many"})]),  # type: ignore[dict-item]
        (META, [{"artist_mbid": mbid(1), "name": "Ana", "tag": {"artist": {}}}]),
    ],
)
def test_a_reply_of_another_shape_is_a_bad_answer(server, path, body):
    server.acts_by_path[URL] = [links(link(27, mbid(1)))]
    server.acts_by_path[path] = [answer(body)]
    with pytest.raises(BadAnswerError):
        source(server).genres([deezer(27)])


def test_an_artist_without_relations_or_tags_has_no_genres(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)))],
        META: [answer([{"artist_mbid": mbid(1), "name": "Ana"}])],
    }
    assert source(server).genres([deezer(27)]).value.genres == ()
