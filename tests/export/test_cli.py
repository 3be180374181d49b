"""The commands `export` and `verify`: their output and exit statuses."""

import json
import os
import signal
import subprocess
import time

import pytest

from crawler.cli.export import reasons_in
from crawler.clock import SystemClock
from crawler.recipe.loader import read_recipe
from crawler.sources.base import Tracks
from crawler.sources.deezer.source import DeezerSource
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from graph.model.crawl import Crawl, Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import (
    Artist,
    ArtistId,
    ArtistLabel,
    Changes,
    Selection,
    TrackLabel,
)
from graph.opening import StoreSettings, open_configured_store
from tests.support.crawl_context import door_to
from tests.support.processes.program import command, genregraph, without_pace
from tests.support.worlds.export_world import AT

WORLD = bundled_world()
TEXT = """
[dataset]
name = "small"
[classes]
rock = "rock"
soul = "soul"
[export]
tracks_per_artist = 2
"""


@pytest.fixture(scope="module")
def service():
    with serve(WORLD, limits=False) as standin:
        yield standin


@pytest.fixture
def place(tmp_path, service):
    """A folder with a recipe and a store with its selection."""
    without_pace(tmp_path)
    (tmp_path / "recipe.toml").write_text(TEXT, encoding="utf-8")
    recipe = read_recipe(tmp_path / "recipe.toml")
    settings = StoreSettings(None, None, None, None, tmp_path / ".genregraph/store")
    with open_configured_store(settings, clock_now=SystemClock().now) as store:
        fill(store, recipe, service)
    return tmp_path


def fill(store, recipe, service):
    """Write the tracks of some artists of the stand-in, all selected."""
    source = DeezerSource(door_to(service.deezer_url))
    people = [p for p in WORLD.artists.values() if p.family in ("rock", "soul")][:8]
    label_of = {ArtistId(f"deezer:{p.id}"): p.family for p in people}
    found = [source.top_tracks(artist).value for artist in label_of]
    assert all(isinstance(tracks, Tracks) for tracks in found)
    performs = tuple(
        p for tracks in found for p in tracks.performs if p.artist in label_of
    )
    changes = Changes(
        artists=tuple(Artist(a, f"Band {a}", "deezer") for a in label_of),
        tracks=tuple({t.id: t for f in found for t in f.tracks}.values()),
        performs=performs,
    )
    only = WorkItem("0/tracks/0", 0, 0, WorkKind.TRACKS)
    crawl = Crawl(recipe.name, recipe.to_json(), recipe.digest())
    store.begin(crawl, Changes(), Plan(0, (only,)), at=AT)
    store.commit([WorkResult(only, changes, {"deezer": 1})], at=AT)
    store.close_round(0, {}, seconds=1.0)
    store.sync_classes(recipe.name, recipe.class_names, ())
    owners = {p.track: p.artist for p in reversed(performs)}
    store.replace_selection(
        Selection(recipe.name, "single-class", recipe.labels_digest(), 1, AT),
        [ArtistLabel(a, label, 1.0) for a, label in label_of.items()],
        [TrackLabel(t, label_of[a], 1.0) for t, a in owners.items()],
    )


@pytest.fixture
def program(place, service):
    def run(*arguments):
        return genregraph(*arguments, folder=place, environment=addresses(service))

    return run


def addresses(service):
    """All services point at the stand-in: no other server may be asked without limits."""
    return {
        "GENREGRAPH_DEEZER_URL": service.deezer_url,
        "GENREGRAPH_MUSICBRAINZ_URL": service.musicbrainz_url,
        "GENREGRAPH_LISTENBRAINZ_URL": service.listenbrainz_url,
    }


def test_exported_data_set_verifies(program, place):
    done = program("export", "recipe.toml", "out", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert {row["class"] for row in rows} == {"rock", "soul"}
    assert f"out: {sum(row['clips'] for row in rows)} clips" in done.stderr
    checked = program("verify", "out")
    assert checked.returncode == 0, checked.stderr
    assert "nothing wrong" in checked.stderr
    again = program("export", "recipe.toml", "out")
    assert "0 of them fetched now" in again.stderr


def test_verify_prints_issues_and_exits_with_1(program, place):
    program("export", "recipe.toml", "out")
    clip = next(place.glob("out/*/*/*.mp3"))
    clip.unlink()
    checked = program("verify", "out", "--json")
    assert checked.returncode == 1
    assert " clips, 1 thing wrong" in checked.stderr
    name = clip.relative_to(place / "out").as_posix()
    assert json.loads(checked.stdout) == [
        {"check": "files", "file": name, "wrong": "is missing"}
    ]


def test_ctrl_c_exits_with_130_and_can_resume(program, place, service):
    log = place / "stderr.txt"
    with log.open("w") as stderr:
        running = subprocess.Popen(
            command("export", "recipe.toml", "out", "--threads", "1"),
            cwd=place,
            env={**os.environ, **addresses(service)},
            stderr=stderr,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        journal = place / "out" / ".work" / "journal.jsonl"
        deadline = time.monotonic() + 30
        while not (journal.exists() and journal.stat().st_size):
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        # To all processes of the job, as a terminal does.
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=30) == 130
    assert "Traceback" not in log.read_text()
    assert not (place / "out" / "manifest.csv").exists()
    assert program("export", "recipe.toml", "out").returncode == 0
    assert program("verify", "out").returncode == 0


def test_unknown_reason_suggests_nearest_one(program, place):
    done = program("export", "recipe.toml", "out", "--retry-failed=silnt")
    assert done.returncode == 2
    assert 'did you mean "silent"?' in done.stderr
    assert not (place / "out").exists()


def test_retry_failed_with_and_without_reasons(program):
    assert reasons_in(None) is None
    assert reasons_in("all") == frozenset()
    assert reasons_in("silent, http-404") == {"silent", "http-404"}
    alone = program("export", "--retry-failed", "recipe.toml", "out")
    assert alone.returncode == 0, alone.stderr
