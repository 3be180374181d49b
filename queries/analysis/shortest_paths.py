"""Shortest paths between two artists, and how many artists lie at each distance."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest

import networkx as nx

from graph.views.artists import ArtistGraph

# A weight of 0 must not divide.
MIN_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Traversal:
    """A graph to traverse between two artists, directed or undirected.

    Only expanded artists lie inside a directed path, because no edge starts at another.
    An undirected path may also pass through the frontier.

    Attributes:
        graph: All artists; every edge has a `length`, 1/weight.
        source: Where paths start.
        target: Where paths end.
    """

    graph: "nx.DiGraph[str]"
    source: str
    target: str

    @classmethod
    def directed(cls, artists: ArtistGraph, source: str, target: str) -> "Traversal":
        """Follow edges from start to end only."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(artists)
        graph.add_edges_from(
            (start, end, {"length": 1 / max(weight, MIN_WEIGHT)})
            for start, end, weight in artists.edges(data="weight")
            if start != end
        )
        return cls(graph, source, target)

    def undirected(self) -> "Traversal":
        """Follow edges in either direction; the shorter of two lengths counts."""
        both = self.graph.copy()
        for start, end, length in self.graph.edges(data="length"):
            back = both.get_edge_data(end, start, {"length": length})["length"]
            both.add_edge(start, end, length=min(length, back))
            both.add_edge(end, start, length=min(length, back))
        return Traversal(both, self.source, self.target)


@dataclass(frozen=True, slots=True)
class PathResult:
    """The paths found by one criterion.

    Attributes:
        name: The criterion, such as "directed, fewest steps".
        paths: The artists of each path, from source to target; empty where there is none.
        length: The sum of the step lengths of the first path.
        count: How many paths are equally short, including those that are not in `paths`.
    """

    name: str
    paths: tuple[tuple[str, ...], ...] = ()
    length: float = 0.0
    count: int = 0


def fewest_steps(traversal: Traversal, name: str, shown: int) -> PathResult:
    """The paths with the fewest steps, those with the smallest length first."""
    graph, source, target = traversal.graph, traversal.source, traversal.target
    from_source = nx.single_source_shortest_path_length(graph, source)
    if target not in from_source:
        return PathResult(name)
    to_target = dict(nx.single_target_shortest_path_length(graph, target))
    steps = from_source[target]
    shortest: nx.DiGraph[str] = nx.DiGraph()
    shortest.add_edges_from(
        (start, end, attributes)
        for start, end, attributes in graph.edges(data=True)
        if from_source.get(start, steps) + 1 + to_target.get(end, steps) == steps
    )
    paths = nx.shortest_simple_paths(shortest, source, target, weight="length")
    found = tuple(tuple(path) for path in islice(paths, shown))
    length = float(nx.path_weight(graph, list(found[0]), "length"))
    return PathResult(
        name, found, length, _count_paths(shortest, traversal, from_source)
    )


def nearest(traversal: Traversal, name: str) -> PathResult:
    """The path with the smallest length, however many steps it has."""
    try:
        length, path = nx.bidirectional_dijkstra(
            traversal.graph, traversal.source, traversal.target, weight="length"
        )
    except nx.NetworkXNoPath:
        return PathResult(name)
    return PathResult(name, (tuple(path),), float(length), 1)


def _count_paths(
    shortest: "nx.DiGraph[str]", traversal: Traversal, from_source: Mapping[str, int]
) -> int:
    """The number of paths with the fewest steps, summed from the source outwards."""
    paths = dict.fromkeys(shortest, 0) | {traversal.source: 1}
    for artist in sorted(shortest, key=from_source.__getitem__):
        for successor in shortest.succ[artist]:
            paths[successor] += paths[artist]
    return paths[traversal.target]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many artists, expanded or not, lie one step away, two steps away and so on.

    Attributes:
        forward: From the source along edges.
        backward: To the target along edges; all of these are expanded.
        undirected: From the source in either direction: its weak component without itself.
        undirected_target: From the target in either direction.
        artists: The number of artists in the graph.
    """

    forward: tuple[int, ...]
    backward: tuple[int, ...]
    undirected: tuple[int, ...]
    undirected_target: tuple[int, ...]
    artists: int

    @classmethod
    def of(cls, directed: Traversal, undirected: Traversal) -> "Reach":
        """Count the artists by distance."""
        return cls(
            _by_steps(directed.graph, directed.source),
            _by_steps(directed.graph.reverse(copy=False), directed.target),
            _by_steps(undirected.graph, undirected.source),
            _by_steps(undirected.graph, undirected.target),
            len(directed.graph),
        )

    def rows(self) -> tuple[tuple[int, ...], ...]:
        """The number of steps, then how many artists lie at that distance in each sense."""
        columns = zip_longest(self.forward, self.backward, self.undirected, fillvalue=0)
        return tuple((step, *counts) for step, counts in enumerate(columns, start=1))


def _by_steps(graph: "nx.DiGraph[str]", start: str) -> tuple[int, ...]:
    steps = Counter(nx.single_source_shortest_path_length(graph, start).values())
    return tuple(steps[number] for number in range(1, max(steps) + 1))
