"""Tiny music worlds, Hypothesis strategies for them, and recipes over them."""

from typing import Any

from hypothesis import strategies as st

from crawler.clock import StopSignal
from crawler.crawl.context import CrawlContext
from crawler.crawl.engine import CrawlReport, crawl
from crawler.recipe.model import CrawlRules, Focus, Recipe, SeedRules
from crawler.sources.roles import SourceRoles
from graph.model.genres import ClassRule
from tests.support.fake_source import FakeSource, World
from tests.support.fakes import FakeClock, RecordingProgress
from tests.support.memory_store.store import MemoryStore

NAMES = "abcdefghij"
GENRES = ("black metal", "death metal", "deep house", "tech house", "polka")

METAL_AND_HOUSE = (
    ClassRule("metal", ("metal",)),
    ClassRule("house", ("house",)),
)


def worlds() -> st.SearchStrategy[World]:
    """Worlds of ten artists with any related lists and up to two genres each."""
    names = st.sampled_from(NAMES)
    lists = st.lists(names, unique=True, max_size=6)
    tags = st.lists(st.sampled_from(GENRES), unique=True, max_size=2)
    return st.builds(
        World,
        related=st.fixed_dictionaries(dict.fromkeys(NAMES, lists)),
        genres=st.fixed_dictionaries(dict.fromkeys(NAMES, tags)),
        without_tracks=st.frozensets(names, max_size=3),
    )


def recipe(
    *, by_genre: int = 0, artists: tuple[str, ...] = ("a",), **rules: Any
) -> Recipe:
    """A recipe for metal and house from seed artist "a", in small rounds."""
    crawl_rules = {"round": 2, "artists_per_class": 0, "max_requests": 0} | rules
    return Recipe(
        "tiny",
        classes=() if rules.get("focus") is Focus.ANY else METAL_AND_HOUSE,
        seeds=SeedRules(artists=artists, by_genre=by_genre),
        crawl=CrawlRules(**crawl_rules),
    )


def context(
    source: FakeSource,
    store: MemoryStore,
    *,
    threads: int = 1,
    clock: FakeClock | None = None,
) -> CrawlContext:
    """The context of a crawl that takes no time and prints nothing."""
    return CrawlContext(
        store,
        SourceRoles(source, (source,), source),
        clock or FakeClock(),
        RecordingProgress(),
        StopSignal(),
        threads,
    )


def run(
    source: FakeSource,
    store: MemoryStore,
    rules: Recipe,
    *,
    threads: int = 1,
    **options: Any,
) -> CrawlReport:
    """Crawl to the end."""
    return crawl(rules, context(source, store, threads=threads), **options)


def contents(store: MemoryStore) -> list[object]:
    """Everything in a store except what differs from run to run."""
    return [_timeless(dict(item)) for item in store.items()]


def _timeless(item: dict[str, Any]) -> dict[str, Any]:
    properties = item.get("properties", {})
    kept = {
        key: value
        for key, value in properties.items()
        if not key.endswith("_at") and key != "seconds"
    }
    return item | {"properties": kept}


def clocked() -> tuple[FakeClock, MemoryStore]:
    """A clock, and a store whose server uses it."""
    clock = FakeClock()
    return clock, MemoryStore(lambda: clock.now().timestamp())
