"""Checks whether measured crawls keep their promises, and reports the result.

The reference is a crawl of the same recipe over the same world by one process, on the
embedded store and without limits.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.oracles.crawl_compare import (
    ROOT,
    Joined,
    LoggedRequest,
    OpenItem,
    difference,
    environment,
    exported,
    is_of_a_run,
    repeated,
    requests_in,
    standin,
)


@dataclass(frozen=True)
class Reference:
    """The result of one process for the same recipe and world."""

    graph: bytes
    requests: Sequence[LoggedRequest]
    answers: int


@dataclass(frozen=True)
class Kill:
    """A kill by SIGKILL, and the work items that may be fetched again because of it."""

    victim: str
    time: float
    items: Sequence[OpenItem]


@dataclass
class Verdict:
    """The promises that did not hold."""

    wrong: list[str] = field(default_factory=list)

    def hold(self, promise: str, *, holds: bool) -> None:
        print(f"  {'holds' if holds else 'DOES NOT HOLD'}: {promise}", flush=True)
        if not holds:
            self.wrong.append(promise)

    def report(self) -> int:
        """Print the promises that did not hold, and return the exit status."""
        for promise in self.wrong:
            print(f"DOES NOT HOLD: {promise}")
        return 1 if self.wrong else 0


def answers_in(graph: bytes) -> int:
    """How many work items of the crawl in a graph are answered."""
    nodes = (json.loads(line) for line in graph.splitlines())
    crawls = (n["properties"] for n in nodes if n.get("labels") == ["Crawl"])
    return int(next(crawls)["answers"])


def reference(folder: Path, recipe: Path, world: str) -> Reference:
    """Crawl in one process, on the embedded store and without limits."""
    store, log = folder / "reference", folder / "reference.log"
    with standin(world, log, "--no-limits") as settings:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.support.processes.crawl_process",
                str(recipe),
                str(store),
            ],
            cwd=ROOT,
            env=environment(settings),
            check=True,
        )
    graph = exported(str(store), folder / "reference.jsonl")
    answers = answers_in(graph)
    return Reference(graph, requests_in(log), answers)


def judge_repeats(
    requests: Sequence[LoggedRequest],
    known: Reference,
    kills: Sequence[Kill],
    verdict: Verdict,
) -> None:
    """Check that only requests that a kill excuses were repeated, and only after it."""
    beyond = repeated(requests, known.requests)
    of_a_run = [one for one in beyond if is_of_a_run(one)]
    rest = [one for one in beyond if not is_of_a_run(one)]
    joined = Joined(known.graph)
    strange = [one for one in rest if not _is_excused(one, kills, joined)]
    missing = len(repeated(known.requests, requests))
    print(
        f"  {len(requests)} requests, one process {len(known.requests)}: beyond it {len(rest)} "
        f"requests sent twice, and {len(of_a_run)} that each process sends once"
    )
    for one in strange[:5]:
        print(f"    at {one.time:.2f} {one.agent}: {one.service}{one.path[:100]}")
    why = "was open at a kill" if kills else "is requested twice"
    words = f"every repeated request {why}" if kills else f"nothing {why}"
    verdict.hold(f"{words}; {len(strange)} are not excused", holds=not strange)
    verdict.hold(
        f"all that one process requested was requested; {missing} not",
        holds=not missing,
    )


def _is_excused(one: LoggedRequest, kills: Sequence[Kill], joined: Joined) -> bool:
    return any(
        kill.time <= one.time and joined.belongs(one, item)
        for kill in kills
        for item in kill.items
    )


def judge_graph(graph: bytes, known: Reference, verdict: Verdict) -> None:
    differs = difference(graph, known.graph)
    verdict.hold(
        f"the graph equals that of one process{f': {differs}' if differs else ''}",
        holds=differs is None,
    )
