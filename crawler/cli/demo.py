"""`demo`: the whole job on an invented world, offline."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import (
    FormatOption,
    JsonOption,
    QuietOption,
    StoreOption,
    chosen_format,
)
from crawler.cli.run import run_recipe
from crawler.cli.select import FUNNEL_COLUMNS, funnel_rows
from crawler.cli.session import Workplace, open_graph, settings_in_force
from crawler.cli.wiring import terms_of_crawl
from crawler.clock import SystemClock
from crawler.config.services import RateSettings, ServiceSettings
from crawler.config.settings import Settings
from crawler.console.output import emit
from crawler.console.progress import TerminalProgress, progress_on
from crawler.errors import DatasetError
from crawler.recipe.loader import read_recipe, recipe_from_text
from crawler.recipe.model import Recipe
from crawler.reports.explorer import ExplorerOptions, write_explorer
from crawler.standin.server import Standin, serve
from crawler.standin.world.generator import bundled_world
from graph.errors import ForeignDatabaseError, NoStoreError, StoreRefusedError
from graph.opening import StoreSettings, open_store

DEFAULT_FOLDER = Path("genregraph-demo")

# The stand-in service refuses nobody in the demo, so nobody needs to wait for it.
NO_LIMIT = RateSettings(requests=0, seconds=1)

app = typer.Typer()


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where all of it is written.")
    ] = DEFAULT_FOLDER,
    *,
    store: StoreOption = None,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Do the whole job offline, on invented music, in under a minute.

    A local stand-in plays Deezer, MusicBrainz and ListenBrainz. Recipe, graph, data set
    and explorer page are written into DIR; nothing else is touched, whatever NEO4J_URI
    says. With --store the graph goes there instead, if nothing else is in it.

    Example:  genregraph demo
    """
    chosen = chosen_format(output_format, as_json=as_json)
    settings = _settings(folder, store)
    refuse_other_graphs(settings, _rules())
    recipe = _prepare(folder)
    with (
        serve(bundled_world(), limits=False) as standin,
        _workplace(settings, standin, quiet=quiet) as place,
    ):
        place.progress.say("an invented world, played by a service on this machine")
        rules = read_recipe(recipe)
        selected, _ = run_recipe(rules, folder / "dataset", place)
        _write_explorer(folder / "explorer.html", rules, place)
        emit(FUNNEL_COLUMNS, funnel_rows(selected), chosen)
        for line in _where_to_look(folder, settings.store):
            place.progress.say(line)


def _settings(folder: Path, store: str | None) -> Settings:
    """The demo's own store, or the one that was named; whatever the environment names."""
    if store is not None:
        named = settings_in_force(store)
        return Settings(store=named.store, store_from=named.store_from)
    own = StoreSettings(None, None, None, None, folder / "store")
    return Settings(store=own, store_from="the demo")


def _text() -> str:
    return (files("crawler") / "demo.toml").read_text(encoding="utf-8")


def _rules() -> Recipe:
    return recipe_from_text(_text(), where="the demo")


def refuse_other_graphs(settings: Settings, rules: Recipe) -> None:
    """See before anything is written whether the store is empty, or the demo's already.

    Raises:
        StoreRefusedError: It holds another graph.
        GraphError: It cannot be opened.
    """
    hint = "Name an empty database or a new folder with --store, or leave it out."
    try:
        with open_store(
            settings.store, clock_now=SystemClock().now, create=False
        ) as store:
            crawl, artists = store.crawl(), store.stats().get("Artist", 0)
    except NoStoreError:
        return
    except ForeignDatabaseError as error:
        raise ForeignDatabaseError(str(error), hint=hint) from error
    if crawl is not None and (crawl.name, crawl.recipe_digest) != (
        rules.name,
        rules.digest(),
    ):
        raise StoreRefusedError(
            f'the store at {_place(settings.store)} holds the crawl "{crawl.name}", '
            "which is not the demo's",
            hint=hint,
        )
    if crawl is None and artists:
        raise StoreRefusedError(
            f"the store at {_place(settings.store)} holds a graph that is not the demo's",
            hint=hint,
        )


def _place(store: StoreSettings) -> str:
    return store.uri or str(store.directory)


def _prepare(folder: Path) -> Path:
    """The demo's folder with its recipe.

    Raises:
        DatasetError: The folder holds something else.
    """
    recipe = folder / "recipe.toml"
    if folder.exists() and any(folder.iterdir()) and not recipe.exists():
        raise DatasetError(
            f"{folder} holds files that are not the demo's",
            hint="Name another folder: genregraph demo DIR",
        )
    folder.mkdir(parents=True, exist_ok=True)
    recipe.write_text(_text(), encoding="utf-8", newline="\n")
    return recipe


@contextmanager
def _workplace(
    settings: Settings, standin: Standin, *, quiet: bool
) -> Iterator[Workplace]:
    """A workplace that knows the stand-in and the demo's store, and nothing else."""
    services = {
        "deezer": ServiceSettings(standin.deezer_url, NO_LIMIT),
        "musicbrainz": ServiceSettings(standin.musicbrainz_url, NO_LIMIT),
        "listenbrainz": ServiceSettings(standin.listenbrainz_url, NO_LIMIT),
    }
    clock = SystemClock()
    progress = progress_on(sys.stderr, clock, quiet=quiet)
    try:
        yield Workplace(replace(settings, services=services), progress, clock)
    finally:
        if isinstance(progress, TerminalProgress):
            progress.close()


def _write_explorer(page: Path, rules: Recipe, place: Workplace) -> None:
    with open_graph(place, create=False) as store:
        terms = terms_of_crawl(store, place.settings, place.clock, place.progress)
        write_explorer(page, store, ExplorerOptions(rules), terms, place.clock)


def _where_to_look(folder: Path, store: StoreSettings) -> Iterator[str]:
    yield f"recipe:    {folder / 'recipe.toml'}"
    yield f"data set:  {folder / 'dataset'} (start with its README.md)"
    yield f"explorer:  {folder / 'explorer.html'}: open it in a browser"
    yield f"           {(folder / 'explorer.html').resolve().as_uri()}"
    place = f"--store {_place(store)}"
    yield f"graph:     genregraph query run class_sizes {place}"
    if store.uri is not None:
        page = folder / "links.html"
        yield f"look next: genregraph query links --html {page} {place}"
