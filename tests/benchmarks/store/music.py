"""A generated music graph of the size that the limits refer to, and its answers.

20,000 artists, four fifths of them expanded with 25 relatives each (400,000 RELATED_TO,
popular artists are listed more often), two genres each out of 500 (40,000 HAS_GENRE),
60 of which lie in ten classes, two tracks each, every fifth with a guest.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.recipe.model import Recipe
from graph.model.crawl import Crawl, WorkItem, WorkKind, WorkResult
from graph.model.genres import ClassRule
from graph.model.music import (
    Answered,
    Artist,
    ArtistId,
    Changes,
    HasGenre,
    Question,
    Related,
)
from graph.model.properties import node_properties, of_crawl
from graph.transfer.apoc_json import Item, node_item, relation_item
from tests.benchmarks.store.stores import AT

_CLASSES, _TAKEN, _GENRES = 10, 60, 500
RECIPE = Recipe(
    "bench",
    tuple(
        ClassRule(f"kind {letter}", (f"kind {letter}",))
        for letter in "abcdefghij"[:_CLASSES]
    ),
)


def genre(number: int) -> str:
    """A genre's name; the first sixty lie in a class."""
    letter = "abcdefghij"[number % _CLASSES]
    return f"kind {letter} {number}" if number < _TAKEN else f"style {number}"


def artist_id(number: int) -> ArtistId:
    return ArtistId(f"deezer:{number}")


def artist(number: int) -> Artist:
    """An artist as Deezer returns it."""
    key = artist_id(number)
    url = f"https://www.deezer.com/artist/{number}"
    return Artist(key, f"Artist {number}", "deezer", url, number % 100, number * 3)


@dataclass(frozen=True, slots=True)
class Size:
    """How large the graph is."""

    artists: int = 20_000
    relatives: int = 25

    @property
    def expanded(self) -> int:
        return self.artists * 4 // 5

    @property
    def relations(self) -> int:
        return self.expanded * self.relatives


def music(size: Size) -> Iterator[Item]:
    """The graph as items of a moved store, nodes before relations."""
    rng = random.Random(2026)
    relatives = [_relatives(rng, size) for _ in range(size.expanded)]
    depths = _depths(relatives, size)
    yield _crawl()
    for number in range(_GENRES):
        yield node_item("Genre", genre(number), {"name": genre(number)})
    for number in range(size.artists):
        yield _artist_item(number, depths, size)
    for number in range(size.artists * 2):
        yield _track_item(number)
    for start, ends in enumerate(relatives):
        for rank, end in enumerate(ends, start=1):
            yield _edge("RELATED_TO", start, ("Artist", artist_id(end)), rank=rank)
    for number in range(size.artists):
        popular = int(rng.paretovariate(0.4)) % _GENRES
        for place, votes in {popular: 4, rng.randrange(_GENRES): 1}.items():
            at_genre = ("Genre", genre(place))
            yield _edge("HAS_GENRE", number, at_genre, votes=votes, share=votes / 4)
    for number in range(size.artists * 2):
        yield from _performs(rng, number, size)


def _relatives(rng: random.Random, size: Size) -> list[int]:
    found: dict[int, None] = {}
    while len(found) < size.relatives:
        found[int(size.artists * rng.random() ** 2)] = None
    return list(found)


def _depths(relatives: list[list[int]], size: Size) -> dict[int, int]:
    """Steps from the twenty seeds."""
    depths = dict.fromkeys(range(20), 0)
    edge = list(depths)
    while edge:
        ends = {e for a in edge if a < size.expanded for e in relatives[a]} - {*depths}
        depth = depths[edge[0]] + 1
        depths |= dict.fromkeys(ends, depth)
        edge = sorted(ends)
    return depths


def _crawl() -> Item:
    crawl = Crawl(RECIPE.name, RECIPE.to_json(), RECIPE.digest(), 1, 1)
    properties = of_crawl(crawl) | {"name": crawl.name, "round_open": False}
    return node_item("Crawl", crawl.name, properties)


def _artist_item(number: int, depths: dict[int, int], size: Size) -> Item:
    one = artist(number)
    properties = node_properties(one) | {"id": one.id, "genres_at": AT, "tracks_at": AT}
    properties |= {"genres_by": "musicbrainz", "tracks_by": "deezer"}
    if number < size.expanded:
        properties |= {"related_at": AT, "related_by": "deezer"}
    if number in depths:
        properties["depth"] = depths[number]
    if number % 4:
        properties |= {"mbid": f"mbid-{number}", "identified_by": "musicbrainz url"}
    return node_item("Artist", one.id, properties)


def _track_item(number: int) -> Item:
    key = f"deezer:t{number}"
    properties = {
        "id": key,
        "name": f"Song {number}",
        "source": "deezer",
        "duration_ms": 200_000,
        "isrc": f"XX{number:010}",
        "popularity": number * 7 % 1_000_000,
        "album": f"Album {number // 10}",
        "has_preview": number % 8 > 0,
    }
    return node_item("Track", key, properties)


def _edge(kind: str, start: int, end: tuple[str, str], **properties: object) -> Item:
    times = {"source": "deezer", "first_seen_at": AT, "last_seen_at": AT}
    return relation_item(kind, ("Artist", artist_id(start)), end, properties | times)


def _performs(rng: random.Random, number: int, size: Size) -> Iterator[Item]:
    main = number % size.artists
    credited = (
        [main] if number % 5 else [main, (main + rng.randint(1, 50)) % size.artists]
    )
    for position, one in enumerate(credited, start=1):
        ends = ("Artist", artist_id(one)), ("Track", f"deezer:t{number}")
        yield relation_item("PERFORMS", *ends, {"position": position})


def answer(
    number: int, rng: random.Random, hub: str | None = None, among: int | None = None
) -> WorkResult:
    """What is learned of one artist: 20 relatives, 8 of them new, and 5 genres.

    `hub`, where given, is one of the genres; the other relatives are `among` so many.
    """
    key = artist_id(number)
    new = [1_000_000 + number * 8 + n for n in range(8)]
    ends = [*new, *rng.sample(range(among or max(2_000, number)), 12)]
    genres = {genre(int(rng.paretovariate(1)) % _GENRES) for _ in range(9)}
    names = sorted(genres)[: 4 if hub else 5] + ([hub] if hub else [])
    changes = Changes(
        artists=(artist(number), *map(artist, ends)),
        related=tuple(
            Related(key, artist_id(end), "deezer", rank)
            for rank, end in enumerate(ends, start=1)
        ),
        genres=tuple(HasGenre(key, name, "musicbrainz", 3, 0.5) for name in names),
        answered=(
            Answered(key, Question.RELATED, "deezer"),
            Answered(key, Question.GENRES, "musicbrainz"),
        ),
    )
    part = WorkItem(f"1/related/{number}", 1, number, WorkKind.RELATED, (key,))
    return WorkResult(part, changes, {"deezer": 1})
