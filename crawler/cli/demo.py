"""`demo`: the whole job on an invented world, offline."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import (
    FormatOption,
    JsonOption,
    QuietOption,
    Workplace,
    chosen_format,
    open_graph,
)
from crawler.cli.run import run_recipe
from crawler.cli.select import FUNNEL_COLUMNS, funnel_rows
from crawler.clock import SystemClock
from crawler.config import (
    Settings,
)
from crawler.config_services import (
    PaceSettings,
    ServiceSettings,
)
from crawler.errors import DatasetError
from crawler.explorer import View, write_explorer
from crawler.output import emit
from crawler.progress import TerminalProgress, progress_on
from crawler.recipe import Recipe
from crawler.recipe_file import read_recipe
from crawler.services import terms_of_crawl
from crawler.standin.inventing import bundled_world
from crawler.standin.server import Standin, serve
from graph.opening import StoreSettings

DEFAULT_FOLDER = Path("genregraph-demo")

# The stand-in service refuses nobody in the demo, so nobody needs to wait for it.
NO_LIMIT = PaceSettings(requests=0, seconds=1)

app = typer.Typer()


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where all of it is written.")
    ] = DEFAULT_FOLDER,
    *,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Do the whole job offline, on invented music, in under a minute.

    A local stand-in plays Deezer, MusicBrainz and ListenBrainz. Recipe, graph,
    data set and explorer page are written into DIR; nothing else is touched, whatever
    NEO4J_URI says.

    Example:  genregraph demo
    """
    chosen = chosen_format(output_format, as_json=as_json)
    recipe = _prepare(folder)
    with (
        serve(bundled_world(), limits=False) as standin,
        _workplace(folder, standin, quiet=quiet) as place,
    ):
        place.progress.say("an invented world, played by a service on this machine")
        rules = read_recipe(recipe)
        selected, _ = run_recipe(rules, folder / "dataset", place)
        _write_explorer(folder / "explorer.html", rules, place)
        emit(FUNNEL_COLUMNS, funnel_rows(selected), chosen)
        for line in _where_to_look(folder):
            place.progress.say(line)


def _prepare(folder: Path) -> Path:
    """The demo's folder with its recipe.

    Raises:
        DatasetError: The folder holds something else.
    """
    recipe = folder / "recipe.toml"
    text = (files("crawler") / "demo.toml").read_text(encoding="utf-8")
    if folder.exists() and any(folder.iterdir()) and not recipe.exists():
        raise DatasetError(
            f"{folder} holds files that are not the demo's",
            hint="Name another folder: genregraph demo DIR",
        )
    folder.mkdir(parents=True, exist_ok=True)
    recipe.write_text(text, encoding="utf-8", newline="\n")
    return recipe


@contextmanager
def _workplace(folder: Path, standin: Standin, *, quiet: bool) -> Iterator[Workplace]:
    """A workplace that knows the stand-in and the demo's own store, and nothing else."""
    services = {
        "deezer": ServiceSettings(standin.deezer_url, NO_LIMIT),
        "musicbrainz": ServiceSettings(standin.musicbrainz_url, NO_LIMIT),
        "listenbrainz": ServiceSettings(standin.listenbrainz_url, NO_LIMIT),
    }
    store = StoreSettings(None, None, None, None, folder / "store")
    settings = Settings(store=store, store_from="the demo", services=services)
    clock = SystemClock()
    progress = progress_on(sys.stderr, clock, quiet=quiet)
    try:
        yield Workplace(settings, progress, clock)
    finally:
        if isinstance(progress, TerminalProgress):
            progress.close()


def _write_explorer(page: Path, rules: Recipe, place: Workplace) -> None:
    with open_graph(place, create=False) as store:
        terms = terms_of_crawl(store, place.settings, place.clock, place.progress)
        write_explorer(page, store, View(rules), terms, place.clock)


def _where_to_look(folder: Path) -> Iterator[str]:
    yield f"recipe:    {folder / 'recipe.toml'}"
    yield f"data set:  {folder / 'dataset'} (start with its README.md)"
    yield f"explorer:  {folder / 'explorer.html'}: open it in a browser"
    yield f"           {(folder / 'explorer.html').resolve().as_uri()}"
    yield f"graph:     genregraph query run class_sizes --store {folder / 'store'}"
