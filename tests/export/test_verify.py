"""`verify` finds each issue, names its file, and finds nothing in a good data set."""

import csv
import json
import shutil

import pytest

from crawler.errors import DatasetError
from crawler.export.verify import verify_dataset
from tests.support.export_job import file_hashes, open_filled_store, open_job
from tests.support.fakes import RecordingProgress
from tests.support.servers.clip_server import make_clip


@pytest.fixture(scope="module")
def finished(tmp_path_factory, checker):
    out = tmp_path_factory.mktemp("set") / "out"
    with (
        open_filled_store(tmp_path_factory.mktemp("store")) as store,
        open_job(store, checker, out) as job,
    ):
        job.run()
    return out


@pytest.fixture
def out(finished, tmp_path):
    return shutil.copytree(finished, tmp_path / "out")


@pytest.fixture
def wrong(out, checker):
    def found(check=None):
        verified = verify_dataset(out, checker, RecordingProgress())
        return [
            f"{issue.file} {issue.description}"
            for issue in verified.issues
            if check is None or issue.check == check
        ]

    return found


def rows_of(out):
    with (out / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(out, rows):
    with (out / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_good_data_set_has_no_issues_and_is_not_changed(out, checker, wrong):
    before = file_hashes(out)
    assert verify_dataset(out, checker, RecordingProgress()).good
    assert wrong() == []
    assert file_hashes(out) == before


def test_missing_clip(out, wrong):
    name = rows_of(out)[3]["file_name"]
    (out / name).unlink()
    assert wrong() == [f"{name} is missing"]


@pytest.mark.parametrize("name", ["README.md", "failed.csv", "train/metadata.csv"])
def test_missing_file(out, wrong, name):
    (out / name).unlink()
    assert wrong("checksums") == [f"{name} is missing"]


@pytest.mark.parametrize(
    "name", ["manifest.csv", "README.md", "failed.csv", "test/metadata.csv"]
)
def test_changed_file(out, wrong, name):
    with (out / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert wrong() == [f"{name} has a different SHA-256 than in the lock"]


def changed_lock(out, change):
    path = out / "recipe.lock"
    lock = json.loads(path.read_text(encoding="utf-8"))
    change(lock)
    path.write_text(json.dumps(lock), encoding="utf-8")
    return lock


def test_lock_without_checksum(out, wrong):
    changed_lock(out, lambda lock: lock["files"].pop("README.md"))
    assert wrong() == ["recipe.lock has no SHA-256 of README.md"]


def test_lock_with_changed_recipe(out, wrong):
    changed_lock(out, lambda lock: lock["recipe"]["export"].update(seed=7))
    assert wrong() == ["recipe.lock recipe_digest does not match its recipe"]


def test_lock_with_other_isrc_and_release_date(out, wrong):
    lock = changed_lock(
        out, lambda lock: lock["clips"][0].update(isrc="X", release_date="1")
    )
    track = lock["clips"][0]["id"]
    assert wrong() == [
        f"recipe.lock isrc of {track} differs from the manifest",
        f"recipe.lock release_date of {track} differs from the manifest",
    ]


def test_progress_starts_with_number_of_clips(out, checker):
    progress = RecordingProgress()
    verify_dataset(out, checker, progress)
    assert progress.states[0] == "decoding 24 clips"
    assert progress.states[-1] == "24 of 24 clips decoded"


def test_altered_clip(out, wrong):
    name = rows_of(out)[3]["file_name"]
    with (out / name).open("ab") as file:
        file.write(b"\0")
    assert wrong("files") == [f"{name} has a different SHA-256 than in the manifest"]


@pytest.mark.parametrize(
    "name",
    [
        "mine.txt",
        "train/notes.csv",
        "train/rock/mine.mp3",
        "train/rock/deezer-1.part",
        "extra/metadata.csv",
    ],
)
def test_unexpected_file(out, wrong, name):
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_bytes(b"x")
    assert wrong() == [f"{name} is not a file of the data set"]


def test_system_files_are_ignored(out, wrong):
    (out / "train" / ".DS_Store").write_bytes(b"x")
    assert wrong() == []


def test_clip_that_does_not_decode(out, wrong):
    name = rows_of(out)[0]["file_name"]
    (out / name).write_bytes(b"<html>")
    assert wrong("audio") == [f"{name} not-audio: the reply is HTML"]


def test_clip_of_other_length(out, wrong):
    name = rows_of(out)[0]["file_name"]
    (out / name).write_bytes(make_clip("long", 2.5))
    (found,) = [line for line in wrong("audio") if "duration_s" in line]
    assert "duration_s is 2.5, not 1.500" in found


def test_artist_in_two_splits(out, wrong):
    rows = rows_of(out)
    mine = [row for row in rows if row["artist_ids"] == '["deezer:9"]']
    other = next(r["split"] for r in rows if r["split"] != mine[0]["split"])
    mine[0]["split"] = other
    write_rows(out, rows)
    leaks = wrong("splits")
    assert any("artist deezer:9 is in" in line for line in leaks)
    assert any("MBID mbid-9 is in" in line for line in leaks)
    assert any("group deezer:9 is in" in line for line in leaks)
    assert any("is not in the folder of its split" in line for line in leaks)


def test_recording_in_two_splits(out, wrong):
    rows = rows_of(out)
    one = next(r for r in rows if r["split"] == "train")
    other = next(r for r in rows if r["split"] == "test")
    one["isrc"] = other["isrc"] = "ISRC1"
    write_rows(out, rows)
    assert wrong("splits") == ["manifest.csv ISRC ISRC1 is in test and train"]


def test_unknown_mbids_are_not_a_leak(out, wrong):
    write_rows(out, [row | {"mbids": '[""]'} for row in rows_of(out)])
    assert wrong("splits") == []


def test_columns_and_order(out, wrong):
    rows = rows_of(out)
    write_rows(out, [rows[1], rows[0], *rows[2:], rows[-1]])
    assert wrong("order") == [
        "manifest.csv not sorted by id",
        f"manifest.csv {rows[-1]['id']} appears 2 times",
    ]
    write_rows(out, [{k: v for k, v in r.items() if k != "isrc"} for r in rows])
    assert wrong("columns") == [
        "manifest.csv does not have the required columns; missing: ['isrc'], unknown: []"
    ]


def test_metadata_that_differs_from_manifest(out, wrong):
    path = out / "train" / "metadata.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]).replace("rock", "polka"), encoding="utf-8")
    found = wrong("metadata")
    assert any("has no row for" in line for line in found)
    assert any("label of" in line or "extra row" in line for line in found)
    path.unlink()
    assert wrong() == ["train/metadata.csv is missing"]


def test_lock_with_other_clips(out, wrong):
    path = out / "recipe.lock"
    lock = json.loads(path.read_text(encoding="utf-8"))
    first, second = lock["clips"][0], lock["clips"].pop()
    first["sha256"] = "0" * 64
    path.write_text(json.dumps(lock), encoding="utf-8")
    assert wrong("lock") == [
        f"recipe.lock {second['id']} is only in the manifest",
        f"recipe.lock {first['id']} has a different source or SHA-256",
    ]


def test_not_a_finished_data_set(tmp_path, out, checker):
    def said(folder):
        with pytest.raises(DatasetError) as caught:
            verify_dataset(folder, checker, RecordingProgress())
        return str(caught.value)

    assert "is not a folder" in said(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    assert "has no manifest.csv" in said(tmp_path / "empty")
    (out / "recipe.lock").write_text("{")
    assert "is damaged" in said(out)
    (out / "recipe.lock").write_text("[]")
    assert "is damaged" in said(out)
    (out / ".work").mkdir()
    assert "is not finished" in said(out)
