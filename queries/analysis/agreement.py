"""How far two ways to group the same artists agree.

Both numbers come from the contingency table n_ij, how many artists are in group i of the
one and in group j of the other, with its sums a_i and b_j over n artists.
"""

import numpy as np

from queries.analysis.arrays import Floats, Ints


def mutual_information(one: Ints, other: Ints) -> float:
    """Normalised mutual information, 2 I / (H(one) + H(other)): 1 where both are the same.

    I = sum n_ij/n log(n n_ij / (a_i b_j)), H = -sum a_i/n log(a_i/n) (L. Danon et al., J.
    Stat. Mech. (2005) P09008). Not corrected for chance: many small groups raise it.
    Two groupings with one group each are the same; no artists are not a number.
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
    """Adjusted Rand index: 1 where both are the same, 0 on average by chance.

    With C(x) = x (x - 1) / 2: (sum C(n_ij) - E) / (M - E), where E = sum C(a_i) sum C(b_j)
    / C(n) and M is the mean of the two sums (L. Hubert, P. Arabie, J. Classification 2
    (1985) 193). Groupings that leave nothing to chance (one group, or all alone, in both)
    are the same; no artists are not a number.
    """
    table = _contingency(one, other)
    if not table.size:
        return float("nan")
    rows, columns = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    every = _pairs(table.sum(keepdims=True).ravel())
    chance = rows * columns / every if every else 0.0
    largest = (rows + columns) / 2
    if largest == chance:
        return 1.0
    return (_pairs(table.ravel()) - chance) / (largest - chance)


def _contingency(one: Ints, other: Ints) -> Floats:
    rows, row = np.unique(one, return_inverse=True)
    columns, column = np.unique(other, return_inverse=True)
    flat = np.bincount(row * len(columns) + column, minlength=len(rows) * len(columns))
    return flat.reshape(len(rows), len(columns)).astype(np.float64)


def _entropy(shares: Floats) -> float:
    held = shares[shares > 0]
    return float(-(held * np.log(held)).sum())


def _pairs(counts: Floats) -> float:
    return float((counts * (counts - 1) / 2).sum())
