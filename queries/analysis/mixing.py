"""How the classes of the two ends of an edge go together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from queries.analysis.arrays import Floats, Ints


def mixing_matrix(start: Ints, end: Ints, kinds: int, weight: Floats) -> Floats:
    """The weight of edges from each kind to each, rows the start; `start` and `end` are kinds."""
    flat = np.bincount(start * kinds + end, weights=weight, minlength=kinds * kinds)
    return flat.reshape(kinds, kinds).astype(np.float64)


def coefficient(mixing: Floats) -> float:
    """The assortativity coefficient r of a mixing matrix.

    r = (sum e_ii - sum a_i b_i) / (1 - sum a_i b_i), with e the shares of all edges and a
    and b their sums by row and by column (M. Newman, Phys. Rev. E 67 (2003) 026126, eq. 2):
    1 where all edges stay inside, 0 where they fall by chance, negative where they avoid
    their own kind. Not a number without edges, or where one kind has them all.
    """
    total = mixing.sum()
    if not total:
        return float("nan")
    shares = mixing / total
    chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return (
        (float(np.trace(shares)) - chance) / (1 - chance)
        if chance < 1
        else float("nan")
    )


@dataclass(frozen=True, slots=True)
class Holdings:
    """Which artist holds which labels, for artists that may hold several.

    Attributes:
        held: One row per artist, one column per label, 1 where held.
        count: Labels per artist.
    """

    held: sparse.csr_array
    count: Floats

    @classmethod
    def of(cls, labels: Sequence[Sequence[str]]) -> "Holdings":
        """From the labels of each artist."""
        names = sorted({name for own in labels for name in own})
        column = {name: number for number, name in enumerate(names)}
        pairs = [
            (row, column[name]) for row, own in enumerate(labels) for name in set(own)
        ]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        shape = (len(labels), max(len(names), 1))
        places = (table[:, 0], table[:, 1])
        held = sparse.csr_array((np.ones(len(table)), places), shape=shape)
        return cls(held, np.asarray(held.sum(axis=1), dtype=np.float64))

    def overlap(self, start: Ints, end: Ints) -> tuple[float, float]:
        """How far the labels of pairs of artists agree; everybody in them has some.

        Returns:
            The share of pairs with a label in common, and the mean Jaccard index: labels
            in common over labels of either.
        """
        if not len(start):
            return float("nan"), float("nan")
        common = np.asarray(self.held[start].multiply(self.held[end]).sum(axis=1))
        either = self.count[start] + self.count[end] - common
        return float((common > 0).mean()), float((common / either).mean())
