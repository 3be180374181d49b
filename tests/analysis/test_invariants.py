"""Invariants of every analysis of the whole graph."""

import subprocess
import sys

import pytest

from queries.analysis.assortativity import assortativity
from queries.analysis.centrality import centrality
from queries.analysis.communities import communities
from queries.analysis.summary import summary
from queries.errors import AnalysisError
from tests.support.worlds.planted_graphs import (
    graph_from_lists,
    planted_groups,
    relabelled,
    with_isolated,
)

EVERY = (summary, assortativity, communities, centrality)
every = pytest.mark.parametrize("analyse", EVERY, ids=lambda f: f.__name__)


@pytest.fixture(scope="module")
def graph():
    return with_isolated(planted_groups((30, 25, 20), inside=5, outside=2), 3)


def rows_without(analysis, columns=()):
    """The rows of all tables, without some columns."""
    return [
        [
            [
                value
                for name, value in zip(table.columns, row, strict=True)
                if name not in columns
            ]
            for row in table.rows
        ]
        for table in analysis.tables
    ]


@every
def test_same_seed_gives_same_result(graph, analyse):
    assert analyse(graph, seed=3) == analyse(graph, seed=3)


@every
def test_ids_do_not_affect_the_result(graph, analyse):
    measures = ("pagerank", "in_degree", "core", "betweenness")
    ids = ("artist", *(f"{measure}_artist" for measure in measures))

    assert rows_without(analyse(relabelled(graph)), ids) == rows_without(
        analyse(graph), ids
    )


@every
def test_has_question_method_source_notes_and_figures(graph, analyse):
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
def test_isolated_artists_do_not_affect_measures_over_edges(graph, analyse):
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
def test_refuses_a_graph_without_artists(analyse):
    with pytest.raises(AnalysisError, match="holds no artists") as refused:
        analyse(graph_from_lists({}))

    assert "genregraph crawl" in refused.value.hint


@every
def test_refuses_a_single_artist(analyse):
    with pytest.raises(AnalysisError, match="only one artist"):
        analyse(graph_from_lists({"a": []}))


@pytest.mark.parametrize("analyse", EVERY[1:], ids=lambda f: f.__name__)
def test_refuses_a_graph_without_edges_where_they_are_needed(analyse):
    with pytest.raises(AnalysisError, match="no artist of the graph lists another"):
        analyse(graph_from_lists({"a": [], "b": []}))


@every
def test_accepts_two_artists_and_one_edge(analyse):
    pair = graph_from_lists(
        {"a": ["b"]}, classes={"a": ["x"], "b": ["y"]}, genres={"a": ["g"], "b": ["g"]}
    )

    assert analyse(pair).tables


_OTHER_PROCESS = """
from tests.support.worlds.planted_graphs import planted_groups
from queries.analysis.communities import communities
from queries.analysis.centrality import centrality
graph = planted_groups((30, 25, 20), inside=4, outside=3)
print(communities(graph), centrality(graph))
"""


def test_result_does_not_depend_on_the_order_of_sets():
    graph = planted_groups((30, 25, 20), inside=4, outside=3)
    printed = subprocess.run(
        [sys.executable, "-c", _OTHER_PROCESS],
        env={"PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert printed == f"{communities(graph)} {centrality(graph)}\n"
