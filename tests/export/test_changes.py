"""What an export reports about changes in the folder and about an unfinished crawl."""

import json
from dataclasses import replace

import pytest

from crawler.errors import DatasetError
from graph.model.crawl import Plan, WorkItem, WorkKind
from tests.support.export_job import open_filled_store, open_job
from tests.support.fakes import RecordingProgress
from tests.support.worlds.export_world import ARTISTS, select, with_rules

CLIPS = 2 * ARTISTS


class CountingProgress(RecordingProgress):
    """Records how many clips are in a folder when a sentence is reported."""

    def __init__(self, out):
        super().__init__()
        self.out, self.clips = out, {}

    def say(self, sentence):
        super().say(sentence)
        self.clips[sentence] = len(list(self.out.glob("*/*/*.mp3")))


def test_moves_and_removals_are_announced_first(job):
    job.run()
    before = {row["id"]: row["file_name"] for row in job.rows()}
    progress = CountingProgress(job.out)
    select(job.store, leave_out=(3, 7))
    report = replace(job, progress=progress).run(with_rules(seed=7))
    after = {row["id"]: row["file_name"] for row in job.rows()}
    moved = sum(before[track] != name for track, name in after.items())
    assert moved == report.moved > 0
    assert report.removed == 4
    assert progress.clips == {
        f"moving {moved} clips to another split or folder": CLIPS,
        "removing 4 clips: no longer chosen": CLIPS,
    }


def test_unexpected_files_are_reported_and_kept(job):
    job.run()
    assert not job.progress.said
    clip = next(job.out.glob("train/*/*.mp3"))
    copy = clip.with_name("copy.mp3")
    copy.write_bytes(clip.read_bytes())
    job.run()
    name = copy.relative_to(job.out).as_posix()
    (said,) = job.progress.said
    assert said.startswith(f"note: 1 file in {job.out} is not part of the data set")
    assert f"not touched: {name};" in said
    assert copy.exists()


def test_data_set_without_lock_is_refused(job):
    job.run()
    (job.out / "recipe.lock").rename(job.out.parent / "recipe.lock")
    with pytest.raises(DatasetError, match=r"a data set without its recipe\.lock"):
        job.run()
    (job.out.parent / "recipe.lock").rename(job.out / "recipe.lock")
    assert job.run().fetched == 0


def test_unfinished_crawl_is_reported_in_card_and_lock(
    tmp_path_factory, checker, tmp_path
):
    with (
        open_filled_store(tmp_path_factory.mktemp("open")) as store,
        open_job(store, checker, tmp_path / "out") as job,
    ):
        job.run()
        assert not job.progress.said
        text = (job.out / "README.md").read_text(encoding="utf-8")
        assert "crawl is not finished" not in text
        more = WorkItem("1/tracks/0", 1, 0, WorkKind.TRACKS)
        store.commit_plan(Plan(1, (more,)))
        job.run()
    (said,) = job.progress.said
    assert said.startswith("note: the crawl is not finished")
    text = (job.out / "README.md").read_text(encoding="utf-8")
    assert "The crawl is not finished" in text
    lock = json.loads((job.out / "recipe.lock").read_text(encoding="utf-8"))
    assert lock["graph"]["crawl_finished"] is False
