"""How long requests may be sent after the start of the last successful renewal."""

import pytest

from crawler.crawl.lease import HeldLease
from crawler.http.send_lease import SendLease
from graph.model.lease import SEND_SECONDS
from tests.support.fakes import FakeClock
from tests.support.memory_store.store import MemoryStore


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sends(clock: FakeClock) -> SendLease:
    lease = SendLease(clock)
    lease.begin(clock.boot_time(), clock.boot_time())
    return lease


def test_nothing_leaves_before_the_lease_was_acquired_or_after_it_ended(clock):
    lease = SendLease(clock)
    assert not lease.is_valid()
    lease.begin(0.0, 0.0)
    assert lease.is_valid()
    lease.end()
    lease.renewed(clock.boot_time())
    assert not lease.is_valid()


def test_nothing_leaves_while_earlier_requests_still_count(clock):
    lease = SendLease(clock)
    lease.begin(0.0, 5.0)
    clock.advance(4.9)
    assert not lease.is_valid()
    clock.advance(0.2)
    assert lease.is_valid()


def test_requests_leave_for_8_s_after_the_lease_was_acquired(clock, sends):
    assert SEND_SECONDS == 8
    clock.advance(7.9)
    assert sends.is_valid()
    clock.advance(0.2)
    assert not sends.is_valid()


def test_a_renewal_counts_from_its_start_however_long_it_takes(clock, sends):
    held = HeldLease(MemoryStore(), clock, 0, sends)
    clock.advance(4)
    with held.renewing():
        clock.advance(5)
    clock.advance(2.9)
    assert sends.is_valid()
    clock.advance(0.2)
    assert not sends.is_valid()


def test_a_renewal_that_failed_does_not_count(clock, sends):
    held = HeldLease(MemoryStore(), clock, 0, sends)
    clock.advance(4)
    with pytest.raises(RuntimeError), held.renewing():
        raise RuntimeError
    clock.advance(4.1)
    assert not sends.is_valid()


def test_an_older_renewal_reported_later_does_not_shorten_the_lease(clock, sends):
    sends.renewed(6.0)
    sends.renewed(2.0)
    clock.advance(13.9)
    assert sends.is_valid()
