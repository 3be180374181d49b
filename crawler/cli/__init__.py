"""The command line: the program's `app`, and how one command line is run."""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from crawler.cli.commands import CommandTable
from crawler.cli.exit_status import Status

PROGRAM = "genregraph"

app = typer.Typer(
    name=PROGRAM,
    cls=CommandTable,
    # Importing rich takes as long as the rest of `--help`.
    rich_markup_mode=None,
    # An unexpected error should look like Python's, and locals may hold secrets.
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer passes it by position
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  keeps --help quick

        typer.echo(f"{PROGRAM} {version(PROGRAM)}")
        raise typer.Exit


@app.callback()
def _genregraph(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_print_version,
            is_eager=True,
            help="Print the program's version.",
        ),
    ] = False,
) -> None:
    """Turn a few seed artists into a clean, genre-labelled track collection.

    Take a first look, offline and without a key:  genregraph demo

    Make a data set of your own:  genregraph init, then crawl, select, export, verify.
    """


def main() -> None:
    """Run the process's command line and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        _escape_unprintable(stream)
    sys.exit(run_command_line(sys.argv[1:]))


def run_command_line(arguments: Sequence[str], program: typer.Typer = app) -> int:
    """Run one command line and return its exit status.

    An error that we raise on purpose is printed as a sentence and a hint. An unexpected
    one keeps its traceback.
    """
    try:
        return _call(arguments, program)
    except (Exception, KeyboardInterrupt) as error:
        from crawler.cli.error_messages import describe  # noqa: PLC0415  keeps --help quick

        failure = describe(error, PROGRAM)
        if failure is None:
            raise
        return _print_failure(failure.status, failure.sentence, failure.hint)


def _call(arguments: Sequence[str], program: typer.Typer) -> int:
    if not arguments:
        _call(["--help"], program)
        return Status.USAGE
    ended: object = program(list(arguments), prog_name=PROGRAM, standalone_mode=False)
    if ended == Status.INTERRUPTED:
        return _print_failure(Status.INTERRUPTED, "interrupted")
    return ended if isinstance(ended, int) else Status.DONE


def _print_failure(status: int, sentence: str, hint: str = "") -> int:
    from crawler.config.settings import process_environment, without_secrets  # noqa: PLC0415  keeps --help quick

    text = f"error: {sentence}\n{hint}".rstrip()
    typer.echo(without_secrets(text, process_environment()), err=True)
    return status


def _escape_unprintable(stream: object) -> None:
    """Print characters that the terminal's encoding lacks as escapes, not as an error."""
    reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
