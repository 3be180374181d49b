"""Converts nodes and relations to the format of APOC's JSON export, and back. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias, cast

from graph.errors import BadGraphFileError
from graph.model.schema import EXPORTED_LABELS, KEYS, RELATIONS, is_time
from graph.transfer.statements import Part, ReadRow, WrittenRow

Item: TypeAlias = Mapping[str, object]

_PLAIN = frozenset({bool, float, int, str})


def node_item(
    label: str, key: str, properties: Mapping[str, object]
) -> dict[str, object]:
    """A node as an item; its `id` is its key instead of the database's number."""
    return {
        "type": "node",
        "id": key,
        "labels": [label],
        "properties": _plain(properties),
    }


def relation_item(
    kind: str,
    start: tuple[str, str],
    end: tuple[str, str],
    properties: Mapping[str, object],
) -> dict[str, object]:
    """A relation as an item; its ends are given as (label, key)."""
    return {
        "type": "relationship",
        "label": kind,
        "start": _end(*start),
        "end": _end(*end),
        "properties": _plain(properties),
    }


def time_text(at: datetime) -> str:
    """Format a time as ISO text in UTC; equal times have equal texts.

    >>> time_text(datetime(2026, 11, 24, 12, 30, tzinfo=UTC))
    '2026-11-24T12:30:00.000000Z'
    """
    text = at.astimezone(UTC).isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def _end(label: str, key: str) -> dict[str, object]:
    return {"id": key, "labels": [label]}


def _plain(properties: Mapping[str, object]) -> dict[str, object]:
    return {
        name: time_text(value) if isinstance(value, datetime) else value
        for name, value in sorted(properties.items())
    }


def item_of(part: Part, row: ReadRow) -> Item:
    """Convert a row of a store to an item."""
    if part.relation is None:
        return node_item(part.label, *row)
    start, end, properties = row
    ends = (part.label, start), (RELATIONS[part.relation].end, end)
    return relation_item(part.relation, *ends, properties)


def row_of(item: object) -> tuple[Part, WrittenRow]:
    """Convert an item to the part of the graph that it belongs to, and a row to write.

    Raises:
        BadGraphFileError: It is not a node or relation of the model.
    """
    try:
        if item["type"] == "node":  # type: ignore[index]
            return _node_row(cast("Any", item))
        if item["type"] == "relationship":  # type: ignore[index]
            return _relation_row(cast("Any", item))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise BadGraphFileError("a part of it is missing or of another type") from error
    raise BadGraphFileError("it is neither a node nor a relationship")


def _node_row(item: Any) -> tuple[Part, WrittenRow]:
    (label,) = item["labels"]
    if label not in EXPORTED_LABELS:
        raise BadGraphFileError(f"the graph has no nodes with the label {label}")
    properties = _typed(item["properties"])
    key = properties.get(KEYS[label])
    if not isinstance(key, str) or not key or key != item["id"]:
        raise BadGraphFileError(f"the id and the {KEYS[label]} of a {label} differ")
    return Part(label), {"key": key, "properties": properties}


def _relation_row(item: Any) -> tuple[Part, WrittenRow]:
    kind = item["label"]
    (start,), (end,) = item["start"]["labels"], item["end"]["labels"]
    relation = RELATIONS.get(kind)
    if relation is None or start not in relation.starts or end != relation.end:
        raise BadGraphFileError(f"the graph has no {kind} from {start} to {end}")
    row: dict[str, object] = {
        "start": _text(item["start"]["id"]),
        "end": _text(item["end"]["id"]),
        "properties": _typed(item.get("properties") or {}),
    }
    if relation.by_source:
        row["source"] = _text(item["properties"]["source"])
    return Part(start, kind), row


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError
    return value


def _typed(properties: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(name, value) for name, value in properties.items()}


def _value(name: str, value: object) -> object:
    if is_time(name):
        return _time(_text(value))
    if type(value) in _PLAIN:
        return value
    if not isinstance(value, list) or not all(type(part) in _PLAIN for part in value):
        raise TypeError
    return value


@lru_cache(maxsize=1_000)
def _time(text: str) -> datetime:
    """Cached, because everything that one commit wrote has the same time."""
    return datetime.fromisoformat(text).astimezone(UTC)
