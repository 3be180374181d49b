"""Assortativity: planted preferences, worked examples and the null models."""

from collections import Counter

import numpy as np
import pytest

from crawler.reports.figures import MAX_NAME_LENGTH
from queries.analysis.arrays import graph_arrays
from queries.analysis.assortativity import assortativity
from queries.analysis.mixing import (
    LabelSets,
    assortativity_coefficient,
    permuted,
    rewired,
)
from queries.errors import AnalysisError
from tests.support.worlds.planted_graphs import (
    graph_from_lists,
    planted_groups,
    rows_of,
)


@pytest.fixture(scope="module")
def planted_analysis():
    """Each artist lists ten others, eight of them of its class."""
    return assortativity(planted_groups((60, 60, 60), inside=8, outside=2))


def row_of(analysis, labels, measure):
    found = rows_of(analysis.tables[0])
    return next(r for r in found if (r["labels"], r["measure"]) == (labels, measure))


def test_coefficient_matches_the_published_example():
    # Table I of Phys. Rev. E 67 (2003) 026126: couples in San Francisco, r = 0.621. The
    # table has three digits.
    couples = np.array(
        [
            [0.258, 0.016, 0.035, 0.013],
            [0.012, 0.157, 0.058, 0.019],
            [0.013, 0.023, 0.306, 0.035],
            [0.005, 0.007, 0.024, 0.016],
        ]
    )

    assert assortativity_coefficient(couples) == pytest.approx(0.621, abs=0.003)
    assert assortativity_coefficient(np.eye(3)) == 1
    assert assortativity_coefficient(np.ones((4, 4))) == pytest.approx(0)
    assert assortativity_coefficient(np.array([[0.0, 1.0], [1.0, 0.0]])) == -1
    assert assortativity_coefficient(np.array([[2.0, 2.0], [0.0, 0.0]])) == 0
    assert np.isnan(assortativity_coefficient(np.array([[5.0]])))
    assert np.isnan(assortativity_coefficient(np.zeros((2, 2))))


def test_label_overlap_matches_a_count_by_hand():
    sets = LabelSets.of([("a", "b"), ("b", "c", "d"), ("e",), ()])

    shared, jaccard = sets.overlap(np.array([0, 0, 2]), np.array([1, 2, 2]))

    assert shared == pytest.approx(2 / 3)
    assert jaccard == pytest.approx((1 / 4 + 0 + 1) / 3)


def test_finds_a_planted_preference(planted_analysis):
    row = row_of(planted_analysis, "one class", "coefficient")

    # 80 % inside, where a third is expected by chance: (0.8 - 1/3) / (1 - 1/3).
    assert row["observed"] == pytest.approx(0.7, abs=0.01)
    assert row["edges"] == 1800
    assert row["permuted_mean"] == pytest.approx(0, abs=0.02)
    assert row["rewired_mean"] == pytest.approx(0, abs=0.02)
    assert row["permuted_z"] > 20
    assert row["rewired_z"] > 20


def test_finds_nothing_where_nothing_is_planted():
    chance = planted_groups((60, 60, 60), inside=3, outside=6)  # a third of 179 is 59

    row = row_of(assortativity(chance), "one class", "coefficient")

    assert abs(row["observed"]) < 0.05
    assert abs(row["permuted_z"]) < 4
    assert abs(row["rewired_z"]) < 4


def test_genres_are_compared_by_share_in_common_and_jaccard_index(planted_analysis):
    common = row_of(planted_analysis, "all genres", "share of edges with one in common")
    jaccard = row_of(planted_analysis, "all genres", "mean Jaccard index")

    # Every artist also has the genre "music": inside 2 of 2, outside 1 of 3.
    assert common["observed"] == 1
    assert common["permuted_z"] is None
    assert jaccard["observed"] == pytest.approx(0.8 + 0.2 / 3, abs=0.001)
    assert jaccard["permuted_mean"] == pytest.approx(1 / 3 + 2 / 9, abs=0.01)
    assert jaccard["rewired_z"] > 20


def test_class_table_has_observed_and_expected_shares():
    analysis = assortativity(
        graph_from_lists(
            {"a": ["b", "c", "u"], "b": ["a"], "c": ["a", "d"], "d": ["a"], "u": ["a"]},
            classes={"a": ["metal"], "b": ["metal"], "c": ["house"], "d": ["house"]},
        )
    )
    metal, house = rows_of(analysis.tables[1])

    # From metal: a→b, a→c, b→a. From house: c→a, c→d, d→a. To no class: a→u.
    assert (metal["artists"], metal["expanded"], metal["out_edges"]) == (2, 2, 3)
    assert metal["share_inside"] == 0.6667
    assert metal["expected"] == 0.6667  # four of the six ends: b, a, a, a
    assert metal["times_expected"] == 1
    assert metal["share_of_in_edges_inside"] == 0.5
    assert metal["share_of_edges_to_no_class"] == 0.25
    assert (house["artists"], house["expanded"], house["share_inside"]) == (
        2,
        2,
        0.3333,
    )


def test_edges_between_classes_are_a_table_and_a_matrix():
    analysis = assortativity(
        graph_from_lists(
            {"a": ["b", "c"], "b": ["a"], "c": ["a"]},
            classes={"a": ["metal"], "b": ["metal"], "c": ["house"]},
        )
    )
    matrix = analysis.figures[0]

    assert [row[:3] for row in analysis.tables[2].rows] == [
        ("metal", "metal", 2),
        ("metal", "house", 1),
        ("house", "metal", 1),
    ]
    assert matrix.rows == matrix.columns == ("metal", "house")
    assert matrix.values == ((pytest.approx(2 / 3), pytest.approx(1 / 3)), (1.0, 0.0))


def test_bar_names_fit_the_figure(planted_analysis):
    bars = planted_analysis.figures[1]

    assert "all classes: share with one in common" in bars.names
    assert max(len(name) for name in bars.names) <= MAX_NAME_LENGTH


def test_weights_affect_only_the_weighted_coefficient():
    # Each lists its own class first: by 1/rank, two thirds of the weight stay inside.
    analysis = assortativity(
        graph_from_lists(
            {"a": ["b", "c"], "b": ["a", "d"], "c": ["d", "a"], "d": ["c", "b"]},
            classes={"a": ["m"], "b": ["m"], "c": ["h"], "d": ["h"]},
        )
    )

    assert row_of(analysis, "one class", "coefficient")["observed"] == 0
    weighted = row_of(analysis, "one class", "coefficient, weighted")
    assert weighted["observed"] == pytest.approx(1 / 3, abs=0.001)


def test_artists_with_several_classes_count_only_in_the_rows_for_all_classes():
    graph = planted_groups((30, 30), inside=4, outside=2)
    several = list(graph)[:10]
    for artist in several:
        graph.nodes[artist].update({"class": "", "classes": ("class 0", "class 1")})

    analysis = assortativity(graph)
    one = row_of(analysis, "one class", "coefficient")
    every = row_of(analysis, "all classes", "share of edges with one in common")

    touched = sum(a in several or b in several for a, b in graph.edges)
    assert one["edges"] == graph.number_of_edges() - touched
    assert every["edges"] == graph.number_of_edges()
    assert any("10 artists carry several classes" in note for note in analysis.notes)


def test_without_classes_only_genres_are_compared():
    graph = planted_groups((20, 20), inside=3, outside=1, tags=False)
    for number, artist in enumerate(graph):
        graph.nodes[artist]["genres"] = ("pop",) if number % 2 else ("rock",)

    analysis = assortativity(graph)

    assert {row[0] for row in analysis.tables[0].rows} == {"all genres"}
    assert len(analysis.tables) == 1
    notes = " ".join(analysis.notes)
    assert "No artist of this graph has a class" in notes
    assert (
        "name a recipe with [classes] by --recipe, after `genregraph select`" in notes
    )
    assert "raises the coefficient" not in notes


def test_a_note_explains_missing_class_rows():
    analysis = assortativity(
        graph_from_lists(
            {"a": ["b"], "b": ["a"]},
            classes={"a": ["metal", "house"], "b": ["house"]},
            genres={"a": ["doom"], "b": ["deep"]},
        )
    )

    assert "one class" not in {row[0] for row in analysis.tables[0].rows}
    assert (
        "No edge connects two artists that have exactly one class each"
        in analysis.notes[0]
    )


def test_a_note_gives_the_error_of_z(planted_analysis):
    # The standard deviation of n draws is known to 1 / sqrt(2 (n - 1)): 50 give 10 %.
    assert "50 rewirings" in planted_analysis.method
    assert any("known only to ±10 %" in note for note in planted_analysis.notes)


def test_refuses_a_graph_without_classes_and_genres():
    with pytest.raises(AnalysisError, match="with a class or with genres") as refused:
        assortativity(planted_groups((20,), inside=3, outside=0, tags=False))

    assert "classes check" in refused.value.hint


def test_rewiring_keeps_degrees_and_a_simple_graph():
    arrays = graph_arrays(planted_groups((40, 40), inside=6, outside=2))

    end = rewired(
        arrays.start,
        arrays.end,
        arrays.size,
        rounds=10,
        generator=np.random.default_rng(1),
    )
    edges = set(zip(arrays.start.tolist(), end.tolist(), strict=True))

    assert Counter(end.tolist()) == Counter(arrays.end.tolist())
    assert len(edges) == len(arrays.start)
    assert all(start != other for start, other in edges)
    kept = edges & set(zip(arrays.start.tolist(), arrays.end.tolist(), strict=True))
    assert len(kept) < len(edges) / 4


def test_rewiring_reaches_every_graph_equally_often():
    # Two lists of one entry among four artists: two graphs have these degrees.
    start, end = np.array([0, 1]), np.array([2, 3])
    generator = np.random.default_rng(5)

    found = Counter(
        tuple(
            rewired(start, end, 4, rounds=1 + number % 2, generator=generator).tolist()
        )
        for number in range(100)
    )

    assert found == {(2, 3): 50, (3, 2): 50}


def test_permuting_keeps_expanded_and_frontier_apart():
    expanded = np.array([True] * 20 + [False] * 30)

    order = permuted(expanded, np.random.default_rng(3))

    assert sorted(order.tolist()) == list(range(50))
    assert (expanded[order] == expanded).all()
    assert (order != np.arange(50)).sum() > 30
