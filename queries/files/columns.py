"""The columns of nodes and edges: names, order and types, equal in every format.

A column has one type in all rows. Unknown values are left out. `common_genre` is filled only
where there are no classes: the artist's strongest genre among the twelve most common of the
graph, which determines its colour. Several values are joined in one text ("black metal;
thrash metal"), times are ISO texts in UTC. Nodes, too, name their source in `sources`:
Gephi takes any table with a column `source` for a table of edges.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias, cast

from graph.transfer.apoc_json import time_text

Value: TypeAlias = str | int | float | bool
Values: TypeAlias = dict[str, Value]
Columns: TypeAlias = Mapping[str, type[Value]]

NODE_COLUMNS: Columns = MappingProxyType(
    {
        "label": str,
        "kind": str,
        "class": str,
        "classes": str,
        "genres": str,
        "common_genre": str,
        "expanded": bool,
        "depth": int,
        "followers": int,
        "popularity": int,
        "sources": str,
        "url": str,
        "mbid": str,
    }
)
TRACK_COLUMNS: Columns = MappingProxyType(
    {
        "duration_ms": int,
        "isrc": str,
        "explicit": bool,
        "album": str,
        "album_id": str,
        "release_date": str,
        "has_preview": bool,
        "license": str,
        "license_url": str,
    }
)
EDGE_COLUMNS: Columns = MappingProxyType(
    {"kind": str, "weight": float, "rank": int, "score": float, "sources": str}
)
GENRE_EDGE_COLUMNS: Columns = MappingProxyType({"votes": int, "share": float})
TRACK_EDGE_COLUMNS: Columns = MappingProxyType({"position": int})
TIME_COLUMNS: Columns = MappingProxyType({"first_seen_at": str, "last_seen_at": str})


def node_columns(kinds: Iterable[str]) -> Columns:
    """The columns of nodes in a file with these kinds of nodes."""
    return {**NODE_COLUMNS, **(TRACK_COLUMNS if "track" in kinds else {})}


def edge_columns(kinds: Iterable[str], *, times: bool) -> Columns:
    """The columns of edges in a file with these kinds of nodes.

    Args:
        kinds: The kinds of nodes.
        times: Whether to include times, which differ from crawl to crawl.
    """
    return {
        **EDGE_COLUMNS,
        **(GENRE_EDGE_COLUMNS if "genre" in kinds else {}),
        **(TRACK_EDGE_COLUMNS if "track" in kinds else {}),
        **(TIME_COLUMNS if times else {}),
    }


def values(attributes: Mapping[str, object], columns: Columns) -> Values:
    """The known values of a node or an edge, in the order of the columns."""
    return dict(_known(attributes, columns))


def _known(
    attributes: Mapping[str, object], columns: Columns
) -> Iterator[tuple[str, Value]]:
    for name, kind in columns.items():
        value = attributes.get(name)
        if value is None and name == "sources":
            value = attributes.get("source")
        if value is not None and value not in ("", ()):
            yield name, _typed(value, kind)


def _typed(value: object, kind: type[Value]) -> Value:
    """Convert a value to the type of its column.

    >>> _typed(("black metal", "doom"), str), _typed(3, float), _typed(True, bool)
    ('black metal; doom', 3.0, True)
    """
    if isinstance(value, tuple):
        value = "; ".join(map(str, value))
    if isinstance(value, datetime):
        return time_text(value)
    if kind is str:
        # A carriage return does not survive a round trip through XML or CSV.
        return str(value).replace("\r\n", "\n").replace("\r", "\n")
    return cast("Callable[[object], Value]", kind)(value)
