"""Community detection by modularity, and how far two partitions agree.

Louvain runs several times with different seeds; the partition with the highest modularity
wins. Agreement is computed from the contingency table n_ij, the number of artists in group
i of one partition and group j of the other, with row sums a_i and column sums b_j over n
artists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np

from queries.analysis.arrays import Floats, GraphArrays, Ints, undirected_projection

RUNS = 4


@dataclass(frozen=True, slots=True)
class Communities:
    """The best partition of several runs, largest community first.

    Attributes:
        groups: Artist numbers, sorted, without isolated artists.
        member: Per artist, the number of its group; -1 where it is isolated.
        modularity: Of each run, in order of the seeds.
        agreement: Normalised mutual information of every two runs.
    """

    groups: tuple[tuple[int, ...], ...]
    member: Ints
    modularity: tuple[float, ...]
    agreement: tuple[float, ...]


def detect_communities(
    undirected: "nx.Graph[int]", arrays: GraphArrays, seed: int
) -> Communities:
    """Run Louvain with `RUNS` seeds from `seed` on and keep the highest modularity.

    Args:
        undirected: What `connected_projection` returns for `arrays`.
        arrays: The artist graph.
        seed: The seed of the first run.
    """
    runs = [_partition(undirected, seed + number) for number in range(RUNS)]
    modularity = [modularity_of(undirected, groups) for groups in runs]
    members = [_member(groups, arrays.size) for groups in runs]
    connected = ~arrays.isolated
    agreement = [
        mutual_information(one[connected], other[connected])
        for one, other in combinations(members, 2)
    ]
    best = max(range(RUNS), key=modularity.__getitem__)
    return Communities(runs[best], members[best], tuple(modularity), tuple(agreement))


def modularity_of(
    undirected: "nx.Graph[int]", groups: Sequence[Sequence[int]]
) -> float:
    """Newman's weighted modularity at resolution 1."""
    return float(nx.community.modularity(undirected, groups, weight="weight"))


def connected_projection(arrays: GraphArrays) -> "nx.Graph[int]":
    """The undirected weighted graph without isolated artists."""
    undirected = undirected_projection(arrays)
    undirected.remove_nodes_from(np.flatnonzero(arrays.isolated).tolist())
    return undirected


def _partition(undirected: "nx.Graph[int]", seed: int) -> tuple[tuple[int, ...], ...]:
    """The communities of one run, the largest first, then by their first artist."""
    found = nx.community.louvain_communities(undirected, weight="weight", seed=seed)
    return tuple(
        sorted((tuple(sorted(group)) for group in found), key=lambda g: (-len(g), g))
    )


def _member(groups: Sequence[Sequence[int]], size: int) -> Ints:
    member = np.full(size, -1, dtype=np.int64)
    for number, group in enumerate(groups):
        member[list(group)] = number
    return member


def mutual_information(one: Ints, other: Ints) -> float:
    """Normalised mutual information, 2 I / (H(one) + H(other)): 1 for equal partitions.

    I = sum n_ij/n log(n n_ij / (a_i b_j)), H = -sum a_i/n log(a_i/n) (L. Danon et al., J.
    Stat. Mech. (2005) P09008). Not corrected for chance: many small groups raise it. Two
    partitions with one group each are equal; without artists it is not a number.
    """
    table = _contingency(one, other)
    if not table.size:
        return float("nan")
    shares = table / table.sum()
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    entropies = _entropy(rows) + _entropy(columns)
    if entropies <= 0:
        return 1.0
    common = _entropy(rows) + _entropy(columns) - _entropy(shares.ravel())
    return max(0.0, min(1.0, 2 * common / entropies))


def adjusted_rand(one: Ints, other: Ints) -> float:
    """Adjusted Rand index: 1 for equal partitions, 0 on average by chance.

    With C(x) = x (x - 1) / 2: (sum C(n_ij) - E) / (M - E), where E = sum C(a_i) sum C(b_j)
    / C(n) and M is the mean of the two sums (L. Hubert, P. Arabie, J. Classification 2
    (1985) 193). Two partitions that leave nothing to chance (one group in both, or only
    groups of one in both) are equal; without artists it is not a number.
    """
    table = _contingency(one, other)
    if not table.size:
        return float("nan")
    rows, columns = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    every = _pairs(table.sum(keepdims=True).ravel())
    expected = rows * columns / every if every else 0.0
    largest = (rows + columns) / 2
    if largest == expected:
        return 1.0
    return (_pairs(table.ravel()) - expected) / (largest - expected)


def _contingency(one: Ints, other: Ints) -> Floats:
    rows, row = np.unique(one, return_inverse=True)
    columns, column = np.unique(other, return_inverse=True)
    flat = np.bincount(row * len(columns) + column, minlength=len(rows) * len(columns))
    return flat.reshape(len(rows), len(columns)).astype(np.float64)


def _entropy(shares: Floats) -> float:
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum())


def _pairs(counts: Floats) -> float:
    return float((counts * (counts - 1) / 2).sum())
