"""Converts a database's values to Python's own types. Pure.

It recognises values by their attributes, so that it does not import the driver.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from graph.model.schema import KEYS

_PLAIN = (str, int, float, bool, type(None))


def plain_row(values: Iterable[object]) -> tuple[object, ...]:
    """Convert one row: times become aware and UTC; nodes, relations, paths mappings."""
    return tuple(
        value if isinstance(value, _PLAIN) else _plain(value) for value in values
    )


def _plain(value: Any) -> object:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list):
        return [_plain(part) for part in value]
    # A node is a mapping too, so the order matters.
    for attribute, convert in _BY_ATTRIBUTE:
        if hasattr(value, attribute):
            return convert(value)
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return str(value)  # durations and points, which this program never writes


def _time(value: Any) -> object:
    # The embedded store keeps times in UTC and returns them without a zone.
    time = value.to_native()
    if not isinstance(time, datetime):
        return str(time)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _node(value: Any) -> dict[str, object]:
    return {"labels": sorted(value.labels), "properties": _properties(value)}


def _relation(value: Any) -> dict[str, object]:
    return {"label": value.type, "properties": _properties(value)}


def _path(value: Any) -> dict[str, object]:
    return {
        "nodes": [_node(node) for node in value.nodes],
        "relationships": [_step(part) for part in value.relationships],
    }


def _step(value: Any) -> dict[str, object]:
    """A relation of a path, with the keys of its ends, as paths ignore directions."""
    ends = {"start": _key(value.start_node), "end": _key(value.end_node)}
    return {**_relation(value), **ends}


def _key(node: Any) -> object:
    return next((node.get(KEYS[one]) for one in node.labels if one in KEYS), None)


def _properties(value: Any) -> dict[str, object]:
    return {name: _plain(part) for name, part in sorted(value.items())}


_BY_ATTRIBUTE = (
    ("to_native", _time),
    ("relationships", _path),
    ("labels", _node),
    ("start_node", _relation),
)
