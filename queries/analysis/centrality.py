"""Who is central: PageRank, in-degree, k-core and betweenness side by side."""

from collections.abc import Mapping

import networkx as nx
import numpy as np
from scipy import stats

from graph.views.artists import ArtistGraph
from queries.analysis.amounts import percent, significant
from queries.analysis.arrays import Bools, Floats, Ints, Links, links_of, projection
from queries.analysis.centrality_measures import Betweenness, betweenness
from queries.analysis.result import Analysis, Bars, Points, Table

# Searches from every start below this much work (starts x (artists + edges)), 256 at the
# least above it: some 12 s on one core of 2024, at about 5,000 artists of 7 relatives each.
WORK = 200_000_000
FEWEST_PIVOTS = 256
_DAMPING = 0.85
_SHOWN = 20
_DRAWN = 500
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
    """Rank all artists by four measures and tell how far these agree.

    Args:
        graph: The artists.
        seed: Draws the pivots of betweenness, where not all are searched from.
        pivots: How many artists to search from; without it all that `WORK` allows.

    Raises:
        AnalysisError: The graph has fewer than two artists or no edge.
    """
    links = links_of(graph)
    between = betweenness(
        links,
        pivots=pivots or affordable_pivots(links),
        generator=np.random.default_rng(seed),
    )
    scores = {
        "pagerank": pagerank(links),
        "in_degree": links.in_degree.astype(np.float64),
        "core": cores(links),
        "betweenness": between.value,
    }
    alike = pagerank(links, weighted=False)
    order = _order(scores["pagerank"])
    top = order[:_SHOWN]
    names = [str(name) for _, name in graph.nodes(data="label")]
    classes = [str(name or "") for _, name in graph.nodes(data="class")]
    tables = (
        _all(links, order, (names, classes), scores, (between.error, alike)),
        _leaders(links, names, scores),
        _agreement(links, scores),
    )
    return Analysis(
        "centrality",
        "Which artists do the others point to, and who lies between them?",
        f"PageRank (damping {_DAMPING}, a list's weights as its shares; who lists nobody gives"
        " its PageRank to all artists alike), in-degree, k-core of"
        " the undirected simple graph, and directed unweighted betweenness from"
        f" {between.pivots} of {between.starts} possible pivots (seed {seed}); in order of"
        " PageRank.",
        _SOURCE,
        tables,
        _notes(links, top, between, (scores["pagerank"], alike)),
        _figures(names, top, scores),
    )


def affordable_pivots(links: Links) -> int:
    """How many searches `WORK` pays for."""
    return max(FEWEST_PIVOTS, WORK // (links.size + len(links.start)))


def pagerank(links: Links, *, weighted: bool = True) -> Floats:
    """Per artist, where a reader ends up who follows lists and starts anew.

    Whoever lists nobody, the whole frontier among them, sends the reader to anybody.

    Args:
        links: The graph.
        weighted: Whether the reader follows a list by its weights, or each entry alike.
    """
    directed: nx.DiGraph[int] = nx.DiGraph()
    directed.add_nodes_from(range(links.size))
    edges = (links.start.tolist(), links.end.tolist(), links.weight.tolist())
    directed.add_weighted_edges_from(zip(*edges, strict=True))
    found = nx.pagerank(
        directed,
        alpha=_DAMPING,
        weight="weight" if weighted else None,
        tol=1e-9,
        max_iter=500,
    )
    return np.array([found[at] for at in range(links.size)], dtype=np.float64)


def cores(links: Links) -> Floats:
    """Per artist the largest k such that it is among artists who all have k neighbours there."""
    found = nx.core_number(projection(links))
    return np.array([found[at] for at in range(links.size)], dtype=np.float64)


def _order(score: Floats) -> Ints:
    """Places from the highest score down; equal scores in the graph's order."""
    # Scores that differ by rounding alone are equal, on every machine.
    return np.argsort(-_even(score), kind="stable")


def _even(score: Floats) -> Floats:
    largest = float(np.abs(score).max()) or 1.0
    return np.round(score / largest, 9)


def _ranks(score: Floats) -> Ints:
    """1 for the highest; equal scores share the better rank."""
    ranks: Ints = stats.rankdata(-_even(score), method="min").astype(np.int64)
    return ranks


def _all(
    links: Links,
    order: Ints,
    told: tuple[list[str], list[str]],
    scores: _Scores,
    beside: tuple[Floats, Floats],
) -> Table:
    """Every artist; beside the scores the error of betweenness and unweighted PageRank."""
    names, classes = told
    ranks = {measure: _ranks(score) for measure, score in scores.items()}
    rows = []
    for at in order.tolist():
        scored = [
            value
            for measure, score in scores.items()
            for value in (_value(measure, score[at]), int(ranks[measure][at]))
        ]
        own = (links.ids[at], names[at], classes[at], bool(links.expanded[at]))
        more = (significant(float(extra[at])) for extra in beside)
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


def _leaders(links: Links, names: list[str], scores: _Scores) -> Table:
    """The first of each measure beside the others; who scores nothing is not named."""
    orders = {
        measure: [at for at in _order(score)[:_SHOWN].tolist() if score[at] > 0]
        for measure, score in scores.items()
    }
    rows = []
    for place in range(max(len(order) for order in orders.values())):
        row: list[object] = [place + 1]
        for measure, order in orders.items():
            if place < len(order):
                at = order[place]
                row += [names[at], links.ids[at], _value(measure, scores[measure][at])]
            else:
                row += ["", "", None]
        rows.append(tuple(row))
    columns = [
        column
        for name in scores
        for column in (name, f"{name}_artist", f"{name}_value")
    ]
    return Table(
        f"The first {_SHOWN} by each measure", ("place", *columns), tuple(rows)
    )


def _agreement(links: Links, scores: _Scores) -> Table:
    """Spearman's rank correlation of every two measures."""
    rows: list[tuple[object, ...]] = []
    measures = list(scores)
    for over, among in (
        ("artists with an edge", ~links.isolated),
        ("expanded artists", links.expanded),
    ):
        for number, one in enumerate(measures):
            rows += [
                (one, other, _spearman(scores[one], scores[other], among), over)
                for other in measures[number + 1 :]
            ]
    columns = ("measure", "other", "spearman", "over")
    return Table("How far the measures rank alike", columns, tuple(rows))


def _spearman(one: Floats, other: Floats, among: Bools) -> float | None:
    """Pearson's correlation of the ranks, ties at their mean; None where all are equal."""
    ranks = [stats.rankdata(_even(score)[among]) for score in (one, other)]
    if any(len(rank) == 0 or np.ptp(rank) == 0 for rank in ranks):
        return None
    return significant(float(np.corrcoef(*ranks)[0, 1]))


def _notes(
    links: Links, top: Ints, between: Betweenness, ranks: tuple[Floats, Floats]
) -> tuple[str, ...]:
    expanded, frontier = int(links.expanded.sum()), int((~links.expanded).sum())
    edge = int((~links.expanded[top]).sum())
    told = (
        (
            f"{percent(frontier, links.size)} of the artists are frontier, {edge} of the first"
            f" {len(top)}: only the {expanded} expanded were asked whom they list. A frontier"
            " artist's betweenness is 0, for no path leads on from it; its in-degree and core"
            " are lower bounds."
        ),
        (
            "PageRank weighs a list's entries by the source's score or 1/rank, so the first"
            " relative counts most; in-degree, core and betweenness count every edge alike."
        ),
        (
            "The core number takes neighbours in either direction; an artist with a long list"
            " of its own has a high one even if nobody lists it."
        ),
        (
            f"{int(links.isolated.sum())} isolated artists have the lowest PageRank, the share of"
            " a reader who starts anew, and are left out of the correlations over edges."
        ),
    )
    return (*told, _dangling(links, *ranks), _sampling(between))


def _dangling(links: Links, rank: Floats, alike: Floats) -> str:
    """What becomes of the PageRank of who lists nobody, and what weights change."""
    lists_nobody = links.out_degree == 0
    kept = len(set(_order(rank)[:_SHOWN]) & set(_order(alike)[:_SHOWN]))
    return (
        f"{percent(int(lists_nobody.sum()), links.size)} of the artists list nobody that is"
        f" known, most of them frontier; they hold {percent(float(rank[lists_nobody].sum()), 1)}"
        " of all PageRank, and it is spread evenly over all artists. As a check,"
        " pagerank_unweighted takes every entry of a list alike:"
        f" {kept} of the first {min(_SHOWN, links.size)} are among its first too."
    )


def _sampling(between: Betweenness) -> str:
    if between.pivots == between.starts:
        return "Betweenness is exact: paths were searched from every possible start."
    highest = _order(between.value)[:_SHOWN]
    highest = highest[between.value[highest] > 0]
    relative = between.error[highest] / between.value[highest]
    doubt = percent(float(np.median(relative)) if len(relative) else 0.0, 1)
    return (
        f"Betweenness is estimated: for the {len(highest)} highest the standard error is"
        f" {doubt} of the value in the median. That is a lower estimate: few searches cross a"
        " given artist, and a sample that missed them does not know it, so that two"
        " standard errors hold the truth less often than 95 times in 100, and an error"
        " near 0 means little. Ranks beyond the leaders are unreliable, and neighbours among"
        " these may change places with another seed."
    )


def _figures(names: list[str], top: Ints, scores: _Scores) -> tuple[Bars | Points, ...]:
    rank, listed = scores["pagerank"], scores["in_degree"]
    bars = Bars(
        "Highest PageRank",
        "PageRank",
        tuple(names[at] for at in top.tolist()),
        tuple(rank[top].tolist()),
    )
    shown = [
        at for at in _order(rank)[:_DRAWN].tolist() if scores["betweenness"][at] > 0
    ]
    if not shown:
        return (bars,)
    across = tuple(scores["betweenness"][shown].tolist())
    points = Points(
        "Listed by many, and between many",
        "in-degree",
        "betweenness",
        (("artists of highest PageRank", tuple(listed[shown].tolist()), across),),
        log_x=bool((listed[shown] > 0).all()),
        log_y=True,
    )
    return bars, points
