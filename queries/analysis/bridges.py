"""Bridges: artists that connect two classes, and how closely each two classes connect."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis import ANALYSES
from queries.analysis.neighbour_classes import (
    NeighbourClasses,
    Numbers,
    neighbour_classes,
)
from queries.analysis.result import Analysis, Bars, Matrix, Table
from queries.errors import AnalysisError

ARTIST_COLUMNS = (
    "artist",
    "name",
    "classes",
    "first_class",
    "second_class",
    "strength",
    "in_first",
    "in_second",
    "brokered",
)
LISTING_COLUMNS = (
    "artist",
    "name",
    "lists_of_first",
    "listed_by_first",
    "lists_of_second",
    "listed_by_second",
    "relatives_counted",
    "participation",
)
PAIR_COLUMNS = (
    "class",
    "other_class",
    "edges",
    "edges_back",
    "expected",
    "ratio",
    "artists_who_join",
    "strongest",
    "strongest_name",
)
_METHOD = (
    "Relatives with a class are counted in either direction, each once. strength is the"
    " lower end of the 95 % Wilson interval of the weaker class's share: at most 0.5, and"
    " low for few relatives. participation is 1 minus the sum of the squared shares of all"
    " classes. brokered counts pairs, one artist of each class, where one leads to the other"
    " through this artist and not directly. Nothing is random."
)
_SOURCE = (
    "Guimerà & Amaral 2005, Nature 433:895 (participation coefficient); Wilson 1927 "
    "(interval of a share); Gould & Fernandez 1989, Structures of mediation (brokerage)"
)
_NOTES = (
    "Only expanded artists are listed: the lists of the others are unknown.",
    "Relatives with several classes count as having none and are left out.",
    (
        "In the second table, expected is the number of edges expected by chance and ratio"
        " the number observed divided by it; two classes that neither an edge nor an artist"
        " connects are left out."
    ),
)
_ARTISTS_IN_FIGURE = 20


def bridges(
    graph: ArtistGraph,
    *,
    seed: int = 2026,  # noqa: ARG001  every analysis takes one
    between: tuple[str, str] | None = None,
    min_relatives: int = 2,
) -> Analysis:
    """Rank the artists that connect two classes, and compare each two classes.

    Args:
        graph: The artists.
        seed: Has no effect here.
        between: Two classes; by default each artist's own two strongest.
        min_relatives: The fewest relatives an artist must have in each of the two.

    Raises:
        AnalysisError: The artists have fewer than two classes, or `between` names an
            unknown class or one class twice.
    """
    neighbours = neighbour_classes(graph)
    pair = None if between is None else _class_pair(between, neighbours.classes)
    found = _find_bridges(graph, neighbours, pair, min_relatives)
    rows = tuple(_artist_row(graph, neighbours, one) for one in found)
    classes = "two classes" if between is None else " and ".join(between)
    return Analysis(
        name="bridges",
        question=(
            ANALYSES["bridges"].question
            if between is None
            else f"Which artists connect {classes}?"
        ),
        method=_METHOD,
        source=_SOURCE,
        tables=(
            Table(
                "Artists that connect two classes, the strongest first",
                ARTIST_COLUMNS,
                rows,
            ),
            _pair_table(graph, neighbours, min_relatives),
            Table(
                "How these artists and the two classes list each other",
                LISTING_COLUMNS,
                tuple(_listing_row(graph, neighbours, one) for one in found),
            ),
        ),
        notes=_NOTES,
        figures=(
            _bars(f"Artists that connect {classes}", rows),
            _ratio_matrix(graph, neighbours),
        ),
    )


def _class_pair(between: tuple[str, str], classes: tuple[str, ...]) -> tuple[int, int]:
    """The column numbers of two classes.

    Raises:
        AnalysisError: No artist has one of them, or they are the same.
    """
    choices = f"Name two of {', '.join(classes)}."
    for name in between:
        if name not in classes:
            close = get_close_matches(name, classes, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else choices
            raise AnalysisError(f"no artist has the class {name!r}", hint=hint)
    if between[0] == between[1]:
        raise AnalysisError(f"{between[0]!r} is named twice", hint=choices)
    return classes.index(between[0]), classes.index(between[1])


# -- artists that connect two classes ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Bridge:
    """An artist between two classes; numbers are rows and columns of the matrices.

    Attributes:
        pair: The two classes, the one with more relatives first.
        counts: Relatives per class.
    """

    artist: int
    pair: tuple[int, int]
    counts: Numbers
    strength: float
    brokered: int


def _find_bridges(
    graph: ArtistGraph,
    neighbours: NeighbourClasses,
    pair: tuple[int, int] | None,
    min_relatives: int,
) -> list[_Bridge]:
    """The bridges by strength, then by brokered pairs, then in the graph's order."""
    counts = neighbours.counts()
    found = []
    for number, artist in enumerate(neighbours.artists):
        own = counts[number]
        two = pair or _two_strongest(own)
        if not graph.nodes[artist]["expanded"] or own[list(two)].min() < min_relatives:
            continue
        two = two if own[two[0]] >= own[two[1]] else (two[1], two[0])
        strength = float(_strength(own[two[1]], own.sum()))
        brokered = _brokered(graph, artist, *(neighbours.classes[one] for one in two))
        found.append(_Bridge(number, two, own, strength, brokered))
    return sorted(found, key=lambda one: (-one.strength, -one.brokered))


def _two_strongest(counts: Numbers) -> tuple[int, int]:
    first, second = np.argsort(-counts, kind="stable")[:2]
    return int(first), int(second)


def _strength(weaker: Numbers, total: Numbers) -> Numbers:
    """The lower end of Wilson's 95 % interval of weaker/total; 0 without relatives."""
    z = 1.96
    number = np.maximum(total, 1)
    share = weaker / number
    middle = share + z * z / (2 * number)
    spread = z * np.sqrt(share * (1 - share) / number + (z / (2 * number)) ** 2)
    low: Numbers = np.maximum(middle - spread, 0) / (1 + z * z / number)
    return low


def _brokered(graph: ArtistGraph, artist: str, first: str, second: str) -> int:
    """Pairs of one relative of each class that only the path through the artist connects."""
    into = _by_class(graph, graph.pred[artist])
    out = _by_class(graph, graph.succ[artist])
    return sum(
        end != start and not graph.has_edge(start, end)
        for here, there in ((first, second), (second, first))
        for start in into.get(here, ())
        for end in out.get(there, ())
    )


def _by_class(graph: ArtistGraph, artists: "Iterator[str]") -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for artist in artists:
        grouped.setdefault(graph.nodes[artist]["class"], []).append(artist)
    return grouped


def _artist_row(
    graph: ArtistGraph, neighbours: NeighbourClasses, one: _Bridge
) -> tuple[object, ...]:
    artist = neighbours.artists[one.artist]
    node = graph.nodes[artist]
    return (
        artist,
        node["label"],
        node["class"] or ", ".join(node["classes"]),
        *(neighbours.classes[column] for column in one.pair),
        round(one.strength, 3),
        *(int(one.counts[column]) for column in one.pair),
        one.brokered,
    )


def _listing_row(
    graph: ArtistGraph, neighbours: NeighbourClasses, one: _Bridge
) -> tuple[object, ...]:
    """How the artist and each of the two classes list each other."""
    artist = neighbours.artists[one.artist]
    lists = _by_class(graph, graph.succ[artist])
    listed_by = _by_class(graph, graph.pred[artist])
    total = one.counts.sum()
    return (
        artist,
        graph.nodes[artist]["label"],
        *(
            len(direction.get(neighbours.classes[column], ()))
            for column in one.pair
            for direction in (lists, listed_by)
        ),
        int(total),
        round(float(1 - ((one.counts / total) ** 2).sum()), 3),
    )


# -- pairs of classes -------------------------------------------------------------------


def _pair_table(
    graph: ArtistGraph, neighbours: NeighbourClasses, min_relatives: int
) -> Table:
    """Each two classes: edges in both directions, expected edges, connecting artists."""
    edges, expected = _class_edges(graph, neighbours)
    rows = []
    for pair, (bridge_count, best) in _strongest(
        graph, neighbours, min_relatives
    ).items():
        one, other = pair
        observed = edges[one, other] + edges[other, one]
        if not observed + bridge_count:
            continue
        by_chance = expected[one, other] + expected[other, one]
        rows.append(
            (
                neighbours.classes[one],
                neighbours.classes[other],
                int(edges[one, other]),
                int(edges[other, one]),
                round(float(by_chance), 1),
                round(float(observed / by_chance), 3) if by_chance else None,
                bridge_count,
                best,
                graph.nodes[best]["label"] if best else "",
            )
        )
    rows.sort(key=lambda row: -(row[5] or 0))
    return Table(
        "How closely each two classes are connected, the closest first",
        PAIR_COLUMNS,
        tuple(rows),
    )


def _strongest(
    graph: ArtistGraph, neighbours: NeighbourClasses, min_relatives: int
) -> Mapping[tuple[int, int], tuple[int, str]]:
    """For each two classes, how many artists connect them and the id of the strongest."""
    counts = neighbours.counts()
    expanded = np.array([graph.nodes[artist]["expanded"] for artist in graph], bool)
    found = {}
    for pair in combinations(range(len(neighbours.classes)), 2):
        weaker = counts[:, list(pair)].min(axis=1)
        connects = expanded & (weaker >= min_relatives)
        strength = np.where(connects, _strength(weaker, counts.sum(axis=1)), -1)
        best = neighbours.artists[int(strength.argmax())] if connects.any() else ""
        found[pair] = int(connects.sum()), best
    return found


def _class_edges(
    graph: ArtistGraph, neighbours: NeighbourClasses
) -> tuple[Numbers, Numbers]:
    """Edges from class to class, observed and expected if their ends were random."""
    column = {name: number for number, name in enumerate(neighbours.classes)}
    edges = np.zeros((len(column), len(column)))
    class_of = dict(graph.nodes(data="class"))
    for start, end in graph.edges():
        if class_of[start] in column and class_of[end] in column:
            edges[column[class_of[start]], column[class_of[end]]] += 1
    total = max(edges.sum(), 1)
    expected = np.outer(edges.sum(axis=1), edges.sum(axis=0)) / total
    return edges, expected


# -- figures --------------------------------------------------------------------------


def _ratio_matrix(graph: ArtistGraph, neighbours: NeighbourClasses) -> Matrix:
    """Observed over expected edges between different classes; 1 where classes do not matter."""
    edges, expected = _class_edges(graph, neighbours)
    ratios = edges / np.where(expected > 0, expected, 1)
    np.fill_diagonal(ratios, 0)
    return Matrix(
        "Edges from each class (rows) to others (columns), observed / expected",
        neighbours.classes,
        neighbours.classes,
        tuple(tuple(round(float(value), 2) for value in row) for row in ratios),
    )


def _bars(title: str, rows: tuple[tuple[object, ...], ...]) -> Bars:
    shown = rows[:_ARTISTS_IN_FIGURE]
    return Bars(
        title,
        "strength: at least this share of relatives is in the weaker class",
        tuple(f"{row[1]}  ({row[3]} + {row[4]})" for row in shown),
        tuple(float(str(row[5])) for row in shown),
    )
