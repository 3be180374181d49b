"""Waiting for a database that went away: how long, and what is reported."""

import pytest

from graph.bolt.reconnect import OutageMonitor, ReconnectPolicy
from graph.errors import StoreUnreachableError
from tests.support.fakes import FakeClock, RecordingProgress

WHERE = "bolt://db.example:7687"


class Database:
    """Answers from a time (seconds of the clock) on."""

    def __init__(self, clock, back_at):
        self._clock = clock
        self._back_at = back_at
        self.looks = 0

    def answers(self):
        self.looks += 1
        return self._clock.monotonic() >= self._back_at


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def progress():
    return RecordingProgress()


def test_waiting_and_return_are_both_reported(clock, progress):
    watch = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say, seconds=120))
    watch.wait(Database(clock, back_at=90).answers, watch.returns)
    assert 90 <= clock.monotonic() <= 91
    assert progress.said == [
        f"waiting for the graph database at {WHERE} until 12:02:00 UTC",
        f"the graph database at {WHERE} is back; going on",
    ]


def test_a_lost_connection_alone_is_neither_waited_for_nor_reported(clock, progress):
    watch = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say))
    watch.wait(Database(clock, back_at=0).answers, watch.returns)
    assert (clock.slept, progress.said) == ([], [])


def test_a_time_out_says_how_to_continue(clock, progress):
    watch = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say, seconds=120))
    with pytest.raises(StoreUnreachableError, match="not back within 120 s") as caught:
        watch.wait(Database(clock, back_at=121).answers, watch.returns)
    assert clock.monotonic() == 120
    assert "run the same command again; it goes on where it stopped" in (
        caught.value.hint
    )


def test_after_a_time_out_later_calls_fail_at_once_until_it_answers(clock, progress):
    watch = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say, seconds=120))
    gone = Database(clock, back_at=10_000)
    for _ in range(3):
        with pytest.raises(StoreUnreachableError):
            watch.wait(gone.answers, watch.returns)
    assert clock.monotonic() == 120
    clock.advance(10_000)
    watch.wait(gone.answers, watch.returns)
    watch.wait(Database(clock, back_at=10_150).answers, watch.returns)
    assert clock.monotonic() >= 10_150


def test_one_wait_serves_all_threads_that_lost_their_work(clock, progress):
    watch = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say))
    database, seen = Database(clock, back_at=10), watch.returns
    watch.wait(database.answers, seen)
    looks = database.looks
    watch.wait(database.answers, seen)
    assert database.looks == looks
    assert len(progress.said) == 2


@pytest.mark.parametrize("has_patience", [True, False])
def test_without_a_policy_nothing_waits(has_patience, clock, progress):
    patience = ReconnectPolicy(clock, progress.say, seconds=0) if has_patience else None
    watch = OutageMonitor(WHERE, patience)
    with pytest.raises(StoreUnreachableError, match="went away"):
        watch.wait(Database(clock, back_at=1).answers, watch.returns)
    watch.wait(Database(clock, back_at=0).answers, watch.returns)
    assert (clock.slept, progress.said) == ([], [])


class InterruptedClock(FakeClock):
    """Somebody presses Ctrl-C when the clock has slept for a while."""

    def sleep(self, seconds, *, until=None):
        super().sleep(seconds, until=until)
        if self.monotonic() == 10:
            raise KeyboardInterrupt


def test_after_ctrl_c_the_remaining_writes_do_not_wait(progress):
    clock = InterruptedClock()
    watch = OutageMonitor(WHERE, ReconnectPolicy(clock, progress.say))
    gone = Database(clock, back_at=1_000)
    with pytest.raises(KeyboardInterrupt):
        watch.wait(gone.answers, watch.returns)
    with pytest.raises(StoreUnreachableError):
        watch.wait(gone.answers, watch.returns)
    assert clock.monotonic() == 10
