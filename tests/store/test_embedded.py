"""The embedded store and several processes: the owner, connections and takeovers."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.bolt_store.store import BoltStore
from graph.embedded.server import EmbeddedServer
from graph.errors import StoreRefusedError, StoreUnreachableError
from graph.opening import StoreSettings, open_configured_store

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROWS = "MATCH (a:Artist) RETURN a.id AS id, a.runs AS runs"


@contextmanager
def opened(folder: Path) -> Iterator[BoltStore]:
    settings = StoreSettings(None, None, None, None, folder)
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        assert isinstance(store, BoltStore)
        yield store


@contextmanager
def command(folder: Path, name: str, count: str) -> Iterator[subprocess.Popen[str]]:
    """See `tests.support.processes.store_process`; ended by force if it has not ended."""
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.processes.store_process",
            str(folder),
            name,
            count,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().strip() for _ in range(count)]


def owner(folder: Path) -> int:
    note = json.loads((folder / "owner.json").read_text())
    assert isinstance(note["pid"], int)
    return note["pid"]


def next_owner(folder: Path, before: int) -> int:
    for _ in range(300):
        with suppress(OSError, ValueError):
            if owner(folder) != before:
                return owner(folder)
        time.sleep(0.1)
    raise AssertionError("no process took over")


def rows(folder: Path) -> dict[object, object]:
    with opened(folder) as store:
        _, found = store.query(ROWS)
    assert len({row[0] for row in found}) == len(found)
    return {row[0]: row[1] for row in found}


@pytest.mark.timeout(180)
def test_twenty_commands_at_once_on_a_new_folder_all_write_and_nothing_is_lost(
    tmp_path,
):
    folder = tmp_path / "new" / "store"
    with ExitStack() as stack:
        commands = [
            stack.enter_context(command(folder, f"c{n}", "3")) for n in range(20)
        ]
        output = [process.communicate()[0].split() for process in commands]
    assert [process.returncode for process in commands] == [0] * 20
    assert output == [["open", *(f"c{n}:{i}" for i in range(3))] for n in range(20)]
    assert rows(folder) == {f"c{n}:{i}": 1 for n in range(20) for i in range(3)}


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)


def end(process: subprocess.Popen[str]) -> None:
    process.communicate()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("leave", [kill, end])
def test_nothing_is_lost_when_the_owner_ends(
    tmp_path: Path, leave: Callable[[subprocess.Popen[str]], None]
):
    folder = tmp_path / "store"
    with command(folder, "owner", "hold") as first:
        lines(first, 1)
        assert owner(folder) == first.pid
        with command(folder, "a", "500") as one, command(folder, "b", "500") as two:
            lines(one, 10)
            lines(two, 10)
            leave(first)
            assert next_owner(folder, first.pid) in {one.pid, two.pid}
            one.communicate()
            two.communicate()
            assert (one.returncode, two.returncode) == (0, 0)
    found = rows(folder)
    assert found.keys() == {f"{c}:{i}" for c in "ab" for i in range(500)}
    # A commit that was lost on the way back is run again: at most one a writer.
    assert sum(1 for runs in found.values() if runs != 1) <= 2


def test_a_second_process_connects_to_the_owner(tmp_path):
    with opened(tmp_path / "store") as first:
        with opened(tmp_path / "store") as second:
            second.pause("deezer", 60)
        assert first.stats()["Source"] == 1
        assert owner(tmp_path / "store") == os.getpid()


def test_a_stale_note_does_not_block(tmp_path):
    folder = tmp_path / "store"
    with command(folder, "owner", "hold") as process:
        lines(process, 1)
        kill(process)
        process.wait()
    assert (folder / "owner.json").exists()
    started = time.monotonic()
    with opened(folder):
        assert time.monotonic() - started < 10
        assert owner(folder) == os.getpid()
    assert not (folder / "owner.json").exists()


def test_a_stale_note_with_the_port_of_another_program_does_not_block(tmp_path):
    folder = tmp_path / "store"
    with opened(folder) as store:
        store.pause("deezer", 60)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        note = {"port": stranger.getsockname()[1], "pid": 1}
        (folder / "owner.json").write_text(json.dumps(note))
        with opened(folder) as store:
            assert store.stats()["Source"] == 1


def test_the_error_names_an_owner_that_does_not_answer(tmp_path):
    folder = tmp_path / "store"
    folder.mkdir()
    waits: list[float] = []
    first = EmbeddedServer(folder)
    assert first._lock.acquire()
    try:
        with pytest.raises(StoreUnreachableError, match="another process") as caught:
            EmbeddedServer(folder, wait=waits.append).address()
        assert "owner.json" in caught.value.hint
        assert 30 <= sum(waits) <= 120
    finally:
        first._lock.release()


def test_only_the_user_can_read_the_password_and_it_is_kept(tmp_path):
    folder = tmp_path / "store"
    with opened(folder):
        pass
    password = folder / "password"
    secret = password.read_text()
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    with opened(folder):
        assert password.read_text() == secret
    assert secret not in repr(EmbeddedServer(folder).where)


def test_a_lost_password_is_replaced_and_the_graph_is_kept(tmp_path):
    folder = tmp_path / "store"
    with opened(folder) as store:
        store.pause("deezer", 60)
    (folder / "password").unlink()
    with opened(folder) as store:
        assert store.stats()["Source"] == 1


def test_a_folder_that_cannot_be_created_gives_a_short_error(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StoreRefusedError, match="cannot be used") as caught,
        opened(tmp_path / "file" / "store"),
    ):
        pass
    assert caught.value.hint


def test_a_machine_without_the_engine_gets_a_hint(tmp_path):
    code = (
        "import sys; sys.modules['arcadedb'] = None\n"
        "from graph.embedded.server import EmbeddedServer\n"
        "from graph.errors import StoreRefusedError\n"
        "from pathlib import Path\n"
        "try: EmbeddedServer(Path(sys.argv[1])).address()\n"
        "except StoreRefusedError as error: print(error, '|', error.hint)\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output.startswith("the embedded store is not available for this machine | ")
    assert "NEO4J_URI" in output
