"""`init`: writes a recipe to start from."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.completion import presets
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import open_workplace
from crawler.errors import RecipeError
from crawler.recipe.loader import preset_names, preset_text

DEFAULT_FILE = Path("recipe.toml")
DEFAULT_PRESET = "genres-10"

app = typer.Typer()


@app.command()
@common_options("quiet")
def init(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write.")
    ] = DEFAULT_FILE,
    *,
    preset: Annotated[
        str,
        typer.Option(
            help="One of " + ", ".join(preset_names()) + ".", autocompletion=presets
        ),
    ] = DEFAULT_PRESET,
    options: CommonOptions,
) -> None:
    """Write a commented recipe to start from.

    An existing file is left alone.

    Example:  genregraph init metal.toml --preset metal-20
    """
    text = preset_text(preset)
    with open_workplace(quiet=options.quiet) as workplace:
        write_new(file, text)
        workplace.progress.say(
            f"wrote {file}; read it, then run `genregraph crawl {file}`"
        )


def write_new(file: Path, text: str) -> None:
    """Write a recipe; an existing file is left alone.

    Raises:
        RecipeError: The file exists.
    """
    try:
        stream = file.open("x", encoding="utf-8", newline="\n")
    except FileExistsError as error:
        raise RecipeError(
            f"{file} is already there", hint="Name another file, or remove that one."
        ) from error
    try:
        with stream:
            stream.write(text)
    except OSError:  # no space: half a recipe would be worse than none
        file.unlink(missing_ok=True)
        raise
