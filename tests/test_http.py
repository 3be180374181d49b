import random
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import format_datetime

import pytest

from crawler.clock import Clock, SystemClock
from crawler.errors import (
    BadAnswerError,
    BadCredentialsError,
    QuotaExhaustedError,
    SettingsError,
    StoppedError,
    ThrottledError,
    TransientError,
)
from crawler.exchange import Timeouts, proxy_for
from crawler.http import HttpDoor, Reply, Service, new_session, user_agent
from crawler.retry import Outcome, Trouble
from tests.fakes import FakeClock, RecordingProgress
from tests.misbehaving import (
    Misbehaving,
    answer,
    half_a_body,
    half_a_chunked_body,
    hang_up,
    html,
    redirect,
    silence,
    slow_body,
)

OK = answer({"ok": True})
USUAL = Timeouts()


def open_door(
    server: Misbehaving | str,
    clock: Clock | None = None,
    *,
    requests: int = 0,
    seconds: float = 1,
    progress: RecordingProgress | None = None,
    stop: threading.Event | None = None,
    max_wait_seconds: float = 900,
    contact: str | None = "me@example.invalid",
    timeouts: Timeouts = USUAL,
) -> HttpDoor:
    url = server if isinstance(server, str) else server.url
    return HttpDoor(
        new_session(),
        [Service("deezer", url, requests, seconds), Service("cdn", url, 0, 1)],
        clock or FakeClock(),
        progress or RecordingProgress(),
        max_wait_seconds=max_wait_seconds,
        contact=contact,
        stop=stop or threading.Event(),
        rng=random.Random(1),
        timeouts=timeouts,
    )


@pytest.fixture
def server():
    with Misbehaving([OK]) as server:
        yield server


def test_a_reply_is_status_json_and_headers_and_the_query_arrives_as_given(server):
    reply = open_door(server).get_json("deezer", "/url", [("r", "a b"), ("r", "ü&")])
    assert (reply.status, reply.value) == (200, {"ok": True})
    assert reply.headers["content-TYPE"] == "application/json"
    assert (server.asked[0].path, server.asked[0].query) == (
        "/url",
        [("r", "a b"), ("r", "ü&")],
    )


def test_every_request_says_who_we_are_and_how_to_reach_us(server):
    open_door(server).get_json("deezer", "/")
    agent = server.asked[0].headers["user-agent"]
    assert agent == user_agent("me@example.invalid")
    assert agent.startswith("genregraph/")
    assert agent.endswith(" ( me@example.invalid )")


def test_a_contact_with_line_breaks_cannot_smuggle_a_header(server):
    open_door(server, contact="me\r\nX-Evil: 1").get_json("deezer", "/")
    assert "x-evil" not in server.asked[0].headers


def test_without_a_contact_the_user_agent_says_so():
    assert user_agent(None).endswith("( no contact set )")


def test_no_cookie_is_kept(server):
    server.script = [answer({}, Set_Cookie="id=7; Path=/"), OK]
    door = open_door(server)
    door.get_json("deezer", "/")
    door.get_json("deezer", "/")
    assert "cookie" not in server.asked[1].headers


def test_404_is_a_reply_and_its_value_is_none_unless_it_is_json(server):
    door = open_door(server)
    server.script = [answer({"error": "Not Found"}, 404), html(404)]
    assert door.get_json("deezer", "/").value == {"error": "Not Found"}
    assert door.get_json("deezer", "/").value is None
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadAnswerError),
        (401, BadCredentialsError),
        (403, BadCredentialsError),
        (418, BadAnswerError),
    ],
)
def test_another_4xx_is_an_error_at_once_and_says_what_stood_there(
    server, status, error
):
    server.script = [answer({"message": "no luck"}, status)]
    with pytest.raises(error, match=f"status {status}.*no luck"):
        open_door(server).get_json("deezer", "/artist/27")
    assert len(server.asked) == 1


def test_a_429_with_seconds_pauses_so_long_and_asks_again(server):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After="7"), OK]
    assert open_door(server, clock).get_json("deezer", "/").status == 200
    assert sum(clock.slept) == pytest.approx(7)


def test_a_429_with_a_date_pauses_until_then(server):
    clock = FakeClock()
    date = format_datetime(clock.now() + timedelta(seconds=40), usegmt=True)
    server.script = [answer({}, 429, Retry_After=date), OK]
    open_door(server, clock).get_json("deezer", "/")
    assert sum(clock.slept) == pytest.approx(40)


@pytest.mark.parametrize("header", ["-5", "soon", "", "0"])
def test_a_senseless_retry_after_pauses_a_little(server, header):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After=header), OK]
    open_door(server, clock).get_json("deezer", "/")
    assert 1 <= sum(clock.slept) <= 5


def test_one_threads_retry_after_keeps_all_threads_off():
    """In real time: 8 threads, one 429 with a second."""
    with Misbehaving([answer({}, 429, Retry_After="1"), OK]) as server:
        door = open_door(server, SystemClock())
        door_open = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            first = pool.submit(door.get_json, "deezer", "/first")
            while not server.asked:
                time.sleep(0.01)
            time.sleep(0.2)
            rest = [pool.submit(door.get_json, "deezer", "/rest") for _ in range(7)]
            assert all(f.result().status == 200 for f in [first, *rest])
        late = [asked.at for asked in server.asked if asked.path == "/rest"]
        assert min(late) >= door_open + 1


def test_a_seven_day_wait_ends_the_question_at_once_and_says_until_when(server):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After="604800")]
    door = open_door(server, clock)
    with pytest.raises(QuotaExhaustedError, match="2026-12-01 12:00 UTC") as caught:
        door.get_json("deezer", "/")
    assert caught.value.until == clock.now() + timedelta(days=7)
    assert clock.slept == []
    with pytest.raises(QuotaExhaustedError):
        door.get_json("deezer", "/another")
    assert len(server.asked) == 1


def test_a_pause_known_from_an_earlier_run_is_kept(server):
    door = open_door(server)
    door.pause("deezer", 1000)
    with pytest.raises(QuotaExhaustedError):
        door.get_json("deezer", "/")
    assert server.asked == []


def test_the_door_tells_until_when_a_service_asked_not_to_be_asked(server):
    clock = FakeClock()
    server.script = [answer({}, 429, Retry_After="100")]
    door = open_door(server, clock)
    assert door.pauses() == {}
    with pytest.raises(ThrottledError):
        door.get_json("deezer", "/")
    door.pause("deezer", 200)
    assert door.pauses() == {"deezer": clock.now() + timedelta(seconds=200)}
    clock.advance(201)
    assert door.pauses() == {}


def test_a_wait_over_a_minute_is_announced_once_with_its_end(server):
    clock, progress = FakeClock(), RecordingProgress()
    end = clock.now() + timedelta(seconds=300)
    server.script = [answer({}, 429, Retry_After="300"), OK]
    open_door(server, clock, progress=progress).get_json("deezer", "/")
    assert len(progress.waits) == 1
    what, until = progress.waits[0]
    assert "deezer" in what
    assert abs(until - end) < timedelta(seconds=1)


def test_a_wait_under_a_minute_is_not_announced(server):
    progress = RecordingProgress()
    server.script = [answer({}, 429, Retry_After="50"), OK]
    open_door(server, progress=progress).get_json("deezer", "/")
    assert progress.waits == []


def test_throttling_without_end_is_an_error_after_five_tries(server):
    server.script = [answer({}, 429, Retry_After="2")]
    with pytest.raises(ThrottledError) as caught:
        open_door(server).get_json("deezer", "/")
    assert caught.value.retry_after == 2
    assert len(server.asked) == 5


def test_the_last_request_of_listenbrainz_window_is_followed_by_a_pause(server):
    clock = FakeClock()
    last = answer([], X_RateLimit_Remaining="0", X_RateLimit_Reset_In="6")
    server.script = [last, OK]
    door = open_door(server, clock)
    assert door.get_json("deezer", "/").value == []
    assert clock.slept == []
    door.get_json("deezer", "/")
    assert sum(clock.slept) == pytest.approx(6)


def test_503s_are_tried_again_with_growing_waits(server):
    clock = FakeClock()
    server.script = [html(503)] * 5 + [OK]
    assert open_door(server, clock).get_json("deezer", "/").status == 200
    assert len(server.asked) == 6
    assert sorted(clock.slept) == clock.slept
    assert 15.5 <= sum(clock.slept) <= 31


def test_503s_without_end_are_a_transient_error(server):
    server.script = [html(503)]
    with pytest.raises(TransientError, match=r"status 503 \(6 tries\)"):
        open_door(server).get_json("deezer", "/")
    assert len(server.asked) == 6


@pytest.mark.parametrize("act", [half_a_body, half_a_chunked_body])
def test_half_a_body_is_asked_again_and_is_transient_without_end(server, act):
    server.script = [act, OK]
    assert open_door(server).get_json("deezer", "/").value == {"ok": True}
    server.script = [act]
    with pytest.raises(TransientError, match="middle of its answer"):
        open_door(server).get_json("deezer", "/")


def test_a_connection_closed_without_an_answer_is_asked_again(server):
    server.script = [hang_up, OK]
    assert open_door(server).get_json("deezer", "/").status == 200


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
def test_a_whole_body_that_is_not_json_is_asked_again_and_then_a_bad_answer(
    server, act
):
    server.script = [act, OK]
    assert open_door(server).get_json("deezer", "/").value == {"ok": True}
    server.script = [act]
    with pytest.raises(BadAnswerError, match="gave no JSON"):
        open_door(server).get_json("deezer", "/")


def test_silence_is_a_transient_error_after_three_tries(server):
    server.script = [silence]
    door = open_door(server, timeouts=Timeouts(read=0.1))
    with pytest.raises(TransientError, match=r"silent for 0.1 seconds \(3 tries\)"):
        door.get_json("deezer", "/")
    assert len(server.asked) == 3


def test_a_body_that_drips_is_given_up_although_no_single_read_times_out(server):
    server.script = [slow_body]
    clock = _RealTimeFreeSleep()
    door = open_door(server, clock, timeouts=Timeouts(read=5, whole=0.3))
    start = time.monotonic()
    with pytest.raises(TransientError, match=r"longer than 0.3 seconds \(3 tries\)"):
        door.get_json("deezer", "/")
    assert time.monotonic() - start < 5


class _RealTimeFreeSleep(SystemClock):
    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> None:
        pass


def test_nobody_listening_is_a_transient_error_with_growing_waits():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        clock = FakeClock()
        with pytest.raises(TransientError, match=r"does not answer \(4 tries\)") as e:
            open_door(url, clock).get_json("deezer", "/artist/27", {"apikey": "s3cret"})
    assert 3.5 <= sum(clock.slept) <= 7
    assert "s3cret" not in str(e.value)
    assert e.value.__cause__ is not None


def test_an_error_with_http_200_is_what_the_judge_says(server):
    """As Deezer does it: code 4."""

    def judge(reply: Reply) -> Outcome | None:
        value = reply.value
        assert isinstance(value, dict)
        if "error" in value:
            return Outcome("deezer", Trouble.THROTTLED, "quota", 5)
        return None

    clock = FakeClock()
    server.script = [answer({"error": {"code": 4}})] * 2 + [OK]
    reply = open_door(server, clock).get_json("deezer", "/", judge=judge)
    assert reply.value == {"ok": True}
    assert sum(clock.slept) == pytest.approx(10)


def test_a_redirect_is_followed_and_its_requests_are_counted(server):
    server.acts_by_path = {"/old": [redirect("/new")]}
    door = open_door(server)
    assert door.get_json("deezer", "/old", {"q": "1"}).value == {"ok": True}
    assert [a.path for a in server.asked] == ["/old", "/new"]
    assert door.traffic()["deezer"].sent == 2


def test_a_redirect_loop_ends_after_three(server):
    server.script = [redirect("/round")]
    with pytest.raises(BadAnswerError, match="redirects more than 3 times"):
        open_door(server).get_json("deezer", "/")
    assert len(server.asked) == 4


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://x/", "http://[x", ""])
def test_a_redirect_out_of_the_web_is_not_followed(server, where):
    server.script = [redirect(where)]
    with pytest.raises(BadAnswerError, match="redirects"):
        open_door(server).get_json("deezer", "/")


def test_stop_ends_a_wait_for_a_pause_at_once():
    stop = threading.Event()
    with Misbehaving([answer({}, 429, Retry_After="600")]) as server:
        door = open_door(server, SystemClock(), stop=stop)
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(door.get_json, "deezer", "/") for _ in range(4)]
            while not server.asked:
                time.sleep(0.01)
            time.sleep(0.1)
            start = time.monotonic()
            stop.set()
            for future in waiting:
                with pytest.raises(StoppedError):
                    future.result()
        assert time.monotonic() - start < 2


def test_stop_ends_a_wait_before_a_second_try(server):
    stop = threading.Event()
    server.script = [html(503)]
    door = open_door(server, SystemClock(), stop=stop)
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(StoppedError):
        door.get_json("deezer", "/")


def test_nothing_is_sent_once_stop_is_set(server):
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        open_door(server, stop=stop).get_json("deezer", "/")
    assert server.asked == []


def test_traffic_counts_requests_and_second_tries_per_service(server):
    server.script = [html(500), html(500), OK]
    door = open_door(server)
    door.get_json("deezer", "/")
    door.get_json("deezer", "/")
    assert (door.traffic()["deezer"].sent, door.traffic()["deezer"].retried) == (4, 2)
    assert door.traffic()["cdn"].sent == 0


def test_sixteen_threads_share_one_pace_at_the_server():
    with Misbehaving([OK]) as server:
        door = open_door(server, SystemClock(), requests=20, seconds=0.5)
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: door.get_json("deezer", "/"), range(70)))
        times = sorted(asked.at for asked in server.asked)
    assert all(b - a >= 0.5 for a, b in zip(times, times[20:], strict=False))
    assert 69 / (times[-1] - times[0]) >= 0.8 * 40


def test_an_unknown_service_is_a_setting_that_is_missing(server):
    with pytest.raises(SettingsError, match="spotify"):
        open_door(server).get_json("spotify", "/")


def test_text_is_read_as_text_and_html_is_not_text(server):
    server.script = [answer("é\nb\n".encode(), content_type="text/plain")]
    assert open_door(server).get_text("deezer", "/genre/all") == "é\nb\n"
    server.script = [html(200)]
    with pytest.raises(BadAnswerError, match="no plain text"):
        open_door(server).get_text("deezer", "/genre/all")


def test_a_file_comes_with_its_content_type_and_bytes(server):
    server.script = [answer(b"ID3...", content_type="audio/mpeg; x=1")]
    door = open_door(server)
    file = door.get_bytes(server.url + "/a.mp3", service="cdn", limit_bytes=100)
    assert (file.status, file.content_type, file.body) == (200, "audio/mpeg", b"ID3...")
    assert door.traffic()["cdn"].sent == 1
    assert door.traffic()["deezer"].sent == 0


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_dead_link_is_a_value_without_a_body_and_not_tried_again(server, status):
    server.script = [html(status)]
    door = open_door(server)
    file = door.get_bytes(server.url + "/a.mp3", service="cdn", limit_bytes=100)
    assert (file.status, file.body) == (status, b"")
    assert len(server.asked) == 1


def test_a_file_over_the_limit_is_not_read_to_its_end(server):
    server.script = [answer(b"x" * 1000, content_type="audio/mpeg")]
    with pytest.raises(BadAnswerError, match="longer than 999 bytes"):
        open_door(server).get_bytes(server.url, service="cdn", limit_bytes=999)


@pytest.mark.parametrize("url", ["nonsense", "file:///etc/passwd", "http://[x/", ""])
def test_an_address_that_is_none_is_a_bad_answer(server, url):
    with pytest.raises(BadAnswerError):
        open_door(server).get_bytes(url, service="cdn", limit_bytes=9)


def test_a_messages_address_shows_neither_query_nor_password(server):
    server.script = [answer({}, 400)]
    door = open_door(server.url.replace("//", "//me:s3cret@"))
    with pytest.raises(BadAnswerError) as caught:
        door.get_json("deezer", "/x", {"api_key": "s3cret"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_loopback_address_is_asked_past_any_proxy(server, name, monkeypatch):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert open_door(server).get_json("deezer", "/").status == 200
    by_name = server.url.replace("127.0.0.1", "localhost")
    assert open_door(by_name).get_json("deezer", "/").status == 200


def test_other_addresses_are_asked_through_the_environments_proxy(server, monkeypatch):
    monkeypatch.setenv("http_proxy", server.url)
    door = open_door("http://api.example.invalid")
    assert door.get_json("deezer", "/artist/27").status == 200
    assert server.asked[0].headers["host"] == "api.example.invalid"


def test_a_proxy_that_does_not_answer_is_named_without_its_password(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://me:s3cret@127.0.0.1:9")
    with pytest.raises(
        TransientError, match=r"through http://127\.0\.0\.1:9"
    ) as caught:
        open_door("http://api.example.invalid").get_json("deezer", "/")
    assert "s3cret" not in str(caught.value)
    assert proxy_for("http://api.example.invalid") == "http://127.0.0.1:9"
    assert proxy_for("http://127.0.0.1:1") is None


def test_netrc_is_never_read(server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    open_door(server).get_json("deezer", "/")
    assert "authorization" not in server.asked[0].headers
