"""The classes of a graph, and the edges that stay in one or lead from one to another."""

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.amounts import share, significant
from queries.analysis.arrays import Floats, Ints, Links
from queries.analysis.mixing import mixing_matrix
from queries.analysis.result import Table


def class_names(graph: ArtistGraph) -> tuple[str, ...]:
    """The recipe's classes in its order; a label that the recipe lacks comes after."""
    names = tuple(graph.graph.get("class_names", ()))
    held = {name for _, name in graph.nodes(data="class") if name}
    return (*names, *sorted(held - set(names)))


def class_places(graph: ArtistGraph) -> Ints:
    """Per artist the number of its one class, -1 without one."""
    order = {name: place for place, name in enumerate(class_names(graph))}
    return np.array(
        [order.get(name, -1) for _, name in graph.nodes(data="class")], dtype=np.int64
    )


def class_mixing(graph: ArtistGraph, links: Links, classes: Ints) -> Floats:
    """How many edges lead from each class to each, artists of one class alone."""
    kept = (classes[links.start] >= 0) & (classes[links.end] >= 0)
    both = classes[links.start[kept]], classes[links.end[kept]]
    return mixing_matrix(*both, len(class_names(graph)), np.ones(int(kept.sum())))


def inside_table(
    graph: ArtistGraph, links: Links, classes: Ints, mixing: Floats
) -> Table:
    """Per class, what part of its edges stays in it, and what part chance would leave."""
    artists = np.bincount(classes[classes >= 0], minlength=len(mixing))
    asked = np.bincount(classes[links.expanded & (classes >= 0)], minlength=len(mixing))
    to_none = (classes[links.start] >= 0) & (classes[links.end] < 0)
    unclassed = np.bincount(classes[links.start[to_none]], minlength=len(mixing))
    out, into = mixing.sum(axis=1), mixing.sum(axis=0)
    rows = [
        (
            name,
            int(artists[at]),
            int(asked[at]),
            int(out[at]),
            share(mixing[at, at], out[at]),
            share(into[at], mixing.sum()),
            share(mixing[at, at] * mixing.sum(), out[at] * into[at]),
            share(mixing[at, at], into[at]),
            share(unclassed[at], out[at] + unclassed[at]),
        )
        for at, name in enumerate(class_names(graph))
    ]
    columns = (
        "class",
        "artists",
        "expanded",
        "out_edges",
        "share_inside",
        "expected",
        "times_expected",
        "share_of_in_edges_inside",
        "share_of_edges_to_no_class",
    )
    return Table("Edges that stay inside a class", columns, tuple(rows))


def pairs_table(graph: ArtistGraph, mixing: Floats) -> Table:
    """Every two classes with an edge, most edges first."""
    names, total = class_names(graph), mixing.sum()
    chance = np.outer(mixing.sum(axis=1), mixing.sum(axis=0)) / total
    found = sorted(
        ((mixing[at], at) for at in zip(*np.nonzero(mixing), strict=True)),
        key=lambda one: (-one[0], one[1]),
    )
    rows = [
        (
            names[row],
            names[column],
            int(edges),
            significant(chance[row, column]),
            share(edges, chance[row, column]),
        )
        for edges, (row, column) in found
    ]
    columns = ("from", "to", "edges", "expected", "times_expected")
    return Table("Edges from class to class", columns, tuple(rows))
