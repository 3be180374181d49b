"""Look up an artist or a track in the graph by its id."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import cast

from crawler.errors import NotInGraphError
from graph.model.genres import fold
from graph.store import Store
from queries.catalog import catalog
from queries.running import run_query


class NodeKind(StrEnum):
    """What an id can name; an artist and a track of one source may share an id."""

    ARTIST = "artist"
    TRACK = "track"


@dataclass(frozen=True, slots=True)
class Found:
    """A node of the graph.

    Attributes:
        counts: The number of its relations, by what they lead to.
        also: The other kind, where the id names one of that kind, too.
    """

    kind: NodeKind
    id: str
    properties: Mapping[str, object]
    counts: Mapping[str, int]
    also: NodeKind | None = None

    @property
    def name(self) -> str:
        """Its name, or its id where it has no name."""
        return str(self.properties.get("name") or self.id)


def look_up(store: Store, id: str, kind: NodeKind | None = None) -> Found:  # noqa: A002  the graph's own word
    """The artist, or else the track, with an id; `kind` decides where there are both.

    Raises:
        NotInGraphError: There is neither; the hint suggests similar artists.
    """
    kinds = tuple(NodeKind) if kind is None else (kind,)
    found = [node for one in kinds if (node := _node(store, id, one)) is not None]
    if not found:
        nouns = " or ".join(kinds)
        raise NotInGraphError(
            f'the graph holds no {nouns} "{id}"', hint=suggest_artists(store, id)
        )
    if len(found) == 1:
        return found[0]
    first, second = found
    return Found(first.kind, first.id, first.properties, first.counts, second.kind)


def is_known(store: Store, id: str, kind: NodeKind) -> bool:  # noqa: A002  the graph's own word
    """Whether the graph holds a node of that kind and id."""
    return _node(store, id, kind) is not None


def _node(store: Store, id: str, kind: NodeKind) -> Found | None:  # noqa: A002  the graph's own word
    columns, rows = run_query(store, catalog()[f"one_{kind}"], {kind.value: id})
    if not rows:
        return None
    values = dict(zip(columns, rows[0], strict=True))
    properties = cast("Mapping[str, object]", values.pop("properties"))
    counts = cast("Mapping[str, int]", values)
    return Found(kind, id, dict(sorted(properties.items())), counts)


def suggest_artists(store: Store, text: str) -> str:
    """A sentence that suggests the artists most similar to a text, by name or by id."""
    _, rows = run_query(store, catalog()["artist_names"], {})
    names = {artist: name or "" for artist, name in cast("list[tuple[str, str]]", rows)}
    folded = fold(text)
    close = [artist for artist, name in names.items() if fold(name) == folded]
    close = close or _similar(text, names)
    if not close:
        return "An id begins with its source, such as deezer:27."
    offers = ", ".join(
        f"{artist} ({names[artist] or 'no name yet'})" for artist in close
    )
    return f"Did you mean {offers}?"


def _similar(text: str, names: Mapping[str, str]) -> list[str]:
    wanted = set(get_close_matches(text, set(filter(None, names.values())), n=3))
    by_name = [artist for artist, name in names.items() if name in wanted]
    # Numbers are all similar: only ids that begin or end with the text are suggested.
    by_id = [a for a in names if a.endswith(f":{text}") or a.startswith(text)]
    return (by_id or by_name)[:5]
