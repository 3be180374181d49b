"""Rate limits and counts of the stand-in, and the lifetime of its preview links."""

import itertools
import json
import re
import threading
from pathlib import Path

import pytest

from crawler.standin import limits
from crawler.standin.limits import BusiestWindow, FixedWindow, SlidingWindow
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world

WORLD = bundled_world()
ARTIST = next(a for a in WORLD.artists.values() if a.mbid)
TRACK = next(t for t in WORLD.tracks.values() if t.has_preview and not t.fault)


@pytest.fixture
def standin(clock):
    with serve(WORLD, now=clock) as running:
        yield running


def test_deezer_limit(standin, session, clock) -> None:
    url = f"{standin.deezer_url}/artist/{ARTIST.id}"
    answers = [session.get(url) for _ in range(51)]
    assert all("id" in answer.json() for answer in answers[:50])
    assert answers[50].status_code == 200
    assert answers[50].json()["error"]["code"] == 4
    clock.now += 4.99
    assert "error" in session.get(url).json()
    clock.now += 0.01
    assert "id" in session.get(url).json()


def test_musicbrainz_limit(standin, session, clock) -> None:
    url = f"{standin.musicbrainz_url}/ws/2/genre/all?fmt=txt"
    statuses = []
    for wait in (0.0, 0.5, 0.49, 0.01, 1.0):
        clock.now += wait
        statuses.append(session.get(url).status_code)
    assert statuses == [200, 503, 503, 200, 200]


def test_listenbrainz_limit_and_headers(standin, session, clock) -> None:
    url = f"{standin.listenbrainz_url}/1/metadata/artist/?artist_mbids={ARTIST.mbid}"
    first = session.get(url)
    assert first.headers["X-RateLimit-Limit"] == "30"
    assert first.headers["X-RateLimit-Remaining"] == "29"
    assert first.headers["X-RateLimit-Reset-In"] == "10"
    clock.now += 7.0
    answers = [session.get(url) for _ in range(30)]
    assert [a.status_code for a in answers] == [200] * 29 + [429]
    assert answers[-1].headers["X-RateLimit-Remaining"] == "0"
    assert answers[-1].headers["X-RateLimit-Reset-In"] == "3"
    clock.now += 3.0
    assert session.get(url).status_code == 200


def test_without_limits_all_requests_are_admitted_and_counted(session, clock) -> None:
    with serve(WORLD, limits=False, now=clock) as standin:
        url = f"{standin.deezer_url}/artist/{ARTIST.id}"
        assert all("id" in session.get(url).json() for _ in range(70))
        assert standin.busiest("deezer") == 70


def test_busiest_window_at_any_offset() -> None:
    # At most 3 in seconds 0-5 and 5-10, but 6 in the five seconds from 3.0 on.
    moments = [0.0, 3.5, 4.9, 5.1, 5.2, 6.0, 7.9, 12.0]
    busiest = BusiestWindow(5.0)
    for moment in moments:
        busiest.add(moment)
    by_hand = max(
        sum(1 for other in moments if moment - 5.0 < other <= moment)
        for moment in moments
    )
    assert busiest.most == by_hand == 6


def test_window_excludes_its_start() -> None:
    busiest = BusiestWindow(1.0)
    for moment in (0.0, 1.0, 2.0):
        busiest.add(moment)
    assert busiest.most == 1


def test_refused_requests_are_counted(standin, session, clock) -> None:
    url = f"{standin.musicbrainz_url}/ws/2/genre/all?fmt=txt"
    for _ in range(3):
        session.get(url)
    assert standin.busiest("musicbrainz") == 3
    assert standin.counts() == {
        "deezer": 0,
        "musicbrainz": 3,
        "listenbrainz": 0,
        "spotify": 0,
        "accounts": 0,
        "preview": 0,
    }
    assert standin.stats()["musicbrainz"]["by_status"] == {"200": 1, "503": 2}


def test_statistics_are_served_but_not_counted(standin, session) -> None:
    session.get(f"{standin.deezer_url}/artist/{ARTIST.id}")
    for _ in range(2):
        stats = session.get(f"{standin.url}/standin/stats").json()
    assert stats["deezer"] == {
        "requests": 1,
        "by_status": {"200": 1},
        "busiest_window": 1,
        "window_seconds": 5.0,
    }
    assert sum(service["requests"] for service in stats.values()) == 1


def test_requests_are_logged(session, clock, tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with serve(WORLD, now=clock, log=log) as standin:
        session.get(f"{standin.deezer_url}/artist/{ARTIST.id}/related?limit=3")
        session.get(f"{standin.listenbrainz_url}/nothing")
        asked = standin.requests
    path = f"/artist/{ARTIST.id}/related?limit=3"
    assert [(a.service, a.path, a.status) for a in asked] == [
        ("deezer", path, 200),
        ("listenbrainz", "/nothing", 404),
    ]
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    first = {"time": clock.START, "service": "deezer", "path": path, "status": 200}
    assert {name: rows[0][name] for name in first} == first
    assert rows[0]["agent"]


@pytest.mark.parametrize("kind", [SlidingWindow, FixedWindow])
def test_limiter_is_thread_safe(kind) -> None:
    gate, tickets, admitted = kind(limits.LISTENBRAINZ), itertools.count(), []

    def ask() -> None:
        while next(tickets) < 400:
            admitted.append(gate.admit(0.0).admitted)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(admitted) == 30


def preview(standin, session) -> str:
    return session.get(f"{standin.deezer_url}/track/{TRACK.id}").json()["preview"]


def test_preview_link_expires_after_900_seconds(standin, session, clock) -> None:
    clock.now += 0.7
    link = preview(standin, session)
    assert re.search(r"hdnea=exp=(\d+)~", link)[1] == str(int(clock.START) + 900)
    clock.now = clock.START + 900.0
    assert session.get(link).status_code == 200
    clock.now = clock.START + 900.1
    assert session.get(link).status_code == 403


def test_preview_link_with_wrong_signature(standin, session, clock) -> None:
    link = preview(standin, session)
    later = link.replace(
        f"exp={int(clock.START) + 900}", f"exp={int(clock.START) + 9000}"
    )
    other = link.replace(f"{TRACK.id:032x}", f"{TRACK.id + 1:032x}")
    for wrong in (later, other, link.partition("?")[0]):
        assert session.get(wrong).status_code == 403


def test_each_reply_has_a_new_preview_link(standin, session, clock) -> None:
    first = preview(standin, session)
    clock.now += 60
    assert preview(standin, session) != first
    mute = next(t for t in WORLD.tracks.values() if not t.has_preview)
    row = session.get(f"{standin.deezer_url}/track/{mute.id}").json()
    assert (row["preview"], row["readable"]) == ("", False)


def test_previews_support_head_and_ranges(standin, session) -> None:
    link = preview(standin, session)
    whole = session.get(link)
    assert whole.headers["Content-Type"] == "audio/mpeg"
    asked = session.head(link)
    assert (asked.content, asked.headers["Content-Length"]) == (
        b"",
        str(len(whole.content)),
    )
    for wanted, part in (
        ("bytes=10-19", whole.content[10:20]),
        ("bytes=1000-", whole.content[1000:]),
        ("bytes=-7", whole.content[-7:]),
    ):
        answer = session.get(link, headers={"Range": wanted})
        assert (answer.status_code, answer.content) == (206, part)
    beyond = session.get(link, headers={"Range": f"bytes={len(whole.content)}-"})
    assert beyond.status_code == 416
