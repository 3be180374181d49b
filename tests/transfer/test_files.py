"""Files that are written whole or not at all, and the lock on a file."""

import errno
import os
import signal
import stat
import subprocess
import sys

import pytest

from graph.errors import BadGraphFileError
from graph.files import (
    FileLock,
    graph_file_errors,
    is_disk_full,
    reason_of,
    replace_files,
    write_atomically,
)

HOLDING = """
import sys
from pathlib import Path
from graph.files import FileLock
lock = FileLock(Path(sys.argv[1]))
print(lock.acquire(), flush=True)
sys.stdin.readline()
"""


def interrupted(file):
    with replace_files(file) as (part,):
        part.write_text("half")
        raise KeyboardInterrupt


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_as_a_whole(tmp_path):
    file = tmp_path / "page.html"
    file.write_text("old")
    write_atomically(file, "one\ntwo\r\n")
    assert file.read_bytes() == b"one\ntwo\r\n"
    assert names(tmp_path) == ["page.html"]


def test_a_failed_write_keeps_the_old_file_and_leaves_no_part_file(tmp_path):
    file = tmp_path / "page.html"
    file.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(file, "half of it \ud800")
    with pytest.raises(KeyboardInterrupt):
        interrupted(file)
    assert file.read_text() == "old"
    assert names(tmp_path) == ["page.html"]


def test_a_part_left_by_a_killed_process_does_not_block(tmp_path):
    (tmp_path / "note.part").write_text("left over")
    write_atomically(tmp_path / "note", "new")
    assert names(tmp_path) == ["note"]


def test_a_private_file_is_never_readable_by_others(tmp_path):
    write_atomically(tmp_path / "password", "secret", mode=0o600)
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600


def test_several_files_are_replaced_together(tmp_path):
    files = tmp_path / "nodes.csv", tmp_path / "edges.csv"
    with replace_files(*files) as parts:
        assert names(tmp_path) == ["edges.csv.part", "nodes.csv.part"]
        for part in parts:
            part.write_text("x")
    assert names(tmp_path) == ["edges.csv", "nodes.csv"]


def test_a_system_error_becomes_a_sentence(tmp_path):
    file = tmp_path / "none" / "graph.jsonl"
    with (
        pytest.raises(BadGraphFileError, match="jsonl cannot be written: no such file"),
        graph_file_errors(file),
        replace_files(file),
    ):
        pass
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert (reason_of(full), is_disk_full(full)) == ("no space left on device", True)


def test_a_lock_has_one_holder_until_it_is_released_or_the_holder_dies(tmp_path):
    file = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not FileLock(file).acquire()
        other.send_signal(signal.SIGKILL)
        other.wait()
    first, second = FileLock(file), FileLock(file)
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release(remove=True)
    assert names(tmp_path) == []
    assert first.acquire()
    first.release()
