"""A crawl whose recipe changed, or that was killed while starting, loses nothing."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from crawler.crawl.engine import crawl
from crawler.recipe.model import Recipe, SeedRules
from tests.support.fake_source import FakeSource, World
from tests.support.memory_store.store import MemoryStore
from tests.support.worlds.worlds import contents, context, recipe, run


class Died(BaseException):
    """Stands for the death of the process at this point."""


class Mortal:
    """Hands all to a store, and dies before or after the n-th write (from 1)."""

    def __init__(self, store: MemoryStore, write: int, *, after: bool) -> None:
        self._store = store
        self._left = write
        self._after = after

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)
        reads = {"crawl", "open_plan", "answered_items", "snapshot", "genres"}
        of_lease = {"lease", "acquire", "renew", "release", "pauses"}
        return method if name in reads | of_lease else self._mortal(method)

    def _mortal(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def write(*given: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._after:
                raise Died
            result = method(*given, **named)
            if self._left == 0:
                raise Died
            return result

        return write


ISLANDS = World(
    {"a": ["b"], "b": [], "x": ["y"], "y": []},
    {"a": ("black metal",), "b": ("doom metal",), "x": ("deep house",)},
    playlists={"metal": ["b"], "house": ["x", "y"]},
)

OLD = recipe()
NEW = {
    "a seed by name": recipe(artists=("a", "x")),
    "seeds by genre": recipe(by_genre=3),
    "both": recipe(artists=("a", "x"), by_genre=3),
    "a playlist": replace(OLD, seeds=SeedRules(("a",), playlists=("house",))),
    "other classes": replace(OLD, classes=OLD.classes[:1]),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", range(1, 12))
@pytest.mark.parametrize("changed", NEW.values(), ids=NEW.keys())
def test_a_recipe_change_interrupted_at_any_write_is_completed_by_the_next_run(
    changed: Recipe, write: int, *, after: bool
) -> None:
    whole, cut_off = MemoryStore(), MemoryStore()
    for store in (whole, cut_off):
        run(FakeSource(ISLANDS), store, OLD)
    run(FakeSource(ISLANDS), whole, changed)

    with suppress(Died):
        mortal = Mortal(cut_off, write, after=after)
        crawl(changed, context(FakeSource(ISLANDS), mortal))
    run(FakeSource(ISLANDS), cut_off, changed)

    assert contents(cut_off) == contents(whole)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", range(1, 12))
def test_a_new_crawl_interrupted_at_any_write_is_completed_by_the_next_run(
    write: int, *, after: bool
) -> None:
    whole, cut_off = MemoryStore(), MemoryStore()
    rules = recipe(by_genre=3)
    run(FakeSource(ISLANDS), whole, rules)
    with suppress(Died):
        crawl(rules, context(FakeSource(ISLANDS), Mortal(cut_off, write, after=after)))
    run(FakeSource(ISLANDS), cut_off, rules)
    assert contents(cut_off) == contents(whole)


def test_seeds_added_during_an_open_round_are_crawled() -> None:
    store = MemoryStore()
    with suppress(Died):
        crawl(OLD, context(FakeSource(ISLANDS), Mortal(store, 5, after=False)))
    assert store.open_plan()
    run(FakeSource(ISLANDS), store, NEW["both"])
    assert all(a.related.answered for a in store.snapshot().artists)
    assert {a.id for a in store.snapshot().artists} == {f"fake:{n}" for n in "abxy"}


def test_newly_requested_playlists_of_classes_are_looked_up() -> None:
    store = MemoryStore()
    run(FakeSource(ISLANDS), store, OLD)
    seeds = replace(OLD.seeds, playlists_per_class=1)
    run(FakeSource(ISLANDS), store, replace(OLD, seeds=seeds))
    depths = {a.id: a.depth for a in store.snapshot().artists}
    assert depths == {"fake:a": 0, "fake:b": 0, "fake:x": 0, "fake:y": 0}


def test_a_class_without_a_playlist_is_reported_and_the_others_are_used() -> None:
    world = replace(ISLANDS, playlists={"house": ["x"]})
    seeds = SeedRules(playlists_per_class=1)
    crawl_context = context(FakeSource(world), MemoryStore())
    report = crawl(replace(OLD, seeds=seeds), crawl_context)
    assert report.found == 2
    assert (
        'class "metal": fake has no playlist with that name'
        in crawl_context.progress.said
    )


def test_two_seed_searches_give_the_same_graph_in_either_order() -> None:
    class Shared(FakeSource):
        """A page that two MusicBrainz artists share: each class finds another one."""

        def artists_by_genre(self, genres, *, count, id_space):
            answer = super().artists_by_genre(("deep house",), count=1, id_space="fake")
            votes = 9 if "black metal" in genres else 1
            edges = tuple(replace(e, votes=votes) for e in answer.value.genres)
            value = replace(answer.value, genres=edges)
            return replace(answer, value=value)

    rules = replace(OLD, seeds=SeedRules(by_genre=1))
    first, last = MemoryStore(), MemoryStore()
    crawl(rules, context(Shared(ISLANDS), first))
    reordered = Backwards(last)
    crawl(rules, context(Shared(ISLANDS), reordered))
    assert contents(last) == contents(first)


class Backwards:
    """A store whose open round is fetched from the end."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return getattr(self._store, name)

    def open_plan(self):
        plan = self._store.open_plan()
        return plan and replace(plan, items=plan.items[::-1])
