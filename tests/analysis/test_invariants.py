"""What holds for every analysis of the whole graph."""

import subprocess
import sys

import pytest

from queries.analysis.assortativity import assortativity
from queries.analysis.centrality import centrality
from queries.analysis.communities import communities
from queries.analysis.summary import summary
from queries.errors import AnalysisError
from tests.support.worlds.planted_graphs import (
    graph_of,
    planted,
    relabelled,
    with_isolated,
)

EVERY = (summary, assortativity, communities, centrality)
every = pytest.mark.parametrize("analyse", EVERY, ids=lambda f: f.__name__)


@pytest.fixture(scope="module")
def graph():
    return with_isolated(planted((30, 25, 20), inside=5, outside=2), 3)


def told(analysis, without=()):
    return [
        [
            [
                value
                for name, value in zip(table.columns, row, strict=True)
                if name not in without
            ]
            for row in table.rows
        ]
        for table in analysis.tables
    ]


@every
def test_the_same_seed_gives_the_same_answer(graph, analyse):
    assert analyse(graph, seed=3) == analyse(graph, seed=3)


@every
def test_other_ids_change_nothing_but_the_ids(graph, analyse):
    measures = ("pagerank", "in_degree", "core", "betweenness")
    ids = ("artist", *(f"{measure}_artist" for measure in measures))

    assert told(analyse(relabelled(graph)), ids) == told(analyse(graph), ids)


@every
def test_each_says_what_it_answers_how_and_from_where(graph, analyse):
    analysis = analyse(graph)

    assert analysis.name == analyse.__name__
    assert analysis.question.endswith("?")
    assert analysis.method
    assert any(year in analysis.source for year in ("2003", "2008", "2018", "2007"))
    assert analysis.notes
    assert analysis.figures
    assert (
        len(
            {
                len(table.columns) - len(row)
                for table in analysis.tables
                for row in table.rows
            }
        )
        == 1
    )


@every
def test_more_isolated_artists_change_no_number_over_edges(graph, analyse):
    grown = with_isolated(graph, 3).copy()
    for number in range(40):
        grown.add_node(
            f"more {number}", label="", expanded=False, classes=(), genres=()
        )

    def over_edges(analysis):
        return [
            row
            for table in analysis.tables
            for row in table.rows
            if row[-1] in ("artists with an edge", "subgraph induced by the expanded")
            or row[0] in ("one class", "all genres")
        ]

    assert over_edges(analyse(grown)) == over_edges(analyse(graph))
    assert over_edges(analyse(graph))


@every
def test_a_graph_without_artists_is_refused(analyse):
    with pytest.raises(AnalysisError, match="holds no artist") as refused:
        analyse(graph_of({}))

    assert "genregraph crawl" in refused.value.hint


@every
def test_a_single_artist_is_refused(analyse):
    with pytest.raises(AnalysisError, match="one artist only"):
        analyse(graph_of({"a": []}))


@pytest.mark.parametrize("analyse", EVERY[1:], ids=lambda f: f.__name__)
def test_artists_without_edges_are_refused_where_edges_are_needed(analyse):
    with pytest.raises(AnalysisError, match="no artist of the graph lists another"):
        analyse(graph_of({"a": [], "b": []}))


@every
def test_two_artists_and_one_edge_are_enough(analyse):
    pair = graph_of(
        {"a": ["b"]}, classes={"a": ["x"], "b": ["y"]}, genres={"a": ["g"], "b": ["g"]}
    )

    assert analyse(pair).tables


_ANOTHER_PROCESS = """
from tests.support.worlds.planted_graphs import planted
from queries.analysis.communities import communities
from queries.analysis.centrality import centrality
graph = planted((30, 25, 20), inside=4, outside=3)
print(communities(graph), centrality(graph))
"""


def test_another_process_with_another_order_of_sets_tells_the_same():
    graph = planted((30, 25, 20), inside=4, outside=3)
    said = subprocess.run(
        [sys.executable, "-c", _ANOTHER_PROCESS],
        env={"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert said == f"{communities(graph)} {centrality(graph)}\n"
