"""Small artist graphs like those of `graph.views.artists`, with a known answer planted."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import networkx as nx

from graph.views.artists import ArtistGraph

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
RULES = {"order": "breadth-first", "focus": "any", "max_hops": 0, "max_artists": 0}


def _empty_graph(class_names: Iterable[str], rules: Mapping[str, object], *, selected):
    return nx.DiGraph(
        crawl="planted",
        recipe="planted",
        class_names=tuple(class_names),
        selected=selected,
        rules=dict(rules),
    )


def _add_artist(graph, artist, **attributes):
    unknown = dict.fromkeys(("depth", "popularity", "followers", "url", "mbid"))
    fixed = {"source": "deezer", "genres": ()}
    graph.add_node(artist, **fixed | unknown | attributes)


def _add_edge(graph, start, end, rank):
    graph.add_edge(
        start,
        end,
        rank=rank,
        score=None,
        weight=1 / rank,
        sources=("deezer",),
        first_seen_at=AT,
        last_seen_at=AT,
    )


def graph_from_lists(
    lists: Mapping[str, Sequence[str]],
    *,
    frontier: Iterable[str] = (),
    classes: Mapping[str, Sequence[str]] | None = None,
    genres: Mapping[str, Sequence[str]] | None = None,
    depths: Mapping[str, int] | None = None,
    rules: Mapping[str, object] = RULES,
) -> ArtistGraph:
    """Artists and the artists they list, nearest first.

    Keys of `lists` are expanded. Artists that are only listed, or in `frontier`, are
    frontier.
    """
    classes, genres, depths = classes or {}, genres or {}, depths or {}
    names = dict.fromkeys(name for own in classes.values() for name in own)
    graph = _empty_graph(names, rules, selected=False)
    listed = (other for relatives in lists.values() for other in relatives)
    for artist in dict.fromkeys((*lists, *listed, *frontier)):
        own = tuple(classes.get(artist, ()))
        _add_artist(
            graph,
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
            _add_edge(graph, artist, other, rank)
    return graph


def graph_from_edges(
    classes: Mapping[str, str],
    edges: Iterable[tuple[str, str]],
    *,
    names: Mapping[str, str] | None = None,
    frontier: Iterable[str] = (),
    ranks: Mapping[tuple[str, str], int] | None = None,
) -> ArtistGraph:
    """Artists with a class each ("" for none), and edges in the order of their ranks."""
    order = dict.fromkeys(filter(None, classes.values()))
    rules = {"order": "breadth-first", "focus": "class", "max_hops": 0}
    graph = _empty_graph(order, rules, selected=True)
    not_expanded = set(frontier)
    for artist, class_name in classes.items():
        _add_artist(
            graph,
            artist,
            **{
                "label": (names or {}).get(artist, artist),
                "class": class_name,
                "classes": (class_name,) if class_name else (),
                "expanded": artist not in not_expanded,
                "depth": 0,
            },
        )
    for start, end in edges:
        rank = (ranks or {}).get((start, end), graph.out_degree(start) + 1)
        _add_edge(graph, start, end, rank)
    return graph


def planted_groups(
    sizes: Sequence[int], *, inside: int, outside: int, seed: int = 1, tags: bool = True
) -> ArtistGraph:
    """Groups of artists that each list `inside` of their own and `outside` of the others.

    Each group is a class, "class 0", and has a genre of its own, "genre 0".
    """
    rng = random.Random(seed)
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
        lists[artist] = rng.sample(own, inside) + rng.sample(others, outside)
    return graph_from_lists(
        lists,
        classes={a: (f"class {g}",) for a, g in group_of.items()} if tags else None,
        genres={a: (f"genre {g}", "music") for a, g in group_of.items()}
        if tags
        else None,
    )


def planted_classes(
    sizes: Mapping[str, int], *, relatives: int, stray: float, seed: int
) -> ArtistGraph:
    """Artists that list others of their class; a share `stray` of these is of any class."""
    rng = random.Random(seed)
    classes = {f"{name} {n}": name for name, size in sizes.items() for n in range(size)}
    everybody = list(classes)
    edges = []
    for artist, class_name in classes.items():
        own = [a for a in everybody if classes[a] == class_name]
        for _ in range(relatives):
            other = rng.choice(everybody if rng.random() < stray else own)
            if other != artist and (artist, other) not in edges[-relatives:]:
                edges.append((artist, other))
    return graph_from_edges(classes, edges)


def relabelled(graph: ArtistGraph) -> ArtistGraph:
    """The same graph under other ids, in the same order."""
    return nx.relabel_nodes(
        graph, {artist: f"z{999 - number}" for number, artist in enumerate(graph)}
    )


def with_isolated(graph: ArtistGraph, count: int) -> ArtistGraph:
    """The graph with additional artists that have no edges."""
    grown = graph.copy()
    for number in range(count):
        _add_artist(
            grown,
            f"alone {number}",
            **{"label": "", "class": "", "classes": (), "expanded": False},
        )
    return grown


def values_of(analysis, over=None):
    """The measures of the first table, only those of `over` if it is given."""
    return {
        row[0]: row[1]
        for row in analysis.tables[0].rows
        if over is None or row[2] == over
    }


def rows_of(table):
    """The rows of a table as dictionaries."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
