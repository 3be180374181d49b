"""The command line: builds `app`, joins the commands, turns errors into words."""

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from crawler.cli.command_table import CommandTable
from crawler.cli.exit_status import Status

PROGRAM = "genregraph"

app = typer.Typer(
    name=PROGRAM,
    cls=CommandTable,
    # Rich's help costs as long as all the rest of `--help`.
    rich_markup_mode=None,
    # An unexpected error should look like Python's, and locals may hold secrets.
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  typer calls it so
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  only here

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
    """From a few seed artists to a clean, genre-labelled track collection.

    A first look, offline and without any key:  genregraph demo

    A data set of your own:  genregraph init, then crawl, select, export and verify.
    """


def main() -> None:
    """Run the command line and leave with its status."""
    for stream in (sys.stdout, sys.stderr):
        _take_any_text(stream)
    sys.exit(run_command_line(sys.argv[1:]))


def run_command_line(arguments: Sequence[str], program: typer.Typer = app) -> int:
    """Run one command line; our own errors become a sentence, a hint and a status.

    An error that nobody foresaw keeps its traceback.
    """
    try:
        return _call(arguments, program)
    except typer.TyperException as error:
        return _say_usage(error)
    except typer.Abort:
        return _say(Status.FAILED, "given up at the question")
    except KeyboardInterrupt:
        return _say(Status.INTERRUPTED, "interrupted")
    except Exception as error:
        from crawler.cli.error_messages import failure_of  # noqa: PLC0415  keeps --help quick

        failure = failure_of(error)
        if failure is None:
            raise
        return _say(failure.status, failure.sentence, failure.hint)


def _call(arguments: Sequence[str], program: typer.Typer) -> int:
    if not arguments:
        _call(["--help"], program)
        return Status.USAGE
    ended: object = program(list(arguments), prog_name=PROGRAM, standalone_mode=False)
    if ended == Status.INTERRUPTED:
        return _say(Status.INTERRUPTED, "interrupted")
    return ended if isinstance(ended, int) else Status.DONE


def _say_usage(error: typer.TyperException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else PROGRAM
    # Typer's own words for a wrong choice begin with those of its validator.
    message = error.format_message().replace("Value error, ", "").strip().rstrip(".")
    sentence = message[:1].lower() + message[1:]
    is_extra = "unexpected extra argument" in sentence
    quotes = "Put a name of several words in quotes. " if is_extra else ""
    return _say(error.exit_code, sentence, f"{quotes}See `{path} --help`.")


def _say(status: int, sentence: str, hint: str = "") -> int:
    from crawler.config.settings import process_environment, without_secrets  # noqa: PLC0415  keeps --help quick

    text = f"error: {sentence}\n{hint}".rstrip()
    typer.echo(without_secrets(text, process_environment()), err=True)
    return status


def _take_any_text(stream: object) -> None:
    """Names hold signs that a terminal's encoding may lack: show them escaped."""
    reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
