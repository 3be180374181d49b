"""The classes of artists' relatives, as matrices; `suspects` and `bridges` use them."""

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.views.artists import ArtistGraph
from queries.errors import AnalysisError

Numbers = NDArray[np.float64]
MIN_CLASSES = 2


def rank_discount(rank: int) -> float:
    """How much a relative at this rank counts: 1 for the first, 0.23 for the twentieth.

    The discount of Järvelin & Kekäläinen (2002). It falls more slowly than 1/rank, because
    the twentieth of a service's relatives is still a relative.
    """
    return 1 / log2(rank + 1)


@dataclass(frozen=True, slots=True)
class NeighbourClasses:
    """Artists, their classes and their relatives, as matrices.

    Attributes:
        artists: Ids, in the graph's order.
        classes: The classes that artists have.
        membership: artists x classes; 1 where the artist has the class, else 0.
        discounts: artists x artists, symmetric; the rank discount of two relatives, in
            either direction. Two artists that list each other are related once: mutual
            listing is the rule, so the second edge is not further evidence.
    """

    artists: tuple[str, ...]
    classes: tuple[str, ...]
    membership: Numbers
    discounts: "csr_array[np.float64]"

    def counts(self) -> Numbers:
        """The number of relatives of each class: artists x classes."""
        unweighted = self.discounts.astype(bool).astype(float)
        counts: Numbers = unweighted @ self.membership
        return counts


def neighbour_classes(graph: ArtistGraph) -> NeighbourClasses:
    """Build the matrices of a graph.

    Raises:
        AnalysisError: The artists have fewer than two classes.
    """
    artists = tuple(graph)
    class_of = dict(graph.nodes(data="class"))
    used = set(class_of.values())
    classes = tuple(name for name in graph.graph["class_names"] if name in used)
    if len(classes) < MIN_CLASSES:
        raise AnalysisError(
            "the artists of this graph have fewer than two classes",
            hint="Name a recipe with [classes] by --recipe, after `genregraph select`.",
        )
    membership = np.array([[class_of[a] == c for c in classes] for a in artists], float)
    return NeighbourClasses(artists, classes, membership, _discounts(graph, artists))


def _discounts(graph: ArtistGraph, artists: tuple[str, ...]) -> "csr_array[np.float64]":
    number = {artist: place for place, artist in enumerate(artists)}
    edges = [(a, b, rank) for a, b, rank in graph.edges(data="rank") if a != b]
    directed = csr_array(
        (
            np.array([rank_discount(rank) for _, _, rank in edges]),
            (
                np.array([number[a] for a, _, _ in edges], dtype=np.intp),
                np.array([number[b] for _, b, _ in edges], dtype=np.intp),
            ),
        ),
        shape=(len(artists), len(artists)),
    )
    return csr_array(directed.maximum(directed.T))
