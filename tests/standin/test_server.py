"""The stand-in as a server: connections, faults, stopping, and its command."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from crawler.standin import faults
from crawler.standin.faults import Fault
from crawler.standin.server import serve
from crawler.standin.world.files import write_world
from crawler.standin.world.generator import bundled_world, make_world

WORLD = bundled_world()
ARTIST = next(iter(WORLD.artists))


def with_fault(wrong: Fault):
    """A schedule in which only the first request to Deezer has a fault."""

    def schedule(service: str, path: str, number: int) -> Fault | None:
        return wrong if (service, number) == ("deezer", 1) else None

    return schedule


def test_pipelined_requests(session) -> None:
    with serve(WORLD, limits=False) as standin:
        port = int(standin.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            line = f"GET /deezer/artist/{ARTIST} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            client.sendall(line * 3)  # all at once
            text = b""
            while text.count(b'"type":"artist"}') < 3:
                text += client.recv(65_536)
        assert text.count(b"HTTP/1.1 200 OK") == 3


def test_head_has_no_body() -> None:
    with serve(WORLD) as standin:
        port = int(standin.url.rpartition(":")[2])
        line = f"HEAD /deezer/artist/{ARTIST} HTTP/1.1\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(line.encode())
            with client.makefile("rb") as answer:
                head, _, body = answer.read().partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK")
        assert b"Content-Length: 0" not in head
        assert body == b""


def test_request_after_one_with_a_body(session) -> None:
    with serve(WORLD) as standin:
        url = f"{standin.deezer_url}/artist/{ARTIST}"
        assert session.post(url, data="x" * 100_000).status_code == 405
        assert session.get(url).json()["id"] == ARTIST


def test_pipelined_request_after_a_body() -> None:
    with serve(WORLD) as standin:
        port = int(standin.url.rpartition(":")[2])
        post = (
            b"POST /accounts/api/token HTTP/1.1\r\nContent-Length: 9\r\n\r\nsome=body"
        )
        line = f"GET /deezer/artist/{ARTIST} HTTP/1.1\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(post + line.encode())
            with client.makefile("rb") as answers:
                text = answers.read()
        assert text.startswith(b"HTTP/1.1 400")
        assert f'"id":{ARTIST},'.encode() in text


def test_connection_without_http_is_closed() -> None:
    with serve(WORLD) as standin:
        port = int(standin.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(b"hello\r\n\r\n")
            assert client.recv(10) == b""


def test_long_target_is_refused(session) -> None:
    with serve(WORLD) as standin:
        mbids = ",".join(list(WORLD.entries)[:300])
        url = f"{standin.listenbrainz_url}/1/metadata/artist/?inc=tag&artist_mbids={mbids}"
        assert session.get(url).status_code == 414


def test_server_answers_without_stalls() -> None:
    with serve(WORLD, limits=False) as standin:
        port = int(standin.url.rpartition(":")[2])
        line = f"GET /deezer/artist/{ARTIST} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", port)) as client:
            began = time.perf_counter()
            for _ in range(500):
                client.sendall(line)
                while not client.recv(65_536).endswith(b"}"):
                    pass
            rate = 500 / (time.perf_counter() - began)
    # A stall of 40 ms per reply would give 25; the margin allows for busy machines.
    assert rate > 100


def test_server_stops_with_open_connections(session) -> None:
    with serve(WORLD, faults=with_fault(faults.slow(60))) as standin:
        port = int(standin.url.rpartition(":")[2])
        idle = socket.create_connection(("127.0.0.1", port))
        url = f"{standin.deezer_url}/artist/{ARTIST}"

        def wait() -> None:
            with suppress(requests.ConnectionError):  # or the reply still arrives
                session.get(url)

        waiting = threading.Thread(target=wait)
        waiting.start()
        while not standin.counts()["deezer"]:
            time.sleep(0.01)
        began = time.perf_counter()
    assert time.perf_counter() - began < 10
    idle.close()
    waiting.join(5)
    with pytest.raises(requests.ConnectionError):
        session.get(url)


def test_latency_delays_each_reply(session) -> None:
    with serve(WORLD, latency=0.1) as standin:
        began = time.perf_counter()
        for _ in range(3):
            session.get(f"{standin.deezer_url}/artist/{ARTIST}")
        assert time.perf_counter() - began >= 0.3


REPLACED = [
    (faults.too_many(7), 429, "Retry-After", "7"),
    (
        faults.too_many_until(1_790_000_000),
        429,
        "Retry-After",
        "Mon, 21 Sep 2026 14:13:20 GMT",
    ),
    (faults.UNAVAILABLE, 503, "Content-Type", "application/json; charset=utf-8"),
    (faults.BROKEN, 500, "Content-Type", "text/html; charset=utf-8"),
    (faults.HTML, 200, "Content-Type", "text/html; charset=utf-8"),
    (faults.WRONG_SHAPE, 200, "Content-Type", "application/json; charset=utf-8"),
]


@pytest.mark.parametrize(("wrong", "status", "header", "value"), REPLACED)
def test_fault_replaces_one_reply(wrong, status, header, value, session) -> None:
    with serve(WORLD, faults=with_fault(wrong)) as standin:
        url = f"{standin.deezer_url}/artist/{ARTIST}"
        first, second = session.get(url), session.get(url)
        assert (first.status_code, first.headers[header]) == (status, value)
        assert '"name"' not in first.text
        assert second.json()["id"] == ARTIST
        assert [asked.status for asked in standin.requests] == [status, 200]


def test_half_body_is_an_incomplete_read(session) -> None:
    with serve(WORLD, faults=with_fault(faults.HALF_BODY)) as standin:
        url = f"{standin.deezer_url}/artist/{ARTIST}"
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            session.get(url)
        assert session.get(url).json()["id"] == ARTIST


def test_silence_closes_the_connection(session) -> None:
    with serve(WORLD, faults=with_fault(faults.SILENCE)) as standin:
        url = f"{standin.deezer_url}/artist/{ARTIST}"
        with pytest.raises(requests.ConnectionError):
            session.get(url)
        assert standin.requests[0].status == 0
        assert session.get(url).json()["id"] == ARTIST


def test_slow_reply_is_delayed(session) -> None:
    with serve(WORLD, faults=with_fault(faults.slow(0.2))) as standin:
        began = time.perf_counter()
        url = f"{standin.deezer_url}/artist/{ARTIST}"
        assert session.get(url).json()["id"] == ARTIST
        assert time.perf_counter() - began >= 0.2


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "crawler.standin", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )


def addresses(process: subprocess.Popen[str]) -> dict[str, str]:
    lines = [process.stdout.readline().strip() for _ in range(7)]
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_command_prints_addresses_and_statistics(
    ending, session, tmp_path: Path
) -> None:
    write_world(make_world(60, seed=1), tmp_path)
    log = tmp_path / "log.jsonl"
    with started("--world", str(tmp_path), "--no-limits", "--log", str(log)) as process:
        urls = addresses(process)
        assert list(urls) == [
            "GENREGRAPH_DEEZER_URL",
            "GENREGRAPH_MUSICBRAINZ_URL",
            "GENREGRAPH_LISTENBRAINZ_URL",
            "GENREGRAPH_SPOTIFY_URL",
            "GENREGRAPH_SPOTIFY_TOKEN_URL",
            "SPOTIPY_CLIENT_ID",
            "SPOTIPY_CLIENT_SECRET",
        ]
        for _ in range(60):
            answer = session.get(f"{urls['GENREGRAPH_DEEZER_URL']}/artist/900000001")
            assert answer.json()["id"] == 900_000_001
        process.send_signal(ending)
        out, statistics = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert json.loads(statistics)["deezer"]["busiest_window"] == 60
    assert len(log.read_text().splitlines()) == 60


def test_command_writes_a_world(tmp_path: Path) -> None:
    with started(
        "--world", "80", "--families", "metal-20", "--write", str(tmp_path)
    ) as p:
        p.communicate(timeout=20)
    assert p.returncode == 0
    assert len((tmp_path / "artists.jsonl").read_text().splitlines()) == 80
