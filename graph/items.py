"""One node or relation in the shape of APOC's JSON export, ready for JSON. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime


def node_item(
    label: str, key: str, properties: Mapping[str, object]
) -> dict[str, object]:
    """A node; its `id` is its key, not the database's own number."""
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
    """A relation; its ends are (label, key)."""
    return {
        "type": "relationship",
        "label": kind,
        "start": _end(*start),
        "end": _end(*end),
        "properties": _plain(properties),
    }


def time_text(at: datetime) -> str:
    """A time as ISO text in UTC: equal times give equal text.

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
