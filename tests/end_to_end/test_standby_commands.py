"""Commands beside an active crawler, as a user runs them: messages, statuses, effects."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from graph.store import Store
from tests.support.processes.program import (
    SMALL_RECIPE,
    command,
    genregraph,
    without_pace,
)
from tests.support.workspace import Workspace, error_text

LINE = '{"type":"node","id":"1","labels":["Artist"],"properties":{"id":"1"}}\n'


class Valve:
    """A schedule of faults that holds all requests for tracks back until it is opened."""

    def __init__(self) -> None:
        self.opened, self.reached = threading.Event(), threading.Event()

    def __call__(self, service: str, target: str, number: int) -> None:
        del service, number
        if "/top" in target:
            self.reached.set()
            self.opened.wait(120)


@pytest.fixture
def valve() -> Valve:
    return Valve()


@pytest.fixture
def workspace(tmp_path: Path, neo4j_uri: str, valve: Valve) -> Iterator[Workspace]:
    """A folder with a recipe, and a Neo4j to crawl into."""
    (tmp_path / "recipe.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    without_pace(tmp_path)
    with serve(bundled_world(), limits=False, faults=valve) as standin:
        yield Workspace(tmp_path, {**standin.environment, "NEO4J_URI": neo4j_uri})
        valve.opened.set()


@pytest.fixture
def begin(workspace: Workspace) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts commands; all of them end with the test at the latest."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: object) -> subprocess.Popen[str]:
        started.append(
            subprocess.Popen(
                command(*arguments),
                cwd=workspace.folder,
                env={**os.environ, "COLUMNS": "200", **workspace.environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield begin
    for one in started:
        one.kill()
        one.communicate()


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_beside_an_active_crawler_others_are_refused_in_a_sentence_or_take_over(
    workspace: Workspace, begin, valve: Valve, neo4j_store: Store
) -> None:
    first = begin("crawl", "recipe.toml")
    assert valve.reached.wait(120)
    name = neo4j_store.lease().active.name
    assert f"-{first.pid}-" in name

    ended = workspace.run("crawl", "recipe.toml", "--no-standby")
    assert ended.returncode == 69
    assert f"error: crawler {name} is active in this store since" in error_text(ended)

    other = SMALL_RECIPE.replace("round = 10", "round = 11")
    (workspace.folder / "other.toml").write_text(other, encoding="utf-8")
    ended = workspace.run("crawl", "other.toml")
    assert ended.returncode == 2
    assert f"crawler {name} is active in this store, by another recipe" in error_text(
        ended
    )

    (workspace.folder / "given.jsonl").write_text(LINE, encoding="utf-8")
    ended = workspace.run("graph", "import", "given.jsonl")
    assert ended.returncode == 1
    assert f"crawler {name} is active in the store at" in error_text(ended)
    assert "nothing is imported" in error_text(ended)

    standby = begin("run", "recipe.toml", "dataset")
    until(lambda: neo4j_store.lease().standbys)
    rows = workspace.run("status", "--format", "csv").stdout.splitlines()
    crawlers = [row for row in rows if row.startswith("crawler,")]
    assert [("active" in row, "standing by" in row) for row in crawlers] == [
        (True, False),
        (False, True),
    ]
    first.send_signal(signal.SIGINT)
    valve.opened.set()
    assert first.wait(120) == 130
    out, err = standby.communicate(timeout=180)
    assert standby.returncode == 0, err
    assert f"crawler {name} is active; this one stands by" in err
    assert "step 2 of 4: select" in err
    assert out
    assert neo4j_store.lease().token == 2


def test_when_the_active_crawler_reaches_its_goal_the_standby_ends_alike_and_run_goes_on(
    workspace: Workspace, begin, valve: Valve, neo4j_store: Store
) -> None:
    first = begin("crawl", "recipe.toml", "--format", "csv")
    assert valve.reached.wait(120)
    second = begin("crawl", "recipe.toml", "--format", "csv")
    job = begin("run", "recipe.toml", "dataset")
    until(lambda: len(neo4j_store.lease().standbys) == 2)
    valve.opened.set()
    (out, err), (same_out, same_err), (_, job_err) = (
        one.communicate(timeout=180) for one in (first, second, job)
    )
    assert (first.returncode, second.returncode, job.returncode) == (0, 0, 0)
    assert err.splitlines()[-1].startswith("ended: the goal is reached")
    assert same_err.splitlines()[-1] == err.splitlines()[-1]
    assert same_out == out
    lines = job_err.splitlines()
    assert lines.index(err.splitlines()[-1]) < lines.index("step 2 of 4: select")
    assert neo4j_store.lease().token == 1


def test_a_store_of_schema_2_whose_crawl_is_under_way_is_not_upgraded(
    workspace: Workspace, neo4j_store: Store
) -> None:
    neo4j_store._bolt.alter(
        [
            "MATCH (s:Schema) SET s.version = 2",
            "CREATE (:Worker {name: 'old-1', alive_until: timestamp() + 600000})",
        ]
    )
    ended = workspace.run("store", "upgrade", "--no-backup")
    assert ended.returncode == 1
    assert "crawler old-1 is active in the store at" in error_text(ended)
    assert "it is not upgraded" in error_text(ended)
    neo4j_store._bolt.alter(["MATCH (w:Worker) DELETE w"])
    assert workspace.run("store", "upgrade", "--no-backup").returncode == 0


def test_an_embedded_store_is_upgraded_and_imported_into_only_while_nobody_crawls(
    tmp_path: Path,
) -> None:
    (tmp_path / "given.jsonl").write_text(LINE, encoding="utf-8")
    assert genregraph("store", "init", folder=tmp_path).returncode == 0
    lock = tmp_path / ".genregraph" / "store" / "crawl.lock"
    held = subprocess.Popen(
        ["flock", "--exclusive", str(lock), "sleep", "60"], start_new_session=True
    )
    try:
        until(lock.exists)
        time.sleep(0.5)
        ended = genregraph("graph", "import", "given.jsonl", folder=tmp_path)
        assert ended.returncode == 1
        assert "another crawl is running in this store" in error_text(ended)
    finally:
        os.killpg(held.pid, signal.SIGKILL)
        held.wait()
    assert genregraph("graph", "import", "given.jsonl", folder=tmp_path).returncode == 0
