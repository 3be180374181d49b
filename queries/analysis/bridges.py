"""Artists who join two classes, and how close each two classes are."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from graph.views.artists import ArtistGraph
from queries.analysis.class_pairs import checked_pair, pair_table, ratios
from queries.analysis.neighbour_classes import Numbers, Relatives, relatives_of
from queries.analysis.result import Analysis, Bars, Table

COLUMNS = (
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
BOTH_WAYS = (
    "artist",
    "name",
    "lists_of_first",
    "listed_by_first",
    "lists_of_second",
    "listed_by_second",
    "relatives_counted",
    "participation",
)
METHOD = (
    "Counted are relatives with a class, in either direction, each once. strength is "
    "the lower end of the 95 % Wilson interval of the share that the weaker of the two "
    "classes has: at most 0.5, and low for few relatives. participation is 1 minus the "
    "sum of squared shares of all classes. brokered counts the pairs, one artist of "
    "each class, where one leads to the other over this artist and not directly. "
    "No chance is in it."
)
SOURCE = (
    "Guimerà & Amaral 2005, Nature 433:895 (participation coefficient); Wilson 1927 "
    "(interval of a share); Gould & Fernandez 1989, Structures of mediation (brokerage)"
)
NOTES = (
    "Only expanded artists are listed: whom the others list is not known.",
    "Relatives of several classes have no class here and are not counted.",
    (
        "In the second table, expected is what chance would give and ratio how many times "
        "that there is; two classes without an edge and without an artist who joins them "
        "are left out."
    ),
)
SHOWN_IN_FIGURE = 20


def bridges(
    graph: ArtistGraph,
    *,
    seed: int = 2026,  # noqa: ARG001  every analysis takes one
    between: tuple[str, str] | None = None,
    min_relatives: int = 2,
) -> Analysis:
    """Who joins two classes, the strongest first, and how close each two classes are.

    Args:
        graph: The artists.
        seed: Changes nothing here.
        between: Two classes; without them each artist's own two strongest.
        min_relatives: Fewest relatives in each of the two.

    Raises:
        AnalysisError: The artists have fewer than two classes, or `between` names
            another one, or one twice.
    """
    relatives = relatives_of(graph)
    pair = None if between is None else checked_pair(between, relatives.classes)
    joined = _joined(graph, relatives, pair, min_relatives)
    rows = tuple(_row(graph, relatives, one) for one in joined)
    two = "two classes" if between is None else " and ".join(between)
    question = f"Which artists join {two}?"
    return Analysis(
        name="bridges",
        question=question,
        method=METHOD,
        source=SOURCE,
        tables=(
            Table("Artists who join two classes, the strongest first", COLUMNS, rows),
            pair_table(graph, relatives, _strongest(graph, relatives, min_relatives)),
            Table(
                "How these artists and the two classes list each other",
                BOTH_WAYS,
                tuple(_both_ways(graph, relatives, one) for one in joined),
            ),
        ),
        notes=NOTES,
        figures=(_bars(f"Artists who join {two}", rows), ratios(graph, relatives)),
    )


@dataclass(frozen=True, slots=True)
class _Join:
    """One artist between two classes (places in `Relatives`), and its relatives by class."""

    artist: int
    pair: tuple[int, int]
    counts: Numbers
    strength: float
    brokered: int


def _joined(
    graph: ArtistGraph,
    relatives: Relatives,
    pair: tuple[int, int] | None,
    min_relatives: int,
) -> list[_Join]:
    """Who joins, by strength, then by what is brokered, then in the graph's order."""
    counts = relatives.counts()
    found = []
    for number, artist in enumerate(relatives.artists):
        own = counts[number]
        two = pair or _two_strongest(own)
        if not graph.nodes[artist]["expanded"] or own[list(two)].min() < min_relatives:
            continue
        two = two if own[two[0]] >= own[two[1]] else (two[1], two[0])
        strength = float(_strength(own[two[1]], own.sum()))
        brokered = _brokered(graph, artist, *(relatives.classes[one] for one in two))
        found.append(_Join(number, two, own, strength, brokered))
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
    """Pairs of one relative of each class where the way over the artist is the short one."""
    in_, out = _sides(graph, graph.pred[artist]), _sides(graph, graph.succ[artist])
    return sum(
        end != start and not graph.has_edge(start, end)
        for here, there in ((first, second), (second, first))
        for start in in_.get(here, ())
        for end in out.get(there, ())
    )


def _sides(graph: ArtistGraph, artists: "Iterator[str]") -> dict[str, list[str]]:
    """Artists by class."""
    sides: dict[str, list[str]] = {}
    for artist in artists:
        sides.setdefault(graph.nodes[artist]["class"], []).append(artist)
    return sides


def _row(graph: ArtistGraph, relatives: Relatives, one: _Join) -> tuple[object, ...]:
    artist = relatives.artists[one.artist]
    node = graph.nodes[artist]
    return (
        artist,
        node["label"],
        node["class"] or ", ".join(node["classes"]),
        *(relatives.classes[place] for place in one.pair),
        round(one.strength, 3),
        *(int(one.counts[place]) for place in one.pair),
        one.brokered,
    )


def _both_ways(
    graph: ArtistGraph, relatives: Relatives, one: _Join
) -> tuple[object, ...]:
    """How the artist and either class list each other."""
    artist = relatives.artists[one.artist]
    lists, listed_by = (
        _sides(graph, artists) for artists in (graph.succ[artist], graph.pred[artist])
    )
    total = one.counts.sum()
    return (
        artist,
        graph.nodes[artist]["label"],
        *(
            len(side.get(relatives.classes[place], ()))
            for place in one.pair
            for side in (lists, listed_by)
        ),
        int(total),
        round(float(1 - ((one.counts / total) ** 2).sum()), 3),
    )


def _strongest(
    graph: ArtistGraph, relatives: Relatives, min_relatives: int
) -> dict[tuple[int, int], tuple[int, str]]:
    """For each two classes how many artists join them, and the strongest one's id."""
    counts = relatives.counts()
    expanded = np.array([graph.nodes[artist]["expanded"] for artist in graph], bool)
    found = {}
    for pair in combinations(range(len(relatives.classes)), 2):
        weaker = counts[:, list(pair)].min(axis=1)
        joins = expanded & (weaker >= min_relatives)
        strength = np.where(joins, _strength(weaker, counts.sum(axis=1)), -1)
        best = relatives.artists[int(strength.argmax())] if joins.any() else ""
        found[pair] = int(joins.sum()), best
    return found


def _bars(title: str, rows: tuple[tuple[object, ...], ...]) -> Bars:
    shown = rows[:SHOWN_IN_FIGURE]
    return Bars(
        title,
        "strength: at least this share of relatives is in the weaker class",
        tuple(f"{row[1]}  ({row[3]} + {row[4]})" for row in shown),
        tuple(float(str(row[5])) for row in shown),
    )
