"""What `graph.store` promises of the lease, on every store."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from graph.errors import LeaseLostError
from graph.model.crawl import AddedSeeds, Plan, WorkItem, WorkKind
from graph.model.lease import Crawler
from graph.model.music import Changes
from tests.support.memory_store.store import MemoryStore
from tests.support.store_contract import (
    ANNA,
    AT,
    BERT,
    CRAWL,
    GENRES,
    PLAN,
    RELATED,
    SEEDS,
    answer,
    begun,
    relatives,
)

ONE, TWO = Crawler("one", "d1"), Crawler("two", "d1", window_seconds=7.0)
BRIEF = replace(ONE, name="brief", lease_seconds=0.3)
NEXT = Plan(1, (WorkItem("1/tracks/0", 1, 0, WorkKind.TRACKS, (ANNA.id,)),))

WRITES: dict[str, Callable] = {
    "begin": lambda s, t: s.begin(CRAWL, SEEDS, PLAN, at=AT, token=t),
    "change_recipe": lambda s, t: s.change_recipe(
        replace(CRAWL, recipe="{}", recipe_digest="d2"),
        AddedSeeds(Changes(artists=(BERT,), seeds=(BERT.id,)), NEXT, {"deezer": 1}, AT),
        token=t,
    ),
    "record_seconds": lambda s, t: s.record_seconds(99, token=t),
    "commit_plan": lambda s, t: s.commit_plan(NEXT, token=t),
    "commit": lambda s, t: s.commit([answer(RELATED, relatives(BERT))], at=AT, token=t),
    "close_round": lambda s, t: s.close_round(0, {ANNA.id: 3}, seconds=5, token=t),
    "pause": lambda s, t: s.pause("deezer", 60.0, token=t),
    "sync_classes": lambda s, t: s.sync_classes("metal", ["doom"], [], token=t),
    "renew": lambda s, t: s.renew(t),
}


@pytest.fixture
def memory_store() -> MemoryStore:
    """The reference with a clock that runs, as a server's does."""
    return MemoryStore(time.time)


def until_over(store) -> None:
    deadline = time.monotonic() + 30
    while store.lease().active.is_live:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_new_store_has_no_lease_holder_and_its_first_crawl_does_not_wait(
    store,
):
    assert store.lease().active is None
    got = store.acquire(TWO)
    assert (got.token, got.quiet_seconds) == (1, 0.0)
    active = store.lease().active
    assert (active.name, active.recipe_digest, active.is_live) == ("two", "d1", True)
    assert active.since <= active.seen


def test_a_live_lease_has_one_holder_which_keeps_its_token(store):
    token = store.acquire(ONE).token
    assert store.acquire(TWO) is None
    assert store.acquire(ONE).token == token
    store.renew(token)
    assert store.lease().token == token


def test_a_repeated_acquisition_has_the_same_quiet_time(store):
    store.release(store.acquire(ONE).token, "failed")
    first = store.acquire(TWO)
    again = store.acquire(TWO)
    assert again.token == first.token
    assert 5 < again.quiet_seconds <= first.quiet_seconds <= 7.25


def test_an_expired_lease_is_acquired_with_a_quiet_time_for_earlier_requests(
    store,
):
    begun(store)
    old = store.acquire(BRIEF).token
    until_over(store)
    got = store.acquire(TWO)
    assert got.token == old + 1
    # 8 s after the last renewal the old holder sends no more, then a window of 7 s.
    assert 10 < got.quiet_seconds <= 8 + 7.25 - 0.3
    with pytest.raises(LeaseLostError, match="crawler two has taken over"):
        store.renew(old)


def test_an_expired_lease_stays_with_its_holder_until_another_acquires_it(store):
    begun(store)
    token = store.acquire(BRIEF).token
    until_over(store)
    before = seen_at(store)
    store.commit([answer(RELATED, relatives(BERT))], at=AT, token=token)
    assert seen_at(store) > before


def test_after_a_release_the_next_holder_waits_one_window_and_sees_the_reason(store):
    token = store.acquire(ONE).token
    store.release(token, "goal")
    state = store.lease()
    assert (state.active, state.reason, state.token) == (None, "goal", token)
    got = store.acquire(TWO)
    assert got.token == token + 1
    assert 5 < got.quiet_seconds <= 7.25


def test_after_a_release_longer_ago_than_the_window_nothing_is_waited_for(store):
    store.release(store.acquire(ONE).token, "failed")
    time.sleep(0.4)
    short = replace(TWO, window_seconds=0.1)
    assert store.acquire(short).quiet_seconds == 0.0


def test_a_crawler_that_is_certainly_alone_acquires_the_lease_at_once(store):
    old = store.acquire(ONE).token
    got = store.acquire(TWO, at_once=True)
    assert (got.token, got.quiet_seconds) == (old + 1, 0.0)


@pytest.mark.parametrize("end", ["taken over", "released", "never held"])
def test_a_write_without_the_lease_is_refused_and_changes_nothing(store, end):
    begun(store)
    token = store.acquire(ONE).token
    if end == "taken over":
        store.acquire(TWO, at_once=True)
    elif end == "released":
        store.release(token, "failed")
    else:
        token = 0
    before = list(store.items()), store.open_plan(), store.pauses(), seen_at(store)
    for write in WRITES.values():
        with pytest.raises(LeaseLostError):
            write(store, token)
    after = list(store.items()), store.open_plan(), store.pauses(), seen_at(store)
    assert after == before


def seen_at(store):
    active = store.lease().active
    return active and active.seen


def test_a_crawler_that_lost_the_lease_during_the_seed_search_begins_no_crawl(store):
    token = store.acquire(ONE).token
    store.acquire(TWO, at_once=True)
    with pytest.raises(LeaseLostError):
        store.begin(CRAWL, SEEDS, PLAN, at=AT, token=token)
    assert store.crawl() is None


def test_each_write_of_the_holder_renews_the_lease(store):
    begun(store)
    token = store.acquire(ONE).token
    for name, write in WRITES.items():
        before = seen_at(store)
        time.sleep(0.02)
        write(store, token)
        assert seen_at(store) > before, name


def test_a_repeated_commit_counts_once(store):
    begun(store)
    token = store.acquire(ONE).token
    for _ in range(2):
        store.commit([answer(RELATED, relatives(BERT))], at=AT, token=token)
    assert store.crawl() == replace(CRAWL, answers=1, requests={"deezer": 3})
    assert store.answered_items() == 1
    assert store.open_plan().items == PLAN.items[1:]


def test_a_release_of_a_lost_lease_changes_nothing(store):
    old = store.acquire(ONE).token
    store.acquire(TWO, at_once=True)
    before = store.lease()
    store.release(old, "goal")
    assert store.lease() == before


def test_only_one_of_many_concurrent_acquisitions_succeeds(store):
    start, got = threading.Barrier(4), []

    def work(number: int) -> None:
        start.wait(30)
        got.append(store.acquire(Crawler(f"crawler-{number}")))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.token for one in got if one is not None] == [1]


def test_no_write_of_the_old_holder_follows_an_acquisition(store):
    """Each write is either visible to the new holder or refused."""
    items = tuple(
        WorkItem(f"0/related/{n}", 0, n, WorkKind.RELATED, (ANNA.id,))
        for n in range(200)
    )
    begun(store, plan=Plan(0, items))
    token = store.acquire(ONE).token
    written, began = [], threading.Event()

    def write() -> None:
        for item in items:
            try:
                store.commit([answer(item, Changes())], at=AT, token=token)
            except LeaseLostError:
                return
            written.append(item.id)
            began.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert began.wait(30)
    store.acquire(TWO, at_once=True)
    seen = store.answered_items()
    writer.join()
    assert store.answered_items() == seen == len(written)


def test_standbys_are_listed_until_they_are_removed(store):
    assert store.lease().standbys == ()
    for name in ("b", "a", "b"):
        store.register_standby(name)
    standbys = store.lease().standbys
    assert [one.name for one in standbys] == ["a", "b"]
    assert all(one.since <= one.seen for one in standbys)
    store.remove_standby("a")
    store.remove_standby("nobody")
    assert [one.name for one in store.lease().standbys] == ["b"]


def test_the_lease_and_standbys_are_not_part_of_the_graph(store):
    store.begin(CRAWL, SEEDS, PLAN, at=AT)
    before = list(store.items())
    store.acquire(ONE)
    store.register_standby("two")
    assert list(store.items()) == before
    assert GENRES in store.open_plan().items
