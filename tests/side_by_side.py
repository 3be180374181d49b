"""How the suite runs in several processes (pytest-xdist, `--dist loadgroup`).

A file's tests run in one process, one after the other, and so share their fixtures.
Tests on a Neo4j run in the process of their line instead: each line is started once,
and nobody empties a database under another's test. A module may name another group
by `pytestmark = pytest.mark.xdist_group("name")`.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

GROUPS = ("neo4j-5.26", "neo4j-2026")


def group(item: pytest.Item) -> str:
    """The tests of equal groups never run at the same time."""
    lines = {_line(word) for word in _words(item)}
    return next((one for one in GROUPS if one in lines), Path(item.path).stem)


def _words(item: pytest.Item) -> Iterable[str]:
    """The names of a test's fixtures, and those among its parameters."""
    if isinstance(item, pytest.Function):
        yield from item.fixturenames
        if hasattr(item, "callspec"):
            yield from map(str, item.callspec.params.values())


def _line(word: str) -> str | None:
    if not word.startswith("neo4j"):
        return None
    return GROUPS["2026" in word]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(group(item)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Take the group off a test's name, so that it can be given to pytest as it is."""
    name, at, _ = report.nodeid.rpartition("@")
    if at and hasattr(report, "node") and report.nodeid.rfind("]") < len(name):
        report.nodeid = name
