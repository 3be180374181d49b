"""`show`: what the graph knows of an artist or a track, or what its source lists."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import (
    CommonOptions,
    common_options,
)
from crawler.cli.session import open_session
from crawler.cli.show_source import show_parts
from crawler.console.output import emit
from crawler.errors import SelectionError
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe, recipe_from_json
from crawler.selection.explain import explain
from crawler.selection.lookup import Found, NodeKind, look_up
from crawler.sources.listing import ListingPart
from graph.store import Store

app = typer.Typer()

AlbumsOption = Annotated[
    bool, typer.Option("--albums", help="Ask the source for its releases.")
]
TracksOption = Annotated[
    bool, typer.Option("--tracks", help="Ask the source for its top tracks.")
]
RelatedOption = Annotated[
    bool, typer.Option("--related", help="Ask the source for related artists.")
]


@app.command()
@common_options("store", "format", "quiet")
def show(
    id: Annotated[  # noqa: A002  the graph's own word
        str, typer.Argument(metavar="ID", help="An id, such as deezer:27.")
    ],
    *,
    albums: AlbumsOption = False,
    tracks: TracksOption = False,
    related: RelatedOption = False,
    why: Annotated[
        bool, typer.Option("--why", help="Explain its label, or why it has none.")
    ] = False,
    kind: Annotated[
        NodeKind | None,
        typer.Option("--as", help="Where the id is both an artist's and a track's."),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe", metavar="FILE", help="Explain by it, not by the crawl's own."
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Show what the graph knows of an artist or a track, or what its source lists.

    Writes nothing. --albums, --tracks and --related ask the source that the id names,
    and need no graph; without them no service is asked. Several of them make one list
    whose first column says `what` a row is.

    Example:  genregraph show deezer:119 --why
    """
    asked = dict(zip(ListingPart, (albums, tracks, related), strict=True))
    parts = [part for part, wanted in asked.items() if wanted]
    if parts:
        if why or recipe is not None or kind is NodeKind.TRACK:
            raise typer.BadParameter(_APART)
        show_parts(id, parts, options)
    else:
        wanted = None if recipe is None else read_recipe(recipe)
        _show_known(id, kind, wanted, options, why=why)


_APART = (
    "--albums, --tracks and --related ask a source about an artist, while --why, "
    "--recipe and --as track read the graph: run them one after the other"
)


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


def _show_known(
    id: str,  # noqa: A002  the graph's own word
    kind: NodeKind | None,
    wanted: Recipe | None,
    options: CommonOptions,
    *,
    why: bool,
) -> None:
    """From the graph alone."""
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        found = look_up(session.store, id, kind)
        if found.also is not None:
            session.progress.say(f"the {found.kind}; `--as {found.also}` is the other")
        if why:
            reasons = explain(session.store, recipe_for(session.store, wanted), found)
            rows = [(r.about, r.what, r.finding) for r in reasons]
            emit(("about", "what", "finding"), rows, options.format)
        else:
            emit(("property", "value"), known_rows(found), options.format)
