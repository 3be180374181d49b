"""What is told of crawls that were measured, and whether what was promised holds.

The measure of all is one process's crawl of the same recipe over the same world, on the
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
    """What one process made of the same recipe and world."""

    graph: bytes
    requests: Sequence[LoggedRequest]
    answers: int


@dataclass(frozen=True)
class Kill:
    """Somebody's end by SIGKILL, and the work items that may be fetched again for it."""

    victim: str
    time: float
    items: Sequence[OpenItem]


@dataclass
class Verdict:
    """What did not hold."""

    wrong: list[str] = field(default_factory=list)

    def hold(self, promise: str, *, holds: bool) -> None:
        print(f"  {'holds' if holds else 'DOES NOT HOLD'}: {promise}", flush=True)
        if not holds:
            self.wrong.append(promise)

    def report(self) -> int:
        """The exit status, once what did not hold was said again."""
        for promise in self.wrong:
            print(f"DOES NOT HOLD: {promise}")
        return 1 if self.wrong else 0


def answers_in(graph: bytes) -> int:
    """Slices answered, of the crawl in a graph."""
    nodes = (json.loads(line) for line in graph.splitlines())
    crawls = (n["properties"] for n in nodes if n.get("labels") == ["Crawl"])
    return int(next(crawls)["answers"])


def reference(folder: Path, recipe: Path, world: str) -> Reference:
    """Crawl in one process, on the embedded store, without any limit."""
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
    """Beyond one process's requests only what may be asked again for a kill, after it."""
    beyond = repeated(requests, known.requests)
    of_a_run = [one for one in beyond if is_of_a_run(one)]
    rest = [one for one in beyond if not is_of_a_run(one)]
    joined = Joined(known.graph)
    strange = [one for one in rest if not _is_excused(one, kills, joined)]
    missing = len(repeated(known.requests, requests))
    print(
        f"  {len(requests)} requests, one process {len(known.requests)}: beyond it {len(rest)} "
        f"questions asked twice, and {len(of_a_run)} that each process asks once"
    )
    for one in strange[:5]:
        print(f"    at {one.time:.2f} {one.agent}: {one.service}{one.path[:100]}")
    why = "was open at a kill" if kills else "is asked twice"
    words = f"every question asked again {why}" if kills else f"nothing {why}"
    verdict.hold(f"{words}; {len(strange)} are not excused", holds=not strange)
    verdict.hold(
        f"all that one process asked was asked; {missing} not", holds=not missing
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
