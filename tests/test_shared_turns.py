"""Turns that several workers share: whoever books what and when, no window breaks."""

import itertools
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pace import ARRIVAL_SECONDS, SPACING, Pace, Turn
from crawler.shared_turns import LATE_SECONDS, ServerClock, SharedTurns, shared_turns
from graph.memory_store import MemoryStore
from graph.shared_pace import Book, Booking, PaceRule, grant
from tests.fakes import FakeClock
from tests.test_pace import SERVICES, most_in_any_window

part = st.floats(0, 1)


def begins(booking: Booking) -> list[int]:
    return [begin for begin, _ in booking.turns]


def rule_of(requests: int, seconds: float, *, late: int = 100) -> PaceRule:
    clock = FakeClock()
    turns = SharedTurns("x", requests, seconds, store=MemoryStore(), clock=clock)
    turns._server.hear(0, 0, 0)
    rule = turns._rule()
    assert rule.late == LATE_SECONDS * 1000
    return PaceRule(
        rule.requests, rule.window, rule.interval, rule.closest, rule.credit, late
    )


@dataclass
class Asking:
    """One booking of some worker, and what became of its turns."""

    wait: float
    wanted: int
    late: int
    used: tuple[float | None, ...]


bookings = st.lists(
    st.builds(
        Asking,
        wait=st.just(0.0) | st.floats(0, 8),
        wanted=st.integers(1, 4),
        late=st.sampled_from([100, 300, 2_000]),
        used=st.tuples(
            *[st.none() | part] * 4,
            *[part] * 4,
        ),
    ),
    min_size=40,
    max_size=120,
)


def known(told: dict[int, tuple[int, int]], now: int) -> dict[int, int]:
    """What became of turns by now; each is told once."""
    return {end: told.pop(end)[1] for end in list(told) if told[end][0] <= now}


@given(
    service=st.sampled_from(SERVICES),
    asked=bookings,
    rest=st.floats(0, 9),
    tell=st.floats(0, 0.2),
)
def test_no_window_breaks_whoever_books_when_and_uses_its_turns_how_late(
    service, asked, rest, tell
):
    """Turns are used early, late or never; what is sent is under way for up to 0.1 s; and
    the book learns it up to 0.2 s later."""
    requests, seconds = service
    book, now, arrivals = Book(), 1_700_000_000_000, []
    told: dict[int, tuple[int, int]] = {}
    for number, one in enumerate(asked):
        now += round(one.wait * 1000)
        if number == 20:
            book = Book(book.ends, book.last, book.slot, now + round(rest * 1000))
        rule = rule_of(requests, seconds, late=one.late)
        book, booking = grant(book, now, one.wanted, rule, known(told, now))
        resting = book.rest_until > now
        assert len(booking.turns) == (0 if resting else one.wanted)
        for turn, used, way in zip(booking.turns, one.used, one.used[4:], strict=False):
            begins, ends = turn
            assert begins >= max(now, book.rest_until)
            if used is None:
                told[ends] = (ends, 0)  # lost, and known as soon as it is over
                continue
            sent = begins + used * (ends - begins)
            arrivals.append(sent / 1000 + way * ARRIVAL_SECONDS)
            told[ends] = (math.ceil(sent + tell * 1000), math.ceil(sent))
    assert most_in_any_window(arrivals, seconds - 1e-4) <= requests


@pytest.mark.parametrize(("requests", "seconds"), [(50, 5.0), (30, 10.0)])
def test_who_always_asks_gets_what_the_spacing_leaves_of_the_pace(requests, seconds):
    book, rule, turns = Book(), rule_of(requests, seconds), []
    while len(turns) < 400:
        book, booking = grant(book, turns[-1] if turns else 0, 4, rule, {})
        turns += begins(booking)
    used = (len(turns) - 1) / (turns[-1] - turns[0]) * 1000 / (requests / seconds)
    assert used == pytest.approx(1 / SPACING, rel=0.01)


def test_a_short_idle_time_at_a_round_s_change_is_made_up_for():
    book, rule, turns, now = Book(), rule_of(50, 5), [], 0
    for number in range(150):
        book, booking = grant(book, now, 4, rule, {})
        turns += begins(booking)
        # Three tenths of a second after each fifteen seconds.
        now = turns[-1] + (300 if number % 36 == 35 else 0)
    used = (len(turns) - 1) / (turns[-1] - turns[0]) * 100
    assert used > 0.95
    assert min(b - a for a, b in itertools.pairwise(turns)) >= 80


def test_after_a_long_idle_time_one_second_is_made_up_for():
    rule = rule_of(50, 5)
    book, _ = grant(Book(), 1_000_000, 4, rule, {})
    _, booking = grant(book, 3_600_000, 51, rule, {})
    turns = begins(booking)
    assert min(b - a for a, b in itertools.pairwise(turns)) >= 80
    assert turns[49] - turns[0] >= 5_096 - 1_000
    assert turns[50] - turns[0] >= 5_200


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
    arrivals: list[float] = []

    def look(turns: SharedTurns, turn: Turn, number: int) -> None:
        if turns.holds(turn):
            at = clock.monotonic() + stalls[number % len(stalls)][1]
            heappush(events, (at, number, lambda: send(turns, turn, number)))
        else:
            turns.arrived(turn)

    def send(turns: SharedTurns, turn: Turn, number: int) -> None:
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
            heappush(events, (at, number, partial(look, turns, turn, number)))
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
    assert isinstance(turns, Pace)


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
