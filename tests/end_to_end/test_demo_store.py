"""`demo --store` writes only to an empty store."""

import json
from pathlib import Path

import pytest

from crawler.cli import run_command_line
from graph.opening import StoreSettings, open_configured_store
from graph.store import Store
from tests.support.neo4j.database import emptied
from tests.support.worlds.made_graph import AT, fill, made_world

HINT = "Name an empty database or a new folder with --store"
LINE = '{"type":"node","id":"1","labels":["Artist"],"properties":{"id":"1"}}\n'


def refused(folder: Path, store: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The demo's error message; checks that nothing was changed."""
    assert run_command_line(["demo", str(folder), "--store", store]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert HINT in said.err
    assert not folder.exists()
    return said.err


def test_stores_with_another_crawl_or_only_a_graph_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = str(tmp_path / "store")
    settings = StoreSettings(None, None, None, None, tmp_path / "store")
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        store.load([json.loads(LINE)])
    said = refused(tmp_path / "demo", place, capsys)
    assert "holds a graph that is not the demo's" in said
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        fill(store, made_world(20))
        before = store.stats()
    assert 'holds the crawl "metal"' in refused(tmp_path / "demo", place, capsys)
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        assert store.stats() == before


def test_a_database_with_other_nodes_is_left_alone(
    neo4j_store: Store,
    neo4j_uri: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    neo4j_store._bolt.alter(["MATCH (n) DETACH DELETE n", "CREATE (:Thesis {id: 1})"])
    said = refused(tmp_path / "demo", neo4j_uri, capsys)
    assert f"{neo4j_uri} contains nodes and is not a genregraph store" in said
    emptied(neo4j_uri)
