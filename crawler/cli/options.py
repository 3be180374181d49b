"""The options that commands share, declared once.

A command file looks like this (`crawler/cli/<name>.py`; its name and one line of help
stand in `crawler/cli/commands.py`; it is imported only when its command is used, so it
may import what it needs at its head):

    app = typer.Typer()          # of a group (`query list`): the module's whole app


    @app.command()
    @common_options("store", "format", "quiet")
    def select(recipe: RecipeArgument, *, options: CommonOptions) -> None:
        \"\"\"Choose the artists and tracks of each class.

        What is safe to do, and an example.
        \"\"\"
        rules = read_recipe(recipe)
        with open_session(options.store, quiet=options.quiet) as session:
            funnel = select_labels(session.store, rules)
        emit(("stage", "count"), funnel, options.format)

A command parses, opens, calls and emits: nothing else. Data goes to stdout by
`crawler.console.output.emit`, everything else to `session.progress`. Errors of ours are
raised and left alone: `crawler.cli.error_messages` describes them. A status other than 0
is `raise typer.Exit(Status.X)`. Bad usage that typer cannot see is
`raise typer.BadParameter("a lower-case clause")`.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from crawler.console.output import Format

RecipeArgument = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="The recipe, a TOML file.")
]
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URI|FOLDER",
        help="The store: a Bolt address, or a folder for an embedded one.",
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="The format of stdout. [default: table; csv in a pipe]",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]


@dataclass(frozen=True, slots=True)
class CommonOptions:
    """The values of the options that commands share.

    Attributes:
        store: As given; None for the one in the settings.
        format: Of `--format` and `--json`; None for the default of stdout.
        quiet: Whether only what deserves a line of its own is printed to stderr.
    """

    store: str | None = None
    format: Format | None = None
    quiet: bool = False


def common_options(
    *names: Literal["store", "format", "quiet"],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the named options; it takes their values as `options`.

    They follow the command's own options in its help. "format" stands for `--format` and
    `--json`, which may agree but not contradict each other.
    """
    added = [option for name in names for option in _PARAMETERS[name]]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def with_options(**values: Any) -> None:
            taken = {one.name: values.pop(one.name) for one in added}
            chosen = chosen_format(
                taken.get("output_format"), as_json=taken.get("as_json", False)
            )
            quiet = taken.get("quiet", False)
            command(**values, options=CommonOptions(taken.get("store"), chosen, quiet))

        # Typer reads the options from the signature.
        parameters = inspect.signature(command, eval_str=True).parameters.values()
        own = [one for one in parameters if one.name != "options"]
        signature = inspect.Signature([*own, *added], return_annotation=None)
        with_options.__signature__ = signature  # type: ignore[attr-defined]
        with_options.__annotations__ = {
            one.name: one.annotation for one in signature.parameters.values()
        }
        return with_options

    return decorate


def _option(name: str, annotation: Any, default: object) -> Parameter:
    return Parameter(
        name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )


_PARAMETERS = {
    "store": (_option("store", StoreOption, None),),
    "format": (
        _option("output_format", FormatOption, None),
        _option("as_json", JsonOption, default=False),
    ),
    "quiet": (_option("quiet", QuietOption, default=False),),
}


def chosen_format(output_format: Format | None, *, as_json: bool) -> Format | None:
    """The format that `--format` and `--json` choose together; None where neither is given.

    Raises:
        typer.BadParameter: They contradict each other.
    """
    if as_json and output_format not in (None, Format.JSON):
        raise typer.BadParameter(
            f"--json and --format {output_format} contradict each other"
        )
    return Format.JSON if as_json else output_format
