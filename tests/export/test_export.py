"""What an export makes of a selection: the folder, the manifest, the faults, the card."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus

import numpy as np
import pytest

from crawler.clock import SystemClock
from crawler.errors import QuotaExhaustedError, StoppedError, TransientError
from crawler.export.dataset import export_dataset
from crawler.export.download.audio import AudioResponse
from crawler.export.download.downloader import ConsecutiveFailures
from tests.support.export_job import contents, opened_job, opened_store, processes
from tests.support.servers.clip_server import audio_door, encoded, made_clip
from tests.support.worlds.export_world import (
    ARTISTS,
    RECIPE,
    TROUBLES,
    select,
    track_id,
    with_rules,
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with opened_store(tmp_path_factory.mktemp("store")) as opened:
        yield opened


@pytest.fixture(scope="module")
def checker():
    with processes() as running:
        yield running


@pytest.fixture
def job(store, checker, tmp_path):
    select(store)
    with opened_job(store, checker, tmp_path / "out") as opened:
        yield opened


def test_every_artist_gets_its_most_popular_tracks_as_clips(job):
    report = job.run()
    expected = sorted(track_id(a, p) for a in range(1, ARTISTS + 1) for p in (1, 2))
    assert job.ids() == expected
    assert report.clips == report.fetched == len(expected)
    assert all(count == 1 for count in job.server.fetched.values())


def test_who_plays_together_or_has_one_mbid_is_in_one_split(job):
    report = job.run()
    groups = {row["artist_ids"]: row["group"] for row in job.rows()}
    assert groups['["deezer:1", "deezer:4"]'] == groups['["deezer:4"]']
    assert groups['["deezer:2"]'] == groups['["deezer:5"]']
    assert set(report.leaks.values()) == {0}
    sides = {(row["label"], row["split"]) for row in job.rows()}
    assert len(sides) == 9


def test_a_candidate_that_fails_is_named_with_its_reason_and_the_next_one_tried(job):
    job.server.says("deezer:101", b"<html>sorry</html>", "text/html")
    job.server.says("deezer:201", b"")
    job.server.says("deezer:301", encoded(np.zeros(24_000)))
    job.server.says("deezer:401", made_clip("short", 0.5))
    job.server.says("deezer:501", b"\xff\xfb\x90\xc4" + b"\0" * 2_000)
    job.server.refuses("deezer:601", *[404] * 9)
    job.previews.silent.add("deezer:701")
    job.previews.unknown.add("deezer:801")
    job.run()
    failed = job.failed()
    assert failed.pop("deezer:501") in {"does-not-decode", "too-short"}
    assert failed == {
        "deezer:101": "not-audio",
        "deezer:201": "not-audio",
        "deezer:301": "silent",
        "deezer:401": "too-short",
        "deezer:601": "http-404",
        "deezer:701": "no-preview",
        "deezer:801": "not-found",
    }
    assert len(job.ids()) == 2 * ARTISTS
    assert "deezer:103" in job.ids()


def test_a_link_that_died_is_minted_once_more(job):
    job.server.refuses("deezer:101", HTTPStatus.FORBIDDEN)
    job.server.refuses("deezer:201", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN)
    job.run()
    assert job.previews.minted["deezer:101"] == 2
    assert job.failed() == {"deezer:201": "http-403"}


def test_copies_of_a_recording_are_dropped_and_both_where_two_classes_claim_it(job):
    job.previews.isrcs.update(TROUBLES)
    job.server.says("deezer:1201", made_clip("deezer:1002"))
    job.run()
    assert job.failed() == {
        "deezer:302": "duplicate-isrc",
        "deezer:901": "duplicate-isrc",
        "deezer:701": "duplicate-isrc",
        "deezer:801": "duplicate-isrc",
        "deezer:1002": "duplicate-audio",
        "deezer:1201": "duplicate-audio",
    }
    assert len(job.ids()) == 2 * ARTISTS
    # The copy by the same artist was known by its ISRC alone.
    assert job.server.fetched["deezer:302"] == 0


def test_the_threads_change_nothing_but_the_fetch_log(job, tmp_path):
    job.previews.isrcs.update(TROUBLES)
    job.server.says("deezer:401", b"")
    job.run(threads=1)
    other = job.into(tmp_path / "other")
    other.run(threads=8)
    assert contents(job.out) == contents(other.out)


def test_a_random_pick_is_another_one_than_the_top_and_holds_when_artists_leave(
    job, store, tmp_path
):
    recipe = with_rules(pick="random")
    job.run(recipe)
    assert job.ids() != sorted(
        track_id(a, p) for a in range(1, ARTISTS + 1) for p in (1, 2)
    )
    select(store, leave_out=(3,))
    fewer = job.into(tmp_path / "fewer")
    fewer.run(recipe)
    gone = {track_id(3, p) for p in range(1, 5)}
    assert set(fewer.ids()) == set(job.ids()) - gone


def test_the_lock_names_seeds_settings_graph_and_each_clip(job):
    job.run()
    lock = json.loads((job.out / "recipe.lock").read_text(encoding="utf-8"))
    assert lock["seeds"] == ["deezer:1", "deezer:2"]
    assert lock["recipe"]["export"]["tracks_per_artist"] == 2
    assert len(lock["graph"]["digest"]) == 64
    locked = [(c["id"], c["source"], c["sha256"]) for c in lock["clips"]]
    assert locked == [(r["id"], r["source"], r["sha256"]) for r in job.rows()]


def test_no_time_and_no_path_of_this_machine_is_in_what_is_kept(job):
    job.run()
    for name in ("README.md", "manifest.csv", "failed.csv", "recipe.lock"):
        text = (job.out / name).read_text(encoding="utf-8")
        assert str(job.out.parent) not in text
        assert job.server.address not in text
        assert "2026-" not in text


def test_nothing_but_the_contracts_files_is_left_in_the_folder(job):
    job.run()
    assert sorted(p.name for p in job.out.iterdir()) == [
        "README.md",
        "failed.csv",
        "fetch-log.csv",
        "manifest.csv",
        "recipe.lock",
        "test",
        "train",
        "validation",
    ]


def test_the_fetch_log_has_a_line_for_each_attempt(job):
    job.server.says("deezer:101", b"")
    job.run()
    rows = job.rows("fetch-log.csv")
    assert list(rows[0]) == [
        "time",
        "id",
        "attempt",
        "status",
        "reason",
        "seconds",
        "bytes",
    ]
    (failed,) = [row for row in rows if row["id"] == "deezer:101"]
    assert (failed["status"], failed["reason"], failed["attempt"]) == (
        "200",
        "not-audio",
        "1",
    )
    assert sum(row["reason"] == "ok" for row in rows) == 2 * ARTISTS


class Nobody:
    """An audio client that nobody answers."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def fetch(self, url):
        self.asked += 1
        raise self.error


class Sometimes:
    """A client that fails for some tracks and asks another one for the rest."""

    def __init__(self, client, failing):
        self._client, self._failing = client, failing

    def fetch(self, url):
        if any(f"/{track}?" in url for track in self._failing):
            raise TransientError("deezer", "no connection")
        return self._client.fetch(url)


def run_through(job, client):
    return export_dataset(
        job.store,
        RECIPE,
        job.previews,
        client,
        job.out,
        clock=SystemClock(),
        progress=job.progress,
        stop=job.stop,
        threads=2,
        checker=job.checker,
    )


def test_a_clip_that_nobody_answered_for_is_tried_again_by_the_next_run(job, tmp_path):
    client = Sometimes(audio_door(job.server.address), {"deezer:101", "deezer:702"})
    run_through(job, client)
    assert job.failed() == {"deezer:101": "unreachable", "deezer:702": "unreachable"}
    job.run()
    whole = job.into(tmp_path / "whole")
    whole.run()
    assert contents(job.out) == contents(whole.out)


def test_when_nobody_answers_at_all_the_run_ends_instead_of_trying_every_track(job):
    client = Nobody(TransientError("deezer", "no connection"))
    with pytest.raises(TransientError):
        run_through(job, client)
    assert ConsecutiveFailures.MOST <= client.asked <= ConsecutiveFailures.MOST + 2


def test_a_service_that_asks_for_a_long_wait_ends_the_run_and_fails_no_track(job):
    until = datetime(2026, 12, 1, tzinfo=UTC)
    client = Nobody(QuotaExhaustedError("deezer", "no more", until=until))
    with pytest.raises(QuotaExhaustedError):
        run_through(job, client)
    assert job.run().dropped == {}


def test_an_answer_of_the_wrong_kind_is_no_outcome_that_stays(job):
    replies = job.server.replies
    replies["deezer:101"] = [
        AudioResponse(418, "text/plain", b"I am a teapot"),
        AudioResponse(200, "audio/mpeg", made_clip("deezer:101")),
    ]
    job.run()
    assert job.failed() == {"deezer:101": "bad-answer"}
    job.run()
    assert job.failed() == {}


def test_stopped_by_the_person_it_finishes_what_is_on_the_way_and_goes_on_later(
    job, tmp_path
):
    def stop_at(number):
        if number == 7:
            job.stop.set()

    job.server.after = stop_at
    report = job.run(threads=2)
    assert not report.finished
    assert 0 < report.fetched < 2 * ARTISTS
    assert not (job.out / "manifest.csv").exists()
    job.server.after = lambda number: None
    again = replace(job, stop=threading.Event())
    assert again.run().finished
    assert set(job.server.fetched.values()) == {1}
    whole = again.into(tmp_path / "whole")
    whole.run()
    assert contents(again.out) == contents(whole.out)


def test_stopped_while_the_graph_is_read_it_ends_at_once_and_leaves_no_folder(job):
    job.stop.set()
    with pytest.raises(StoppedError, match="nothing was fetched"):
        job.run()
    assert not job.out.exists()
    assert not job.server.fetched
