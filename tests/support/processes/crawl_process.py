"""A crawl in a process of its own that may kill itself (SIGKILL) at a given point.

`python -m tests.support.processes.crawl_process RECIPE STORE [--kill EVENT:N] [--threads N]
[--limits] [--lease SECONDS] [--send SECONDS]`; the services' addresses come from the
environment, and it sends without limits unless `--limits` asks for the services' own. With a
lease other crawlers may be active in the store; else it is the only one. Events: `seeds`,
`genres`, `related`, `tracks` (the commit that brings the results of that kind in this process
to N), `plan` (round N planned, nothing requested), `close` (round N answered, not closed).

SIGUSR1 holds back requests that have their permit before they are sent; SIGUSR2 releases
them. What it reports goes to stderr, its exit status is the program's.
"""

import argparse
import os
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from crawler.cli.crawl import new_crawler
from crawler.cli.crawl_summary import say_end
from crawler.cli.error_messages import describe
from crawler.cli.session import stop_on_interrupt
from crawler.cli.wiring import make_source_roles, services_in_force
from crawler.clock import SystemClock
from crawler.config.schema import ServiceSettings
from crawler.config.settings import Settings
from crawler.console.progress import QuietProgress
from crawler.crawl.context import CrawlContext
from crawler.crawl.engine import Ended, crawl
from crawler.http.client import HttpClient, new_session
from crawler.http.connection import PermitAdapter
from crawler.http.send_lease import SendLease
from crawler.recipe.loader import read_recipe
from graph.bolt.reconnect import ReconnectPolicy
from graph.opening import StoreSettings, open_configured_store

NO_LIMIT = {"requests": 1_000_000, "seconds": 1}


class HeldAdapter(PermitAdapter):
    """Holds back requests that already have their permit, from one signal to the next."""

    free = threading.Event()

    def send(self, *given, **named):
        self.free.wait()
        return super().send(*given, **named)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class MortalStore:
    """Hands everything to a store, and kills the process at its point."""

    def __init__(self, store, event: str, number: int) -> None:
        self._store = store
        self._event = event
        self._number = number
        self._committed: Counter[str] = Counter()

    def __getattr__(self, name: str):
        return getattr(self._store, name)

    def commit(self, answers, **named):
        self._store.commit(answers, **named)
        self._committed.update(answer.item.kind for answer in answers)
        if self._committed[self._event] >= self._number > 0:
            die()

    def commit_plan(self, plan, **named):
        self._store.commit_plan(plan, **named)
        if self._event == "plan" and plan.round >= self._number:
            die()

    def close_round(self, number: int, depths, **named):
        if self._event == "close" and number >= self._number:
            die()
        self._store.close_round(number, depths, **named)


def services(rate: Mapping[str, int]) -> dict[str, ServiceSettings]:
    names = ("deezer", "musicbrainz", "listenbrainz")
    return {
        name: ServiceSettings(os.environ[f"GENREGRAPH_{name.upper()}_URL"], **rate)
        for name in names
    }


def store_settings(where: str) -> StoreSettings:
    if "://" in where:
        user, password = os.environ.get("U"), os.environ.get("P")
        return StoreSettings(where, user, password, None, Path())
    return StoreSettings(None, None, None, None, Path(where))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("recipe", type=Path)
    parser.add_argument("store")
    parser.add_argument("--kill", default="never:0")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--lease", type=float, default=0)
    parser.add_argument("--send", type=float, default=8)
    parser.add_argument("--wait", type=float, default=120)
    parser.add_argument("--no-standby", action="store_true")
    return parser.parse_args()


def held_session():
    """A session whose requests are held back and released by signals."""
    HeldAdapter.free.set()
    signal.signal(signal.SIGUSR1, lambda *_: HeldAdapter.free.clear())
    signal.signal(signal.SIGUSR2, lambda *_: HeldAdapter.free.set())
    session = new_session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, HeldAdapter(64, 64, max_retries=0))
    return session


def run(wanted: argparse.Namespace) -> int:
    event, _, number = wanted.kill.partition(":")
    rules, clock = read_recipe(wanted.recipe), SystemClock()
    progress = QuietProgress(sys.stderr, clock)
    settings = Settings(
        store=store_settings(wanted.store),
        services=services({} if wanted.limits else NO_LIMIT),
    )
    send_lease = SendLease(clock, wanted.send) if wanted.lease else None
    crawler = replace(
        new_crawler(rules, settings),
        lease_seconds=wanted.lease or 20,
        send_seconds=wanted.send,
    )
    reconnect = ReconnectPolicy(clock, progress.say, wanted.wait)
    with (
        stop_on_interrupt(progress) as stop,
        open_configured_store(
            settings.store, clock_now=clock.now, reconnect=reconnect
        ) as store,
    ):
        client = HttpClient(
            held_session(),
            services_in_force(settings),
            clock,
            progress,
            max_wait_seconds=60,
            contact=f"{os.getpid()}@example.invalid",
            stop=stop,
            rng=random.Random(),
            lease=send_lease,
        )
        context = CrawlContext(
            MortalStore(store, event, int(number)),
            make_source_roles(rules, client),
            clock,
            progress,
            stop,
            wanted.threads,
            client.pauses,
            crawler,
            send_lease,
            alone=send_lease is None,
            stands_by=not wanted.no_standby,
        )
        report = crawl(rules, context)
        say_end(report, rules, progress, client)
        return 130 if report.ended is Ended.STOPPED else 0


def main() -> None:
    try:
        status = run(arguments())
    except Exception as error:
        failure = describe(error, "genregraph")
        if failure is None:
            raise
        print(f"error: {failure.sentence}", file=sys.stderr)
        status = failure.status
    sys.exit(status)


if __name__ == "__main__":
    main()
