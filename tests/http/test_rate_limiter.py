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


def sends(limiter: RateLimiter, clock: FakeClock, count: int) -> list[float]:
    times = []
    while len(times) < count:
        permit = limiter.acquire()
        if permit.wait == 0:
            limiter.sent(permit)
            times.append(clock.monotonic())
        clock.sleep(permit.wait)
    return times


@pytest.mark.parametrize(("requests", "seconds"), SERVICES)
def test_permits_are_evenly_spaced_without_a_burst_at_the_start(requests, seconds):
    clock = FakeClock()
    times = sends(RateLimiter(requests, seconds, clock), clock, 200)
    gaps = [b - a for a, b in pairwise(times)]
    assert min(gaps) >= seconds / requests


@pytest.mark.parametrize(("requests", "seconds"), SERVICES)
def test_at_least_nine_tenths_of_the_limit_are_used(requests, seconds):
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
def test_no_window_at_the_service_exceeds_its_limit_whatever_the_network_does(
    service, late, stall, way, answer
):
    """Threads wake late, stand still before they send, and what they sent is under way
    for up to `ARRIVAL_SECONDS`."""
    requests, seconds = service
    clock, arrivals = FakeClock(), []
    limiter, events = RateLimiter(requests, seconds, clock), []

    def next_permit(i: int) -> Permit:
        while (permit := limiter.acquire()).wait:
            advance_to(clock.monotonic() + permit.wait + late[i % len(late)] * 0.2)
        return permit

    def advance_to(until: float) -> None:
        while events and events[0][0] <= until:
            at, _, happens, permit = heappop(events)
            clock.advance(max(0.0, at - clock.monotonic()))
            happens(permit)
        clock.advance(max(0.0, until - clock.monotonic()))

    for i in range(requests * 3 + 5):
        permit = next_permit(i)
        sent = clock.monotonic() + stall[i % len(stall)]
        arrivals.append(sent + way[i % len(way)])
        heappush(events, (sent, 2 * i, limiter.sent, permit))
        answered = arrivals[-1] + answer[i % len(answer)]
        heappush(events, (answered, 2 * i + 1, limiter.settled, permit))
    # A millionth of a second is floating point.
    assert most_in_any_window(arrivals, seconds - 1e-5) <= requests


def test_a_thread_that_wakes_slightly_late_does_not_lower_the_rate():
    clock = FakeClock()
    limiter = RateLimiter(50, 5, clock)
    times: list[float] = []
    while len(times) < 300:
        permit = limiter.acquire()
        if permit.wait:
            clock.sleep(permit.wait + 0.02)
        else:
            limiter.sent(permit)
            times.append(clock.monotonic())
    assert (times[-1] - times[0]) / 299 == pytest.approx(0.1 * SPACING, rel=0.01)


def test_a_wait_for_a_request_under_way_ends_when_it_is_settled():
    clock = FakeClock()
    limiter = RateLimiter(1, 1, clock)
    first = limiter.acquire()
    limiter.sent(first)
    assert limiter.acquire().wait == pytest.approx(1.04)
    clock.advance(0.01)
    limiter.settled(first)
    clock.advance(1.03)
    assert limiter.acquire().wait == 0


def test_a_request_that_is_never_settled_counts_from_its_latest_arrival():
    clock = FakeClock()
    limiter = RateLimiter(1, 1, clock)
    limiter.sent(limiter.acquire())
    clock.advance(1.05)
    assert limiter.acquire().wait == pytest.approx(0.05)


def test_a_request_not_sent_yet_delays_the_one_at_the_end_of_its_window():
    clock = FakeClock()
    limiter = RateLimiter(1, 1, clock)
    connecting = limiter.acquire()
    clock.advance(4)
    assert limiter.acquire().wait == 1
    limiter.settled(connecting)
    clock.advance(1)
    assert limiter.acquire().wait == 0


def test_idle_time_is_not_caught_up_with_a_burst():
    clock = FakeClock()
    limiter = RateLimiter(50, 5, clock)
    sends(limiter, clock, 3)
    clock.advance(100)
    assert most_in_any_window(sends(limiter, clock, 50), 0.1) == 1


def test_a_pause_stops_all_permits_and_the_longest_one_counts():
    clock = FakeClock()
    limiter = RateLimiter(50, 5, clock)
    limiter.pause(30)
    limiter.pause(3)
    assert limiter.paused_for() == 30
    assert limiter.acquire().wait == 30
    clock.advance(30)
    assert limiter.paused_for() == 0
    assert limiter.acquire().wait == 0


def test_a_short_pause_does_not_undo_the_spacing():
    clock = FakeClock()
    limiter = RateLimiter(1, 1, clock)
    limiter.acquire()
    limiter.pause(0.1)
    assert limiter.acquire().wait > 0.9


def test_zero_requests_mean_no_limit():
    clock = FakeClock()
    limiter = RateLimiter(0, 0, clock)
    assert all(limiter.acquire().wait == 0 for _ in range(1000))
    limiter.pause(2)
    assert limiter.acquire().wait == 2


def test_eight_threads_together_get_no_more_permits_than_one():
    clock, times, lock = SystemClock(), [], threading.Lock()
    limiter = RateLimiter(20, 0.5, clock)
    end = clock.monotonic() + 1.5

    def work() -> None:
        while clock.monotonic() < end:
            permit = limiter.acquire()
            if permit.wait == 0:
                limiter.sent(permit)
                with lock:
                    times.append(clock.monotonic())
            clock.sleep(permit.wait)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most_in_any_window(times, 0.49) <= 20
    assert len(times) >= 40
