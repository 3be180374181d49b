"""Artist graphs as `graph.views.artists` makes them, small and with an answer planted in them."""

import random
from collections.abc import Iterable, Mapping, Sequence

import networkx as nx

RULES = {"order": "breadth-first", "focus": "any", "max_hops": 0, "max_artists": 0}


def graph_of(
    lists: Mapping[str, Sequence[str]],
    *,
    frontier: Iterable[str] = (),
    classes: Mapping[str, Sequence[str]] | None = None,
    genres: Mapping[str, Sequence[str]] | None = None,
    depths: Mapping[str, int] | None = None,
    rules: Mapping[str, object] = RULES,
):
    """Artists and whom they list, nearest first.

    Keys of `lists` are expanded; who is only listed, or in `frontier`, is frontier.
    """
    classes, genres, depths = classes or {}, genres or {}, depths or {}
    names = tuple(dict.fromkeys(name for own in classes.values() for name in own))
    graph = nx.DiGraph(
        crawl="made",
        recipe="made",
        class_names=names,
        selected=False,
        rules=dict(rules),
    )
    listed = (other for relatives in lists.values() for other in relatives)
    for artist in dict.fromkeys((*lists, *listed, *frontier)):
        own = tuple(classes.get(artist, ()))
        graph.add_node(
            artist,
            **{
                "label": f"the {artist}",
                "class": own[0] if len(own) == 1 else "",
                "classes": own,
                "genres": tuple(genres.get(artist, ())),
                "expanded": artist in lists,
                "depth": depths.get(artist),
            },
        )
    for artist, relatives in lists.items():
        for rank, other in enumerate(relatives, start=1):
            graph.add_edge(artist, other, rank=rank, score=None, weight=1 / rank)
    return graph


def planted(
    sizes: Sequence[int], *, inside: int, outside: int, seed: int = 1, tags: bool = True
):
    """Groups of artists that each list `inside` of their own and `outside` of the others.

    Each group is a class, "class 0", and has a genre of its own, "genre 0".
    """
    chance = random.Random(seed)
    group_of = {
        f"artist {number:04}": group
        for number, group in enumerate(
            g for g, size in enumerate(sizes) for _ in range(size)
        )
    }
    lists = {}
    for artist, group in group_of.items():
        own = [a for a, g in group_of.items() if g == group and a != artist]
        others = [a for a, g in group_of.items() if g != group]
        lists[artist] = chance.sample(own, inside) + chance.sample(others, outside)
    return graph_of(
        lists,
        classes={a: (f"class {g}",) for a, g in group_of.items()} if tags else None,
        genres={a: (f"genre {g}", "music") for a, g in group_of.items()}
        if tags
        else None,
    )


def relabelled(graph):
    """The same graph under other ids, in the same order."""
    return nx.relabel_nodes(
        graph, {artist: f"z{999 - number}" for number, artist in enumerate(graph)}
    )


def with_isolated(graph, count):
    """The graph and artists without any edge."""
    grown = graph.copy()
    for number in range(count):
        grown.add_node(
            f"alone {number}",
            **{"label": "", "class": "", "classes": (), "genres": ()},
            expanded=False,
            depth=None,
        )
    return grown


def values_of(analysis, over=None):
    """The first table of measures as a dictionary, of one `over` where it is named."""
    return {
        row[0]: row[1]
        for row in analysis.tables[0].rows
        if over is None or row[2] == over
    }


def rows_of(table):
    """A table's rows as dictionaries."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
