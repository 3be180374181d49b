"""The lease with steps in any order: no crawler writes after another, or sends too soon."""

import math
import random
from collections import Counter

from crawler.crawl.lease import HeldLease
from crawler.http.send_lease import SendLease
from graph.errors import LeaseLostError
from graph.model.crawl import Crawl, Plan
from graph.model.lease import MARGIN_SECONDS, Crawler
from graph.model.music import Changes
from tests.support.fakes import FakeClock
from tests.support.memory_store.store import MemoryStore

WINDOWS = (1.0, 10.0, 30.0)
PASSES = (0.01, 0.1, 0.3, 1.9, 2.0, 4.0, 7.9, 8.1, 19.9, 20.1)


class Process:
    """A crawler's part that stays in it while it stands still.

    Attributes:
        begun: A renewal begun, and not done by the server yet.
        done: When renewals began that the server has done, and it has not heard of yet.
    """

    def __init__(self, name: str, clock: FakeClock, window: float) -> None:
        self.crawler = Crawler(name, window_seconds=window)
        self.sends = SendLease(clock)
        self.token: int | None = None
        self.begun: float | None = None
        self.done: list[float] = []


class Interleaved:
    """Each method is one step of one process; between two of them any time may pass."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.clock = FakeClock()
        self.store = MemoryStore(lambda: self.clock.now().timestamp())
        crawl = Crawl("c", "{}", "d")
        self.store.begin(crawl, Changes(), Plan(0, ()), at=self.clock.now())
        self.all = [
            Process(f"crawler-{n}", self.clock, self.rng.choice(WINDOWS))
            for n in range(3)
        ]
        self.last_sent = dict.fromkeys(range(3), -math.inf)
        self.newest = 0
        self.counts: Counter[str] = Counter()

    def step(self) -> None:
        steps = {
            self.pass_time: 4,
            self.acquire: 3,
            self.begin_to_renew: 3,
            self.renew: 3,
            self.hear_of_a_renewal: 3,
            self.write: 2,
            self.send: 6,
            self.release: 0.4,
            self.die: 0.3,
        }
        (chosen,) = self.rng.choices(list(steps), list(steps.values()))
        chosen(self.rng.randrange(3))

    def pass_time(self, _: int) -> None:
        self.clock.advance(self.rng.choice(PASSES))

    def acquire(self, number: int) -> None:
        process, started = self.all[number], self.clock.boot_time()
        if process.token is not None:
            return
        acquired = self.store.acquire(process.crawler)
        if acquired is None:
            return
        self.newest = acquired.token
        if self.rng.random() < 0.2:  # the answer does not come through
            return
        process.token, process.begun, process.done = acquired.token, None, []
        opens_at = self.clock.boot_time() + acquired.quiet_seconds
        process.sends.begin(started, opens_at)

    def begin_to_renew(self, number: int) -> None:
        process = self.all[number]
        if process.token is not None and process.begun is None:
            process.begun = self.clock.boot_time()

    def renew(self, number: int) -> None:
        process = self.all[number]
        if process.begun is None or process.token is None:
            return
        try:
            self.store.renew(process.token)
        except LeaseLostError:
            self._lose(process)
        else:
            process.done.append(process.begun)
        process.begun = None

    def hear_of_a_renewal(self, number: int) -> None:
        process = self.all[number]
        if process.done:
            process.sends.renewed(process.done.pop(0))

    def write(self, number: int) -> None:
        """A write of a process that believes in its lease, all in one step."""
        process = self.all[number]
        if process.token is None:
            return
        lease = HeldLease(self.store, self.clock, process.token, process.sends)
        try:
            with lease.renewing() as token:
                self.store.record_seconds(self.clock.boot_time(), token=token)
        except LeaseLostError:
            self._lose(process)
            self.counts["refused"] += 1
        else:
            assert process.token == self.newest, "it wrote after another one began"
            self.counts["written"] += 1

    def release(self, number: int) -> None:
        process = self.all[number]
        if process.token is not None:
            process.sends.end()
            self.store.release(process.token, "failed")
            process.token = None

    def die(self, number: int) -> None:
        """Without a word; a new process of another name comes in its place."""
        old = self.all[number].crawler
        self.all[number] = Process(f"{old.name}+", self.clock, self.rng.choice(WINDOWS))

    def send(self, number: int) -> None:
        process, now = self.all[number], self.clock.boot_time()
        if not process.sends.is_valid():
            return
        last = max(at for n, at in self.last_sent.items() if n != number)
        least = process.crawler.window_seconds + MARGIN_SECONDS - 0.001
        assert now - last >= least, "it sent within the window of another one"
        self.counts["sent"] += 1
        self.counts["sent after another"] += self.last_sent[number] < last
        self.last_sent[number] = now

    def _lose(self, process: Process) -> None:
        process.token = None
        process.sends.end()


def test_no_order_of_steps_lets_two_crawlers_write_or_send_within_one_window():
    counts: Counter[str] = Counter()
    for seed in range(200):
        run = Interleaved(seed)
        for _ in range(300):
            run.step()
        counts += run.counts
    assert counts["sent after another"] > 200, counts
    assert counts["refused"] > 200, counts
