"""Graphs to compare with: the same labels on other artists, the same degrees on other edges.

Everything random comes from the generator that is handed in.
"""

import numpy as np

from queries.analysis.arrays import Bools, Ints

# Every round offers each edge one swap. Milo et al. (arXiv cond-mat/0312028) find some
# ten swaps an edge enough to forget the start, and fewer from one sample to the next.
ROUNDS_TO_FORGET = 10
ROUNDS_BETWEEN = 2


def permuted(strata: Bools, generator: np.random.Generator) -> Ints:
    """A permutation of places that keeps each place within its stratum.

    Strata are the expanded artists and the frontier: who was asked depends on the labels,
    and a shuffle across would mix that choice into the comparison.
    """
    order = np.arange(len(strata))
    for stratum in (strata, ~strata):
        places = np.flatnonzero(stratum)
        order[places] = generator.permutation(places)
    return order


def rewired(
    start: Ints, end: Ints, size: int, *, rounds: int, generator: np.random.Generator
) -> Ints:
    """The ends of the edges after swaps that keep every in-degree and out-degree.

    Two edges a→b and c→d become a→d and c→b, unless that makes an edge to oneself or one
    that is there already (Maslov and Sneppen, Science 296 (2002) 910, for directed graphs).
    A round pairs all edges at random and tries all the swaps at once.

    Args:
        start: The start of each edge; stays.
        end: The end of each edge; no edge occurs twice.
        size: How many artists there are.
        rounds: How often each edge is offered a swap.
        generator: Where chance comes from.
    """
    end = end.copy()
    half = len(start) // 2
    for _ in range(rounds):
        order = generator.permutation(len(start))
        one, other = order[:half], order[half : 2 * half]
        swap = _allowed(start, end, size, (one, other))
        one, other = one[swap], other[swap]
        end[one], end[other] = end[other], end[one]
    return end


def _allowed(start: Ints, end: Ints, size: int, pairs: tuple[Ints, Ints]) -> Bools:
    """Which swaps leave a simple graph, whichever of the others are done with them."""
    one, other = pairs
    proposed = np.stack(
        [start[one] * size + end[other], start[other] * size + end[one]]
    )
    loops = (start[one] == end[other]) | (start[other] == end[one])
    # An edge that is there, or is proposed twice, stands twice among all of them. One plain
    # sort finds these; asking for each proposal by itself takes up to three times as long.
    every = np.sort(np.concatenate([proposed.ravel(), start * size + end]))
    twice = np.unique(every[1:][every[1:] == every[:-1]])
    free: Bools = ~(loops | np.isin(proposed, twice).any(axis=0))
    return free
