"""A small world of metal, for the tests of the crawl as a whole."""

from tests.support.fake_source import World
from tests.support.memory_store.store import MemoryStore


def tags(*names: str, genre: str) -> dict[str, tuple[str, ...]]:
    """The same genre for each of some artists."""
    return dict.fromkeys(names, (genre,))


METAL = World(
    {"a": ["b", "c"], "b": ["c", "d"], "c": [], "d": ["a"]},
    tags(*"abcd", genre="black metal"),
)


def ids(store: MemoryStore) -> set[str]:
    return {artist.id for artist in store.snapshot().artists}
