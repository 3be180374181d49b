"""`store serve`: the embedded store stays open for other tools until it is stopped."""

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import neo4j
import pytest

from tests.support.neo4j.server import free_port
from tests.support.processes.program import command, genregraph

LINE = '{"type":"node","id":"1","labels":["Artist"],"properties":{"id":"1"}}\n'
COUNT = "MATCH (a:Artist) RETURN count(a) AS n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store of one artist in `store`."""
    (tmp_path / "one.jsonl").write_text(LINE, encoding="utf-8")
    done = genregraph(
        "graph", "import", "one.jsonl", "--store", "store", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    return tmp_path


@contextmanager
def serving(folder: Path, *options: object) -> Iterator[subprocess.Popen[str]]:
    """The running command; it is killed if it has not ended by itself."""
    arguments = ("store", "serve", "--store", "store", "--format", "jsonl", *options)
    with subprocess.Popen(
        command(*arguments),
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def announced(process: subprocess.Popen[str]) -> dict[str, str]:
    """The next announcement of where the store is."""
    assert process.stdout is not None
    rows = [json.loads(process.stdout.readline()) for _ in range(4)]
    return {row["name"]: row["value"] for row in rows}


def ended(process: subprocess.Popen[str], number: int) -> str:
    """End it with a signal; returns its stderr."""
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    return said


def artists_at(place: dict[str, str]) -> int:
    """The number of artists, read by the driver as any other tool would."""
    password = Path(place["password_file"]).read_text(encoding="utf-8")
    login = (place["user"], password)
    with neo4j.GraphDatabase.driver(place["address"], auth=login) as driver:
        records, _, _ = driver.execute_query(COUNT, database_=place["database"])
    return int(records[0]["n"])


def test_other_tools_and_commands_use_a_served_store_until_it_is_stopped(
    folder: Path,
) -> None:
    port = free_port()
    with serving(folder, "--port", port) as process:
        place = announced(process)
        assert place["address"] == f"bolt://127.0.0.1:{port}"
        assert Path(place["password_file"]).stat().st_mode & 0o77 == 0
        assert artists_at(place) == 1
        done = genregraph("store", "stats", "--store", "store", folder=folder)
        assert "Artist,1" in done.stdout.splitlines()
        said = ended(process, signal.SIGINT)
    password = Path(place["password_file"]).read_text(encoding="utf-8")
    assert password not in said + json.dumps(place)
    assert f"-a bolt://127.0.0.1:{port} -d neo4j" in said
    assert said.splitlines()[-1] == "the store is closed"
    assert not (folder / "store" / "owner.json").exists()


def test_it_waits_for_the_command_that_runs_the_store_and_takes_over(
    folder: Path,
) -> None:
    with serving(folder) as first, serving(folder, "--port", free_port()) as second:
        before = [announced(first), announced(second)]
        # Either may have started first.
        assert before[0]["address"] == before[1]["address"]
        note = json.loads((folder / "store" / "owner.json").read_text("utf-8"))
        owner, other = (first, second) if note["pid"] == first.pid else (second, first)
        assert ended(owner, signal.SIGTERM).endswith("the store is closed\n")
        after = announced(other)
        assert after["address"] != before[0]["address"]
        assert artists_at(after) == 1
        said = ended(other, signal.SIGTERM)
    assert "another command runs the store at this address" in said
    assert said.endswith("the store is closed\n")


def test_a_server_a_missing_store_and_a_taken_port_are_refused(folder: Path) -> None:
    def refused(*arguments: object) -> str:
        done = genregraph("store", "serve", *arguments, folder=folder)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr
        return done.stderr

    assert "is a server already" in refused("--store", "bolt://127.0.0.1:9")
    assert "there is no store at nowhere" in refused("--store", "nowhere")
    assert not (folder / "nowhere").exists()
    with taken_port() as port:
        said = refused("--store", "store", "--port", port)
        assert f"cannot listen on port {port}" in said


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])
