"""Whether artists that many list lead to artists that many list: degree assortativity."""

import numpy as np

from queries.analysis.amounts import significant
from queries.analysis.arrays import Floats, Ints, Links

SOURCE = (
    "M. Newman, Mixing patterns in networks, Phys. Rev. E 67 (2003) 026126, and, by direction,"
    " J. Foster, D. Foster, P. Grassberger, M. Paczuski, Edge direction and the structure of"
    " networks, PNAS 107 (2010) 10815"
)
NOTE = (
    "Degree assortativity is the correlation of the degrees at the two ends of the edges"
    " between expanded artists, degrees counted over these edges: out to in compares how many"
    " the start lists with how many list the end. 0 is no preference, above 0 the much listed"
    " meet the much listed. No out-degree exceeds the source's longest list, which holds what"
    " is said of out-degrees near 0."
)


def degree_assortativity(links: Links) -> tuple[tuple[str, float | None], ...]:
    """Name and coefficient, out to in, in to in and undirected, among the expanded.

    Pearson's correlation over edges of the start's degree with the end's; undirected over
    both orders of every pair of which one lists the other (Newman 2003, eq. 21; Foster et
    al. 2010, eq. 1). None where all edges have the same degree at one end.
    """
    kept = links.among_expanded
    start, end = links.start[kept], links.end[kept]
    out_degree = np.bincount(start, minlength=links.size)
    in_degree = np.bincount(end, minlength=links.size)
    one, other = _either_way(start, end, links.size)
    degree = np.bincount(one, minlength=links.size)
    return (
        ("degree assortativity, out to in", _alike(out_degree[start], in_degree[end])),
        ("degree assortativity, in to in", _alike(in_degree[start], in_degree[end])),
        ("degree assortativity, undirected", _alike(degree[one], degree[other])),
    )


def _either_way(start: Ints, end: Ints, size: int) -> tuple[Ints, Ints]:
    """Both orders of every pair of artists with an edge, once each."""
    pairs = np.unique(np.concatenate([start * size + end, end * size + start]))
    return pairs // size, pairs % size


def _alike(first: Ints, second: Ints) -> float | None:
    """Pearson's correlation; None where one side is always the same."""
    if not len(first):
        return None
    one, other = _centred(first), _centred(second)
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return significant(float(one @ other) / spread) if spread else None


def _centred(degrees: Ints) -> Floats:
    centred: Floats = degrees - degrees.mean()
    return centred if np.ptp(degrees) else np.zeros(len(degrees))
