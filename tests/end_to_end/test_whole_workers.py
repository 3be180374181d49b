"""Three processes on one Neo4j, two of them killed: one crawl, and nothing asked in vain."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.model.crawl import WorkKind
from graph.store import Store
from tests.end_to_end.test_whole_crawl import crawl, graph_of, recipe_in
from tests.support.project import ROOT

# Long enough that nobody alive is taken for dead on a busy machine.
LEASE_SECONDS = 8
PATHS = {WorkKind.RELATED: "related", WorkKind.TRACKS: "top"}


@contextmanager
def workers(
    recipe: Path, uri: str, standin: Standin, count: int
) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many processes that crawl at 80 requests a second together."""
    command = [
        sys.executable,
        "-m",
        "tests.support.processes.crawl_process",
        str(recipe),
        uri,
    ]
    options = ["--lease", str(LEASE_SECONDS), "--pace", "80"]
    environment = {**os.environ, **standin.environment}
    started = [
        subprocess.Popen([*command, *options], env=environment, cwd=ROOT)
        for _ in range(count)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def wait_for_answers(
    store: Store, number: int, processes: list[subprocess.Popen[bytes]]
) -> None:
    deadline = time.monotonic() + 240
    while (state := store.crawl()) is None or state.answers < number:
        assert time.monotonic() < deadline
        assert all(process.poll() in (None, -9) for process in processes)
        time.sleep(0.05)


def held_by(store: Store, process: subprocess.Popen[bytes]) -> set[str]:
    """What a worker that was just killed would have asked of Deezer."""
    plan, worker = store.open_plan(), f"worker-{process.pid}"
    columns, rows = store.query(
        "MATCH (s:Slice) WHERE s.state = 'open' AND s.owner = $worker RETURN s.id",
        {"worker": worker},
    )
    assert columns
    ids = {row[0] for row in rows}
    return {
        f"/artist/{part.artists[0].removeprefix('deezer:')}/{PATHS[part.kind]}"
        for part in (plan.slices if plan else ())
        if part.id in ids and part.kind in PATHS
    }


def assert_nobody_is_left(store: Store) -> None:
    """Who was killed is taken for dead after the lease, and holds nothing.

    The last round may close before that: the node of a dead worker then stays to be told.
    """
    deadline = time.monotonic() + 60
    while any(worker.is_alive for worker in store.workers()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert not any(worker.slices for worker in store.workers())


def test_two_of_three_workers_killed_leave_the_graph_of_one_and_little_is_asked_again(
    tmp_path: Path, neo4j_store: Store, neo4j_uri: str
) -> None:
    recipe, held = recipe_in(tmp_path, requests=300), set()
    with serve(bundled_world(), limits=False) as own:
        assert crawl(recipe, tmp_path / "alone", own) == 0
    with serve(bundled_world(), limits=False) as own:
        with workers(recipe, neo4j_uri, own, 3) as processes:
            for number, victim in ((60, processes[0]), (150, processes[1])):
                wait_for_answers(neo4j_store, number, processes)
                victim.kill()
                victim.wait()
                held |= held_by(neo4j_store, victim)
            assert processes[2].wait(240) == 0
        asked = Counter(
            request.path.partition("?")[0]
            for request in own.asked
            if request.path.partition("?")[0].endswith(("/related", "/top"))
        )
    again = {path for path, times in asked.items() if times > 1}
    assert asked
    assert again <= held
    alone = graph_of(tmp_path / "alone", tmp_path / "alone.jsonl")
    assert graph_of(neo4j_uri, tmp_path / "together.jsonl") == alone
    assert_nobody_is_left(neo4j_store)
