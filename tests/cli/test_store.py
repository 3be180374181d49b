"""`store` and `graph` as commands: output, statuses and files."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from graph.model.crawl import Crawl, Plan
from graph.model.music import Changes
from graph.model.schema import VERSION
from graph.opening import StoreSettings, open_configured_store
from tests.support.neo4j.server import free_port
from tests.support.project import ROOT


@pytest.fixture
def program(tmp_path):
    """Runs the program in its own folder."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEO4J_", "GENREGRAPH_"))
    } | {"PYTHONPATH": str(ROOT)}

    def run(*arguments, **environ):
        return subprocess.run(
            [sys.executable, "-m", "crawler", *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=clean | environ,
        )

    return run


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LINE = '{"type":"node","id":"1","labels":["Artist"],"properties":{"id":"1"}}\n'


@pytest.mark.parametrize(
    "arguments",
    [("store", "check"), ("store", "stats"), ("graph", "export", "a.jsonl")],
)
def test_reading_a_missing_store_fails_and_creates_none(program, tmp_path, arguments):
    done = program(*arguments)
    assert done.returncode == 1
    assert "there is no store at .genregraph/store" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_initialised_checked_and_counted(program):
    done = program("store", "init")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[0] == "store: .genregraph/store (from the default)"
    assert "is ready" in done.stderr

    done = program("store", "check", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    facts = {fact["name"]: fact["value"] for fact in facts}
    assert facts.keys() == {"store", "engine", "schema", "made_by", "made_at"}
    assert facts["schema"] == VERSION
    assert "ArcadeDB" in facts["engine"]

    counts = program("store", "stats", "--format", "csv").stdout.splitlines()
    assert counts[:2] == ["name,count", "Artist,0"]


def test_a_graph_is_exported_and_imported_into_another_store(program, tmp_path):
    (tmp_path / "given.jsonl").write_text(LINE)
    assert program("graph", "import", "given.jsonl").returncode == 0
    done = program("graph", "export", "out.jsonl", "--no-times")
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 nodes and relations are in out.jsonl" in done.stderr
    assert (tmp_path / "out.jsonl").read_text() == LINE
    done = program("graph", "import", "out.jsonl", "--store", "copy")
    assert done.returncode == 0
    stats = program("store", "stats", "--format", "csv", "--store", "copy")
    assert "Artist,1" in stats.stdout.splitlines()


def test_a_bad_file_is_refused_before_a_store_is_created(program, tmp_path):
    (tmp_path / "bad.jsonl").write_text(LINE + "nonsense\n")
    done = program("graph", "import", "bad.jsonl")
    assert done.returncode == 1
    assert "line 2 of bad.jsonl cannot be used: it is not JSON" in done.stderr
    assert not (tmp_path / ".genregraph").exists()


def test_missing_and_empty_files_are_refused(program, tmp_path):
    done = program("graph", "import", "gone.gexf")
    assert done.returncode == 1
    assert "there is no file gone.gexf" in done.stderr
    (tmp_path / "empty.jsonl").touch()
    done = program("graph", "import", "empty.jsonl")
    assert done.returncode == 1
    assert "empty.jsonl is empty" in done.stderr
    (tmp_path / "graph.gexf").touch()
    assert program("graph", "import", "graph.gexf").returncode == 2
    assert not (tmp_path / ".genregraph").exists()


def test_import_refuses_a_store_with_an_unfinished_crawl(program, tmp_path):
    (tmp_path / "given.jsonl").write_text(LINE)
    settings = StoreSettings(None, None, None, None, tmp_path / "half")
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        store.begin(Crawl("r", "{}", "x"), Changes(), Plan(0, ()), at=NOW)
    done = program("graph", "import", "given.jsonl", "--store", "half")
    assert done.returncode == 1
    assert "is not finished" in done.stderr
    assert "genregraph crawl RECIPE" in done.stderr
    stats = program("store", "stats", "--format", "csv", "--store", "half")
    assert "Artist,0" in stats.stdout.splitlines()

    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        store.close_round(0, {}, seconds=1)
    assert program("graph", "import", "given.jsonl", "--store", "half").returncode == 0


def test_a_store_that_does_not_answer_ends_with_69(program):
    uri = f"bolt://127.0.0.1:{free_port()}"
    done = program("store", "check", "--store", uri)
    assert done.returncode == 69
    assert f"the graph database at {uri} does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert program("store", "check", NEO4J_URI=uri).returncode == 69
