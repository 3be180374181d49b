"""A crawl goes on through the death of its Neo4j, and ends like one left in peace.

The module has its own server, so that no other test needs it.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import neo4j
import pytest

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.opening import StoreSettings, open_configured_store
from graph.transfer.jsonl import write_file
from tests.support.neo4j.database import emptied
from tests.support.neo4j.lines import NoServerError
from tests.support.neo4j.server import Server, running
from tests.support.processes.program import command, genregraph, without_pace

RECIPE = """
[dataset]
name = "small"
[classes]
metal = "metal"
jazz = ["jazz", "swing", "bebop"]
[seeds]
by_genre = 3
[crawl]
round = 20
artists_per_class = 0
max_artists = 120
"""
BLOCKED = """SHOW TRANSACTIONS YIELD status
WHERE status STARTS WITH 'Blocked' RETURN count(*)"""
# A machine with much to do may need longer than the usual two minutes for a restart.
LONG = {"GENREGRAPH_STORE_WAIT_SECONDS": "400"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    try:
        with running(tmp_path_factory.mktemp("away") / "home") as started:
            yield started
    except NoServerError as error:
        pytest.skip(f"no Neo4j here: {error}")


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False, latency=0.02) as service:
        yield service


@pytest.fixture(scope="module")
def undisturbed(
    standin: Standin, tmp_path_factory: pytest.TempPathFactory
) -> list[bytes]:
    """The lines of the graph of an undisturbed crawl."""
    folder = prepared(tmp_path_factory.mktemp("undisturbed"))
    done = genregraph(
        *("crawl", "recipe.toml", "--store", "store"),
        folder=folder,
        environment=standin.environment,
    )
    assert done.returncode == 0, done.stderr
    return graph_of(StoreSettings(None, None, None, None, folder / "store"), folder)


def prepared(folder: Path) -> Path:
    without_pace(folder)
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    return folder


def graph_of(settings: StoreSettings, folder: Path) -> list[bytes]:
    file = folder / "graph.jsonl"
    with open_configured_store(
        settings, clock_now=lambda: datetime.now(UTC), create=False
    ) as store:
        write_file(file, store.items(), times=False)
    return file.read_bytes().splitlines()


def graph_in(server: Server, folder: Path) -> list[bytes]:
    return graph_of(StoreSettings(server.uri, None, None, None, folder), folder)


@contextmanager
def crawling(
    server: Server, standin: Standin, folder: Path, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """A crawl in a process of its own."""
    process = subprocess.Popen(
        command("crawl", "recipe.toml", "--store", server.uri),
        cwd=prepared(folder),
        env={**os.environ, **standin.environment, **LONG, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(is_so: Callable[[], object], crawl: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 400
    while not is_so():
        assert time.monotonic() < end
        assert crawl.poll() is None, crawl.communicate()[1]
        time.sleep(0.1)


@contextmanager
def looking_at(server: Server) -> Iterator[neo4j.Driver]:
    with neo4j.GraphDatabase.driver(
        server.uri, notifications_min_severity="OFF"
    ) as driver:
        yield driver


def count(driver: neo4j.Driver, text: str) -> int:
    return int(driver.execute_query(text, database_="neo4j").records[0][0])


def in_the_middle(server: Server, crawl: subprocess.Popen[str]) -> None:
    """Wait until the crawl has written a part."""
    text = "MATCH (a:Artist) RETURN count(a)"
    with looking_at(server) as driver:
        wait_until(lambda: count(driver, text) > 20, crawl)


def reported_the_outage(server: Server, messages: str) -> bool:
    waited = f"waiting for the graph database at {server.uri} until "
    return (
        waited in messages
        and f"database at {server.uri} is back; continuing" in messages
    )


def goes_on(server: Server, crawl: subprocess.Popen[str]) -> None:
    """Check that the crawl waits, reports it, and succeeds once its server is back."""
    assert crawl.poll() is None
    server.start()
    _, messages = crawl.communicate(timeout=400)
    assert crawl.returncode == 0, messages
    assert reported_the_outage(server, messages)


def test_a_crawl_survives_the_death_of_its_server(
    server: Server, standin: Standin, undisturbed: list[bytes], tmp_path: Path
) -> None:
    emptied(server.uri)
    with crawling(server, standin, tmp_path) as crawl:
        in_the_middle(server, crawl)
        server.kill()
        goes_on(server, crawl)
    assert graph_in(server, tmp_path) == undisturbed


def test_a_crawl_survives_a_stop_of_its_server_during_a_write(
    server: Server, standin: Standin, undisturbed: list[bytes], tmp_path: Path
) -> None:
    emptied(server.uri)
    with crawling(server, standin, tmp_path) as crawl:
        in_the_middle(server, crawl)
        with looking_at(server) as driver, driver.session(database="neo4j") as session:
            holding = session.begin_transaction()
            # Each commit of answers writes to the crawl's node, and now waits.
            holding.run("MATCH (n:Crawl) SET n.lock = true").consume()
            wait_until(lambda: count(driver, BLOCKED) > 0, crawl)
            server.stop()
        goes_on(server, crawl)
    assert graph_in(server, tmp_path) == undisturbed


def test_after_the_time_out_the_crawl_ends_with_69_and_names_the_command_that_continues(
    server: Server, standin: Standin, tmp_path: Path
) -> None:
    emptied(server.uri)
    limit = {"GENREGRAPH_STORE_WAIT_SECONDS": "1"}
    with crawling(server, standin, tmp_path, **limit) as crawl:
        in_the_middle(server, crawl)
        server.kill()
        out, messages = crawl.communicate(timeout=60)
    assert (crawl.returncode, out) == (69, "")
    what, hint = messages.splitlines()[-2:]
    assert what.startswith(f"error: the graph database at {server.uri} went away and ")
    assert what.endswith("was not back within 1 s")
    assert hint.endswith("run the same command again; it continues where it stopped.")


def test_a_read_only_database_refuses_the_crawl_and_can_be_read(
    server: Server, standin: Standin, tmp_path: Path
) -> None:
    server.kill()
    server.configure(settings=["server.databases.default_to_read_only=true"])
    server.start()
    with crawling(server, standin, tmp_path) as crawl:
        out, messages = crawl.communicate(timeout=60)
    assert (crawl.returncode, out) == (1, "")
    what, hint = messages.splitlines()[-2:]
    assert what == f"error: the graph database at {server.uri} is read-only"
    assert hint.startswith("Remove server.databases.")
    stats = genregraph("store", "stats", "--store", server.uri, folder=tmp_path)
    assert stats.returncode == 0, stats.stderr
