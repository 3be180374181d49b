"""A pipe or a log shows why a request is delayed, and when it is sent again."""

import io
import random
import socket
import threading

import pytest

from crawler.console.progress import LogProgress, Progress
from crawler.errors import QuotaExhaustedError, TransientError
from crawler.http.client import HttpClient, new_session
from crawler.http.service import HttpService
from tests.support.fakes import FakeClock, RecordingProgress
from tests.support.servers.faulty_source import FaultySource, answer, html

OK = answer({"ok": True})


def make_client(
    url: str, clock: FakeClock, progress: Progress, *, max_wait_seconds: float = 900
) -> HttpClient:
    return HttpClient(
        new_session(),
        [HttpService("deezer", url, 0, 1), HttpService("musicbrainz", url, 0, 1)],
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


def test_waiting_for_a_dead_service_is_reported_in_a_log():
    stream, clock = io.StringIO(), FakeClock()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(TransientError):
            make_client(url, clock, LogProgress(stream, clock)).get_json("deezer", "/x")
    first = stream.getvalue().splitlines()[0]
    assert first.startswith(f"deezer: {url}/x does not answer")
    assert "; retrying at 12:00:0" in first
    assert first.endswith(" UTC")


def test_retries_are_reported_once_a_minute_per_service_and_as_a_state_in_between(
    server,
):
    clock, progress = FakeClock(), RecordingProgress()
    client = make_client(server.url, clock, progress)
    server.script = [html(503), html(503), OK, html(503), OK]
    client.get_json("deezer", "/")
    client.get_json("musicbrainz", "/")
    assert [said.partition(":")[0] for said in progress.said] == [
        "deezer",
        "musicbrainz",
    ]
    assert len(progress.states) == 1
    assert "status 503; retrying at" in progress.states[0]
    clock.advance(60)
    server.script = [html(503), OK]
    client.get_json("deezer", "/")
    assert len(progress.said) == 3


def test_a_short_pause_is_reported_with_its_end(server):
    clock, progress = FakeClock(), RecordingProgress()
    server.script = [answer({}, 429, Retry_After="50"), OK]
    make_client(server.url, clock, progress).get_json("deezer", "/")
    assert len(progress.said) == 1
    assert progress.said[0].endswith("retrying at 12:00:50 UTC")


def test_a_long_pause_is_announced_once_and_not_also_reported_as_a_retry(server):
    clock, progress = FakeClock(), RecordingProgress()
    server.script = [answer({}, 429, Retry_After="300"), OK]
    make_client(server.url, clock, progress).get_json("deezer", "/")
    assert (len(progress.waits), progress.said, progress.states) == (1, [], [])


def test_a_retry_that_will_not_happen_is_not_reported(server):
    clock, progress = FakeClock(), RecordingProgress()
    server.script = [answer({}, 429, Retry_After="40")]
    client = make_client(server.url, clock, progress, max_wait_seconds=30)
    with pytest.raises(QuotaExhaustedError):
        client.get_json("deezer", "/")
    assert progress.said == []
