"""Centrality: PageRank, in-degree, core number and betweenness side by side."""

from collections.abc import Mapping

import numpy as np
from scipy import stats

from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES
from queries.analysis.arrays import Bools, Floats, GraphArrays, Ints, graph_arrays
from queries.analysis.centrality_measures import (
    DAMPING,
    Betweenness,
    betweenness,
    core_numbers,
    pagerank,
)
from queries.analysis.result import (
    Analysis,
    Bars,
    Points,
    Table,
    percent,
    significant,
)

# Up to this much work (starts x (artists + edges)) every start is a pivot of betweenness,
# beyond it at least MIN_PIVOTS. This takes about 12 s on one core of 2024, and is reached
# at about 5,000 artists with 7 relatives each.
MAX_WORK = 200_000_000
MIN_PIVOTS = 256
_LEADERS = 20
_POINTS_IN_FIGURE = 500
_SOURCE = (
    "L. Page, S. Brin, R. Motwani, T. Winograd, The PageRank citation ranking, Stanford 1999;"
    " S. Seidman, Network structure and minimum degree, Social Networks 5 (1983) 269;"
    " U. Brandes, C. Pich, Centrality estimation in large networks, Int. J. Bifurcation and"
    " Chaos 17 (2007) 2303"
)
_Scores = Mapping[str, Floats]


def centrality(
    graph: ArtistGraph, *, seed: int = 2026, pivots: int | None = None
) -> Analysis:
    """Rank all artists by four measures and compare the rankings.

    Args:
        graph: The artists.
        seed: Draws the pivots of betweenness, unless every start is one.
        pivots: How many artists to search from; by default as many as `MAX_WORK` allows.

    Raises:
        AnalysisError: The graph has fewer than two artists or no edges.
    """
    arrays = graph_arrays(graph)
    between = betweenness(
        arrays,
        pivots=pivots or affordable_pivots(arrays),
        generator=np.random.default_rng(seed),
    )
    scores = {
        "pagerank": pagerank(arrays),
        "in_degree": arrays.in_degree.astype(np.float64),
        "core": core_numbers(arrays),
        "betweenness": between.value,
    }
    unweighted = pagerank(arrays, weighted=False)
    order = _order(scores["pagerank"])
    top = order[:_LEADERS]
    names = [str(name) for _, name in graph.nodes(data="label")]
    classes = [str(name or "") for _, name in graph.nodes(data="class")]
    tables = (
        _ranking(arrays, order, (names, classes), scores, (between.error, unweighted)),
        _leaders(arrays, names, scores),
        _rank_correlations(arrays, scores),
    )
    return Analysis(
        "centrality",
        ANALYSES["centrality"].question,
        f"PageRank (damping {DAMPING}; an artist passes its PageRank on by the weights of"
        " its list, and one that lists nobody passes it to all artists equally), in-degree,"
        " k-core of the undirected simple graph, and directed unweighted betweenness from"
        f" {between.pivots} of {between.starts} possible pivots (seed {seed}); sorted by"
        " PageRank.",
        _SOURCE,
        tables,
        _notes(arrays, top, between, (scores["pagerank"], unweighted)),
        _figures(names, top, scores),
    )


def affordable_pivots(arrays: GraphArrays) -> int:
    """The number of pivots that `MAX_WORK` allows, at least `MIN_PIVOTS`."""
    return max(MIN_PIVOTS, MAX_WORK // (arrays.size + len(arrays.start)))


def _order(score: Floats) -> Ints:
    """Artist numbers from the highest score down; ties in the graph's order."""
    return np.argsort(-_rounded(score), kind="stable")


def _rounded(score: Floats) -> Floats:
    """Scores that differ only by rounding errors become equal, on every machine."""
    largest = float(np.abs(score).max()) or 1.0
    return np.round(score / largest, 9)


def _ranks(score: Floats) -> Ints:
    """Ranks from 1 for the highest score; equal scores share the better rank."""
    ranks: Ints = stats.rankdata(-_rounded(score), method="min").astype(np.int64)
    return ranks


# -- tables ---------------------------------------------------------------------------


def _ranking(
    arrays: GraphArrays,
    order: Ints,
    labels: tuple[list[str], list[str]],
    scores: _Scores,
    extra: tuple[Floats, Floats],
) -> Table:
    """Every artist with its scores.

    Args:
        arrays: The artist graph.
        order: Artist numbers in the order of the rows.
        labels: Names and classes per artist.
        scores: The measures.
        extra: The error of betweenness, and unweighted PageRank.
    """
    names, classes = labels
    ranks = {measure: _ranks(score) for measure, score in scores.items()}
    rows = []
    for at in order.tolist():
        scored = [
            value
            for measure, score in scores.items()
            for value in (_value(measure, score[at]), int(ranks[measure][at]))
        ]
        own = (arrays.ids[at], names[at], classes[at], bool(arrays.expanded[at]))
        more = (significant(float(column[at])) for column in extra)
        rows.append((*own, *scored, *more))
    columns = [column for name in scores for column in (name, f"{name}_rank")]
    return Table(
        "Artists, the highest PageRank first",
        (
            *("artist", "name", "class", "expanded"),
            *columns,
            *("betweenness_error", "pagerank_unweighted"),
        ),
        tuple(rows),
    )


def _value(measure: str, score: float) -> float | int | None:
    whole = measure in ("in_degree", "core")
    return int(score) if whole else significant(float(score))


def _leaders(arrays: GraphArrays, names: list[str], scores: _Scores) -> Table:
    """The leaders of each measure side by side; artists with score 0 are left out."""
    orders = {
        measure: [at for at in _order(score)[:_LEADERS].tolist() if score[at] > 0]
        for measure, score in scores.items()
    }
    rows = []
    for place in range(max(len(order) for order in orders.values())):
        row: list[object] = [place + 1]
        for measure, order in orders.items():
            if place < len(order):
                at = order[place]
                row += [names[at], arrays.ids[at], _value(measure, scores[measure][at])]
            else:
                row += ["", "", None]
        rows.append(tuple(row))
    columns = [
        column
        for name in scores
        for column in (name, f"{name}_artist", f"{name}_value")
    ]
    return Table(
        f"The first {_LEADERS} by each measure", ("place", *columns), tuple(rows)
    )


def _rank_correlations(arrays: GraphArrays, scores: _Scores) -> Table:
    """Spearman's rank correlation of every two measures."""
    rows: list[tuple[object, ...]] = []
    measures = list(scores)
    for over, among in (
        ("artists with an edge", ~arrays.isolated),
        ("expanded artists", arrays.expanded),
    ):
        for number, one in enumerate(measures):
            rows += [
                (one, other, _spearman(scores[one], scores[other], among), over)
                for other in measures[number + 1 :]
            ]
    columns = ("measure", "other", "spearman", "over")
    return Table("Rank correlation of the measures", columns, tuple(rows))


def _spearman(one: Floats, other: Floats, among: Bools) -> float | None:
    """Pearson's correlation of mean ranks; None where all ranks of a measure are equal."""
    ranks = [stats.rankdata(_rounded(score)[among]) for score in (one, other)]
    if any(len(rank) == 0 or np.ptp(rank) == 0 for rank in ranks):
        return None
    return significant(float(np.corrcoef(*ranks)[0, 1]))


# -- notes and figures ----------------------------------------------------------------


def _notes(
    arrays: GraphArrays, top: Ints, between: Betweenness, ranks: tuple[Floats, Floats]
) -> tuple[str, ...]:
    expanded, frontier = int(arrays.expanded.sum()), int((~arrays.expanded).sum())
    leading = int((~arrays.expanded[top]).sum())
    return (
        (
            f"{percent(frontier, arrays.size)} of the artists are frontier, {leading} of the"
            f" first {len(top)}: the crawl requested the lists of only the {expanded}"
            " expanded. The betweenness of a frontier artist is 0, because no path continues"
            " from it; its in-degree and core number are lower bounds."
        ),
        (
            "PageRank weighs the entries of a list by the source's score or 1/rank, so the"
            " first relative counts most; in-degree, core number and betweenness count all"
            " edges equally."
        ),
        (
            "The core number counts neighbours in either direction; an artist with a long"
            " list of its own has a high one even if nobody lists it."
        ),
        (
            f"{int(arrays.isolated.sum())} isolated artists have the lowest PageRank, which"
            " comes from random jumps alone; the correlations over artists with an edge"
            " leave them out."
        ),
        _dangling(arrays, *ranks),
        _sampling(between),
    )


def _dangling(arrays: GraphArrays, rank: Floats, unweighted: Floats) -> str:
    """What happens to the PageRank of artists that list nobody, and what weights change."""
    lists_nobody = arrays.out_degree == 0
    kept = len(set(_order(rank)[:_LEADERS]) & set(_order(unweighted)[:_LEADERS]))
    return (
        f"{percent(int(lists_nobody.sum()), arrays.size)} of the artists list nobody as far"
        " as is known, most of them frontier; they hold"
        f" {percent(float(rank[lists_nobody].sum()), 1)} of all PageRank, which is spread"
        " evenly over all artists. As a check, pagerank_unweighted counts every entry of a"
        f" list equally: {kept} of the first {min(_LEADERS, arrays.size)} are also among the"
        " first by it."
    )


def _sampling(between: Betweenness) -> str:
    if between.pivots == between.starts:
        return "Betweenness is exact: paths were searched from every possible start."
    highest = _order(between.value)[:_LEADERS]
    highest = highest[between.value[highest] > 0]
    relative = between.error[highest] / between.value[highest]
    median = percent(float(np.median(relative)) if len(relative) else 0.0, 1)
    return (
        f"Betweenness is estimated: for the {len(highest)} highest values, the median"
        f" standard error is {median} of the value. That is a lower estimate: few searches"
        " cross a given artist, and a sample that missed some of them does not show it. Two"
        " standard errors therefore cover the true value less often than 95 times in 100,"
        " and an error near 0 means little. Ranks beyond the leaders are unreliable, and"
        " adjacent leaders may change places with another seed."
    )


def _figures(names: list[str], top: Ints, scores: _Scores) -> tuple[Bars | Points, ...]:
    rank, in_degree = scores["pagerank"], scores["in_degree"]
    bars = Bars(
        "Highest PageRank",
        "PageRank",
        tuple(names[at] for at in top.tolist()),
        tuple(rank[top].tolist()),
    )
    shown = [
        at
        for at in _order(rank)[:_POINTS_IN_FIGURE].tolist()
        if scores["betweenness"][at] > 0
    ]
    if not shown:
        return (bars,)
    between = tuple(scores["betweenness"][shown].tolist())
    points = Points(
        "In-degree and betweenness",
        "in-degree",
        "betweenness",
        (("artists of highest PageRank", tuple(in_degree[shown].tolist()), between),),
        log_x=bool((in_degree[shown] > 0).all()),
        log_y=True,
    )
    return bars, points
