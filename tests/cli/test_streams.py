"""Ctrl-C, presets and what a terminal lacks: the command line as a process."""

import os
import signal
import subprocess
import sys
import time

import pytest
import typer

from crawler.cli.exit_status import Status
from crawler.cli.options import chosen_format
from crawler.console.output import Format
from tests.support.processes.cli_program import program


def test_json_and_format_may_agree_but_not_contradict():
    assert chosen_format(None, as_json=False) is None
    assert chosen_format(None, as_json=True) is Format.JSON
    assert chosen_format(Format.JSON, as_json=True) is Format.JSON
    assert chosen_format(Format.CSV, as_json=False) is Format.CSV
    with pytest.raises(typer.BadParameter):
        chosen_format(Format.CSV, as_json=True)


WAITING = """
import sys, time
from crawler.cli.session import stop_on_interrupt
from crawler.clock import SystemClock
from crawler.console.progress import QuietProgress
with stop_on_interrupt(QuietProgress(sys.stderr, SystemClock())) as stop:
    print("ready", flush=True)
    stop.wait(30)
    print("asked to stop", flush=True)
    time.sleep({seconds})
print("ended by itself", flush=True)
"""


@pytest.fixture
def waiting():
    processes = []

    def start(seconds):
        process = subprocess.Popen(
            [sys.executable, "-c", WAITING.format(seconds=seconds)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "asked to stop\n"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_the_first_interrupt_lets_the_work_on_the_way_end(waiting):
    out, err = waiting(seconds=0.3).communicate(timeout=20)
    assert out == "ended by itself\n"
    assert "press Ctrl-C again to stop now" in err


def test_the_second_interrupt_stops_at_once(waiting):
    process = waiting(seconds=30)
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert "ended by itself" not in out
    assert "KeyboardInterrupt" in err
    assert time.monotonic() - begin < 10


def test_init_writes_a_preset_and_leaves_a_file_that_is_there_alone(tmp_path):
    file = tmp_path / "my.toml"
    done = program("init", str(file), "--preset", "metal-20")
    assert (done.returncode, done.stdout) == (Status.DONE, "")
    assert "metal-20" in file.read_text("utf-8")
    file.write_text("mine")
    again = program("init", str(file))
    assert again.returncode == Status.USAGE
    assert "already there" in again.stderr
    assert file.read_text() == "mine"


def test_init_names_a_folder_that_is_not_there(tmp_path):
    done = program("init", str(tmp_path / "gone" / "x.toml"))
    assert done.returncode == Status.FAILED
    assert "no such file or directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_signs_that_a_terminal_lacks_are_shown_escaped():
    work = (
        "import sys; from crawler.cli import main; from crawler.console.output import emit\n"
        "sys.argv = ['genregraph', '--version']\n"
        "try: main()\n"
        "except SystemExit: emit(('name',), [('Härte',)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", work],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert "H\\xe4rte" in done.stdout, done.stderr
