"""Summary: size, components, degrees, reciprocity and coverage, and what the crawl biases.

Numbers are over all artists, over the expanded ones, or over the subgraph that the
expanded induce; the column `over` names which.
"""

from collections import Counter
from collections.abc import Iterable, Sized

import networkx as nx
import numpy as np
from scipy import sparse

from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES
from queries.analysis.arrays import Bools, Floats, GraphArrays, Ints, graph_arrays
from queries.analysis.crawl_bias import crawl_biases
from queries.analysis.result import (
    Analysis,
    Bars,
    Points,
    Table,
    percent,
    share,
    significant,
)

_SOURCE = (
    "M. Newman, Networks, 2nd ed., Oxford University Press 2018, ch. 6-8 and 10; D. Garlaschelli,"
    " M. Loffredo, Patterns of link reciprocity, Phys. Rev. Lett. 93 (2004) 268701; on what"
    " crawling does to degrees: M. Kurant, A. Markopoulou, P. Thiran, Towards unbiased BFS"
    " sampling, IEEE JSAC 29 (2011) 1799; degree assortativity: M. Newman, Mixing patterns in"
    " networks, Phys. Rev. E 67 (2003) 026126, and, by direction, J. Foster, D. Foster, P."
    " Grassberger, M. Paczuski, Edge direction and the structure of networks, PNAS 107 (2010)"
    " 10815"
)
_ALL, _EXPANDED = "all artists", "expanded artists"
_INDUCED = "subgraph induced by the expanded"
_Rows = list[tuple[object, ...]]


def summary(graph: ArtistGraph, *, seed: int = 2026) -> Analysis:  # noqa: ARG001  every analysis takes one
    """Count artists, edges, components and degrees, and report how the crawl biases them.

    Raises:
        AnalysisError: The graph holds fewer than two artists.
    """
    arrays = graph_arrays(graph, need_edges=False)
    rows = [
        *_sizes(graph, arrays),
        *_component_rows(graph, arrays),
        *_degrees(arrays),
        *_reciprocity_rows(arrays),
        *((name, value, _INDUCED) for name, value in _degree_assortativity(arrays)),
        *_coverage(graph, arrays),
    ]
    tables = [Table("Summary", ("measure", "value", "over"), tuple(rows))]
    depths = _depth_table(graph, arrays)
    tables.append(depths)
    if graph.graph.get("class_names"):
        tables.append(_class_table(graph, arrays))
    return Analysis(
        "summary",
        ANALYSES["summary"].question,
        "Counts over the directed graph as it was crawled, without sampling or weights;"
        " degrees by their complementary cumulative distribution.",
        _SOURCE,
        tuple(tables),
        (*_notes(arrays), *crawl_biases(graph, arrays)),
        (_degree_figure(arrays), _depth_figure(depths)),
    )


# -- measures -------------------------------------------------------------------------


def _sizes(graph: ArtistGraph, arrays: GraphArrays) -> _Rows:
    expanded, edges = int(arrays.expanded.sum()), len(arrays.start)
    inner = int(arrays.among_expanded.sum())
    loops = graph.number_of_edges() - edges
    rows: _Rows = [
        ("artists", arrays.size, _ALL),
        ("expanded artists", expanded, _ALL),
        ("frontier artists", arrays.size - expanded, _ALL),
        ("share expanded", share(expanded, arrays.size), _ALL),
        ("isolated artists", int(arrays.isolated.sum()), _ALL),
        ("edges", edges, "all edges"),
        ("edges between expanded artists", inner, _INDUCED),
        ("share of edges to the frontier", share(edges - inner, edges), "all edges"),
        (
            "density",
            share(edges, expanded * (arrays.size - 1)),
            "pairs that could be seen",
        ),
        ("density", share(inner, expanded * (expanded - 1)), _INDUCED),
    ]
    return (
        [*rows, ("edges to oneself, left out", loops, "all edges")] if loops else rows
    )


def _component_rows(graph: ArtistGraph, arrays: GraphArrays) -> _Rows:
    expanded = [
        artist
        for artist, is_in in zip(arrays.ids, arrays.expanded, strict=True)
        if is_in
    ]
    induced = graph.subgraph(expanded)
    return [
        *_components("weak", nx.weakly_connected_components(graph), arrays.size, _ALL),
        *_components(
            "weak", nx.weakly_connected_components(induced), len(expanded), _INDUCED
        ),
        *_components(
            "strong", nx.strongly_connected_components(induced), len(expanded), _INDUCED
        ),
    ]


def _components(kind: str, components: Iterable[Sized], of: int, over: str) -> _Rows:
    sizes = [len(component) for component in components]
    largest = max(sizes, default=0)
    return [
        (f"{kind} components", len(sizes), over),
        (f"artists in the largest {kind} component", largest, over),
        (f"share in the largest {kind} component", share(largest, of), over),
    ]


def _degrees(arrays: GraphArrays) -> _Rows:
    return [
        *_degree_rows("in-degree", arrays.in_degree, _ALL),
        *_degree_rows("in-degree", arrays.in_degree[arrays.expanded], _EXPANDED),
        *_degree_rows(
            "in-degree", arrays.in_degree[~arrays.expanded], "frontier artists"
        ),
        *_degree_rows("out-degree", arrays.out_degree[arrays.expanded], _EXPANDED),
    ]


def _degree_rows(name: str, degrees: Ints, over: str) -> _Rows:
    if not len(degrees):
        return []
    return [
        (f"{name}, mean", significant(float(degrees.mean())), over),
        (f"{name}, median", significant(float(np.median(degrees))), over),
        (f"{name}, largest", int(degrees.max()), over),
    ]


def _reciprocity_rows(arrays: GraphArrays) -> _Rows:
    inner = arrays.among_expanded
    mutual, seen = int(arrays.mutual.sum()), int(inner.sum())
    expanded = int(arrays.expanded.sum())
    return [
        ("reciprocity", share(mutual, seen), _INDUCED),
        ("reciprocity above chance", _above_chance(mutual, seen, expanded), _INDUCED),
        ("reciprocity, naive", share(mutual, len(arrays.start)), "all edges"),
        ("transitivity, directions ignored", _transitivity(arrays, inner), _INDUCED),
    ]


def _above_chance(mutual: int, edges: int, artists: int) -> float | None:
    """Garlaschelli and Loffredo's rho, (r - d) / (1 - d) for reciprocity r, density d."""
    pairs = artists * (artists - 1)
    if not edges or edges == pairs:
        return None
    density = edges / pairs
    return significant((mutual / edges - density) / (1 - density))


def _transitivity(arrays: GraphArrays, kept: Bools) -> float | None:
    """The share of connected triples that are closed, ignoring directions."""
    ends = (arrays.start[kept], arrays.end[kept])
    directed = sparse.csr_array(
        (np.ones(len(ends[0])), ends), shape=(arrays.size, arrays.size)
    )
    adjacent = ((directed + directed.T) > 0).astype(np.float64)
    degree = adjacent.sum(axis=1)
    return share(
        float((adjacent @ adjacent).multiply(adjacent).sum()),
        float(degree @ (degree - 1)),
    )


def _degree_assortativity(
    arrays: GraphArrays,
) -> tuple[tuple[str, float | None], ...]:
    """Degree assortativity among the expanded: out to in, in to in, and undirected.

    Pearson's correlation over edges of the start's degree with the end's; undirected over
    both orders of every pair of artists with an edge (Newman 2003, eq. 21; Foster et al.
    2010, eq. 1). None where all edges have the same degree at one end.
    """
    kept = arrays.among_expanded
    start, end = arrays.start[kept], arrays.end[kept]
    out_degree = np.bincount(start, minlength=arrays.size)
    in_degree = np.bincount(end, minlength=arrays.size)
    one, other = _both_orders(start, end, arrays.size)
    degree = np.bincount(one, minlength=arrays.size)
    return (
        (
            "degree assortativity, out to in",
            _correlation(out_degree[start], in_degree[end]),
        ),
        (
            "degree assortativity, in to in",
            _correlation(in_degree[start], in_degree[end]),
        ),
        ("degree assortativity, undirected", _correlation(degree[one], degree[other])),
    )


def _both_orders(start: Ints, end: Ints, size: int) -> tuple[Ints, Ints]:
    """Both orders of every pair of artists with an edge, once each."""
    pairs = np.unique(np.concatenate([start * size + end, end * size + start]))
    return pairs // size, pairs % size


def _correlation(first: Ints, second: Ints) -> float | None:
    """Pearson's correlation; None where all values on one side are equal."""
    if not len(first):
        return None
    one, other = _centred(first), _centred(second)
    spread = float(np.sqrt((one @ one) * (other @ other)))
    return significant(float(one @ other) / spread) if spread else None


def _centred(degrees: Ints) -> Floats:
    centred: Floats = degrees - degrees.mean()
    return centred if np.ptp(degrees) else np.zeros(len(degrees))


def _coverage(graph: ArtistGraph, arrays: GraphArrays) -> _Rows:
    genres = _has(graph, "genres")
    carrying, single = _has(graph, "classes"), _has(graph, "class")
    rows: _Rows = []
    for name, flags in (
        ("share with genres", genres),
        ("share carrying a class", carrying),
        ("share with one class", single),
    ):
        rows += [
            (name, share(int(flags.sum()), arrays.size), _ALL),
            (
                name,
                share(int(flags[arrays.expanded].sum()), int(arrays.expanded.sum())),
                _EXPANDED,
            ),
        ]
    return rows


def _has(graph: ArtistGraph, attribute: str) -> Bools:
    """Per artist, whether the attribute has a value."""
    values = [bool(value) for _, value in graph.nodes(data=attribute)]
    return np.array(values, dtype=np.bool_)


# -- tables by depth and by class -------------------------------------------------------


def _depth_table(graph: ArtistGraph, arrays: GraphArrays) -> Table:
    depths = [depth for _, depth in graph.nodes(data="depth")]
    artists = Counter(depths)
    expanded = Counter(
        d for d, is_in in zip(depths, arrays.expanded, strict=True) if is_in
    )
    known = sorted(depth for depth in artists if depth is not None)
    order: list[int | None] = [*known, *([None] if None in artists else [])]
    rows = [
        (
            "unknown" if d is None else d,
            artists[d],
            expanded[d],
            share(expanded[d], artists[d]),
        )
        for d in order
    ]
    return Table(
        "Steps from a seed",
        ("depth", "artists", "expanded", "share_expanded"),
        tuple(rows),
    )


def _class_table(graph: ArtistGraph, arrays: GraphArrays) -> Table:
    single = [name for _, name in graph.nodes(data="class")]
    expanded = Counter(
        n for n, is_in in zip(single, arrays.expanded, strict=True) if is_in
    )
    artists = Counter(single)
    carrying = Counter(
        name for _, all_ in graph.nodes(data="classes") for name in all_ or ()
    )
    listed: Counter[str] = Counter()
    for name, degree in zip(single, arrays.in_degree.tolist(), strict=True):
        listed[name] += degree
    rows = [
        (
            name,
            artists[name],
            carrying[name],
            expanded[name],
            share(listed[name], artists[name]),
        )
        for name in graph.graph["class_names"]
    ]
    columns = ("class", "artists", "carrying", "expanded", "mean_in_degree")
    return Table("Classes", columns, tuple(rows))


# -- notes and figures ----------------------------------------------------------------


def _notes(arrays: GraphArrays) -> tuple[str, ...]:
    """What the measures mean, with the numbers of this graph."""
    unseen, edges = int((~arrays.among_expanded).sum()), len(arrays.start)
    return (
        (
            "The outgoing edges of frontier artists are unknown: out-degree, strong"
            " components, reciprocity and transitivity are over expanded artists only."
        ),
        (
            f"The naive reciprocity counts {percent(unseen, edges)} of the edges as one-sided"
            " only because the crawl did not request the list of their end; the reciprocity"
            " over the induced subgraph leaves these out. Reciprocity above chance is"
            " (r - d) / (1 - d) with the density d: 0 where directions are random."
        ),
        (
            "The density over the pairs that could be seen divides by expanded artists times"
            " all others: a pair whose start is frontier provides no information."
        ),
        (
            "Degree assortativity is the correlation of the degrees at the two ends of the"
            " edges between expanded artists, with degrees counted over these edges: out to"
            " in compares how many artists the start lists with how many list the end. It is"
            " 0 without a preference, and above 0 where much listed artists list each other."
            " No out-degree exceeds the length of the source's longest list, which keeps"
            " correlations with out-degrees near 0."
        ),
    )


def _degree_figure(arrays: GraphArrays) -> Points:
    """The complementary cumulative distributions of the degrees, where they are known."""
    series = (
        ("in-degree, all", arrays.in_degree),
        ("in-degree, expanded", arrays.in_degree[arrays.expanded]),
        ("out-degree, expanded", arrays.out_degree[arrays.expanded]),
    )
    return Points(
        "Degree distribution",
        "degree k, from 1 on",
        "share of all these artists with degree k or more",
        tuple(
            (_with_zeros(name, degrees), *_cumulative(degrees))
            for name, degrees in series
            if degrees.any()
        ),
        log_x=True,
        log_y=True,
    )


def _with_zeros(name: str, degrees: Ints) -> str:
    """The name of a series, and the share of it that a logarithmic axis cannot show."""
    zeros = int((degrees == 0).sum())
    return f"{name} ({percent(zeros, len(degrees))} have 0)" if zeros else name


def _cumulative(degrees: Ints) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Each degree above 0 that occurs, and the share of all artists with at least it.

    Artists of degree 0 count in the shares, so the first share is below 1 if there are any.
    """
    values, counts = np.unique(degrees, return_counts=True)
    shares = counts[::-1].cumsum()[::-1] / len(degrees)
    above = values > 0
    return tuple(values[above].astype(float).tolist()), tuple(shares[above].tolist())


def _depth_figure(depths: Table) -> Bars:
    return Bars(
        depths.title,
        "artists",
        tuple(str(row[0]) for row in depths.rows),
        tuple(float(str(row[1])) for row in depths.rows),
    )
