"""Several workers on one crawl: what one does, another dies of, and all come to."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from crawler.clock import SystemClock
from crawler.crawl.engine import CrawlReport, Ended, crawl
from crawler.crawl.frontier import Frontier
from crawler.crawl.round import SharedRound
from crawler.crawl.status import status_of
from crawler.errors import CrawlMismatchError, SeedError
from crawler.recipe.model import Recipe
from graph.memory_store.store import MemoryStore
from graph.model.crawl import Plan, WorkItem, WorkKind, WorkResult
from graph.model.music import Changes
from graph.model.workers import Worker
from queries.label_policies import CarriedClasses
from tests.crawl.test_resume import RULES
from tests.crawl.test_trouble import star
from tests.support.fake_source import FakeSource
from tests.support.fakes import RecordingProgress
from tests.support.worlds.crawl_worlds import METAL
from tests.support.worlds.worlds import contents, context, recipe, run, worlds

LONG = 60.0


class QuickClock(SystemClock):
    """The machine's clock, for those who do not like to wait."""

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> None:
        super().sleep(min(seconds, 0.002), until=until)


class Silent:
    """Hands all to a store but the signs of life, and the word that it leaves."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Callable[..., object]:
        method: Callable[..., object] = getattr(self._store, name)
        return method

    def renew(self, worker: Worker) -> bool:
        del worker
        return True

    def leave(self, worker: Worker) -> None:
        pass


class Gone(BaseException):
    """The process dies here, as far as the crawl can tell."""


class Crew:
    """Workers on one store, each in a thread."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.reports: list[CrawlReport] = []
        self.errors: list[BaseException] = []
        self.told: list[RecordingProgress] = []
        self._threads: list[threading.Thread] = []

    def start(
        self, source: FakeSource, rules: Recipe, *, lease: float = LONG, store=None
    ) -> None:
        worker = Worker(f"worker-{len(self._threads)}", lease)
        hands = context(source, store or self.store, threads=2)
        hands = replace(hands, clock=QuickClock(), worker=worker)
        self.told.append(hands.progress)
        thread = threading.Thread(target=self._run, args=(rules, hands), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, rules: Recipe, hands) -> None:
        try:
            self.reports.append(crawl(rules, hands))
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            self.errors.append(error)

    def wait(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


def clocked() -> MemoryStore:
    return MemoryStore(time.time)


@settings(max_examples=12, deadline=None)
@given(world=worlds(), rules=RULES)
def test_three_workers_make_the_graph_of_one(world, rules):
    alone, crew = MemoryStore(), Crew(clocked())
    report = run(FakeSource(world), alone, recipe(**rules))
    sources = [FakeSource(world) for _ in range(3)]
    for source in sources:
        crew.start(source, recipe(**rules))
    crew.wait()
    assert crew.errors == []
    assert contents(crew.store) == contents(alone)
    assert crew.reports == [report] * 3
    asked = Counter(asked for source in sources for asked in source.asked)
    assert set(asked.values()) <= {1}


def test_the_seeds_are_looked_up_by_one_of_those_who_start_at_once():
    crew, sources = Crew(clocked()), [FakeSource(METAL) for _ in range(3)]
    for source in sources:
        crew.start(source, recipe())
    crew.wait()
    asked = [asked for source in sources for asked in source.asked]
    assert asked.count(("search", "a")) == 1


def test_who_waits_for_another_to_begin_says_so():
    crew, began, looked = Crew(clocked()), threading.Event(), threading.Event()

    def wait(question: str, subject: str) -> None:
        if question == "search":
            began.set()
            assert looked.wait(60)

    crew.start(FakeSource(METAL, before=wait), recipe())
    assert began.wait(30)
    crew.start(FakeSource(METAL), recipe())
    line = "waiting for worker worker-0, who begins the crawl"
    deadline = time.monotonic() + 30
    while line not in crew.told[1].said:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    looked.set()
    crew.wait()
    assert crew.errors == []


def test_a_seed_that_is_not_found_leaves_no_crawl_and_nobody_waiting():
    crew = Crew(clocked())
    for _ in range(2):
        crew.start(FakeSource(METAL), recipe(artists=("nobody",)))
    crew.wait()
    assert [type(error) for error in crew.errors] == [SeedError, SeedError]
    assert crew.store.crawl() is None
    assert crew.store.workers() == ()


def test_what_a_dead_worker_held_is_asked_again_after_its_lease_and_nothing_else():
    world, alone, crew = star(40), MemoryStore(), Crew(clocked())
    rules = recipe(round=30)
    run(FakeSource(world), alone, rules)
    died = threading.Event()
    asked_by_the_dead: list[tuple[str, str]] = []

    def die(question: str, subject: str) -> None:
        if question == "tracks" or died.is_set():
            died.set()
            raise Gone
        asked_by_the_dead.append((question, subject))

    crew.start(
        FakeSource(world, before=die), rules, lease=0.5, store=Silent(crew.store)
    )
    assert died.wait(60)
    committed = {
        (question, known.id.removeprefix("fake:"))
        for known in crew.store.snapshot().artists
        for question in ("related", "tracks")
        if getattr(known, question).answered
    }
    other = FakeSource(world)
    crew.start(other, rules)
    crew.wait()
    assert [type(error) for error in crew.errors] == [Gone]
    assert contents(crew.store) == contents(alone)
    assert not committed & set(other.asked)


def test_an_error_gives_back_what_a_worker_holds_at_once():
    crew, world = Crew(clocked()), star(30)

    def fail(question: str, subject: str) -> None:
        if question == "tracks":
            raise Gone

    crew.start(FakeSource(world, before=fail), recipe(round=20))
    crew.wait()
    assert crew.store.workers() == ()
    crew.start(FakeSource(world), recipe(round=20))
    crew.wait()
    assert [type(error) for error in crew.errors] == [Gone]
    assert crew.reports[0].ended is Ended.NOTHING_LEFT


def test_a_worker_whose_recipe_was_replaced_ends_and_says_what_to_do():
    crew, asked, changed = Crew(clocked()), threading.Event(), threading.Event()

    def wait(question: str, subject: str) -> None:
        if question == "related" and subject != "a":
            asked.set()
            assert changed.wait(60)

    old, new = recipe(), recipe(max_hops=1)
    crew.start(FakeSource(METAL, before=wait), old)
    assert asked.wait(60)
    crew.start(FakeSource(METAL), new)
    deadline = time.monotonic() + 60
    while crew.store.crawl().recipe_digest != new.digest():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    changed.set()
    crew.wait()
    (error,) = crew.errors
    assert isinstance(error, CrawlMismatchError)
    assert "another worker" in str(error)
    assert "Run the same command again" in error.hint
    whole = MemoryStore()
    run(FakeSource(METAL), whole, new)
    assert {n.id for n in crew.store.snapshot().artists} >= {
        n.id for n in whole.snapshot().artists
    }


def test_progress_says_how_many_workers_are_at_work():
    crew = Crew(clocked())
    for _ in range(2):
        crew.start(FakeSource(star(30)), recipe(round=30))
    crew.wait()
    states = [state for told in crew.told for state in told.states]
    assert any("2 workers" in state for state in states)


def test_status_says_who_is_at_work_and_who_is_gone():
    now = [1_000_000_000.0]
    store = MemoryStore(lambda: now[0])
    run(FakeSource(METAL), store, recipe(max_requests=3))
    store.join(Worker("long", 600))
    store.join(Worker("brief", 10))
    part = WorkItem("9/tracks/0", 9, 0, WorkKind.TRACKS, ())
    store.commit_plan(Plan(9, (part,)))
    store.lease(Worker("long", 600), [part.id])
    now[0] += 60
    store.renew(Worker("long", 600))
    rows = [row for row in status_of(store, recipe()) if row[0] == "worker"]
    since = "since 2001-09-09 01:46 UTC, last seen"
    assert rows == [
        (
            "worker",
            "brief",
            0,
            f"slices held, gone: what it holds is free; {since} 01:46:40",
        ),
        ("worker", "long", 1, f"slices held, alive; {since} 01:47:40"),
    ]


def answered_by(store: MemoryStore, worker: Worker, number: int) -> None:
    """The open round answered, closed, and another one of one slice opened."""
    shared_parts = store.look(worker)
    assert shared_parts is not None
    ids = [part.id for part in shared_parts.parts if part.is_free]
    for part in store.lease(worker, ids):
        answer = FakeSource(METAL).related(part.artists[0])
        changes = Changes(artists=answer.value.artists, related=answer.value.edges)
        store.commit([WorkResult(part, changes, {})], at=QuickClock().now())
    store.close_round(number, {}, seconds=1)
    part = WorkItem(
        f"{number + 1}/related/0", number + 1, 0, WorkKind.RELATED, ids and ()
    )
    seed = store.snapshot().artists[0].id
    store.commit_plan(Plan(number + 1, (replace(part, artists=(seed,)),)))


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_a_worker_that_slept_while_rounds_were_closed_knows_what_they_brought(rounds):
    store, rules, slow = clocked(), recipe(), Worker("slow", LONG)
    run(FakeSource(METAL), store, recipe(max_requests=3))
    store.change_recipe(
        replace(store.crawl(), recipe=rules.to_json(), recipe_digest=rules.digest())
    )
    number = store.crawl().round
    seed = store.snapshot().artists[0].id
    part = WorkItem(f"{number + 1}/related/0", number + 1, 0, WorkKind.RELATED, (seed,))
    store.commit_plan(Plan(number + 1, (part,)))
    store.join(slow)
    store.join(Worker("quick", LONG))
    hands = replace(context(FakeSource(METAL), store), worker=slow)
    shared = SharedRound(rules, hands)
    for step in range(1, rounds + 1):
        answered_by(store, Worker("quick", LONG), number + step)
    shared.look()
    assert shared.number == number + rounds + 1
    assert (
        shared.known.nodes
        == Frontier.of(store.snapshot(), rules, CarriedClasses.ONE).nodes
    )
