"""`show`: what the graph knows of an artist or a track, and why it has its label."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import (
    FormatOption,
    JsonOption,
    QuietOption,
    StoreOption,
    chosen_format,
    open_session,
)
from crawler.errors import SelectionError
from crawler.lookup import Found, Kind, look_up
from crawler.output import emit
from crawler.recipe import Recipe, recipe_from_json
from crawler.recipe_file import read_recipe
from crawler.why import explain
from graph.store import Store

app = typer.Typer()


@app.command()
def show(
    id: Annotated[  # noqa: A002
        str, typer.Argument(metavar="ID", help="An id, such as deezer:27.")
    ],
    *,
    why: Annotated[
        bool, typer.Option("--why", help="Explain its label, or why it has none.")
    ] = False,
    kind: Annotated[
        Kind | None,
        typer.Option("--as", help="Where the id is both an artist's and a track's."),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe", metavar="FILE", help="Explain by it, not by the crawl's own."
        ),
    ] = None,
    store: StoreOption = None,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show what the graph knows of an artist or a track.

    Reads only, and asks no service.

    Example:  genregraph show deezer:119 --why
    """
    wanted = None if recipe is None else read_recipe(recipe)
    chosen = chosen_format(output_format, as_json=as_json)
    with open_session(store, quiet=quiet, create=False) as session:
        found = look_up(session.store, id, kind)
        if found.also is not None:
            session.progress.say(f"the {found.kind}; `--as {found.also}` is the other")
        if why:
            reasons = explain(session.store, recipe_for(session.store, wanted), found)
            rows = [(r.about, r.what, r.finding) for r in reasons]
            emit(("about", "what", "finding"), rows, chosen)
        else:
            emit(("property", "value"), known_rows(found), chosen)


def recipe_for(store: Store, wanted: Recipe | None) -> Recipe:
    """The recipe to explain by: the one named, or that of the crawl.

    Raises:
        SelectionError: Neither.
    """
    if wanted is not None:
        return wanted
    crawl = store.crawl()
    if crawl is None:
        raise SelectionError(
            "the store holds no crawl, so no recipe to explain by",
            hint="Name one with --recipe FILE.",
        )
    return recipe_from_json(crawl.recipe)


def known_rows(found: Found) -> list[tuple[str, object]]:
    """Kind and properties, then how many relations of each kind there are."""
    counts = [(f"number of {what}", count) for what, count in found.counts.items()]
    return [("kind", found.kind.value), *found.properties.items(), *counts]
