"""The shortest ways from one artist to another."""

from collections.abc import Iterator
from dataclasses import dataclass

from graph.view import ArtistGraph
from queries.analysis.errors import AnalysisError
from queries.analysis.finding import found_artist, named
from queries.analysis.result import Analysis, Bars, Table
from queries.analysis.ways import Passable, Reach, Way, fewest_steps, nearest

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
METHOD = (
    "Breadth-first search for the fewest steps: all such paths are counted, the {shown} "
    "nearest shown. Dijkstra's algorithm for the nearest path, where a step is as long "
    "as 1/weight: its rank, where a source gives no scores. Directed paths go along "
    "edges; undirected ones may go against them. No chance is in it."
)
SOURCE = "Dijkstra 1959, A note on two problems in connexion with graphs"
NOTE = (
    "Between its two ends a path has only expanded artists: the relatives of the others "
    "were never asked for, so shorter ways may exist."
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
    directed = Passable.of(graph, first, last)
    found = [
        way
        for name, on in (("directed", directed), ("undirected", directed.undirected()))
        for way in (
            fewest_steps(on, f"{name}, fewest steps", shown),
            nearest(on, f"{name}, nearest"),
        )
    ]
    reach = Reach.of(directed)
    return Analysis(
        name="paths",
        question=f"How does one get from {named(graph, first)} to {named(graph, last)}?",
        method=METHOD.format(shown=shown),
        source=SOURCE,
        tables=(
            Table("Paths, step by step", STEPS, tuple(_steps(graph, found))),
            Table("Ways", WAYS, tuple(_way(way) for way in found)),
            Table("How many artists lie how many steps off", REACHED, reach.rows()),
        ),
        notes=(*notes, *more, NOTE, *_lost(_Lost(graph, first, last, reach), found)),
        figures=(_bars(graph, first, reach),),
    )


def _steps(graph: ArtistGraph, found: list[Way]) -> Iterator[tuple[object, ...]]:
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


def _way(way: Way) -> tuple[object, ...]:
    if not way.paths:
        return (way.name, None, None, 0)
    return (way.name, len(way.paths[0]) - 1, round(way.length, 3), way.count)


@dataclass(frozen=True, slots=True)
class _Lost:
    graph: ArtistGraph
    first: str
    last: str
    reach: Reach


def _lost(lost: _Lost, found: list[Way]) -> Iterator[str]:
    """What can be reached where there is no way."""
    directed, _, undirected, _ = found
    if not undirected.paths:
        yield (
            f"There is no way at all: they lie in two parts of the graph, and "
            f"{_artists(lost.reach.undirected)} hang together with "
            f"{named(lost.graph, lost.first)}."
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


def _artists(steps: "tuple[int, ...]") -> str:
    count = sum(steps)
    return "1 artist" if count == 1 else f"{count} artists"


def _bars(graph: ArtistGraph, first: str, reach: Reach) -> Bars:
    many = [f"{n} step{'s' if n > 1 else ''}" for n in range(1, len(reach.forward) + 1)]
    return Bars(
        f"How far the others are from {graph.nodes[first]['label']}, along edges",
        "artists",
        tuple(many),
        tuple(float(count) for count in reach.forward),
    )
