"""The options that commands share, and what they open.

How a command file looks (`crawler/cli/<name>.py`, its name and one line of help in
`crawler/cli/command_table.py`; it is imported only when its command is used, so it may
import what it needs at its head):

    app = typer.Typer()          # a group (`query list`): the module's whole app


    @app.command()
    def select(
        recipe: RecipeArgument,
        *,
        store: StoreOption = None,
        output_format: FormatOption = None,
        as_json: JsonOption = False,
        quiet: QuietOption = False,
    ) -> None:
        \"\"\"Choose the artists and tracks of each class.

        What is safe to do, and an example.
        \"\"\"
        with open_session(store, quiet=quiet) as session:
            funnel = run_policy(session.store, read_recipe(recipe))
        emit(("stage", "count"), funnel, chosen_format(output_format, as_json=as_json))

Parse, open, call, emit: nothing else. Data goes to stdout by `crawler.console.output.emit`,
all other words to `session.progress`. Errors of ours are raised and left alone:
`crawler.cli.main` says them. A status other than 0 is `raise typer.Exit(Status.X)`.
Bad usage that typer cannot see is `raise typer.BadParameter("a lower-case clause")`.
"""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.exit_status import Status
from crawler.cli.session import (
    Session,
    open_graph,
    open_session,
    open_workplace,
    settings_in_force,
    stop_on_interrupt,
    store_line,
)
from crawler.console.output import Format

__all__ = [
    "FormatOption",
    "JsonOption",
    "QuietOption",
    "RecipeArgument",
    "Session",
    "Status",
    "StoreOption",
    "chosen_format",
    "open_graph",
    "open_session",
    "open_workplace",
    "settings_in_force",
    "stop_on_interrupt",
    "store_line",
]

RecipeArgument = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="The recipe, a TOML file.")
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URI|FOLDER",
        help="The graph's store: a Bolt address, or a folder for the embedded one.",
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format", help="How to write to stdout. [default: table, in a pipe csv]"
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Leave out the progress.")
]


def chosen_format(output_format: Format | None, *, as_json: bool) -> Format | None:
    """What `--format` and `--json` say together; None where they say nothing.

    Raises:
        typer.BadParameter: They contradict each other.
    """
    if as_json and output_format not in (None, Format.JSON):
        raise typer.BadParameter(
            f"--json and --format {output_format} contradict each other"
        )
    return Format.JSON if as_json else output_format
