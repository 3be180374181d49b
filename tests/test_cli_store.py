"""`store` and `graph` on the command line: words, streams, statuses, files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.neo4j_server import free_port


@pytest.fixture
def program(tmp_path):
    """Runs the program in a folder of its own."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEO4J_", "GENREGRAPH_"))
    } | {"PYTHONPATH": str(Path(__file__).parents[1])}

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


LINE = '{"type":"node","id":"1","labels":["Artist"],"properties":{"id":"1"}}\n'


@pytest.mark.parametrize(
    "arguments",
    [("store", "check"), ("store", "stats"), ("graph", "export", "a.jsonl")],
)
def test_reading_where_there_is_no_store_fails_and_makes_none(
    program, tmp_path, arguments
):
    done = program(*arguments)
    assert done.returncode == 1
    assert "there is no store at .genregraph/store" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_taken_into_use_checked_and_counted(program):
    done = program("store", "init")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[0] == "store: .genregraph/store (from the default)"
    assert "is ready" in done.stderr

    facts = json.loads(program("store", "check", "--json").stdout)
    facts = {fact["name"]: fact["value"] for fact in facts}
    assert facts.keys() == {"store", "engine", "schema", "made_by", "made_at"}
    assert facts["schema"] == 1
    assert "ArcadeDB" in facts["engine"]

    counts = program("store", "stats", "--format", "csv").stdout.splitlines()
    assert counts[:2] == ["name,count", "Artist,0"]


def test_a_graph_goes_out_and_into_another_store(program, tmp_path):
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


def test_a_bad_file_is_refused_before_a_store_is_made(program, tmp_path):
    (tmp_path / "bad.jsonl").write_text(LINE + "nonsense\n")
    done = program("graph", "import", "bad.jsonl")
    assert done.returncode == 1
    assert "line 2 of bad.jsonl cannot be used: it is no JSON" in done.stderr
    assert not (tmp_path / ".genregraph").exists()


def test_another_suffix_is_bad_usage(program):
    done = program("graph", "export", "graph.gexf")
    assert done.returncode == 2
    assert "does not end in .jsonl" in done.stderr


def test_a_store_that_does_not_answer_is_status_69(program):
    uri = f"bolt://127.0.0.1:{free_port()}"
    done = program("store", "check", "--store", uri)
    assert done.returncode == 69
    assert f"the graph database at {uri} does not answer" in done.stderr
    assert "Traceback" not in done.stderr
    assert program("store", "check", NEO4J_URI=uri).returncode == 69
