"""Waiting for a database that went away: the time-out and the reports."""

import pytest

from graph.bolt.reconnect import OutageMonitor, ReconnectPolicy
from graph.errors import StoreUnreachableError
from tests.support.fakes import FakeClock, RecordingProgress

WHERE = "bolt://db.example:7687"


class Database:
    """A database that answers from a certain time of the clock."""

    def __init__(self, clock, back_at):
        self._clock = clock
        self._back_at = back_at
        self.probes = 0

    def answers(self):
        self.probes += 1
        return self._clock.monotonic() >= self._back_at


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def progress():
    return RecordingProgress()


def test_an_outage_and_its_end_are_reported(clock, progress):
    monitor = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say, seconds=120))
    monitor.wait(Database(clock, back_at=90).answers, monitor.returns)
    assert 90 <= clock.monotonic() <= 91
    assert progress.said == [
        f"waiting for the graph database at {WHERE} until 12:02:00 UTC",
        f"the graph database at {WHERE} is back; continuing",
    ]


def test_a_lost_connection_alone_is_not_reported(clock, progress):
    monitor = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say))
    monitor.wait(Database(clock, back_at=0).answers, monitor.returns)
    assert (clock.slept, progress.said) == ([], [])


def test_the_error_of_a_time_out_has_a_hint_how_to_continue(clock, progress):
    monitor = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say, seconds=120))
    with pytest.raises(StoreUnreachableError, match="not back within 120 s") as caught:
        monitor.wait(Database(clock, back_at=121).answers, monitor.returns)
    assert clock.monotonic() == 120
    assert "run the same command again; it continues where it stopped" in (
        caught.value.hint
    )


def test_after_a_time_out_later_calls_fail_at_once_until_it_answers(clock, progress):
    monitor = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say, seconds=120))
    gone = Database(clock, back_at=10_000)
    for _ in range(3):
        with pytest.raises(StoreUnreachableError):
            monitor.wait(gone.answers, monitor.returns)
    assert clock.monotonic() == 120
    clock.advance(10_000)
    monitor.wait(gone.answers, monitor.returns)
    monitor.wait(Database(clock, back_at=10_150).answers, monitor.returns)
    assert clock.monotonic() >= 10_150


def test_all_threads_share_one_wait(clock, progress):
    monitor = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say))
    database, seen = Database(clock, back_at=10), monitor.returns
    monitor.wait(database.answers, seen)
    probes = database.probes
    monitor.wait(database.answers, seen)
    assert database.probes == probes
    assert len(progress.said) == 2


@pytest.mark.parametrize("has_policy", [True, False])
def test_without_a_policy_nothing_waits(has_policy, clock, progress):
    policy = ReconnectPolicy(clock, progress.say, seconds=0) if has_policy else None
    monitor = OutageMonitor(WHERE, policy)
    with pytest.raises(StoreUnreachableError, match="went away"):
        monitor.wait(Database(clock, back_at=1).answers, monitor.returns)
    monitor.wait(Database(clock, back_at=0).answers, monitor.returns)
    assert (clock.slept, progress.said) == ([], [])


class InterruptedClock(FakeClock):
    """Somebody presses Ctrl-C when the clock has slept for a while."""

    def sleep(self, seconds, *, until=None):
        super().sleep(seconds, until=until)
        if self.monotonic() == 10:
            raise KeyboardInterrupt


def test_after_ctrl_c_the_remaining_writes_do_not_wait(progress):
    clock = InterruptedClock()
    monitor = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say))
    gone = Database(clock, back_at=1_000)
    with pytest.raises(KeyboardInterrupt):
        monitor.wait(gone.answers, monitor.returns)
    with pytest.raises(StoreUnreachableError):
        monitor.wait(gone.answers, monitor.returns)
    assert clock.monotonic() == 10
