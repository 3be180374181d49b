"""Standbys on one Neo4j with the real lease: how soon does one take over, and is it clean?

Off by default: `make bench`, or `python -m tests.benchmarks.bench_standby [TIMES] [--line 2026]`.
About 3 minutes each time.

Three processes crawl from an empty database, and the services have their limits. In each
round the active one is killed with SIGKILL; stopped, with threads held between permit and
sending, and woken once the next one has filled the services' windows; cut off from the
server; and stopped with Ctrl-C. The graph must equal, byte by byte, that of one process on
the embedded store without limits. Times are those at which requests came to the stand-in.
Exit status 1 when something does not hold.
"""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import make_world
from graph.opening import StoreSettings, open_configured_store
from graph.store import Store
from tests.end_to_end.test_whole_crawl import crawl, graph_of, recipe_in
from tests.support.neo4j.lines import LINES
from tests.support.neo4j.server import running
from tests.support.oracles.crawl_verdict import Verdict
from tests.support.processes.crawlers import (
    LIMITS,
    CrawlerProcess,
    active,
    answered,
    busiest,
    crawlers,
    first_after,
    questions,
    sent,
    until,
)
from tests.support.servers.bolt_proxy import BoltProxy, proxy_to

OPTIONS = ("--limits", "--lease", "20", "--send", "8")
WAYS = ("killed", "frozen", "cut off", "Ctrl-C")
TAKEOVER_SECONDS = 30
WATCHED_SECONDS = 30
REQUESTS_PER_STEP = 450
WINDOW_FULL = 55  # requests after which Deezer's window is full of one crawler's


@dataclass
class Trial:
    """Crawlers on one store, and what was seen of them."""

    store: Store
    standin: Standin
    way: Callable[[], BoltProxy]
    start: Callable[..., CrawlerProcess]
    verdict: Verdict
    alive: dict[CrawlerProcess, BoltProxy] = field(default_factory=dict)

    def fill(self) -> None:
        """Two standbys; the one that is active has filled the services' windows."""
        while len(self.alive) < 3:
            way = self.way()
            self.alive[self.start(way.uri)] = way
        until(lambda: len(self.store.lease().standbys) == 2, seconds=300)
        self.sent_by(self.one, WINDOW_FULL)

    @property
    def one(self) -> CrawlerProcess:
        until(lambda: active(self.store, *self.alive), seconds=300)
        found = active(self.store, *self.alive)
        assert found
        return found

    def sent_by(self, one: CrawlerProcess, more: int) -> None:
        began = time.time()
        until(
            lambda: (
                sum(
                    s.pid == one.pid and s.time > began
                    for s in sent(self.standin.requests)
                )
                >= more
            ),
            seconds=300,
        )

    def step(self, way: str) -> None:
        """Stop the active crawler in one way, and observe how another takes over."""
        self.fill()
        victim = self.one
        others = [one for one in self.alive if one is not victim]
        moment = {
            "killed": lambda: victim.signal(signal.SIGKILL),
            "frozen": victim.hold_and_freeze,
            "cut off": partial(self._cut_off, victim),
            "Ctrl-C": lambda: victim.signal(signal.SIGINT),
        }[way]()
        committed = answered(self.store) if way != "Ctrl-C" else set()
        until(
            lambda: any(
                s.time > moment and s.pid in {o.pid for o in others}
                for s in sent(self.standin.requests)
            ),
            seconds=300,
        )
        first = first_after(sent(self.standin.requests), moment, *others)
        follower = next(one for one in others if one.pid == first.pid)
        took = first.time - moment
        words = f"{way}: the next one sent after {took:.1f} s"
        self.verdict.hold(words, holds=took < TAKEOVER_SECONDS)
        self.sent_by(follower, WINDOW_FULL)
        back = moment
        if way == "frozen":
            back = victim.wake()
        elif way == "cut off":
            self.alive[victim].restore()
            back = time.time()
        if way in {"killed", "Ctrl-C"}:
            victim.process.wait(60)
            del self.alive[victim]
        else:
            time.sleep(WATCHED_SECONDS)
        requests = sent(self.standin.requests)
        for service, limit in LIMITS.items():
            most = busiest(requests, service, moment)
            self.verdict.hold(
                f"{way}: {service} allows {limit.requests} in {limit.seconds:g} s, the "
                f"busiest window since has {most}",
                holds=most <= limit.requests,
            )
        late = [s for s in requests if s.pid == victim.pid and s.time > back + 0.5]
        self.verdict.hold(
            f"{way}: the old one sent {len(late)} requests later", holds=not late
        )
        after = [s for s in requests if s.time > moment and s.pid == follower.pid]
        again = committed & set(questions(after))
        self.verdict.hold(
            f"{way}: {len(again)} of {len(committed)} committed answers requested again",
            holds=not again,
        )

    def _cut_off(self, one: CrawlerProcess) -> float:
        self.alive[one].cut_off()
        return time.time()


def measure(times: int, line: str) -> Verdict:
    verdict, world = Verdict(), make_world(5_000)
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recipe = recipe_in(folder, requests=REQUESTS_PER_STEP * len(WAYS) * times)
        with serve(world, limits=False) as own:
            assert crawl(recipe, folder / "alone", own) == 0
        graph = graph_of(folder / "alone", folder / "alone.jsonl")
        with (
            running(folder / "neo4j", LINES[line]) as server,
            ExitStack() as proxies,
            serve(world) as own,
            crawlers(folder, recipe, own.environment, *OPTIONS) as start,
        ):
            settings = StoreSettings(server.uri, None, None, None, folder)
            with open_configured_store(settings, clock_now=lambda: now) as store:

                def way() -> BoltProxy:
                    return proxies.enter_context(proxy_to(server.uri))

                trial = Trial(store, own, way, start, verdict)
                for number in range(times):
                    for way in WAYS:
                        print(f"Neo4j {line}, {number + 1}: {way}", flush=True)
                        trial.step(way)
                for one in trial.alive:
                    status = one.process.wait(600)
                    last = " ".join(one.lines()[-1:])
                    verdict.hold(f"ended with {status}: {last}", holds=status == 0)
            same = graph_of(server.uri, folder / "neo4j.jsonl") == graph
            verdict.hold("the graph equals that of one process", holds=same)
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("times", nargs="?", type=int, default=1)
    parser.add_argument("--line", choices=LINES, default="5.26")
    wanted = parser.parse_args()
    return measure(wanted.times, wanted.line).report()


if __name__ == "__main__":
    sys.exit(main())
