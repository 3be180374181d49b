"""Communities: planted groups, worked examples of the measures, and descriptions."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from queries.analysis.arrays import graph_arrays, undirected_projection
from queries.analysis.communities import GroupDescriber, communities
from queries.analysis.community_detection import RUNS, adjusted_rand, mutual_information
from tests.support.worlds.planted_graphs import (
    graph_from_lists,
    planted_groups,
    rows_of,
    values_of,
    with_isolated,
)

EDGE = "artists with an edge"
CLASSED = "artists with an edge and one class"


def community_of(analysis):
    """The community of each artist that is in one."""
    (table,) = [
        one for one in analysis.tables if one.title == "The community of each artist"
    ]
    rows = {row["artist"]: row["community"] for row in rows_of(table)}
    return {artist: number for artist, number in rows.items() if number is not None}


@pytest.fixture(scope="module")
def groups():
    return planted_groups((50, 40, 30), inside=8, outside=1)


@pytest.fixture(scope="module")
def analysis(groups):
    return communities(groups)


def test_finds_planted_groups_that_match_the_classes(groups, analysis):
    found = values_of(analysis, EDGE)
    classed = values_of(analysis, CLASSED)

    assert (found["communities"], found["largest community"]) == (3, 50)
    assert found["NMI between runs, lowest"] == 1
    assert classed["NMI with the classes"] == 1
    assert classed["ARI with the classes"] == 1
    assert community_of(analysis) == {
        artist: int(data["class"][-1]) + 1 for artist, data in groups.nodes(data=True)
    }


def test_shuffled_classes_match_no_community(groups):
    other = groups.copy()
    for number, artist in enumerate(other):
        other.nodes[artist]["class"] = f"class {number % 3}"

    found = values_of(communities(other), CLASSED)

    assert abs(found["ARI with the classes"]) < 0.05
    assert found["NMI with the classes"] < 0.05


def test_modularity_matches_newmans_formula(groups, analysis):
    flat = nx.Graph()
    for one, other, weight in groups.edges(data="weight"):
        known = flat[one][other]["weight"] if flat.has_edge(one, other) else 0
        flat.add_edge(one, other, weight=known + weight)
    total = flat.size(weight="weight")
    strength = dict(flat.degree(weight="weight"))
    by_hand = 0.0
    for number in range(3):
        members = {a for a in groups if groups.nodes[a]["class"] == f"class {number}"}
        within = flat.subgraph(members).size(weight="weight")
        by_hand += (
            within / total - (sum(strength[a] for a in members) / (2 * total)) ** 2
        )

    assert values_of(analysis, EDGE)["modularity"] == pytest.approx(by_hand, abs=1e-4)


def test_weights_of_both_directions_are_added():
    flat = undirected_projection(
        graph_arrays(graph_from_lists({"a": ["b", "c"], "b": ["c", "a"]}))
    )

    weights = {pair: flat.edges[pair]["weight"] for pair in flat.edges}

    assert weights == {(0, 1): 1.5, (0, 2): 0.5, (1, 2): 1.0}


def test_weights_decide_in_a_complete_graph():
    # All artists are related; the edges 0-1, 2-3 and 4-5 are by far the heaviest.
    graph = graph_from_lists({str(n): [] for n in range(6)})
    for one, other in combinations(range(6), 2):
        strong = one % 2 == 0 and other == one + 1
        graph.add_edge(str(one), str(other), weight=9.0 if strong else 0.1)

    found = community_of(communities(graph))

    assert found["0"] == found["1"] != found["2"] == found["3"] != found["4"]


def test_isolated_artists_are_counted_and_in_no_community(groups):
    grown = with_isolated(groups, 5)

    analysis = communities(grown)

    assert values_of(analysis)["isolated artists, in none"] == 5
    assert values_of(analysis, EDGE)["communities"] == 3
    assert not {a for a in community_of(analysis) if a.startswith("alone")}


def test_modularity_is_also_given_without_the_frontier(groups):
    grown = groups.copy()
    for number, artist in enumerate(list(groups)):
        leaf = f"leaf {number}"
        grown.add_node(leaf, label=leaf, classes=(), genres=(), expanded=False)
        grown.add_edge(artist, leaf, weight=1.0)

    analysis = communities(grown)

    whole = values_of(analysis, EDGE)["modularity"]
    assert values_of(analysis, "expanded artists")["modularity"] < whole
    assert any(
        note.startswith("50 % of the artists with an edge") for note in analysis.notes
    )


def test_describes_communities_by_classes_genres_and_artists(analysis):
    first = rows_of(analysis.tables[1])[0]

    assert (first["artists"], first["expanded"], first["with_class"]) == (50, 50, 50)
    assert first["classes"] == "class 0 100 %"
    assert first["telling_genres"] == "genre 0 (2.4x)"  # 50 of 50 against 50 of 120
    assert len(first["most_listed"].split(", ")) == 3
    assert 0.7 < first["weight_inside"] < 1


def test_distinctive_genres_are_over_represented_not_the_most_common():
    graph = graph_from_lists(
        {name: ["a"] for name in "bcdefgh"},
        genres={
            **dict.fromkeys("abcdefgh", ("pop",)),
            **dict.fromkeys("abc", ("pop", "sludge")),
            "d": ("pop", "rare"),
        },
    )
    describer = GroupDescriber(graph, graph_arrays(graph))
    place = {artist: number for number, artist in enumerate(graph)}

    description = describer.describe([place[a] for a in "abcd"])

    assert description.genres == "sludge (2.0x)"
    assert description.artists.startswith("the a, ")


def test_reports_a_class_spread_over_communities(analysis, groups):
    spread = groups.copy()
    for artist in list(groups)[:50:2]:
        spread.nodes[artist]["class"] = "class 1"

    first, second, _ = rows_of(communities(spread).tables[3])

    assert (first["artists"], first["communities"], first["effective_communities"]) == (
        25,
        1,
        1,
    )
    assert (second["artists"], second["communities"]) == (65, 2)
    assert second["share_in_main"] == 0.6154  # 40 of 65
    assert second["effective_communities"] == pytest.approx(
        65**2 / (40**2 + 25**2), abs=0.001
    )


def test_method_names_the_seeds(groups):
    assert f"the seeds 7 to {7 + RUNS - 1}" in communities(groups, seed=7).method


def test_nmi_and_ari_match_a_worked_example():
    # Manning, Raghavan, Schuetze, Introduction to Information Retrieval (2008), ch. 16.3:
    # 17 objects in three clusters; NMI 0.36 there with the mean of the entropies. Its
    # pairs: TP 20, FP 20, FN 24, TN 72; so ARI is (20 - E) / (42 - E), E = 40 * 44 / 136.
    clusters = np.array([0] * 6 + [1] * 6 + [2] * 5)
    kinds = np.array([0] * 5 + [1] + [0] + [1] * 4 + [2] + [0] * 2 + [2] * 3)
    chance = 40 * 44 / 136

    assert mutual_information(clusters, kinds) == pytest.approx(0.3646, abs=1e-4)
    assert adjusted_rand(clusters, kinds) == pytest.approx(
        (20 - chance) / (42 - chance)
    )


@pytest.mark.parametrize("measure", [mutual_information, adjusted_rand])
def test_agreement_ignores_the_names_of_groups(measure):
    one = np.array([0, 0, 1, 1, 2, 2, 2])

    assert measure(one, np.array([7, 7, 3, 3, 5, 5, 5])) == pytest.approx(1)
    assert measure(one, one[::-1]) == pytest.approx(measure(one[::-1], one))
    assert measure(np.zeros(4, dtype=int), np.zeros(4, dtype=int)) == 1
    assert np.isnan(measure(np.array([], dtype=int), np.array([], dtype=int)))


def test_ari_is_zero_by_chance_and_negative_for_opposites():
    random = np.random.default_rng(4)
    found = [
        adjusted_rand(random.integers(3, size=60), random.integers(4, size=60))
        for _ in range(200)
    ]

    assert abs(np.mean(found)) < 0.01
    assert adjusted_rand(
        np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    ) == pytest.approx(-0.5)


def test_lists_each_artist_with_its_community_and_class(groups):
    grown = with_isolated(groups, 1)
    analysis = communities(grown)
    (table,) = [
        one for one in analysis.tables if one.title == "The community of each artist"
    ]

    rows = {row["artist"]: row for row in rows_of(table)}

    assert set(rows) == set(grown)
    alone = [artist for artist, row in rows.items() if row["community"] is None]
    assert alone == [artist for artist in grown if artist not in groups]
    for artist, data in groups.nodes(data=True):
        assert (rows[artist]["name"], rows[artist]["class"]) == (
            data["label"],
            data["class"],
        )
    assert any("`--json`" in note and table.title in note for note in analysis.notes)


def test_figures_name_communities_by_class_and_genre(analysis):
    matrix, bars = analysis.figures

    assert bars.names[0] == "1 class 0, genre 0"
    assert matrix.rows == bars.names
