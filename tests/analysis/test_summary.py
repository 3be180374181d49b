"""Summary: counts by hand, networkx, and the notes about the crawl's bias."""

import networkx as nx
import pytest

from queries.analysis.summary import summary
from tests.support.worlds.planted_graphs import (
    RULES,
    graph_from_lists,
    planted_groups,
    rows_of,
    values_of,
    with_isolated,
)

ALL, EXPANDED = "all artists", "expanded artists"
INDUCED, EDGES = "subgraph induced by the expanded", "all edges"


@pytest.fixture(scope="module")
def hand_made():
    """a and b list each other, b lists c, and c lists x and y, which are frontier."""
    return graph_from_lists(
        {"a": ["b", "x"], "b": ["a", "c"], "c": ["x", "y"]},
        classes={"a": ["metal"], "x": ["metal"], "c": ["metal", "house"]},
        genres={"a": ["thrash"], "x": ["doom"], "c": ["doom", "house"]},
        depths={"a": 0, "b": 1, "x": 1, "c": 2},
    )


def test_counts_expanded_and_frontier_artists(hand_made):
    found = values_of(summary(hand_made))

    assert (found["artists"], found["expanded artists"], found["frontier artists"]) == (
        5,
        3,
        2,
    )
    assert found["share expanded"] == 0.6
    assert found["edges"] == 6
    assert found["edges between expanded artists"] == 3
    assert found["share of edges to the frontier"] == 0.5
    assert found["isolated artists"] == 0


def test_reciprocity_is_over_edges_with_both_directions_known(hand_made):
    analysis = summary(hand_made)

    # a→b and b→a of the three edges a→b, b→a, b→c among the expanded, of six in all.
    assert values_of(analysis, INDUCED)["reciprocity"] == 0.6667
    assert values_of(analysis, EDGES)["reciprocity, naive"] == 0.3333
    # The density there is 3 / 6: (2/3 - 1/2) / (1 - 1/2).
    assert values_of(analysis, INDUCED)["reciprocity above chance"] == 0.3333
    assert any("50 % of the edges as one-sided" in note for note in analysis.notes)


def test_density_is_over_pairs_whose_start_is_expanded(hand_made):
    analysis = summary(hand_made)

    assert (
        values_of(analysis, "pairs that could be seen")["density"] == 0.5
    )  # 6 / (3 * 4)
    assert values_of(analysis, INDUCED)["density"] == 0.5  # 3 / (3 * 2)


def test_weak_components_are_over_all_strong_over_expanded(hand_made):
    analysis = summary(with_isolated(hand_made, 2))

    assert values_of(analysis, ALL)["weak components"] == 3
    assert values_of(analysis, ALL)["share in the largest weak component"] == 0.7143
    assert values_of(analysis, INDUCED)["weak components"] == 1
    assert values_of(analysis, INDUCED)["strong components"] == 2
    assert values_of(analysis, INDUCED)["artists in the largest strong component"] == 2


def test_degrees_are_over_artists_whose_degree_is_known(hand_made):
    analysis = summary(hand_made)

    assert values_of(analysis, ALL)["in-degree, mean"] == 1.2
    assert values_of(analysis, EXPANDED)["in-degree, mean"] == 1.0
    assert values_of(analysis, "frontier artists")["in-degree, largest"] == 2
    assert values_of(analysis, EXPANDED)["out-degree, median"] == 2.0
    assert "out-degree, mean" not in values_of(analysis, ALL)


def test_transitivity_counts_closed_triples_in_any_direction():
    # The triangle a, b, c, and d attached to it: 3 of 5 triples are closed.
    found = summary(
        graph_from_lists({"a": ["b", "c"], "b": ["a"], "c": ["b"], "d": ["a"]})
    )

    assert values_of(found)["transitivity, directions ignored"] == 0.6


def test_coverage_is_over_all_and_over_the_expanded(hand_made):
    analysis = summary(hand_made)

    assert values_of(analysis, ALL)["share with genres"] == 0.6
    assert values_of(analysis, EXPANDED)["share carrying a class"] == 0.6667
    assert values_of(analysis, EXPANDED)["share with one class"] == 0.3333


def test_depths_and_classes_have_tables(hand_made):
    _, depths, classes = summary(hand_made).tables

    assert [row[:3] for row in depths.rows] == [
        (0, 1, 1),
        (1, 2, 1),
        (2, 1, 1),
        ("unknown", 1, 0),
    ]
    metal, house = rows_of(classes)
    assert (metal["artists"], metal["carrying"], metal["expanded"]) == (2, 3, 1)
    assert metal["mean_in_degree"] == 1.5
    assert (house["artists"], house["carrying"], house["mean_in_degree"]) == (
        0,
        1,
        None,
    )


def test_figure_is_the_cumulative_degree_distribution(hand_made):
    name, degrees, shares = summary(hand_made).figures[0].series[0]

    assert name == "in-degree, all"  # in-degrees 1, 1, 1, 2, 1
    assert degrees == (1.0, 2.0)
    assert shares == (1.0, 0.2)


def test_figure_names_the_share_with_degree_0(hand_made):
    points = summary(with_isolated(hand_made, 5)).figures[0]
    name, degrees, shares = points.series[0]

    assert points.x == "degree k, from 1 on"
    assert name == "in-degree, all (50 % have 0)"
    assert (degrees[0], shares[0]) == (1.0, 0.5)


def test_degree_assortativity_equals_networkx():
    graph = planted_groups((40, 25, 15), inside=5, outside=2, seed=4)
    for artist in list(graph)[::4]:
        graph.remove_edges_from(list(graph.out_edges(artist)))
        graph.nodes[artist]["expanded"] = False
    induced = graph.subgraph([a for a in graph if graph.nodes[a]["expanded"]])
    expected = nx.degree_assortativity_coefficient

    found = values_of(summary(graph), INDUCED)

    assert found["degree assortativity, out to in"] == pytest.approx(
        expected(induced, "out", "in"), rel=1e-3
    )
    assert found["degree assortativity, in to in"] == pytest.approx(
        expected(induced, "in", "in"), rel=1e-3
    )
    assert found["degree assortativity, undirected"] == pytest.approx(
        expected(induced.to_undirected()), rel=1e-3
    )


def test_degree_assortativity_is_undefined_for_equal_degrees():
    found = values_of(summary(graph_from_lists({"a": ["b"], "b": ["c"], "c": ["a"]})))

    assert found["degree assortativity, in to in"] is None
    assert found["degree assortativity, undirected"] is None


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (
            {"order": "breadth-first"},
            "at least 95 % are expanded at each depth down to 0, and 67 %",
        ),
        ({"order": "yield"}, "the expanded are not a random sample"),
        ({"order": "random"}, "still tend to have a high in-degree"),
        ({"focus": "any"}, "Any artist could be expanded"),
        (
            {"focus": "class", "max_untagged_hops": 1},
            "67 % of the edges start at an artist with",
        ),
        (
            {"focus": "class", "artists_per_class": 7},
            "stopped extending a class with 7 labelled artists",
        ),
        ({"max_artists": 5}, "reached its budget of 5 artists"),
        ({"max_hops": 2}, "at most 2 steps from a seed"),
    ],
)
def test_notes_name_each_biasing_rule_of_the_crawl(hand_made, rules, text):
    bent = hand_made.copy()
    bent.graph["rules"] = rules

    assert any(text in note for note in summary(bent).notes), summary(bent).notes


def test_notes_ignore_a_budget_that_was_not_reached(hand_made):
    roomy = hand_made.copy()
    roomy.graph["rules"] = {**RULES, "max_artists": 6}

    assert not any("budget" in note for note in summary(roomy).notes)


def test_notes_give_longest_list_and_share_of_the_seeds(
    hand_made,
):
    notes = " ".join(summary(hand_made).notes)

    assert "No list is longer than 2; 100 % of the expanded artists" in notes
    assert (
        "1 seed and their direct relatives, 60 % of the artists, account for 67 %"
        in notes
    )
    assert (
        "Expanded artists are listed 1.0 times on average, frontier artists 1.5"
        in notes
    )


def test_self_loops_are_counted_and_left_out(hand_made):
    looped = hand_made.copy()
    looped.add_edge("a", "a", rank=1, score=None, weight=1.0)

    found = values_of(summary(looped))

    assert found["edges to oneself, left out"] == 1
    assert found["edges"] == 6


def test_accepts_artists_without_edges():
    found = values_of(summary(graph_from_lists({"a": [], "b": []})))

    assert found["isolated artists"] == 2
    assert found["edges"] == 0
    assert found["reciprocity"] is None
