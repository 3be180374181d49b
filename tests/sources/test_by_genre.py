"""MusicBrainz as a source of seeds: the genre list, and artists of a genre."""

import pytest

from crawler.errors import BadAnswerError
from crawler.sources.musicbrainz.source import BY_RELS
from graph.model.music import Artist, HasGenre, Identity
from tests.support.replies.musicbrainz_replies import (
    LIST,
    META,
    deezer,
    mbid,
    metadata,
    musicbrainz,
    page,
    source,
)
from tests.support.servers.faulty_source import answer

SEARCH = "/ws/2/artist"


def hit(number: int, **tags: int) -> dict:
    rows = [{"name": n.replace("_", " "), "count": c} for n, c in tags.items()]
    return {"id": mbid(number), "name": f"Artist {number}", "score": 100, "tags": rows}


def hits(*rows: dict, count: int | None = None) -> object:
    body = {"count": len(rows) if count is None else count, "offset": 0}
    return answer(body | {"artists": list(rows)})


@pytest.fixture
def server():
    with musicbrainz() as server:
        yield server


def test_genre_names_are_folded_and_requested_once(server):
    one = source(server)
    expected = ("black metal", "hip hop", "metal", "r and b")
    assert one.genre_names().value == expected
    assert one.genre_names().requests == {"musicbrainz": 1}
    assert len(server.requests) == 1
    assert server.requests[0].query == [("fmt", "txt")]


def test_an_empty_genre_list_is_a_bad_answer(server):
    server.acts_by_path[LIST] = [answer(b"\n", content_type="text/plain")]
    with pytest.raises(BadAnswerError, match="no genre"):
        source(server).genre_names()


def by_genre(server, *genres, count=10):
    return source(server).artists_by_genre(genres, count=count, id_space="deezer")


def test_artists_of_a_genre_come_best_first_with_identity_and_genres(server):
    server.acts_by_path |= {
        SEARCH: [
            hits(hit(1, metal=2), hit(2, metal=5, black_metal=5), hit(3, metal=2))
        ],
        META: [
            answer(
                [
                    metadata(mbid(1), {"metal": 2}, **{"free streaming": page(31)}),
                    metadata(mbid(2), {"metal": 5}, streaming=page(32)),
                    metadata(mbid(3), {"metal": 2}, lyrics="https://example.invalid"),
                ]
            )
        ],
    }
    found = by_genre(server, "metal", "black metal")
    assert found.value.artists == (
        Artist(deezer(32), "Artist 2", "deezer", page(32)),
        Artist(deezer(31), "Artist 1", "deezer", page(31)),
    )
    assert found.value.identities[0] == Identity(deezer(32), mbid(2), BY_RELS)
    assert found.value.genres[0] == HasGenre(deezer(32), "metal", "musicbrainz", 5, 1)
    assert found.value.without_page == 1
    assert found.requests == {"musicbrainz": 1, "listenbrainz": 1}


def test_tags_are_searched_in_their_own_spelling_shortest_first_and_escaped(server):
    server.acts_by_path[SEARCH] = [hits()]
    by_genre(server, "black metal", "r and b", "hip hop", 'a"b\\c')
    query = dict(next(a for a in server.requests if a.path == SEARCH).query)
    assert query["query"] == (
        'tag:"a\\"b\\\\c" OR tag:"hip hop" OR tag:"hip-hop" '
        'OR tag:"black metal" OR tag:"r&b"'
    )
    assert (query["limit"], query["offset"], query["fmt"]) == ("100", "0", "json")


def test_a_search_holds_at_most_twenty_genres(server):
    server.acts_by_path[SEARCH] = [hits()]
    by_genre(server, *(f"genre{n:02}" for n in range(30)))
    query = dict(next(a for a in server.requests if a.path == SEARCH).query)["query"]
    assert query.count("tag:") == 20


def test_votes_for_genres_outside_the_search_count_too(server):
    names = [f"g{n:02} metal" for n in range(20)]
    longer = "long winded metal"
    server.acts_by_path |= {
        SEARCH: [hits(hit(1, long_winded_metal=4), hit(2, g00_metal=3))],
        META: [
            answer(
                [
                    metadata(mbid(1), {longer: 4}, streaming=page(31)),
                    metadata(mbid(2), {"g00 metal": 3}, streaming=page(32)),
                ]
            )
        ],
    }
    found = by_genre(server, *names, longer).value
    assert [a.id for a in found.artists] == [deezer(31), deezer(32)]
    query = dict(next(a for a in server.requests if a.path == SEARCH).query)["query"]
    assert longer not in query


def test_the_search_ends_when_enough_artists_are_found(server):
    server.acts_by_path |= {
        SEARCH: [hits(*(hit(n, metal=500 - n) for n in range(1, 101)), count=900)],
        META: [
            answer(
                [
                    metadata(mbid(n), {"metal": 1}, streaming=page(n))
                    for n in range(1, 101)
                ]
            )
        ],
    }
    found = by_genre(server, "metal", count=10)
    assert [a.id for a in found.value.artists] == [deezer(n) for n in range(1, 11)]
    assert found.requests == {"musicbrainz": 1, "listenbrainz": 1}


def test_at_most_three_pages_are_searched_for_enough_artists(server):
    pages = [
        hits(*(hit(100 * p + n, metal=3) for n in range(100)), count=900)
        for p in range(4)
    ]
    server.acts_by_path[SEARCH] = pages
    found = by_genre(server, "metal")
    assert found.value.artists == ()
    assert found.value.without_page == 300
    assert found.requests == {"musicbrainz": 3, "listenbrainz": 6}
    offsets = [dict(a.query)["offset"] for a in server.requests if a.path == SEARCH]
    assert offsets == ["0", "100", "200"]


def test_the_first_of_two_mbids_with_one_page_wins(server):
    server.acts_by_path |= {
        SEARCH: [hits(hit(1, metal=9), hit(2, metal=3))],
        META: [
            answer(
                [
                    metadata(mbid(2), {"metal": 1}, streaming=page(31)),
                    metadata(mbid(1), {"r&b": 1}, streaming=page(31)),
                ]
            )
        ],
    }
    found = by_genre(server, "metal").value
    assert [(i.artist, i.mbid) for i in found.identities] == [(deezer(31), mbid(1))]
    assert [g.genre for g in found.genres] == ["r and b"]


def test_artists_without_a_vote_for_the_genre_are_left_out(server):
    server.acts_by_path[SEARCH] = [hits(hit(1, metal=0), hit(2, rock=9), hit(3))]
    found = by_genre(server, "metal")
    assert found.value.without_page == 0
    assert found.requests == {"musicbrainz": 1}


def test_an_empty_list_of_genres_takes_no_request(server):
    assert by_genre(server).requests == {}
    assert server.requests == []


@pytest.mark.parametrize(
    "rel",
    [
        "https://www.deezer.com/album/31",
        "https://www.deezer.com/artist/5080",
        "https://www.deezer.com.example.invalid/artist/31",
        "https://open.spotify.com/artist/0123456789012345678901",
    ],
)
def test_a_page_that_is_not_a_deezer_artist_is_skipped(server, rel):
    server.acts_by_path |= {
        SEARCH: [hits(hit(1, metal=9))],
        META: [answer([metadata(mbid(1), {"metal": 1}, streaming=rel)])],
    }
    assert by_genre(server, "metal").value.without_page == 1


@pytest.mark.parametrize(
    "rel",
    [
        "https://www.deezer.com/en/artist/31",
        "http://deezer.com/artist/31?utm_source=x",
        "https://www.deezer.com/pt-br/artist/31/",
    ],
)
def test_a_deezer_page_is_recognised_in_all_its_spellings(server, rel):
    server.acts_by_path |= {
        SEARCH: [hits(hit(1, metal=9))],
        META: [answer([metadata(mbid(1), {"metal": 1}, streaming=rel)])],
    }
    (found,) = by_genre(server, "metal").value.artists
    assert (found.id, found.url) == (deezer(31), page(31))
