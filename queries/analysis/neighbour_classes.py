"""The classes of an artist's relatives, which `suspects` and `bridges` both look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.views.artists import ArtistGraph
from queries.errors import AnalysisError

Numbers = NDArray[np.float64]
# Two classes are the least that anybody can stand between.
FEWEST_CLASSES = 2


def nearness(rank: int) -> float:
    """How much a relative at this rank counts: 1 for the first, 0.23 for the twentieth.

    The discount of Järvelin & Kekäläinen (2002), which falls more slowly than 1/rank:
    the twentieth of a service's relatives is still one.
    """
    return 1 / log2(rank + 1)


def class_names(graph: ArtistGraph) -> tuple[str, ...]:
    """The classes that artists of this graph have, in the recipe's order.

    Raises:
        AnalysisError: There are fewer than two.
    """
    given = set(nx_attribute(graph, "class").values())
    names = tuple(name for name in graph.graph["class_names"] if name in given)
    if len(names) < FEWEST_CLASSES:
        raise AnalysisError(
            "the artists of this graph have fewer than two classes",
            hint="Name a recipe with [classes] by --recipe, after `genregraph select`.",
        )
    return names


def nx_attribute(graph: ArtistGraph, name: str) -> Mapping[str, str]:
    """One attribute of all artists, by id."""
    return dict(graph.nodes(data=name))


@dataclass(frozen=True, slots=True)
class Relatives:
    """Who is related to whom, in numbers. Artists and classes are rows and columns.

    Attributes:
        artists: Their ids, in the graph's order.
        classes: Those that artists have.
        own: artists x classes; 1 where the artist has the class, else 0.
        related: artists x artists, symmetric: the nearness of two who are relatives,
            in either direction. Who list each other are related once: that one list
            answers the other is the rule, and no second piece of evidence.
    """

    artists: tuple[str, ...]
    classes: tuple[str, ...]
    own: Numbers
    related: "csr_array[np.float64]"

    def counts(self) -> Numbers:
        """How many relatives of each class: artists x classes."""
        one_each = self.related.astype(bool).astype(float)
        counts: Numbers = one_each @ self.own
        return counts


def relatives_of(graph: ArtistGraph) -> Relatives:
    """All relatives of a graph's artists.

    Raises:
        AnalysisError: The artists have fewer than two classes.
    """
    artists, classes = tuple(graph), class_names(graph)
    of_class = nx_attribute(graph, "class")
    own = np.array([[of_class[a] == c for c in classes] for a in artists], float)
    return Relatives(artists, classes, own, _related(graph, artists))


def _related(graph: ArtistGraph, artists: tuple[str, ...]) -> "csr_array[np.float64]":
    place = {artist: number for number, artist in enumerate(artists)}
    edges = [(a, b, rank) for a, b, rank in graph.edges(data="rank") if a != b]
    listed = csr_array(
        (
            np.array([nearness(rank) for _, _, rank in edges]),
            (
                np.array([place[a] for a, _, _ in edges], dtype=np.intp),
                np.array([place[b] for _, b, _ in edges], dtype=np.intp),
            ),
        ),
        shape=(len(artists), len(artists)),
    )
    return csr_array(listed.maximum(listed.T))
