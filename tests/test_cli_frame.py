"""The frame of the command line: what it imports, how it ends, what it says."""

import errno
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
import typer

from crawler.cli import run_command_line
from crawler.cli.failures import failure_of
from crawler.cli.options import chosen_format
from crawler.cli.statuses import Status
from crawler.cli.table import COMMANDS, load
from crawler.errors import (
    BadAnswerError,
    BadCredentialsError,
    CrawlMismatchError,
    DatasetError,
    DriftError,
    QuotaExhaustedError,
    RecipeError,
    SeedError,
    SelectionError,
    SettingsError,
    StoppedError,
    TermsNotAcceptedError,
    ThrottledError,
    TransientError,
    UnsupportedError,
)
from crawler.output import Format
from graph.errors import (
    BadGraphFileError,
    BadQueryError,
    ForeignDatabaseError,
    SchemaMismatchError,
    StoreRefusedError,
    StoreUnreachableError,
)

LATER = datetime(2026, 11, 24, 12, tzinfo=UTC)
# What `genregraph --help` may import besides the standard library.
MAY_BE_IMPORTED = {
    "crawler",
    "typer",
    "annotated_doc",
    "typing_extensions",
    "shellingham",
}


def program(*arguments, **environ):
    """Run the program as a person does, away from this process' settings."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NEO4J_", "GENREGRAPH_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "crawler", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=clean | environ,
    )


def failing(error):
    """A program of two commands, one of which raises."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command()
    def work(number: int = 1):
        raise error

    @app.command()
    def rest():
        pass

    return app


HELP = """
import sys
from crawler.cli import run_command_line
run_command_line(["--help"])
roots = {name.split(".")[0] for name in sys.modules}
print(*(m for m in sys.modules if m.split(".")[0] == "crawler"), file=sys.stderr)
print(*(roots - set(sys.stdlib_module_names)), file=sys.stderr)
"""


def test_help_imports_nothing_heavy():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            HELP,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    ours, roots = (set(line.split()) for line in done.stderr.splitlines())
    # How an editable install finds its packages.
    roots = {
        root for root in roots if not root.startswith(("__editable__", "_distutils"))
    }
    assert roots <= MAY_BE_IMPORTED | {"__main__", "__mp_main__"}
    assert ours == {
        "crawler",
        "crawler.cli",
        "crawler.cli.statuses",
        "crawler.cli.table",
    }


def test_help_lists_every_command_on_stdout():
    done = program("--help")
    assert done.returncode == Status.DONE
    assert done.stderr == ""
    unwrapped = " ".join(done.stdout.split())
    for name, entry in COMMANDS.items():
        assert f" {name} {entry.help}" in unwrapped


def test_the_bare_program_shows_its_help_with_the_status_of_bad_usage():
    done = program()
    assert done.returncode == Status.USAGE
    assert done.stdout == program("--help").stdout


def test_the_version_is_printed():
    assert program("--version").stdout.startswith("genregraph ")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_of_a_command_in_the_list_is_the_first_of_its_own_help(name):
    command = load(name, COMMANDS[name])
    assert (command.help or "").splitlines()[0] == COMMANDS[name].help


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["crwl"], "no such command 'crwl'. Did you mean 'crawl'?"),
        (["--stor"], "no such option: --stor"),
        (["init", "--presets", "x"], "no such option: --presets"),
        (["init", "a", "b"], "unexpected extra argument"),
        (["init", "--preset"], "requires an argument"),
        (["query", "list", "--format", "jsn"], "'--format': 'jsn' is not one of"),
        (["query", "list", "--json", "--format", "csv"], "contradict each other"),
        (["query"], "missing command"),
    ],
)
def test_bad_usage_is_one_sentence_and_status_2(arguments, words):
    done = program(*arguments)
    assert done.returncode == Status.USAGE
    assert done.stdout == ""
    first, hint = done.stderr.splitlines()
    assert first.startswith("error: ")
    assert words in first
    assert "--help`" in hint


def test_no_secret_of_an_argument_or_the_environment_is_repeated():
    done = program(
        "init", "a", "bolt://me:hunter2@host", "hunter3", NEO4J_PASSWORD="hunter3"
    )
    assert done.returncode == Status.USAGE
    assert "hunter" not in done.stderr


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RecipeError("x"), 2),
        (SettingsError("x"), 2),
        (SeedError("x"), 2),
        (TermsNotAcceptedError("x"), 2),
        (BadQueryError("x"), 2),
        (StoreUnreachableError("x"), 69),
        (TransientError("deezer", "x"), 69),
        (ThrottledError("deezer", "x", retry_after=5), 75),
        (QuotaExhaustedError("deezer", "x", until=LATER), 75),
        (StoppedError("x"), 130),
        (StoreRefusedError("x"), 1),
        (ForeignDatabaseError("x"), 1),
        (SchemaMismatchError("x"), 1),
        (BadGraphFileError("x"), 1),
        (SelectionError("x"), 1),
        (DatasetError("x"), 1),
        (CrawlMismatchError("x"), 2),
        (DriftError("x"), 1),
        (UnsupportedError("deezer", "x"), 1),
        (BadCredentialsError("deezer", "x"), 1),
        (BadAnswerError("deezer", "x"), 1),
        (OSError(errno.ENOSPC, "No space left on device", "out/x.mp3"), 1),
        (PermissionError(errno.EACCES, "Permission denied", "out"), 1),
    ],
)
def test_each_error_ends_the_program_with_its_status_and_its_words(
    error, status, capsys
):
    assert run_command_line(["work"], failing(error)) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert "Traceback" not in said.err


def test_an_error_says_what_happened_and_then_what_to_do(capsys):
    run_command_line(["work"], failing(SeedError("no artist is called Mettalica")))
    first, second = capsys.readouterr().err.splitlines()
    assert first == "error: no artist is called Mettalica"
    assert second == SeedError.hint


def test_no_space_is_told_with_the_place_and_what_to_do():
    failure = failure_of(OSError(errno.ENOSPC, "No space left on device", "out/x"))
    assert failure is not None
    assert failure.sentence == "no space left on device: out/x"
    assert failure.hint


def test_an_error_that_nobody_foresaw_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        run_command_line(["work"], failing(ZeroDivisionError()))


def test_an_interrupted_command_ends_with_130(capsys):
    assert (
        run_command_line(["work"], failing(KeyboardInterrupt())) == Status.INTERRUPTED
    )
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("status", list(Status))
def test_a_command_may_end_with_any_status_of_its_own(status, capsys):
    assert run_command_line(["work"], failing(typer.Exit(status))) == status


def test_a_command_that_ends_by_itself_is_done():
    assert run_command_line(["rest"], failing(None)) == Status.DONE


def test_json_and_format_may_agree_but_not_contradict():
    assert chosen_format(None, as_json=False) is None
    assert chosen_format(None, as_json=True) is Format.JSON
    assert chosen_format(Format.JSON, as_json=True) is Format.JSON
    assert chosen_format(Format.CSV, as_json=False) is Format.CSV
    with pytest.raises(typer.BadParameter):
        chosen_format(Format.CSV, as_json=True)


WAITING = """
import sys, time
from crawler.cli.options import stop_on_interrupt
from crawler.clock import SystemClock
from crawler.progress import QuietProgress
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
        "import sys; from crawler.cli import main; from crawler.output import emit\n"
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
