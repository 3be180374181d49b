"""Database hits of every shipped statement that reads, on both lines of Neo4j.

Off by default: `make bench`, or `python -m tests.benchmarks.bench_queries_hits [RELATIVES]`. The
made graph has 20,000 artists with so many relatives each (5). PROFILE counts a hit for
each node, relation, property or index entry that is touched: unlike seconds, the numbers
are the same on every machine. What reads a whole label is marked with its name.
"""

import sys
import tempfile
from pathlib import Path

import neo4j

from tests.support.neo4j.lines import LINES, Line, NoServerError
from tests.support.neo4j.server import running
from tests.support.oracles.query_plans import Plan, fill, profiled, statements


def measure(line: Line, relatives: int) -> dict[str, Plan]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "home", line) as server,
        neo4j.GraphDatabase.driver(
            server.uri, auth=None, notifications_min_severity="OFF"
        ) as driver,
    ):
        fill(driver, relatives=relatives)
        return {
            name: profiled(driver, text)
            for name, text in statements()
            if "/write_" not in name
        }


def show(found: dict[str, dict[str, Plan]]) -> None:
    print(
        f"{'statement':44}" + "".join(f"{line:>14}" for line in found) + "  whole label"
    )
    first = next(iter(found.values()))
    for name in first:
        hits = "".join(f"{plans[name].hits:14,}" for plans in found.values())
        print(f"{name:44}{hits}  {' '.join(sorted(first[name].scanned))}")


if __name__ == "__main__":
    count = int(sys.argv[1]) if sys.argv[1:] else 5
    tables = {}
    for named in LINES.values():
        try:
            tables[named.name] = measure(named, count)
        except NoServerError as error:
            print(f"Neo4j {named.name} is not measured: {error}")
    if tables:
        show(tables)
