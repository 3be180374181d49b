"""Shortest ways from one artist of a graph to another."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest

import networkx as nx

from graph.views.artists import ArtistGraph

# A score of 0 is no nearness at all, and must not divide.
LEAST_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True)
class Traversal:
    """The ways between two artists.

    Along edges only expanded artists lie between them, for no edge starts at another.
    Regardless of directions the frontier is passed too: the edges into it were seen.

    Attributes:
        ways: All artists; every edge has a `length`, 1/weight.
    """

    ways: "nx.DiGraph[str]"
    first: str
    last: str

    @classmethod
    def of(cls, graph: ArtistGraph, first: str, last: str) -> "Traversal":
        """Along edges."""
        ways: nx.DiGraph[str] = nx.DiGraph()
        ways.add_nodes_from(graph)
        ways.add_edges_from(
            (start, end, {"length": 1 / max(weight, LEAST_WEIGHT)})
            for start, end, weight in graph.edges(data="weight")
            if start != end
        )
        return cls(ways, first, last)

    def undirected(self) -> "Traversal":
        """Along edges and against them; of two lengths the shorter."""
        both = self.ways.copy()
        for start, end, length in self.ways.edges(data="length"):
            back = both.get_edge_data(end, start, {"length": length})["length"]
            both.add_edge(start, end, length=min(length, back))
            both.add_edge(end, start, length=min(length, back))
        return Traversal(both, self.first, self.last)


@dataclass(frozen=True, slots=True)
class PathResult:
    """The paths found for one meaning of "short".

    Attributes:
        paths: Artists from the first to the last; none where there is no way.
        length: Of the first path: the sum of its steps' lengths.
        count: How many paths are as short, also those that are not in `paths`.
    """

    name: str
    paths: tuple[tuple[str, ...], ...] = ()
    length: float = 0.0
    count: int = 0


def fewest_steps(on: Traversal, name: str, shown: int) -> PathResult:
    """The paths with the fewest steps, the nearest of them first."""
    from_first = nx.single_source_shortest_path_length(on.ways, on.first)
    if on.last not in from_first:
        return PathResult(name)
    to_last = dict(nx.single_target_shortest_path_length(on.ways, on.last))
    steps = from_first[on.last]
    shortest: nx.DiGraph[str] = nx.DiGraph()
    shortest.add_edges_from(
        (start, end, values)
        for start, end, values in on.ways.edges(data=True)
        if from_first.get(start, steps) + 1 + to_last.get(end, steps) == steps
    )
    paths = nx.shortest_simple_paths(shortest, on.first, on.last, weight="length")
    found = tuple(tuple(path) for path in islice(paths, shown))
    return PathResult(
        name, found, _length(on, found[0]), _count(shortest, on, from_first)
    )


def nearest(on: Traversal, name: str) -> PathResult:
    """The path whose steps are shortest in sum, however many they are."""
    try:
        length, path = nx.bidirectional_dijkstra(
            on.ways, on.first, on.last, weight="length"
        )
    except nx.NetworkXNoPath:
        return PathResult(name)
    return PathResult(name, (tuple(path),), float(length), 1)


def _length(on: Traversal, path: tuple[str, ...]) -> float:
    return float(nx.path_weight(on.ways, list(path), "length"))


def _count(
    shortest: "nx.DiGraph[str]", on: Traversal, from_first: Mapping[str, int]
) -> int:
    """All paths with the fewest steps, counted from the first to the last."""
    ways = dict.fromkeys(shortest, 0) | {on.first: 1}
    for artist in sorted(shortest, key=from_first.__getitem__):
        for after in shortest.succ[artist]:
            ways[after] += ways[artist]
    return ways[on.last]


@dataclass(frozen=True, slots=True)
class Reach:
    """How many artists, expanded or not, lie one step off, two steps off and so on.

    Attributes:
        forward: From the first along edges.
        backward: To the last along edges; all are expanded.
        undirected: From the first either way: with it, its weak component.
        undirected_last: From the last either way.
        artists: How many the graph has.
    """

    forward: tuple[int, ...]
    backward: tuple[int, ...]
    undirected: tuple[int, ...]
    undirected_last: tuple[int, ...]
    artists: int

    @classmethod
    def of(cls, along: Traversal, both: Traversal) -> "Reach":
        """Over the ways along edges, and over those either way."""
        return cls(
            _by_steps(along.ways, along.first),
            _by_steps(along.ways.reverse(copy=False), along.last),
            _by_steps(both.ways, both.first),
            _by_steps(both.ways, both.last),
            len(along.ways),
        )

    def rows(self) -> tuple[tuple[int, ...], ...]:
        """Steps, then how many artists lie so far off in each sense."""
        sides = zip_longest(self.forward, self.backward, self.undirected, fillvalue=0)
        return tuple((step, *counts) for step, counts in enumerate(sides, start=1))


def _by_steps(ways: "nx.DiGraph[str]", start: str) -> tuple[int, ...]:
    steps = Counter(nx.single_source_shortest_path_length(ways, start).values())
    return tuple(steps[number] for number in range(1, max(steps) + 1))
