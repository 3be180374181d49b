"""Tokens, limits, faults and ids of the stand-in's Spotify."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from crawler.standin import faults, limits
from crawler.standin.faults import Fault
from crawler.standin.services.spotify_accounts import CLIENT, App
from crawler.standin.world.files import read_world
from crawler.standin.world.generator import WorldMix, make_world
from crawler.standin.world.spotify_ids import number_of, spotify_id
from tests.support.servers.spotify_session import (
    GRANT,
    SpotifySession,
    open_spotify,
    validator,
)

WORLD = make_world(200, seed=5, shares=WorldMix(known=0.7))
KNOWN = [a for a in WORLD.artists.values() if a.mbid]
A = spotify_id("artist", KNOWN[0].id)
PAGE = "https://open.spotify.com/artist/{}"


@pytest.fixture(scope="module")
def spotify() -> Iterator[SpotifySession]:
    with open_spotify(WORLD) as opened:
        yield opened


WRONG_FORMS = [
    (("standin", "wrong"), GRANT, "invalid_client", "Invalid client"),
    (("someone", "standin"), GRANT, "invalid_client", "Invalid client"),
    (None, GRANT, "invalid_client", "Invalid client"),
    (CLIENT, {}, "unsupported_grant_type", "grant_type parameter is missing"),
]


@pytest.mark.parametrize(("client", "form", "error", "description"), WRONG_FORMS)
def test_wrong_client_gets_400(
    client, form, error, description, spotify: SpotifySession
) -> None:
    with requests.Session() as stranger:
        stranger.trust_env = False
        answer = stranger.post(spotify.standin.spotify_token_url, form, auth=client)
    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}
    validator("refusals", "refused").validate(answer.json())


def test_client_gets_token_by_post(spotify: SpotifySession) -> None:
    url = spotify.standin.spotify_token_url
    token = spotify.session.post(url, GRANT, auth=CLIENT).json()
    validator("refusals", "token").validate(token)
    assert token["expires_in"] == 3600
    assert spotify.session.get(url).status_code == 405


TOKENS = [
    (None, "No token provided"),
    ("Bearer BQ9999999999-" + "0" * 64, "Invalid access token"),
    ("Bearer x", "Invalid access token"),
    ("Basic c3RhbmRpbjpzdGFuZGlu", "Invalid access token"),
]


@pytest.mark.parametrize(("header", "message"), TOKENS)
def test_requests_without_valid_token_get_401(
    header, message, spotify: SpotifySession
) -> None:
    headers = {"Authorization": header}
    for path in (f"/artists/{A}", "/search", "/nothing"):
        url = spotify.standin.spotify_url + path
        answer = spotify.session.get(url, headers=headers)
        assert answer.json() == {"error": {"status": 401, "message": message}}
        assert answer.status_code == 401


def test_token_expires(clock) -> None:
    with open_spotify(WORLD, App(token_seconds=60), now=clock) as spotify:
        clock.now += 59.9
        assert spotify.get(f"/artists/{A}").status_code == 200
        clock.now += 0.1
        late = spotify.get(f"/artists/{A}")
        assert (late.status_code, late.json()["error"]["message"]) == (
            401,
            "The access token expired",
        )
        spotify.sign_in()
        assert spotify.get(f"/artists/{A}").status_code == 200


def test_spotify_limit_with_retry_after(clock) -> None:
    path = f"/artists/{A}"
    with open_spotify(WORLD, now=clock, limits=True) as spotify:
        first = [spotify.get(path).status_code for _ in range(limits.SPOTIFY.requests)]
        assert set(first) == {200}
        clock.now += 10.5
        refused = spotify.get(path)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "20")
        validator("refusals", "error").validate(refused.json())
        spotify.sign_in()  # the limit does not apply to tokens
        clock.now += 19.5
        assert spotify.get(path).status_code == 200
        assert spotify.standin.counts()["spotify"] == limits.SPOTIFY.requests + 2


def test_used_up_quota_lasts_a_day() -> None:
    with open_spotify(WORLD, faults=faults.spotify_quota(3)) as spotify:
        answers = [spotify.get(f"/artists/{A}") for _ in range(5)]
        assert [a.status_code for a in answers] == [200] * 3 + [429] * 2
        assert answers[3].headers["Retry-After"] == "86400"
        validator("refusals", "quota").validate(answers[3].json())
        others = f"{spotify.standin.deezer_url}/artist/{KNOWN[0].id}"
        assert spotify.session.get(others).json()["id"] == KNOWN[0].id


FAULTS = [
    (faults.NO_PREMIUM, 403, "text/plain", "Active premium subscription required"),
    (faults.BAD_TOKEN, 401, "application/json", "The access token expired"),
    (faults.STRING_ERROR, 500, "application/json", '{"error":"Internal server error"}'),
    (faults.LIST_ERROR, 500, "application/json", "[]"),
    (faults.HTML, 200, "text/html", "<html>"),
]


@pytest.mark.parametrize(("wrong", "status", "kind", "text"), FAULTS)
def test_spotify_fault_replaces_one_reply(wrong, status, kind, text) -> None:
    def schedule(service: str, path: str, number: int) -> Fault | None:
        return wrong if (service, number) == ("spotify", 1) else None

    with open_spotify(WORLD, faults=schedule) as spotify:
        first, second = spotify.get(f"/artists/{A}"), spotify.get(f"/artists/{A}")
    assert first.status_code == status
    assert first.headers["Content-Type"].startswith(kind)
    assert first.text.startswith(text) or text in first.text
    assert second.json()["id"] == A


def test_spotify_preview_link_is_permanent(clock) -> None:
    track = next(t for t in WORLD.tracks.values() if t.has_preview and not t.fault)
    path = f"/tracks/{spotify_id('track', track.id)}"
    with open_spotify(WORLD, now=clock, limits=True) as spotify:
        link = spotify.get(path).json()["preview_url"]
        clock.now += 100_000
        spotify.sign_in()
        assert spotify.get(path).json()["preview_url"] == link
        clip = spotify.session.get(link)
        assert (clip.status_code, clip.headers["Content-Type"]) == (200, "audio/mpeg")
        unknown = link.replace(f"{track.id:040x}", f"{1:040x}")
        assert spotify.session.get(unknown).status_code == 404


def test_track_without_preview_has_null_link(spotify: SpotifySession) -> None:
    track = next(t for t in WORLD.tracks.values() if not t.has_preview)
    row = spotify.get(f"/tracks/{spotify_id('track', track.id)}").json()
    assert row["preview_url"] is None


def test_musicbrainz_lists_spotify_pages(
    spotify: SpotifySession,
) -> None:
    url = f"{spotify.standin.musicbrainz_url}/ws/2/url"
    artists = list(WORLD.artists.values())[:100]
    pages = {PAGE.format(spotify_id("artist", a.id)): a for a in artists}
    query = {"resource": list(pages), "inc": "artist-rels", "fmt": "json"}
    found = {
        row["resource"]: row["relations"][0]["artist"]["id"]
        for row in spotify.session.get(url, params=query).json()["urls"]
    }
    assert found == {page: a.mbid for page, a in pages.items() if a.mbid}


def test_listenbrainz_lists_spotify_and_deezer_pages(
    spotify: SpotifySession,
) -> None:
    mbids = ",".join(a.mbid for a in KNOWN[:100] if a.mbid)
    url = f"{spotify.standin.listenbrainz_url}/1/metadata/artist/"
    rows = spotify.session.get(url, params={"artist_mbids": mbids, "inc": "tag"}).json()
    on_deezer = 0
    for row in rows:
        rels = row["rels"]
        [page] = [page for page in rels.values() if "spotify" in page]
        artist = WORLD.artists[number_of("artist", page.rpartition("/")[2]) or 0]
        assert artist.mbid == row["artist_mbid"]
        on_deezer += "deezer" in rels["free streaming"]
    assert 0.8 * len(rows) < on_deezer < len(rows)


def test_deleted_spotify_pages_are_404(spotify: SpotifySession) -> None:
    pages = [p for e in WORLD.entries.values() for p in e.pages if "spotify" in p]
    ids = [page.rpartition("/")[2] for page in pages]
    gone = [i for i in ids if number_of("artist", i) not in WORLD.artists]
    assert len(KNOWN) == len(ids) - len(gone)
    assert gone
    assert {spotify.get(f"/artists/{i}").status_code for i in gone} == {404}


VORA, KENO = "2PTfhGODfMzhYoYqVnAbvQ", "0oSGxfWSnnOXhD2fKuzAbc"


def test_spotify_ids_in_folder_are_kept(tmp_path: Path) -> None:
    named = {
        "artists": [
            {"id": VORA, "name": "Vora", "genres": ["jazz", "dub"]},
            {"id": KENO, "name": "Keno", "genres": []},
        ],
        "related": [{"id": VORA, "related": [KENO]}],
        "tracks": [{"id": "t1", "name": "One", "artists": [KENO, VORA]}],
    }
    for name, rows in named.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(lines)
    world = read_world(tmp_path)
    computed = spotify_id("artist", next(iter(world.artists)))
    with open_spotify(world) as spotify:
        assert spotify.get(f"/artists/{VORA}").json()["genres"] == ["dub", "jazz"]
        related = spotify.get(f"/artists/{VORA}/related-artists").json()["artists"]
        assert [row["id"] for row in related] == [KENO]
        [album] = spotify.all_of(f"/artists/{VORA}/albums")
        assert (album["album_group"], album["release_date"]) == ("appears_on", "0000")
        assert spotify.get(f"/artists/{computed}").status_code == 404
    assert world.by_page[PAGE.format(VORA)].name == "Vora"


def test_command_options_for_spotify(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "crawler.standin", "--world", "60"]
    options = ["--no-limits", "--spotify", "new", "--spotify-quota", "2"]
    process = subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )
    lines = [process.stdout.readline().strip() for _ in range(7)]
    settings = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    who = (settings["SPOTIPY_CLIENT_ID"], settings["SPOTIPY_CLIENT_SECRET"])
    with process, requests.Session() as session:
        session.trust_env = False
        url = settings["GENREGRAPH_SPOTIFY_TOKEN_URL"]
        token = session.post(url, GRANT, auth=who).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        related = f"{settings['GENREGRAPH_SPOTIFY_URL']}/artists/{A}/related-artists"
        statuses = [session.get(related).status_code for _ in range(3)]
        process.send_signal(signal.SIGTERM)
    assert (statuses, process.returncode) == ([404, 404, 429], 0)
