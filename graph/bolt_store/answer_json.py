"""An answer as text, and back: what a slice keeps of it for the other workers. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import astuple, fields
from typing import Any

from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    Contains,
    Failed,
    HasGenre,
    Identity,
    Performs,
    Playlist,
    Question,
    Related,
    Track,
)
from graph.model.workers import Kept


def _pair(genre: str, name: str) -> tuple[str, str]:
    return genre, name


def _answered(artist: str, question: str, source: str) -> Answered:
    return Answered(ArtistId(artist), Question(question), source)


def _failed(artist: str, question: str, source: str, why: str, tries: int) -> Failed:
    return Failed(ArtistId(artist), Question(question), source, why, tries)


# How each field's values are made of what the text holds of one.
_MAKE: Mapping[str, Callable[..., object]] = {
    "artists": Artist,
    "seeds": ArtistId,
    "identities": Identity,
    "related": Related,
    "genres": HasGenre,
    "in_class": _pair,
    "tracks": Track,
    "performs": Performs,
    "playlists": Playlist,
    "contains": Contains,
    "answered": _answered,
    "failed": _failed,
}


def kept_text(kept: Kept) -> str:
    """An answer as one line of JSON; fields that hold nothing are left out."""
    held = {
        field.name: [_plain(value) for value in values]
        for field in fields(Changes)
        if (values := getattr(kept.changes, field.name))
    }
    parts = {"changes": held, "requests": dict(kept.requests)}
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def kept_from(text: str) -> Kept:
    """What `kept_text` was given."""
    parts: Any = json.loads(text)
    made: dict[str, Any] = {
        name: tuple(_made(name, value) for value in values)
        for name, values in parts["changes"].items()
    }
    return Kept(Changes(**made), parts["requests"])


def _plain(value: Any) -> object:
    return value if isinstance(value, str | tuple) else astuple(value)


def _made(name: str, value: Any) -> object:
    return _MAKE[name](*value) if isinstance(value, list) else _MAKE[name](value)
