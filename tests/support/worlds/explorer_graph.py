"""A small artist graph for the explorer page, with names that try to break it."""

from datetime import UTC, datetime
from typing import Any

import networkx as nx

from graph.views.artists import ArtistGraph
from queries.explorer.content import Legend
from queries.explorer.page import PageSource

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
NASTY = (
    '</script><script>window.broken = "&amp;";</script><img src=x onerror="broken=1">'
)
BORGIR = "Dimmu Börgir"
LEGEND = Legend(
    {"metal": ("black metal", "thrash metal"), "jazz": ("bebop", "cool jazz")},
    "single-class",
)
ORIGIN = PageSource(
    (("deezer", "Private <use> only.", "https://example.invalid/t"),), AT
)
LEADS = {
    "black metal": "metal",
    "thrash metal": "metal",
    "bebop": "jazz",
    "cool jazz": "jazz",
}


def small_graph() -> ArtistGraph:
    """Two rings of ten artists, metal and jazz, with one artist between and one isolated."""
    graph: ArtistGraph = nx.DiGraph(
        crawl="small <crawl>",
        recipe="small <crawl>",
        class_names=("metal", "jazz"),
        selected=True,
        rules={"focus": "class"},
    )
    for n in range(10):
        add(graph, f"m{n}", f"Metal {n}", ("thrash metal",), followers=10**n)
        add(graph, f"j{n}", f"Jazz {n}", ("bebop", "swing"), expanded=n < 5)
    add(graph, "m0", BORGIR, ("black metal", "thrash metal"), followers=5_000_000)
    add(graph, "m1", NASTY, ("thrash metal",), url="javascript:alert(1)")
    add(graph, "between", "Both Worlds", ("thrash metal", "bebop"))
    add(graph, "alone", "!!!", (), depth=None, url=None)
    for circle in "mj":
        for n in range(10):
            for rank in range(1, 4):
                relate(graph, f"{circle}{n}", f"{circle}{(n + rank) % 10}", rank)
    relate(graph, "m3", "between", 4)
    relate(graph, "between", "j0", 1)
    return graph


def add(graph: ArtistGraph, id_: str, name: str, genres: tuple[str, ...], **more: Any):
    classes = tuple(dict.fromkeys(LEADS[g] for g in genres if g in LEADS))
    known = {
        "label": name,
        "class": classes[0] if len(classes) == 1 else "",
        "classes": classes,
        "genres": genres,
        "expanded": True,
        "depth": 1,
        "popularity": None,
        "followers": None,
        "source": "deezer",
        "url": f"https://www.deezer.example.invalid/artist/{id_}",
        "mbid": None,
    }
    graph.add_node(id_, **(known | more))


def relate(graph: ArtistGraph, start: str, end: str, rank: int) -> None:
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
