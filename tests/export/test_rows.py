"""The rows of manifest, metadata and failed.csv: what they tell, and how it stays."""

import csv
import json

import pytest

from crawler.export.files.manifest import COLUMNS, METADATA_COLUMNS
from tests.support.export_job import contents, opened_job, opened_store, processes
from tests.support.worlds.export_world import DATES, TROUBLES, select, track_id


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
        opened.previews.release_dates.update(DATES)
        yield opened


def dates(job):
    return {row["id"]: row["release_date"] for row in job.rows()}


def test_the_manifest_has_the_columns_of_the_contract_and_tells_each_clip(job):
    job.run()
    text = (job.out / "manifest.csv").read_bytes()
    assert b"\r" not in text
    assert tuple(next(csv.reader(text.decode().splitlines()))) == COLUMNS
    row = next(row for row in job.rows() if row["id"] == "deezer:101")
    told = {
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
    assert {name: row[name] for name in told} == told
    assert row["file_name"] == f"{row['split']}/rnb/deezer-101.mp3"
    assert float(row["duration_s"]) == pytest.approx(1.5, abs=0.1)


def test_each_split_is_an_audiofolder_with_the_same_columns(job):
    job.run()
    found = []
    for path in sorted(job.out.glob("*/metadata.csv")):
        rows = job.rows(f"{path.parent.name}/metadata.csv")
        assert tuple(rows[0]) == METADATA_COLUMNS
        assert all((path.parent / row["file_name"]).is_file() for row in rows)
        assert all(value for row in rows for value in row.values())
        found += [row["id"] for row in rows]
    assert sorted(found) == job.ids()


def test_a_release_date_comes_from_the_fresh_answer_where_the_graph_has_none(job):
    job.run()
    assert dates(job)[track_id(1, 1)] == "1999-01-31"
    assert dates(job)[track_id(1, 2)] == "2001-01-02"


def test_a_release_date_stays_when_the_service_does_not_state_it_any_more(job):
    job.run()
    before = contents(job.out)
    job.previews.release_dates.clear()
    job.run()
    assert contents(job.out) == before
    assert dates(job)[track_id(1, 2)] == "2001-01-02"


def test_the_lock_states_dates_and_isrcs_as_the_manifest_does(job):
    job.previews.isrcs.update(TROUBLES)
    job.run()
    lock = json.loads((job.out / "recipe.lock").read_text(encoding="utf-8"))
    told = {
        c["id"]: (c.get("isrc", ""), c.get("release_date", "")) for c in lock["clips"]
    }
    assert told == {r["id"]: (r["isrc"], r["release_date"]) for r in job.rows()}


def test_each_artist_of_a_clip_has_its_own_mbid_and_nothing_where_it_is_unknown(job):
    job.run()
    row = next(r for r in job.rows() if r["artist_ids"] == '["deezer:3"]')
    assert row["mbids"] == '[""]'
    for row in job.rows():
        assert len(json.loads(row["mbids"])) == len(json.loads(row["artist_ids"]))


def test_what_failed_is_named_with_its_title_and_its_artists(job):
    job.server.says("deezer:101", b"")
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
