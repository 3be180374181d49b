"""Measures of centrality: PageRank, core numbers, and betweenness from sampled pivots."""

from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy import sparse

from queries.analysis.arrays import Floats, GraphArrays, Ints, undirected_projection

DAMPING = 0.85
# This many searches share one pass over the edges. It bounds memory to a few arrays of
# artists x this number.
_BATCH = 64


def pagerank(arrays: GraphArrays, *, weighted: bool = True) -> Floats:
    """Per artist, the probability that a random surfer who follows lists is there.

    From an artist that lists nobody, such as any on the frontier, the surfer jumps to a
    random artist.

    Args:
        arrays: The artist graph.
        weighted: Whether the surfer follows a list by its weights, or uniformly.
    """
    directed: nx.DiGraph[int] = nx.DiGraph()
    directed.add_nodes_from(range(arrays.size))
    edges = (arrays.start.tolist(), arrays.end.tolist(), arrays.weight.tolist())
    directed.add_weighted_edges_from(zip(*edges, strict=True))
    found = nx.pagerank(
        directed,
        alpha=DAMPING,
        weight="weight" if weighted else None,
        tol=1e-9,
        max_iter=500,
    )
    return np.array([found[at] for at in range(arrays.size)], dtype=np.float64)


def core_numbers(arrays: GraphArrays) -> Floats:
    """Per artist, the largest k for which it is in the k-core of the undirected graph."""
    found = nx.core_number(undirected_projection(arrays))
    return np.array([found[at] for at in range(arrays.size)], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Betweenness:
    """Per artist, the share of shortest paths that pass through it.

    Attributes:
        value: Over all ordered pairs of two other artists; 0 to 1.
        error: Standard error of `value` from the sampling; 0 where no search was left out.
            It is a lower estimate: dependencies are heavy-tailed, and a sample that missed
            the largest ones cannot show them.
        pivots: The number of artists that paths were searched from.
        starts: The number of possible pivots: only an artist that lists others starts a
            path.
    """

    value: Floats
    error: Floats
    pivots: int
    starts: int


def betweenness(
    arrays: GraphArrays, *, pivots: int, generator: np.random.Generator
) -> Betweenness:
    """Directed, unweighted betweenness (Brandes) from randomly drawn pivots.

    U. Brandes, J. Math. Sociology 25 (2001) 163, and U. Brandes, C. Pich, Int. J. Bifurcation
    and Chaos 17 (2007) 2303: the pivots' dependencies, scaled by starts over pivots.

    Args:
        arrays: The artist graph.
        pivots: How many artists to search from; at most all starts.
        generator: Draws the pivots.
    """
    starts = np.flatnonzero(arrays.out_degree)
    count = min(pivots, len(starts))
    chosen = np.sort(generator.choice(starts, size=count, replace=False))
    ones = np.ones(len(arrays.start))
    ends = (arrays.start, arrays.end)
    out = sparse.csr_array((ones, ends), shape=(arrays.size, arrays.size))
    into = out.T.tocsr()
    total, squares = np.zeros(arrays.size), np.zeros(arrays.size)
    for first in range(0, count, _BATCH):
        found = _dependencies(out, into, chosen[first : first + _BATCH])
        total += found.sum(axis=1)
        squares += (found**2).sum(axis=1)
    pairs = max((arrays.size - 1) * (arrays.size - 2), 1)
    error = _standard_error(total, squares, count, len(starts))
    value = total * (len(starts) / count)
    return Betweenness(value / pairs, error / pairs, count, len(starts))


def _standard_error(total: Floats, squares: Floats, drawn: int, of: int) -> Floats:
    """Standard error of a sum over `of` estimated from `drawn` without replacement."""
    if drawn in (of, 1):
        return np.zeros_like(total)
    variance = np.maximum(squares - total**2 / drawn, 0) / (drawn - 1)
    return np.asarray(of * np.sqrt(variance / drawn * (1 - drawn / of)))


def _dependencies(
    out: sparse.csr_array, into: sparse.csr_array, pivots: Ints
) -> Floats:
    """Brandes' dependency of each pivot (a column) on each artist (a row)."""
    paths, levels = _shortest_path_counts(into, pivots)
    dependency = np.zeros_like(paths)
    for nearer, further in zip(levels[-2::-1], levels[:0:-1], strict=True):
        # Each artist on the further level passes its part back along its shortest paths.
        passed = np.zeros_like(paths)
        passed[further] = (1 + dependency[further]) / paths[further]
        received = out @ passed
        dependency[nearer] += paths[nearer] * received[nearer]
    dependency[pivots, np.arange(len(pivots))] = 0
    return dependency


def _shortest_path_counts(
    into: sparse.csr_array, pivots: Ints
) -> tuple[Floats, list[tuple[Ints, Ints]]]:
    """The number of shortest paths from each pivot to each artist, and artists by distance."""
    paths = np.zeros((into.shape[0], len(pivots)))
    paths[pivots, np.arange(len(pivots))] = 1
    levels = [(pivots, np.arange(len(pivots)))]
    reached = paths > 0
    while len(levels[-1][0]):
        ahead = np.zeros_like(paths)
        ahead[levels[-1]] = paths[levels[-1]]
        arriving = into @ ahead
        fresh = np.nonzero((arriving > 0) & ~reached)
        paths[fresh] = arriving[fresh]
        reached[fresh] = True
        levels.append((fresh[0], fresh[1]))
    return paths, levels
