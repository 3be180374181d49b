"""Communities by modularity: several runs of Louvain, the best of them, and how they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import networkx as nx
import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.agreement import mutual_information
from queries.analysis.arrays import Ints, Links, links_of, projection

RUNS = 4


@dataclass(frozen=True, slots=True)
class Communities:
    """The best partition of several runs, largest community first.

    Attributes:
        groups: Places of artists, sorted; without the isolated.
        member: Per artist the number of its group, -1 where it is isolated.
        modularity: Of each run, in order of the seeds.
        agreement: Normalised mutual information of every two runs.
    """

    groups: tuple[tuple[int, ...], ...]
    member: Ints
    modularity: tuple[float, ...]
    agreement: tuple[float, ...]


def membership(graph: ArtistGraph, *, seed: int = 2026) -> dict[str, int]:
    """Each artist's community by number, 1 the largest; without the isolated artists.

    The same communities that `communities` tells of.

    Raises:
        AnalysisError: The graph has fewer than two artists or no edge.
    """
    links = links_of(graph)
    member = find_communities(connected_projection(links), links, seed).member
    held = zip(links.ids, member.tolist(), strict=True)
    return {artist: number + 1 for artist, number in held if number >= 0}


def find_communities(flat: "nx.Graph[int]", links: Links, seed: int) -> Communities:
    """Run Louvain with `RUNS` seeds from `seed` on; keep the highest modularity.

    Args:
        flat: The undirected weighted graph of places, without the isolated.
        links: The graph it comes from.
        seed: Of the first run.
    """
    runs = [_partition(flat, seed + number) for number in range(RUNS)]
    modularity = [modularity_of(flat, groups) for groups in runs]
    members = [_member(groups, links.size) for groups in runs]
    connected = ~links.isolated
    agreement = [
        mutual_information(one[connected], other[connected])
        for one, other in combinations(members, 2)
    ]
    best = max(range(RUNS), key=modularity.__getitem__)
    return Communities(runs[best], members[best], tuple(modularity), tuple(agreement))


def modularity_of(flat: "nx.Graph[int]", groups: Sequence[Sequence[int]]) -> float:
    """Newman's weighted modularity at resolution 1."""
    return float(nx.community.modularity(flat, groups, weight="weight"))


def connected_projection(links: Links) -> "nx.Graph[int]":
    """The undirected weighted graph without the isolated artists."""
    flat = projection(links)
    flat.remove_nodes_from(np.flatnonzero(links.isolated).tolist())
    return flat


def _partition(flat: "nx.Graph[int]", seed: int) -> tuple[tuple[int, ...], ...]:
    """One run's communities, the largest first, then by their first artist."""
    found = nx.community.louvain_communities(flat, weight="weight", seed=seed)
    return tuple(
        sorted((tuple(sorted(group)) for group in found), key=lambda g: (-len(g), g))
    )


def _member(groups: Sequence[Sequence[int]], size: int) -> Ints:
    member = np.full(size, -1, dtype=np.int64)
    for number, group in enumerate(groups):
        member[list(group)] = number
    return member
