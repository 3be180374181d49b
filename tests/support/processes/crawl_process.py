"""A crawl in a process of its own that may kill itself (SIGKILL) at a given point.

`python -m tests.support.processes.crawl_process RECIPE STORE [--kill EVENT:N] [--threads N] [--lease SECONDS]
[--pace N]`; the services' addresses come from the environment, at a pace of N a second or
none. With a lease it is one of several workers. Events: `seeds`, `genres`, `related`, `tracks` (the commit
that brings the answers of that kind in this process to N), `plan` (round N planned, nothing
asked), `close` (round N answered, not closed). Works on the embedded store and Neo4j.
"""

import argparse
import os
import signal
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path

from crawler.cli.wiring import make_http_client, make_source_roles
from crawler.clock import SystemClock
from crawler.config.schema import ServiceSettings
from crawler.config.settings import Settings
from crawler.console.progress import SilentProgress
from crawler.crawl.engine import crawl
from crawler.crawl.start import CrawlContext
from crawler.http.shared_rate_limiter import shared_turns
from crawler.recipe.loader import read_recipe
from graph.model.workers import Worker
from graph.opening import StoreSettings, open_configured_store


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
        done = self._store.commit(answers, **named)
        self._committed.update(answer.slice.kind for answer in answers)
        if self._committed[self._event] >= self._number > 0:
            die()
        return done

    def commit_plan(self, plan, *given):
        opened = self._store.commit_plan(plan, *given)
        if self._event == "plan" and plan.round >= self._number:
            die()
        return opened

    def close_round(self, number: int, depths, **named):
        if self._event == "close" and number >= self._number:
            die()
        return self._store.close_round(number, depths, **named)


def services(pace: int) -> dict[str, ServiceSettings]:
    names = ("deezer", "musicbrainz", "listenbrainz")
    return {
        name: ServiceSettings(
            os.environ[f"GENREGRAPH_{name.upper()}_URL"], requests=pace, seconds=1
        )
        for name in names
    }


def store_settings(where: str) -> StoreSettings:
    if "://" in where:
        user, password = os.environ.get("U"), os.environ.get("P")
        return StoreSettings(where, user, password, None, Path())
    return StoreSettings(None, None, None, None, Path(where))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recipe", type=Path)
    parser.add_argument("store")
    parser.add_argument("--kill", default="never:0")
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--lease", type=float, default=0)
    parser.add_argument("--pace", type=int, default=0)
    wanted = parser.parse_args()
    event, _, number = wanted.kill.partition(":")
    rules = read_recipe(wanted.recipe)
    clock, progress, stop = SystemClock(), SilentProgress(), threading.Event()
    settings = Settings(
        store=store_settings(wanted.store), services=services(wanted.pace)
    )
    with open_configured_store(settings.store, clock_now=clock.now) as store:
        shared = shared_turns(store, clock) if wanted.lease else None
        client = make_http_client(
            settings,
            clock=clock,
            progress=progress,
            stop=stop,
            max_wait_minutes=1,
            turns=shared,
        )
        mortal = MortalStore(store, event, int(number))
        context = CrawlContext(
            mortal,
            make_source_roles(rules, client),
            clock,
            progress,
            stop,
            wanted.threads,
        )
        crawl(rules, replace(context, worker=worker(wanted.lease)))


def worker(lease: float) -> Worker:
    """Alone, unless a lease is named: then one of several, named after the process."""
    if not lease:
        return Worker("only", alone=True)
    return Worker(f"worker-{os.getpid()}", lease)


if __name__ == "__main__":
    main()
