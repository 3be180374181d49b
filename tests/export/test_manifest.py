"""The rows of manifest.csv, metadata.csv and failed.csv."""

import csv
import json

import pytest

from crawler.export.files.manifest import COLUMNS, METADATA_COLUMNS
from tests.support.export_job import file_hashes
from tests.support.worlds.export_world import DATES, TROUBLES, track_id


@pytest.fixture
def job(job):
    job.previews.release_dates.update(DATES)
    return job


def dates(job):
    return {row["id"]: row["release_date"] for row in job.rows()}


def test_manifest_columns_and_values(job):
    job.run()
    text = (job.out / "manifest.csv").read_bytes()
    assert b"\r" not in text
    assert tuple(next(csv.reader(text.decode().splitlines()))) == COLUMNS
    row = next(row for row in job.rows() if row["id"] == "deezer:101")
    expected = {
        "title": "Söng, 1",
        "artist_names": '["Band 1", "Band 4"]',
        "artist_ids": '["deezer:1", "deezer:4"]',
        "mbids": '["mbid-1", "mbid-4"]',
        "album": "Album 1",
        "album_id": "deezer:a1",
        "release_date": "1999-01-31",
        "isrc": "",
        "label": "r&b",
        "labels": '["r&b"]',
        "genres": '["r&b", "soft r&b"]',
        "label_policy": "single-class",
        "label_share": "1.0000",
        "group": "deezer:1",
        "track_duration_ms": "200001",
        "sample_rate": "16000",
        "channels": "1",
        "source": "deezer",
        "url": "",
        "license": "CC0-1.0",
        "attribution": '"Söng, 1" by Band 1, Band 4, from deezer',
    }
    assert {name: row[name] for name in expected} == expected
    assert row["file_name"] == f"{row['split']}/rnb/deezer-101.mp3"
    assert float(row["duration_s"]) == pytest.approx(1.5, abs=0.1)


def test_each_split_is_an_audiofolder(job):
    job.run()
    found = []
    for path in sorted(job.out.glob("*/metadata.csv")):
        rows = job.rows(f"{path.parent.name}/metadata.csv")
        assert tuple(rows[0]) == METADATA_COLUMNS
        assert all((path.parent / row["file_name"]).is_file() for row in rows)
        assert all(value for row in rows for value in row.values())
        found += [row["id"] for row in rows]
    assert sorted(found) == job.ids()


def test_release_date_falls_back_to_service(job):
    job.run()
    assert dates(job)[track_id(1, 1)] == "1999-01-31"
    assert dates(job)[track_id(1, 2)] == "2001-01-02"


def test_release_date_is_kept_without_service(job):
    job.run()
    before = file_hashes(job.out)
    job.previews.release_dates.clear()
    job.run()
    assert file_hashes(job.out) == before
    assert dates(job)[track_id(1, 2)] == "2001-01-02"


def test_lock_and_manifest_agree_on_dates_and_isrcs(job):
    job.previews.isrcs.update(TROUBLES)
    job.run()
    lock = json.loads((job.out / "recipe.lock").read_text(encoding="utf-8"))
    locked = {
        c["id"]: (c.get("isrc", ""), c.get("release_date", "")) for c in lock["clips"]
    }
    assert locked == {r["id"]: (r["isrc"], r["release_date"]) for r in job.rows()}


def test_mbids_are_aligned_with_artists(job):
    job.run()
    row = next(r for r in job.rows() if r["artist_ids"] == '["deezer:3"]')
    assert row["mbids"] == '[""]'
    for row in job.rows():
        assert len(json.loads(row["mbids"])) == len(json.loads(row["artist_ids"]))


def test_failed_row_names_title_and_artists(job):
    job.server.reply_with("deezer:101", b"")
    job.run()
    (row,) = job.rows("failed.csv")
    assert row == {
        "id": "deezer:101",
        "artist": "deezer:1",
        "label": "r&b",
        "reason": "not-audio",
        "detail": row["detail"],
        "title": "Söng, 1",
        "artist_names": '["Band 1", "Band 4"]',
    }
