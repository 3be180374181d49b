"""`genregraph --help` answers at once: it imports nothing that only a command needs."""

import json
import resource
import subprocess
import sys

import pytest

PROGRAM = """
import json, sys
from crawler.cli import run_command_line
status = run_command_line(sys.argv[1:])
print(json.dumps([int(status), sorted(sys.modules)]), file=sys.stderr)
"""
LATE = (
    *("pydantic", "neo4j", "arcadedb", "requests", "numpy", "networkx", "scipy"),
    *("soundfile", "spotipy", "rich", "graph", "queries"),
    *("crawler.toml_schema", "crawler.recipe", "crawler.config", "crawler.sources"),
)


def cpu_seconds(*arguments: str) -> float:
    """The least CPU time of five runs of Python."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(5))


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)])
def test_the_help_imports_no_schema_no_driver_and_no_library_of_numbers(arguments):
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(ended.stderr)
    assert status == 0
    assert [name for name in LATE if name in modules] == []


def test_the_help_takes_at_most_twice_the_time_of_importing_typer():
    program = "import sys; from crawler.cli import main; main()"
    assert cpu_seconds("-c", program, "--help") <= 2 * cpu_seconds("-c", "import typer")
