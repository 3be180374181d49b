"""How close each two classes are: who lists whom, and what chance would give."""

from collections.abc import Mapping
from difflib import get_close_matches

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.neighbour_classes import Numbers, Relatives
from queries.analysis.result import Matrix, Table
from queries.errors import AnalysisError

COLUMNS = (
    "class",
    "other_class",
    "edges",
    "edges_back",
    "expected",
    "ratio",
    "artists_who_join",
    "strongest",
    "strongest_name",
)


def checked_pair(between: tuple[str, str], classes: tuple[str, ...]) -> tuple[int, int]:
    """The places of two classes.

    Raises:
        AnalysisError: No artist has one of them, or they are the same.
    """
    for name in between:
        if name not in classes:
            close = get_close_matches(name, classes, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else _known(classes)
            raise AnalysisError(f"no artist has the class {name!r}", hint=hint)
    if between[0] == between[1]:
        raise AnalysisError(f"{between[0]!r} is named twice", hint=_known(classes))
    return classes.index(between[0]), classes.index(between[1])


def _known(classes: tuple[str, ...]) -> str:
    return f"Name two of {', '.join(classes)}."


def pair_table(
    graph: ArtistGraph,
    relatives: Relatives,
    strongest: Mapping[tuple[int, int], tuple[int, str]],
) -> Table:
    """Each two classes: edges both ways, what chance gives, who joins them."""
    edges, expected = _edges(graph, relatives)
    rows = []
    for (one, other), (joining, best) in strongest.items():
        both = edges[one, other] + edges[other, one]
        if not both + joining:
            continue
        by_chance = expected[one, other] + expected[other, one]
        rows.append(
            (
                relatives.classes[one],
                relatives.classes[other],
                int(edges[one, other]),
                int(edges[other, one]),
                round(float(by_chance), 1),
                round(float(both / by_chance), 3) if by_chance else None,
                joining,
                best,
                graph.nodes[best]["label"] if best else "",
            )
        )
    rows.sort(key=lambda row: -(row[5] or 0))
    return Table(
        "How close each two classes are, the closest first", COLUMNS, tuple(rows)
    )


def ratios(graph: ArtistGraph, relatives: Relatives) -> Matrix:
    """Edges between different classes over what chance gives: at 1 classes do not matter."""
    edges, expected = _edges(graph, relatives)
    shares = edges / np.where(expected > 0, expected, 1)
    np.fill_diagonal(shares, 0)
    return Matrix(
        "Edges from each class (rows) to the others (columns): times chance",
        relatives.classes,
        relatives.classes,
        tuple(tuple(round(float(value), 2) for value in row) for row in shares),
    )


def _edges(graph: ArtistGraph, relatives: Relatives) -> tuple[Numbers, Numbers]:
    """Edges from class to class, and how many there were if ends were drawn by chance."""
    place = {name: number for number, name in enumerate(relatives.classes)}
    edges = np.zeros((len(place), len(place)))
    of_class = dict(graph.nodes(data="class"))
    for start, end in graph.edges():
        if of_class[start] in place and of_class[end] in place:
            edges[place[of_class[start]], place[of_class[end]]] += 1
    total = max(edges.sum(), 1)
    expected = np.outer(edges.sum(axis=1), edges.sum(axis=0)) / total
    return edges, expected
