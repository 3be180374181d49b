"""What `graph.store` promises to several workers, on every store."""

import threading
import time
from dataclasses import replace

import pytest

from graph.memory_store.store import MemoryStore
from graph.model.crawl import Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import Artist, ArtistId, Changes
from graph.model.workers import Kept, PartState, Planned, Worker
from tests.support.store_contract import (
    ANNA,
    AT,
    BERT,
    CRAWL,
    GENRES,
    PLAN,
    RELATED,
    SEEDS,
    TAGGED,
    answer,
    begun,
    relatives,
)

ONE, TWO = Worker("one", 60.0), Worker("two", 60.0)
IDS = [part.id for part in PLAN.slices]


@pytest.fixture
def memory_store() -> MemoryStore:
    """The reference with a clock that runs, as a server's does."""
    return MemoryStore(time.time)


def joined(store, *workers: Worker) -> None:
    begun(store)
    for worker in workers:
        store.join(worker)


def until_it_is_gone(store, worker: Worker) -> None:
    deadline = time.monotonic() + 30
    while any(w.is_alive for w in store.workers() if w.name == worker.name):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_one_worker_holds_another_does_not_get(store):
    joined(store, ONE, TWO)
    (first,) = store.lease(ONE, [RELATED.id])
    assert first == RELATED
    assert first.token > 0
    assert store.lease(TWO, IDS) == (GENRES, TAGGED)
    assert store.lease(TWO, [RELATED.id, "no such"]) == ()


def test_a_worker_sees_what_is_free_for_it_and_who_holds_the_rest(store):
    assert store.look(ONE) is None
    joined(store, ONE, TWO)
    store.lease(ONE, [RELATED.id])
    store.commit([WorkResult(*store.lease(TWO, [GENRES.id]), Changes(), {})], at=AT)
    seen = store.look(TWO)
    assert seen.is_open
    assert seen.others == ("one",)
    assert seen.crawl == store.crawl()
    parts = [(p.id, p.kind, p.state, p.owner, p.is_free) for p in seen.parts]
    assert parts == [
        (RELATED.id, WorkKind.RELATED, PartState.OPEN, "one", False),
        (GENRES.id, WorkKind.GENRES, PartState.DONE, "two", False),
        (TAGGED.id, WorkKind.SEEDS, PartState.OPEN, None, True),
    ]
    assert [p.is_free for p in store.look(ONE).parts] == [True, False, True]


def test_no_slice_is_leased_twice_by_workers_who_race(store):
    parts = tuple(
        WorkItem(f"0/related/{n}", 0, n, WorkKind.RELATED, (ANNA.id,))
        for n in range(60)
    )
    begun(store, plan=Plan(0, parts))
    workers = [Worker(f"worker-{n}", 60.0) for n in range(3)]
    leased: list[str] = []
    start = threading.Barrier(len(workers))

    def work(worker: Worker) -> None:
        store.join(worker)
        start.wait(30)
        while free := [p.id for p in store.look(worker).parts if p.owner is None]:
            leased.extend(part.id for part in store.lease(worker, free[:10]))

    threads = [threading.Thread(target=work, args=(one,)) for one in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(leased) == sorted(part.id for part in parts)


def test_slices_are_taken_over_when_the_lease_is_over_and_not_before(store):
    brief = Worker("brief", 0.5)
    joined(store, brief, TWO)
    (old,) = store.lease(brief, [RELATED.id])
    until_it_is_gone(store, brief)
    assert store.renew(brief)
    (state,) = (w for w in store.workers() if w.name == "brief")
    assert (state.is_alive, state.slices) == (True, 1)
    store.join(replace(brief, lease_seconds=60.0))
    assert store.lease(TWO, [RELATED.id]) == ()
    store.renew(replace(brief, lease_seconds=0.2))
    until_it_is_gone(store, brief)
    (new,) = store.lease(TWO, [RELATED.id])
    assert new.token > old.token


def test_a_late_answer_is_refused_and_nothing_of_it_is_written(store):
    joined(store, ONE, TWO)
    (late,) = store.lease(ONE, [RELATED.id])
    store.leave(ONE)
    (now,) = store.lease(TWO, [RELATED.id])
    refused = store.commit([answer(late, relatives(BERT))], at=AT, worker="one")
    assert refused.slices == frozenset()
    assert [a.id for a in store.snapshot().artists] == [ANNA.id]
    assert store.crawl() == CRAWL

    done = store.commit([answer(now, relatives())], at=AT, worker="two")
    assert done.slices == {RELATED.id}
    store.commit([answer(late, relatives(BERT))], at=AT, worker="one")
    assert [a.id for a in store.snapshot().artists] == [ANNA.id]
    assert store.crawl().answers == 1


def test_a_commit_that_is_repeated_says_again_that_it_is_written_and_counts_once(store):
    joined(store, ONE)
    (part,) = store.lease(ONE, [RELATED.id])
    for _ in range(2):
        done = store.commit([answer(part, relatives(BERT))], at=AT, worker="one")
        assert done.slices == {RELATED.id}
    assert store.crawl() == replace(CRAWL, answers=1, requests={"deezer": 3})


def test_who_is_alone_makes_all_other_leases_void(store):
    joined(store, ONE)
    store.lease(ONE, IDS)
    alone = replace(TWO, alone=True)
    store.join(alone)
    assert [worker.name for worker in store.workers()] == ["two"]
    assert store.lease(alone, IDS) == PLAN.slices
    assert not store.renew(ONE)


def test_one_who_leaves_gives_back_what_it_holds(store):
    joined(store, ONE, TWO)
    store.lease(ONE, IDS)
    store.leave(ONE)
    assert store.lease(TWO, IDS) == PLAN.slices


def test_answers_are_kept_for_the_others_until_the_round_after_is_closed(store):
    joined(store, ONE, TWO)
    changes = relatives(Artist(ArtistId("deezer:9"), "Ü 'x'", "deezer", popularity=3))
    parts = store.lease(ONE, IDS)
    done = store.commit([answer(parts[0], changes, mb=2)], at=AT, worker="one")
    assert done.others == 1
    assert store.kept_answers(IDS) == {RELATED.id: Kept(changes, {"mb": 2})}

    store.commit([answer(part, Changes()) for part in parts[1:]], at=AT, worker="one")
    assert store.close_round(0, {}, seconds=1, answers=3)
    assert store.kept_answers(IDS)[RELATED.id] == Kept(changes, {"mb": 2})
    assert {part.state for part in store.look(TWO).parts} == {PartState.CLOSED}

    part = WorkItem("1/related/0", 1, 0, WorkKind.RELATED, (ANNA.id,))
    store.commit_plan(Plan(1, (part,)))
    store.commit([answer(part, Changes())], at=AT, worker="one")
    assert store.close_round(1, {}, seconds=1, answers=4)
    assert [p.id for p in store.look(TWO).parts] == [part.id]


def test_where_nobody_else_is_answers_are_not_kept_and_slices_go_with_their_round(
    store,
):
    begun(store, plan=Plan(0, (RELATED,)))
    store.join(ONE)
    parts = store.lease(ONE, [RELATED.id])
    store.commit([answer(parts[0], relatives(BERT))], at=AT, worker="one")
    assert store.kept_answers([RELATED.id]) == {}
    assert store.close_round(0, {}, seconds=1, answers=1)
    assert store.look(ONE).parts == ()


def test_a_round_is_not_closed_by_who_does_not_know_all_its_answers(store):
    begun(store, plan=Plan(0, (RELATED, GENRES)))
    store.commit([answer(RELATED, relatives(BERT))], at=AT)
    assert not store.close_round(0, {}, seconds=1, answers=1)  # one is open
    store.commit([answer(GENRES, Changes())], at=AT)
    assert not store.close_round(0, {}, seconds=1, answers=1)
    assert store.close_round(0, {}, seconds=1, answers=2)
    assert not store.close_round(0, {}, seconds=1, answers=2)
    assert store.crawl().seconds == 1


def test_of_two_who_close_and_plan_at_once_one_is_heard(store):
    begun(store, plan=Plan(0, (RELATED,)))
    store.commit([answer(RELATED, relatives(BERT))], at=AT)
    part = WorkItem("1/tracks/0", 1, 0, WorkKind.TRACKS, (ANNA.id,))
    heard: list[tuple[str, bool, bool]] = []
    start = threading.Barrier(2)

    def work(worker: Worker) -> None:
        store.join(worker)
        start.wait(30)
        closed = store.close_round(0, {}, seconds=1, answers=1)
        planned = Planned(worker.name, CRAWL.recipe_digest, 1, (part.id,))
        opened = store.commit_plan(Plan(1, (part,)), planned)
        heard.append((worker.name, closed, opened))

    threads = [threading.Thread(target=work, args=(one,)) for one in (ONE, TWO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(closed for _, closed, _ in heard) == 1
    (planner,) = (name for name, _, opened in heard if opened)
    assert store.crawl().seconds == 1
    (open_part,) = (p for p in store.look(ONE).parts if p.state is PartState.OPEN)
    assert (open_part.id, open_part.owner) == (part.id, planner)


@pytest.mark.parametrize(
    "changed", [{"digest": "another"}, {"answers": 0}], ids=["recipe", "answers"]
)
def test_a_plan_made_from_another_state_is_not_opened(store, changed):
    begun(store, plan=Plan(0, (RELATED,)))
    store.commit([answer(RELATED, relatives(BERT))], at=AT)
    part = WorkItem("1/tracks/0", 1, 0, WorkKind.TRACKS, (ANNA.id,))
    planned = Planned("one", CRAWL.recipe_digest, 1)
    assert not store.commit_plan(Plan(1, (part,)), planned)  # round 0 is open
    store.close_round(0, {}, seconds=0)
    assert not store.commit_plan(Plan(1, (part,)), replace(planned, **changed))
    assert not store.commit_plan(Plan(2, (part,)), planned)
    assert store.commit_plan(Plan(1, (part,)), planned)


def test_a_changed_recipe_takes_all_leases_back(store):
    joined(store, ONE, TWO)
    (old,) = store.lease(ONE, [RELATED.id])
    store.change_recipe(replace(CRAWL, recipe="{}", recipe_digest="d2"))
    assert store.commit([answer(old, relatives(BERT))], at=AT).slices == frozenset()
    assert store.lease(TWO, IDS) == PLAN.slices


def test_one_worker_at_a_time_begins(store):
    store.join(ONE)
    store.join(TWO)
    assert store.begins(ONE) == "one"
    assert store.begins(TWO) == "one"
    assert store.begins(ONE) == "one"
    store.has_begun(TWO)
    assert store.begins(TWO) == "one"
    store.has_begun(ONE)
    assert store.begins(TWO) == "two"
    store.leave(TWO)
    assert store.begins(ONE) == "one"


def test_workers_and_turns_are_no_part_of_the_graph(store):
    store.begin(CRAWL, SEEDS, PLAN, at=AT)
    before = list(store.items())
    store.join(ONE)
    store.lease(ONE, IDS)
    store.begins(ONE)
    store.rest("deezer", 5)
    assert list(store.items()) == before
