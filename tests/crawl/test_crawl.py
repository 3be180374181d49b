"""The crawl as a whole: seeds, edges, budgets, recipes."""

from dataclasses import replace

import pytest

from crawler.crawl.engine import Ended, crawl
from crawler.errors import (
    CrawlMismatchError,
    SeedError,
)
from crawler.recipe.model import SeedRules
from tests.support.fake_source import FakeSource, World
from tests.support.fakes import FakeClock
from tests.support.memory_store.store import MemoryStore
from tests.support.worlds.crawl_worlds import METAL, ids, tags
from tests.support.worlds.worlds import context, recipe, run


def test_a_crawl_finds_every_reachable_artist_and_all_edges_in_order() -> None:
    store = MemoryStore()
    report = run(FakeSource(METAL), store, recipe())
    assert report.ended is Ended.NOTHING_LEFT
    assert ids(store) == {f"fake:{n}" for n in "abcd"}
    assert store.snapshot().related == (
        ("fake:a", "fake:b"),
        ("fake:a", "fake:c"),
        ("fake:b", "fake:c"),
        ("fake:b", "fake:d"),
        ("fake:d", "fake:a"),
    )
    depths = {a.id[-1]: a.depth for a in store.snapshot().artists}
    assert depths == {"a": 0, "b": 1, "c": 1, "d": 2}
    assert report.classes == {"metal": 4, "house": 0}


def test_a_seed_that_is_not_found_is_named_and_nothing_is_written() -> None:
    store = MemoryStore()
    rules = recipe(artists=("a", "nobody", "fake:zz"))
    with pytest.raises(SeedError, match=r'no artist named "nobody".*fake:zz'):
        run(FakeSource(METAL), store, rules)
    assert list(store.items()) == []


def test_the_homonym_with_the_most_fans_is_chosen_and_reported() -> None:
    class Homonyms(FakeSource):
        def find_artists(self, text):
            answer = super().find_artists("a")
            small = replace(answer.value[0], id="fake:d", followers=1)
            big = replace(answer.value[0], followers=9000)
            return replace(answer, value=(small, big))

    store = MemoryStore()
    crawl_context = context(Homonyms(METAL), store)
    crawl(recipe(), crawl_context)
    seeds = [a.id for a in store.snapshot().artists if a.depth == 0]
    assert seeds == ["fake:a"]
    assert "2 artists have this name; took fake:a" in crawl_context.progress.said[0]
    assert "9,000" in crawl_context.progress.said[0]


def test_the_artists_of_a_playlist_become_seeds_and_the_playlist_is_stored() -> None:
    world = World(METAL.related, METAL.genres, playlists={"Metal Hits": ["b", "c"]})
    store = MemoryStore()
    rules = replace(recipe(), seeds=SeedRules(playlists=("metal hits",)))
    run(FakeSource(world), store, rules)
    seeds = {a.id for a in store.snapshot().artists if a.depth == 0}
    assert seeds == {"fake:b", "fake:c"}
    kinds = [item.get("label") for item in store.items() if item["type"] != "node"]
    assert kinds.count("CONTAINS") == 2


def test_seeds_by_genre_come_class_by_class_with_their_genres_answered() -> None:
    world = World(
        {n: [] for n in "abxy"},
        {
            "a": ["black metal"],
            "b": ["doom metal"],
            "x": ["deep house"],
            "y": ["polka"],
        },
    )
    store = MemoryStore()
    source = FakeSource(world)
    run(source, store, replace(recipe(), seeds=SeedRules(by_genre=5)))
    seeds = {a.id for a in store.snapshot().artists if a.depth == 0}
    assert seeds == {"fake:a", "fake:b", "fake:x"}
    assert [q for q, _ in source.requests].count("genres") == 0


@pytest.mark.parametrize("budget", range(2, 14))
def test_the_budget_of_requests_is_never_exceeded(budget: int) -> None:
    store = MemoryStore()
    report = run(FakeSource(METAL), store, recipe(max_requests=budget))
    assert sum(report.requests.values()) <= budget
    if sum(report.requests.values()) < 12:
        assert report.ended is Ended.REQUESTS


def test_a_larger_budget_continues_where_the_smaller_one_ended() -> None:
    whole, grown = MemoryStore(), MemoryStore()
    run(FakeSource(METAL), whole, recipe())
    run(FakeSource(METAL), grown, recipe(max_requests=5))
    crawl_context = context(FakeSource(METAL), grown)
    crawl(recipe(), crawl_context)
    assert ids(grown) == ids(whole)
    assert any(
        "crawl.max_requests is now 0, was 5" in s for s in crawl_context.progress.said
    )


def test_the_budget_of_minutes_ends_the_run_and_counts_over_runs() -> None:
    clock = FakeClock()

    def slow(question: str, subject: str) -> None:
        clock.advance(40)

    store = MemoryStore()
    rules = recipe(max_minutes=3)
    report = crawl(rules, context(FakeSource(METAL, before=slow), store, clock=clock))
    assert report.ended is Ended.MINUTES


def test_the_goal_ends_the_crawl() -> None:
    both = World({"a": ["x"], "x": []}, {"a": ["black metal"], "x": ["deep house"]})
    rules = recipe(artists_per_class=1, artists=("a", "x"))
    report = run(FakeSource(both), MemoryStore(), rules)
    assert report.ended is Ended.GOAL
    assert report.classes == {"metal": 1, "house": 1}


def test_the_store_of_another_crawl_is_refused_by_name() -> None:
    store = MemoryStore()
    run(FakeSource(METAL), store, recipe())
    with pytest.raises(CrawlMismatchError, match='holds the crawl "tiny"'):
        run(FakeSource(METAL), store, replace(recipe(), name="other"))


def test_removed_seeds_are_refused_without_adopt_and_accepted_with_it() -> None:
    store = MemoryStore()
    run(FakeSource(METAL), store, recipe(artists=("a", "d")))
    with pytest.raises(CrawlMismatchError, match="no longer in the recipe: d"):
        run(FakeSource(METAL), store, recipe())
    assert run(FakeSource(METAL), store, recipe(), adopt=True)


def test_added_seeds_are_looked_up_and_crawled() -> None:
    world = World(METAL.related | {"x": ["y"], "y": []}, tags(*"abcdxy", genre="metal"))
    store = MemoryStore()
    run(FakeSource(world), store, recipe())
    run(FakeSource(world), store, recipe(artists=("a", "x")))
    assert {"fake:x", "fake:y"} <= ids(store)


def test_changed_classes_apply_at_once() -> None:
    world = World({"a": ["b"], "b": []}, {"a": ["black metal"], "b": ["polka"]})
    store = MemoryStore()
    run(FakeSource(world), store, recipe())
    with_polka = recipe()
    rule = replace(with_polka.classes[1], name="polka", patterns=("polka",))
    report = run(
        FakeSource(world),
        store,
        replace(with_polka, classes=(with_polka.classes[0], rule)),
    )
    assert report.classes == {"metal": 1, "polka": 1}
