"""Suspects: planted wrong classes are found, and few relatives leave it uncertain."""

import random

import pytest

from queries.analysis.suspects import COLUMNS, suspects
from queries.errors import AnalysisError
from tests.support.worlds.planted_graphs import graph_from_edges, planted_classes

SIZES = {"pop": 240, "rap": 120, "jazz": 60, "techno": 12}


def rows_of(graph, **settings):
    table = suspects(graph, **settings).tables[0]
    assert table.columns == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in table.rows]


def plant(graph, number, seed):
    """Give this many artists a wrong class; return their right ones."""
    rng = random.Random(seed)
    right = {}
    for artist in rng.sample(sorted(graph), number):
        right[artist] = graph.nodes[artist]["class"]
        others = [name for name in SIZES if name != right[artist]]
        graph.nodes[artist]["class"] = rng.choice(others)
    return right


@pytest.fixture(scope="module")
def world():
    graph = planted_classes(SIZES, relatives=8, stray=0.15, seed=3)
    return graph, plant(graph, 40, seed=5)


def test_finds_planted_wrong_classes(world):
    graph, right = world
    found = rows_of(graph, min_confidence=0)[:40]
    precision = sum(row["artist"] in right for row in found) / 40
    by_chance = 40 / len(graph)
    assert precision >= 0.9
    assert by_chance < 0.1


def test_likely_class_is_the_right_one(world):
    graph, right = world
    found = [row for row in rows_of(graph) if row["artist"] in right]
    assert len(found) > 30
    hits = sum(row["likely_class"] == right[row["artist"]] for row in found)
    assert hits / len(found) > 0.95


def test_confidence_is_calibrated(world):
    graph, right = world
    certain = [row for row in rows_of(graph) if row["confidence"] > 0.9]
    assert len(certain) > 20
    assert sum(row["artist"] in right for row in certain) / len(certain) > 0.85


def test_finds_almost_no_suspects_without_wrong_classes():
    graph = planted_classes(SIZES, relatives=8, stray=0.15, seed=3)
    assert len(rows_of(graph)) <= len(graph) * 0.01


def test_two_relatives_are_weaker_evidence_than_twenty():
    graph = planted_classes({"pop": 100, "rap": 100}, relatives=8, stray=0.1, seed=1)
    raps = [artist for artist in graph if graph.nodes[artist]["class"] == "rap"]
    for name, count in (("few", 2), ("many", 20)):
        graph.add_node(name, **dict(graph.nodes["pop 0"]) | {"label": name})
        for rank, relative in enumerate(raps[:count], start=1):
            graph.add_edge(name, relative, rank=rank, weight=1 / rank)
    found = {row["name"]: row for row in rows_of(graph, min_confidence=0)}
    assert found["few"]["relatives_counted"] == 2
    assert found["many"]["confidence"] > 0.95
    assert 0.1 < found["few"]["confidence"] < found["many"]["confidence"] - 0.1


def test_counts_relatives_in_both_directions_once():
    classes = {"a": "pop", "b": "rap", "c": "rap", "d": "rap", "e": "pop"}
    edges = [("a", "b"), ("b", "a"), ("c", "a"), ("a", "d"), ("e", "e")]
    (row,) = [
        r
        for r in rows_of(graph_from_edges(classes, edges), min_confidence=0)
        if r["artist"] == "a"
    ]
    assert row["relatives_counted"] == 3
    assert row["in_likely_class"] == 3


def test_an_artist_is_no_evidence_for_itself_in_a_small_class():
    graph = planted_classes({"pop": 100, "jazz": 2}, relatives=8, stray=0, seed=2)
    graph.nodes["pop 7"]["class"] = "jazz"
    first = rows_of(graph)[0]
    assert first["artist"] == "pop 7"
    # If its own relatives counted, jazz would look like a class with pop relatives.
    assert first["confidence"] > 0.9


def test_artists_without_a_class_are_neither_assessed_nor_counted():
    classes = {"a": "pop", "b": "rap", "c": "", "d": "pop", "e": "rap"}
    edges = [("a", "c"), ("c", "b"), ("a", "b"), ("d", "c"), ("e", "d")]
    found = {
        r["artist"]: r
        for r in rows_of(graph_from_edges(classes, edges), min_confidence=0)
    }
    assert "c" not in found
    assert found["a"]["relatives_counted"] == 1


def test_refuses_a_graph_of_one_class():
    with pytest.raises(AnalysisError, match="fewer than two classes") as refused:
        suspects(graph_from_edges({"a": "pop", "b": "pop"}, [("a", "b")]))
    assert "--recipe" in refused.value.hint


def test_finds_no_suspects_without_edges():
    assert rows_of(graph_from_edges({"a": "pop", "b": "rap"}, [])) == []


def test_method_states_that_no_discount_was_made():
    alone = suspects(graph_from_edges({"a": "pop", "b": "rap"}, [])).method
    assert "no discount was made" in alone
    assert "each counts as" not in alone


def test_title_names_the_lowest_confidence(world):
    graph, _ = world
    title = suspects(graph, min_confidence=0.35).tables[0].title
    assert "from confidence 0.35 on" in title
