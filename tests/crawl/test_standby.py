"""Several crawlers on one store: one is active, the others stand by and take over."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings

from crawler.clock import SystemClock
from crawler.crawl.engine import CrawlReport, Ended, crawl
from crawler.crawl.status import status_of
from crawler.errors import (
    ActiveCrawlerError,
    BadCredentialsError,
    CrawlMismatchError,
    QuotaExhaustedError,
    SeedError,
    StoppedError,
)
from crawler.http.send_lease import SendLease
from crawler.recipe.model import Recipe
from graph.errors import LeaseLostError, StoreUnreachableError
from graph.model.lease import Crawler
from tests.crawl.test_resume import RULES
from tests.crawl.test_trouble import star
from tests.support.fake_source import FakeSource
from tests.support.fakes import RecordingProgress
from tests.support.memory_store.store import MemoryStore
from tests.support.worlds.crawl_worlds import METAL
from tests.support.worlds.worlds import contents, context, recipe, run, worlds

LEASE, SEND = 1.0, 0.4


class QuickClock(SystemClock):
    """The machine's clock, with short sleeps."""

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> None:
        super().sleep(min(seconds, 0.005), until=until)


class Held:
    """Forwards all calls to a store, but blocks those of a crawler while it is cut off."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self.is_dead = False

    def __getattr__(self, name: str) -> Callable[..., object]:
        method: Callable[..., object] = getattr(self._store, name)
        return method

    def renew(self, token: int) -> None:
        if not self.is_dead:
            self._store.renew(token)

    def release(self, token: int, reason: str) -> None:
        if not self.is_dead:
            self._store.release(token, reason)


class Gone(BaseException):
    """Stands for the death of the process at this point."""


class Crew:
    """Crawlers on one store, each in a thread."""

    def __init__(self) -> None:
        self.store = MemoryStore(time.time)
        self.reports: list[CrawlReport] = []
        self.errors: list[BaseException] = []
        self.progress: list[RecordingProgress] = []
        self.stops: list[threading.Event] = []
        self._threads: list[threading.Thread] = []

    def start(
        self,
        source: FakeSource,
        rules: Recipe,
        *,
        store: Held | None = None,
        stands_by: bool = True,
        window: float = 0.0,
    ) -> None:
        clock = QuickClock()
        name = f"crawler-{len(self._threads)}"
        crawl_context = replace(
            context(source, store or self.store, threads=2),
            clock=clock,
            crawler=Crawler(
                name, window_seconds=window, lease_seconds=LEASE, send_seconds=SEND
            ),
            send_lease=SendLease(clock, SEND),
            alone=False,
            stands_by=stands_by,
        )
        self.progress.append(crawl_context.progress)
        self.stops.append(crawl_context.stop)
        thread = threading.Thread(
            target=self._run, args=(rules, crawl_context), daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _run(self, rules: Recipe, crawl_context) -> None:
        try:
            self.reports.append(crawl(rules, crawl_context))
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            self.errors.append(error)

    def wait(self, count: int | None = None) -> None:
        """Wait for the first crawlers, or for all of them, to end."""
        for thread in self._threads[:count]:
            thread.join(60)
            assert not thread.is_alive()

    def until_one_stands_by(self, count: int = 1) -> None:
        until(lambda: len(self.store.lease().standbys) >= count)


def until(happened: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Pause:
    """Lets a source answer up to a question, and holds that one until it is let go."""

    def __init__(self, question: str, *, subject: str | None = None) -> None:
        self.reached, self.goes_on = threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self._question, self._subject = question, subject

    def __call__(self, question: str, subject: str) -> None:
        if question == self._question and self._subject in {None, subject}:
            self.reached.set()
            assert self.goes_on.wait(60)
            if self.error is not None:
                raise self.error

    def goes_on_with(self, error: BaseException | None = None) -> None:
        self.error = error
        self.goes_on.set()


def answered(store: MemoryStore) -> set[tuple[str, str]]:
    return {
        (question, artist.id.removeprefix("fake:"))
        for artist in store.snapshot().artists
        for question in ("related", "tracks")
        if getattr(artist, question).answered
    }


@settings(max_examples=10, deadline=None)
@given(world=worlds(), rules=RULES)
def test_three_crawlers_make_the_graph_of_one_and_come_to_one_end(world, rules):
    alone, crew = MemoryStore(), Crew()
    report = run(FakeSource(world), alone, recipe(**rules))
    sources = [FakeSource(world) for _ in range(3)]
    for source in sources:
        crew.start(source, recipe(**rules))
    crew.wait()
    assert crew.errors == []
    assert contents(crew.store) == contents(alone)
    assert crew.reports == [report] * 3
    asked = Counter(asked for source in sources for asked in source.requests)
    assert set(asked.values()) <= {1}


def test_a_standby_names_the_active_crawler_and_sends_no_requests():
    crew, held = Crew(), Pause("related", subject="a")
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    source = FakeSource(METAL)
    crew.start(source, recipe())
    crew.until_one_stands_by()
    held.goes_on_with()
    crew.wait()
    assert source.requests == []
    (said,) = crew.progress[1].said
    assert said.startswith("crawler crawler-0 is active; this one stands by")
    assert "standing by for crawler crawler-0" in crew.progress[1].states[0]
    assert crew.reports[0] == crew.reports[1]
    assert crew.store.lease().standbys == ()


def test_seeds_are_looked_up_by_the_active_crawler_only():
    crew, held = Crew(), Pause("search")
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    source = FakeSource(METAL)
    crew.start(source, recipe())
    crew.until_one_stands_by()
    held.goes_on_with()
    crew.wait()
    assert crew.errors == []
    assert source.requests == []


def test_a_standby_takes_over_after_the_lease_of_a_dead_crawler_and_repeats_nothing_committed():
    world, alone, crew = star(40), MemoryStore(), Crew()
    rules, held = recipe(round=30), Pause("tracks")
    run(FakeSource(world), alone, rules)
    dead = Held(crew.store)
    crew.start(FakeSource(world, before=held), rules, store=dead)
    assert held.reached.wait(30)
    other = FakeSource(world)
    crew.start(other, rules)
    crew.until_one_stands_by()
    until(lambda: answered(crew.store))
    committed, dead.is_dead = answered(crew.store), True
    seen = crew.store.lease().active.seen
    held.goes_on_with(Gone())
    until(lambda: crew.store.lease().token == 2)
    assert crew.store.lease().active.since - seen >= timedelta(seconds=LEASE)
    crew.wait()
    assert [type(error) for error in crew.errors] == [Gone]
    assert contents(crew.store) == contents(alone)
    assert not committed & set(other.requests)


def test_a_crawler_that_slept_past_its_lease_drops_its_answers_and_stands_by_again():
    """Its answers come when another one has taken over, and stop before its own end."""
    alone, crew, held = MemoryStore(), Crew(), Pause("related", subject="b")
    run(FakeSource(METAL), alone, recipe())
    asleep = Held(crew.store)
    first = FakeSource(METAL, before=held)
    crew.start(first, recipe(), store=asleep)
    assert held.reached.wait(30)
    asleep.is_dead = True
    second, goes = FakeSource(METAL, before=(late := Pause("tracks"))), late
    crew.start(second, recipe())
    assert goes.reached.wait(30)
    held.goes_on_with()
    crew.until_one_stands_by()
    goes.goes_on_with()
    crew.wait()
    assert crew.errors == []
    assert contents(crew.store) == contents(alone)
    lost = (
        "crawler crawler-1 has taken over the crawl; what this one had not committed "
        "yet is dropped"
    )
    assert lost in crew.progress[0].said
    assert crew.reports[0] == crew.reports[1]


def test_a_crawler_that_lost_its_lease_crawls_again_when_the_next_one_stops():
    alone, crew, held = MemoryStore(), Crew(), Pause("related", subject="b")
    run(FakeSource(METAL), alone, recipe())
    asleep = Held(crew.store)
    crew.start(FakeSource(METAL, before=held), recipe(), store=asleep)
    assert held.reached.wait(30)
    asleep.is_dead = True
    late = Pause("tracks")
    crew.start(FakeSource(METAL, before=late), recipe())
    assert late.reached.wait(30)
    asleep.is_dead = False
    held.goes_on_with()
    crew.until_one_stands_by()
    late.goes_on_with(BadCredentialsError("fake", "who are you"))
    crew.wait()
    assert [type(error) for error in crew.errors] == [BadCredentialsError]
    assert contents(crew.store) == contents(alone)
    assert crew.store.lease().token == 3


def test_a_crawler_without_standby_ends_when_it_loses_its_lease():
    crew, held = Crew(), Pause("related", subject="b")
    asleep = Held(crew.store)
    source = FakeSource(METAL, before=held)
    crew.start(source, recipe(), store=asleep, stands_by=False)
    assert held.reached.wait(30)
    asleep.is_dead = True
    crew.start(FakeSource(METAL), recipe())
    until(lambda: crew.reports)
    held.goes_on_with()
    crew.wait()
    (error,) = crew.errors
    assert isinstance(error, LeaseLostError)
    assert "has taken over the crawl" in str(error)


def test_a_second_crawler_without_standby_ends_at_once_and_names_the_active_one():
    crew, held = Crew(), Pause("related", subject="a")
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    second = FakeSource(METAL)
    crew.start(second, recipe(), stands_by=False)
    until(lambda: crew.errors)
    (error,) = crew.errors
    assert isinstance(error, ActiveCrawlerError)
    assert "crawler crawler-0 is active" in str(error)
    assert second.requests == []
    held.goes_on_with()
    crew.wait()


def test_a_standby_with_another_recipe_is_refused_at_once():
    crew, held = Crew(), Pause("related", subject="a")
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    other = FakeSource(METAL)
    crew.start(other, recipe(max_hops=1))
    until(lambda: crew.errors)
    held.goes_on_with()
    crew.wait()
    (error,) = crew.errors
    assert isinstance(error, CrawlMismatchError)
    assert "crawler crawler-0 is active in this store, by another recipe" in str(error)
    assert "Run the same command" in error.hint
    assert other.requests == []
    assert crew.store.crawl().recipe_digest == recipe().digest()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BadCredentialsError("fake", "who are you"), "failed"),
        (Gone(), "failed"),
    ],
    ids=["an error of ours", "any other"],
)
def test_after_an_error_one_standby_takes_over_at_once(error, reason):
    alone, crew, held = MemoryStore(), Crew(), Pause("tracks")
    run(FakeSource(METAL), alone, recipe())
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    for _ in range(2):
        crew.start(FakeSource(METAL), recipe())
    crew.until_one_stands_by(2)
    held.goes_on_with(error)
    crew.wait(1)
    assert crew.store.lease().reason == reason
    crew.wait()
    assert crew.errors == [error]
    assert [report.ended for report in crew.reports] == [Ended.NOTHING_LEFT] * 2
    assert contents(crew.store) == contents(alone)
    assert crew.store.lease().token == 2


def test_after_ctrl_c_a_standby_takes_over():
    alone, crew, held = MemoryStore(), Crew(), Pause("tracks")
    run(FakeSource(METAL), alone, recipe())
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    crew.start(FakeSource(METAL), recipe())
    crew.until_one_stands_by()
    crew.stops[0].interrupt()
    held.goes_on_with()
    crew.wait()
    assert [report.ended for report in crew.reports] == [
        Ended.STOPPED,
        Ended.NOTHING_LEFT,
    ]
    assert contents(crew.store) == contents(alone)


def test_a_pause_that_ended_the_active_crawler_is_respected_by_the_standby():
    crew, held = Crew(), Pause("tracks")
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    other = FakeSource(METAL)
    crew.start(other, recipe())
    crew.until_one_stands_by()
    until_then = datetime.now(UTC) + timedelta(hours=5)
    held.goes_on_with(QuotaExhaustedError("fake", "a day", until=until_then))
    crew.wait()
    assert crew.store.lease().reason == "paused"
    assert [type(error) for error in crew.errors] == [QuotaExhaustedError] * 2
    for error in crew.errors:
        assert abs(error.until - until_then) < timedelta(seconds=2)
    assert other.requests == []


def test_a_seed_that_is_not_found_leaves_no_crawl_and_nobody_waiting():
    crew = Crew()
    for _ in range(2):
        crew.start(FakeSource(METAL), recipe(artists=("nobody",)))
    crew.wait()
    assert [type(error) for error in crew.errors] == [SeedError, SeedError]
    assert crew.store.crawl() is None
    assert crew.store.lease().active is None
    assert crew.store.lease().standbys == ()


def test_ctrl_c_ends_a_standby():
    crew, held = Crew(), Pause("tracks")
    crew.start(FakeSource(METAL, before=held), recipe())
    assert held.reached.wait(30)
    crew.start(FakeSource(METAL), recipe())
    crew.until_one_stands_by()
    crew.stops[1].interrupt()
    until(lambda: crew.errors)
    assert isinstance(crew.errors[0], StoppedError)
    held.goes_on_with()
    crew.wait()
    assert crew.store.lease().standbys == ()


def test_the_time_of_a_standby_is_not_the_crawl_s():
    crew, held = Crew(), Pause("tracks")
    crew.start(FakeSource(METAL, before=held), recipe(max_minutes=0.5))
    assert held.reached.wait(30)
    crew.start(FakeSource(METAL), recipe(max_minutes=0.5))
    crew.until_one_stands_by()
    began = time.monotonic()
    time.sleep(1.5)
    before = crew.store.crawl().seconds
    held.goes_on_with(BadCredentialsError("fake", "who are you"))
    crew.wait()
    taken = crew.store.crawl().seconds - before
    # What the first one took from its last round on, and the other one since it is active.
    assert taken < time.monotonic() - began + 0.5
    assert crew.reports[0].ended is Ended.NOTHING_LEFT


def test_the_next_crawler_sends_nothing_before_the_window_of_the_last_one_is_past():
    crew, held = Crew(), Pause("tracks")
    crew.start(FakeSource(METAL, before=held), recipe(), window=1.0)
    assert held.reached.wait(30)
    first: list[float] = []
    source = FakeSource(METAL, before=lambda *_: first.append(time.monotonic()))
    crew.start(source, recipe(), window=1.0)
    crew.until_one_stands_by()
    held.goes_on_with(BadCredentialsError("fake", "who are you"))
    crew.wait(1)
    ended = time.monotonic()
    crew.wait()
    # The fake source knows no lease: that the crawl waits is seen by its announcement.
    assert first
    what, announced = crew.progress[1].waits[0]
    assert what == "the requests of an earlier crawler to pass"
    assert (
        0
        < (announced - datetime.now(UTC)).total_seconds() + (time.monotonic() - ended)
        <= 1.3
    )


def test_requests_are_held_back_before_the_lease_is_released():
    """Else one that still has its permit could leave after the stamp of the release."""
    clock, store = QuickClock(), MemoryStore(time.time)
    sends, valid = SendLease(clock, SEND), []

    class Watched(Held):
        def release(self, token: int, reason: str) -> None:
            valid.append(sends.is_valid())
            super().release(token, reason)

    crawl_context = context(FakeSource(METAL), Watched(store))
    crawl(recipe(), replace(crawl_context, clock=clock, send_lease=sends, alone=False))
    assert valid == [False]


def test_a_store_that_is_away_ends_a_crawl_that_waits_for_its_lease():
    """Where nothing can be sent nothing is written either that would meet the trouble."""
    crew, held = Crew(), Pause("related", subject="a")

    class Away(Held):
        def renew(self, token: int) -> None:
            if held.reached.is_set():
                raise StoreUnreachableError("the graph database went away")

    crew.start(FakeSource(METAL, before=held), recipe(), store=Away(crew.store))
    assert held.reached.wait(30)
    until(crew.stops[0].is_set)
    held.goes_on_with()
    crew.wait()
    assert [type(error) for error in crew.errors] == [StoreUnreachableError]


def test_status_says_who_is_active_who_stands_by_and_who_is_gone():
    now = [1_000_000_000.0]
    store = MemoryStore(lambda: now[0])
    run(FakeSource(METAL), store, recipe(max_requests=3))
    rows = [row for row in status_of(store, recipe()) if row[0] == "crawler"]
    assert rows == []
    store.acquire(Crawler("one", lease_seconds=30))
    store.register_standby("two")
    now[0] += 10
    store.renew(2)
    seen = "since 2001-09-09 01:46 UTC, last seen"
    rows = [row for row in status_of(store, recipe()) if row[0] == "crawler"]
    assert rows == [
        ("crawler", "one", 0, f"work items to answer, active; {seen} 01:46:50"),
        ("crawler", "two", 0, f"work items to answer, standing by; {seen} 01:46:40"),
    ]
    now[0] += 60
    rows = [row for row in status_of(store, recipe()) if row[0] == "crawler"]
    gone = "work items to answer, gone: the next one takes over"
    assert rows == [("crawler", "one", 0, f"{gone}; {seen} 01:46:50")]
