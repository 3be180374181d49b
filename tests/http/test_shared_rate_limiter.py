"""Turns that several workers share, as one of them takes and uses them."""

import itertools
import threading
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.http.rate_limiter import ARRIVAL_SECONDS, LocalRateLimiter, Permit
from crawler.http.shared_rate_limiter import (
    LATE_SECONDS,
    ServerClock,
    SharedTurns,
    shared_turns,
)
from graph.memory_store.store import MemoryStore
from tests.http.test_rate_limiter import most_in_any_window
from tests.support.fakes import FakeClock

part = st.floats(0, 1)


@given(
    offset=st.floats(-1e6, 1e6),
    words=st.lists(st.tuples(part, part, st.floats(0, 5)), min_size=1, max_size=20),
)
def test_the_server_s_time_lies_within_what_its_answers_leave_open(offset, words):
    clock, now = ServerClock(), 1000.0
    for before, after, wait in words:
        now += wait
        sent, got = now, now + before + after
        clock.hear(sent, round((sent + before + offset) * 1000), got)
        now = got
    server = round((now + offset) * 1000)
    assert clock.earliest(server) - 0.001 <= now <= clock.latest(server) + 0.001


def test_a_server_s_clock_that_was_set_is_believed_anew():
    clock = ServerClock()
    clock.hear(10, 50_000, 10.01)
    clock.hear(20, 1_000, 20.01)
    assert clock.latest(1_000) == pytest.approx(20.01)


def two_workers(
    requests: int = 50, seconds: float = 5.0
) -> tuple[FakeClock, SharedTurns, SharedTurns]:
    clock = FakeClock()
    turns = shared_turns(MemoryStore(lambda: 1e9 + clock.monotonic()), clock)
    one, two = turns("deezer", requests, seconds), turns("deezer", requests, seconds)
    assert isinstance(one, SharedTurns)
    assert isinstance(two, SharedTurns)
    return clock, one, two


def test_two_workers_get_turns_one_after_the_other():
    clock, one, two = two_workers()
    sent: list[float] = []
    while len(sent) < 120:
        waits = []
        for turns in (one, two):
            turn = turns.take(3)
            if turn.wait:
                waits.append(turn.wait)
            else:
                sent.append(clock.monotonic())
        if len(waits) == 2:
            clock.sleep(min(waits))
    assert most_in_any_window(sent, 5.0) <= 50
    assert min(b - a for a, b in itertools.pairwise(sent)) > 0.07
    assert (len(sent) - 1) / (sent[-1] - sent[0]) > 9.5


@settings(max_examples=30)
@given(
    service=st.sampled_from([(50, 5.0), (30, 10.0)]),
    stalls=st.lists(
        st.just((0.0, 0.0)) | st.tuples(st.floats(0, 0.3), st.floats(0, 3)),
        min_size=1,
        max_size=30,
    ),
    ways=st.lists(part, min_size=1, max_size=30),
)
def test_a_worker_that_stands_still_while_it_sends_breaks_no_window(
    service, stalls, ways
):
    """It looks at its turn, stands still for up to 3 s, and sends: others learn of it."""
    clock, one, two = two_workers(*service)
    events: list[tuple[float, int, Callable[[], None]]] = []
    order = itertools.count()  # of what happens at the same time
    arrivals: list[float] = []

    def look(turns: SharedTurns, turn: Permit, number: int) -> None:
        if turns.holds(turn):
            at = clock.monotonic() + stalls[number % len(stalls)][1]
            heappush(events, (at, next(order), partial(send, turns, turn, number)))
        else:
            turns.arrived(turn)

    def send(turns: SharedTurns, turn: Permit, number: int) -> None:
        turns.sent(turn)
        way = ways[number % len(ways)] * ARRIVAL_SECONDS
        arrivals.append(clock.monotonic() + way)

    for number in range(1_500):
        waits = [events[0][0] - clock.monotonic()] if events else []
        for turns in (one, two):
            turn = turns.take(3)
            if turn.wait:
                waits.append(turn.wait)
                continue
            at = clock.monotonic() + stalls[number % len(stalls)][0]
            heappush(events, (at, next(order), partial(look, turns, turn, number)))
            waits.append(0.0)
        clock.advance(max(0.0, min(waits)))
        while events and events[0][0] <= clock.monotonic():
            heappop(events)[2]()
        if len(arrivals) > 2 * service[0] + 20:
            break
    assert most_in_any_window(arrivals, service[1] - 0.002) <= service[0]


def test_a_turn_that_is_missed_is_lost_and_another_one_booked():
    class Counting(MemoryStore):
        booked = 0

        def book_turns(self, service, wanted, rule, used):
            self.booked += wanted
            return super().book_turns(service, wanted, rule, used)

    clock = FakeClock()
    store = Counting(lambda: 1e9 + clock.monotonic())
    turns = shared_turns(store, clock)("deezer", 50, 5.0)
    assert turns.take(2).wait == 0
    clock.advance(turns.take(2).wait + LATE_SECONDS - 0.01)
    assert turns.take(1).wait == 0
    assert store.booked == 2
    clock.advance(turns.take(1).wait + LATE_SECONDS + 0.01)
    turns.take(1)
    assert store.booked == 4


def test_a_turn_used_too_late_is_told_at_once_one_used_in_time_with_the_next_booking():
    class Listening(MemoryStore):
        def book_turns(self, service, wanted, rule, used):
            told.append((wanted, dict(used)))
            return super().book_turns(service, wanted, rule, used)

    told: list[tuple[int, dict[int, int]]] = []
    clock = FakeClock()
    store = Listening(lambda: 1e9 + clock.monotonic())
    turns = shared_turns(store, clock)("deezer", 50, 5.0)
    in_time = turns.take(1)
    turns.sent(in_time)
    assert told == [(1, {})]
    clock.advance(turns.take(1).wait)
    late = turns.take(1)
    clock.advance(3)
    assert not turns.holds(late)
    turns.sent(late)
    turns.arrived(late)
    (wanted, first), (nothing, second) = told[1:]
    assert (wanted, nothing) == (1, 0)
    assert (len(first), len(second)) == (1, 1)
    ((end, sent),) = second.items()
    assert sent - end == pytest.approx(3_000 - LATE_SECONDS * 1000, abs=2)


def test_a_pause_holds_for_all_workers_also_where_turns_are_booked():
    clock, one, two = two_workers()
    assert one.take(4).wait == 0
    assert two.take(4).wait > 0
    one.pause(3)
    assert one.take().wait == pytest.approx(3)
    clock.advance(0.45)
    assert two.take(4).wait == pytest.approx(2.55, abs=0.01)
    assert two.paused_for() == pytest.approx(2.55, abs=0.01)
    clock.advance(2.56)
    first = one.take()
    assert first.wait == 0
    assert one.paused_for() == 0


@pytest.mark.parametrize(("requests", "seconds"), [(0, 1.0), (1_000_000, 1.0)])
def test_without_a_limit_worth_the_name_the_store_is_never_asked(requests, seconds):
    class Untouched:
        """A store that nobody may ask."""

    clock = FakeClock()
    turns = shared_turns(Untouched(), clock)("deezer", requests, seconds)
    assert isinstance(turns, LocalRateLimiter)


def test_on_a_real_store_threads_of_two_workers_keep_the_pace(embedded_store):
    from crawler.clock import SystemClock  # noqa: PLC0415  only here time is real

    clock, sent, lock = SystemClock(), [], threading.Lock()
    make = shared_turns(embedded_store, clock)
    end = clock.monotonic() + 2.5

    def work(turns) -> None:
        while clock.monotonic() < end:
            turn = turns.take(4)
            if turn.wait == 0:
                with lock:
                    sent.append(clock.monotonic())
            clock.sleep(turn.wait)

    workers = [
        threading.Thread(target=work, args=(make("deezer", 20, 1.0),)) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sent
    assert most_in_any_window(sent, 1.0 - LATE_SECONDS) <= 20
