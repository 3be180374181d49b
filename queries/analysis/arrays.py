"""The artist graph as arrays, and the groups of artists that a number can be over.

Every analysis starts here, so that "expanded", "isolated" and "among the expanded" mean
the same in all of them. An edge of an artist to itself is in no analysis.
"""

from dataclasses import dataclass
from typing import TypeAlias

import networkx as nx
import numpy as np
import numpy.typing as npt

from graph.views.artists import ArtistGraph
from queries.errors import AnalysisError

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Links:
    """Artists by their place in the graph's order, edges as pairs of places.

    Attributes:
        ids: The artists, in the graph's order.
        expanded: Per artist, whether its relatives were asked for.
        start, end, weight: One entry per edge, in the graph's order.
    """

    ids: tuple[str, ...]
    expanded: Bools
    start: Ints
    end: Ints
    weight: Floats

    @property
    def size(self) -> int:
        """How many artists."""
        return len(self.ids)

    @property
    def in_degree(self) -> Ints:
        """Per artist, how many expanded artists list it."""
        return np.bincount(self.end, minlength=self.size)

    @property
    def out_degree(self) -> Ints:
        """Per artist, how many artists it lists; 0 on the frontier, where it is not known."""
        return np.bincount(self.start, minlength=self.size)

    @property
    def isolated(self) -> Bools:
        """Per artist, whether it has no edge either way."""
        alone: Bools = (self.in_degree + self.out_degree) == 0
        return alone

    @property
    def among_expanded(self) -> Bools:
        """Per edge, whether both ends are expanded: there both directions could be seen."""
        both: Bools = self.expanded[self.start] & self.expanded[self.end]
        return both

    @property
    def pairs(self) -> Ints:
        """One number per edge that only this start and end have."""
        return self.start * self.size + self.end

    @property
    def mutual(self) -> Bools:
        """Per edge, whether the end lists the start too."""
        found: Bools = np.isin(self.end * self.size + self.start, self.pairs)
        return found


def links_of(graph: ArtistGraph, *, edges: bool = True) -> Links:
    """The graph's artists and edges as arrays.

    Args:
        graph: As `graph.views.artists.artist_graph` makes it.
        edges: Whether the question needs at least one edge.

    Raises:
        AnalysisError: Fewer than two artists, or no edge where one is needed.
    """
    _refuse_few(graph)
    place = {artist: number for number, artist in enumerate(graph)}
    found = [
        (place[start], place[end], float(weight))
        for start, end, weight in graph.edges(data="weight", default=1.0)
        if start != end
    ]
    if edges and not found:
        raise AnalysisError("no artist of the graph lists another")
    table = np.array(found, dtype=np.float64).reshape(-1, 3)
    expanded = [bool(flag) for _, flag in graph.nodes(data="expanded", default=False)]
    return Links(
        tuple(graph),
        np.array(expanded, dtype=np.bool_),
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2],
    )


def projection(links: Links) -> "nx.Graph[int]":
    """The undirected simple graph: an edge where either lists the other, weights added.

    Nodes are places, not ids: what networkx keeps in sets then has the same order in
    every run. Isolated artists are in it.
    """
    low, high = np.minimum(links.start, links.end), np.maximum(links.start, links.end)
    pairs, place = np.unique(low * links.size + high, return_inverse=True)
    weights = np.bincount(place, weights=links.weight, minlength=len(pairs))
    flat: nx.Graph[int] = nx.Graph()
    flat.add_nodes_from(range(links.size))
    ends = zip(
        (pairs // links.size).tolist(), (pairs % links.size).tolist(), strict=True
    )
    flat.add_weighted_edges_from(
        (*both, weight) for both, weight in zip(ends, weights.tolist(), strict=True)
    )
    return flat


def _refuse_few(graph: ArtistGraph) -> None:
    if len(graph) == 0:
        raise AnalysisError("the graph holds no artist")
    if len(graph) == 1:
        raise AnalysisError(
            "the graph holds one artist only: there is nothing to compare"
        )
