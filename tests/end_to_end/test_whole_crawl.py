"""Whole crawls against the stand-in service, in processes of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.recipe.loader import read_recipe
from crawler.selection.select import select_labels
from crawler.standin.server import Standin, serve
from crawler.standin.world.files import write_world
from crawler.standin.world.generator import bundled_world
from graph.model.genres import ALIASES
from graph.opening import open_configured_store
from graph.transfer.jsonl import write_file
from tests.support.oracles.independent_world import differences
from tests.support.processes.crawl_process import store_settings
from tests.support.project import ROOT

RECIPE = """
[dataset]
name = "whole"
[classes]
metal = "metal"
jazz = ["jazz", "swing", "bebop"]
"r&b" = ["r&b", "soul"]
[seeds]
by_genre = 4
[crawl]
order = "{order}"
round = 20
artists_per_class = 0
max_artists = 0
max_requests = {requests}
max_untagged_hops = {hops}
[labels]
policy = "{policy}"
"""


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


@pytest.fixture(scope="module")
def world_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_world(bundled_world(), folder)
    return folder


def recipe_in(
    folder: Path,
    *,
    order: str = "yield",
    requests: int = 0,
    hops: int = 1,
    policy: str = "single-class",
) -> Path:
    file = folder / "recipe.toml"
    text = RECIPE.format(order=order, requests=requests, hops=hops, policy=policy)
    file.write_text(text, encoding="utf-8")
    return file


def crawl(recipe: Path, store: Path | str, standin: Standin, *options: str) -> int:
    """Crawl in another process: its exit status."""
    command = [
        sys.executable,
        "-m",
        "tests.support.processes.crawl_process",
        str(recipe),
        str(store),
    ]
    environment = {**os.environ, **standin.environment}
    return subprocess.run(
        [*command, *options], env=environment, cwd=ROOT, check=False
    ).returncode


def graph_of(store: Path | str, file: Path, *, select: Path | None = None) -> bytes:
    """What is in a store, without times, as JSON lines."""
    now = datetime.now(UTC)
    settings = store_settings(str(store))
    with open_configured_store(settings, clock_now=lambda: now, create=False) as opened:
        if select is not None:
            select_labels(opened, read_recipe(select), now=now)
        write_file(file, opened.items(), times=False)
    return file.read_bytes()


def test_the_graph_and_labels_equal_what_the_world_s_files_say_at_0_1_and_2_hops(
    tmp_path: Path, standin: Standin, world_folder: Path
) -> None:
    expanded = []
    for hops in (0, 1, 2):
        folder = tmp_path / str(hops)
        folder.mkdir()
        recipe = recipe_in(folder, order="breadth-first", hops=hops)
        assert crawl(recipe, folder / "store", standin) == 0
        graph = graph_of(folder / "store", folder / "graph.jsonl", select=recipe)
        wrong = differences(world_folder, recipe, folder / "graph.jsonl", ALIASES)
        assert wrong == dict.fromkeys(wrong, 0)
        expanded.append(graph.count(b'"related_by"'))
    assert expanded[0] < expanded[1] < expanded[2]


def test_precedence_labels_equal_what_the_world_s_files_say(
    tmp_path: Path, standin: Standin, world_folder: Path
) -> None:
    recipe = recipe_in(tmp_path, policy="precedence", hops=0)
    assert crawl(recipe, tmp_path / "store", standin) == 0
    graph_of(tmp_path / "store", tmp_path / "graph.jsonl", select=recipe)
    wrong = differences(world_folder, recipe, tmp_path / "graph.jsonl", ALIASES)
    assert wrong == dict.fromkeys(wrong, 0)


KILLS = ["seeds:1", "genres:1", "related:60", "tracks:60", "plan:6", "close:8"]


def test_a_crawl_killed_six_times_ends_with_the_graph_of_one_that_was_not(
    tmp_path: Path, standin: Standin
) -> None:
    recipe = recipe_in(tmp_path, requests=700)
    assert crawl(recipe, tmp_path / "whole", standin) == 0
    for kill in KILLS:
        status = crawl(recipe, tmp_path / "killed", standin, "--kill", kill)
        assert status == -signal.SIGKILL, f"{kill} came too late"
    assert crawl(recipe, tmp_path / "killed", standin) == 0
    whole = graph_of(tmp_path / "whole", tmp_path / "whole.jsonl")
    assert graph_of(tmp_path / "killed", tmp_path / "killed.jsonl") == whole


def test_one_thread_and_sixteen_write_the_same_graph(
    tmp_path: Path, standin: Standin
) -> None:
    recipe = recipe_in(tmp_path, requests=400)
    graphs = []
    for threads in ("1", "16"):
        store = tmp_path / threads
        assert crawl(recipe, store, standin, "--threads", threads) == 0
        graphs.append(graph_of(store, tmp_path / f"{threads}.jsonl"))
    assert graphs[0] == graphs[1]


def test_each_answer_is_requested_once_over_kills_except_those_under_way(
    tmp_path: Path,
) -> None:
    recipe = recipe_in(tmp_path, requests=300)
    with serve(bundled_world(), limits=False) as own:
        crawl(recipe, tmp_path / "store", own, "--kill", "related:40")
        assert crawl(recipe, tmp_path / "store", own) == 0
        paths = [asked.path for asked in own.requests if "/related" in asked.path]
    # The requests under way at the kill: at most those of one group and of the threads.
    assert len(paths) - len(set(paths)) <= 50 + 8
