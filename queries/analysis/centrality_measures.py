"""Betweenness from sampled pivots, many shortest-path searches at a time."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from queries.analysis.arrays import Floats, Ints, Links

# How many searches share one pass over the edges; bounds memory to a few arrays of
# artists x this many.
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Betweenness:
    """Per artist the share of shortest paths it lies on.

    Attributes:
        value: Over all pairs of two other artists, ordered; 0 to 1.
        error: Standard error of `value` from the sampling; 0 where every search was made.
            A lower estimate: dependencies are heavy-tailed, and a sample that missed the
            largest does not know of them.
        pivots: How many artists paths were searched from.
        starts: How many there are to search from: only who lists somebody starts a path.
    """

    value: Floats
    error: Floats
    pivots: int
    starts: int


def betweenness(
    links: Links, *, pivots: int, generator: np.random.Generator
) -> Betweenness:
    """Directed, unweighted betweenness (Brandes) from pivots drawn at random.

    U. Brandes, J. Math. Sociology 25 (2001) 163, and U. Brandes, C. Pich, Int. J. Bifurcation
    and Chaos 17 (2007) 2303: dependencies of the pivots, times starts over pivots.

    Args:
        links: The graph.
        pivots: How many artists to search from; all of them where there are no more.
        generator: Draws the pivots.
    """
    starts = np.flatnonzero(links.out_degree)
    count = min(pivots, len(starts))
    chosen = np.sort(generator.choice(starts, size=count, replace=False))
    ones = np.ones(len(links.start))
    ends = (links.start, links.end)
    out = sparse.csr_array((ones, ends), shape=(links.size, links.size))
    into = out.T.tocsr()
    total, squares = np.zeros(links.size), np.zeros(links.size)
    for first in range(0, count, _AT_ONCE):
        found = _dependencies(out, into, chosen[first : first + _AT_ONCE])
        total += found.sum(axis=1)
        squares += (found**2).sum(axis=1)
    pairs = max((links.size - 1) * (links.size - 2), 1)
    error = _error(total, squares, count, len(starts))
    value = total * (len(starts) / count)
    return Betweenness(value / pairs, error / pairs, count, len(starts))


def _error(total: Floats, squares: Floats, drawn: int, of: int) -> Floats:
    """Standard error of a sum over `of` estimated from `drawn` without replacement."""
    if drawn in (of, 1):
        return np.zeros_like(total)
    variance = np.maximum(squares - total**2 / drawn, 0) / (drawn - 1)
    return np.asarray(of * np.sqrt(variance / drawn * (1 - drawn / of)))


def _dependencies(
    out: sparse.csr_array, into: sparse.csr_array, pivots: Ints
) -> Floats:
    """Brandes' dependency of each pivot (a column) on each artist (a row)."""
    paths, levels = _paths(into, pivots)
    dependency = np.zeros_like(paths)
    for nearer, further in zip(levels[-2::-1], levels[:0:-1], strict=True):
        # An artist of the level further out hands its part to whom its paths came through.
        handed = np.zeros_like(paths)
        handed[further] = (1 + dependency[further]) / paths[further]
        came = out @ handed
        dependency[nearer] += paths[nearer] * came[nearer]
    dependency[pivots, np.arange(len(pivots))] = 0
    return dependency


def _paths(
    into: sparse.csr_array, pivots: Ints
) -> tuple[Floats, list[tuple[Ints, Ints]]]:
    """How many shortest paths lead from each pivot to each artist, and who is how far."""
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
