"""`view`: write the explorer page."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import open_session
from crawler.cli.show import recipe_for
from crawler.cli.wiring import terms_notes, terms_of_crawl
from crawler.recipe.loader import read_recipe
from crawler.reports.explorer import (
    MAX_ARTISTS,
    ExplorerOptions,
    describe_page,
    write_explorer,
)
from crawler.reports.report import check_page
from crawler.selection.staleness import selection_note

app = typer.Typer()


@app.command()
@common_options("store", "quiet")
def view(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.html", help="The page to write.")
    ],
    *,
    chosen: Annotated[
        bool,
        typer.Option("--chosen", help="Show only the artists that `select` chose."),
    ] = False,
    max_artists: Annotated[
        int,
        typer.Option(
            "--max-artists",
            min=1,
            metavar="N",
            help="The most artists to show: those near a seed first, then the most listed.",
        ),
    ] = MAX_ARTISTS,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe",
            metavar="FILE",
            help="The recipe whose classes to show. [default: the crawl's own]",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Write a page to explore the graph of artists in a browser, offline.

    Only reads the graph. Replaces an older page of that name once the new one is
    complete. The page needs no network, so you can pass it on as it is.

    Example:  genregraph view scene.html --chosen
    """
    check_page(file)
    rules = None if recipe is None else read_recipe(recipe)
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        shown = ExplorerOptions(
            recipe_for(session.store, rules), rules is not None, chosen, max_artists
        )
        terms = terms_of_crawl(
            session.store, session.settings, session.clock, session.progress
        )
        page = write_explorer(file, session.store, shown, terms, session.clock)
        note = selection_note(session.store, shown.recipe)
        notes = (*terms_notes(terms, file), *([note] if note else ()))
        for line in (*describe_page(file, page), *notes):
            session.progress.say(line)
