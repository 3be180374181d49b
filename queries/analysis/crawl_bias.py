"""How the order, the focus and the budgets of a crawl bend what is counted over its graph.

Each sentence is computed from the graph and from the rules that its crawl kept.
"""

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.amounts import percent
from queries.analysis.arrays import Bools, Ints, Links

_NO_DEPTH = -1
# A few lists are never had: the service failed, or does not know the artist any more.
_NEARLY_ALL = 0.95


def bias_of(graph: ArtistGraph, links: Links) -> tuple[str, ...]:
    """What the crawl does to degrees, classes and distances, a sentence each."""
    rules = graph.graph.get("rules", {})
    depths = np.array(
        [
            _NO_DEPTH if depth is None else depth
            for _, depth in graph.nodes(data="depth")
        ],
        dtype=np.int64,
    )
    carrying = np.array([bool(held) for _, held in graph.nodes(data="classes")])
    said = (
        _order(rules, links, depths),
        _focus(rules, links, carrying),
        _frontier(links),
        _longest_list(links),
        _near_seeds(links, depths),
        _filled(rules),
        _ended(rules, links),
    )
    return tuple(sentence for sentence in said if sentence)


def _order(rules: dict[str, object], links: Links, depths: Ints) -> str:
    order = str(rules.get("order", ""))
    if order == "breadth-first":
        return (
            "Artists were expanded breadth-first, nearest to the seeds first:"
            f" {_whole_to(links, depths)}. Distances that lead beyond are too long here and"
            " components too small."
        )
    if order == "yield":
        return (
            "The crawl expanded first whoever promised most artists for classes that still"
            " lacked some: the expanded are no random sample of the artists, and early ones"
            " share their neighbourhood."
        )
    if order == "random":
        return (
            "Artists were expanded in random order among those known by then: an artist that"
            " many list is known earlier, so the expanded still lean to high in-degree."
        )
    return ""


def _whole_to(links: Links, depths: Ints) -> str:
    """To which depth nearly everybody is expanded, and how many beyond."""
    whole = _NO_DEPTH
    for depth in np.unique(depths[depths >= 0]).tolist():
        if links.expanded[depths == depth].mean() < _NEARLY_ALL:
            break
        whole = depth
    beyond = depths > whole
    part = percent(int(links.expanded[beyond].sum()), int(beyond.sum()))
    if whole == _NO_DEPTH:
        return f"{part} of the artists with a known depth are expanded"
    reach = (
        f"at each depth down to {whole} at least {percent(_NEARLY_ALL, 1)} are expanded"
    )
    return f"{reach}, {part} of those deeper" if beyond.any() else reach


def _focus(rules: dict[str, object], links: Links, carrying: Bools) -> str:
    if rules.get("focus") == "any":
        return "Anybody could be expanded, whatever the genres (focus = any)."
    if rules.get("focus") != "class":
        return ""
    edges = len(links.start)
    starting = percent(int(carrying[links.start].sum()), edges)
    ending = percent(int(carrying[links.end].sum()), edges)
    hops = rules.get("max_untagged_hops", 0)
    return (
        f"Only artists that carry a class, or lie at most {hops} untagged artists behind one,"
        f" were expanded (focus = class): {starting} of the edges start at an artist with a"
        f" class and {ending} end at one, so in-degree counts how often the classes' artists"
        " list somebody, not how often everybody does."
    )


def _frontier(links: Links) -> str:
    inside, outside = links.in_degree[links.expanded], links.in_degree[~links.expanded]
    if not len(inside) or not len(outside):
        return ""
    return (
        f"Expanded artists are listed {inside.mean():.1f} times on average, frontier artists"
        f" {outside.mean():.2g} times, by the {len(inside)} expanded alone: in-degree is a"
        " lower bound, and on the frontier the more so."
    )


def _longest_list(links: Links) -> str:
    known = links.out_degree[links.expanded]
    if not known.any():
        return ""
    longest = int(known.max())
    full, empty = int((known == longest).sum()), int((known == 0).sum())
    return (
        f"No list is longer than {longest}; {percent(full, len(known))} of the expanded artists"
        f" list just that many and {percent(empty, len(known))} nobody: how long a list may be"
        " is the source's choice, so the out-degree says little; the in-degree has no limit."
    )


def _near_seeds(links: Links, depths: Ints) -> str:
    seeds = int((depths == 0).sum())
    if not seeds or not len(links.start):
        return ""
    near = (depths >= 0) & (depths <= 1)
    starting = percent(int(near[links.start].sum()), len(links.start))
    return (
        f"{seeds} {'seed' if seeds == 1 else 'seeds'} and their direct relatives, who are"
        f" {percent(int(near.sum()), links.size)} of the artists, give {starting} of the edges."
    )


def _filled(rules: dict[str, object]) -> str:
    enough = rules.get("artists_per_class")
    if not enough or rules.get("focus") != "class":
        return ""
    return (
        f"A class with {enough} labelled artists was left alone (artists_per_class): how large"
        " a class is here says more of the recipe than of music."
    )


def _ended(rules: dict[str, object], links: Links) -> str:
    hops, most = rules.get("max_hops"), rules.get("max_artists")
    if isinstance(most, int) and 0 < most <= links.size:
        return (
            f"The crawl met its budget of {most} artists (max_artists): the frontier is where"
            " it stopped, not where the network ends."
        )
    if hops:
        return (
            f"The crawl went at most {hops} steps from a seed (max_hops): the frontier is where"
            " it stopped, not where the network ends."
        )
    return ""
