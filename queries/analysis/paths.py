"""Paths: the shortest paths from one artist to another."""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import pairwise

from graph.views.artists import ArtistGraph
from queries.analysis.result import Analysis, Bars, Table
from queries.analysis.shortest_paths import (
    MIN_WEIGHT,
    PathResult,
    Reach,
    Traversal,
    fewest_steps,
    nearest,
)
from queries.errors import AnalysisError

STEP_COLUMNS = (
    "way",
    "path",
    "step",
    "artist",
    "name",
    "class",
    "the_one_before",
    "rank",
)
PATH_COLUMNS = ("way", "steps", "length", "paths")
REACH_COLUMNS = ("steps", "from_start", "to_end", "from_start_undirected")
_METHOD = (
    "Breadth-first search finds the fewest steps: all such paths are counted, and the"
    " {shown} nearest are shown. Dijkstra's algorithm finds the nearest path, where the"
    " length of a step is 1/weight: its rank, where a source gives no scores. Directed paths"
    " follow edges; undirected paths may also go against them. Nothing is random."
)
_SOURCE = "Dijkstra 1959, A note on two problems in connexion with graphs"
# By whether a step follows an edge, and whether it goes against one.
_ARROWS = {(True, False): "→", (False, True): "←", (True, True): "↔"}
_NOTE = (
    "Between its two ends a directed path contains only expanded artists: the crawl did not"
    " request the relatives of the others, so shorter paths may exist. An undirected path"
    " may also pass through the frontier, by the edges that lead to it."
)


def paths(
    graph: ArtistGraph,
    start: str,
    end: str,
    *,
    seed: int = 2026,  # noqa: ARG001  every analysis takes one
    shown: int = 3,
) -> Analysis:
    """Find the shortest paths from one artist to another, directed and undirected.

    Args:
        graph: The artists.
        start: An id, or a name in any case; of several artists with that name the one
            with the most followers.
        end: The same.
        seed: Has no effect here.
        shown: How many of the paths with the fewest steps to show.

    Raises:
        AnalysisError: No artist has that id or name, or both are the same artist.
    """
    source, notes = _find_artist(graph, start)
    target, more = _find_artist(graph, end)
    if source == target:
        raise AnalysisError(
            f"both ends are {_name_and_id(graph, source)}", hint="Name two artists."
        )
    directed = Traversal.directed(graph, source, target)
    undirected = directed.undirected()
    found = [
        result
        for name, traversal in (("directed", directed), ("undirected", undirected))
        for result in (
            fewest_steps(traversal, f"{name}, fewest steps", shown),
            nearest(traversal, f"{name}, nearest"),
        )
    ]
    reach = Reach.of(directed, undirected)
    ends = source, target
    return Analysis(
        name="paths",
        question=(
            f"What are the shortest paths from {_name_and_id(graph, source)} to"
            f" {_name_and_id(graph, target)}?"
        ),
        method=_METHOD.format(shown=shown),
        source=_SOURCE,
        tables=(
            Table("Paths, step by step", STEP_COLUMNS, tuple(_step_rows(graph, found))),
            Table("Lengths", PATH_COLUMNS, tuple(_path_row(one) for one in found)),
            Table(
                f"How many of all {reach.artists} artists, expanded or not, lie at each"
                " distance",
                REACH_COLUMNS,
                reach.rows(),
            ),
        ),
        notes=(
            *notes,
            *more,
            _NOTE,
            _reach_note(graph, ends, reach),
            *_missing_paths(graph, ends, reach, found),
        ),
        figures=(*_path_figure(graph, found), _reach_figure(graph, source, reach)),
    )


# -- artists by id or name ------------------------------------------------------------


def _find_artist(graph: ArtistGraph, text: str) -> tuple[str, tuple[str, ...]]:
    """The id of an artist given by id or name, and a note where the name is ambiguous.

    Raises:
        AnalysisError: No artist has that id or name; the hint offers the closest names.
    """
    if text in graph:
        return text, ()
    wanted = text.casefold().strip()
    namesakes = [
        a for a, name in graph.nodes(data="label") if name.casefold() == wanted
    ]
    if not namesakes:
        raise AnalysisError(
            f"no artist of this graph is called {text!r}",
            hint=_close_names(graph, wanted),
        )
    namesakes.sort(
        key=lambda a: (-(graph.nodes[a]["followers"] or 0), -graph.in_degree(a))
    )
    first, *others = namesakes
    if not others:
        return first, ()
    ids = ", ".join(others[:5]) + (" and more" if others[5:] else "")
    return first, (
        (
            f"{len(namesakes)} artists are called {graph.nodes[first]['label']}: this uses"
            f" {first}, which has the most followers; to use another, give its id: {ids}."
        ),
    )


def _close_names(graph: ArtistGraph, wanted: str) -> str:
    """A hint with the names closest to the one wanted."""
    names: dict[str, str] = {}
    for _, name in graph.nodes(data="label"):
        names.setdefault(name.casefold(), name)
    close = get_close_matches(wanted, names, n=3, cutoff=0.7)
    close += [name for name in names if wanted in name and name not in close]
    if not close:
        return "Use a name from the graph, or an id; `genregraph find artist` looks them up."
    offered = " or ".join(repr(names[name]) for name in close[:3])
    return f"Did you mean {offered}?"


def _name_and_id(graph: ArtistGraph, artist: str) -> str:
    label = graph.nodes[artist]["label"]
    return artist if label == artist else f"{label} ({artist})"


# -- tables ---------------------------------------------------------------------------


def _step_rows(
    graph: ArtistGraph, found: list[PathResult]
) -> Iterator[tuple[object, ...]]:
    for result in found:
        for number, path in enumerate(result.paths, start=1):
            before = None
            for step, artist in enumerate(path):
                node = graph.nodes[artist]
                own = (artist, node["label"], node["class"])
                edge = _relation(graph, before, artist)
                yield (result.name, number, step, *own, *edge)
                before = artist


def _relation(
    graph: ArtistGraph, before: str | None, artist: str
) -> tuple[str, int | None]:
    """How the artist before is related to this one, and the rank (the nearer of two)."""
    if before is None:
        return "", None
    there = graph.get_edge_data(before, artist)
    back = graph.get_edge_data(artist, before)
    if there and back:
        return "lists it, is listed by it", min(there["rank"], back["rank"])
    return ("lists it", there["rank"]) if there else ("is listed by it", back["rank"])


def _path_row(result: PathResult) -> tuple[object, ...]:
    if not result.paths:
        return (result.name, None, None, 0)
    steps = len(result.paths[0]) - 1
    return (result.name, steps, round(result.length, 3), result.count)


# -- notes ----------------------------------------------------------------------------


def _missing_paths(
    graph: ArtistGraph, ends: tuple[str, str], reach: Reach, found: list[PathResult]
) -> Iterator[str]:
    """What can be reached where there is no path, and which ends are frontier."""
    source, target = (_name_and_id(graph, one) for one in ends)
    directed, _, undirected, _ = found
    if not undirected.paths:
        yield (
            "There is no path at all: the two artists lie in different components. "
            f"{source} lies in a component of {_artists((1, *reach.undirected))}, and "
            f"{target} lies in a component of {_artists((1, *reach.undirected_target))}."
        )
    elif not directed.paths:
        yield (
            f"There is no directed path: {_artists(reach.forward)} can be reached from "
            f"{source}, and {target} can be reached from {_artists(reach.backward)}."
        )
    for artist in ends:
        if not graph.nodes[artist]["expanded"]:
            yield (
                f"{_name_and_id(graph, artist)} is on the crawl's frontier: the crawl did "
                "not request its list."
            )


def _reach_note(graph: ArtistGraph, ends: tuple[str, str], reach: Reach) -> str:
    """Which artists the table of distances counts, and which are in none of its rows."""
    source, target = (_name_and_id(graph, one) for one in ends)
    return (
        f"Of the {_artists((reach.artists - 1,), 'other ')}, expanded or not, "
        f"{sum(reach.forward)} can be reached from {source} along edges, and "
        f"{sum(reach.undirected)} if directions are ignored; {target} can be reached from "
        f"{sum(reach.backward)} of the expanded. The table of distances leaves out the "
        "others."
    )


def _artists(steps: tuple[int, ...], kind: str = "") -> str:
    count = sum(steps)
    return f"1 {kind}artist" if count == 1 else f"{count} {kind}artists"


# -- figures --------------------------------------------------------------------------


def _path_figure(graph: ArtistGraph, found: list[PathResult]) -> tuple[Bars, ...]:
    """The nearest path, directed if there is one: a bar for each step."""
    nearest_paths = (r for r in found if r.paths and r.name.endswith("nearest"))
    result = next(nearest_paths, None)
    if result is None:
        return ()
    path = result.paths[0]
    label = {artist: graph.nodes[artist]["label"] for artist in path}
    steps = list(pairwise(path))
    bars = Bars(
        f"From {label[path[0]]} to {label[path[-1]]}: nearest"
        f" {result.name.split(',')[0]} path",
        "length of the step, 1/weight: its rank, where a source gives no scores",
        tuple(
            f"{label[a]} {_ARROWS[graph.has_edge(a, b), graph.has_edge(b, a)]} {label[b]}"
            for a, b in steps
        ),
        tuple(
            _step_length(graph, a, b, directed=result.name.startswith("directed"))
            for a, b in steps
        ),
    )
    return (bars,)


def _step_length(graph: ArtistGraph, start: str, end: str, *, directed: bool) -> float:
    """The length of a step; undirected, the shorter of the two edges counts."""
    edges = ((start, end),) if directed else ((start, end), (end, start))
    weights = [graph.edges[one]["weight"] for one in edges if graph.has_edge(*one)]
    return 1 / float(max(*weights, MIN_WEIGHT))


def _reach_figure(graph: ArtistGraph, source: str, reach: Reach) -> Bars:
    steps = range(1, len(reach.forward) + 1)
    return Bars(
        f"Distance of the {sum(reach.forward)} artists that can be reached from "
        f"{graph.nodes[source]['label']} along edges",
        "artists, expanded or not",
        tuple(f"{n} step{'s' if n > 1 else ''}" for n in steps),
        tuple(float(count) for count in reach.forward),
    )
