import threading
from bisect import bisect_left
from heapq import heappop, heappush
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import SystemClock
from crawler.http.rate_limiter import ARRIVAL_SECONDS, SPACING, Permit, RateLimiter
from tests.support.fakes import FakeClock

SERVICES = [(50, 5.0), (1, 1.0), (30, 10.0), (20, 1.0)]


def most_in_any_window(times: list[float], seconds: float) -> int:
    """Most times in any half-open window; the fullest one begins at one of them."""
    ordered = sorted(times)
    return max(
        (bisect_left(ordered, start + seconds) - i for i, start in enumerate(ordered)),
        default=0,
    )


def sends(pace: RateLimiter, clock: FakeClock, count: int) -> list[float]:
    times = []
    while len(times) < count:
        turn = pace.acquire()
        if turn.wait == 0:
            pace.sent(turn)
            times.append(clock.monotonic())
        clock.sleep(turn.wait)
    return times


@pytest.mark.parametrize(("requests", "seconds"), SERVICES)
def test_turns_are_evenly_spaced_without_a_burst_at_the_start(requests, seconds):
    clock = FakeClock()
    times = sends(RateLimiter(requests, seconds, clock), clock, 200)
    gaps = [b - a for a, b in pairwise(times)]
    assert min(gaps) >= seconds / requests


@pytest.mark.parametrize(("requests", "seconds"), SERVICES)
def test_at_least_nine_tenths_of_the_pace_are_used(requests, seconds):
    clock = FakeClock()
    times = sends(RateLimiter(requests, seconds, clock), clock, 400)
    used = (len(times) - 1) / (times[-1] - times[0]) / (requests / seconds)
    assert 0.9 <= used <= 1


def test_at_most_49_requests_leave_for_deezer_in_any_5_seconds():
    clock = FakeClock()
    assert most_in_any_window(sends(RateLimiter(50, 5, clock), clock, 400), 5.0) == 49


@given(
    service=st.sampled_from(SERVICES),
    late=st.lists(st.floats(0, 0.3), min_size=1, max_size=40),
    stall=st.lists(st.just(0.0) | st.floats(0, 6), min_size=1, max_size=40),
    way=st.lists(st.floats(0, ARRIVAL_SECONDS), min_size=1, max_size=40),
    answer=st.lists(st.floats(0, 1), min_size=1, max_size=40),
)
def test_no_window_at_the_service_is_over_its_limit_whatever_the_network_does(
    service, late, stall, way, answer
):
    """Threads wake late, stand still before they send, and what they sent is under way
    for up to `ARRIVAL_SECONDS`."""
    requests, seconds = service
    clock, arrivals = FakeClock(), []
    pace, events = RateLimiter(requests, seconds, clock), []

    def turn_comes(i: int) -> Permit:
        while (turn := pace.acquire()).wait:
            go_on(clock.monotonic() + turn.wait + late[i % len(late)] * 0.2)
        return turn

    def go_on(until: float) -> None:
        while events and events[0][0] <= until:
            at, _, happens, turn = heappop(events)
            clock.advance(max(0.0, at - clock.monotonic()))
            happens(turn)
        clock.advance(max(0.0, until - clock.monotonic()))

    for i in range(requests * 3 + 5):
        turn = turn_comes(i)
        sent = clock.monotonic() + stall[i % len(stall)]
        arrivals.append(sent + way[i % len(way)])
        heappush(events, (sent, 2 * i, pace.sent, turn))
        answered = arrivals[-1] + answer[i % len(answer)]
        heappush(events, (answered, 2 * i + 1, pace.settled, turn))
    # A millionth of a second is floating point.
    assert most_in_any_window(arrivals, seconds - 1e-5) <= requests


def test_a_thread_that_wakes_a_little_late_does_not_slow_the_pace():
    clock = FakeClock()
    pace = RateLimiter(50, 5, clock)
    times: list[float] = []
    while len(times) < 300:
        turn = pace.acquire()
        if turn.wait:
            clock.sleep(turn.wait + 0.02)
        else:
            pace.sent(turn)
            times.append(clock.monotonic())
    assert (times[-1] - times[0]) / 299 == pytest.approx(0.1 * SPACING, rel=0.01)


def test_who_waits_for_a_request_on_its_way_does_not_wait_for_the_worst():
    clock = FakeClock()
    pace = RateLimiter(1, 1, clock)
    first = pace.acquire()
    pace.sent(first)
    assert pace.acquire().wait == pytest.approx(1.04)
    clock.advance(0.01)
    pace.settled(first)
    clock.advance(1.03)
    assert pace.acquire().wait == 0


def test_a_request_that_nobody_saw_arrive_counts_from_when_it_must_have():
    clock = FakeClock()
    pace = RateLimiter(1, 1, clock)
    pace.sent(pace.acquire())
    clock.advance(1.05)
    assert pace.acquire().wait == pytest.approx(0.05)


def test_a_request_that_is_not_sent_yet_keeps_back_the_one_that_its_window_ends_with():
    clock = FakeClock()
    pace = RateLimiter(1, 1, clock)
    connecting = pace.acquire()
    clock.advance(4)
    assert pace.acquire().wait == 1
    pace.settled(connecting)
    clock.advance(1)
    assert pace.acquire().wait == 0


def test_after_an_idle_time_nothing_is_caught_up():
    clock = FakeClock()
    pace = RateLimiter(50, 5, clock)
    sends(pace, clock, 3)
    clock.advance(100)
    assert most_in_any_window(sends(pace, clock, 50), 0.1) == 1


def test_a_pause_holds_for_everybody_and_the_longest_one_counts():
    clock = FakeClock()
    pace = RateLimiter(50, 5, clock)
    pace.pause(30)
    pace.pause(3)
    assert pace.paused_for() == 30
    assert pace.acquire().wait == 30
    clock.advance(30)
    assert pace.paused_for() == 0
    assert pace.acquire().wait == 0


def test_a_pause_of_another_kind_does_not_undo_the_spacing():
    clock = FakeClock()
    pace = RateLimiter(1, 1, clock)
    pace.acquire()
    pace.pause(0.1)
    assert pace.acquire().wait > 0.9


def test_zero_requests_mean_no_limit():
    clock = FakeClock()
    pace = RateLimiter(0, 0, clock)
    assert all(pace.acquire().wait == 0 for _ in range(1000))
    pace.pause(2)
    assert pace.acquire().wait == 2


def test_eight_threads_together_get_no_more_turns_than_one():
    clock, times, lock = SystemClock(), [], threading.Lock()
    pace = RateLimiter(20, 0.5, clock)
    end = clock.monotonic() + 1.5

    def work() -> None:
        while clock.monotonic() < end:
            turn = pace.acquire()
            if turn.wait == 0:
                pace.sent(turn)
                with lock:
                    times.append(clock.monotonic())
            clock.sleep(turn.wait)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most_in_any_window(times, 0.49) <= 20
    assert len(times) >= 40
