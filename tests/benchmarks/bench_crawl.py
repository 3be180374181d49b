"""What a crawl costs and how fast it is, against the stand-in service without limits.

Off by default: `make bench`, or `python -m tests.benchmarks.bench_crawl [WORLD] [BOLT_URI]`, where
WORLD is a number of artists to invent or a folder of JSON lines. The service is a
process of its own on this machine; a database that is named must be empty.

Measured: requests per expanded artist beside what the design allows for it (1 + 0.035
for each artist found per artist expanded; tracks apart), requests per labelled artist
with tracks after 2,000 requests in each order, and time. Times are of a shared
machine: compare them within one run.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.crawl.frontier import Frontier
from crawler.recipe.loader import preset_text, read_recipe
from graph.opening import open_configured_store
from queries.label_policies import label_policy
from tests.support.processes.crawl_process import store_settings
from tests.support.project import ROOT

WORLD = "5000"
BUDGET = 2_000


@dataclass(frozen=True)
class Outcome:
    """One crawl, read from its graph."""

    seconds: float
    megabytes: float
    found: int
    expanded: int
    listed: int
    labelled: int
    with_preview: int
    requests: Mapping[str, int]

    @property
    def per_expanded(self) -> float:
        """Requests per expanded artist, those for tracks left out."""
        return (sum(self.requests.values()) - self.listed) / self.expanded

    @property
    def allowed(self) -> float:
        return 1 + 0.035 * self.found / self.expanded


@contextmanager
def service(world: str) -> Iterator[Mapping[str, str]]:
    """The stand-in in a process of its own: the settings that point there."""
    command = [sys.executable, "-m", "crawler.standin", "--world", world, "--no-limits"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(3)]
        pairs = (re.fullmatch(r"export (\w+)=(\S+)\s*", line) for line in lines)
        yield {pair[1]: pair[2] for pair in pairs if pair}
    finally:
        process.terminate()
        process.wait()


def recipe_in(folder: Path, order: str, requests: int) -> Path:
    """The preset of ten genres, without a number of artists that is enough."""
    text = preset_text("genres-10")
    for key, value in {
        "order": f'"{order}"',
        "artists_per_class": 0,
        "max_artists": 0,
        "max_requests": requests,
    }.items():
        text, count = re.subn(rf"(?m)^{key} = [^#\n]*", f"{key} = {value} ", text)
        assert count == 1, key
    file = folder / f"{order}-{requests}.toml"
    file.write_text(text, encoding="utf-8")
    return file


def crawled(recipe: Path, store: str, environment: Mapping[str, str]) -> Outcome:
    """Crawl in a process of its own, and read what came of it."""
    command = [
        sys.executable,
        "-m",
        "tests.support.processes.crawl_process",
        str(recipe),
        store,
    ]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    assert status == 0
    now = datetime.now(UTC)
    settings = store_settings(store)
    with open_configured_store(settings, clock_now=lambda: now, create=False) as opened:
        rules = read_recipe(recipe)
        carried = label_policy(rules.labels.policy).classes
        known = Frontier.of(opened.snapshot(), rules, carried)
        state = opened.crawl()
    assert state is not None
    return Outcome(
        seconds,
        used.ru_maxrss / 1024,
        len(known.nodes),
        known.expanded,
        known.tracks_answered,
        sum(bool(known.labels(node)) for node in known.nodes.values()),
        sum(known.previewed.values()),
        state.requests,
    )


def say(name: str, outcome: Outcome) -> None:
    total = sum(outcome.requests.values())
    per_labelled = total / max(1, outcome.with_preview)
    print(
        f"{name:32} {outcome.seconds:7.1f} s {outcome.megabytes:5.0f} MB "
        f"{outcome.expanded:6} expanded ({outcome.expanded / outcome.seconds:5.0f}/s) "
        f"{outcome.found:6} found {total:6} requests; per expanded "
        f"{outcome.per_expanded:.3f} (allowed {outcome.allowed:.3f}), "
        f"per labelled with tracks {per_labelled:.2f}; {outcome.labelled} labelled in all"
    )


def measure(world: str, uri: str | None) -> None:
    with tempfile.TemporaryDirectory() as name, service(world) as environment:
        folder = Path(name)
        for order in ("yield", "breadth-first", "random"):
            recipe = recipe_in(folder, order, BUDGET)
            outcome = crawled(recipe, str(folder / order), environment)
            say(f"{order}, {BUDGET} requests", outcome)
        whole = recipe_in(folder, "breadth-first", 0)
        say("to the end, embedded", crawled(whole, str(folder / "whole"), environment))
        if uri is not None:
            say("to the end, Neo4j", crawled(whole, uri, environment))


if __name__ == "__main__":
    given = sys.argv[1:]
    measure(given[0] if given else WORLD, given[1] if len(given) > 1 else None)
