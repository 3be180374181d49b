"""Paths: on graphs small enough to see the answer, and against networkx."""

import networkx as nx
import pytest

from queries.analysis.paths import STEP_COLUMNS, paths
from queries.errors import AnalysisError
from tests.support.worlds.planted_graphs import graph_from_edges, planted_classes


def steps_of(graph, start, end, **settings):
    """The steps of each path, by criterion and number."""
    found = {}
    for row in paths(graph, start, end, **settings).tables[0].rows:
        step = dict(zip(STEP_COLUMNS, row, strict=True))
        found.setdefault((step["way"], step["path"]), []).append(step)
    return found


def artists_of(found):
    return {key: [step["artist"] for step in steps] for key, steps in found.items()}


def lengths_of(graph, start, end):
    table = paths(graph, start, end).tables[1]
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return {row["way"]: (row["steps"], row["length"], row["paths"]) for row in rows}


def graph_with_ranks(ranks, **settings):
    artists = dict.fromkeys((artist for edge in ranks for artist in edge), "pop")
    return graph_from_edges(artists, ranks, ranks=ranks, **settings)


# a leads to d through b in two long steps, through c and e in three short ones.
DETOUR = {("a", "b"): 9, ("b", "d"): 9, ("a", "c"): 1, ("c", "e"): 1, ("e", "d"): 1}


def test_fewest_steps_and_nearest_path_may_differ():
    found = artists_of(steps_of(graph_with_ranks(DETOUR), "a", "d"))
    assert found["directed, fewest steps", 1] == ["a", "b", "d"]
    assert found["directed, nearest", 1] == ["a", "c", "e", "d"]
    lengths = lengths_of(graph_with_ranks(DETOUR), "a", "d")
    assert lengths["directed, fewest steps"] == (2, 18.0, 1)
    assert lengths["directed, nearest"] == (3, 3.0, 1)


def test_only_undirected_paths_go_against_edges():
    graph = graph_with_ranks({("a", "b"): 2, ("c", "b"): 3, ("d", "c"): 1})
    found = steps_of(graph, "a", "d")
    assert {way for way, _ in found} == {
        "undirected, fewest steps",
        "undirected, nearest",
    }
    relations = [
        (s["the_one_before"], s["rank"]) for s in found["undirected, nearest", 1]
    ]
    assert relations == [
        ("", None),
        ("lists it", 2),
        ("is listed by it", 3),
        ("is listed by it", 1),
    ]
    assert lengths_of(graph, "a", "d")["directed, fewest steps"] == (None, None, 0)


@pytest.mark.parametrize(("there", "back"), [(7, 2), (2, 7)])
def test_nearer_rank_counts_for_mutual_listing(there, back):
    graph = graph_with_ranks({("a", "b"): there, ("b", "a"): back})
    assert lengths_of(graph, "a", "b")["directed, nearest"] == (1, there, 1)
    assert lengths_of(graph, "a", "b")["undirected, nearest"] == (1, 2.0, 1)


def test_counts_all_shortest_paths_and_shows_the_nearest_three():
    middle = {("a", f"m{n}"): n for n in range(6, 0, -1)}
    graph = graph_with_ranks({**middle, **{(m, "z"): 1 for _, m in middle}})
    found = artists_of(steps_of(graph, "a", "z"))
    shown = [p[1] for (way, _), p in found.items() if way == "directed, fewest steps"]
    assert shown == ["m1", "m2", "m3"]
    assert lengths_of(graph, "a", "z")["directed, fewest steps"] == (2, 2.0, 6)


# The list of f is unknown; both a and b list it.
FRONTIER = {("a", "f"): 1, ("b", "f"): 1, ("a", "c"): 5, ("c", "b"): 5}


def test_only_undirected_paths_pass_through_the_frontier():
    graph = graph_with_ranks(FRONTIER, frontier=["f"])
    found = artists_of(steps_of(graph, "a", "b"))
    assert found["directed, nearest", 1] == ["a", "c", "b"]
    assert found["undirected, nearest", 1] == ["a", "f", "b"]
    assert lengths_of(graph, "a", "b")["undirected, fewest steps"] == (2, 2.0, 2)


def test_a_path_through_the_frontier_alone_counts():
    graph = graph_with_ranks({("a", "f"): 1, ("b", "f"): 2}, frontier=["f"])
    assert lengths_of(graph, "a", "b")["undirected, fewest steps"] == (2, 3.0, 1)
    notes = " ".join(paths(graph, "a", "b").notes)
    assert "no path at all" not in notes
    assert (
        "1 artist can be reached from a, and b can be reached from 0 artists" in notes
    )


def test_a_note_names_an_end_on_the_frontier():
    graph = graph_with_ranks(FRONTIER, frontier=["f"])
    assert any(
        "f is on the crawl's frontier" in note for note in paths(graph, "f", "b").notes
    )
    assert lengths_of(graph, "f", "b")["undirected, fewest steps"] == (1, 1.0, 1)


def test_notes_say_what_can_be_reached_without_a_path():
    graph = graph_with_ranks({("a", "b"): 1, ("b", "c"): 1, ("x", "y"): 1})
    notes = " ".join(paths(graph, "a", "y").notes)
    assert "no path at all" in notes
    assert "a lies in a component of 3 artists" in notes
    assert "y lies in a component of 2 artists" in notes
    notes = " ".join(paths(graph, "c", "a").notes)
    assert (
        "0 artists can be reached from c, and a can be reached from 0 artists" in notes
    )


def test_third_table_counts_artists_by_distance():
    graph = graph_with_ranks(
        {("a", "b"): 1, ("a", "c"): 2, ("c", "d"): 1, ("e", "a"): 1}
    )
    assert paths(graph, "a", "d").tables[2].rows == (
        (1, 2, 1, 3),
        (2, 1, 1, 1),
        (3, 0, 1, 0),
    )


def test_reachable_artists_include_the_frontier():
    edges = {("a", "b"): 1, ("b", "f"): 1, ("x", "f"): 1, ("x", "g"): 2, ("y", "z"): 1}
    graph = graph_with_ranks(edges, frontier=["f", "g", "z"])
    analysis = paths(graph, "a", "b")
    assert analysis.tables[2].title == (
        "How many of all 7 artists, expanded or not, lie at each distance"
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
    notes = " ".join(analysis.notes)
    assert "expanded or not, 2 can be reached from a along edges" in notes
    assert "Of the 6 other artists" in notes
    bars = analysis.figures[-1]
    assert (
        bars.title == "Distance of the 2 artists that can be reached from a along edges"
    )
    assert bars.values == (1.0, 1.0)


def test_first_figure_shows_the_nearest_path_step_by_step():
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


def test_counts_and_lengths_equal_networkx():
    graph = planted_classes({"pop": 40, "rap": 40}, relatives=4, stray=0.1, seed=8)
    for end in ("rap 3", "rap 17", "rap 30"):
        lengths = lengths_of(graph, "pop 1", end)
        every = list(nx.all_shortest_paths(graph, "pop 1", end))
        steps, _, count = lengths["directed, fewest steps"]
        assert (steps, count) == (len(every[0]) - 1, len(every))
        length = nx.dijkstra_path_length(
            graph, "pop 1", end, weight=lambda _a, _b, edge: edge["rank"]
        )
        assert lengths["directed, nearest"][1] == pytest.approx(length)


NAMES = {"a": "Björk", "b": "Nirvana", "c": "Nirvana", "d": "Mayhem"}


def named_graph():
    classes = dict.fromkeys(NAMES, "pop")
    graph = graph_from_edges(classes, [("a", "b"), ("b", "c"), ("c", "d")], names=NAMES)
    graph.nodes["c"]["followers"] = 900
    return graph


def test_accepts_names_in_any_case_and_reports_namesakes():
    analysis = paths(named_graph(), "björk", "NIRVANA")
    assert "Björk (a) to Nirvana (c)" in analysis.question
    assert any("to use another, give its id: b." in note for note in analysis.notes)


def test_an_unknown_name_gets_a_suggestion():
    with pytest.raises(AnalysisError, match="'Byörk'") as refused:
        paths(named_graph(), "Byörk", "d")
    assert "'Björk'" in refused.value.hint


def test_refuses_a_path_from_an_artist_to_itself():
    with pytest.raises(AnalysisError, match="both ends are Björk"):
        paths(named_graph(), "a", "Björk")
