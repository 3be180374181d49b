"""The shortest ways from one artist to another."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from graph.views.artists import ArtistGraph
from queries.analysis.finding import found_artist, named
from queries.analysis.result import Analysis, Bars, Table
from queries.analysis.shortest_paths import (
    LEAST_WEIGHT,
    PathResult,
    Reach,
    Traversal,
    fewest_steps,
    nearest,
)
from queries.errors import AnalysisError

STEPS = (
    "way",
    "path",
    "step",
    "artist",
    "name",
    "class",
    "the_one_before",
    "rank",
)
WAYS = ("way", "steps", "length", "paths")
REACHED = ("steps", "from_start", "to_end", "from_start_undirected")
REACHED_TITLE = "How many of all {} artists, expanded or not, lie how many steps off"
METHOD = (
    "Breadth-first search for the fewest steps: all such paths are counted, the {shown} "
    "nearest shown. Dijkstra's algorithm for the nearest path, where a step is as long "
    "as 1/weight: its rank, where a source gives no scores. Directed paths go along "
    "edges; undirected ones may go against them. No chance is in it."
)
SOURCE = "Dijkstra 1959, A note on two problems in connexion with graphs"
# Whether the step goes along an edge, and whether it goes against one.
_ARROWS = {(True, False): "→", (False, True): "←", (True, True): "↔"}
NOTE = (
    "Between its two ends a directed path has only expanded artists: the relatives of the "
    "others were never asked for, so shorter ways may exist. An undirected one may also "
    "pass the frontier, by the edges that lead to it."
)


def paths(
    graph: ArtistGraph,
    start: str,
    end: str,
    *,
    seed: int = 2026,  # noqa: ARG001  every analysis takes one
    shown: int = 3,
) -> Analysis:
    """The shortest ways from one artist to another, along edges and regardless of them.

    Args:
        graph: The artists.
        start: An id, or a name as it is written; of artists with one name the one
            with the most followers.
        end: The same.
        seed: Changes nothing here.
        shown: How many of the paths with the fewest steps are shown.

    Raises:
        AnalysisError: No artist has that id or name, or both are the same.
    """
    first, notes = found_artist(graph, start)
    last, more = found_artist(graph, end)
    if first == last:
        raise AnalysisError(
            f"both ends are {named(graph, first)}", hint="Name two artists."
        )
    directed = Traversal.of(graph, first, last)
    undirected = directed.undirected()
    found = [
        way
        for name, on in (("directed", directed), ("undirected", undirected))
        for way in (
            fewest_steps(on, f"{name}, fewest steps", shown),
            nearest(on, f"{name}, nearest"),
        )
    ]
    reach = Reach.of(directed, undirected)
    return Analysis(
        name="paths",
        question=f"How does one get from {named(graph, first)} to {named(graph, last)}?",
        method=METHOD.format(shown=shown),
        source=SOURCE,
        tables=(
            Table("Paths, step by step", STEPS, tuple(_steps(graph, found))),
            Table("Ways", WAYS, tuple(_way(way) for way in found)),
            Table(REACHED_TITLE.format(reach.artists), REACHED, reach.rows()),
        ),
        notes=(
            *notes,
            *more,
            NOTE,
            _reached(graph, first, last, reach),
            *_lost(_Lost(graph, first, last, reach), found),
        ),
        figures=(*_drawn(graph, found), _bars(graph, first, reach)),
    )


def _steps(graph: ArtistGraph, found: list[PathResult]) -> Iterator[tuple[object, ...]]:
    for way in found:
        for number, path in enumerate(way.paths, start=1):
            before = None
            for step, artist in enumerate(path):
                node = graph.nodes[artist]
                said = _relation(graph, before, artist)
                own = (artist, node["label"], node["class"])
                yield (way.name, number, step, *own, *said)
                before = artist


def _relation(
    graph: ArtistGraph, before: str | None, artist: str
) -> tuple[str, int | None]:
    """What the artist before says of this one, and at which rank; the nearer of two."""
    if before is None:
        return "", None
    there = graph.get_edge_data(before, artist)
    back = graph.get_edge_data(artist, before)
    if there and back:
        return "lists it, is listed by it", min(there["rank"], back["rank"])
    return ("lists it", there["rank"]) if there else ("is listed by it", back["rank"])


def _way(way: PathResult) -> tuple[object, ...]:
    if not way.paths:
        return (way.name, None, None, 0)
    return (way.name, len(way.paths[0]) - 1, round(way.length, 3), way.count)


@dataclass(frozen=True, slots=True)
class _Lost:
    graph: ArtistGraph
    first: str
    last: str
    reach: Reach


def _lost(lost: _Lost, found: list[PathResult]) -> Iterator[str]:
    """What can be reached where there is no way."""
    directed, _, undirected, _ = found
    if not undirected.paths:
        yield (
            "There is no way at all: they lie in two parts of the graph. "
            f"{_part(lost.graph, lost.first, lost.reach.undirected)}, and "
            f"{_part(lost.graph, lost.last, lost.reach.undirected_last)}."
        )
    elif not directed.paths:
        yield (
            f"No way leads along edges: from {named(lost.graph, lost.first)} one "
            f"reaches {_artists(lost.reach.forward)}, and {_artists(lost.reach.backward)} "
            f"lead to {named(lost.graph, lost.last)}."
        )
    for artist in (lost.first, lost.last):
        if not lost.graph.nodes[artist]["expanded"]:
            yield (
                f"{named(lost.graph, artist)} is on the crawl's frontier: whom it lists "
                "was never asked for."
            )


def _part(graph: ArtistGraph, artist: str, steps: tuple[int, ...]) -> str:
    """The artist's weak component, the artist counted too."""
    return f"{named(graph, artist)} lies in a part of {_artists((1, *steps))}"


def _reached(graph: ArtistGraph, first: str, last: str, reach: Reach) -> str:
    """Over whom the table of steps counts, and who is in none of its rows."""
    return (
        f"Of the {_artists((reach.artists - 1,), 'other ')}, expanded or not, one reaches "
        f"{sum(reach.forward)} along edges from {named(graph, first)}, and "
        f"{sum(reach.undirected)} where directions do not count; "
        f"{sum(reach.backward)} of the expanded lead to {named(graph, last)}. The "
        "others are in no row of the steps."
    )


def _artists(steps: tuple[int, ...], kind: str = "") -> str:
    count = sum(steps)
    return f"1 {kind}artist" if count == 1 else f"{count} {kind}artists"


def _drawn(graph: ArtistGraph, found: list[PathResult]) -> tuple[Bars, ...]:
    """The nearest path, along edges if there is one: a bar for each step."""
    way = next((w for w in found if w.paths and w.name.endswith("nearest")), None)
    if way is None:
        return ()
    path = way.paths[0]
    label = {artist: graph.nodes[artist]["label"] for artist in path}
    steps = list(pairwise(path))
    bars = Bars(
        f"From {label[path[0]]} to {label[path[-1]]}: nearest {way.name.split(',')[0]} path",
        "length of the step, 1/weight: its rank, where a source gives no scores",
        tuple(
            f"{label[a]} {_ARROWS[graph.has_edge(a, b), graph.has_edge(b, a)]} {label[b]}"
            for a, b in steps
        ),
        tuple(
            _length(graph, a, b, along=way.name.startswith("directed"))
            for a, b in steps
        ),
    )
    return (bars,)


def _length(graph: ArtistGraph, start: str, end: str, *, along: bool) -> float:
    """How long a step is; either way the shorter of the two edges counts."""
    edges = ((start, end),) if along else ((start, end), (end, start))
    weights = [graph.edges[one]["weight"] for one in edges if graph.has_edge(*one)]
    return 1 / float(max(*weights, LEAST_WEIGHT))


def _bars(graph: ArtistGraph, first: str, reach: Reach) -> Bars:
    many = [f"{n} step{'s' if n > 1 else ''}" for n in range(1, len(reach.forward) + 1)]
    return Bars(
        f"How far the {sum(reach.forward)} artists that one reaches from "
        f"{graph.nodes[first]['label']} are, along edges",
        "artists, expanded or not",
        tuple(many),
        tuple(float(count) for count in reach.forward),
    )
