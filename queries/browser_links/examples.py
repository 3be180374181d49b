"""Finds artists and a genre of the graph that are good examples for browser queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, cast

from graph.store import Store
from queries.catalog import browser_queries, catalog
from queries.running import run_query

_MAX_PAIRS = 24  # tried for a path between them
_FROM_SEED = "browser/path_from_seed"


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of a graph; None if it has no such artist or genre.

    Attributes:
        artist: The most listed chosen artist, or the most listed one without a selection.
        far: The example that is farthest from a seed.
        start: An artist with a path to `end`, which has another class if possible.
        end: See `start`.
        genre: The strongest genre of the artist.
    """

    artist: str | None = None
    far: str | None = None
    start: str | None = None
    end: str | None = None
    genre: str | None = None

    def values(self, query: str) -> dict[str, object]:
        """Values for the parameters of a browser query, by their names."""
        offered = {
            "artist": self.far if query == _FROM_SEED else self.artist,
            "start": self.start,
            "end": self.end,
            "genre": self.genre,
        }
        return {name: value for name, value in offered.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Artist:
    id: str
    class_name: str | None
    depth: int | None


def find_examples(store: Store, recipe: str) -> Examples:
    """Find the examples of a graph; `recipe` names the selection, "" means none."""
    parameters = {"recipe": recipe}
    _, rows = run_query(store, catalog()["example_artists"], {}, filled=parameters)
    artists = [
        _Artist(str(id_), cast("Any", class_name), cast("Any", depth))
        for id_, _, class_name, depth, _ in rows
    ]
    if not artists:
        return Examples()
    start, end = _connected_pair(store, artists)
    far = max(artists, key=lambda artist: artist.depth or 0)
    return Examples(
        artist=artists[0].id,
        far=far.id if far.depth else None,
        start=start,
        end=end,
        genre=_genre(store, artists),
    )


def _connected_pair(
    store: Store, artists: list[_Artist]
) -> tuple[str | None, str | None]:
    """Two artists with a path between them."""
    between = browser_queries()["path_between"]
    for start, end in _pairs(artists):
        ends = {"start": start, "end": end}
        if run_query(store, between, {}, filled=ends)[1]:
            return start, end
    return None, None


def _pairs(artists: list[_Artist]) -> Iterator[tuple[str, str]]:
    """Pairs to try: first those of two classes, the most listed artists first."""
    pairs = [(a, b) for a, b in product(artists, artists) if a.id != b.id]
    pairs.sort(key=lambda pair: _kind(*pair))
    yield from ((a.id, b.id) for a, b in pairs[:_MAX_PAIRS])


def _kind(a: _Artist, b: _Artist) -> int:
    if None in (a.class_name, b.class_name):
        return 2
    return int(a.class_name == b.class_name)


def _genre(store: Store, artists: list[_Artist]) -> str | None:
    """The strongest genre of the first artist that has one."""
    genres = catalog()["genres_of_artist"]
    for artist in artists:
        if rows := run_query(store, genres, {}, filled={"artist": artist.id})[1]:
            return str(rows[0][0])
    return None
