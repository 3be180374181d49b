"""The whole job by commands gives the same graph and data set on each store."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from tests.support.neo4j.compose import PASSWORD
from tests.support.neo4j.database import emptied
from tests.support.neo4j.server import Server
from tests.support.processes.program import SMALL_RECIPE, genregraph, without_pace

JOB = (
    ("crawl", "recipe.toml"),
    ("select", "recipe.toml"),
    ("export", "recipe.toml", "dataset"),
    ("graph", "export", "graph.jsonl", "--no-times"),
)
# The files that must be equal to the byte.
MADE = ("graph.jsonl", "dataset/manifest.csv")


@pytest.fixture(scope="module")
def standin() -> Iterator[Standin]:
    with serve(bundled_world(), limits=False) as running:
        yield running


def whole_run(
    folder: Path, standin: Standin, environment: Mapping[str, str]
) -> dict[str, bytes]:
    """Crawl, select and export by commands; returns the bytes of graph and data set."""
    without_pace(folder)
    (folder / "recipe.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    around = {**standin.environment, **environment}
    for arguments in JOB:
        ended = genregraph(*arguments, folder=folder, environment=around)
        assert ended.returncode == 0, ended.stderr
    return {name: (folder / name).read_bytes() for name in MADE}


@pytest.fixture(scope="module")
def embedded(
    tmp_path_factory: pytest.TempPathFactory, standin: Standin
) -> dict[str, bytes]:
    made = whole_run(tmp_path_factory.mktemp("embedded"), standin, {})
    assert all(text.count(b"\n") >= 3 for text in made.values())
    return made


def test_neo4j_5_26_with_a_password_gives_the_graph_and_data_set_of_the_embedded_store(
    neo4j_composed: Server, tmp_path: Path, standin: Standin, embedded: dict[str, bytes]
) -> None:
    emptied(neo4j_composed.uri, auth=("neo4j", PASSWORD))
    named = {"NEO4J_URI": neo4j_composed.uri, "NEO4J_PASSWORD": PASSWORD}
    assert whole_run(tmp_path, standin, named) == embedded
    assert not (tmp_path / ".genregraph" / "store").exists()


def test_neo4j_2026_with_cypher_25_gives_the_graph_and_data_set_of_the_embedded_store(
    neo4j_2026_uri: str, tmp_path: Path, standin: Standin, embedded: dict[str, bytes]
) -> None:
    emptied(neo4j_2026_uri)
    named = {"NEO4J_URI": neo4j_2026_uri}
    assert whole_run(tmp_path, standin, named) == embedded
    assert not (tmp_path / ".genregraph" / "store").exists()
