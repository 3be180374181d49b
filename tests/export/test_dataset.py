"""From a selection to a data set: folder, manifest, faults, lock and log."""

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
from tests.support.export_job import file_hashes
from tests.support.servers.clip_server import audio_client, encode_mp3, make_clip
from tests.support.worlds.export_world import (
    ARTISTS,
    RECIPE,
    TROUBLES,
    select,
    track_id,
    with_rules,
)


def test_most_popular_tracks_become_clips(job):
    report = job.run()
    expected = sorted(track_id(a, p) for a in range(1, ARTISTS + 1) for p in (1, 2))
    assert job.ids() == expected
    assert report.clips == report.fetched == len(expected)
    assert all(count == 1 for count in job.server.fetched.values())


def test_collaborators_and_shared_mbids_stay_in_one_split(job):
    report = job.run()
    groups = {row["artist_ids"]: row["group"] for row in job.rows()}
    assert groups['["deezer:1", "deezer:4"]'] == groups['["deezer:4"]']
    assert groups['["deezer:2"]'] == groups['["deezer:5"]']
    assert set(report.leaks.values()) == {0}
    sides = {(row["label"], row["split"]) for row in job.rows()}
    assert len(sides) == 9


def test_failed_candidates_are_replaced_and_listed(job):
    job.server.reply_with("deezer:101", b"<html>sorry</html>", "text/html")
    job.server.reply_with("deezer:201", b"")
    job.server.reply_with("deezer:301", encode_mp3(np.zeros(24_000)))
    job.server.reply_with("deezer:401", make_clip("short", 0.5))
    job.server.reply_with("deezer:501", b"\xff\xfb\x90\xc4" + b"\0" * 2_000)
    job.server.fail_first("deezer:601", *[404] * 9)
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


def test_expired_link_is_requested_once_more(job):
    job.server.fail_first("deezer:101", HTTPStatus.FORBIDDEN)
    job.server.fail_first("deezer:201", HTTPStatus.FORBIDDEN, HTTPStatus.FORBIDDEN)
    job.run()
    assert job.previews.minted["deezer:101"] == 2
    assert job.failed() == {"deezer:201": "http-403"}


def test_duplicates_are_rejected_and_contested_ones_dropped(job):
    job.previews.isrcs.update(TROUBLES)
    job.server.reply_with("deezer:1201", make_clip("deezer:1002"))
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
    # The ISRC alone revealed the duplicate by the same artist.
    assert job.server.fetched["deezer:302"] == 0


def test_number_of_threads_changes_only_fetch_log(job, tmp_path):
    job.previews.isrcs.update(TROUBLES)
    job.server.reply_with("deezer:401", b"")
    job.run(threads=1)
    other = job.into(tmp_path / "other")
    other.run(threads=8)
    assert file_hashes(job.out) == file_hashes(other.out)


def test_random_pick_is_stable_when_artists_leave(job, store, tmp_path):
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


def test_lock_holds_seeds_settings_graph_and_clips(job):
    job.run()
    lock = json.loads((job.out / "recipe.lock").read_text(encoding="utf-8"))
    assert lock["seeds"] == ["deezer:1", "deezer:2"]
    assert lock["recipe"]["export"]["tracks_per_artist"] == 2
    assert len(lock["graph"]["digest"]) == 64
    locked = [(c["id"], c["source"], c["sha256"]) for c in lock["clips"]]
    assert locked == [(r["id"], r["source"], r["sha256"]) for r in job.rows()]


def test_files_hold_neither_times_nor_local_paths(job):
    job.run()
    for name in ("README.md", "manifest.csv", "failed.csv", "recipe.lock"):
        text = (job.out / name).read_text(encoding="utf-8")
        assert str(job.out.parent) not in text
        assert job.server.address not in text
        assert "2026-" not in text


def test_folder_holds_only_documented_files(job):
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


def test_fetch_log_has_one_line_per_attempt(job):
    job.server.reply_with("deezer:101", b"")
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


class FailingClient:
    """An audio client whose requests all fail."""

    def __init__(self, error):
        self.error, self.requests = error, 0

    def fetch(self, url):
        self.requests += 1
        raise self.error


class PartlyFailingClient:
    """A client that fails for some tracks and passes the others on."""

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


def test_unreachable_clip_is_retried_by_next_run(job, tmp_path):
    client = PartlyFailingClient(
        audio_client(job.server.address), {"deezer:101", "deezer:702"}
    )
    run_through(job, client)
    assert job.failed() == {"deezer:101": "unreachable", "deezer:702": "unreachable"}
    job.run()
    whole = job.into(tmp_path / "whole")
    whole.run()
    assert file_hashes(job.out) == file_hashes(whole.out)


def test_run_ends_after_consecutive_failures(job):
    client = FailingClient(TransientError("deezer", "no connection"))
    with pytest.raises(TransientError):
        run_through(job, client)
    assert ConsecutiveFailures.LIMIT <= client.requests <= ConsecutiveFailures.LIMIT + 2


def test_quota_ends_run_without_failing_tracks(job):
    until = datetime(2026, 12, 1, tzinfo=UTC)
    client = FailingClient(QuotaExhaustedError("deezer", "no more", until=until))
    with pytest.raises(QuotaExhaustedError):
        run_through(job, client)
    assert job.run().dropped == {}


def test_bad_answer_is_retried_by_next_run(job):
    replies = job.server.replies
    replies["deezer:101"] = [
        AudioResponse(418, "text/plain", b"I am a teapot"),
        AudioResponse(200, "audio/mpeg", make_clip("deezer:101")),
    ]
    job.run()
    assert job.failed() == {"deezer:101": "bad-answer"}
    job.run()
    assert job.failed() == {}


def test_stop_completes_requests_and_resumes(job, tmp_path):
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
    assert file_hashes(again.out) == file_hashes(whole.out)


def test_stop_while_reading_graph_leaves_no_folder(job):
    job.stop.set()
    with pytest.raises(StoppedError, match="nothing was fetched"):
        job.run()
    assert not job.out.exists()
    assert not job.server.fetched
