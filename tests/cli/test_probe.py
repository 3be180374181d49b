import csv
import io
import socket

import pytest

from crawler.cli import run_command_line
from crawler.cli.exit_status import Status
from crawler.sources.registry import service_entry
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from tests.support.servers.faulty_source import FaultySource, answer

_DEEZER = "GENREGRAPH_DEEZER_URL"
PATHS = {
    "/ws/2/genre/all": [answer(b"metal\n", content_type="text/plain")],
    "/ws/2/url": [answer({"error": "Not Found"}, 404)],
    "/ws/2/artist": [answer({"count": 0, "artists": []})],
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = tmp_path / ".genregraph" / "config.toml"
    config.parent.mkdir()
    config.write_text("[sources.musicbrainz]\nrequests = 100\nseconds = 1\n", "utf-8")
    settings = ("NEO4J_URI", "GENREGRAPH_CONTACT", "http_proxy", "https_proxy")
    for name in (*settings, "SPOTIPY_CLIENT_ID", "SPOTIPY_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def probe(monkeypatch, capsys):
    """Runs `probe` against addresses: its status and its rows by source and question."""

    def run_probe(environment: dict[str, str], *arguments: str):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        status = run_command_line(["probe", "--format", "csv", *arguments])
        rows = csv.DictReader(io.StringIO(capsys.readouterr().out))
        return status, {(row["source"], row["question"]): row for row in rows}

    return run_probe


def everywhere(url: str) -> dict[str, str]:
    names = ("DEEZER", "MUSICBRAINZ", "LISTENBRAINZ")
    return {f"GENREGRAPH_{name}_URL": url for name in names}


def test_every_capability_of_every_source_has_a_row_and_is_requested(probe):
    with serve(bundled_world(), limits=False) as standin:
        status, rows = probe(dict(standin.environment))
        counts = standin.counts()
    assert status == Status.DONE
    working = {key for key, row in rows.items() if row["works"] == "yes"}
    assert working == {
        *(
            ("deezer", question)
            for question in (
                "search",
                "artist",
                "related",
                "tracks",
                "albums",
                "playlists",
                "previews",
            )
        ),
        ("musicbrainz", "genres"),
        ("musicbrainz", "by_genre"),
    }
    assert rows["deezer", "genres"]["works"] == "not offered"
    assert "musicbrainz" in rows["deezer", "genres"]["instead"]
    assert counts["deezer"] == 7
    assert counts["preview"] == 0  # no audio without its terms accepted
    assert "CC0" in rows["deezer", "terms"]["why"]


def test_a_recipe_decides_which_sources_and_artist_are_probed(probe, tmp_path):
    with serve(bundled_world(), limits=False) as standin:
        artist = next(iter(standin.world.artists.values()))
        recipe = tmp_path / "recipe.toml"
        recipe.write_text(
            f'[seeds]\nartists = ["{artist.name}"]\n[sources]\ngenres = []\n', "utf-8"
        )
        status, rows = probe(dict(standin.environment), str(recipe))
    assert status == Status.DONE
    assert {source for source, _ in rows} == {"deezer"}
    assert artist.name in rows["deezer", "search"]["why"]


def test_the_probed_artist_is_the_one_that_a_seed_of_this_name_becomes(probe, tmp_path):
    other, own = {"id": 8, "name": "Ana Bell", "nb_fan": 9}, {"id": 7, "name": "Ana"}
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[seeds]\nartists = ["Ana"]\n[sources]\ngenres = []\n', "utf-8")
    scripts = {
        "/search/artist": [answer({"data": [other, own]})],
        "/artist/7": [answer(own)],
    }
    with FaultySource([answer({"data": []})], acts_by_path=scripts) as server:
        _, rows = probe(everywhere(server.url), str(recipe))
    assert rows["deezer", "artist"]["why"] == "deezer:7 is Ana"


def test_a_failing_capability_is_shown_with_its_reason_and_the_status_is_0(probe):
    error = {"type": "InvalidQueryException", "message": "gone", "code": 600}
    with FaultySource([answer({"error": error})], acts_by_path=dict(PATHS)) as server:
        status, rows = probe(everywhere(server.url))
    assert status == Status.DONE
    assert rows["deezer", "related"]["works"] == "no"
    assert "gone" in rows["deezer", "related"]["why"]
    assert rows["musicbrainz", "genres"]["works"] == "yes"


def test_an_artist_that_is_found_and_then_unknown_means_a_failing_capability(probe):
    """As Spotify closed its related artists: with a 404."""
    found = {"data": [{"id": 7, "name": "Ana"}]}
    unknown = {"error": {"type": "DataException", "message": "no data", "code": 800}}
    scripts = PATHS | {
        "/search/artist": [answer(found)],
        "/artist/7/related": [answer(unknown)],
        "/artist/7": [answer(found["data"][0])],
    }
    with FaultySource([answer({"data": []})], acts_by_path=scripts) as server:
        _, rows = probe(everywhere(server.url))
    assert rows["deezer", "artist"]["works"] == "yes"
    assert rows["deezer", "related"]["works"] == "no"
    assert "said not to exist" in rows["deezer", "related"]["why"]
    assert rows["deezer", "previews"]["works"] == "no"


def test_without_any_answer_the_status_is_69_and_no_further_request_is_sent(
    probe, tmp_path
):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[seeds]\nartists = ["Ana"]\n[sources]\ngenres = []\n', "utf-8")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        status, rows = probe(everywhere(url), str(recipe))
    assert status == Status.UNREACHABLE
    assert "does not answer" in rows["deezer", "search"]["why"]
    assert "not asked" in rows["deezer", "related"]["why"]


def test_a_silent_source_of_the_recipe_means_status_69(probe, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[seeds]\nartists = ["Ana"]\n', "utf-8")
    with (
        socket.socket() as unused,
        serve(bundled_world(), limits=False) as standin,
    ):
        unused.bind(("127.0.0.1", 0))
        nobody = everywhere(f"http://127.0.0.1:{unused.getsockname()[1]}")
        half = nobody | {"GENREGRAPH_DEEZER_URL": standin.environment[_DEEZER]}
        status, rows = probe(half, str(recipe))
        assert status == Status.UNREACHABLE
        assert rows["deezer", "search"]["works"] == "yes"
        assert rows["musicbrainz", "genres"]["works"] == "no"
        assert "probe again later" in rows["musicbrainz", "genres"]["instead"]
        assert not any("goes on" in row["instead"] for row in rows.values())
        assert probe(half)[0] == Status.DONE
        assert probe(dict(standin.environment), str(recipe))[0] == Status.DONE


def test_the_proxy_is_shown_without_its_password_beside_the_real_terms(
    probe, monkeypatch
):
    with FaultySource([answer({"data": []})]) as proxy:
        address = proxy.url.replace("//", "//me:s3cret@")
        monkeypatch.setenv("http_proxy", address)
        status, rows = probe(everywhere("http://music.example.invalid"))
        assert {one.headers["host"] for one in proxy.requests} == {
            "music.example.invalid"
        }
    assert status == Status.DONE
    where = rows["deezer", "address of deezer"]["why"]
    assert where.endswith(f"by the proxy {proxy.url}")
    assert not any("s3cret" in text for row in rows.values() for text in row.values())
    assert service_entry("deezer").terms.summary in rows["deezer", "terms"]["why"]
    assert 'accept_terms = ["deezer"]' in rows["deezer", "terms"]["instead"]
    assert service_entry("musicbrainz").terms.url in rows["musicbrainz", "terms"]["why"]
    contact = rows["musicbrainz", "address of musicbrainz"]["instead"]
    assert "GENREGRAPH_CONTACT" in contact
