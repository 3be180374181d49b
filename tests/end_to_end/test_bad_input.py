"""Bad input: one sentence that names the problem, one that helps, a status, nothing written."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.bolt.address import FixedServer, ServerAddress
from graph.bolt.database import BoltDatabase
from tests.support.neo4j.database import emptied
from tests.support.processes.program import (
    SMALL_RECIPE,
    command,
    genregraph,
    without_pace,
)
from tests.support.workspace import Workspace, error_text

CLASSES = '[classes]\nmetal = "metal"\n'
NOWHERE = {"GENREGRAPH_DEEZER_URL": "http://127.0.0.1:9"}


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory, standin: Standin) -> Workspace:
    folder = tmp_path_factory.mktemp("place")
    without_pace(folder)
    (folder / "recipe.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    workspace = Workspace(folder, dict(standin.environment))
    for name in ("crawl", "select"):
        assert workspace.run(name, "recipe.toml").returncode == 0
    return workspace


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("[classes\n", "line 1"),
        ('[classes]\nr&b = "r&b"\n', "ut the name in quotes"),
        (CLASSES + "[crawl]\nmax_request = 5\n", "max_requests"),
        ("[classes]\nmetal = []\n", "metal"),
        ('[dataset]\nname = "x"\n', "[classes]"),
        (CLASSES + '[sources]\nrelated = "dezer"\n', "deezer"),
        (CLASSES + '[sources]\nrelated = "recorded"\n', "not in this version"),
    ],
)
def test_a_bad_recipe_is_status_2_and_makes_no_store(
    recipe: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "recipe.toml").write_text(recipe, encoding="utf-8")
    for name in (["crawl"], ["select"], ["run", "out"], ["export", "out"]):
        arguments = [name[0], "recipe.toml", *name[1:]]
        ended = genregraph(*arguments, folder=tmp_path, environment=NOWHERE)
        assert ended.returncode == 2
        assert words in error_text(ended)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["recipe.toml"]


def test_a_missing_recipe_is_status_2(tmp_path: Path) -> None:
    ended = genregraph("crawl", "gone.toml", folder=tmp_path)
    assert ended.returncode == 2
    assert "gone.toml" in error_text(ended)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_seed_is_status_2_and_makes_no_store(
    tmp_path: Path, standin: Standin
) -> None:
    without_pace(tmp_path)
    recipe = CLASSES + '[seeds]\nartists = ["No Such Band At All", "deezer:1"]\n'
    (tmp_path / "recipe.toml").write_text(recipe, encoding="utf-8")
    ended = genregraph(
        "crawl", "recipe.toml", folder=tmp_path, environment=standin.environment
    )
    assert ended.returncode == 2
    assert "No Such Band At All" in error_text(ended)
    assert "deezer:1" in error_text(ended)
    assert not (tmp_path / ".genregraph" / "store").exists()


def test_of_seeds_with_one_name_the_one_with_the_most_fans_is_taken_and_reported(
    tmp_path: Path, standin: Standin
) -> None:
    artists = standin.world.artists.values()
    names = [artist.name for artist in artists]
    name = next(n for n in names if names.count(n) > 1)
    best = max((a for a in artists if a.name == name), key=lambda a: a.fans)
    without_pace(tmp_path)
    recipe = f'[seeds]\nartists = ["{name}"]\n[crawl]\nfocus = "any"\nmax_hops = 1\n'
    (tmp_path / "recipe.toml").write_text(recipe, encoding="utf-8")
    ended = genregraph(
        "crawl", "recipe.toml", folder=tmp_path, environment=standin.environment
    )
    assert ended.returncode == 0
    assert f"took deezer:{best.id}, the one with the most fans" in ended.stderr


def test_an_unreachable_service_is_status_69_and_makes_no_store(tmp_path: Path) -> None:
    recipe = CLASSES + '[seeds]\nartists = ["deezer:27"]\n'
    (tmp_path / "recipe.toml").write_text(recipe, encoding="utf-8")
    ended = genregraph("crawl", "recipe.toml", folder=tmp_path, environment=NOWHERE)
    assert ended.returncode == 69
    assert "deezer" in error_text(ended)
    assert not (tmp_path / ".genregraph").exists()


def test_an_unreachable_store_is_status_69_in_every_command(
    workspace: Workspace,
) -> None:
    for arguments in (
        ["crawl", "recipe.toml"],
        ["status"],
        ["select", "recipe.toml"],
        ["export", "recipe.toml", "out"],
        ["show", "deezer:1"],
        ["query", "run", "class_sizes"],
        ["store", "check"],
        ["graph", "export", "out.jsonl"],
    ):
        before = time.monotonic()
        ended = workspace.run(*arguments, "--store", "bolt://127.0.0.1:9")
        assert ended.returncode == 69, arguments
        assert "127.0.0.1:9" in error_text(ended)
        assert time.monotonic() - before < 8
    assert not (workspace.folder / "out").exists()


def test_reading_commands_report_a_missing_store_and_make_none(
    workspace: Workspace,
) -> None:
    for arguments in (
        ["status"],
        ["select", "recipe.toml"],
        ["export", "recipe.toml", "out"],
        ["show", "deezer:1"],
        ["query", "run", "class_sizes"],
        ["store", "stats"],
        ["graph", "export", "out.jsonl"],
    ):
        ended = workspace.run(*arguments, "--store", "nowhere")
        assert ended.returncode == 1, arguments
        assert "no store" in error_text(ended)
    assert not (workspace.folder / "nowhere").exists()
    assert not (workspace.folder / "out").exists()


def test_terms_that_are_not_accepted_are_status_2_before_any_request(
    workspace: Workspace,
) -> None:
    ended = workspace.run(
        "export",
        "recipe.toml",
        "out",
        GENREGRAPH_DEEZER_URL="https://127.0.0.2.invalid",
    )
    assert ended.returncode == 2
    assert "accept_terms" in error_text(ended)
    assert not (workspace.folder / "out").exists()


def test_a_selection_older_than_the_recipe_is_refused(workspace: Workspace) -> None:
    text = SMALL_RECIPE.replace('metal = "metal"', 'metal = "black metal"')
    (workspace.folder / "changed.toml").write_text(text, encoding="utf-8")
    ended = workspace.run("export", "changed.toml", "out")
    assert ended.returncode == 1
    assert "genregraph select" in error_text(ended)
    assert not (workspace.folder / "out").exists()


def test_a_selection_older_than_the_graph_is_refused(
    tmp_path: Path, standin: Standin
) -> None:
    without_pace(tmp_path)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(SMALL_RECIPE, encoding="utf-8")
    workspace = Workspace(tmp_path, dict(standin.environment))
    workspace.run("crawl", "recipe.toml")
    workspace.run("select", "recipe.toml")
    more = SMALL_RECIPE.replace("artists_per_class = 4", "artists_per_class = 40")
    recipe.write_text(more, encoding="utf-8")
    assert workspace.run("crawl", "recipe.toml").returncode == 0
    ended = workspace.run("export", "recipe.toml", "out")
    assert ended.returncode == 1
    assert "older" in error_text(ended)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_reported_before_any_request(
    workspace: Workspace,
) -> None:
    (workspace.folder / "file").write_text("mine", encoding="utf-8")
    for out in ("file", "/proc/out"):
        ended = workspace.run("export", "recipe.toml", out)
        assert ended.returncode == 1
        assert out in error_text(ended)
    assert (workspace.folder / "file").read_text(encoding="utf-8") == "mine"


SLOW = """
[dataset]
name = "slow"
[classes]
metal = "metal"
[seeds]
by_genre = 50
"""


def test_a_second_crawl_is_refused_and_ctrl_c_ends_the_first_with_130(
    tmp_path: Path,
) -> None:
    without_pace(tmp_path)
    (tmp_path / "recipe.toml").write_text(SLOW, encoding="utf-8")
    with serve(bundled_world(), limits=False, latency=0.05) as slow:
        crawl = subprocess.Popen(
            command("crawl", "recipe.toml"),
            cwd=tmp_path,
            env={**os.environ, **slow.environment},
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        while slow.counts().get("deezer", 0) < 20:
            time.sleep(0.05)
            assert crawl.poll() is None
        second = genregraph(
            "crawl", "recipe.toml", folder=tmp_path, environment=slow.environment
        )
        assert second.returncode == 1
        assert "another crawl is running" in error_text(second)
        crawl.send_signal(signal.SIGINT)
        _, words = crawl.communicate(timeout=60)
        assert crawl.returncode == 130
        assert "Traceback" not in words
        assert "the same command continues" in words
        status = genregraph("status", "--json", folder=tmp_path)
        assert '"related"' in status.stdout


def test_a_folder_with_other_files_is_not_taken_for_a_store(
    tmp_path: Path, standin: Standin
) -> None:
    (tmp_path / "recipe.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years", encoding="utf-8")
    arguments = ("crawl", "recipe.toml", "--store", "mine")
    before = len(standin.requests)
    ended = genregraph(*arguments, folder=tmp_path, environment=standin.environment)
    assert ended.returncode == 1
    assert "not a store's" in error_text(ended)
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    assert len(standin.requests) == before


def test_a_foreign_database_is_left_alone_by_every_command(
    neo4j_uri: str, workspace: Workspace
) -> None:
    emptied(neo4j_uri)
    bolt = BoltDatabase(FixedServer(ServerAddress(neo4j_uri, None, None, None)))
    line = '{"type":"node","id":"1","labels":["Artist"],"properties":{"id":"1"}}'
    (workspace.folder / "one.jsonl").write_text(line, encoding="utf-8")
    bolt.alter(["CREATE (:Person {name: 'somebody'})"])
    try:
        for arguments in (
            ["crawl", "recipe.toml"],
            ["select", "recipe.toml"],
            ["store", "init"],
            ["graph", "import", "one.jsonl"],
        ):
            ended = workspace.run(*arguments, "--store", neo4j_uri)
            assert ended.returncode == 1, arguments
            assert "not a genregraph store" in error_text(ended)
        _, rows = bolt.query("MATCH (n) RETURN labels(n)", {})
        assert rows == [(["Person"],)]
    finally:
        bolt.alter(["MATCH (n) DETACH DELETE n"])
        bolt.close()
