"""Do artists list their own kind? By class and by genre, against shuffled graphs."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.amounts import percent, significant
from queries.analysis.arrays import Bools, Floats, Ints, Links, links_of
from queries.analysis.class_edges import (
    class_mixing,
    class_names,
    class_places,
    inside_table,
    pairs_table,
)
from queries.analysis.mixing import Holdings, coefficient, mixing_matrix
from queries.analysis.result import Analysis, Bars, Matrix, Table
from queries.analysis.shuffling import (
    ROUNDS_BETWEEN,
    ROUNDS_TO_FORGET,
    permuted,
    rewired,
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
# From the two ends of every edge, as places of artists, the numbers to compare.
_Measure = Callable[[Ints, Ints], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Edges whose ends both have labels of one sort, and what is measured over them."""

    labels: str
    measures: tuple[str, ...]
    labelled: Bools
    start: Ints
    end: Ints
    measure: _Measure


def assortativity(graph: ArtistGraph, *, seed: int = 2026) -> Analysis:
    """Measure how far edges stay among artists of one class or of common genres.

    Raises:
        AnalysisError: No edge of the graph joins two artists with a class, nor two with
            genres.
    """
    links = links_of(graph)
    classes = class_places(graph)
    kinds = [
        kind
        for kind in (
            _by_class(graph, links, classes),
            _by_sets(graph, links, "classes"),
            _by_sets(graph, links, "genres"),
        )
        if len(kind.start)
    ]
    if not kinds:
        raise AnalysisError(
            "no edge of the graph joins two artists with a class or with genres",
            hint="Crawl with a source of genres, or check the classes with `genregraph"
            " classes check RECIPE`.",
        )
    generator = np.random.default_rng(seed)
    rows = [row for kind in kinds for row in _compared(kind, links, generator)]
    tables = [Table("Assortativity", _COLUMNS, tuple(rows))]
    mixing = class_mixing(graph, links, classes)
    if mixing.sum():
        tables += [
            inside_table(graph, links, classes, mixing),
            pairs_table(graph, mixing),
        ]
    return Analysis(
        "assortativity",
        "Do artists list artists of their own class and genres more than chance would?",
        "Assortativity coefficient over classes; share of edges with a label in common and"
        f" mean Jaccard index where an artist has several. Compared with {PERMUTATIONS}"
        f" permutations of the labels and {REWIRINGS} rewirings of the edges that keep every"
        f" in- and out-degree (seed {seed}).",
        _SOURCE,
        tuple(tables),
        _notes(graph, links, classes),
        _figures(graph, mixing, rows),
    )


def _by_class(graph: ArtistGraph, links: Links, classes: Ints) -> _Kind:
    labelled = classes >= 0
    kept = labelled[links.start] & labelled[links.end]
    weight, count = links.weight[kept], len(class_names(graph))
    ones = np.ones(len(weight))

    def measure(start: Ints, end: Ints) -> tuple[float, ...]:
        both = classes[start], classes[end]
        plain = mixing_matrix(*both, count, ones)
        inside = float(np.trace(plain)) / len(start)
        weighted = coefficient(mixing_matrix(*both, count, weight))
        return coefficient(plain), weighted, inside

    names = ("coefficient", "coefficient, weighted", "share of edges inside")
    ends = links.start[kept], links.end[kept]
    return _Kind("one class", names, labelled, *ends, measure)


def _by_sets(graph: ArtistGraph, links: Links, attribute: str) -> _Kind:
    labels = [tuple(own or ()) for _, own in graph.nodes(data=attribute)]
    holdings = Holdings.of(labels)
    labelled: Bools = holdings.count > 0
    kept = labelled[links.start] & labelled[links.end]
    names = ("share of edges with one in common", "mean Jaccard index")
    ends = links.start[kept], links.end[kept]
    return _Kind(f"all {attribute}", names, labelled, *ends, holdings.overlap)


def _compared(
    kind: _Kind, links: Links, generator: np.random.Generator
) -> Iterator[tuple[object, ...]]:
    """One row per measure: observed, and against both shuffles."""
    observed = kind.measure(kind.start, kind.end)
    permutations = np.array(list(_permutations(kind, links, generator)))
    rewirings = np.array(list(_rewirings(kind, links, generator)))
    for number, name in enumerate(kind.measures):
        yield (
            kind.labels,
            name,
            len(kind.start),
            significant(observed[number]),
            *_against(observed[number], permutations[:, number]),
            *_against(observed[number], rewirings[:, number]),
        )


def _permutations(
    kind: _Kind, links: Links, generator: np.random.Generator
) -> Iterator[tuple[float, ...]]:
    """The measures where labels have changed hands among the artists that have any."""
    holders = np.flatnonzero(kind.labelled)
    moved = np.arange(links.size)
    for _ in range(PERMUTATIONS):
        moved[holders] = holders[permuted(links.expanded[holders], generator)]
        yield kind.measure(moved[kind.start], moved[kind.end])


def _rewirings(
    kind: _Kind, links: Links, generator: np.random.Generator
) -> Iterator[tuple[float, ...]]:
    """The measures over edges that keep the degrees; weights stay with the start."""
    end, rounds = kind.end, ROUNDS_TO_FORGET
    for _ in range(REWIRINGS):
        end = rewired(kind.start, end, links.size, rounds=rounds, generator=generator)
        rounds = ROUNDS_BETWEEN
        yield kind.measure(kind.start, end)


def _against(observed: float, shuffled: Floats) -> tuple[float | None, ...]:
    """Mean and standard deviation of the shuffles, and how many of these lie between."""
    mean, deviation = float(shuffled.mean()), float(shuffled.std(ddof=1))
    # Shuffles that all agree, save for rounding, give no measure of distance.
    apart = deviation > 1e-12  # noqa: PLR2004  a pair
    z = (observed - mean) / deviation if apart else float("nan")
    return significant(mean), significant(deviation), significant(z)


def _notes(graph: ArtistGraph, links: Links, classes: Ints) -> tuple[str, ...]:
    unsure = 100 / math.sqrt(2 * (REWIRINGS - 1))
    return (
        _over_classes(graph, links, classes),
        (
            "Every edge starts at an expanded artist, for the lists of the others are not known;"
            " ends are expanded or frontier. Edges count one each, in a weighted row their"
            " weight (the source's score, or 1/rank)."
        ),
        (
            "Labels are permuted among the artists that have any, the expanded and the frontier"
            " each among themselves, for whom the crawl asked may depend on the labels. Rewiring"
            " keeps labels and degrees and only changes who meets whom."
        ),
        (
            "z says how sure it is that there is a preference, not how strong: it grows with the"
            f" number of edges. From {REWIRINGS} shuffles it is itself known to ±{unsure:.0f} %"
            " only (one standard error), so two large z are not to be compared: above some 5"
            " chance is out of the question, and more says no more. How strong say the"
            " coefficient and the times expected."
        ),
    )


def _over_classes(graph: ArtistGraph, links: Links, classes: Ints) -> str:
    """Over which edges the rows of classes are, or how one gets such rows."""
    several = sum(len(own or ()) > 1 for _, own in graph.nodes(data="classes"))
    kept = int(((classes[links.start] >= 0) & (classes[links.end] >= 0)).sum())
    if kept:
        return (
            f"One class: over the {percent(kept, len(links.start))} of the edges whose ends both"
            f" have one. {several} artists carry several classes; whoever has no single one is"
            " left out here, which raises the coefficient. The rows for all classes keep them."
        )
    if any(own for _, own in graph.nodes(data="classes")) or (classes >= 0).any():
        return (
            "No edge joins two artists that have one class each, so no row and no table is over"
            " one class."
        )
    return (
        "No artist of this graph has a class, so all rows are over genres. For those of classes"
        " name a recipe with [classes] by --recipe, after `genregraph select`."
    )


def _figures(
    graph: ArtistGraph, mixing: Floats, rows: list[tuple[object, ...]]
) -> tuple[Matrix | Bars, ...]:
    names = class_names(graph)
    used = [at for at in range(len(mixing)) if mixing[at].any() or mixing[:, at].any()]
    bars = Bars(
        "Assortativity, as observed",
        "coefficient, share of edges or index",
        # Shorter than in the table, or the picture cuts them.
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
