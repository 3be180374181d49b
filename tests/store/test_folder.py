"""What the folder of an embedded store may hold; and only one crawl at a time."""

import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from graph.embedded.folder import crawl_lock, refuse_foreign
from graph.errors import StoreRefusedError
from graph.opening import StoreSettings, open_configured_store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

HOLDING = """
import sys
from pathlib import Path
from graph.embedded.folder import crawl_lock
with crawl_lock(Path(sys.argv[1])):
    print("crawling", flush=True)
    sys.stdin.readline()
"""


def opening(folder):
    settings = StoreSettings(None, None, None, None, folder)
    return open_configured_store(settings, clock_now=lambda: NOW)


def refused(folder):
    """The error of creating a store in a folder, which must remain unchanged."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(StoreRefusedError) as caught, opening(folder):
        pass
    with pytest.raises(StoreRefusedError), crawl_lock(folder):
        pass
    with pytest.raises(StoreRefusedError):
        refuse_foreign(folder)
    assert sorted(folder.rglob("*")) == before
    assert "--store" in caught.value.hint
    return str(caught.value)


@pytest.mark.parametrize("name", ["thesis.txt", ".git", "config", "password"])
def test_a_folder_with_foreign_files_is_refused_and_unchanged(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "theirs").write_text("years", encoding="utf-8")
    message = refused(tmp_path)
    assert "contains files that are not a store's" in message
    assert name in message


def test_a_folder_with_a_partial_store_and_foreign_files_is_refused(tmp_path):
    (tmp_path / "owner.lock").touch()
    (tmp_path / "thesis.txt").touch()
    assert "thesis.txt" in refused(tmp_path)


def test_an_empty_folder_becomes_a_store_even_after_an_interrupted_start(tmp_path):
    for name in ("owner.lock", "owner.json", "password.part", "crawl.lock"):
        (tmp_path / name).touch()
    (tmp_path / "config").mkdir()
    with opening(tmp_path) as store:
        assert store.crawl() is None


def test_a_missing_folder_is_accepted_and_not_created_by_the_check(tmp_path):
    refuse_foreign(tmp_path / "new" / "store")
    assert list(tmp_path.iterdir()) == []


def test_files_added_to_a_store_later_are_accepted(tmp_path):
    with opening(tmp_path) as store:
        store.pause("deezer", 60)
    (tmp_path / "notes.txt").touch()
    with opening(tmp_path) as store:
        assert store.stats()["Source"] == 1


def test_a_second_crawl_in_the_same_store_is_refused_at_once(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path / "store")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "crawling\n"
        with (
            pytest.raises(StoreRefusedError, match="another crawl is run") as caught,
            crawl_lock(tmp_path / "store"),
        ):
            pass
        assert "genregraph status" in caught.value.hint
        process.send_signal(signal.SIGKILL)
        process.wait()
    with crawl_lock(tmp_path / "store"):
        pass


def test_a_finished_crawl_allows_the_next_and_its_lock_is_not_foreign(
    tmp_path,
):
    with crawl_lock(tmp_path), opening(tmp_path) as store:
        store.pause("deezer", 60)
    with opening(tmp_path), crawl_lock(tmp_path):
        pass


def test_two_stores_may_be_crawled_at_the_same_time(tmp_path):
    with crawl_lock(tmp_path / "a"), crawl_lock(tmp_path / "b"):
        pass


def test_a_crawl_folder_that_cannot_be_created_gives_a_short_error(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreRefusedError, match="cannot be used"),
        crawl_lock(tmp_path / "file" / "store"),
    ):
        pass
