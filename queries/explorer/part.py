"""Which artists fit on a page, where there are too many."""

from graph.views.artists import ArtistGraph

_FAR = 1_000_000


def nearest_artists(graph: ArtistGraph, most: int) -> ArtistGraph:
    """At most so many artists: near a seed first, then those whom most others list.

    Artists whom nothing joins to the rest come last of all. The graph itself when all
    of them fit, else a view of it, in the same order.
    """
    if len(graph) <= most:
        return graph
    order = sorted(graph, key=lambda artist: _distance(graph, artist))
    kept = set(order[:most])
    part: ArtistGraph = graph.subgraph(kept)
    return part


def _distance(graph: ArtistGraph, artist: str) -> tuple[bool, int, int, str]:
    depth = graph.nodes[artist]["depth"]
    listed = graph.in_degree(artist)
    alone = graph.degree(artist) == 0
    return alone, _FAR if depth is None else depth, -listed, artist


def left_out(whole: ArtistGraph, part: ArtistGraph) -> str:
    """What a part lacks, as a sentence; "" where it lacks nothing."""
    artists = len(whole) - len(part)
    if not artists:
        return ""
    relations = whole.number_of_edges() - part.number_of_edges()
    kept = "those nearest to the seeds and listed by most others are here"
    return (
        f"{artists:,} of {len(whole):,} artists and {relations:,} relations are left "
        f"out; {kept}."
    )
