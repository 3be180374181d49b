"""Stores for tests, on every back end, and an environment without a user's settings."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from graph.bolt_store.store import BoltStore
from graph.opening import StoreSettings, open_configured_store
from graph.store import Store
from tests.support.memory_store.store import MemoryStore
from tests.support.neo4j.compose import composed
from tests.support.neo4j.database import emptied, line_of, mark, refuse_foreign
from tests.support.neo4j.lines import LINES, NoServerError, jars, java
from tests.support.neo4j.server import Server, running
from tests.support.xdist_groups import (  # noqa: F401  pytest finds the hooks here
    NAMED_SERVER,
    lines_of,
    pytest_collection_modifyitems,
    pytest_runtest_logreport,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

# The time of an example depends more on the load of the machine than on our code.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# Before anything is imported or run: no test may reach a user's database, service or
# proxy, not even from the processes that it starts.
_FOREIGN = ("NEO4J_", "GENREGRAPH_", "SPOTIPY_")
_OURS = (
    "GENREGRAPH_TEST_NEO4J_URI"  # the processes that pytest-xdist starts read it too
)
for _name in set(os.environ) - {_OURS}:
    if _name.startswith(_FOREIGN) or _name.upper().endswith("_PROXY"):
        del os.environ[_name]


def _embedded(folder: Path) -> StoreSettings:
    return StoreSettings(None, None, None, None, folder)


@pytest.fixture
def memory_store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture(scope="session")
def embedded_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose embedded server this test run keeps running."""
    folder = tmp_path_factory.mktemp("embedded") / "store"
    with open_configured_store(_embedded(folder), clock_now=lambda: NOW):
        yield folder


@pytest.fixture
def embedded_store(embedded_folder: Path) -> Iterator[Store]:
    """An empty embedded store; `open_configured_store` in a folder of one's own starts another."""
    with open_configured_store(
        _embedded(embedded_folder), clock_now=lambda: NOW
    ) as store:
        assert isinstance(store, BoltStore)
        store._bolt.alter(["MATCH (n) WHERE NOT n:Schema DETACH DELETE n"])
        yield store


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetch the servers that tests need, before a test's time limit counts."""
    if session.config.option.collectonly:
        return
    for line in sorted(set().union(*map(lines_of, session.items))):
        with suppress(NoServerError):  # the tests are skipped with the reason
            java(LINES[line])
            jars(LINES[line])


@contextmanager
def _neo4j(line: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Neo4j that may be written to: the one named, if it is of this line, or
    one of our own.
    """
    if NAMED_SERVER and line_of(NAMED_SERVER) == line:
        refuse_foreign(NAMED_SERVER)
        yield NAMED_SERVER
        emptied(NAMED_SERVER)
        return
    try:
        with running(tmp_path_factory.mktemp("neo4j") / "home", LINES[line]) as server:
            yield server.uri
    except NoServerError as error:
        pytest.skip(f"no Neo4j {line} here: {error}")


@pytest.fixture(scope="session")
def neo4j_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Neo4j's long-term line."""
    with _neo4j("5.26", tmp_path_factory) as uri:
        yield uri


@pytest.fixture(scope="session")
def neo4j_2026_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Neo4j's line of this year, whose databases speak Cypher 25."""
    with _neo4j("2026", tmp_path_factory) as uri:
        yield uri


@pytest.fixture(scope="session")
def neo4j_composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Neo4j 5.26 as docker-compose.yml describes it, with `neo4j_compose.PASSWORD`."""
    try:
        with composed(tmp_path_factory.mktemp("composed") / "home") as server:
            yield server
    except NoServerError as error:
        pytest.skip(f"no Neo4j 5.26 here: {error}")


@contextmanager
def _emptied_store(uri: str, tmp_path: Path) -> Iterator[Store]:
    emptied(uri)
    settings = StoreSettings(uri, None, None, None, tmp_path / "unused")
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        if uri == NAMED_SERVER:
            mark(uri)
        yield store


@pytest.fixture
def neo4j_store(neo4j_uri: str, tmp_path: Path) -> Iterator[Store]:
    with _emptied_store(neo4j_uri, tmp_path) as store:
        yield store


@pytest.fixture
def neo4j_2026_store(neo4j_2026_uri: str, tmp_path: Path) -> Iterator[Store]:
    with _emptied_store(neo4j_2026_uri, tmp_path) as store:
        yield store


# The name of a store in a test's id, and the fixture that provides the store.
_WHOLE = {
    "embedded": "embedded_store",
    "neo4j-5.26": "neo4j_store",
    "neo4j-2026": "neo4j_2026_store",
}
_ALL = {"memory": "memory_store", **_WHOLE}


@pytest.fixture(params=_WHOLE)
def bolt_store(request: pytest.FixtureRequest) -> BoltStore:
    """Each whole store in turn."""
    store = request.getfixturevalue(_WHOLE[request.param])
    assert isinstance(store, BoltStore)
    return store


@pytest.fixture(params=_ALL)
def store(request: pytest.FixtureRequest) -> MemoryStore | BoltStore:
    """Each store in turn; `MemoryStore` has what the crawl needs, and `items`."""
    found = request.getfixturevalue(_ALL[request.param])
    assert isinstance(found, MemoryStore | BoltStore)
    return found
