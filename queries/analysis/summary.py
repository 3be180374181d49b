"""What graph this is: size, parts, degrees, reciprocity, coverage, and how the crawl bends them.

Numbers are over all artists, over the expanded ones, or over the subgraph that the
expanded induce; the column `over` says which.
"""

from collections import Counter

import networkx as nx
import numpy as np
from scipy import sparse

from graph.views.artists import ArtistGraph
from queries.analysis.amounts import percent, share, significant
from queries.analysis.arrays import Bools, Ints, Links, links_of
from queries.analysis.crawl_bias import bias_of
from queries.analysis.degree_figure import distribution
from queries.analysis.degree_mixing import NOTE, SOURCE, degree_assortativity
from queries.analysis.result import Analysis, Bars, Table

_SOURCE = (
    "M. Newman, Networks, 2nd ed., Oxford University Press 2018, ch. 6-8 and 10; D. Garlaschelli,"
    " M. Loffredo, Patterns of link reciprocity, Phys. Rev. Lett. 93 (2004) 268701; on what"
    " crawling does to degrees: M. Kurant, A. Markopoulou, P. Thiran, Towards unbiased BFS"
    f" sampling, IEEE JSAC 29 (2011) 1799; degree assortativity: {SOURCE}"
)
_ALL, _EXPANDED = "all artists", "expanded artists"
_INDUCED = "subgraph induced by the expanded"
_Rows = list[tuple[object, ...]]


def summary(graph: ArtistGraph, *, seed: int = 2026) -> Analysis:  # noqa: ARG001  (every analysis is called alike; this one draws nothing)
    """Count artists, edges, components and degrees, and tell what the crawl does to them.

    Raises:
        AnalysisError: The graph holds fewer than two artists.
    """
    links = links_of(graph, edges=False)
    rows = [
        *_sizes(graph, links),
        *_parts(graph, links),
        *_degrees(links),
        *_closure(links),
        *((name, value, _INDUCED) for name, value in degree_assortativity(links)),
        *_coverage(graph, links),
    ]
    tables = [Table("Summary", ("measure", "value", "over"), tuple(rows))]
    depths = _depths(graph, links)
    tables.append(depths)
    if graph.graph.get("class_names"):
        tables.append(_classes(graph, links))
    return Analysis(
        "summary",
        "What graph did this crawl leave, and how far can its numbers be trusted?",
        "Counts over the directed graph as it was crawled, no sampling, no weights; degrees"
        " by their complementary cumulative distribution.",
        _SOURCE,
        tuple(tables),
        (*_reading(links), NOTE, *bias_of(graph, links)),
        (distribution(links), _depth_bars(depths)),
    )


def _sizes(graph: ArtistGraph, links: Links) -> _Rows:
    expanded, edges = int(links.expanded.sum()), len(links.start)
    inner = int(links.among_expanded.sum())
    loops = graph.number_of_edges() - edges
    rows: _Rows = [
        ("artists", links.size, _ALL),
        ("expanded artists", expanded, _ALL),
        ("frontier artists", links.size - expanded, _ALL),
        ("share expanded", share(expanded, links.size), _ALL),
        ("isolated artists", int(links.isolated.sum()), _ALL),
        ("edges", edges, "all edges"),
        ("edges between expanded artists", inner, _INDUCED),
        ("share of edges to the frontier", share(edges - inner, edges), "all edges"),
        (
            "density",
            share(edges, expanded * (links.size - 1)),
            "pairs that could be seen",
        ),
        ("density", share(inner, expanded * (expanded - 1)), _INDUCED),
    ]
    return (
        [*rows, ("edges to oneself, left out", loops, "all edges")] if loops else rows
    )


def _parts(graph: ArtistGraph, links: Links) -> _Rows:
    known = [
        artist for artist, is_in in zip(links.ids, links.expanded, strict=True) if is_in
    ]
    induced = graph.subgraph(known)
    return [
        *_components("weak", nx.weakly_connected_components(graph), links.size, _ALL),
        *_components(
            "weak", nx.weakly_connected_components(induced), len(known), _INDUCED
        ),
        *_components(
            "strong", nx.strongly_connected_components(induced), len(known), _INDUCED
        ),
    ]


def _components(kind: str, parts: object, of: int, over: str) -> _Rows:
    sizes = [len(part) for part in parts]  # type: ignore[attr-defined]
    largest = max(sizes, default=0)
    return [
        (f"{kind} components", len(sizes), over),
        (f"artists in the largest {kind} component", largest, over),
        (f"share in the largest {kind} component", share(largest, of), over),
    ]


def _degrees(links: Links) -> _Rows:
    return [
        *_degree_rows("in-degree", links.in_degree, _ALL),
        *_degree_rows("in-degree", links.in_degree[links.expanded], _EXPANDED),
        *_degree_rows(
            "in-degree", links.in_degree[~links.expanded], "frontier artists"
        ),
        *_degree_rows("out-degree", links.out_degree[links.expanded], _EXPANDED),
    ]


def _degree_rows(name: str, degrees: Ints, over: str) -> _Rows:
    if not len(degrees):
        return []
    return [
        (f"{name}, mean", significant(float(degrees.mean())), over),
        (f"{name}, median", significant(float(np.median(degrees))), over),
        (f"{name}, largest", int(degrees.max()), over),
    ]


def _closure(links: Links) -> _Rows:
    inner = links.among_expanded
    mutual, seen = int(links.mutual.sum()), int(inner.sum())
    expanded = int(links.expanded.sum())
    return [
        ("reciprocity", share(mutual, seen), _INDUCED),
        ("reciprocity above chance", _above_chance(mutual, seen, expanded), _INDUCED),
        ("reciprocity, naive", share(mutual, len(links.start)), "all edges"),
        ("transitivity, directions ignored", _transitivity(links, inner), _INDUCED),
    ]


def _above_chance(mutual: int, edges: int, artists: int) -> float | None:
    """Garlaschelli and Loffredo's rho: the reciprocity less the density, over 1 less it."""
    pairs = artists * (artists - 1)
    if not edges or edges == pairs:
        return None
    density = edges / pairs
    return significant((mutual / edges - density) / (1 - density))


def _transitivity(links: Links, kept: Bools) -> float | None:
    """Closed over connected triples of the undirected simple graph of the edges kept."""
    ends = (links.start[kept], links.end[kept])
    directed = sparse.csr_array(
        (np.ones(len(ends[0])), ends), shape=(links.size, links.size)
    )
    flat = ((directed + directed.T) > 0).astype(np.float64)
    degree = flat.sum(axis=1)
    return share(
        float((flat @ flat).multiply(flat).sum()), float(degree @ (degree - 1))
    )


def _coverage(graph: ArtistGraph, links: Links) -> _Rows:
    genres = _flags(graph, "genres")
    carrying, single = _flags(graph, "classes"), _flags(graph, "class")
    rows: _Rows = []
    for name, flags in (
        ("share with genres", genres),
        ("share carrying a class", carrying),
        ("share with one class", single),
    ):
        rows += [
            (name, share(int(flags.sum()), links.size), _ALL),
            (
                name,
                share(int(flags[links.expanded].sum()), int(links.expanded.sum())),
                _EXPANDED,
            ),
        ]
    return rows


def _flags(graph: ArtistGraph, attribute: str) -> Bools:
    values = [bool(value) for _, value in graph.nodes(data=attribute)]
    return np.array(values, dtype=np.bool_)


def _depths(graph: ArtistGraph, links: Links) -> Table:
    depths = [depth for _, depth in graph.nodes(data="depth")]
    artists = Counter(depths)
    expanded = Counter(
        d for d, is_in in zip(depths, links.expanded, strict=True) if is_in
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


def _classes(graph: ArtistGraph, links: Links) -> Table:
    single = [name for _, name in graph.nodes(data="class")]
    expanded = Counter(
        n for n, is_in in zip(single, links.expanded, strict=True) if is_in
    )
    artists = Counter(single)
    carrying = Counter(
        name for _, all_ in graph.nodes(data="classes") for name in all_ or ()
    )
    listed: Counter[str] = Counter()
    for name, degree in zip(single, links.in_degree.tolist(), strict=True):
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


def _reading(links: Links) -> tuple[str, ...]:
    """What the definitions of the table mean, with this graph's numbers."""
    hidden, edges = int((~links.among_expanded).sum()), len(links.start)
    return (
        (
            "The outgoing edges of frontier artists are not known: out-degree, strong"
            " components, reciprocity and transitivity are over expanded artists only."
        ),
        (
            f"The naive reciprocity counts {percent(hidden, edges)} of the edges as one-sided"
            " only because their end was never asked; the one over the induced subgraph does"
            " not. Above chance is (r - d) / (1 - d) with the density d: 0 where directions"
            " were drawn at random."
        ),
        (
            "Density over the pairs that could be seen divides by expanded artists times all"
            " others: a pair whose start was not asked says nothing."
        ),
    )


def _depth_bars(depths: Table) -> Bars:
    return Bars(
        depths.title,
        "artists",
        tuple(str(row[0]) for row in depths.rows),
        tuple(float(str(row[1])) for row in depths.rows),
    )
