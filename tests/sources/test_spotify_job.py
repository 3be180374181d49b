"""The whole job with Spotify, as a user runs it: with full access, and as an app of 2026."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from crawler.cli import run_command_line
from crawler.cli.exit_status import Status
from crawler.clock import SystemClock
from crawler.standin.faults import spotify_quota
from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.opening import StoreSettings, open_configured_store
from tests.support.processes.program import genregraph, without_pace
from tests.support.worlds.worlds import contents

WORLD = bundled_world()
RECIPE = """
[dataset]
name = "small"
[classes]
metal = "metal"
jazz = "jazz"
[seeds]
artists = {artists}
[sources]
related = "spotify"
genres = "{genres}"
[crawl]
artists_per_class = 8
round = 3
[export]
tracks_per_artist = 1
"""


def seeds(family: str) -> list[str]:
    """The best known artists of a family."""
    people = [p for p in WORLD.artists.values() if p.family == family]
    return [p.name for p in sorted(people, key=lambda p: -p.fans)[:2]]


def folder_with(path: Path, genres: str = "spotify") -> Path:
    without_pace(path)
    artists = json.dumps([*seeds("metal"), *seeds("jazz")])
    text = RECIPE.format(artists=artists, genres=genres)
    (path / "recipe.toml").write_text(text, encoding="utf-8")
    return path


def graph_in(folder: Path) -> list[object]:
    settings = StoreSettings(None, None, None, None, folder / ".genregraph/store")
    with open_configured_store(settings, clock_now=SystemClock().now) as store:
        return [one for one in contents(store) if "Selection" not in str(one)]


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """One `run` as a process: its folder, its output, and the requests to each service."""
    folder = folder_with(tmp_path_factory.mktemp("job"))
    with serve(WORLD, limits=False) as standin:
        environment = dict(standin.spotify_environment)
        done = genregraph(
            "run", "recipe.toml", "ds", folder=folder, environment=environment
        )
        yield folder, done, standin.requests


def test_crawl_select_export_and_verify_give_a_valid_data_set(job):
    folder, done, _ = job
    assert done.returncode == Status.DONE, done.stderr
    assert "nothing wrong" in done.stderr
    with (folder / "ds" / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["label"] for row in rows} == {"metal", "jazz"}
    assert len(rows) >= 16
    assert {row["source"] for row in rows} == {"spotify"}
    assert all(row["id"].startswith("spotify:") and row["isrc"] for row in rows)
    card = (folder / "ds" / "README.md").read_text("utf-8")
    assert "related artists from spotify, genres from spotify" in card


def test_only_spotify_is_requested_and_relatives_save_most_genre_requests(job):
    _, _, requests = job
    assert {one.service for one in requests} == {"spotify", "accounts", "preview"}
    kinds = Counter(
        next(
            (kind for kind in ("related", "ids=", "top-tracks") if kind in one.path), ""
        )
        for one in requests
    )
    assert kinds["related"] >= 4
    assert kinds["ids="] * 2 < kinds["related"]


@pytest.fixture
def here(tmp_path, monkeypatch, capsys):
    """Runs commands in a folder with a recipe, against a service: status and output."""
    monkeypatch.chdir(folder_with(tmp_path))

    def run(standin: Standin, *arguments: str):
        for name, value in standin.spotify_environment.items():
            monkeypatch.setenv(name, value)
        return run_command_line(list(arguments)), capsys.readouterr().err

    return run


def test_a_spent_quota_ends_with_75_and_its_end_is_stored(job, here, tmp_path):
    with serve(WORLD, limits=False, faults=spotify_quota(14)) as standin:
        status, printed = here(standin, "crawl", "recipe.toml")
        assert status == Status.COME_BACK_LATER, printed
        assert "asks to wait until 20" in printed
        requests = standin.counts()
        for command in (("crawl", "recipe.toml"), ("export", "recipe.toml", "ds")):
            status, printed = here(standin, *command)
            assert status == Status.COME_BACK_LATER, printed
            assert "asked for no requests before 20" in printed
        assert standin.counts() == requests
    _end_the_wait(tmp_path)
    with serve(WORLD, limits=False) as standin:
        status, printed = here(standin, "crawl", "recipe.toml")
    assert status == Status.DONE, printed
    assert _music(graph_in(tmp_path)) == _music(graph_in(job[0]))


def test_an_app_that_lost_its_access_stores_none_of_its_empty_answers(here, tmp_path):
    with serve(WORLD, limits=False, faults=spotify_quota(14)) as standin:
        here(standin, "crawl", "recipe.toml")
    _end_the_wait(tmp_path)
    before = graph_in(tmp_path)
    with serve(WORLD, limits=False, spotify="new") as standin:
        status, printed = here(standin, "crawl", "recipe.toml")
        assert standin.counts()["spotify"] == 2
    assert status == Status.FAILED
    assert "related artists are closed" in printed
    assert _music(graph_in(tmp_path)) == _music(before)


def test_a_wait_requested_before_the_first_round_is_stored_too(here, tmp_path):
    with serve(WORLD, limits=False, faults=spotify_quota(14)) as standin:
        here(standin, "crawl", "recipe.toml")
    _end_the_wait(tmp_path)
    with serve(WORLD, limits=False, faults=spotify_quota(0)) as standin:
        assert here(standin, "crawl", "recipe.toml")[0] == Status.COME_BACK_LATER
        requests = standin.counts()
        assert here(standin, "crawl", "recipe.toml")[0] == Status.COME_BACK_LATER
        assert standin.counts() == requests


def test_a_wait_requested_while_clips_are_downloaded_is_stored_too(
    job, here, monkeypatch
):
    monkeypatch.chdir(job[0])
    again = ("export", "recipe.toml", "again")
    with serve(WORLD, limits=False, faults=spotify_quota(2)) as standin:
        assert here(standin, *again)[0] == Status.COME_BACK_LATER
        requests = standin.counts()
        status, printed = here(standin, *again)
        assert standin.counts() == requests
    assert status == Status.COME_BACK_LATER
    assert "asked for no requests before 20" in printed
    _end_the_wait(job[0])


def _end_the_wait(folder: Path) -> None:
    settings = StoreSettings(None, None, None, None, folder / ".genregraph/store")
    with open_configured_store(settings, clock_now=SystemClock().now) as store:
        store.pause("spotify", None)


def _music(items: list[object]) -> list[str]:
    kinds = ("Artist", "Genre", "Track", "RELATED_TO", "HAS_GENRE", "PERFORMS")
    return sorted(
        json.dumps(item, sort_keys=True)
        for item in items
        if any(kind in (*item.get("labels", ()), item.get("label")) for kind in kinds)
    )


@pytest.fixture
def new_app(tmp_path, monkeypatch, capsys):
    """Runs commands as an app of 2026, by a recipe: status, output and requests."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, genres: str = "spotify", credentials: bool = True):
        folder_with(tmp_path, genres)
        with serve(WORLD, limits=False, spotify="new") as standin:
            for name, value in environment_of(standin, credentials=credentials).items():
                monkeypatch.setenv(name, value)
            status = run_command_line(list(arguments))
            return status, capsys.readouterr(), standin.counts()

    return run


def environment_of(standin: Standin, *, credentials: bool) -> dict[str, str]:
    without = {"SPOTIPY_CLIENT_ID": "", "SPOTIPY_CLIENT_SECRET": ""}
    return {**standin.spotify_environment, **({} if credentials else without)}


@pytest.mark.parametrize("genres", ["spotify", "musicbrainz"])
@pytest.mark.parametrize(
    "command", [("crawl", "recipe.toml"), ("run", "recipe.toml", "ds")]
)
def test_a_crawl_without_the_access_it_needs_ends_before_it_spends_requests(
    new_app, tmp_path, command, genres
):
    status, printed, requests = new_app(*command, genres=genres)
    assert status == Status.FAILED
    assert "related artists are closed to this Spotify app" in printed.err
    assert 'Name "deezer" as `related` in the recipe\'s [sources]' in printed.err
    assert requests["spotify"] == 2
    assert requests["musicbrainz"] == 0
    assert not (tmp_path / ".genregraph" / "store").exists()


def test_probe_shows_what_is_closed_and_the_alternatives(new_app):
    status, printed, _ = new_app("probe", "recipe.toml", "--format", "csv")
    assert status == Status.FAILED
    rows = {row["question"]: row for row in csv.DictReader(printed.out.splitlines())}
    for question, instead in (
        ("related", "deezer"),
        ("genres", "musicbrainz"),
        ("playlists", "deezer"),
        ("previews", "deezer"),
    ):
        assert rows[question]["works"] == "closed"
        assert "closed to this Spotify app" in rows[question]["why"]
        assert instead in rows[question]["instead"]
    for question in ("search", "artist", "tracks", "albums"):
        assert rows[question]["works"] == "yes"
    assert "the recipe needs related of spotify" in printed.err


def test_an_estimate_sends_no_request_and_notes_that_access_is_unknown(new_app):
    status, printed, requests = new_app("crawl", "recipe.toml", "--dry-run")
    assert status == Status.DONE
    assert "genregraph probe RECIPE" in printed.err
    assert sum(requests.values()) == 0


def test_probe_without_credentials_reports_it_and_probes_the_others(new_app):
    status, printed, requests = new_app("probe", "--format", "csv", credentials=False)
    assert status == Status.DONE
    rows = list(csv.DictReader(printed.out.splitlines()))
    searched = next(
        r for r in rows if (r["source"], r["question"]) == ("spotify", "search")
    )
    assert searched["works"] == "no"
    assert "SPOTIPY_CLIENT_ID" in searched["why"]
    assert "developer.spotify.com" in searched["instead"]
    assert requests["spotify"] == requests["accounts"] == 0
    assert requests["deezer"] > 0


def test_a_crawl_without_credentials_ends_with_instructions(new_app):
    status, printed, requests = new_app("crawl", "recipe.toml", credentials=False)
    assert status == Status.FAILED
    assert "SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET are not both set" in printed.err
    assert "developer.spotify.com" in printed.err
    assert sum(requests.values()) == 0
