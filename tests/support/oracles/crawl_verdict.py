"""What is told of crawls that were measured, and whether what was promised holds.

The measure of all is one process's crawl of the same recipe over the same world, on the
embedded store and without limits.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from crawler.standin import limits
from crawler.standin.limits import (
    BusiestWindow,
    FixedWindow,
    Limit,
    SlidingWindow,
)
from tests.support.oracles.crawl_compare import (
    ROOT,
    Asked,
    Joined,
    OpenSlice,
    asked_in,
    difference,
    environment,
    exported,
    is_of_a_run,
    refused,
    repeated,
    standin,
)

LEAST_SHARE = 0.95
GAP_SECONDS = 0.3  # three times what lies between two requests to Deezer
LIMITS: Mapping[str, Limit] = {
    "deezer": limits.DEEZER,
    "musicbrainz": limits.MUSICBRAINZ,
    "listenbrainz": limits.LISTENBRAINZ,
}


@dataclass(frozen=True)
class Reference:
    """What one process made of the same recipe and world."""

    graph: bytes
    asked: Sequence[Asked]
    answers: int


@dataclass(frozen=True)
class Kill:
    """Somebody's end by SIGKILL, and the slices that may be asked again for it."""

    worker: str
    time: float
    slices: Sequence[OpenSlice]


@dataclass
class Verdict:
    """What did not hold."""

    wrong: list[str] = field(default_factory=list)

    def hold(self, promise: str, *, holds: bool) -> None:
        print(f"  {'holds' if holds else 'DOES NOT HOLD'}: {promise}", flush=True)
        if not holds:
            self.wrong.append(promise)

    def told(self) -> int:
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
    return Reference(graph, asked_in(log), answers)


def tell_paces(asked: Sequence[Asked], verdict: Verdict) -> None:
    for name, limit in LIMITS.items():
        own = [one for one in asked if one.service == name]
        busiest = BusiestWindow(limit.seconds)
        for one in own:
            busiest.add(one.time)
        gate = FixedWindow if name == "listenbrainz" else SlidingWindow
        turned_away = refused(own, gate(limit))
        words = f"{name} allows {limit.requests} in {limit.seconds:g} s, the busiest"
        verdict.hold(
            f"{words} window has {busiest.most}, refused are {turned_away} of {len(own)}",
            holds=busiest.most <= limit.requests and not turned_away,
        )


def share(times: Sequence[float]) -> float:
    """Of Deezer's pace, from the first of these requests to the last."""
    allowed = limits.DEEZER.requests / limits.DEEZER.seconds
    return (len(times) - 1) / (times[-1] - times[0]) / allowed


def tell_rate(asked: Sequence[Asked], verdict: Verdict | None) -> None:
    times = [one.time for one in asked if one.service == "deezer"]
    quarter = len(times) // 4
    whole, middle = share(times), share(times[quarter:-quarter])
    waits = [(b - a, a - times[0]) for a, b in pairwise(times) if b - a > GAP_SECONDS]
    longest = ", ".join(
        f"{w:.2f} s at {at:.0f} s" for w, at in sorted(waits)[-3:][::-1]
    )
    words = (
        f"{len(times)} requests to Deezer in {times[-1] - times[0]:.0f} s: {whole:.1%} of "
        f"its pace from the first to the last, {middle:.1%} in the middle half"
    )
    if verdict is None:
        print(f"  {words}")
    else:
        verdict.hold(
            f"{words} (at least {LEAST_SHARE:.0%})", holds=whole >= LEAST_SHARE
        )
    load, cores = os.getloadavg()[1], os.cpu_count()
    print(f"  the machine's load in the last 5 minutes: {load:.1f} on {cores} cores")
    print(
        f"  {len(waits)} gaps over {GAP_SECONDS} s, {sum(w for w, _ in waits):.1f} s in "
        f"all; the longest: {longest or 'none'}"
    )


def tell_workers(asked: Sequence[Asked]) -> None:
    by_worker = Counter(one.agent.partition("( ")[2].partition("@")[0] for one in asked)
    told = ", ".join(f"{name} {count}" for name, count in sorted(by_worker.items()))
    print(f"  requests per worker: {told}")


def judge_repeats(
    asked: Sequence[Asked], known: Reference, kills: Sequence[Kill], verdict: Verdict
) -> None:
    """Beyond one process's requests only what may be asked again for a kill, after it."""
    beyond = repeated(asked, known.asked)
    of_a_run = [one for one in beyond if is_of_a_run(one)]
    rest = [one for one in beyond if not is_of_a_run(one)]
    joined = Joined(known.graph)
    strange = [one for one in rest if not _is_excused(one, kills, joined)]
    missing = len(repeated(known.asked, asked))
    print(
        f"  {len(asked)} requests, one process {len(known.asked)}: beyond it {len(rest)} "
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


def _is_excused(one: Asked, kills: Sequence[Kill], joined: Joined) -> bool:
    return any(
        kill.time <= one.time and joined.belongs(one, part)
        for kill in kills
        for part in kill.slices
    )


def judge_graph(graph: bytes, known: Reference, verdict: Verdict) -> None:
    differs = difference(graph, known.graph)
    verdict.hold(
        f"the graph equals that of one process{f': {differs}' if differs else ''}",
        holds=differs is None,
    )
