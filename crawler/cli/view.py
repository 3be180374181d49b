"""`view`: the explorer page."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import QuietOption, StoreOption
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
def view(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.html", help="Where the page is written.")
    ],
    *,
    chosen: Annotated[
        bool,
        typer.Option("--chosen", help="Only the artists that `select` chose."),
    ] = False,
    max_artists: Annotated[
        int,
        typer.Option(
            "--max-artists",
            min=1,
            metavar="N",
            help="Most artists on the page: near a seed first, then listed by most.",
        ),
    ] = MAX_ARTISTS,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe", metavar="FILE", help="Show its classes, not the crawl's own."
        ),
    ] = None,
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a page to explore the graph of artists in a browser, offline.

    Reads only; an older page of that name is replaced when the new one is whole. The
    page asks nothing of any network, so it can be passed on as it is.

    Example:  genregraph view scene.html --chosen
    """
    check_page(file)
    wanted = None if recipe is None else read_recipe(recipe)
    with open_session(store, quiet=quiet, create=False) as session:
        shown = ExplorerOptions(
            recipe_for(session.store, wanted), wanted is not None, chosen, max_artists
        )
        terms = terms_of_crawl(
            session.store, session.settings, session.clock, session.progress
        )
        page = write_explorer(file, session.store, shown, terms, session.clock)
        note = selection_note(session.store, shown.recipe)
        notes = (*terms_notes(terms, file), *([note] if note else ()))
        for line in (*describe_page(file, page), *notes):
            session.progress.say(line)
