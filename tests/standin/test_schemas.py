"""The stand-in's replies match schemas of the real services.

The schemas in tests/fixtures/schemas were written from recorded replies and published
documentation; each names its origin in `$comment`.
"""

import json
from collections.abc import Iterator

import pytest
import requests
from jsonschema import Draft202012Validator

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from tests.support.project import SCHEMAS

WORLD = bundled_world()
ARTIST = next(a for a in WORLD.artists.values() if a.mbid and a.genres)
UNKNOWN = next(a for a in WORLD.artists.values() if a.mbid is None)
TRACK = WORLD.tracks_of[ARTIST.id][0]
PLAYLIST = next(iter(WORLD.playlists))
NOBODY = "00000000-0000-4000-8000-000000000000"
PAGE = "https://www.deezer.com/artist/{}"
MB = "/musicbrainz/ws/2"
LB = "/listenbrainz/1/metadata/artist/"


def validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text()))


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(WORLD, limits=False) as running:
        yield running


REPLIES = [
    ("deezer-artist", f"/deezer/artist/{ARTIST.id}", {}),
    ("deezer-artists", f"/deezer/artist/{ARTIST.id}/related", {"limit": 50}),
    ("deezer-artists", "/deezer/search/artist", {"q": ARTIST.name}),
    ("deezer-artists", "/deezer/search/artist", {"q": f'artist:"{ARTIST.name}"'}),
    ("deezer-artists", "/deezer/search/artist", {"q": "no such artist"}),
    ("deezer-top", f"/deezer/artist/{ARTIST.id}/top", {"limit": 50}),
    ("deezer-albums", f"/deezer/artist/{ARTIST.id}/albums", {"limit": 100}),
    ("deezer-album", f"/deezer/album/{TRACK.album_id}", {}),
    ("deezer-track", f"/deezer/track/{TRACK.id}", {}),
    ("deezer-track", f"/deezer/track/isrc:{TRACK.isrc}", {}),
    ("deezer-playlists", "/deezer/search/playlist", {"q": "jazz"}),
    ("deezer-playlist", f"/deezer/playlist/{PLAYLIST}", {}),
    ("deezer-playlist-tracks", f"/deezer/playlist/{PLAYLIST}/tracks", {"limit": 100}),
    ("deezer-genres", "/deezer/genre", {}),
    ("deezer-error", "/deezer/artist/1", {}),
    ("deezer-error", "/deezer/artist/1/related", {}),
    ("deezer-error", "/deezer/track/1", {}),
    ("deezer-error", "/deezer/track/isrc:ZZZZZ0000000", {}),
    ("deezer-error", "/deezer/search/artist", {}),
    ("deezer-error", "/deezer/nothing/here", {}),
    (
        "musicbrainz-url",
        f"{MB}/url",
        {"resource": PAGE.format(ARTIST.id), "inc": "artist-rels", "fmt": "json"},
    ),
    (
        "musicbrainz-urls",
        f"{MB}/url",
        {
            "resource": [PAGE.format(a) for a in list(WORLD.artists)[:100]],
            "inc": "artist-rels",
            "fmt": "json",
        },
    ),
    (
        "musicbrainz-artist-search",
        f"{MB}/artist",
        {"query": 'tag:"jazz" OR tag:"free jazz"', "limit": 100, "fmt": "json"},
    ),
    (
        "musicbrainz-artist-search",
        f"{MB}/artist",
        {"query": f"arid:({ARTIST.mbid} OR {NOBODY})", "fmt": "json"},
    ),
    (
        "musicbrainz-artist",
        f"{MB}/artist/{ARTIST.mbid}",
        {"inc": "genres tags url-rels", "fmt": "json"},
    ),
    ("musicbrainz-genres", f"{MB}/genre/all", {"limit": 100, "fmt": "json"}),
    ("musicbrainz-error", f"{MB}/artist/{NOBODY}", {"fmt": "json"}),
    ("musicbrainz-error", f"{MB}/artist", {"query": 'tag:"open', "fmt": "json"}),
    (
        "listenbrainz-artists",
        LB,
        {"artist_mbids": ",".join(list(WORLD.entries)[:50]), "inc": "tag"},
    ),
    ("listenbrainz-error", LB, {"artist_mbids": "no-mbid", "inc": "tag"}),
]


@pytest.mark.parametrize(("schema", "path", "query"), REPLIES)
def test_reply_matches_schema(
    schema: str, path: str, query: dict, standin: Standin, session: requests.Session
) -> None:
    answer = session.get(standin.url + path, params=query)
    validator(schema).validate(answer.json())
    if schema.startswith("deezer"):
        assert answer.status_code == 200  # errors too


NOBODY_FOUND = {"id": NOBODY, "score": 90, "name": "Nobody", "sort-name": "Nobody"}
FOUND = {"created": "", "count": 1, "offset": 0}
QUOTA = {"error": {"type": "Exception", "message": "Quota", "code": 4}}
BAD_TAG = {"artist_mbid": NOBODY, "tag": "polka", "count": 1, "genre_mbid": 7}
BAD_TAGS = {"name": "Nobody", "rels": {}, "tag": {"artist": [BAD_TAG]}}

BODIES = [
    ("deezer-artists", {"data": [], "total": 0}, True),
    ("deezer-artists", QUOTA, False),
    ("deezer-error", QUOTA, True),
    ("deezer-error", {"error": "Not Found"}, True),
    ("deezer-error", {"data": [], "total": 0}, False),
    ("musicbrainz-urls", {"url-count": 0, "url-offset": 0, "urls": []}, True),
    ("musicbrainz-urls", {"error": "Not Found"}, False),
    ("musicbrainz-artist-search", {**FOUND, "artists": [NOBODY_FOUND]}, True),
    (
        "musicbrainz-artist-search",
        {**FOUND, "artists": [{**NOBODY_FOUND, "genres": []}]},
        False,
    ),
    ("listenbrainz-artists", [], True),
    ("listenbrainz-artists", [{"artist_mbid": NOBODY, **BAD_TAGS}], False),
]


@pytest.mark.parametrize(("schema", "body", "fits"), BODIES)
def test_schemas_reject_wrong_bodies(schema: str, body: object, *, fits: bool) -> None:
    assert validator(schema).is_valid(body) is fits


def test_schemas_are_valid_and_name_their_origin() -> None:
    for path in SCHEMAS.glob("*.json"):
        schema = json.loads(path.read_text())
        Draft202012Validator.check_schema(schema)
        assert len(schema["$comment"]) > 20


@pytest.mark.parametrize(("limit", "expected"), [(7, 3), (10, 2), (50, 1)])
def test_related_artists_are_paged_in_order(
    limit: int, expected: int, standin: Standin, session: requests.Session
) -> None:
    url = f"{standin.deezer_url}/artist/{ARTIST.id}/related?limit={limit}"
    found, pages = [], 0
    while url:
        page = session.get(url).json()
        found += [row["id"] for row in page["data"]]
        url, pages = page.get("next"), pages + 1
    assert (tuple(found), pages) == (ARTIST.related, expected)


def test_limit_is_at_most_100(standin: Standin, session: requests.Session) -> None:
    page = session.get(
        f"{standin.musicbrainz_url}/ws/2/artist",
        params={"query": "tag:jazz OR tag:rock", "limit": 500, "fmt": "json"},
    ).json()
    assert len(page["artists"]) == 100 < page["count"]


def test_only_single_tracks_have_isrc(
    standin: Standin, session: requests.Session
) -> None:
    top = session.get(f"{standin.deezer_url}/artist/{ARTIST.id}/top").json()["data"]
    assert 1 <= len(top) <= 5
    assert all("isrc" not in row for row in top)
    assert session.get(f"{standin.deezer_url}/track/{TRACK.id}").json()["isrc"]


def test_homonyms_are_not_sorted_by_popularity(
    standin: Standin, session: requests.Session
) -> None:
    firsts = 0
    names = [artist.name for artist in list(WORLD.artists.values())[25::50]]
    for name in names:
        url = f"{standin.deezer_url}/search/artist"
        rows = session.get(url, params={"q": name}).json()["data"]
        same = [row["nb_fan"] for row in rows if row["name"] == name]
        assert len(same) >= 2
        firsts += same[0] == max(same)
    assert firsts < len(names)


def test_unknown_urls_are_left_out_or_404(
    standin: Standin, session: requests.Session
) -> None:
    url = f"{standin.musicbrainz_url}/ws/2/url"
    pages = [PAGE.format(UNKNOWN.id), PAGE.format(ARTIST.id)]
    query = {"inc": "artist-rels", "fmt": "json"}
    both = session.get(url, params={"resource": pages, **query}).json()
    assert [found["resource"] for found in both["urls"]] == pages[1:]
    assert both["urls"][0]["relations"][0]["artist"]["id"] == ARTIST.mbid
    alone = session.get(url, params={"resource": pages[0], **query})
    assert (alone.status_code, alone.json()["error"]) == (404, "Not Found")
    too_many = session.get(url, params={"resource": pages * 51, **query})
    assert too_many.status_code == 400


def test_urls_are_not_in_request_order(
    standin: Standin, session: requests.Session
) -> None:
    pages = [PAGE.format(a.id) for a in WORLD.artists.values() if a.mbid][:30]
    query = {"resource": pages, "inc": "artist-rels", "fmt": "json"}
    answer = session.get(f"{standin.musicbrainz_url}/ws/2/url", params=query).json()
    found = [url["resource"] for url in answer["urls"]]
    assert sorted(found) == sorted(pages)
    assert found != pages


def test_musicbrainz_requires_user_agent(standin: Standin) -> None:
    with requests.Session() as nameless:
        nameless.trust_env = False
        nameless.headers["User-Agent"] = ""
        url = f"{standin.musicbrainz_url}/ws/2/genre/all?fmt=txt"
        assert nameless.get(url).status_code == 403


def test_musicbrainz_answers_in_xml_without_fmt(
    standin: Standin, session: requests.Session
) -> None:
    answer = session.get(f"{standin.musicbrainz_url}/ws/2/artist?query=tag:jazz")
    assert answer.headers["Content-Type"] == "application/xml"


def test_genre_list_has_one_name_per_line(
    standin: Standin, session: requests.Session
) -> None:
    text = session.get(f"{standin.musicbrainz_url}/ws/2/genre/all?fmt=txt").text
    assert tuple(text.split("\n")) == WORLD.genre_names
    assert "seen live" not in text


def test_tag_search_with_and_and_or(
    standin: Standin, session: requests.Session
) -> None:
    def found(query: str) -> set[str]:
        url = f"{standin.musicbrainz_url}/ws/2/artist"
        asked = {"query": query, "limit": 100, "fmt": "json"}
        return {row["id"] for row in session.get(url, params=asked).json()["artists"]}

    jazz, cool = found('tag:"vocal jazz"'), found('tag:"cool jazz"')
    assert jazz
    assert cool
    assert found('tag:"vocal jazz" AND tag:"cool jazz"') == jazz & cool
    assert found('tag:"vocal jazz" OR tag:"cool jazz"') == jazz | cool
    assert found('tag:"no such tag"') == set()


def test_listenbrainz_marks_genres_and_omits_unknown_artists(
    standin: Standin, session: requests.Session
) -> None:
    asked = [NOBODY, *list(WORLD.entries)[:40][::-1]]
    url = f"{standin.listenbrainz_url}/1/metadata/artist/"
    query = {"artist_mbids": ",".join(asked), "inc": "tag"}
    rows = session.get(url, params=query).json()
    mbids = [row["artist_mbid"] for row in rows]
    assert set(mbids) == set(asked[1:])
    assert mbids != asked[1:]
    tags = [tag for row in rows for tag in row["tag"]["artist"]]
    genres = {tag["tag"] for tag in tags if "genre_mbid" in tag}
    others = {tag["tag"] for tag in tags if "genre_mbid" not in tag}
    assert genres <= set(WORLD.genre_names)
    assert others
    assert not others & set(WORLD.genre_names)
    bare = session.get(url, params={"artist_mbids": asked[1]}).json()
    assert "tag" not in bare[0]
