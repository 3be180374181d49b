"""What the colours of artists stand for: their classes, or the commonest genres."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graph.views.artists import ArtistGraph
from queries.colours import NO_CLASS, OTHER_GENRES, class_colours

Kind: TypeAlias = Literal["class", "genre"]

# Without classes, artists are coloured by this many genres.
MOST_GENRES = 12


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of a graph's artists.

    Attributes:
        kind: "class"; "genre" where the crawl has no classes.
        names: Of the groups: classes as the recipe orders them, genres commonest first.
        of: The group of each node; "" for those without one, and for other kinds.
        others: The artists that have genres, but none of the commonest.
    """

    kind: Kind
    names: tuple[str, ...]
    of: Mapping[str, str]
    others: frozenset[str] = frozenset()

    def colours(self) -> dict[str, str]:
        """The colour of each node, as "#rrggbb"."""
        of_group = class_colours(self.names)
        return {
            node: OTHER_GENRES if node in self.others else of_group.get(name, NO_CLASS)
            for node, name in self.of.items()
        }


def groups_of(graph: ArtistGraph) -> Groups:
    """Group artists by class where the graph has classes, else by genre.

    The genre of an artist is its strongest one among the twelve commonest.
    """
    if graph.graph["class_names"]:
        classes = {node: name or "" for node, name in graph.nodes(data="class")}
        return Groups("class", tuple(graph.graph["class_names"]), classes)
    return _by_genre({node: _genres(its) for node, its in graph.nodes(data=True)})


def _genres(its: Mapping[str, Sequence[str]]) -> Sequence[str]:
    artist = its.get("kind", "artist") == "artist"
    return (its.get("genres") or ()) if artist else ()


def _by_genre(genres: Mapping[str, Sequence[str]]) -> Groups:
    counts = Counter(genre for own in genres.values() for genre in own)
    commonest = sorted(counts, key=lambda genre: (-counts[genre], genre))
    names = tuple(commonest[:MOST_GENRES])
    of = {
        node: next((genre for genre in own if genre in names), "")
        for node, own in genres.items()
    }
    others = frozenset(node for node, own in genres.items() if own and not of[node])
    return Groups("genre", names, of, others)
