"""The artist graph as numpy arrays.

Every analysis of the whole graph starts here, so that "expanded", "isolated" and "among
the expanded" mean the same in all of them. Self-loops are left out of every analysis.
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
class GraphArrays:
    """Artists are numbered in the graph's order; edges are pairs of these numbers.

    Attributes:
        ids: The artists' ids.
        expanded: Per artist, whether the crawl requested its relatives.
        start, end, weight: One entry per edge, in the graph's order.
    """

    ids: tuple[str, ...]
    expanded: Bools
    start: Ints
    end: Ints
    weight: Floats

    @property
    def size(self) -> int:
        """The number of artists."""
        return len(self.ids)

    @property
    def in_degree(self) -> Ints:
        """Per artist, how many expanded artists list it."""
        return np.bincount(self.end, minlength=self.size)

    @property
    def out_degree(self) -> Ints:
        """Per artist, how many artists it lists; 0 on the frontier, where it is unknown."""
        return np.bincount(self.start, minlength=self.size)

    @property
    def isolated(self) -> Bools:
        """Per artist, whether it has no edge in either direction."""
        isolated: Bools = (self.in_degree + self.out_degree) == 0
        return isolated

    @property
    def among_expanded(self) -> Bools:
        """Per edge, whether both ends are expanded, so that both directions are known."""
        both: Bools = self.expanded[self.start] & self.expanded[self.end]
        return both

    @property
    def edge_keys(self) -> Ints:
        """Per edge, a number that is unique to its start and end."""
        return self.start * self.size + self.end

    @property
    def mutual(self) -> Bools:
        """Per edge, whether the end also lists the start."""
        mutual: Bools = np.isin(self.end * self.size + self.start, self.edge_keys)
        return mutual


def graph_arrays(graph: ArtistGraph, *, need_edges: bool = True) -> GraphArrays:
    """Convert a graph's artists and edges to arrays.

    Args:
        graph: As `graph.views.artists.artist_graph` returns it.
        need_edges: Whether to refuse a graph without edges.

    Raises:
        AnalysisError: Fewer than two artists, or no edges where they are needed.
    """
    _require_two_artists(graph)
    number = {artist: place for place, artist in enumerate(graph)}
    edges = [
        (number[start], number[end], float(weight))
        for start, end, weight in graph.edges(data="weight", default=1.0)
        if start != end
    ]
    if need_edges and not edges:
        raise AnalysisError("no artist of the graph lists another")
    table = np.array(edges, dtype=np.float64).reshape(-1, 3)
    expanded = [bool(flag) for _, flag in graph.nodes(data="expanded", default=False)]
    return GraphArrays(
        tuple(graph),
        np.array(expanded, dtype=np.bool_),
        table[:, 0].astype(np.int64),
        table[:, 1].astype(np.int64),
        table[:, 2],
    )


def undirected_projection(arrays: GraphArrays) -> "nx.Graph[int]":
    """The undirected simple graph: weights of both directions are added.

    Nodes are artist numbers, not ids: sets of integers have the same order in every run.
    Isolated artists are included.
    """
    low, high = (
        np.minimum(arrays.start, arrays.end),
        np.maximum(arrays.start, arrays.end),
    )
    keys, place = np.unique(low * arrays.size + high, return_inverse=True)
    weights = np.bincount(place, weights=arrays.weight, minlength=len(keys))
    undirected: nx.Graph[int] = nx.Graph()
    undirected.add_nodes_from(range(arrays.size))
    ends = zip(
        (keys // arrays.size).tolist(), (keys % arrays.size).tolist(), strict=True
    )
    undirected.add_weighted_edges_from(
        (*both, weight) for both, weight in zip(ends, weights.tolist(), strict=True)
    )
    return undirected


def one_class_numbers(graph: ArtistGraph, names: tuple[str, ...]) -> Ints:
    """Per artist, the index of its one class in `names`; -1 without one class."""
    number = {name: place for place, name in enumerate(names)}
    return np.array(
        [number.get(name, -1) for _, name in graph.nodes(data="class")], dtype=np.int64
    )


def _require_two_artists(graph: ArtistGraph) -> None:
    if len(graph) == 0:
        raise AnalysisError("the graph holds no artists")
    if len(graph) == 1:
        raise AnalysisError(
            "the graph holds only one artist: there is nothing to compare"
        )
