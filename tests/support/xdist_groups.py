"""How the suite runs in several processes (pytest-xdist, `--dist loadgroup`).

A file's tests run in one process, one after the other, and so share their fixtures.
Tests on a Neo4j run in the process of their line instead: each line is started once,
and a test never empties a database that another test uses; with a server that is named by
`GENREGRAPH_TEST_NEO4J_URI` all of them run in one. A module may name another group
by `pytestmark = pytest.mark.xdist_group("name")`.

The groups that take longest begin first, so that none of them runs alone at the end;
xdist's own order, by the number of tests, is switched off.
"""

import os
import re
from collections.abc import Iterable

import pytest

from tests.support.project import ROOT

NAMED_SERVER = os.environ.get("GENREGRAPH_TEST_NEO4J_URI")

# Each takes more than 25 s, the longest first (`--durations`).
LONGEST = (
    "neo4j-5.26",
    "neo4j-2026",
    "bolt/test_server_away",
    "end_to_end/test_bad_input",
    "end_to_end/test_whole_crawl",
    "end_to_end/test_documents",
    "project/test_delivery",
    "end_to_end/test_demo",
)


def group(item: pytest.Item) -> str:
    """The tests of equal groups never run at the same time."""
    lines = lines_of(item)
    if not lines:
        return item.path.relative_to(ROOT / "tests").with_suffix("").as_posix()
    return "neo4j" if NAMED_SERVER else f"neo4j-{min(lines)}"


def lines_of(item: pytest.Item) -> set[str]:
    """The lines of Neo4j that a test's fixtures and parameters name."""
    words = [word for word in _words(item) if re.fullmatch(r"neo4j[\w.-]*", word)]
    return {"2026" if "2026" in word else "5.26" for word in words}


def _words(item: pytest.Item) -> Iterable[str]:
    """The names of a test's fixtures, and those among its parameters."""
    if isinstance(item, pytest.Function):
        yield from item.fixturenames
        if hasattr(item, "callspec"):
            yield from map(str, item.callspec.params.values())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(group(item)))
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    (name,) = item.get_closest_marker("xdist_group").args
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remove the group from a test's name, so that the name can be passed to pytest."""
    name, at, _ = report.nodeid.rpartition("@")
    if at and hasattr(report, "node") and report.nodeid.rfind("]") < len(name):
        report.nodeid = name
