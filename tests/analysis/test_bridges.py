"""Bridges: the planted one is first, and each number is what a count by hand gives."""

import pytest

from queries.analysis.bridges import BOTH_WAYS, COLUMNS, bridges
from queries.errors import AnalysisError
from tests.support.worlds.planted_classes import graph_of, planted_partition


def rows_of(graph, **settings):
    """The first and the last table of the same artists side by side."""
    first, _, last = bridges(graph, **settings).tables
    return [
        dict(zip(COLUMNS, row, strict=True)) | dict(zip(BOTH_WAYS, more, strict=True))
        for row, more in zip(first.rows, last.rows, strict=True)
    ]


def pairs_of(graph):
    table = bridges(graph).tables[1]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return {(row["class"], row["other_class"]): row for row in rows}


def with_bridge(graph, name, relatives):
    graph.add_node(name, **dict(graph.nodes["pop 0"]) | {"label": name, "class": ""})
    for rank, relative in enumerate(relatives, start=1):
        graph.add_edge(name, relative, rank=rank, weight=1 / rank)
        graph.add_edge(relative, name, rank=9, weight=1 / 9)


@pytest.fixture(scope="module")
def planted():
    graph = planted_partition(
        {"pop": 60, "jazz": 60, "rap": 60}, relatives=8, stray=0.05, seed=4
    )
    halves = [f"{name} {n}" for name in ("jazz", "pop") for n in range(10)]
    with_bridge(graph, "the bridge", halves)
    with_bridge(graph, "a small one", ["rap 1", "rap 2", "pop 1", "pop 2"])
    return graph


def test_the_planted_bridge_is_first_and_few_relatives_are_no_proof(planted):
    rows = rows_of(planted)
    assert rows[0]["name"] == "the bridge"
    assert {rows[0]["first_class"], rows[0]["second_class"]} == {"jazz", "pop"}
    names = [row["name"] for row in rows]
    assert names.index("a small one") > 0
    small = rows[names.index("a small one")]
    assert small["strength"] < rows[0]["strength"] < 0.5


def test_the_table_of_pairs_names_who_joins_them_most(planted):
    pairs = pairs_of(planted)
    assert pairs["pop", "jazz"]["strongest"] == "the bridge"
    assert pairs["pop", "rap"]["strongest"] == "a small one"
    assert all(row["ratio"] < 0.5 for row in pairs.values())


def test_between_two_classes_lists_only_who_joins_those(planted):
    rows = rows_of(planted, between=("rap", "pop"))
    assert rows[0]["name"] == "a small one"
    assert all({r["first_class"], r["second_class"]} == {"pop", "rap"} for r in rows)


def small_graph(**settings):
    classes = {
        "b": "",
        "p1": "pop",
        "p2": "pop",
        "j1": "jazz",
        "j2": "jazz",
        "j3": "jazz",
    }
    edges = [
        ("p1", "b"),
        ("b", "p1"),
        ("b", "p2"),
        ("j1", "b"),
        ("j2", "b"),
        ("b", "j3"),
    ]
    return graph_of(classes, [*edges, ("p1", "j3"), ("j1", "p2")], **settings)


def test_relatives_are_counted_once_and_both_directions_are_shown():
    (row,) = rows_of(small_graph())
    assert (row["first_class"], row["in_first"]) == ("jazz", 3)
    assert (row["second_class"], row["in_second"]) == ("pop", 2)
    assert row["relatives_counted"] == 5
    assert (row["lists_of_first"], row["lists_of_second"]) == (1, 2)
    assert (row["listed_by_first"], row["listed_by_second"]) == (2, 1)
    assert row["participation"] == pytest.approx(1 - (9 + 4) / 25, abs=1e-3)


def test_strength_is_the_lower_end_of_wilsons_interval():
    # Wilson 1927 for 2 of 5 at 95 %: 0.1176 to 0.7693.
    assert rows_of(small_graph())[0]["strength"] == pytest.approx(0.118, abs=1e-3)


def test_brokered_are_the_pairs_with_no_edge_of_their_own():
    # p1 to j3 and j1 to p2 have one; j1 to p1, j2 to p1, j2 to p2 go over b alone.
    assert rows_of(small_graph())[0]["brokered"] == 3


def test_an_artist_on_the_frontier_is_not_listed():
    assert rows_of(small_graph(frontier=["b"])) == []


def test_a_pairs_ratio_is_edges_over_what_the_degrees_give_by_chance():
    classes = {"p1": "pop", "p2": "pop", "j1": "jazz", "j2": "jazz"}
    graph = graph_of(classes, [("p1", "p2"), ("p1", "j1"), ("j1", "j2"), ("j2", "j1")])
    row = pairs_of(graph)["pop", "jazz"]
    # pop starts 2 and ends 1 of 4 edges, jazz starts 2 and ends 3.
    assert (row["edges"], row["edges_back"]) == (1, 0)
    assert row["expected"] == pytest.approx((2 * 3 + 2 * 1) / 4)
    assert row["ratio"] == pytest.approx(0.5)


def test_a_pair_is_left_out_only_if_nothing_and_nobody_joins_it():
    classes = {
        "b": "",
        "p1": "pop",
        "p2": "pop",
        "j1": "jazz",
        "j2": "jazz",
        "r": "rap",
    }
    graph = graph_of(classes, [("b", one) for one in ("p1", "p2", "j1", "j2")])
    row = pairs_of(graph)["pop", "jazz"]
    assert (row["edges"], row["edges_back"], row["artists_who_join"]) == (0, 0, 1)
    assert ("pop", "rap") not in pairs_of(graph)
    (note,) = [note for note in bridges(graph).notes if "left out" in note]
    assert "without an edge and without an artist who joins them are left out" in note


@pytest.mark.parametrize(
    ("between", "words", "hint"),
    [
        (("pop", "jaz"), "'jaz'", "'jazz'"),
        (("pop", "polka"), "'polka'", "pop, jazz"),
        (("pop", "pop"), "twice", "pop, jazz"),
    ],
)
def test_a_pair_of_classes_that_cannot_be_used_is_told(between, words, hint):
    with pytest.raises(AnalysisError, match=words) as told:
        bridges(small_graph(), between=between)
    assert hint in told.value.hint
