"""Mixing of labels along edges, and the null models to compare it with.

Measures: the mixing matrix, Newman's assortativity coefficient, and label overlap for
artists with several labels. Null models: the same labels on other artists
(`permuted`), and the same degrees with other edges (`rewired`). All randomness comes from
the generator that the caller passes in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from queries.analysis.arrays import Bools, Floats, Ints

# Every round offers each edge one swap. Milo et al. (arXiv cond-mat/0312028) find that
# about ten swaps per edge are enough to forget the start; from one sample to the next
# fewer are enough.
ROUNDS_TO_FORGET = 10
ROUNDS_BETWEEN = 2


def mixing_matrix(start: Ints, end: Ints, size: int, weight: Floats) -> Floats:
    """Total edge weight from each label to each label; rows are starts.

    Args:
        start: The label number of each edge's start.
        end: The label number of each edge's end.
        size: The number of labels.
        weight: The weight of each edge.
    """
    flat = np.bincount(start * size + end, weights=weight, minlength=size * size)
    return flat.reshape(size, size).astype(np.float64)


def assortativity_coefficient(mixing: Floats) -> float:
    """The assortativity coefficient r of a mixing matrix.

    r = (sum e_ii - sum a_i b_i) / (1 - sum a_i b_i), where e are shares of all edges and
    a and b their sums by row and by column (M. Newman, Phys. Rev. E 67 (2003) 026126,
    eq. 2): 1 where all edges stay within a label, 0 where they mix at random, negative
    where they avoid their own label. Not a number without edges, or where one label has
    them all.
    """
    total = mixing.sum()
    if not total:
        return float("nan")
    shares = mixing / total
    expected = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return (
        (float(np.trace(shares)) - expected) / (1 - expected)
        if expected < 1
        else float("nan")
    )


@dataclass(frozen=True, slots=True)
class LabelSets:
    """Labels of artists that may have several.

    Attributes:
        incidence: One row per artist and one column per label; 1 where it has the label.
        count: The number of labels per artist.
    """

    incidence: sparse.csr_array
    count: Floats

    @classmethod
    def of(cls, labels: Sequence[Sequence[str]]) -> "LabelSets":
        """Build from the labels of each artist."""
        names = sorted({name for own in labels for name in own})
        column = {name: number for number, name in enumerate(names)}
        pairs = [
            (row, column[name]) for row, own in enumerate(labels) for name in set(own)
        ]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        shape = (len(labels), max(len(names), 1))
        entries = (table[:, 0], table[:, 1])
        incidence = sparse.csr_array((np.ones(len(table)), entries), shape=shape)
        return cls(incidence, np.asarray(incidence.sum(axis=1), dtype=np.float64))

    def overlap(self, start: Ints, end: Ints) -> tuple[float, float]:
        """How far the labels of pairs of artists overlap; every artist must have some.

        Returns:
            The share of pairs with a label in common, and the mean Jaccard index: labels
            in common divided by labels of either.
        """
        if not len(start):
            return float("nan"), float("nan")
        common = np.asarray(
            self.incidence[start].multiply(self.incidence[end]).sum(axis=1)
        )
        either = self.count[start] + self.count[end] - common
        return float((common > 0).mean()), float((common / either).mean())


def permuted(expanded: Bools, generator: np.random.Generator) -> Ints:
    """A random permutation that keeps expanded and frontier artists apart.

    Which artists the crawl expanded depends on their labels. A permutation across both
    groups would mix that choice into the comparison.
    """
    order = np.arange(len(expanded))
    for group in (expanded, ~expanded):
        places = np.flatnonzero(group)
        order[places] = generator.permutation(places)
    return order


def rewired(
    start: Ints, end: Ints, size: int, *, rounds: int, generator: np.random.Generator
) -> Ints:
    """New ends of the edges, after swaps that keep every in-degree and out-degree.

    Two edges a→b and c→d become a→d and c→b, unless that creates a self-loop or an edge
    that exists already (Maslov and Sneppen, Science 296 (2002) 910, for directed graphs).
    A round pairs all edges at random and tries all swaps at once.

    Args:
        start: The start of each edge; it does not change.
        end: The end of each edge; no edge occurs twice.
        size: The number of artists.
        rounds: How often each edge is offered a swap.
        generator: The source of randomness.
    """
    end = end.copy()
    half = len(start) // 2
    for _ in range(rounds):
        order = generator.permutation(len(start))
        one, other = order[:half], order[half : 2 * half]
        swap = _allowed_swaps(start, end, size, (one, other))
        one, other = one[swap], other[swap]
        end[one], end[other] = end[other], end[one]
    return end


def _allowed_swaps(
    start: Ints, end: Ints, size: int, pairs: tuple[Ints, Ints]
) -> Bools:
    """The swaps that leave a simple graph, whichever of the other swaps are made."""
    one, other = pairs
    proposed = np.stack(
        [start[one] * size + end[other], start[other] * size + end[one]]
    )
    loops = (start[one] == end[other]) | (start[other] == end[one])
    # An edge that exists, or is proposed twice, occurs twice in the list of all of them.
    # One sort finds these; looking up each proposal takes up to three times as long.
    every = np.sort(np.concatenate([proposed.ravel(), start * size + end]))
    duplicates = np.unique(every[1:][every[1:] == every[:-1]])
    allowed: Bools = ~(loops | np.isin(proposed, duplicates).any(axis=0))
    return allowed
