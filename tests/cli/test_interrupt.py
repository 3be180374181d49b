"""Ctrl-C: the first one lets current work finish, the second one stops it."""

import signal
import subprocess
import sys
import time

import pytest

WAITING = """
import sys, time
from crawler.cli.session import stop_on_interrupt
from crawler.clock import SystemClock
from crawler.console.progress import QuietProgress
with stop_on_interrupt(QuietProgress(sys.stderr, SystemClock())) as stop:
    print("ready", flush=True)
    stop.wait(30)
    print("asked to stop", flush=True)
    time.sleep({seconds})
print("ended by itself", flush=True)
"""


@pytest.fixture
def waiting():
    processes = []

    def start(seconds):
        process = subprocess.Popen(
            [sys.executable, "-c", WAITING.format(seconds=seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "asked to stop\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_the_first_interrupt_lets_current_work_finish(waiting):
    out, err = waiting(seconds=0.3).communicate(timeout=20)
    assert out == "ended by itself\n"
    assert "press Ctrl-C again to stop now" in err


def test_the_second_interrupt_stops_immediately(waiting):
    process = waiting(seconds=30)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert "ended by itself" not in out
    assert "KeyboardInterrupt" in err
    assert time.monotonic() - begin < 10
