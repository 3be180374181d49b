"""Colours of artists, in the explorer page and in exported files, and their meaning.

Artists are coloured by class or, where the graph has no classes, by their most common
genres.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.views.artists import ArtistGraph

NO_CLASS = "#a3a3a8"
# For artists that have genres, but none of the most common: darker than NO_CLASS.
OTHER_GENRES = "#77757f"
# How many genres have a colour where there are no classes.
MAX_GENRES = 12

# The first five colours are by Okabe and Ito (2008), designed for all kinds of colour
# vision; their pink is left out because some people see it as grey. Each following colour
# is the one that is furthest in OKLab from all previous colours and grey, for full vision
# and each kind of colour blindness (simulated after Machado, Oliveira and Fernandes, 2009),
# and that contrasts with light and dark backgrounds.
_PALETTE = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#56b4e9",
    "#d55e00",
    "#78f0b4",
    "#a51e2d",
    "#8778ff",
    "#d2e100",
    "#964b78",
    "#004bd2",
    "#87d2ff",
    "#96c387",
    "#ff4b69",
    "#c33c2d",
    "#b478c3",
    "#5ad2c3",
    "#c32da5",
    "#961e87",
    "#695af0",
)


def class_colours(names: Sequence[str]) -> dict[str, str]:
    """A colour for each class, as "#rrggbb"; "" stands for no class and is grey.

    The first 20 classes have distinct colours; after that the colours repeat.
    """
    colours = {
        name: _PALETTE[number % len(_PALETTE)] for number, name in enumerate(names)
    }
    return {**colours, "": NO_CLASS}


@dataclass(frozen=True, slots=True)
class ColourGroups:
    """Groups of nodes that share a colour.

    Attributes:
        by: "class", or "genre" where the crawl has no classes.
        names: The groups: classes in the recipe's order, or the most common genres first.
        group_of: The group of each node; "" for nodes without one, and for genres and
            tracks.
        others: Artists that have genres, but none of the most common.
    """

    by: Literal["class", "genre"]
    names: tuple[str, ...]
    group_of: Mapping[str, str]
    others: frozenset[str] = frozenset()

    def colours(self) -> dict[str, str]:
        """The colour of each node, as "#rrggbb"."""
        colour_of = class_colours(self.names)
        return {
            node: OTHER_GENRES if node in self.others else colour_of.get(name, NO_CLASS)
            for node, name in self.group_of.items()
        }


def colour_groups(graph: ArtistGraph) -> ColourGroups:
    """Group a graph's nodes by class where it has classes, else by genre.

    An artist's group by genre is its strongest genre among the twelve most common ones.
    """
    if graph.graph["class_names"]:
        classes = {node: name or "" for node, name in graph.nodes(data="class")}
        return ColourGroups("class", tuple(graph.graph["class_names"]), classes)
    return _by_genre({node: _genres(data) for node, data in graph.nodes(data=True)})


def _genres(data: Mapping[str, Sequence[str]]) -> Sequence[str]:
    is_artist = data.get("kind", "artist") == "artist"
    return (data.get("genres") or ()) if is_artist else ()


def _by_genre(genres: Mapping[str, Sequence[str]]) -> ColourGroups:
    counts = Counter(genre for own in genres.values() for genre in own)
    most_common = sorted(counts, key=lambda genre: (-counts[genre], genre))
    names = tuple(most_common[:MAX_GENRES])
    group_of = {
        node: next((genre for genre in own if genre in names), "")
        for node, own in genres.items()
    }
    others = frozenset(
        node for node, own in genres.items() if own and not group_of[node]
    )
    return ColourGroups("genre", names, group_of, others)
