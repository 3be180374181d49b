"""The crawl when a service is unavailable, slow, wrong or suddenly returns nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.clock import StopSignal
from crawler.crawl.engine import Ended, crawl
from crawler.errors import (
    AnomalyError,
    BadAnswerError,
    QuotaExhaustedError,
    TransientError,
)
from crawler.recipe.model import Focus
from tests.support.fake_source import FakeSource, World
from tests.support.memory_store.store import MemoryStore
from tests.support.worlds.crawl_worlds import METAL, ids, tags
from tests.support.worlds.worlds import clocked, contents, context, recipe, run


def test_a_long_wait_ends_the_crawl_and_is_stored() -> None:
    clock, store = clocked()
    until = clock.now() + timedelta(hours=20)

    def quota(question: str, subject: str) -> None:
        if question == "related":
            raise QuotaExhaustedError("fake", "asks for a day", until=until)

    with pytest.raises(QuotaExhaustedError):
        crawl(recipe(), context(FakeSource(METAL, before=quota), store, clock=clock))
    again = FakeSource(METAL)
    with pytest.raises(QuotaExhaustedError) as caught:
        crawl(recipe(), context(again, store, clock=clock))
    assert caught.value.until == until
    assert again.requests == []
    clock.advance(20 * 3600 + 1)
    assert crawl(recipe(), context(again, store, clock=clock)).found == 4


def test_a_short_pause_that_is_left_over_is_waited_out() -> None:
    clock, store = clocked()
    run(FakeSource(METAL), store, recipe(max_requests=5))
    store.pause("fake", 120)
    crawl_context = context(FakeSource(METAL), store, clock=clock)
    crawl(recipe(max_requests=5), crawl_context)
    assert sum(clock.slept) == pytest.approx(120)
    assert crawl_context.progress.waits[0][0] == "fake"


def test_a_bad_answer_is_tried_in_two_more_rounds_and_never_stored_as_empty() -> None:
    asked = []

    def bad(question: str, subject: str) -> None:
        if (question, subject) == ("related", "b"):
            asked.append(subject)
            raise BadAnswerError("fake", "no field id in a relative")

    store = MemoryStore()
    run(FakeSource(METAL, before=bad), store, recipe())
    state = next(a.related for a in store.snapshot().artists if a.id == "fake:b")
    assert not state.answered
    assert (state.tries, len(asked)) == (3, 3)
    assert "no field id" in (state.why or "")


def test_a_temporary_failure_leaves_no_gap_in_the_graph() -> None:
    whole, store = MemoryStore(), MemoryStore()
    run(FakeSource(METAL), whole, recipe())
    failures = iter([True])

    def once(question: str, subject: str) -> None:
        if (question, subject) == ("related", "b") and next(failures, False):
            raise BadAnswerError("fake", "half a body")

    run(FakeSource(METAL, before=once), store, recipe())
    assert store.snapshot().related == whole.snapshot().related


def test_an_unavailable_service_ends_the_crawl_and_records_no_failures() -> None:
    names = [f"n{i}" for i in range(30)]
    world = World(
        {"a": names} | {n: [] for n in names}, tags("a", *names, genre="metal")
    )

    def away(question: str, subject: str) -> None:
        if question == "related" and subject != "a":
            raise TransientError("fake", "no connection")

    store = MemoryStore()
    with pytest.raises(TransientError):
        run(FakeSource(world, before=away), store, recipe(round=50))
    assert all(a.related.tries == 0 for a in store.snapshot().artists)


def test_ctrl_c_finishes_requests_under_way_and_the_same_command_continues() -> None:
    whole, store = MemoryStore(), MemoryStore()
    run(FakeSource(METAL), whole, recipe())
    stop = StopSignal()

    def press(question: str, subject: str) -> None:
        if (question, subject) == ("related", "b"):
            stop.set()

    source = FakeSource(METAL, before=press)
    report = crawl(recipe(), replace(context(source, store), stop=stop))
    assert report.ended is Ended.STOPPED
    assert any(
        a.id == "fake:b" and a.related.answered for a in store.snapshot().artists
    )
    run(FakeSource(METAL), store, recipe())
    assert contents(store) == contents(whole)


def star(points: int, relatives: int = 2) -> World:
    """A seed with many relatives, each with a few of its own, of a genre of no class."""
    names = [f"n{i:03}" for i in range(points)]
    lists = {n: [f"{n}-{k}" for k in range(relatives)] for n in names}
    far = {name: ("polka",) for relatives in lists.values() for name in relatives}
    return World({"a": names} | lists, far | tags("a", *names, genre="metal"))


def test_a_source_that_suddenly_returns_no_related_artists_ends_the_crawl_unwritten() -> (
    None
):
    world = star(240)
    silent = replace(world, related={"a": world.related["a"]})
    store, rules = MemoryStore(), recipe(round=40)
    run(FakeSource(world), store, recipe(round=40, max_requests=450))
    before = answered(store)
    assert 100 < before < 200
    with pytest.raises(
        AnomalyError, match=r"40 artists .* came back without relatives"
    ):
        run(FakeSource(silent), store, rules)
    assert answered(store) == before
    run(FakeSource(silent), store, rules, accept_none=True)
    assert answered(store) == 241


def answered(store: MemoryStore) -> int:
    return sum(a.related.answered for a in store.snapshot().artists)


def test_some_artists_without_related_artists_are_not_an_anomaly() -> None:
    world = star(240)
    half = {n: r for i, (n, r) in enumerate(world.related.items()) if i % 2 == 0}
    some = FakeSource(replace(world, related=half))
    assert run(some, MemoryStore(), recipe(round=40)).ended is Ended.NOTHING_LEFT


def test_without_classes_everything_within_the_hops_is_crawled_without_tracks() -> None:
    source = FakeSource(METAL)
    store = MemoryStore()
    run(source, store, recipe(focus=Focus.ANY, max_hops=1))
    assert ids(store) == {"fake:a", "fake:b", "fake:c"}
    assert "tracks" not in {question for question, _ in source.requests}


def test_the_state_line_shows_progress_requests_and_classes() -> None:
    crawl_context = context(FakeSource(METAL), MemoryStore())
    crawl(recipe(artists_per_class=3), crawl_context)
    line = crawl_context.progress.states[-1]
    assert "answered" in line
    assert (
        line.index("metal 3/3") < line.index("artists,") < line.index("requests: fake")
    )


def test_empty_answers_count_as_answered() -> None:
    store = MemoryStore()
    run(FakeSource(World({"a": ["b"], "b": []}, {"a": ["metal"]})), store, recipe())
    last = next(a for a in store.snapshot().artists if a.id == "fake:b")
    assert last.genres.answered
    assert last.related.answered


def test_a_crawl_without_a_source_of_genres_still_crawls_everything() -> None:
    crawl_context = context(FakeSource(METAL), MemoryStore())
    crawl_context = replace(
        crawl_context, roles=replace(crawl_context.roles, genres=())
    )
    report = crawl(recipe(focus=Focus.ANY), crawl_context)
    assert report.ended is Ended.NOTHING_LEFT
    assert (report.found, report.expanded) == (4, 4)
