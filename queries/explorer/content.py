"""What the page's script reads: the graph as columns of numbers, short and exact.

`explorer/data.ts` is the other end: what is written here under a name is read there
under the same one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias, cast

from graph.cypher.statements import statement
from graph.store import Store
from graph.views.artists import ArtistGraph
from queries.colours import NO_CLASS, OTHER_GENRES, class_colours
from queries.groups import Groups, groups_of

# An int, a name, a list of them, or a table of such columns: what JSON can say.
Json: TypeAlias = (
    str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the colours and labels of a page stand for.

    Attributes:
        class_genres: The genres of each class, in the recipe's order.
        policy: Of the selection; "" where there is none.
    """

    class_genres: Mapping[str, Sequence[str]]
    policy: str


def read_meaning(store: Store, recipe: str) -> Meaning:
    """The classes and the selection of a recipe, from the graph."""
    rows = store.query(statement("views/read_view_classes"), {"recipe": recipe})[1]
    selection = store.selection(recipe)
    policy = "" if selection is None else selection.policy
    classes = cast("list[tuple[str, list[str]]]", rows)
    return Meaning({name: tuple(genres) for name, genres in classes}, policy)


def content(
    graph: ArtistGraph, meaning: Meaning, places: Mapping[str, tuple[float, float]]
) -> dict[str, Json]:
    """All that the script needs of the artists, their relations, genres and classes."""
    groups = groups_of(graph)
    genres = sorted({genre for _, own in graph.nodes(data="genres") for genre in own})
    start, urls = _short_urls(graph)
    columns = _columns(graph, places)
    columns["group"] = _group_numbers(graph, groups)
    columns["genres"] = _numbers(graph, genres)
    columns["url"] = urls
    return {
        "groups": _written_groups(groups),
        "genres": _genres(genres, meaning.class_genres),
        "urlStart": start,
        "artists": columns,
    }


def _written_groups(groups: Groups) -> list[Json]:
    """The groups by name; last those of no name, and what they hold."""
    of_group = class_colours(groups.names)
    named = [{"name": n, "colour": of_group[n], "rest": ""} for n in groups.names]
    none = {"name": "", "colour": NO_CLASS, "rest": "none"}
    other = {"name": "", "colour": OTHER_GENRES, "rest": "other"}
    return [*named, *([other] if groups.others else []), none]


def _group_numbers(graph: ArtistGraph, groups: Groups) -> list[Json]:
    """Per artist the number of its group; the last number means none."""
    count = len(groups.names)
    number = {name: place for place, name in enumerate(groups.names)}
    none = count + bool(groups.others)
    return [
        count if artist in groups.others else number.get(groups.of[artist], none)
        for artist in graph
    ]


def _genres(
    names: Sequence[str], class_genres: Mapping[str, Sequence[str]]
) -> list[Json]:
    leads: dict[str, list[str]] = {name: [] for name in names}
    for class_name, members in class_genres.items():
        for genre in members:
            if genre in leads:
                leads[genre].append(class_name)
    return [{"name": name, "classes": classes} for name, classes in leads.items()]


def _columns(
    graph: ArtistGraph, places: Mapping[str, tuple[float, float]]
) -> dict[str, Json]:
    nodes = graph.nodes
    return {
        "id": list(nodes),
        "name": [name for _, name in nodes(data="label")],
        "x": [round(places[artist][0] * 10) for artist in nodes],
        "y": [round(places[artist][1] * 10) for artist in nodes],
        "followers": [many for _, many in nodes(data="followers")],
        "depth": [depth for _, depth in nodes(data="depth")],
        "expanded": [int(expanded) for _, expanded in nodes(data="expanded")],
        "relatives": _relatives(graph),
    }


def _relatives(graph: ArtistGraph) -> list[Json]:
    """Per artist its relatives, nearest first: number, rank, number, rank and so on."""
    number = {artist: place for place, artist in enumerate(graph)}
    flat: list[Json] = []
    for artist in graph:
        ranked = sorted(
            (edge["rank"], number[other]) for other, edge in graph.adj[artist].items()
        )
        flat.append([part for rank, other in ranked for part in (other, rank)])
    return flat


def _numbers(graph: ArtistGraph, genres: Sequence[str]) -> list[Json]:
    number = {genre: place for place, genre in enumerate(genres)}
    return [[number[genre] for genre in own] for _, own in graph.nodes(data="genres")]


def _short_urls(graph: ArtistGraph) -> tuple[str, list[Json]]:
    """The addresses of artists' pages without what all of them start with.

    Only addresses on the web: another kind could run a script when it is clicked.
    """
    urls = [
        url if url and url.startswith(("https://", "http://")) else None
        for _, url in graph.nodes(data="url")
    ]
    # Two strings are enough: all others lie between them.
    known = sorted(url for url in urls if url is not None)
    start = _common_start(known[0], known[-1]) if known else ""
    return start, [None if url is None else url[len(start) :] for url in urls]


def _common_start(one: str, other: str) -> str:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(letter for letter, _ in pairs)
