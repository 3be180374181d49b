"""Waits, the budget of minutes and Ctrl-C: what is stored, given up and printed."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from crawler.clock import StopSignal
from crawler.crawl.engine import Ended, crawl
from crawler.crawl.status import status_of
from crawler.errors import (
    BadAnswerError,
    BadCredentialsError,
    QuotaExhaustedError,
    ThrottledError,
    TransientError,
)
from tests.crawl.test_trouble import answered, star
from tests.support.fake_source import FakeSource, World
from tests.support.fakes import RecordingProgress
from tests.support.memory_store.store import MemoryStore
from tests.support.worlds.crawl_worlds import METAL
from tests.support.worlds.worlds import clocked, context, recipe, run


def paused(store: MemoryStore):
    state = store.crawl()
    assert state is not None
    return state.paused_until


def test_a_wait_interrupted_by_ctrl_c_stays_stored() -> None:
    clock, store = clocked()
    run(FakeSource(METAL), store, recipe(max_requests=5))
    until = clock.now() + timedelta(minutes=10)
    store.pause("fake", 600)
    crawl_context = context(FakeSource(METAL), store, clock=clock)
    crawl_context.stop.set()
    report = crawl(recipe(max_requests=5), crawl_context)
    assert report.ended is Ended.STOPPED
    assert paused(store) == {"fake": until}


def test_added_seeds_are_not_looked_up_before_the_wait_is_over() -> None:
    clock, store = clocked()
    run(FakeSource(METAL), store, recipe())
    store.pause("fake", 36_000)
    source = FakeSource(METAL)
    with pytest.raises(QuotaExhaustedError):
        crawl(recipe(artists=("a", "d")), context(source, store, clock=clock))
    assert source.requests == []


def test_a_pause_requested_during_a_run_is_stored_until_it_is_over() -> None:
    clock, store = clocked()
    until = clock.now() + timedelta(minutes=10)
    asked: dict[str, object] = {}
    seen = []

    def ask(question: str, subject: str) -> None:
        if (question, subject) == ("related", "b"):
            asked["fake"] = until
        elif question == "related":
            asked.clear()
        seen.append((question, subject, dict(paused(store)) if store.crawl() else {}))

    crawl_context = context(FakeSource(METAL, before=ask), store, clock=clock)
    crawl(recipe(round=1), replace(crawl_context, pauses=lambda: dict(asked)))
    kept = [pauses for _, _, pauses in seen if pauses]
    assert kept
    assert all(pauses == {"fake": until} for pauses in kept)
    assert paused(store) == {}


def test_the_error_of_a_throttling_service_states_when_requests_are_possible_again() -> (
    None
):
    clock, store = clocked()

    def throttled(question: str, subject: str) -> None:
        if question == "related":
            raise ThrottledError("fake", "too many requests", retry_after=300)

    source = FakeSource(METAL, before=throttled)
    with pytest.raises(QuotaExhaustedError, match="12:05 UTC") as caught:
        crawl(recipe(), context(source, store, clock=clock))
    assert paused(store) == {"fake": caught.value.until}


def test_the_budget_of_minutes_includes_interrupted_rounds() -> None:
    clock, store = clocked()
    rules = recipe(max_minutes=3, round=50)
    world = star(30)

    def slow(question: str, subject: str) -> None:
        clock.advance(40)

    first = FakeSource(world, before=slow)
    report = crawl(rules, context(first, store, clock=clock))
    assert report.ended is Ended.MINUTES
    again = FakeSource(world, before=slow)
    report = crawl(rules, context(again, store, clock=clock))
    assert report.ended is Ended.MINUTES
    assert again.requests == []


def test_the_time_of_a_run_that_failed_counts_too() -> None:
    clock, store = clocked()

    def refused(question: str, subject: str) -> None:
        if question == "related":
            clock.advance(50)
            raise BadCredentialsError("fake", "who are you")

    with pytest.raises(BadCredentialsError):
        crawl(recipe(), context(FakeSource(METAL, before=refused), store, clock=clock))
    state = store.crawl()
    assert state is not None
    assert state.seconds >= 50


def test_threads_waiting_for_a_permit_are_released_when_the_minutes_are_spent() -> None:
    clock, store = clocked()
    crawl_context = context(FakeSource(METAL), store, clock=clock, threads=1)

    def wait(question: str, subject: str) -> None:
        if question == "related":
            clock.advance(600)
            assert crawl_context.stop.wait(10)

    source = FakeSource(METAL, before=wait)
    roles = replace(
        crawl_context.roles, related=source, genres=(source,), tracks=source
    )
    report = crawl(recipe(max_minutes=3), replace(crawl_context, roles=roles))
    assert report.ended is Ended.MINUTES


def test_ctrl_c_takes_precedence_over_spent_minutes() -> None:
    clock, store = clocked()
    stop = StopSignal()

    def press(question: str, subject: str) -> None:
        if question == "related":
            stop.set()
            clock.advance(600)

    crawl_context = context(FakeSource(METAL, before=press), store, clock=clock)
    report = crawl(recipe(max_minutes=3), replace(crawl_context, stop=stop))
    assert report.ended is Ended.STOPPED


def test_the_state_is_reported_while_no_answers_arrive() -> None:
    crawl_context = context(FakeSource(METAL), MemoryStore())
    progress = crawl_context.progress
    assert isinstance(progress, RecordingProgress)

    def silent(question: str, subject: str) -> None:
        if (question, subject) == ("related", "a"):
            before = len(progress.states)
            told = threading.Event()
            for _ in range(40):
                if len(progress.states) > before:
                    return
                told.wait(0.05)
            raise AssertionError("nothing was reported in two seconds")

    source = FakeSource(METAL, before=silent)
    roles = replace(crawl_context.roles, related=source)
    crawl(recipe(), replace(crawl_context, roles=roles))


def test_ctrl_c_does_not_release_suspicious_empty_answers() -> None:
    world = star(240)
    silent = replace(world, related={"a": world.related["a"]})
    store, rules = MemoryStore(), recipe(round=40)
    run(FakeSource(world), store, recipe(round=40, max_requests=450))
    before = answered(store)
    stop = StopSignal()
    count = iter(range(1000))

    def press(question: str, subject: str) -> None:
        if question == "related" and next(count) == 20:
            stop.set()

    crawl_context = context(FakeSource(silent, before=press), store)
    report = crawl(rules, replace(crawl_context, stop=stop))
    assert report.ended is Ended.STOPPED
    assert answered(store) == before


ONE = World({"a": ["b"], "b": []}, {"a": ("black metal",)})


@pytest.mark.parametrize("silent", ["genres", "related", "tracks"])
def test_an_unavailable_service_is_never_mistaken_for_a_completed_crawl(
    silent: str,
) -> None:
    def away(question: str, subject: str) -> None:
        if question == silent:
            raise TransientError("fake", "no connection")

    store = MemoryStore()
    for _ in range(4):
        crawl_context = context(FakeSource(ONE), store)
        gone = FakeSource(ONE, before=away)
        gone.name = "away"
        kind = "genres" if silent == "genres" else silent
        part = (gone,) if kind == "genres" else gone
        roles = replace(crawl_context.roles, **{kind: part})
        with pytest.raises(TransientError):
            crawl(recipe(), replace(crawl_context, roles=roles))
    assert all(
        getattr(artist, silent).tries == 0 for artist in store.snapshot().artists
    )


def test_one_artist_that_always_fails_does_not_end_the_crawl() -> None:
    def broken(question: str, subject: str) -> None:
        if (question, subject) == ("related", "d"):
            raise TransientError("fake", "status 500")

    store = MemoryStore()
    report = run(FakeSource(METAL, before=broken), store, recipe())
    assert report.ended is Ended.NOTHING_LEFT
    state = next(a.related for a in store.snapshot().artists if a.id == "fake:d")
    assert state.tries == 3


def test_status_counts_what_was_given_up_as_failed_and_not_as_open() -> None:
    def broken(question: str, subject: str) -> None:
        if question == "genres" and "d" in subject:
            raise BadAnswerError("fake", "no field id")

    store, rules = MemoryStore(), recipe(artists_per_class=9)
    run(FakeSource(METAL, before=broken), store, rules)
    rows = {
        (about, what): (count, note)
        for about, what, count, note in status_of(store, rules)
    }
    assert rows["genres", "failed"] == (1, "see --failed")
    assert rows["genres", "open"] == (0, "")
    counted = "labelled artists with a preview, of 9 wanted"
    assert rows["class", "metal"][1].startswith(f"{counted}: cannot be filled")


def test_status_notes_open_artists_beyond_the_budget() -> None:
    store, rules = MemoryStore(), recipe(max_artists=2, max_hops=0)
    run(FakeSource(METAL), store, rules)
    notes = {(about, what): note for about, what, _, note in status_of(store, rules)}
    assert "the budget of 2 artists is reached" in notes["related", "open"]
