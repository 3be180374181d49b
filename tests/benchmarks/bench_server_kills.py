"""Kill a crawl's Neo4j with SIGKILL: is each acknowledged answer stored, and once?

Off by default: `make bench`, or `python -m tests.benchmarks.bench_server_kills [KILLS] [--line 2026]`.
About 20 s a kill.

One `genregraph crawl` runs from beginning to end without a restart. Its server is
killed at answers that a seed chooses: right when a commit was seen, or some time later;
every fourth one again while it starts or just has. What was answered at a kill, as
another reader saw it, must be there when the server is back, and in the end the graph
must equal, byte by byte, that of a crawl whose server stayed. Exit status 1 when
something does not hold.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.benchmarks.bench_crawl import recipe_in
from tests.support.neo4j.lines import LINES, NoServerError
from tests.support.neo4j.server import Server, running
from tests.support.oracles.crawl_compare import OpenItem, exported, requests_in, standin
from tests.support.oracles.crawl_verdict import (
    Kill,
    Verdict,
    judge_graph,
    judge_repeats,
    reference,
)
from tests.support.processes.crawl_watch import (
    CrawlCommand,
    Seen,
    Watch,
    ended_after,
    watching,
)

WORLD = "5000"
KILLS = 20
REQUESTS_PER_KILL = 200
LATENCY = "0.05"
LONGEST_SECONDS = 300  # nothing answered for so long: the crawl is stuck


class When(StrEnum):
    """The moment of a kill."""

    AT_A_COMMIT = "right after a commit was seen"
    LATER = "some time later"
    TWICE = "and again in its start"


@dataclass(frozen=True)
class Death:
    """One kill: what was seen before, and what came of it.

    Attributes:
        answers: As last seen before it.
        kept: Answers found when the server was back.
        lost: Questions answered before it that are open afterwards.
        start_seconds: Of the last start, until Bolt answers.
        idle_seconds: From then until the next answer is written.
    """

    when: When
    answers: int
    kept: int
    lost: frozenset[str]
    start_seconds: float
    idle_seconds: float
    kill: Kill


class Killer:
    """Kills a server, starts it again, and checks what it has kept."""

    def __init__(
        self, server: Server, watch: Watch, crawl: CrawlCommand, rng: random.Random
    ) -> None:
        self._server = server
        self._watch = watch
        self._crawl = crawl
        self._rng = rng

    def kill(self, reached: int, when: When) -> Death | None:
        """Kill it once so many answers are there; None where the crawl ended before."""
        if self._reach(reached) is None:
            return None
        known, open_then = self._watch.answered(), self._watch.open_items()
        before = self._reach(reached)
        if before is None:
            return None
        if when is When.AT_A_COMMIT:
            before = self._reach(before.answers + 1)
        else:
            time.sleep(self._rng.uniform(0, 1.5))
        if before is None:
            return None
        self._server.kill()
        killed = time.time()
        if when is When.TWICE:
            self._kill_in_its_start()
        began = time.time()
        self._start()
        started = time.time()
        after, kept, items = self._kept()
        next_one = self._reach(after.answers + 1)
        return Death(
            when,
            before.answers,
            after.answers,
            known - kept,
            started - began,
            (next_one.time if next_one else time.time()) - started,
            Kill("the server", killed, [*open_then, *items]),
        )

    def _reach(self, answers: int) -> Seen | None:
        """The first state seen with so many answers; None where the crawl has ended."""
        deadline = time.monotonic() + LONGEST_SECONDS
        while self._crawl.is_running and time.monotonic() < deadline:
            seen = self._watch.state()
            if seen is not None and seen.answers >= answers:
                return seen
            time.sleep(0.01)
        return None

    def _kept(self) -> tuple[Seen, frozenset[str], list[OpenItem]]:
        """What a server holds that has just started."""
        while (state := self._watch.state()) is None:
            time.sleep(0.05)
        return state, self._watch.answered(), self._watch.open_items()

    def _start(self) -> None:
        """Start it; on a busy machine that may take it longer than a test waits."""
        for _ in range(3):
            with suppress(NoServerError):
                self._server.start()
                return
            self._server.kill()
        raise NoServerError("Neo4j did not start again")

    def _kill_in_its_start(self) -> None:
        """A moment between the start of its process and two seconds after its first answer."""

        def start() -> None:
            with suppress(NoServerError):
                self._server.start()

        starting = threading.Thread(target=start)
        starting.start()
        starting.join(timeout=self._rng.uniform(0.5, 12))
        time.sleep(self._rng.uniform(0, 2))
        self._server.kill()
        starting.join()


def deaths(killer: Killer, kills: int, answers: int, rng: random.Random) -> list[Death]:
    """Kill the server so often while a crawl goes to so many answers."""
    found = []
    for number in range(kills):
        part = 0.02 + (number + rng.random()) * 0.95 / kills
        twice = number % 4 == 3
        when = When.TWICE if twice else rng.choice([When.AT_A_COMMIT, When.LATER])
        death = killer.kill(round(part * answers), when)
        if death is None:
            break
        found.append(death)
        print(
            f"  kill {number + 1:2} at {death.answers:5} answers, {when}: "
            f"{death.kept:5} when it was back after {death.start_seconds:.1f} s, "
            f"the next one {death.idle_seconds:.1f} s later",
            flush=True,
        )
    return found


def judge(killed: Sequence[Death], kills: int, verdict: Verdict) -> None:
    verdict.hold(
        f"{len(killed)} of {kills} kills were made", holds=len(killed) == kills
    )
    for death in killed:
        if death.lost or death.kept < death.answers:
            gone = ", ".join(sorted(death.lost)[:3])
            words = f"{death.answers} answers before, {death.kept} after; {gone}"
            verdict.hold(f"nothing acknowledged was lost: {words}", holds=False)
    starts = sorted(death.start_seconds for death in killed)
    idle = sorted(death.idle_seconds for death in killed)
    for name, seconds in (("starts", starts), ("from there to the next answer", idle)):
        if seconds:
            middle = seconds[len(seconds) // 2]
            print(f"  {name}: median {middle:.1f} s, longest {seconds[-1]:.1f} s")


def measure(kills: int, line: str, seed: int) -> Verdict:
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recipe = recipe_in(folder, "yield", REQUESTS_PER_KILL * kills)
        known = reference(folder, recipe, WORLD)
        print(f"undisturbed: {len(known.requests)} requests, {known.answers} answers")
        log, rng = folder / "log", random.Random(seed)
        began = time.monotonic()
        with (
            standin(WORLD, log, "--no-limits", "--latency", LATENCY) as settings,
            running(folder / "neo4j", LINES[line]) as server,
            watching(server.uri) as watch,
        ):
            crawl = CrawlCommand(
                folder, "crawl", recipe, server.uri, settings, paces=False
            )
            with ended_after(crawl):
                killer = Killer(server, watch, crawl, rng)
                killed = deaths(killer, kills, known.answers, rng)
                status = crawl.process.wait(LONGEST_SECONDS)
            verdict.hold(
                f"the crawl, never started again, ended with {status} after "
                f"{time.monotonic() - began:.0f} s: {' '.join(crawl.lines()[-1:])}",
                holds=status == 0,
            )
            graph = exported(server.uri, folder / "graph.jsonl")
        tell_words(crawl)
        judge(killed, kills, verdict)
        judge_repeats(requests_in(log), known, [d.kill for d in killed], verdict)
        judge_graph(graph, known, verdict)
    return verdict


def tell_words(crawl: CrawlCommand) -> None:
    """The lines of the crawl about the server's absences."""
    said = [line for line in crawl.lines() if "database" in line]
    print(f"  it said {len(said)} lines about the database; the first and last:")
    for line in [*said[:2], *said[2:][-1:]]:
        print(f"    {line}")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", nargs="?", type=int, default=KILLS)
    parser.add_argument("--line", choices=LINES, default="5.26")
    parser.add_argument("--seed", type=int, default=2026)
    wanted = parser.parse_args()
    return measure(wanted.kills, wanted.line, wanted.seed).report()


if __name__ == "__main__":
    sys.exit(main())
