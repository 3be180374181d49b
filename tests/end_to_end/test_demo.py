"""The demo: the whole job offline, away from any database; the clips are classified."""

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.support.processes.program import genregraph

# Nothing listens on port 9, so a connection there fails.
NOWHERE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "NEO4J_URI": "bolt://127.0.0.1:9",
    "NEO4J_PASSWORD": "not-to-be-used",
}
BANDS = 16


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    ended = genregraph("demo", folder=folder, environment=NOWHERE)
    assert ended.returncode == 0, ended.stderr
    (folder / "stdout").write_text(ended.stdout, encoding="utf-8")
    (folder / "stderr").write_text(ended.stderr, encoding="utf-8")
    return folder


def clips_of(demo: Path) -> list[dict[str, str]]:
    manifest = demo / "genregraph-demo" / "dataset" / "manifest.csv"
    with manifest.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_the_demo_ends_with_a_funnel_and_where_to_look_next(demo: Path) -> None:
    funnel = (demo / "stdout").read_text(encoding="utf-8")
    assert "artists found" in funnel
    assert "tracks chosen" in funnel
    words = (demo / "stderr").read_text(encoding="utf-8")
    assert "genregraph-demo/dataset" in words
    assert "genregraph query run class_sizes" in words
    page = demo / "genregraph-demo" / "explorer.html"
    assert page.as_uri() in words


def test_the_demos_page_shows_the_whole_graph_and_view_the_chosen_artists(
    demo: Path,
) -> None:
    folder = demo / "genregraph-demo"
    whole = artists_of(folder / "explorer.html")
    assert len(whole) > 200
    place = ("--store", folder / "store")
    ended = genregraph("view", "chosen.html", "--chosen", *place, folder=demo)
    assert ended.returncode == 0, ended.stderr
    assert (demo / "chosen.html").as_uri() in ended.stderr
    chosen = artists_of(demo / "chosen.html")
    assert chosen < whole
    credited = {
        id_ for clip in clips_of(demo) for id_ in json.loads(clip["artist_ids"])
    }
    assert credited & chosen


def test_view_refuses_another_suffix_and_a_recipe_with_unknown_classes(
    demo: Path,
) -> None:
    ended = genregraph("view", "page.pdf", folder=demo)
    assert ended.returncode == 2
    assert ".html" in ended.stderr
    (demo / "other.toml").write_text('[classes]\nska = "ska"\n', encoding="utf-8")
    place = ("--store", demo / "genregraph-demo" / "store")
    wanted = ("--recipe", "other.toml", *place)
    ended = genregraph("view", "page.html", *wanted, folder=demo)
    assert ended.returncode == 1
    assert "has no classes of the recipe" in ended.stderr
    assert "genregraph select" in ended.stderr
    ended = genregraph("view", "page.html", "--chosen", *wanted, folder=demo)
    assert "no artist is chosen" in ended.stderr
    assert not (demo / "page.html").exists()


def artists_of(page: Path) -> set[str]:
    text = page.read_text(encoding="utf-8")
    found = re.search(r'type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    return set(json.loads(found[1])["artists"]["id"])


def test_the_demo_makes_200_clips_in_8_classes_that_a_classifier_separates(
    demo: Path,
) -> None:
    clips = clips_of(demo)
    assert len(clips) >= 200
    assert len({clip["label"] for clip in clips}) >= 8
    dataset = demo / "genregraph-demo" / "dataset"
    learned: dict[str, list[np.ndarray]] = defaultdict(list)
    for clip in clips:
        if clip["split"] == "train":
            learned[clip["label"]].append(bands(dataset / clip["file_name"]))
    means = {label: np.mean(rows, axis=0) for label, rows in learned.items()}
    heard = [clip for clip in clips if clip["split"] != "train"]
    right = [
        clip["label"] == nearest(means, bands(dataset / clip["file_name"]))
        for clip in heard
    ]
    assert sum(right) / len(right) >= 0.9


def bands(file: Path) -> np.ndarray:
    """The log power of a clip in each of 16 frequency bands."""
    samples, rate = soundfile.read(file)
    assert len(samples) / rate >= 29
    blocks = samples[: len(samples) // 4096 * 4096].reshape(-1, 4096)
    power = (np.abs(np.fft.rfft(blocks * np.hanning(4096))) ** 2).mean(axis=0)
    edges = np.geomspace(60, 10_000, BANDS + 1)
    where = np.digitize(np.fft.rfftfreq(4096, 1 / rate), edges)
    sums = np.bincount(where, power, minlength=BANDS + 2)[1 : BANDS + 1]
    return np.log(sums / power.sum() + 1e-9)


def nearest(means: dict[str, np.ndarray], row: np.ndarray) -> str:
    return min(means, key=lambda label: float(((means[label] - row) ** 2).sum()))


def test_running_the_demo_again_fetches_and_changes_nothing(demo: Path) -> None:
    dataset = demo / "genregraph-demo" / "dataset"
    before = {path: path.read_bytes() for path in dataset.rglob("*") if path.is_file()}
    ended = genregraph("demo", folder=demo, environment=NOWHERE)
    assert ended.returncode == 0
    assert "0 of them fetched now" in ended.stderr
    after = {path: path.read_bytes() for path in dataset.rglob("*") if path.is_file()}
    assert after == before


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    ended = genregraph("demo", "mine", folder=tmp_path)
    assert ended.returncode == 1
    assert "not the demo's" in ended.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
