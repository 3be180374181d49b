"""What an import loads: the Neo4j driver only where a store is opened."""

import subprocess
import sys

import pytest

LIGHT = (
    "graph",
    "graph.model.schema",
    "graph.model.music",
    "graph.model.crawl",
    "graph.store",
    "graph.files",
    "graph.cypher.tokens",
    "graph.transfer.statements",
    "graph.views.artists",
    "queries.running",
    "queries.analysis",
)


def loads_the_driver(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint('neo4j' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout == "True\n"


@pytest.mark.parametrize("module", LIGHT)
def test_the_graph_is_importable_without_the_driver(module):
    assert not loads_the_driver(f"import {module}")


def test_scripts_get_what_they_need_from_the_package_itself():
    assert not loads_the_driver("from graph import artist_graph")
    assert loads_the_driver("from graph import open_store")


def test_an_unknown_name_is_an_import_error():
    code = "try: from graph import nothing\nexcept ImportError: pass"
    assert not loads_the_driver(code)
