"""When an export refuses to start: one sentence, and nothing is written."""

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.errors import (
    DatasetError,
    SelectionError,
    TermsNotAcceptedError,
)
from crawler.export.download.decoder_pool import Checker
from crawler.export.download.folder import slugs
from crawler.recipe.model import LabelRules
from crawler.selection.select import with_policy
from crawler.sources.base import Terms
from graph.model.crawl import Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import Changes
from tests.support.export_job import decoders, open_filled_store, open_job
from tests.support.worlds.export_world import AT, RECIPE, select, with_rules

TERMS = Terms("No copies, please.", "https://example.invalid/terms", "I may copy.")


class UnusedChecker:
    """A checker for exports that must not get as far as checking a clip."""

    def check(self, path, *, min_seconds):
        raise AssertionError(path)


class FullDisk:
    """A checker that meets a full disk after some clips."""

    def __init__(self, clips: int, checker: Checker) -> None:
        self._left, self._checker = clips, checker

    def check(self, path, *, min_seconds):
        self._left -= 1
        if self._left < 0:
            raise OSError(28, "No space left on device", str(path))
        return self._checker.check(path, min_seconds=min_seconds)


@pytest.fixture
def job(store, tmp_path):
    select(store)
    with open_job(store, UnusedChecker(), tmp_path / "out") as opened:
        yield opened
        assert not opened.previews.minted
        assert not opened.server.fetched


def refused(job, kind, recipe=RECIPE, **more):
    """The error of an export that has requested and written nothing."""
    before = sorted(p.name for p in job.out.parent.rglob("*"))
    with pytest.raises(kind) as caught:
        job.run(recipe, **more)
    assert sorted(p.name for p in job.out.parent.rglob("*")) == before
    assert caught.value.hint.endswith((".", '"'))
    return caught.value


def test_missing_selection(job):
    error = refused(job, SelectionError, replace(RECIPE, name="never selected"))
    assert str(error) == 'nothing is selected for "never selected"'
    assert "genregraph select" in error.hint


def test_selection_older_than_recipe(job):
    changed = replace(RECIPE, labels=LabelRules(min_votes=2))
    assert "older than the recipe" in str(refused(job, SelectionError, changed))


def test_selection_by_another_policy(job):
    select(job.store, with_policy(RECIPE, "precedence"))
    error = refused(job, SelectionError)
    assert str(error) == (
        "the selection was made by the policy precedence, but the recipe says "
        "single-class"
    )
    assert "without --policy" in error.hint
    assert 'policy = "precedence" under [labels]' in error.hint


def test_selection_older_than_graph(tmp_path_factory, tmp_path):
    with (
        open_filled_store(tmp_path_factory.mktemp("grown")) as store,
        open_job(store, UnusedChecker(), tmp_path / "out") as job,
    ):
        more = WorkItem("1/tracks/0", 1, 0, WorkKind.TRACKS)
        store.commit_plan(Plan(1, (more,)))
        store.commit([WorkResult(more, Changes(), {"deezer": 1})], at=AT)
        error = refused(job, SelectionError)
    assert "older than the graph: made at 1 answers, and there are 2" in str(error)


def test_terms_not_accepted(job):
    job.previews.terms = TERMS
    error = refused(job, TermsNotAcceptedError, with_rules(accept_terms=("spotify",)))
    assert TERMS.summary in str(error)
    assert TERMS.url in str(error)
    assert 'accept_terms = ["spotify", "deezer"]' in error.hint
    assert TERMS.accepting_means in error.hint


def test_file_in_place_of_folder(job):
    job.out.write_text("mine")
    assert "is a file" in str(refused(job, DatasetError))


def test_folder_below_a_file(job):
    job.out.write_text("mine")
    below = job.into(job.out / "data")
    assert "cannot be written: not a directory" in str(refused(below, DatasetError))


def test_folder_with_other_files(job):
    job.out.mkdir()
    (job.out / "thesis.txt").write_text("mine")
    error = refused(job, DatasetError)
    assert "thesis.txt" in str(error)
    assert "not a data set of genregraph" in str(error)


def test_lock_of_another_program(job):
    job.out.mkdir()
    (job.out / "recipe.lock").write_text("[[package]]\n")
    refused(job, DatasetError)


def test_folder_of_another_data_set(job):
    job.out.mkdir()
    (job.out / "recipe.lock").write_text(json.dumps({"dataset": "metal"}))
    assert 'another data set, "metal"' in str(refused(job, DatasetError))


def test_too_little_disk_space(job):
    error = refused(job, DatasetError, room=lambda folder: 1_000_000)
    assert "24 clips need about 12 MB" in str(error)
    assert "1 MB left" in str(error)


def unwritable(tmp_path):
    """A place that cannot be written to, even by the superuser."""
    if os.geteuid() == 0:
        return Path("/proc/genregraph-data-set")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    return locked / "data-set"


def test_unwritable_place(job, tmp_path):
    elsewhere = job.into(unwritable(tmp_path))
    with pytest.raises(DatasetError, match="cannot be written") as caught:
        elsewhere.run(room=lambda folder: 10**12)
    assert caught.value.hint == "Name a folder that you may write to."


def test_no_exportable_track(tmp_path_factory, tmp_path):
    with (
        open_filled_store(tmp_path_factory.mktemp("bare")) as store,
        open_job(store, UnusedChecker(), tmp_path / "out") as job,
    ):
        select(store, leave_out=tuple(range(1, 13)))
        assert "none of the 0 chosen tracks" in str(refused(job, DatasetError))


def test_second_export_into_same_folder_is_refused(store, tmp_path):
    select(store)
    with decoders() as checker, open_job(store, checker, tmp_path / "out") as job:
        inside, errors = threading.Event(), []

        def second(number):
            if number == 1:
                try:
                    replace(job).run()
                except DatasetError as error:
                    errors.append(str(error))
                inside.set()

        job.server.after = second
        assert job.run().finished
    assert inside.is_set()
    assert errors == [f"another export is writing to {job.out}"]


def test_full_disk_is_reported_and_next_run_resumes(store, tmp_path):
    select(store)
    with decoders() as checker, open_job(store, checker, tmp_path / "out") as job:
        full = FullDisk(7, checker)
        with pytest.raises(DatasetError, match="no space left on device") as caught:
            job.run(checker=full)
        assert "Free some space" in caught.value.hint
        assert not list(job.out.rglob("*.part"))
        assert job.run().finished
        # Seven clips are kept; only those that met the full disk are fetched again.
        assert job.server.fetched.total() <= 24 + 3


def test_folder_names_are_portable():
    names = slugs(["r&b", "Hip-Hop", "drum & bass", "música", "a/b", "a b", "!!!"])
    assert names == {
        "r&b": "rnb",
        "Hip-Hop": "hip-hop",
        "drum & bass": "drum-n-bass",
        "música": "musica",
        "a/b": "a-b",
        "a b": "a-b-2",
        "!!!": "class",
    }
