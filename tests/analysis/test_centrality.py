import networkx as nx
import numpy as np
import pytest

from queries.analysis.arrays import links_of
from queries.analysis.centrality import (
    WORK,
    affordable_pivots,
    centrality,
    cores,
    pagerank,
)
from queries.analysis.centrality_measures import betweenness
from tests.support.worlds.planted_graphs import (
    graph_of,
    planted,
    rows_of,
    with_isolated,
)


def first_of(analysis):
    return rows_of(analysis.tables[0])[0]


def random_graph(seed, count=60, chance=0.05):
    made = nx.gnp_random_graph(count, chance, seed=seed, directed=True)
    return graph_of({str(n): [str(m) for m in made[n]] for n in made})


def exact(graph):
    return betweenness(
        links_of(graph), pivots=10**6, generator=np.random.default_rng(1)
    )


def test_whom_everybody_lists_comes_first():
    star = graph_of({f"fan {n}": ["star"] for n in range(8)} | {"star": ["fan 0"]})

    first = first_of(centrality(star))

    assert (first["artist"], first["name"]) == ("star", "the star")
    assert (first["in_degree"], first["in_degree_rank"]) == (8, 1)
    assert first["pagerank_rank"] == 1


def test_the_one_on_every_path_has_the_highest_betweenness():
    groups = planted((15, 15), inside=6, outside=0)
    groups.add_node("bridge", label="Bridge", classes=(), genres=(), expanded=True)
    for one in (f"artist {number:04}" for number in range(0, 30, 4)):
        groups.add_edge(one, "bridge", weight=1.0)
        groups.add_edge("bridge", one, weight=1.0)

    leaders = rows_of(centrality(groups).tables[1])

    assert leaders[0]["betweenness"] == "Bridge"
    assert leaders[0]["in_degree"] != "Bridge"


@pytest.mark.parametrize("seed", range(4))
def test_betweenness_from_every_start_is_that_of_networkx(seed):
    graph = random_graph(seed)
    expected = nx.betweenness_centrality(graph)

    found = exact(graph)

    assert found.value == pytest.approx([expected[a] for a in graph], abs=1e-12)
    assert not found.error.any()


def test_betweenness_of_a_line_is_counted_by_hand():
    # a→b→c→d: b lies on a→c and a→d, c on a→d and b→d, of 3 * 2 ordered pairs.
    found = exact(graph_of({"a": ["b"], "b": ["c"], "c": ["d"]}))

    assert found.value.tolist() == pytest.approx([0, 2 / 6, 2 / 6, 0])
    assert (found.pivots, found.starts) == (3, 3)


def test_sampled_betweenness_is_right_on_average_and_knows_how_far_off_it_is():
    graph = random_graph(9)
    links = links_of(graph)
    drawn = [
        betweenness(links, pivots=40, generator=np.random.default_rng(seed))
        for seed in range(150)
    ]
    values = np.array([one.value for one in drawn])

    truth = exact(graph).value
    assert values.mean(axis=0).sum() == pytest.approx(truth.sum(), rel=0.02)
    assert np.abs(values.mean(axis=0) - truth).max() < 0.1 * truth.max()
    told = np.array([one.error for one in drawn]).mean(axis=0).sum()
    assert told == pytest.approx(values.std(axis=0).sum(), rel=0.2)


def test_pivots_beyond_one_batch_are_added_up():
    graph = random_graph(2, count=150, chance=0.02)
    expected = nx.betweenness_centrality(graph)

    assert exact(graph).value == pytest.approx([expected[a] for a in graph], abs=1e-12)


def test_pagerank_follows_weights():
    # Both list two; the first of a list gets twice the second: 1 against 1/2.
    graph = graph_of({"a": ["first", "second"]})

    ranks = dict(zip(graph, pagerank(links_of(graph)), strict=True))

    start = ranks["a"]
    assert ranks["first"] - start == pytest.approx(
        2 * (ranks["second"] - start), rel=1e-6
    )
    assert sum(ranks.values()) == pytest.approx(1)


def test_the_core_of_a_clique_is_one_less_than_its_size():
    clique = {str(n): [str(m) for m in range(n)] for n in range(1, 5)}
    graph = graph_of(clique | {"tail": ["4"]}, frontier=["alone"])

    found = dict(zip(graph, cores(links_of(graph)), strict=True))

    assert [found[str(n)] for n in range(5)] == [4] * 5
    assert (found["tail"], found["alone"]) == (1, 0)


def test_equal_scores_share_a_rank():
    pair = graph_of({"a": ["b"], "b": ["a"], "c": ["a", "b"], "d": ["b", "a"]})

    one, other, *rest = rows_of(centrality(pair).tables[0])

    assert {one["artist"], other["artist"]} == {"a", "b"}
    assert one["pagerank_rank"] == other["pagerank_rank"] == 1
    assert [row["pagerank_rank"] for row in rest] == [3, 3]


def test_measures_that_rank_alike_correlate():
    chain = graph_of(
        {f"fan {n}": [f"star {m}" for m in range(n + 1)] for n in range(9)}
    )

    rows = rows_of(centrality(chain).tables[2])
    found = {(r["measure"], r["other"], r["over"]): r["spearman"] for r in rows}

    assert found["pagerank", "in_degree", "artists with an edge"] > 0.95
    # Nobody is between two others, and no expanded artist is listed: no ranks to compare.
    assert found["pagerank", "betweenness", "artists with an edge"] is None
    assert found["pagerank", "in_degree", "expanded artists"] is None


def test_the_share_of_the_frontier_and_of_the_isolated_is_told():
    graph = with_isolated(graph_of({"a": ["b", "c"], "b": ["c", "a"]}), 3)

    notes = " ".join(centrality(graph).notes)

    assert "67 % of the artists are frontier, 4 of the first 6" in notes
    assert "3 isolated artists" in notes
    assert "Betweenness is exact" in notes


def test_a_sample_is_told_with_its_error_and_that_the_error_is_a_lower_estimate():
    analysis = centrality(planted((150, 150), inside=5, outside=1), pivots=256)

    assert "from 256 of 300 possible pivots (seed 2026)" in analysis.method
    (note,) = [note for note in analysis.notes if "the standard error is" in note]
    assert "That is a lower estimate" in note
    assert "Ranks beyond the leaders are unreliable" in note


def test_betweenness_of_a_graph_of_moderate_size_is_exact():
    graph = planted((150, 150), inside=5, outside=1)
    links = links_of(graph)

    assert "from 300 of 300 possible pivots" in centrality(graph).method
    assert affordable_pivots(links) * (links.size + len(links.start)) <= WORK


def test_every_artist_has_a_row_not_only_the_first():
    graph = planted((30, 30), inside=5, outside=1)

    rows = rows_of(centrality(graph).tables[0])

    assert {row["artist"] for row in rows} == set(graph)
    ranks = [row["pagerank_rank"] for row in rows]
    assert ranks == sorted(ranks)


def test_the_first_by_each_measure_come_with_their_ids_and_values():
    graph = planted((30, 30), inside=5, outside=1)
    whole, leaders, _ = (rows_of(table) for table in centrality(graph).tables)
    of = {row["artist"]: row for row in whole}

    for row in leaders:
        for measure in ("pagerank", "in_degree", "core", "betweenness"):
            artist = of[row[f"{measure}_artist"]]
            assert artist["name"] == row[measure]
            assert artist[measure] == row[f"{measure}_value"]


def test_who_lists_nobody_is_told_with_its_share_of_pagerank():
    # a's list leads to b; b and c list nobody: they hold what a does not.
    graph = graph_of({"a": ["b"]}, frontier=["c"])
    analysis = centrality(graph)

    (first, *_) = pagerank(links_of(graph)).tolist()
    held = f"they hold {100 * (1 - first):.0f} % of all PageRank"
    assert "spread evenly" in " ".join(analysis.notes)
    assert "67 % of the artists list nobody" in " ".join(analysis.notes)
    assert held in " ".join(analysis.notes)
    assert "gives its PageRank to all artists alike" in analysis.method


def test_unweighted_pagerank_stands_beside_the_weighted():
    rows = rows_of(centrality(graph_of({"a": ["first", "second"]})).tables[0])
    found = {row["artist"]: row for row in rows}

    assert found["first"]["pagerank"] > found["second"]["pagerank"]
    alike = [found[one]["pagerank_unweighted"] for one in ("first", "second")]
    assert alike[0] == pytest.approx(alike[1])
