"""Paths: on graphs small enough to see the answer."""

import networkx as nx
import pytest

from queries.analysis.paths import STEPS, paths
from queries.errors import AnalysisError
from tests.support.worlds.planted_classes import graph_of, planted_partition


def steps_of(graph, start, end, **settings):
    """The artists of each path, by way and number."""
    found = {}
    for row in paths(graph, start, end, **settings).tables[0].rows:
        step = dict(zip(STEPS, row, strict=True))
        found.setdefault((step["way"], step["path"]), []).append(step)
    return found


def artists_of(found):
    return {key: [step["artist"] for step in steps] for key, steps in found.items()}


def ways_of(graph, start, end):
    table = paths(graph, start, end).tables[1]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return {row["way"]: (row["steps"], row["length"], row["paths"]) for row in rows}


def graph_with_ranks(ranks, **settings):
    artists = dict.fromkeys((artist for edge in ranks for artist in edge), "pop")
    return graph_of(artists, ranks, ranks=ranks, **settings)


# a leads to d over b in two far steps, over c and e in three near ones.
DETOUR = {("a", "b"): 9, ("b", "d"): 9, ("a", "c"): 1, ("c", "e"): 1, ("e", "d"): 1}


def test_the_fewest_steps_and_the_nearest_way_are_different_ones():
    found = artists_of(steps_of(graph_with_ranks(DETOUR), "a", "d"))
    assert found["directed, fewest steps", 1] == ["a", "b", "d"]
    assert found["directed, nearest", 1] == ["a", "c", "e", "d"]
    ways = ways_of(graph_with_ranks(DETOUR), "a", "d")
    assert ways["directed, fewest steps"] == (2, 18.0, 1)
    assert ways["directed, nearest"] == (3, 3.0, 1)


def test_only_undirected_ways_go_against_an_edge_and_they_say_so():
    graph = graph_with_ranks({("a", "b"): 2, ("c", "b"): 3, ("d", "c"): 1})
    found = steps_of(graph, "a", "d")
    assert {way for way, _ in found} == {
        "undirected, fewest steps",
        "undirected, nearest",
    }
    told = [(s["the_one_before"], s["rank"]) for s in found["undirected, nearest", 1]]
    assert told == [
        ("", None),
        ("lists it", 2),
        ("is listed by it", 3),
        ("is listed by it", 1),
    ]
    assert ways_of(graph, "a", "d")["directed, fewest steps"] == (None, None, 0)


@pytest.mark.parametrize(("there", "back"), [(7, 2), (2, 7)])
def test_of_two_who_list_each_other_the_nearer_rank_counts(there, back):
    graph = graph_with_ranks({("a", "b"): there, ("b", "a"): back})
    assert ways_of(graph, "a", "b")["directed, nearest"] == (1, there, 1)
    assert ways_of(graph, "a", "b")["undirected, nearest"] == (1, 2.0, 1)


def test_equally_short_paths_are_counted_and_the_nearest_three_shown():
    middle = {("a", f"m{n}"): n for n in range(6, 0, -1)}
    graph = graph_with_ranks({**middle, **{(m, "z"): 1 for _, m in middle}})
    found = artists_of(steps_of(graph, "a", "z"))
    shown = [p[1] for (way, _), p in found.items() if way == "directed, fewest steps"]
    assert shown == ["m1", "m2", "m3"]
    assert ways_of(graph, "a", "z")["directed, fewest steps"] == (2, 2.0, 6)


# Nobody asked whom f lists; both a and b list it.
FRONTIER = {("a", "f"): 1, ("b", "f"): 1, ("a", "c"): 5, ("c", "b"): 5}


def test_only_undirected_paths_pass_the_frontier():
    graph = graph_with_ranks(FRONTIER, frontier=["f"])
    found = artists_of(steps_of(graph, "a", "b"))
    assert found["directed, nearest", 1] == ["a", "c", "b"]
    assert found["undirected, nearest", 1] == ["a", "f", "b"]
    assert ways_of(graph, "a", "b")["undirected, fewest steps"] == (2, 2.0, 2)


def test_a_way_over_the_frontier_alone_is_a_way():
    graph = graph_with_ranks({("a", "f"): 1, ("b", "f"): 2}, frontier=["f"])
    assert ways_of(graph, "a", "b")["undirected, fewest steps"] == (2, 3.0, 1)
    notes = " ".join(paths(graph, "a", "b").notes)
    assert "no way at all" not in notes
    assert "from a one reaches 1 artist, and 0 artists lead to b" in notes


def test_a_frontier_artist_may_be_an_end_and_is_then_said_to_be_one():
    graph = graph_with_ranks(FRONTIER, frontier=["f"])
    assert any(
        "f is on the crawl's frontier" in note for note in paths(graph, "f", "b").notes
    )
    assert ways_of(graph, "f", "b")["undirected, fewest steps"] == (1, 1.0, 1)


def test_without_a_way_it_is_told_how_far_one_gets():
    graph = graph_with_ranks({("a", "b"): 1, ("b", "c"): 1, ("x", "y"): 1})
    notes = " ".join(paths(graph, "a", "y").notes)
    assert "no way at all" in notes
    assert "a lies in a part of 3 artists, and y lies in a part of 2 artists" in notes
    notes = " ".join(paths(graph, "c", "a").notes)
    assert "from c one reaches 0 artists, and 0 artists lead to a" in notes


def test_the_third_table_counts_the_artists_at_each_distance():
    graph = graph_with_ranks(
        {("a", "b"): 1, ("a", "c"): 2, ("c", "d"): 1, ("e", "a"): 1}
    )
    assert paths(graph, "a", "d").tables[2].rows == (
        (1, 2, 1, 3),
        (2, 1, 1, 1),
        (3, 0, 1, 0),
    )


def test_the_frontier_counts_among_those_that_one_reaches():
    edges = {("a", "b"): 1, ("b", "f"): 1, ("x", "f"): 1, ("x", "g"): 2, ("y", "z"): 1}
    graph = graph_with_ranks(edges, frontier=["f", "g", "z"])
    analysis = paths(graph, "a", "b")
    assert analysis.tables[2].title == (
        "How many of all 7 artists, expanded or not, lie how many steps off"
    )
    assert analysis.tables[2].rows == (
        (1, 1, 1, 1),
        (2, 1, 0, 1),
        (3, 0, 0, 1),
        (4, 0, 0, 1),
    )
    assert sum(row[3] for row in analysis.tables[2].rows) + 1 == len(
        nx.node_connected_component(graph.to_undirected(), "a")
    )
    told = " ".join(analysis.notes)
    assert "Of the 6 other artists, expanded or not, one reaches 2 along edges" in told
    bars = analysis.figures[-1]
    assert (
        bars.title == "How far the 2 artists that one reaches from a are, along edges"
    )
    assert bars.values == (1.0, 1.0)


def test_the_first_picture_is_the_nearest_path_step_by_step():
    bars = paths(graph_with_ranks(DETOUR), "a", "d").figures[0]
    assert bars.title == "From a to d: nearest directed path"
    assert bars.names == ("a → c", "c → e", "e → d")
    assert bars.values == (1.0, 1.0, 1.0)
    against = graph_with_ranks(
        {("a", "b"): 2, ("c", "b"): 3, ("d", "c"): 1, ("c", "d"): 4}
    )
    bars = paths(against, "a", "d").figures[0]
    assert bars.title == "From a to d: nearest undirected path"
    assert bars.names == ("a → b", "b ← c", "c ↔ d")
    assert bars.values == pytest.approx((2, 3, 1))


def test_counts_and_lengths_are_those_of_networkx_on_a_bigger_graph():
    graph = planted_partition({"pop": 40, "rap": 40}, relatives=4, stray=0.1, seed=8)
    for end in ("rap 3", "rap 17", "rap 30"):
        ways = ways_of(graph, "pop 1", end)
        every = list(nx.all_shortest_paths(graph, "pop 1", end))
        steps, _, count = ways["directed, fewest steps"]
        assert (steps, count) == (len(every[0]) - 1, len(every))
        length = nx.dijkstra_path_length(
            graph, "pop 1", end, weight=lambda _a, _b, edge: edge["rank"]
        )
        assert ways["directed, nearest"][1] == pytest.approx(length)


NAMES = {"a": "Björk", "b": "Nirvana", "c": "Nirvana", "d": "Mayhem"}


def named_graph():
    classes = dict.fromkeys(NAMES, "pop")
    graph = graph_of(classes, [("a", "b"), ("b", "c"), ("c", "d")], names=NAMES)
    graph.nodes["c"]["followers"] = 900
    return graph


def test_names_are_taken_in_any_case_and_homonyms_are_told():
    analysis = paths(named_graph(), "björk", "NIRVANA")
    assert "Björk (a) to Nirvana (c)" in analysis.question
    assert any("name another by its id: b." in note for note in analysis.notes)


def test_a_name_nobody_has_gets_the_nearest_one_offered():
    with pytest.raises(AnalysisError, match="'Byörk'") as told:
        paths(named_graph(), "Byörk", "d")
    assert "'Björk'" in told.value.hint


def test_a_path_has_two_ends():
    with pytest.raises(AnalysisError, match="both ends are Björk"):
        paths(named_graph(), "a", "Björk")
