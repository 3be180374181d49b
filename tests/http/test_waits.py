"""The HTTP client when requests fail: pauses, retries, and when it gives up."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime

import pytest

from crawler.clock import SystemClock
from crawler.errors import (
    BadAnswerError,
    QuotaExhaustedError,
    ThrottledError,
    TransientError,
)
from crawler.http.responses import JsonResponse
from crawler.http.retry import FailureKind, RequestFailure
from crawler.http.transport import Timeouts
from tests.support.fakes import FakeClock, RecordingProgress
from tests.support.servers.faulty_source import (
    FaultySource,
    answer,
    half_a_body,
    half_a_chunked_body,
    hang_up,
    html,
    silence,
    slow_body,
)
from tests.support.servers.http_client import OK, make_client


@pytest.fixture
def server():
    with FaultySource([OK]) as server:
        yield server


def test_a_429_with_seconds_pauses_that_long_and_retries(server):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After="7"), OK]
    assert make_client(server, clock).get_json("deezer", "/").status == 200
    assert sum(clock.slept) == pytest.approx(7)


def test_a_429_with_a_date_pauses_until_then(server):
    clock = FakeClock()
    date = format_datetime(clock.now() + timedelta(seconds=40), usegmt=True)
    server.script = [answer({}, 429, Retry_After=date), OK]
    make_client(server, clock).get_json("deezer", "/")
    assert sum(clock.slept) == pytest.approx(40)


@pytest.mark.parametrize("header", ["-5", "soon", "", "0"])
def test_a_senseless_retry_after_pauses_a_little(server, header):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After=header), OK]
    make_client(server, clock).get_json("deezer", "/")
    assert 1 <= sum(clock.slept) <= 5


def test_retry_after_of_one_thread_pauses_all_threads():
    """In real time: 8 threads, one 429 with a second."""
    with FaultySource([answer({}, 429, Retry_After="1"), OK]) as server:
        client = make_client(server, SystemClock())
        door_open = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            first = pool.submit(client.get_json, "deezer", "/first")
            while not server.requests:
                time.sleep(0.01)
            time.sleep(0.2)
            rest = [pool.submit(client.get_json, "deezer", "/rest") for _ in range(7)]
            assert all(f.result().status == 200 for f in [first, *rest])
        late = [asked.at for asked in server.requests if asked.path == "/rest"]
        assert min(late) >= door_open + 1


def test_a_seven_day_wait_raises_at_once_with_its_end(server):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After="604800")]
    client = make_client(server, clock)
    with pytest.raises(QuotaExhaustedError, match="2026-12-01 12:00 UTC") as caught:
        client.get_json("deezer", "/")
    assert caught.value.until == clock.now() + timedelta(days=7)
    assert clock.slept == []
    with pytest.raises(QuotaExhaustedError):
        client.get_json("deezer", "/another")
    assert len(server.requests) == 1


def test_a_pause_from_an_earlier_run_is_respected(server):
    client = make_client(server)
    client.pause("deezer", 1000)
    with pytest.raises(QuotaExhaustedError):
        client.get_json("deezer", "/")
    assert server.requests == []


def test_the_client_returns_the_ends_of_requested_pauses(server):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After="100")]
    client = make_client(server, clock)
    assert client.pauses() == {}
    with pytest.raises(ThrottledError):
        client.get_json("deezer", "/")
    client.pause("deezer", 200)
    assert client.pauses() == {"deezer": clock.now() + timedelta(seconds=200)}
    clock.advance(201)
    assert client.pauses() == {}


def test_a_wait_over_a_minute_is_announced_once_with_its_end(server):
    clock, progress = FakeClock(), RecordingProgress()
    end = clock.now() + timedelta(seconds=300)
    server.script = [answer({}, 429, Retry_After="300"), OK]
    make_client(server, clock, progress=progress).get_json("deezer", "/")
    assert len(progress.waits) == 1
    what, until = progress.waits[0]
    assert "deezer" in what
    assert abs(until - end) < timedelta(seconds=1)


def test_a_wait_under_a_minute_is_not_announced(server):
    progress = RecordingProgress()
    server.script = [answer({}, 429, Retry_After="50"), OK]
    make_client(server, progress=progress).get_json("deezer", "/")
    assert progress.waits == []


def test_endless_throttling_is_an_error_after_five_tries(server):
    server.script = [answer({}, 429, Retry_After="2")]
    with pytest.raises(ThrottledError) as caught:
        make_client(server).get_json("deezer", "/")
    assert caught.value.retry_after == 2
    assert len(server.requests) == 5


def test_the_last_request_of_listenbrainz_window_is_followed_by_a_pause(server):
    clock = FakeClock()
    last = answer([], X_RateLimit_Remaining="0", X_RateLimit_Reset_In="6")
    server.script = [last, OK]
    client = make_client(server, clock)
    assert client.get_json("deezer", "/").value == []
    assert clock.slept == []
    client.get_json("deezer", "/")
    assert sum(clock.slept) == pytest.approx(6)


def test_503s_are_retried_with_growing_waits(server):
    clock = FakeClock()
    server.script = [html(503)] * 5 + [OK]
    assert make_client(server, clock).get_json("deezer", "/").status == 200
    assert len(server.requests) == 6
    assert sorted(clock.slept) == clock.slept
    assert 15.5 <= sum(clock.slept) <= 31


def test_endless_503s_are_a_transient_error(server):
    server.script = [html(503)]
    with pytest.raises(TransientError, match=r"status 503 \(6 tries\)"):
        make_client(server).get_json("deezer", "/")
    assert len(server.requests) == 6


@pytest.mark.parametrize("act", [half_a_body, half_a_chunked_body])
def test_half_a_body_is_retried_and_then_a_transient_error(server, act):
    server.script = [act, OK]
    assert make_client(server).get_json("deezer", "/").value == {"ok": True}
    server.script = [act]
    with pytest.raises(TransientError, match="middle of its response"):
        make_client(server).get_json("deezer", "/")


def test_a_connection_closed_without_an_answer_is_retried(server):
    server.script = [hang_up, OK]
    assert make_client(server).get_json("deezer", "/").status == 200


@pytest.mark.parametrize(
    "act",
    [
        html(200),
        answer(b'{"data": [', 200),
        answer(b"", 200),
        answer(b"[" * 100_000, 200),
        answer(b"\xff\xfe\x00", 200),
    ],
)
def test_a_complete_body_that_is_not_json_is_retried_and_then_a_bad_answer(server, act):
    server.script = [act, OK]
    assert make_client(server).get_json("deezer", "/").value == {"ok": True}
    server.script = [act]
    with pytest.raises(BadAnswerError, match="returned not JSON"):
        make_client(server).get_json("deezer", "/")


def test_a_timeout_is_a_transient_error_after_three_tries(server):
    server.script = [silence]
    client = make_client(server, timeouts=Timeouts(read=0.1))
    with pytest.raises(
        TransientError, match=r"sent nothing for 0.1 seconds \(3 tries\)"
    ):
        client.get_json("deezer", "/")
    assert len(server.requests) == 3


def test_a_slow_body_is_given_up_although_no_single_read_times_out(server):
    server.script = [slow_body]
    clock = _RealTimeFreeSleep()
    client = make_client(server, clock, timeouts=Timeouts(read=5, whole=0.3))
    start = time.monotonic()
    with pytest.raises(TransientError, match=r"longer than 0.3 seconds \(3 tries\)"):
        client.get_json("deezer", "/")
    assert time.monotonic() - start < 5


class _RealTimeFreeSleep(SystemClock):
    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> None:
        pass


def test_a_closed_port_is_a_transient_error_with_growing_waits():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        clock = FakeClock()
        with pytest.raises(TransientError, match=r"does not answer \(4 tries\)") as e:
            make_client(url, clock).get_json(
                "deezer", "/artist/27", {"apikey": "s3cret"}
            )
    assert 3.5 <= sum(clock.slept) <= 7
    assert "s3cret" not in str(e.value)
    assert e.value.__cause__ is not None


def test_an_error_with_http_200_is_what_the_detector_returns(server):
    """As Deezer does it: code 4."""

    def judge(reply: JsonResponse) -> RequestFailure | None:
        value = reply.value
        assert isinstance(value, dict)
        if "error" in value:
            return RequestFailure("deezer", FailureKind.THROTTLED, "quota", 5)
        return None

    clock = FakeClock()
    server.script = [answer({"error": {"code": 4}})] * 2 + [OK]
    reply = make_client(server, clock).get_json("deezer", "/", detect_error=judge)
    assert reply.value == {"ok": True}
    assert sum(clock.slept) == pytest.approx(10)
