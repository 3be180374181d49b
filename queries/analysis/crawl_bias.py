"""How the order, focus and budgets of a crawl bias what is counted over its graph.

Each sentence is computed from the graph and from the rules its crawl followed.
"""

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.arrays import Bools, GraphArrays, Ints
from queries.analysis.result import percent

_UNKNOWN_DEPTH = -1
# A few lists are always missing: the service failed, or no longer has the artist.
_NEARLY_ALL = 0.95


def crawl_biases(graph: ArtistGraph, arrays: GraphArrays) -> tuple[str, ...]:
    """What the crawl does to degrees, classes and distances, one sentence or two each."""
    rules = graph.graph.get("rules", {})
    depths = np.array(
        [
            _UNKNOWN_DEPTH if depth is None else depth
            for _, depth in graph.nodes(data="depth")
        ],
        dtype=np.int64,
    )
    has_class = np.array([bool(names) for _, names in graph.nodes(data="classes")])
    sentences = (
        _order(rules, arrays, depths),
        _focus(rules, arrays, has_class),
        _frontier(arrays),
        _longest_list(arrays),
        _near_seeds(arrays, depths),
        _full_classes(rules),
        _budget(rules, arrays),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _order(rules: dict[str, object], arrays: GraphArrays, depths: Ints) -> str:
    order = str(rules.get("order", ""))
    if order == "breadth-first":
        return (
            "Artists were expanded breadth-first, nearest to the seeds first:"
            f" {_expanded_depths(arrays, depths)}. Beyond that, distances are too long and"
            " components too small."
        )
    if order == "yield":
        return (
            "The crawl first expanded the artists that promised the most artists for classes"
            " still short of them: the expanded are not a random sample of the artists, and"
            " early ones share a neighbourhood."
        )
    if order == "random":
        return (
            "Artists were expanded in random order among those known at the time: an artist"
            " that many list becomes known earlier, so the expanded still tend to have a"
            " high in-degree."
        )
    return ""


def _expanded_depths(arrays: GraphArrays, depths: Ints) -> str:
    """Down to which depth nearly all artists are expanded, and how many beyond it."""
    complete = _UNKNOWN_DEPTH
    for depth in np.unique(depths[depths >= 0]).tolist():
        if arrays.expanded[depths == depth].mean() < _NEARLY_ALL:
            break
        complete = depth
    beyond = depths > complete
    part = percent(int(arrays.expanded[beyond].sum()), int(beyond.sum()))
    if complete == _UNKNOWN_DEPTH:
        return f"{part} of the artists with a known depth are expanded"
    reach = f"at least {percent(_NEARLY_ALL, 1)} are expanded at each depth down to {complete}"
    return f"{reach}, and {part} of the deeper ones" if beyond.any() else reach


def _focus(rules: dict[str, object], arrays: GraphArrays, has_class: Bools) -> str:
    if rules.get("focus") == "any":
        return "Any artist could be expanded, whatever its genres (focus = any)."
    if rules.get("focus") != "class":
        return ""
    edges = len(arrays.start)
    starting = percent(int(has_class[arrays.start].sum()), edges)
    ending = percent(int(has_class[arrays.end].sum()), edges)
    hops = rules.get("max_untagged_hops", 0)
    return (
        "Only artists that carry a class, or that are connected to one through at most"
        f" {hops} untagged artists, were expanded (focus = class): {starting} of the edges"
        f" start at an artist with a class and {ending} end at one. In-degree therefore"
        " measures how often the artists of the classes list an artist, not how often all"
        " artists do."
    )


def _frontier(arrays: GraphArrays) -> str:
    expanded = arrays.in_degree[arrays.expanded]
    frontier = arrays.in_degree[~arrays.expanded]
    if not len(expanded) or not len(frontier):
        return ""
    return (
        f"Expanded artists are listed {expanded.mean():.1f} times on average, frontier"
        f" artists {frontier.mean():.2g} times, in both cases only by the"
        f" {len(expanded)} expanded: in-degree is a lower bound, particularly on the"
        " frontier."
    )


def _longest_list(arrays: GraphArrays) -> str:
    known = arrays.out_degree[arrays.expanded]
    if not known.any():
        return ""
    longest = int(known.max())
    full, empty = int((known == longest).sum()), int((known == 0).sum())
    return (
        f"No list is longer than {longest}; {percent(full, len(known))} of the expanded"
        f" artists have a list of that length and {percent(empty, len(known))} an empty one."
        " The source decides how long a list may be, so the out-degree means little; the"
        " in-degree has no such limit."
    )


def _near_seeds(arrays: GraphArrays, depths: Ints) -> str:
    seeds = int((depths == 0).sum())
    if not seeds or not len(arrays.start):
        return ""
    near = (depths >= 0) & (depths <= 1)
    starting = percent(int(near[arrays.start].sum()), len(arrays.start))
    return (
        f"{seeds} {'seed' if seeds == 1 else 'seeds'} and their direct relatives,"
        f" {percent(int(near.sum()), arrays.size)} of the artists, account for {starting} of"
        " the edges."
    )


def _full_classes(rules: dict[str, object]) -> str:
    enough = rules.get("artists_per_class")
    if not enough or rules.get("focus") != "class":
        return ""
    return (
        f"The crawl stopped extending a class with {enough} labelled artists"
        " (artists_per_class): the size of a class here reflects the recipe more than music."
    )


def _budget(rules: dict[str, object], arrays: GraphArrays) -> str:
    hops, most = rules.get("max_hops"), rules.get("max_artists")
    if isinstance(most, int) and 0 < most <= arrays.size:
        return (
            f"The crawl reached its budget of {most} artists (max_artists): the frontier is"
            " where it stopped, not where the network ends."
        )
    if hops:
        return (
            f"The crawl went at most {hops} steps from a seed (max_hops): the frontier is"
            " where it stopped, not where the network ends."
        )
    return ""
