"""The command line as a whole: imports, help, bad usage, errors and exit statuses."""

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
import typer

from crawler.cli import run_command_line
from crawler.cli.commands import COMMANDS, load
from crawler.cli.error_messages import describe
from crawler.cli.exit_status import Status
from crawler.errors import (
    AnomalyError,
    BadAnswerError,
    BadCredentialsError,
    CrawlMismatchError,
    DatasetError,
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
from graph.errors import (
    BadGraphFileError,
    BadQueryError,
    ForeignDatabaseError,
    SchemaMismatchError,
    StoreRefusedError,
    StoreUnreachableError,
)
from tests.support.processes.cli_program import program

LATER = datetime(2026, 11, 24, 12, tzinfo=UTC)


# What `genregraph --help` may import besides the standard library.
MAY_BE_IMPORTED = {
    "crawler",
    "typer",
    "annotated_doc",
    "typing_extensions",
    "shellingham",
}


def failing(error):
    """A program with two commands, one of which raises."""
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


def test_help_imports_only_typer_and_the_table_of_commands():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            HELP,
        ],
        # `make coverage` would import coverage into this process.
        env={k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")},
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
        "crawler.cli.exit_status",
        "crawler.cli.commands",
    }


def test_help_lists_every_command_on_stdout():
    done = program("--help")
    assert done.returncode == Status.DONE
    assert done.stderr == ""
    unwrapped = " ".join(done.stdout.split())
    for name, entry in COMMANDS.items():
        assert f" {name} {entry.help}" in unwrapped


def test_the_program_without_arguments_prints_its_help_and_ends_with_2():
    done = program()
    assert done.returncode == Status.USAGE
    assert done.stdout == program("--help").stdout


def test_version_prints_the_version():
    assert program("--version").stdout.startswith("genregraph ")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_line_in_the_list_is_the_first_line_of_its_help(name):
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


def test_errors_repeat_no_secret_from_arguments_or_environment():
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
        (AnomalyError("x"), 1),
        (UnsupportedError("deezer", "x"), 1),
        (BadCredentialsError("deezer", "x"), 1),
        (BadAnswerError("deezer", "x"), 1),
        (OSError(errno.ENOSPC, "No space left on device", "out/x.mp3"), 1),
        (PermissionError(errno.EACCES, "Permission denied", "out"), 1),
    ],
)
def test_each_error_ends_the_program_with_its_status_and_a_message(
    error, status, capsys
):
    assert run_command_line(["work"], failing(error)) == status
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert "Traceback" not in said.err


def test_an_error_prints_its_message_and_then_its_hint(capsys):
    run_command_line(["work"], failing(SeedError("no artist is called Mettalica")))
    first, second = capsys.readouterr().err.splitlines()
    assert first == "error: no artist is called Mettalica"
    assert second == SeedError.hint


def test_a_full_disk_is_reported_with_the_file_and_a_hint():
    error = OSError(errno.ENOSPC, "No space left on device", "out/x")
    failure = describe(error, "genregraph")
    assert failure is not None
    assert failure.sentence == "no space left on device: out/x"
    assert failure.hint


def test_an_unexpected_error_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        run_command_line(["work"], failing(ZeroDivisionError()))


def test_an_interrupted_command_ends_with_130(capsys):
    assert (
        run_command_line(["work"], failing(KeyboardInterrupt())) == Status.INTERRUPTED
    )
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize("status", list(Status))
def test_a_command_can_end_with_any_status(status, capsys):
    assert run_command_line(["work"], failing(typer.Exit(status))) == status


def test_a_command_that_returns_ends_with_0():
    assert run_command_line(["rest"], failing(None)) == Status.DONE


def test_an_unquoted_name_of_several_words_gets_a_hint_about_quotes():
    done = program("find", "artist", "Daft", "Punk")
    assert done.returncode == Status.USAGE
    hint = done.stderr.splitlines()[-1]
    assert hint.startswith("Put a name of several words in quotes. See `")


def test_characters_that_the_terminal_lacks_are_printed_escaped():
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
