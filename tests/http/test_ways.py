"""The HTTP client: redirects, stopping, files, proxies and secrets."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from crawler.clock import SystemClock
from crawler.errors import (
    BadAnswerError,
    SettingsError,
    StoppedError,
    TransientError,
)
from crawler.http.rate_limiter import Permit
from crawler.http.transport import Request, proxy_for
from tests.support.servers.faulty_source import (
    FaultySource,
    answer,
    hang_up,
    html,
    redirect,
)
from tests.support.servers.http_client import OK, make_client


@pytest.fixture
def server():
    with FaultySource([OK]) as server:
        yield server


def test_a_redirect_is_followed_and_its_requests_are_counted(server):
    server.acts_by_path = {"/old": [redirect("/new")]}
    client = make_client(server)
    assert client.get_json("deezer", "/old", {"q": "1"}).value == {"ok": True}
    assert [a.path for a in server.requests] == ["/old", "/new"]
    assert client.request_counts()["deezer"].sent == 2


def test_a_redirect_loop_ends_after_three(server):
    server.script = [redirect("/round")]
    with pytest.raises(BadAnswerError, match="redirects more than 3 times"):
        make_client(server).get_json("deezer", "/")
    assert len(server.requests) == 4


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://x/", "http://[x", ""])
def test_a_redirect_to_another_scheme_is_not_followed(server, where):
    server.script = [redirect(where)]
    with pytest.raises(BadAnswerError, match="redirects"):
        make_client(server).get_json("deezer", "/")


def test_stop_ends_a_wait_for_a_pause_at_once():
    stop = threading.Event()
    with FaultySource([answer({}, 429, Retry_After="600")]) as server:
        client = make_client(server, SystemClock(), stop=stop)
        with ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(client.get_json, "deezer", "/") for _ in range(4)]
            while not server.requests:
                time.sleep(0.01)
            time.sleep(0.1)
            start = time.monotonic()
            stop.set()
            for future in waiting:
                with pytest.raises(StoppedError):
                    future.result()
        assert time.monotonic() - start < 2


def test_stop_ends_a_wait_before_a_retry(server):
    stop = threading.Event()
    server.script = [html(503)]
    client = make_client(server, SystemClock(), stop=stop)
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(StoppedError):
        client.get_json("deezer", "/")


def test_nothing_is_sent_once_stop_is_set(server):
    stop = threading.Event()
    stop.set()
    with pytest.raises(StoppedError):
        make_client(server, stop=stop).get_json("deezer", "/")
    assert server.requests == []


def test_requests_and_retries_are_counted_per_service(server):
    server.script = [html(500), html(500), OK]
    client = make_client(server)
    client.get_json("deezer", "/")
    client.get_json("deezer", "/")
    assert (
        client.request_counts()["deezer"].sent,
        client.request_counts()["deezer"].retried,
    ) == (
        4,
        2,
    )
    assert client.request_counts()["cdn"].sent == 0


class Watched:
    """A rate limiter without a limit that records its calls."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.was_sent = threading.Event()

    def acquire(self) -> Permit:
        self.events.append("acquired")
        return Permit(0.0)

    def sent(self, permit: Permit) -> None:
        del permit
        self.events.append("sent")
        self.was_sent.set()

    def settled(self, permit: Permit) -> None:
        del permit
        if self.events[-1] != "settled":
            self.events.append("settled")

    def pause(self, seconds: float) -> None:
        raise AssertionError(seconds)

    def paused_for(self) -> float:
        return 0.0


class OverWhenSending:
    """A lease that is valid when a permit is given, and the first times over at sending."""

    def __init__(self, times: int) -> None:
        self._valid = iter([True, False] * times + [True, True])

    def is_valid(self) -> bool:
        return next(self._valid)


def test_a_request_with_an_expired_permit_waits_for_another(server):
    limiter, lease = Watched(), OverWhenSending(times=2)
    client = make_client(server, rate_limiter=lambda *_: limiter, lease=lease)
    assert client.get_json("deezer", "/").value == {"ok": True}
    assert len(server.requests) == 1
    assert client.request_counts()["deezer"].sent == 1
    assert limiter.events == ["acquired", "settled"] * 2 + [
        "acquired",
        "sent",
        "settled",
    ]


def test_a_request_is_reported_as_sent_before_the_service_answers(server):
    limiter = Watched()

    def answers_once_told(handler) -> None:
        answer({"told": limiter.was_sent.wait(5)})(handler)

    server.script = [answers_once_told]
    client = make_client(server, rate_limiter=lambda *_: limiter)
    assert client.get_json("deezer", "/").value == {"told": True}


def test_a_connect_to_a_proxy_does_not_count_as_the_request(server, monkeypatch):
    monkeypatch.setenv("https_proxy", server.url)
    server.script = [hang_up]
    limiter = Watched()
    with pytest.raises(TransientError):
        make_client(
            "https://api.example.invalid", rate_limiter=lambda *_: limiter
        ).get_json("deezer", "/")
    assert server.requests
    assert set(limiter.events) == {"acquired", "settled"}


def test_a_form_is_sent_completely_with_one_permit(server):
    limiter = Watched()
    client = make_client(server, rate_limiter=lambda *_: limiter)
    form = {"grant_type": "x" * 70_000}
    sending = Request(server.url + "/token", method="POST", form=form)
    assert client.send("deezer", sending).status == 200
    assert limiter.events == ["acquired", "sent", "settled"]
    assert len(server.requests[0].body) > 70_000


def test_sixteen_threads_share_one_rate_limit():
    with FaultySource([OK]) as server:
        client = make_client(server, SystemClock(), requests=20, seconds=0.5)
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: client.get_json("deezer", "/"), range(70)))
        times = sorted(asked.at for asked in server.requests)
    assert all(b - a >= 0.5 for a, b in zip(times, times[20:], strict=False))
    assert 69 / (times[-1] - times[0]) >= 0.8 * 40


def test_an_unknown_service_is_a_missing_setting(server):
    with pytest.raises(SettingsError, match="spotify"):
        make_client(server).get_json("spotify", "/")


def test_text_is_read_as_text_and_html_is_not_text(server):
    server.script = [answer("é\nb\n".encode(), content_type="text/plain")]
    assert make_client(server).get_text("deezer", "/genre/all") == "é\nb\n"
    server.script = [html(200)]
    with pytest.raises(BadAnswerError, match="not plain text"):
        make_client(server).get_text("deezer", "/genre/all")


def test_a_file_comes_with_its_content_type_and_bytes(server):
    server.script = [answer(b"ID3...", content_type="audio/mpeg; x=1")]
    client = make_client(server)
    file = client.get_bytes(server.url + "/a.mp3", service="cdn", limit_bytes=100)
    assert (file.status, file.content_type, file.body) == (200, "audio/mpeg", b"ID3...")
    assert client.request_counts()["cdn"].sent == 1
    assert client.request_counts()["deezer"].sent == 0


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_dead_link_is_a_value_without_a_body_and_not_retried(server, status):
    server.script = [html(status)]
    client = make_client(server)
    file = client.get_bytes(server.url + "/a.mp3", service="cdn", limit_bytes=100)
    assert (file.status, file.body) == (status, b"")
    assert len(server.requests) == 1


def test_a_file_over_the_limit_is_not_read_to_its_end(server):
    server.script = [answer(b"x" * 1000, content_type="audio/mpeg")]
    with pytest.raises(BadAnswerError, match="longer than 999 bytes"):
        make_client(server).get_bytes(server.url, service="cdn", limit_bytes=999)


@pytest.mark.parametrize("url", ["nonsense", "file:///etc/passwd", "http://[x/", ""])
def test_an_invalid_url_is_a_bad_answer(server, url):
    with pytest.raises(BadAnswerError):
        make_client(server).get_bytes(url, service="cdn", limit_bytes=9)


def test_urls_in_messages_show_neither_query_nor_password(server):
    server.script = [answer({}, 400)]
    client = make_client(server.url.replace("//", "//me:s3cret@"))
    with pytest.raises(BadAnswerError) as caught:
        client.get_json("deezer", "/x", {"api_key": "s3cret"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_loopback_address_is_requested_without_a_proxy(server, name, monkeypatch):
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert make_client(server).get_json("deezer", "/").status == 200
    by_name = server.url.replace("127.0.0.1", "localhost")
    assert make_client(by_name).get_json("deezer", "/").status == 200


def test_other_addresses_are_requested_through_the_proxy_of_the_environment(
    server, monkeypatch
):
    monkeypatch.setenv("http_proxy", server.url)
    client = make_client("http://api.example.invalid")
    assert client.get_json("deezer", "/artist/27").status == 200
    assert server.requests[0].headers["host"] == "api.example.invalid"


def test_a_proxy_that_does_not_answer_is_named_without_its_password(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://me:s3cret@127.0.0.1:9")
    with pytest.raises(
        TransientError, match=r"through http://127\.0\.0\.1:9"
    ) as caught:
        make_client("http://api.example.invalid").get_json("deezer", "/")
    assert "s3cret" not in str(caught.value)
    assert proxy_for("http://api.example.invalid") == "http://127.0.0.1:9"
    assert proxy_for("http://127.0.0.1:1") is None


def test_netrc_is_never_read(server, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    make_client(server).get_json("deezer", "/")
    assert "authorization" not in server.requests[0].headers
