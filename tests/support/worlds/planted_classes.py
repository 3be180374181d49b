"""Artist graphs with a planted answer, as `graph.views.artists` would give them."""

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import networkx as nx

from graph.views.artists import ArtistGraph

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def graph_of(
    classes: Mapping[str, str],
    edges: Iterable[tuple[str, str]],
    *,
    names: Mapping[str, str] | None = None,
    frontier: Iterable[str] = (),
    ranks: Mapping[tuple[str, str], int] | None = None,
) -> ArtistGraph:
    """Artists with a class each ("" for none), and who lists whom in the order given."""
    order = tuple(dict.fromkeys(filter(None, classes.values())))
    graph = nx.DiGraph(
        crawl="planted",
        recipe="planted",
        class_names=order,
        selected=True,
        rules={"order": "breadth-first", "focus": "class", "max_hops": 0},
    )
    unknown = set(frontier)
    for artist, of_class in classes.items():
        graph.add_node(
            artist,
            **{
                "label": (names or {}).get(artist, artist),
                "class": of_class,
                "classes": (of_class,) if of_class else (),
                "genres": (),
                "expanded": artist not in unknown,
                "depth": 0,
                "popularity": None,
                "followers": None,
                "source": "deezer",
                "url": None,
                "mbid": None,
            },
        )
    for start, end in edges:
        rank = (ranks or {}).get((start, end), graph.out_degree(start) + 1)
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
    return graph


def planted_partition(
    sizes: Mapping[str, int], *, relatives: int, stray: float, seed: int
) -> ArtistGraph:
    """Each artist lists so many of its own class, a share `stray` of them of any."""
    rng = random.Random(seed)
    classes = {f"{name} {n}": name for name, size in sizes.items() for n in range(size)}
    everybody = list(classes)
    edges = []
    for artist, of_class in classes.items():
        own = [a for a in everybody if classes[a] == of_class]
        for _ in range(relatives):
            other = rng.choice(everybody if rng.random() < stray else own)
            if other != artist and (artist, other) not in edges[-relatives:]:
                edges.append((artist, other))
    return graph_of(classes, edges)
