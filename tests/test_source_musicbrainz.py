import pytest

from crawler.errors import BadAnswerError, CrawlError, SettingsError, UnsupportedError
from crawler.sources import SERVICES, make_source, service_settings
from crawler.sources.bulk_genres import BY_RELS, BY_URL, TERMS
from crawler.sources.interface import Capability, Source
from graph.model import Artist, ArtistId, HasGenre, Identity
from tests.doors import door_to
from tests.misbehaving import Misbehaving, answer, html

URL = "/ws/2/url"
SEARCH = "/ws/2/artist"
LIST = "/ws/2/genre/all"
META = "/1/metadata/artist/"
NOT_FOUND = answer({"error": "Not Found", "help": "https://example.invalid"}, 404)


def mbid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def deezer(number: int) -> ArtistId:
    return ArtistId(f"deezer:{number}")


def page(number: int) -> str:
    return f"https://www.deezer.com/artist/{number}"


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


def metadata(one: str, tags: dict[str, int], **rels: str) -> dict:
    return {
        "artist_mbid": one,
        "name": "Ana",
        "area": "Nowhere",
        "begin_year": 1999,
        "rels": rels,
        "tag": {
            "artist": [
                {"artist_mbid": one, "tag": name, "count": count}
                | ({} if name == "seen live" else {"genre_mbid": mbid(77)})
                for name, count in tags.items()
            ]
        },
    }


def hit(number: int, **tags: int) -> dict:
    rows = [{"name": n.replace("_", " "), "count": c} for n, c in tags.items()]
    return {"id": mbid(number), "name": f"Artist {number}", "score": 100, "tags": rows}


def hits(*rows: dict, count: int | None = None) -> object:
    body = {"count": len(rows) if count is None else count, "offset": 0}
    return answer(body | {"artists": list(rows)})


@pytest.fixture
def server():
    genres = "r&b\nhip hop\nhip-hop\nblack metal\nmetal\n"
    scripts = {
        LIST: [answer(genres.encode(), content_type="text/plain")],
        META: [answer([])],
    }
    with Misbehaving([html(404)], acts_by_path=scripts) as server:
        yield server


def source(server: Misbehaving) -> Source:
    return make_source("musicbrainz", door_to(server.url))


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


def test_pages_are_asked_as_musicbrainz_writes_them_with_their_artists(server):
    server.acts_by_path[URL] = [NOT_FOUND]
    source(server).genres([deezer(27), deezer(28)])
    query = server.asked[0].query
    assert [v for k, v in query if k == "resource"] == [page(27), page(28)]
    assert ("inc", "artist-rels") in query
    assert ("fmt", "json") in query


def test_one_hundred_artists_take_one_and_two_requests(server):
    rows = [link(n, mbid(n)) for n in range(1, 101)]
    server.acts_by_path[URL] = [links(*rows)]
    found = source(server).genres([deezer(n) for n in range(1, 101)])
    assert found.requests == {"musicbrainz": 1, "listenbrainz": 2}
    assert len(found.value.identities) == 100
    asked = [a for a in server.asked if a.path == META]
    assert [len(dict(a.query)["artist_mbids"].split(",")) for a in asked] == [50, 50]
    assert dict(asked[0].query)["inc"] == "tag"


def test_a_single_page_is_answered_in_another_shape(server):
    server.acts_by_path[URL] = [answer(link(27, mbid(1)))]
    found = source(server).genres([deezer(27)])
    assert found.value.identities == (Identity(deezer(27), mbid(1), BY_URL),)


def test_when_no_page_is_known_nobody_has_an_identity(server):
    server.acts_by_path[URL] = [NOT_FOUND]
    found = source(server).genres([deezer(27)])
    assert (found.value.identities, found.value.genres) == ((), ())
    assert found.requests == {"musicbrainz": 1}


def test_somebody_elses_404_is_no_answer(server):
    server.acts_by_path[URL] = [html(404)]
    with pytest.raises(BadAnswerError, match="404"):
        source(server).genres([deezer(27)])


def test_a_page_that_several_artists_share_identifies_nobody(server):
    server.acts_by_path[URL] = [links(link(27, mbid(1), mbid(2)), link(28, mbid(3)))]
    found = source(server).genres([deezer(27), deezer(28)])
    assert [i.artist for i in found.value.identities] == [deezer(28)]


def test_one_artist_linked_twice_to_its_page_is_one_artist(server):
    server.acts_by_path[URL] = [links(link(27, mbid(1), mbid(1)))]
    found = source(server).genres([deezer(27)])
    assert [i.mbid for i in found.value.identities] == [mbid(1)]


def test_a_link_that_has_ended_identifies_nobody(server):
    server.acts_by_path[URL] = [links(link(27, mbid(1), ended=True))]
    assert source(server).genres([deezer(27)]).value.identities == ()


def test_two_ids_of_one_mbid_both_get_its_genres_for_one_question(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)), link(28, mbid(1)))],
        META: [answer([metadata(mbid(1), {"metal": 8})])],
    }
    found = source(server).genres([deezer(27), deezer(28)])
    assert [g.artist for g in found.value.genres] == [deezer(27), deezer(28)]
    asked = [a for a in server.asked if a.path == META]
    assert [dict(a.query)["artist_mbids"] for a in asked] == [mbid(1)]


def test_genres_are_keyed_by_mbid_and_never_by_position(server):
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


def test_a_tag_that_is_no_genre_is_left_out(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)))],
        META: [answer([metadata(mbid(1), {"seen live": 90, "metal": 3})])],
    }
    (edge,) = source(server).genres([deezer(27)]).value.genres
    assert (edge.genre, edge.share) == ("metal", 1.0)


def test_of_two_spellings_of_a_genre_the_stronger_counts(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)))],
        META: [answer([metadata(mbid(1), {"hip hop": 5, "Hip-Hop": 3, "metal": 10})])],
    }
    edges = source(server).genres([deezer(27)]).value.genres
    assert [(e.genre, e.votes, e.share) for e in edges] == [
        ("hip hop", 5, 0.5),
        ("metal", 10, 1.0),
    ]


def test_votes_of_zero_and_below_are_kept_and_have_no_share(server):
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


def test_artists_of_unknown_services_are_not_asked_about(server):
    found = source(server).genres([ArtistId("jamendo:27")])
    assert found.requests == {}
    assert server.asked == []


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
def test_a_shape_that_is_not_promised_is_a_bad_answer(server, path, body):
    server.acts_by_path[URL] = [links(link(27, mbid(1)))]
    server.acts_by_path[path] = [answer(body)]
    with pytest.raises(BadAnswerError):
        source(server).genres([deezer(27)])


def test_an_artist_without_rels_or_tags_has_no_genres(server):
    server.acts_by_path |= {
        URL: [links(link(27, mbid(1)))],
        META: [answer([{"artist_mbid": mbid(1), "name": "Ana"}])],
    }
    assert source(server).genres([deezer(27)]).value.genres == ()


def test_genre_names_are_folded_and_asked_once(server):
    one = source(server)
    expected = ("black metal", "hip hop", "metal", "r and b")
    assert one.genre_names().value == expected
    assert one.genre_names().requests == {"musicbrainz": 1}
    assert len(server.asked) == 1
    assert server.asked[0].query == [("fmt", "txt")]


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


def test_tags_are_searched_as_they_are_spelt_shortest_first_and_escaped(server):
    server.acts_by_path[SEARCH] = [hits()]
    by_genre(server, "black metal", "r and b", "hip hop", 'a"b\\c')
    query = dict(next(a for a in server.asked if a.path == SEARCH).query)
    assert query["query"] == (
        'tag:"a\\"b\\\\c" OR tag:"hip hop" OR tag:"hip-hop" '
        'OR tag:"black metal" OR tag:"r&b"'
    )
    assert (query["limit"], query["offset"], query["fmt"]) == ("100", "0", "json")


def test_at_most_twenty_genres_are_searched(server):
    server.acts_by_path[SEARCH] = [hits()]
    by_genre(server, *(f"genre{n:02}" for n in range(30)))
    query = dict(next(a for a in server.asked if a.path == SEARCH).query)["query"]
    assert query.count("tag:") == 20


def test_votes_for_genres_beyond_the_twenty_searched_count_too(server):
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
    query = dict(next(a for a in server.asked if a.path == SEARCH).query)["query"]
    assert longer not in query


def test_the_search_ends_when_enough_are_found(server):
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
    offsets = [dict(a.query)["offset"] for a in server.asked if a.path == SEARCH]
    assert offsets == ["0", "100", "200"]


def test_of_two_mbids_with_one_page_the_first_wins(server):
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


def test_artists_without_a_vote_for_the_genre_are_not_its_artists(server):
    server.acts_by_path[SEARCH] = [hits(hit(1, metal=0), hit(2, rock=9), hit(3))]
    found = by_genre(server, "metal")
    assert found.value.without_page == 0
    assert found.requests == {"musicbrainz": 1}


def test_no_genres_need_no_request(server):
    assert by_genre(server).requests == {}
    assert server.asked == []


@pytest.mark.parametrize(
    "rel",
    [
        "https://www.deezer.com/album/31",
        "https://www.deezer.com/artist/5080",
        "https://www.deezer.com.example.invalid/artist/31",
        "https://open.spotify.com/artist/0123456789012345678901",
    ],
)
def test_what_is_no_artists_page_on_deezer_is_none(server, rel):
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
def test_a_page_may_be_written_in_several_ways(server, rel):
    server.acts_by_path |= {
        SEARCH: [hits(hit(1, metal=9))],
        META: [answer([metadata(mbid(1), {"metal": 1}, streaming=rel)])],
    }
    (found,) = by_genre(server, "metal").value.artists
    assert (found.id, found.url) == (deezer(31), page(31))


def test_it_says_what_it_can_do_and_refuses_the_rest(server):
    one = source(server)
    assert one.capabilities == {Capability.GENRES: 100, Capability.BY_GENRE: 100}
    with pytest.raises(UnsupportedError, match="musicbrainz: cannot name related"):
        one.related(deezer(27))


def test_the_terms_are_musicbrainz_unless_this_machine_plays_it(server):
    real = make_source(
        "musicbrainz", door_to("https://musicbrainz.org/ws/2", limits=True)
    )
    assert real.terms == TERMS
    assert "BY-NC-SA" in TERMS.summary
    assert "CC0" in source(server).terms.summary


def test_an_unknown_source_is_told_the_nearest_one(server):
    with pytest.raises(CrawlError, match='did you mean "deezer"'):
        make_source("dezer", door_to(server.url))


def test_services_have_their_own_addresses_and_paces_unless_others_are_set():
    services = service_settings(
        {"deezer": "http://127.0.0.1:8"}, {"musicbrainz": (1, 2.0)}
    )
    by_name = {service.name: service for service in services}
    assert by_name["deezer"].base_url == "http://127.0.0.1:8"
    assert (by_name["deezer"].requests, by_name["deezer"].seconds) == (50, 5)
    assert (by_name["musicbrainz"].requests, by_name["musicbrainz"].seconds) == (1, 2)
    assert by_name["musicbrainz"].base_url == "https://musicbrainz.org"
    assert by_name["musicbrainz"].wants_contact
    assert by_name["listenbrainz"] == SERVICES["listenbrainz"]
    assert by_name["deezer-previews"].requests == 0


@pytest.mark.parametrize(
    ("addresses", "paces", "words"),
    [
        ({"deezr": "http://x"}, {}, 'did you mean "deezer"'),
        ({}, {"deezr": (1, 1.0)}, 'did you mean "deezer"'),
        ({"deezer": "ftp://x"}, {}, "none of the web"),
        ({"deezer": "127.0.0.1:80"}, {}, "none of the web"),
        ({}, {"deezer": (-1, 1.0)}, "cannot be asked -1 times"),
        ({}, {"deezer": (1, 0.0)}, "in 0 seconds"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(addresses, paces, words):
    with pytest.raises(SettingsError, match=words):
        service_settings(addresses, paces)


def test_musicbrainz_address_may_be_written_with_the_version_of_its_service():
    services = service_settings({"musicbrainz": "http://127.0.0.1:5000/ws/2/"}, {})
    assert "http://127.0.0.1:5000" in {service.base_url for service in services}
