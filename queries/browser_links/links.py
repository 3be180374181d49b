"""The browser queries of a graph, with their links into Neo4j Browser and their results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from graph.model.schema import KEYS
from graph.store import Store
from queries.browser_links.deep_link import TOUR, BrowserPlace, deep_link, with_literals
from queries.catalog import BROWSER, Query
from queries.running import run_query, shipped_query, typed_value

# The parameters that name what a query is about.
_ABOUT = ("artist", "start", "end", "genre")

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DrawnQuery:
    """The result of a query, before Browser adds the other relations of its nodes.

    Attributes:
        names: Names of the artists in it, by id.
    """

    nodes: int
    relations: int
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class BrowserLink:
    """A browser query with a result.

    Attributes:
        cypher: The query with its values as literals.
        link: The link that opens Browser with it.
    """

    query: Query
    values: Mapping[str, object]
    cypher: str
    link: str
    drawn: DrawnQuery

    @property
    def name(self) -> str:
        """The name of the query without its folder."""
        return self.query.name.removeprefix(BROWSER)

    @property
    def shown(self) -> tuple[str, ...]:
        """The artists and the genre that are its examples."""
        about = (self.values.get(name) for name in _ABOUT)
        return tuple(self._named(str(value)) for value in about if value is not None)

    def _named(self, value: str) -> str:
        name = self.drawn.names.get(value)
        return value if name is None else f"{name} ({value})"


def chosen_browser_queries(names: Sequence[str]) -> list[Query]:
    """Return the browser queries with these names, or all of them without names.

    A name may include its folder.

    Raises:
        BadQueryError: There is none with such a name.
    """
    wanted = [name.removeprefix(BROWSER) for name in names] or TOUR
    return [shipped_query(BROWSER + name) for name in wanted]


def browser_values(
    query: Query, given: Mapping[str, str], filled: Mapping[str, object]
) -> dict[str, object] | None:
    """The values of a query: those given, else those of the graph, else the defaults.

    None where one of them is missing. Values for other queries are ignored.

    Raises:
        BadQueryError: A value that is not of its parameter's type.
    """
    values: dict[str, object] = {}
    for parameter in query.parameters:
        if (text := given.get(parameter.name)) is not None:
            value = typed_value(query.name, parameter, text)
        else:
            value = filled.get(parameter.name, parameter.default)
        if value is None:
            return None
        values[parameter.name] = value
    return values


def browser_link(
    store: Store, query: Query, values: Mapping[str, object], place: BrowserPlace
) -> BrowserLink:
    """A browser query with its link; it is run once, to count what it draws.

    Raises:
        BadQueryError: A value that the database does not take.
    """
    cypher = with_literals(query, values)
    link = deep_link(place, cypher)
    return BrowserLink(query, values, cypher, link, _drawn(store, query, values))


def _drawn(store: Store, query: Query, values: Mapping[str, object]) -> DrawnQuery:
    _, rows = run_query(store, query, {}, filled=values)
    nodes: dict[tuple[str, object], str] = {}
    relations = set()
    for (path,) in cast("list[tuple[Json]]", rows):
        nodes |= map(_node, path["nodes"])
        relations |= set(map(_relation, path["relationships"]))
    artists = {
        str(key): name for (label, key), name in nodes.items() if label == "Artist"
    }
    return DrawnQuery(len(nodes), len(relations), artists)


def _node(node: Json) -> tuple[tuple[str, object], str]:
    label = next((one for one in node["labels"] if one in KEYS), "")
    key = node["properties"].get(KEYS.get(label, ""))
    return (label, key), str(node["properties"].get("name", key))


def _relation(part: Json) -> tuple[object, ...]:
    source = part["properties"].get("source")
    return part["label"], part["start"], part["end"], source
