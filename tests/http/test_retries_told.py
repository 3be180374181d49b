"""Whoever looks at a pipe or a log hears why nothing comes, and when it goes on."""

import io
import random
import socket
import threading

import pytest

from crawler.console.progress import LogProgress, Progress
from crawler.errors import QuotaExhaustedError, TransientError
from crawler.http.client import HttpClient, new_session
from crawler.http.service import Service
from tests.support.fakes import FakeClock, RecordingProgress
from tests.support.servers.faulty_source import FaultySource, answer, html

OK = answer({"ok": True})


def open_door(
    url: str, clock: FakeClock, progress: Progress, *, max_wait_seconds: float = 900
) -> HttpClient:
    return HttpClient(
        new_session(),
        [Service("deezer", url, 0, 1), Service("musicbrainz", url, 0, 1)],
        clock,
        progress,
        max_wait_seconds=max_wait_seconds,
        contact=None,
        stop=threading.Event(),
        rng=random.Random(1),
    )


@pytest.fixture
def server():
    with FaultySource([OK]) as server:
        yield server


def test_fifteen_seconds_of_waiting_for_a_dead_service_are_not_mute_in_a_log():
    stream, clock = io.StringIO(), FakeClock()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(TransientError):
            open_door(url, clock, LogProgress(stream, clock)).get_json("deezer", "/x")
    first = stream.getvalue().splitlines()[0]
    assert first.startswith(f"deezer: {url}/x does not answer")
    assert "; it is asked again at 12:00:0" in first
    assert first.endswith(" UTC")


def test_a_retry_is_said_once_a_minute_for_each_service_and_a_state_between(server):
    clock, progress = FakeClock(), RecordingProgress()
    client = open_door(server.url, clock, progress)
    server.script = [html(503), html(503), OK, html(503), OK]
    client.get_json("deezer", "/")
    client.get_json("musicbrainz", "/")
    assert [said.partition(":")[0] for said in progress.said] == [
        "deezer",
        "musicbrainz",
    ]
    assert len(progress.states) == 1
    assert "status 503; it is asked again at" in progress.states[0]
    clock.advance(60)
    server.script = [html(503), OK]
    client.get_json("deezer", "/")
    assert len(progress.said) == 3


def test_a_short_pause_that_a_service_asks_for_is_told_with_its_end(server):
    clock, progress = FakeClock(), RecordingProgress()
    server.script = [answer({}, 429, Retry_After="50"), OK]
    open_door(server.url, clock, progress).get_json("deezer", "/")
    assert len(progress.said) == 1
    assert progress.said[0].endswith("it is asked again at 12:00:50 UTC")


def test_a_long_pause_is_announced_once_and_not_told_as_a_retry_too(server):
    clock, progress = FakeClock(), RecordingProgress()
    server.script = [answer({}, 429, Retry_After="300"), OK]
    open_door(server.url, clock, progress).get_json("deezer", "/")
    assert (len(progress.waits), progress.said, progress.states) == (1, [], [])


def test_nobody_is_told_of_a_second_try_that_does_not_come(server):
    clock, progress = FakeClock(), RecordingProgress()
    server.script = [answer({}, 429, Retry_After="40")]
    client = open_door(server.url, clock, progress, max_wait_seconds=30)
    with pytest.raises(QuotaExhaustedError):
        client.get_json("deezer", "/")
    assert progress.said == []
