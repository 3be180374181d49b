"""Assortativity: do artists list artists of their own class and genres?

Classes and genres are compared with null models: permuted labels and rewired edges.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES
from queries.analysis.arrays import (
    Bools,
    Floats,
    GraphArrays,
    Ints,
    graph_arrays,
    one_class_numbers,
)
from queries.analysis.mixing import (
    ROUNDS_BETWEEN,
    ROUNDS_TO_FORGET,
    LabelSets,
    assortativity_coefficient,
    mixing_matrix,
    permuted,
    rewired,
)
from queries.analysis.result import (
    Analysis,
    Bars,
    Matrix,
    Table,
    percent,
    share,
    significant,
)
from queries.errors import AnalysisError

PERMUTATIONS = 50
REWIRINGS = 50
_SOURCE = (
    "M. Newman, Mixing patterns in networks, Phys. Rev. E 67 (2003) 026126; rewiring: S."
    " Maslov, K. Sneppen, Specificity and stability in topology of protein networks, Science"
    " 296 (2002) 910"
)
_COLUMNS = (
    "labels",
    "measure",
    "edges",
    "observed",
    "permuted_mean",
    "permuted_sd",
    "permuted_z",
    "rewired_mean",
    "rewired_sd",
    "rewired_z",
)
# Maps the artist numbers at both ends of every edge to the measured values.
_Measure = Callable[[Ints, Ints], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class _LabelledEdges:
    """Edges whose ends both have labels of one kind, and what is measured over them."""

    labels: str
    measures: tuple[str, ...]
    labelled: Bools
    start: Ints
    end: Ints
    measure: _Measure


def assortativity(graph: ArtistGraph, *, seed: int = 2026) -> Analysis:
    """Measure how far edges stay among artists of one class or with common genres.

    Raises:
        AnalysisError: No edge connects two artists with a class, nor two with genres.
    """
    arrays = graph_arrays(graph)
    names = _class_names(graph)
    classes = one_class_numbers(graph, names)
    groups = [
        group
        for group in (
            _by_class(arrays, classes, len(names)),
            _by_sets(graph, arrays, "classes"),
            _by_sets(graph, arrays, "genres"),
        )
        if len(group.start)
    ]
    if not groups:
        raise AnalysisError(
            "no edge of the graph connects two artists with a class or with genres",
            hint="Crawl with a source of genres, or check the classes with `genregraph"
            " classes check RECIPE`.",
        )
    generator = np.random.default_rng(seed)
    rows = [row for group in groups for row in _compared(group, arrays, generator)]
    tables = [Table("Assortativity", _COLUMNS, tuple(rows))]
    mixing = _class_mixing(arrays, classes, len(names))
    if mixing.sum():
        tables += [
            _inside_table(names, arrays, classes, mixing),
            _pairs_table(names, mixing),
        ]
    return Analysis(
        "assortativity",
        ANALYSES["assortativity"].question,
        "Assortativity coefficient over classes; share of edges with a label in common and"
        " mean Jaccard index where artists have several labels. Compared with"
        f" {PERMUTATIONS} permutations of the labels and {REWIRINGS} rewirings of the edges"
        f" that keep every in-degree and out-degree (seed {seed}).",
        _SOURCE,
        tuple(tables),
        _notes(graph, arrays, classes),
        _figures(names, mixing, rows),
    )


def _class_names(graph: ArtistGraph) -> tuple[str, ...]:
    """The recipe's classes in order, then labels that the recipe lacks."""
    names = tuple(graph.graph.get("class_names", ()))
    used = {name for _, name in graph.nodes(data="class") if name}
    return (*names, *sorted(used - set(names)))


# -- comparison with the null models ------------------------------------------------


def _by_class(arrays: GraphArrays, classes: Ints, count: int) -> _LabelledEdges:
    labelled = classes >= 0
    kept = labelled[arrays.start] & labelled[arrays.end]
    weight = arrays.weight[kept]
    ones = np.ones(len(weight))

    def measure(start: Ints, end: Ints) -> tuple[float, ...]:
        both = classes[start], classes[end]
        plain = mixing_matrix(*both, count, ones)
        inside = float(np.trace(plain)) / len(start)
        weighted = assortativity_coefficient(mixing_matrix(*both, count, weight))
        return assortativity_coefficient(plain), weighted, inside

    names = ("coefficient", "coefficient, weighted", "share of edges inside")
    ends = arrays.start[kept], arrays.end[kept]
    return _LabelledEdges("one class", names, labelled, *ends, measure)


def _by_sets(graph: ArtistGraph, arrays: GraphArrays, attribute: str) -> _LabelledEdges:
    labels = [tuple(own or ()) for _, own in graph.nodes(data=attribute)]
    sets = LabelSets.of(labels)
    labelled: Bools = sets.count > 0
    kept = labelled[arrays.start] & labelled[arrays.end]
    names = ("share of edges with one in common", "mean Jaccard index")
    ends = arrays.start[kept], arrays.end[kept]
    return _LabelledEdges(f"all {attribute}", names, labelled, *ends, sets.overlap)


def _compared(
    group: _LabelledEdges, arrays: GraphArrays, generator: np.random.Generator
) -> Iterator[tuple[object, ...]]:
    """One row per measure: the observed value, and both null models."""
    observed = group.measure(group.start, group.end)
    permutations = np.array(list(_permutations(group, arrays, generator)))
    rewirings = np.array(list(_rewirings(group, arrays, generator)))
    for number, name in enumerate(group.measures):
        yield (
            group.labels,
            name,
            len(group.start),
            significant(observed[number]),
            *_against(observed[number], permutations[:, number]),
            *_against(observed[number], rewirings[:, number]),
        )


def _permutations(
    group: _LabelledEdges, arrays: GraphArrays, generator: np.random.Generator
) -> Iterator[tuple[float, ...]]:
    """The measures after permuting the labels among the artists that have any."""
    holders = np.flatnonzero(group.labelled)
    moved = np.arange(arrays.size)
    for _ in range(PERMUTATIONS):
        moved[holders] = holders[permuted(arrays.expanded[holders], generator)]
        yield group.measure(moved[group.start], moved[group.end])


def _rewirings(
    group: _LabelledEdges, arrays: GraphArrays, generator: np.random.Generator
) -> Iterator[tuple[float, ...]]:
    """The measures over rewired edges; a weight stays with the start of its edge."""
    end, rounds = group.end, ROUNDS_TO_FORGET
    for _ in range(REWIRINGS):
        end = rewired(group.start, end, arrays.size, rounds=rounds, generator=generator)
        rounds = ROUNDS_BETWEEN
        yield group.measure(group.start, end)


def _against(observed: float, shuffled: Floats) -> tuple[float | None, ...]:
    """Mean and standard deviation of a null model, and the z-score of the observed value."""
    mean, deviation = float(shuffled.mean()), float(shuffled.std(ddof=1))
    # Shuffles that differ only by rounding have no usable standard deviation.
    spread = deviation > 1e-12  # noqa: PLR2004  used once
    z = (observed - mean) / deviation if spread else float("nan")
    return significant(mean), significant(deviation), significant(z)


# -- edges within and between classes -------------------------------------------------


def _class_mixing(arrays: GraphArrays, classes: Ints, count: int) -> Floats:
    """The number of edges from each class to each, over artists with one class."""
    kept = (classes[arrays.start] >= 0) & (classes[arrays.end] >= 0)
    both = classes[arrays.start[kept]], classes[arrays.end[kept]]
    return mixing_matrix(*both, count, np.ones(int(kept.sum())))


def _inside_table(
    names: tuple[str, ...], arrays: GraphArrays, classes: Ints, mixing: Floats
) -> Table:
    """Per class, the share of its edges that stay inside, observed and expected."""
    count = len(names)
    artists = np.bincount(classes[classes >= 0], minlength=count)
    expanded = np.bincount(classes[arrays.expanded & (classes >= 0)], minlength=count)
    to_none = (classes[arrays.start] >= 0) & (classes[arrays.end] < 0)
    unclassed = np.bincount(classes[arrays.start[to_none]], minlength=count)
    out, into = mixing.sum(axis=1), mixing.sum(axis=0)
    rows = [
        (
            name,
            int(artists[at]),
            int(expanded[at]),
            int(out[at]),
            share(mixing[at, at], out[at]),
            share(into[at], mixing.sum()),
            share(mixing[at, at] * mixing.sum(), out[at] * into[at]),
            share(mixing[at, at], into[at]),
            share(unclassed[at], out[at] + unclassed[at]),
        )
        for at, name in enumerate(names)
    ]
    columns = (
        "class",
        "artists",
        "expanded",
        "out_edges",
        "share_inside",
        "expected",
        "times_expected",
        "share_of_in_edges_inside",
        "share_of_edges_to_no_class",
    )
    return Table("Edges that stay inside a class", columns, tuple(rows))


def _pairs_table(names: tuple[str, ...], mixing: Floats) -> Table:
    """Every ordered pair of classes with edges, the pair with the most edges first."""
    expected = np.outer(mixing.sum(axis=1), mixing.sum(axis=0)) / mixing.sum()
    found = sorted(
        ((mixing[at], at) for at in zip(*np.nonzero(mixing), strict=True)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    rows = [
        (
            names[row],
            names[column],
            int(edges),
            significant(expected[row, column]),
            share(edges, expected[row, column]),
        )
        for edges, (row, column) in found
    ]
    columns = ("from", "to", "edges", "expected", "times_expected")
    return Table("Edges from class to class", columns, tuple(rows))


# -- notes and figures ----------------------------------------------------------------


def _notes(graph: ArtistGraph, arrays: GraphArrays, classes: Ints) -> tuple[str, ...]:
    error = 100 / math.sqrt(2 * (REWIRINGS - 1))
    return (
        _class_coverage(graph, arrays, classes),
        (
            "Every edge starts at an expanded artist, because the lists of the others are"
            " unknown; its end is expanded or frontier. Each edge counts once, and in a"
            " weighted row by its weight (the source's score, or 1/rank)."
        ),
        (
            "Labels are permuted among the artists that have any, separately for the"
            " expanded and the frontier, because which artists the crawl expanded may"
            " depend on their labels. Rewiring keeps labels and degrees and changes only"
            " which artists are connected."
        ),
        (
            "z measures how certain a preference is, not how strong: it grows with the"
            f" number of edges. From {REWIRINGS} shuffles it is known only to"
            f" ±{error:.0f} % (one standard error), so do not compare two large z values:"
            " above about 5, chance is ruled out, and larger values add nothing. The"
            " coefficient and times_expected measure the strength."
        ),
    )


def _class_coverage(graph: ArtistGraph, arrays: GraphArrays, classes: Ints) -> str:
    """Which edges the class rows cover, or how to get such rows."""
    several = sum(len(own or ()) > 1 for _, own in graph.nodes(data="classes"))
    kept = int(((classes[arrays.start] >= 0) & (classes[arrays.end] >= 0)).sum())
    if kept:
        return (
            f"The rows for one class cover the {percent(kept, len(arrays.start))} of the"
            f" edges whose ends both have exactly one. {several} artists carry several"
            " classes; artists without exactly one class are left out of these rows, which"
            " raises the coefficient. The rows for all classes include them."
        )
    if any(own for _, own in graph.nodes(data="classes")) or (classes >= 0).any():
        return (
            "No edge connects two artists that have exactly one class each, so there are no"
            " rows or tables for one class."
        )
    return (
        "No artist of this graph has a class, so all rows are about genres. To get rows"
        " about classes, name a recipe with [classes] by --recipe, after `genregraph"
        " select`."
    )


def _figures(
    names: tuple[str, ...], mixing: Floats, rows: list[tuple[object, ...]]
) -> tuple[Matrix | Bars, ...]:
    used = [at for at in range(len(mixing)) if mixing[at].any() or mixing[:, at].any()]
    bars = Bars(
        "Assortativity, as observed",
        "coefficient, share of edges or index",
        # Shorter than in the table: long names are cut off in the figure.
        tuple(
            f"{row[0]}: {row[1]}".replace("share of edges", "share")
            for row in rows
            if row[3] is not None
        ),
        tuple(float(str(row[3])) for row in rows if row[3] is not None),
    )
    if not used:
        return (bars,)
    kept = tuple(names[at] for at in used)
    within = mixing[np.ix_(used, used)]
    out = np.maximum(within.sum(axis=1, keepdims=True), 1)
    values = tuple(tuple(float(v) for v in line) for line in within / out)
    return Matrix("Share of a class's edges that go to each", kept, kept, values), bars
