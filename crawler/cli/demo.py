"""`demo`: the whole job offline, on an invented world."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import (
    CommonOptions,
    common_options,
)
from crawler.cli.run import run_recipe
from crawler.cli.select import FUNNEL_COLUMNS, funnel_rows
from crawler.cli.session import Workplace, open_graph, settings_in_force
from crawler.cli.wiring import terms_of_crawl
from crawler.clock import SystemClock
from crawler.config.schema import ServiceSettings
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
from graph.opening import StoreSettings, open_configured_store

DEFAULT_FOLDER = Path("genregraph-demo")

app = typer.Typer()


@app.command()
@common_options("store", "format", "quiet")
def demo(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="The folder for everything that the demo writes."
        ),
    ] = DEFAULT_FOLDER,
    *,
    options: CommonOptions,
) -> None:
    """Do the whole job offline, on invented music, in under a minute.

    A local stand-in service plays Deezer, MusicBrainz and ListenBrainz. Writes recipe,
    graph, data set and explorer page into DIR and touches nothing else, not even the
    database of NEO4J_URI. With --store the graph goes there instead, provided that
    nothing else is in it.

    Example:  genregraph demo
    """
    settings = _settings(folder, options.store)
    refuse_other_graphs(settings, _recipe())
    recipe = _write_recipe(folder)
    with (
        serve(bundled_world(), limits=False) as standin,
        _workplace(settings, standin, quiet=options.quiet) as workplace,
    ):
        workplace.progress.say(
            "an invented world, served by a stand-in service on this machine"
        )
        rules = read_recipe(recipe)
        selected, _ = run_recipe(rules, folder / "dataset", workplace)
        _write_explorer(folder / "explorer.html", rules, workplace)
        emit(FUNNEL_COLUMNS, funnel_rows(selected), options.format)
        for line in _where_to_look(folder, settings.store):
            workplace.progress.say(line)


def _settings(folder: Path, store: str | None) -> Settings:
    """The store of --store, or the demo's own; never one that the environment names."""
    if store is not None:
        named = settings_in_force(store)
        return Settings(store=named.store, store_from=named.store_from)
    own = StoreSettings(None, None, None, None, folder / "store")
    return Settings(store=own, store_from="the demo")


def _recipe_text() -> str:
    return (files("crawler") / "demo.toml").read_text(encoding="utf-8")


def _recipe() -> Recipe:
    return recipe_from_text(_recipe_text(), where="the demo")


def refuse_other_graphs(settings: Settings, rules: Recipe) -> None:
    """Check, before anything is written, that the store is empty or the demo's.

    Raises:
        StoreRefusedError: It holds another graph.
        GraphError: It cannot be opened.
    """
    hint = "Name an empty database or a new folder with --store, or leave it out."
    try:
        with open_configured_store(
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


def _write_recipe(folder: Path) -> Path:
    """Create the demo's folder with its recipe, and return the recipe.

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
    recipe.write_text(_recipe_text(), encoding="utf-8", newline="\n")
    return recipe


@contextmanager
def _workplace(
    settings: Settings, standin: Standin, *, quiet: bool
) -> Iterator[Workplace]:
    """A workplace with the stand-in as its services and the demo's store."""
    services = {
        # The stand-in sets no limits in the demo: 0 requests mean none.
        name: ServiceSettings(url, requests=0)
        for name, url in {
            "deezer": standin.deezer_url,
            "musicbrainz": standin.musicbrainz_url,
            "listenbrainz": standin.listenbrainz_url,
        }.items()
    }
    clock = SystemClock()
    progress = progress_on(sys.stderr, clock, quiet=quiet)
    try:
        yield Workplace(replace(settings, services=services), progress, clock)
    finally:
        if isinstance(progress, TerminalProgress):
            progress.close()


def _write_explorer(page: Path, rules: Recipe, workplace: Workplace) -> None:
    with open_graph(workplace, create=False) as store:
        terms = terms_of_crawl(
            store, workplace.settings, workplace.clock, workplace.progress
        )
        write_explorer(page, store, ExplorerOptions(rules), terms, workplace.clock)


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
