"""The book of shared turns: whoever books what and when, no window breaks."""

import itertools
import math
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.http.rate_limiter import ARRIVAL_SECONDS, SPACING
from crawler.http.shared_rate_limiter import LATE_SECONDS, SharedTurns
from graph.memory_store.store import MemoryStore
from graph.model.rate_limit import Book, Booking, PaceRule, grant
from tests.http.test_rate_limiter import SERVICES, most_in_any_window
from tests.support.fakes import FakeClock

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
