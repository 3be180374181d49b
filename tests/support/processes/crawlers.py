"""Crawlers of one store in separate processes that tests stop, wake and kill.

The User-Agent of a request holds the process id of the crawler that sent it.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.standin import limits
from crawler.standin.limits import BusiestWindow, Limit
from graph.store import Store
from tests.support.project import ROOT

LIMITS: Mapping[str, Limit] = {
    "deezer": limits.DEEZER,
    "musicbrainz": limits.MUSICBRAINZ,
    "listenbrainz": limits.LISTENBRAINZ,
}
_QUESTION = re.compile(r"/artist/(\d+)/(related|top)\b")
_QUESTIONS = {"related": "related", "top": "tracks"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as the stand-in saw it; `time` in seconds since 1970."""

    time: float
    service: str
    path: str
    pid: int


def sent(requests: Sequence[object]) -> list[Sent]:
    """The requests that a stand-in has seen, by time."""
    found = [
        Sent(one.time, one.service, one.path, int(re.search(r"(\d+)@", one.agent)[1]))
        for one in requests
    ]
    return sorted(found, key=lambda one: one.time)


def busiest(requests: Sequence[Sent], service: str, since: float = 0) -> int:
    """The most requests in any window of a service that ends after `since`."""
    window = BusiestWindow(LIMITS[service].seconds)
    for one in requests:
        if one.service == service and one.time > since - window.seconds:
            window.add(one.time)
    return window.most


def questions(requests: Sequence[Sent]) -> list[tuple[str, str]]:
    """The requests about single artists: (artist, question)."""
    found = (_QUESTION.search(one.path) for one in requests)
    return [(f"deezer:{one[1]}", _QUESTIONS[one[2]]) for one in found if one]


def answered(store: Store) -> set[tuple[str, str]]:
    """What is committed about single artists: (artist, question)."""
    return {
        (known.id, question)
        for known in store.snapshot().artists
        for question in _QUESTIONS.values()
        if getattr(known, question).answered
    }


class CrawlerProcess:
    """`tests.support.processes.crawl_process` on a store, beside others."""

    def __init__(
        self,
        recipe: Path,
        uri: str,
        log: Path,
        services: Mapping[str, str],
        *options: str,
    ) -> None:
        self._log = log
        module = [sys.executable, "-m", "tests.support.processes.crawl_process"]
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                [*module, str(recipe), uri, *options],
                cwd=ROOT,
                env={**os.environ, **services},
                stderr=stderr,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    def is_named(self, name: str) -> bool:
        """Whether a crawler of this name is this process."""
        return f"-{self.pid}-" in name

    def signal(self, *numbers: int) -> float:
        """Send signals, and return the time."""
        for number in numbers:
            self.process.send_signal(number)
        return time.time()

    def hold_and_freeze(self, seconds: float = 1.5) -> float:
        """Hold threads between permit and sending, stop the process, and return the time."""
        self.signal(signal.SIGUSR1)
        time.sleep(seconds)
        return self.signal(signal.SIGSTOP)

    def wake(self) -> float:
        """Continue the process, let its threads send, and return the time."""
        return self.signal(signal.SIGUSR2, signal.SIGCONT)

    def lines(self) -> list[str]:
        """Its stderr so far."""
        return self._log.read_text(encoding="utf-8", errors="replace").splitlines()


@contextmanager
def crawlers(
    folder: Path, recipe: Path, services: Mapping[str, str], *options: str
) -> Iterator[Callable[..., CrawlerProcess]]:
    """Starts crawlers; all of them end with the block at the latest."""
    started: list[CrawlerProcess] = []

    def start(uri: str, *more: str) -> CrawlerProcess:
        log = folder / f"crawler-{len(started)}.err"
        one = CrawlerProcess(recipe, uri, log, services, *options, *more)
        started.append(one)
        return one

    try:
        yield start
    finally:
        for one in started:
            one.process.kill()
            one.process.wait()


def until(
    happened: Callable[[], object], *alive: CrawlerProcess, seconds: float = 120
) -> None:
    """Wait for a condition, and check that none of these processes ends before it."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, [one.lines()[-5:] for one in alive]
        for one in alive:
            assert one.process.poll() in {None, 0}, one.lines()[-5:]
        time.sleep(0.05)


def active(store: Store, *among: CrawlerProcess) -> CrawlerProcess | None:
    """The one of these crawlers that is active."""
    now = store.lease().active
    if now is None or not now.is_live:
        return None
    return next((one for one in among if one.is_named(now.name)), None)


def first_after(requests: Sequence[Sent], moment: float, *by: CrawlerProcess) -> Sent:
    """The first request after a moment that one of these sent."""
    pids = {one.pid for one in by}
    return next(one for one in requests if one.time > moment and one.pid in pids)
