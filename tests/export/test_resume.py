"""Running an export again after an interruption, a kill or the end fetches only missing clips."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errors import DatasetError
from tests.support.export_job import file_hashes
from tests.support.project import ROOT
from tests.support.servers.clip_server import make_clip
from tests.support.worlds.export_world import (
    ARTISTS,
    DATES,
    RECIPE,
    TROUBLES,
    select,
    with_rules,
)

CLIPS = 2 * ARTISTS


def journaled(out: Path) -> set[str]:
    """The tracks whose result a killed export had recorded."""
    path = out / ".work" / "journal.jsonl"
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    return {json.loads(line)["id"] for line in lines}


def test_killed_export_resumes_to_identical_bytes(job, store_folder, tmp_path):
    job.previews.isrcs.update(TROUBLES)
    job.previews.release_dates.update(DATES)
    job.server.reply_with("deezer:401", b"")
    whole = job.into(tmp_path / "whole")
    whole.run()
    job.server.fetched.clear()
    known: dict[str, int] = {}
    for requests in (5, 7, 9):
        child = _start(job, store_folder)
        limit = job.server.fetched.total() + requests
        job.server.after = lambda n, c=child, most=limit: _kill_at(c, n, most)
        assert child.wait(timeout=60) == -signal.SIGKILL
        for track in journaled(job.out):
            known.setdefault(track, job.server.fetched[track])
    job.server.after = lambda number: None
    assert len(known) >= 12
    assert _start(job, store_folder).wait(timeout=60) == 0
    assert {t: job.server.fetched[t] for t in known} == known
    assert file_hashes(job.out) == file_hashes(whole.out)


def _start(job, store_folder) -> subprocess.Popen:
    arguments = [str(store_folder), job.server.address, str(job.out)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.processes.export_process", *arguments],
        cwd=ROOT,
    )


def _kill_at(child, number, most):
    if number >= most and child.poll() is None:
        os.kill(child.pid, signal.SIGKILL)
        time.sleep(0.2)


def test_decoders_end_with_killed_export(job, store_folder):
    child = _start(job, store_folder)
    job.server.after = lambda n: _kill_at(child, n, 8)
    child.wait(timeout=60)
    deadline = time.monotonic() + 10
    while (left := _decoders_of(child.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def _decoders_of(pid: int) -> list[str]:
    """Decoders of the killed process, recognised by its id in their arguments."""
    table = subprocess.run(
        ["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout
    return [line for line in table.splitlines() if f"serve_for={pid}" in line]


def test_resume_while_moving_clips(job, tmp_path):
    whole = job.into(tmp_path / "whole")
    whole.run()
    job.server.fetched.clear()

    def in_the_way(number):
        if number == CLIPS:
            (job.out / "validation").write_text("in the way")

    job.server.after = in_the_way
    with pytest.raises(DatasetError):
        job.run()
    assert list(job.out.glob("t*/*/*.mp3"))
    (job.out / "validation").unlink()
    job.run()
    assert job.server.fetched.total() == CLIPS
    assert file_hashes(job.out) == file_hashes(whole.out)


def test_resume_after_lock_was_written(job):
    job.run()
    before = file_hashes(job.out)
    (job.out / ".work").mkdir()
    (job.out / ".work" / "journal.jsonl").write_text('{"id": "deezer:10')
    job.run()
    assert job.server.fetched.total() == CLIPS
    assert file_hashes(job.out) == before


def test_repeat_on_finished_folder_changes_nothing(job):
    job.run()
    before = file_hashes(job.out)
    report = job.run()
    assert file_hashes(job.out) == before
    assert report.fetched == report.tried == 0
    assert job.server.fetched.total() == CLIPS


def test_only_deleted_and_altered_clips_are_fetched_again(job):
    job.run()
    before = file_hashes(job.out)
    deleted, altered = job.rows()[0], job.rows()[5]
    (job.out / deleted["file_name"]).unlink()
    with (job.out / altered["file_name"]).open("ab") as file:
        file.write(b"x")
    job.server.fetched.clear()
    report = job.run()
    assert file_hashes(job.out) == before
    assert dict(job.server.fetched) == {deleted["id"]: 1, altered["id"]: 1}
    assert report.fetched == 2


def test_clips_no_longer_chosen_are_removed(job, store):
    job.run()
    select(store, leave_out=(1, 2, 3))
    job.server.fetched.clear()
    report = job.run()
    assert report.removed == 6
    assert not job.server.fetched
    assert len(job.ids()) == CLIPS - 6
    audio = {p.relative_to(job.out).as_posix() for p in job.out.rglob("*.mp3")}
    assert audio == {row["file_name"] for row in job.rows()}


def test_newly_chosen_artists_are_added(job, store, tmp_path):
    select(store, leave_out=(1, 6, 7))
    job.run()
    select(store)
    job.server.fetched.clear()
    job.run()
    assert job.server.fetched.total() == 6
    whole = job.into(tmp_path / "whole")
    whole.run()
    assert file_hashes(job.out) == file_hashes(whole.out)


def test_new_seed_moves_clips_without_fetching(job, tmp_path):
    job.run()
    job.server.fetched.clear()
    other = with_rules(seed=7)
    report = job.run(other)
    assert report.moved > 0
    assert report.removed == 0
    assert not job.server.fetched
    whole = job.into(tmp_path / "whole")
    whole.run(other)
    assert file_hashes(job.out) == file_hashes(whole.out)


def test_more_tracks_per_artist_fetch_only_the_difference(job):
    job.run()
    job.server.fetched.clear()
    job.run(with_rules(tracks_per_artist=3))
    assert job.server.fetched.total() == ARTISTS
    assert len(job.ids()) == 3 * ARTISTS


def test_folder_of_dropped_split_is_removed(job):
    job.run()
    job.run(with_rules(split={"train": 0.9, "test": 0.1}))
    assert not (job.out / "validation").exists()


def test_failed_tracks_are_retried_only_on_request(job):
    job.server.fail_first("deezer:101", 404)
    job.server.reply_with("deezer:201", b"")
    job.run()
    job.run()
    assert job.failed() == {"deezer:101": "http-404", "deezer:201": "not-audio"}
    assert job.server.fetched["deezer:101"] == 1
    job.run(retry_failed=frozenset({"http-404"}))
    assert job.failed() == {"deezer:201": "not-audio"}
    assert job.server.fetched["deezer:201"] == 1
    assert "deezer:101" in job.ids()
    assert "deezer:103" not in job.ids()
    job.server.reply_with("deezer:201", make_clip("deezer:201"))
    job.run(retry_failed=frozenset())
    assert job.failed() == {}


def test_attempts_are_counted_across_runs(job):
    job.server.fail_first("deezer:101", 404)
    job.run()
    job.run(retry_failed=frozenset())
    attempts = [
        (row["attempt"], row["reason"])
        for row in job.rows("fetch-log.csv")
        if row["id"] == "deezer:101"
    ]
    assert attempts == [("1", "http-404"), ("2", "ok")]


def test_new_min_seconds_reuses_known_clips(job, tmp_path):
    job.previews.release_dates.update(DATES)
    job.server.reply_with("deezer:102", make_clip("short", 0.5))
    job.run()
    assert job.failed() == {"deezer:102": "too-short"}
    loose = with_rules(min_seconds=0.3)
    job.run(loose)
    assert job.failed() == {}
    job.server.fetched.clear()
    job.run()
    assert job.failed() == {"deezer:102": "too-short"}
    assert set(job.server.fetched) <= {"deezer:103"}
    whole = job.into(tmp_path / "whole")
    whole.run()
    assert file_hashes(job.out) == file_hashes(whole.out)


def test_torn_journal_line_costs_one_track(job):
    def stop_at(number):
        if number == 9:
            job.stop.set()

    job.server.after = stop_at
    job.run(threads=1)
    journal = job.out / ".work" / "journal.jsonl"
    text = journal.read_bytes()
    journal.write_bytes(text[:-20])
    job.server.after = lambda number: None
    job.stop.clear()
    job.run()
    assert sum(n - 1 for n in job.server.fetched.values()) <= 1
    assert len(job.ids()) == CLIPS


def test_finished_data_set_of_another_name_is_kept(job):
    job.run()
    other = replace(RECIPE, name="other")
    before = file_hashes(job.out)
    select(job.store, other)
    with pytest.raises(DatasetError, match='another data set, "small"'):
        job.run(other)
    assert file_hashes(job.out) == before
