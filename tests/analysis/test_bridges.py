"""Bridges: the planted bridge is first, and each number equals a count by hand."""

import pytest

from queries.analysis.bridges import ARTIST_COLUMNS, LISTING_COLUMNS, bridges
from queries.errors import AnalysisError
from tests.support.worlds.planted_graphs import graph_from_edges, planted_classes


def rows_of(graph, **settings):
    """The rows of the first and the last table, joined."""
    first, _, last = bridges(graph, **settings).tables
    return [
        dict(zip(ARTIST_COLUMNS, row, strict=True))
        | dict(zip(LISTING_COLUMNS, more, strict=True))
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
    graph = planted_classes(
        {"pop": 60, "jazz": 60, "rap": 60}, relatives=8, stray=0.05, seed=4
    )
    halves = [f"{name} {n}" for name in ("jazz", "pop") for n in range(10)]
    with_bridge(graph, "the bridge", halves)
    with_bridge(graph, "a small one", ["rap 1", "rap 2", "pop 1", "pop 2"])
    return graph


def test_ranks_the_planted_bridge_first_and_few_relatives_lower(planted):
    rows = rows_of(planted)
    assert rows[0]["name"] == "the bridge"
    assert {rows[0]["first_class"], rows[0]["second_class"]} == {"jazz", "pop"}
    names = [row["name"] for row in rows]
    assert names.index("a small one") > 0
    small = rows[names.index("a small one")]
    assert small["strength"] < rows[0]["strength"] < 0.5


def test_pair_table_names_the_strongest_bridge(planted):
    pairs = pairs_of(planted)
    assert pairs["pop", "jazz"]["strongest"] == "the bridge"
    assert pairs["pop", "rap"]["strongest"] == "a small one"
    assert all(row["ratio"] < 0.5 for row in pairs.values())


def test_between_lists_only_bridges_of_those_classes(planted):
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
    return graph_from_edges(classes, [*edges, ("p1", "j3"), ("j1", "p2")], **settings)


def test_counts_each_relative_once_and_shows_both_directions():
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


def test_brokered_counts_pairs_without_a_direct_edge():
    # p1→j3 and j1→p2 are edges; j1→p1, j2→p1 and j2→p2 are connected only through b.
    assert rows_of(small_graph())[0]["brokered"] == 3


def test_frontier_artists_are_not_listed():
    assert rows_of(small_graph(frontier=["b"])) == []


def test_ratio_is_observed_over_expected_edges():
    classes = {"p1": "pop", "p2": "pop", "j1": "jazz", "j2": "jazz"}
    graph = graph_from_edges(
        classes, [("p1", "p2"), ("p1", "j1"), ("j1", "j2"), ("j2", "j1")]
    )
    row = pairs_of(graph)["pop", "jazz"]
    # pop starts 2 and ends 1 of 4 edges, jazz starts 2 and ends 3.
    assert (row["edges"], row["edges_back"]) == (1, 0)
    assert row["expected"] == pytest.approx((2 * 3 + 2 * 1) / 4)
    assert row["ratio"] == pytest.approx(0.5)


def test_leaves_out_only_pairs_without_edges_and_bridges():
    classes = {
        "b": "",
        "p1": "pop",
        "p2": "pop",
        "j1": "jazz",
        "j2": "jazz",
        "r": "rap",
    }
    graph = graph_from_edges(classes, [("b", one) for one in ("p1", "p2", "j1", "j2")])
    row = pairs_of(graph)["pop", "jazz"]
    assert (row["edges"], row["edges_back"], row["artists_who_join"]) == (0, 0, 1)
    assert ("pop", "rap") not in pairs_of(graph)
    (note,) = [note for note in bridges(graph).notes if "second table" in note]
    assert "that neither an edge nor an artist connects are left out" in note


@pytest.mark.parametrize(
    ("between", "words", "hint"),
    [
        (("pop", "jaz"), "'jaz'", "'jazz'"),
        (("pop", "polka"), "'polka'", "pop, jazz"),
        (("pop", "pop"), "twice", "pop, jazz"),
    ],
)
def test_refuses_an_unusable_pair_of_classes(between, words, hint):
    with pytest.raises(AnalysisError, match=words) as refused:
        bridges(small_graph(), between=between)
    assert hint in refused.value.hint
