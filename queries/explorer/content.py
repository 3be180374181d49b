"""The data of the explorer page: the graph as compact columns of numbers and names.

`source/data.ts` reads these data; both sides use the same keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias, cast

from graph.cypher.statements import statement
from graph.store import Store
from graph.views.artists import ArtistGraph
from queries.colours import (
    NO_CLASS,
    OTHER_GENRES,
    ColourGroups,
    class_colours,
    colour_groups,
)

# What JSON can express.
Json: TypeAlias = (
    str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
)


@dataclass(frozen=True, slots=True)
class Legend:
    """What the colours and labels of a page mean.

    Attributes:
        class_genres: The genres of each class, in the recipe's order.
        policy: The policy of the selection; "" without a selection.
    """

    class_genres: Mapping[str, Sequence[str]]
    policy: str


def read_legend(store: Store, recipe: str) -> Legend:
    """Read the classes and the selection policy of a recipe from the graph."""
    rows = store.query(statement("views/read_view_classes"), {"recipe": recipe})[1]
    selection = store.selection(recipe)
    policy = "" if selection is None else selection.policy
    classes = cast("list[tuple[str, list[str]]]", rows)
    return Legend({name: tuple(genres) for name, genres in classes}, policy)


def content(
    graph: ArtistGraph, legend: Legend, positions: Mapping[str, tuple[float, float]]
) -> dict[str, Json]:
    """All data that the script needs: artists, relations, genres, classes and colours."""
    groups = colour_groups(graph)
    genres = sorted({genre for _, own in graph.nodes(data="genres") for genre in own})
    start, urls = _short_urls(graph)
    columns = _columns(graph, positions)
    columns["group"] = _group_numbers(graph, groups)
    columns["genres"] = _genre_numbers(graph, genres)
    columns["url"] = urls
    return {
        "groups": _group_values(groups),
        "genres": _genre_values(genres, legend.class_genres),
        "urlStart": start,
        "artists": columns,
    }


def _group_values(groups: ColourGroups) -> list[Json]:
    """The named groups, then the unnamed ones with what they contain."""
    colour_of = class_colours(groups.names)
    named = [{"name": n, "colour": colour_of[n], "rest": ""} for n in groups.names]
    none = {"name": "", "colour": NO_CLASS, "rest": "none"}
    other = {"name": "", "colour": OTHER_GENRES, "rest": "other"}
    return [*named, *([other] if groups.others else []), none]


def _group_numbers(graph: ArtistGraph, groups: ColourGroups) -> list[Json]:
    """Per artist, the number of its group; the last number means none."""
    count = len(groups.names)
    number = {name: place for place, name in enumerate(groups.names)}
    none = count + bool(groups.others)
    return [
        count if artist in groups.others else number.get(groups.group_of[artist], none)
        for artist in graph
    ]


def _genre_values(
    names: Sequence[str], class_genres: Mapping[str, Sequence[str]]
) -> list[Json]:
    """Each genre and the classes it belongs to."""
    classes_of: dict[str, list[str]] = {name: [] for name in names}
    for class_name, members in class_genres.items():
        for genre in members:
            if genre in classes_of:
                classes_of[genre].append(class_name)
    return [{"name": name, "classes": classes} for name, classes in classes_of.items()]


def _columns(
    graph: ArtistGraph, positions: Mapping[str, tuple[float, float]]
) -> dict[str, Json]:
    nodes = graph.nodes
    return {
        "id": list(nodes),
        "name": [name for _, name in nodes(data="label")],
        "x": [round(positions[artist][0] * 10) for artist in nodes],
        "y": [round(positions[artist][1] * 10) for artist in nodes],
        "followers": [followers for _, followers in nodes(data="followers")],
        "depth": [depth for _, depth in nodes(data="depth")],
        "expanded": [int(expanded) for _, expanded in nodes(data="expanded")],
        "relatives": _relatives(graph),
    }


def _relatives(graph: ArtistGraph) -> list[Json]:
    """Per artist, its relatives, nearest first: number, rank, number, rank and so on."""
    number = {artist: place for place, artist in enumerate(graph)}
    flat: list[Json] = []
    for artist in graph:
        ranked = sorted(
            (edge["rank"], number[other]) for other, edge in graph.adj[artist].items()
        )
        flat.append([part for rank, other in ranked for part in (other, rank)])
    return flat


def _genre_numbers(graph: ArtistGraph, genres: Sequence[str]) -> list[Json]:
    number = {genre: place for place, genre in enumerate(genres)}
    return [[number[genre] for genre in own] for _, own in graph.nodes(data="genres")]


def _short_urls(graph: ArtistGraph) -> tuple[str, list[Json]]:
    """The URLs of artist pages, split into their common prefix and the rest.

    Only http(s) URLs: others, such as `javascript:`, could run a script on a click.
    """
    urls = [
        url if url and url.startswith(("https://", "http://")) else None
        for _, url in graph.nodes(data="url")
    ]
    # The first and the last in sorted order suffice: all others lie between them.
    known = sorted(url for url in urls if url is not None)
    start = _common_prefix(known[0], known[-1]) if known else ""
    return start, [None if url is None else url[len(start) :] for url in urls]


def _common_prefix(one: str, other: str) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(character for character, _ in pairs)
