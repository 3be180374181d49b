"""How fast the stores are, side by side in one run, and which limits they keep.

Off by default: `make bench`, or `python -m tests.benchmarks.bench_store [PART …] [--small] [--on STORE …]`
with parts writes, answers, questions, hubs and moving (all when none is named). Real
servers of both lines of Neo4j are started; `--on "Neo4j 5.26=bolt://…"` takes one that
runs, whose database must be empty and is emptied at the end. Times are of a shared
machine: compare columns, and what stands in one row, within one run.
"""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.store import answers, hubs, moving, questions, writes
from tests.benchmarks.store.music import Size
from tests.benchmarks.store.stores import NAMES, Measured, side_by_side
from tests.benchmarks.store.table import Table

SMALL = Size(2_000)
_Part = Callable[[Table, bool], None]
PARTS: Mapping[str, _Part] = {
    "writes": lambda table, small: writes.measure(table, batches=4 if small else 10),
    "answers": lambda table, small: answers.measure(table, groups=5 if small else 20),
    "hubs": lambda table, small: hubs.measure(
        table,
        sizes=(100, 1_000, 10_000) if small else (1_000, 10_000, 100_000),
        times=20 if small else 100,
    ),
    "moving": lambda table, small: moving.measure(table, SMALL if small else Size()),
    "questions": lambda table, small: questions.measure(
        table, SMALL if small else Size(), times=1 if small else 3
    ),
}
# The other parts write much, or do all twice, before anything counts.
_WARMED = {"writes", "answers", "hubs"}


def warm(stores: Sequence[Measured], *, small: bool) -> None:
    """Write a while without counting: a fresh Neo4j is slow for its first 16 s."""
    silent = Table(stores, is_silent=True)
    for _ in range(1 if small else 3):
        writes.measure(silent, batches=2)
        answers.measure(silent, groups=4)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_store")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--on", action="append", default=[])
    given = parser.parse_args()
    named = dict(one.partition("=")[::2] for one in given.on)
    addresses = {name: uri for name, uri in named.items() if uri}
    with (
        tempfile.TemporaryDirectory() as folder,
        side_by_side(Path(folder), list(named) or NAMES, addresses) as stores,
    ):
        if not _WARMED.isdisjoint(given.parts or PARTS):
            warm(stores, small=given.small)
        table = Table(stores)
        for name in given.parts or PARTS:
            PARTS[name](table, given.small)
        table.end()


if __name__ == "__main__":
    main()
