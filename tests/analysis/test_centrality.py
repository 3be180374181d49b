"""Centrality: each measure against networkx or a count by hand, and the notes."""

import networkx as nx
import numpy as np
import pytest

from queries.analysis.arrays import graph_arrays
from queries.analysis.centrality import (
    MAX_WORK,
    affordable_pivots,
    centrality,
)
from queries.analysis.centrality_measures import betweenness, core_numbers, pagerank
from tests.support.worlds.planted_graphs import (
    graph_from_lists,
    planted_groups,
    rows_of,
    with_isolated,
)


def first_of(analysis):
    return rows_of(analysis.tables[0])[0]


def random_graph(seed, count=60, chance=0.05):
    made = nx.gnp_random_graph(count, chance, seed=seed, directed=True)
    return graph_from_lists({str(n): [str(m) for m in made[n]] for n in made})


def exact(graph):
    return betweenness(
        graph_arrays(graph), pivots=10**6, generator=np.random.default_rng(1)
    )


def test_ranks_the_most_listed_artist_first():
    star = graph_from_lists(
        {f"fan {n}": ["star"] for n in range(8)} | {"star": ["fan 0"]}
    )

    first = first_of(centrality(star))

    assert (first["artist"], first["name"]) == ("star", "the star")
    assert (first["in_degree"], first["in_degree_rank"]) == (8, 1)
    assert first["pagerank_rank"] == 1


def test_the_artist_on_every_path_has_the_highest_betweenness():
    groups = planted_groups((15, 15), inside=6, outside=0)
    groups.add_node("bridge", label="Bridge", classes=(), genres=(), expanded=True)
    for one in (f"artist {number:04}" for number in range(0, 30, 4)):
        groups.add_edge(one, "bridge", weight=1.0)
        groups.add_edge("bridge", one, weight=1.0)

    leaders = rows_of(centrality(groups).tables[1])

    assert leaders[0]["betweenness"] == "Bridge"
    assert leaders[0]["in_degree"] != "Bridge"


@pytest.mark.parametrize("seed", range(4))
def test_exact_betweenness_equals_networkx(seed):
    graph = random_graph(seed)
    expected = nx.betweenness_centrality(graph)

    found = exact(graph)

    assert found.value == pytest.approx([expected[a] for a in graph], abs=1e-12)
    assert not found.error.any()


def test_betweenness_of_a_chain_matches_a_count_by_hand():
    # a→b→c→d: b lies on a→c and a→d, c on a→d and b→d, of 3 * 2 ordered pairs.
    found = exact(graph_from_lists({"a": ["b"], "b": ["c"], "c": ["d"]}))

    assert found.value.tolist() == pytest.approx([0, 2 / 6, 2 / 6, 0])
    assert (found.pivots, found.starts) == (3, 3)


def test_sampled_betweenness_and_its_error_are_unbiased():
    graph = random_graph(9)
    arrays = graph_arrays(graph)
    drawn = [
        betweenness(arrays, pivots=40, generator=np.random.default_rng(seed))
        for seed in range(150)
    ]
    values = np.array([one.value for one in drawn])

    truth = exact(graph).value
    assert values.mean(axis=0).sum() == pytest.approx(truth.sum(), rel=0.02)
    assert np.abs(values.mean(axis=0) - truth).max() < 0.1 * truth.max()
    error = np.array([one.error for one in drawn]).mean(axis=0).sum()
    assert error == pytest.approx(values.std(axis=0).sum(), rel=0.2)


def test_several_batches_of_pivots_add_up():
    graph = random_graph(2, count=150, chance=0.02)
    expected = nx.betweenness_centrality(graph)

    assert exact(graph).value == pytest.approx([expected[a] for a in graph], abs=1e-12)


def test_pagerank_follows_weights():
    # The first of a list gets twice as much as the second: 1 against 1/2.
    graph = graph_from_lists({"a": ["first", "second"]})

    ranks = dict(zip(graph, pagerank(graph_arrays(graph)), strict=True))

    start = ranks["a"]
    assert ranks["first"] - start == pytest.approx(
        2 * (ranks["second"] - start), rel=1e-6
    )
    assert sum(ranks.values()) == pytest.approx(1)


def test_core_number_of_a_clique_is_its_size_minus_one():
    clique = {str(n): [str(m) for m in range(n)] for n in range(1, 5)}
    graph = graph_from_lists(clique | {"tail": ["4"]}, frontier=["alone"])

    found = dict(zip(graph, core_numbers(graph_arrays(graph)), strict=True))

    assert [found[str(n)] for n in range(5)] == [4] * 5
    assert (found["tail"], found["alone"]) == (1, 0)


def test_equal_scores_share_a_rank():
    pair = graph_from_lists({"a": ["b"], "b": ["a"], "c": ["a", "b"], "d": ["b", "a"]})

    one, other, *rest = rows_of(centrality(pair).tables[0])

    assert {one["artist"], other["artist"]} == {"a", "b"}
    assert one["pagerank_rank"] == other["pagerank_rank"] == 1
    assert [row["pagerank_rank"] for row in rest] == [3, 3]


def test_similar_rankings_correlate():
    chain = graph_from_lists(
        {f"fan {n}": [f"star {m}" for m in range(n + 1)] for n in range(9)}
    )

    rows = rows_of(centrality(chain).tables[2])
    found = {(r["measure"], r["other"], r["over"]): r["spearman"] for r in rows}

    assert found["pagerank", "in_degree", "artists with an edge"] > 0.95
    # No artist lies between two others, and no expanded artist is listed: all ranks tie.
    assert found["pagerank", "betweenness", "artists with an edge"] is None
    assert found["pagerank", "in_degree", "expanded artists"] is None


def test_notes_count_frontier_and_isolated_artists():
    graph = with_isolated(graph_from_lists({"a": ["b", "c"], "b": ["c", "a"]}), 3)

    notes = " ".join(centrality(graph).notes)

    assert "67 % of the artists are frontier, 4 of the first 6" in notes
    assert "3 isolated artists" in notes
    assert "Betweenness is exact" in notes


def test_notes_give_the_error_of_a_sample_as_a_lower_estimate():
    analysis = centrality(planted_groups((150, 150), inside=5, outside=1), pivots=256)

    assert "from 256 of 300 possible pivots (seed 2026)" in analysis.method
    (note,) = [note for note in analysis.notes if "standard error is" in note]
    assert "That is a lower estimate" in note
    assert "Ranks beyond the leaders are unreliable" in note


def test_betweenness_of_a_medium_graph_is_exact():
    graph = planted_groups((150, 150), inside=5, outside=1)
    arrays = graph_arrays(graph)

    assert "from 300 of 300 possible pivots" in centrality(graph).method
    assert affordable_pivots(arrays) * (arrays.size + len(arrays.start)) <= MAX_WORK


def test_every_artist_has_a_row():
    graph = planted_groups((30, 30), inside=5, outside=1)

    rows = rows_of(centrality(graph).tables[0])

    assert {row["artist"] for row in rows} == set(graph)
    ranks = [row["pagerank_rank"] for row in rows]
    assert ranks == sorted(ranks)


def test_leaders_have_ids_and_values():
    graph = planted_groups((30, 30), inside=5, outside=1)
    whole, leaders, _ = (rows_of(table) for table in centrality(graph).tables)
    of = {row["artist"]: row for row in whole}

    for row in leaders:
        for measure in ("pagerank", "in_degree", "core", "betweenness"):
            artist = of[row[f"{measure}_artist"]]
            assert artist["name"] == row[measure]
            assert artist[measure] == row[f"{measure}_value"]


def test_notes_give_the_pagerank_of_artists_that_list_nobody():
    # a lists b; b and c list nobody and hold all PageRank that a does not.
    graph = graph_from_lists({"a": ["b"]}, frontier=["c"])
    analysis = centrality(graph)

    (first, *_) = pagerank(graph_arrays(graph)).tolist()
    held = f"they hold {100 * (1 - first):.0f} % of all PageRank"
    assert "spread evenly" in " ".join(analysis.notes)
    assert "67 % of the artists list nobody" in " ".join(analysis.notes)
    assert held in " ".join(analysis.notes)
    assert "passes it to all artists equally" in analysis.method


def test_table_has_weighted_and_unweighted_pagerank():
    rows = rows_of(centrality(graph_from_lists({"a": ["first", "second"]})).tables[0])
    found = {row["artist"]: row for row in rows}

    assert found["first"]["pagerank"] > found["second"]["pagerank"]
    unweighted = [found[one]["pagerank_unweighted"] for one in ("first", "second")]
    assert unweighted[0] == pytest.approx(unweighted[1])
