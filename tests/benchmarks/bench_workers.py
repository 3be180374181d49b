"""Several workers on one Neo4j: do they keep the services' paces, and survive kills?

Off by default: `make bench`, or `python -m tests.benchmarks.bench_workers [WORLD] [N] [--line 2026]`,
where WORLD is a number of artists to invent or a folder of JSON lines. About 12 minutes.

N processes crawl at once from an empty database, the services keep their limits; then
again, and all but one are killed with -9, one after the other. Both graphs must equal,
byte by byte, that of one process on the embedded store without limits. Measured by the
stand-in's log: times are those at which requests came. Exit status 1 when something
does not hold.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bench_crawl import recipe_in
from tests.support.neo4j.database import emptied
from tests.support.neo4j.lines import LINES
from tests.support.neo4j.server import running
from tests.support.oracles.crawl_compare import Asked, asked_in, exported, standin
from tests.support.oracles.crawl_verdict import (
    Kill,
    Reference,
    Verdict,
    judge_graph,
    judge_repeats,
    reference,
    tell_paces,
    tell_rate,
    tell_workers,
)
from tests.support.processes.crawl_watch import (
    Seen,
    Watch,
    Worker,
    ended_after,
    followed,
    watching,
)

WORLD = "5000"
WORKERS = 4
REQUESTS = 2_000  # of which some 1,800 are Deezer's: three minutes
LONGEST_SECONDS = 1_200


@dataclass(frozen=True)
class Run:
    """What workers did together."""

    asked: Sequence[Asked]
    seen: Sequence[Seen]
    kills: Sequence[Kill]
    workers: Sequence[Worker]
    graph: bytes


@dataclass(frozen=True)
class Bench:
    """What both runs have in common."""

    folder: Path
    world: str
    recipe: Path
    uri: str
    known: Reference
    rng: random.Random

    def together(self, name: str, count: int, kills: int) -> Run:
        """Start so many workers at once; kill some, one after the other."""
        folder = self.folder / name
        folder.mkdir()
        log = folder / "log"
        emptied(self.uri)
        with (
            standin(self.world, log) as settings,
            watching(self.uri) as watch,
            followed(watch) as seen,
        ):
            workers = [
                Worker(folder, f"worker-{n}", self.recipe, self.uri, settings)
                for n in range(1, count + 1)
            ]
            with ended_after(workers):
                killed = list(self._kill(workers, kills, watch, seen))
                wait_for_all(workers)
                graph = exported(self.uri, folder / "graph.jsonl")
        return Run(asked_in(log), seen, killed, workers, graph)

    def _kill(
        self, workers: Sequence[Worker], kills: int, watch: Watch, seen: Sequence[Seen]
    ) -> Iterator[Kill]:
        """Each at some answer of its part of the crawl, and up to 2 s later."""
        for number, victim in enumerate(self.rng.sample(workers, kills)):
            part = 0.1 + (number + self.rng.random()) * 0.8 / kills
            reached = round(part * self.known.answers)
            while any(w.is_running for w in workers) and now_at(seen) < reached:
                time.sleep(0.05)
            time.sleep(self.rng.uniform(0, 2))
            print(f"  kill {victim.name} after {now_at(seen)} answers", flush=True)
            with victim.killed():
                found = watch.open_slices()
            leased = [part for part in found if victim.holds(part)]
            print(f"    {len(found)} slices open then, {len(leased)} of them its own")
            yield Kill(victim.name, time.time(), leased)


def now_at(seen: Sequence[Seen]) -> int:
    return seen[-1].answers if seen else 0


def wait_for_all(workers: Sequence[Worker]) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    for worker in workers:
        worker.process.wait(max(1, deadline - time.monotonic()))


def tell_takeovers(run: Run) -> None:
    """How long it took after a kill until the round was closed that stood open."""
    for kill in run.kills:
        after = [one for one in run.seen if one.time > kill.time]
        closed = next((s for s in after if s.round > after[0].round), None)
        words = f"{closed.time - kill.time:.1f} s" if closed else "not seen"
        print(f"  {kill.worker} killed: its round was closed after {words}")


def judge(run: Run, known: Reference, verdict: Verdict, *, killed: bool) -> None:
    for worker in run.workers:
        dead = worker.name in {kill.worker for kill in run.kills}
        status = worker.process.returncode
        last = "" if dead else f": {' '.join(worker.lines()[-1:])}"
        verdict.hold(
            f"{worker.name} ended with {status}{last}",
            holds=status == (-signal.SIGKILL if dead else 0),
        )
    tell_paces(run.asked, verdict)
    tell_rate(run.asked, None if killed else verdict)
    tell_workers(run.asked)
    tell_takeovers(run)
    judge_repeats(run.asked, known, run.kills, verdict)
    judge_graph(run.graph, known, verdict)


def measure(world: str, count: int, line: str, requests: int, seed: int) -> Verdict:
    verdict = Verdict()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recipe = recipe_in(folder, "yield", requests)
        known = reference(folder, recipe, world)
        print(
            f"one process, no limits: {len(known.asked)} requests, {known.answers} answers"
        )
        with running(folder / "neo4j", LINES[line], measured=True) as server:
            rng = random.Random(seed)
            bench = Bench(folder, world, recipe, server.uri, known, rng)
            print(f"{count} workers on Neo4j {line}, the services keep their limits:")
            judge(bench.together("whole", count, 0), known, verdict, killed=False)
            print(f"again, and {count - 1} of them are killed with -9:")
            judge(
                bench.together("killed", count, count - 1), known, verdict, killed=True
            )
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("world", nargs="?", default=WORLD)
    parser.add_argument("workers", nargs="?", type=int, default=WORKERS)
    parser.add_argument("--line", choices=LINES, default="5.26")
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--seed", type=int, default=2026)
    wanted = parser.parse_args()
    return measure(
        wanted.world, wanted.workers, wanted.line, wanted.requests, wanted.seed
    ).told()


if __name__ == "__main__":
    sys.exit(main())
