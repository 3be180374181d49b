"""`show`: what the graph holds about an artist or a track, or what its source lists."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.exit_status import Status
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import open_session, open_workplace, recipe_of_crawl
from crawler.cli.source_choice import named_source, open_client, require_capability
from crawler.console.output import Format, default_format, emit, emit_text
from crawler.errors import (
    BadAnswerError,
    CrawlError,
    SelectionError,
    UnsupportedError,
)
from crawler.http.client import HttpClient
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.selection.explain import explain
from crawler.selection.lookup import Found, NodeKind, look_up
from crawler.sources.base import NotFound, Source
from crawler.sources.listing import (
    COLUMNS,
    NEEDS,
    Listing,
    ListingPart,
    joined,
    list_part,
)
from graph.model.music import ArtistId
from graph.store import Store

app = typer.Typer()

AlbumsOption = Annotated[
    bool, typer.Option("--albums", help="List its releases, as the source has them.")
]
TracksOption = Annotated[
    bool, typer.Option("--tracks", help="List its top tracks, as the source has them.")
]
RelatedOption = Annotated[
    bool,
    typer.Option("--related", help="List related artists, as the source has them."),
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
        typer.Option(
            "--as",
            help="Which one to show where both an artist and a track have the id.",
        ),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe",
            metavar="FILE",
            help="The recipe to explain by. [default: the crawl's own]",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Show what the graph holds about an artist or a track, or what its source lists.

    Writes nothing. --albums, --tracks and --related send requests to the source that
    the id names and need no graph; without them nothing is requested. Several of them
    print one list whose first column, `what`, names the kind of each row.

    Example:  genregraph show deezer:119 --why
    """
    flags = zip(ListingPart, (albums, tracks, related), strict=True)
    parts = [part for part, wanted in flags if wanted]
    if parts:
        if why or recipe is not None or kind is NodeKind.TRACK:
            raise typer.BadParameter(_SOURCE_OR_GRAPH)
        _show_listings(id, parts, options)
    else:
        rules = None if recipe is None else read_recipe(recipe)
        _show_node(id, kind, rules, options, why=why)


_SOURCE_OR_GRAPH = (
    "--albums, --tracks and --related ask a source about an artist, while --why, "
    "--recipe and --as track read the graph: run them one after the other"
)


# -- from the graph --------------------------------------------------------------


def _show_node(
    id: str,  # noqa: A002  the graph's own word
    kind: NodeKind | None,
    recipe: Recipe | None,
    options: CommonOptions,
    *,
    why: bool,
) -> None:
    """Print an artist or a track of the graph, or the reasons for its label."""
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        found = look_up(session.store, id, kind)
        if found.also is not None:
            session.progress.say(
                f"the {found.kind} of that id; `--as {found.also}` shows the {found.also}"
            )
        if why:
            reasons = explain(session.store, recipe_for(session.store, recipe), found)
            rows = [(one.about, one.what, one.detail) for one in reasons]
            emit(("about", "what", "finding"), rows, options.format)
        else:
            emit(("property", "value"), _node_rows(found), options.format)


def recipe_for(store: Store, recipe: Recipe | None) -> Recipe:
    """The recipe given, or that of the store's crawl.

    Raises:
        SelectionError: There is neither.
    """
    if found := recipe or recipe_of_crawl(store):
        return found
    raise SelectionError(
        "the store holds no crawl, so there is no recipe to go by",
        hint="Name one with --recipe FILE.",
    )


def _node_rows(found: Found) -> list[tuple[str, object]]:
    """Kind and properties, then how many relations of each kind there are."""
    counts = [(f"number of {what}", count) for what, count in found.counts.items()]
    return [("kind", found.kind.value), *found.properties.items(), *counts]


# -- from the source -------------------------------------------------------------

_NOUNS = {
    ListingPart.ALBUMS: "releases",
    ListingPart.TRACKS: "tracks",
    ListingPart.RELATED: "related artists",
}
# Errors of one part after which the other parts may still be available.
_PART_ERRORS = (UnsupportedError, BadAnswerError)


def _show_listings(
    id: str,  # noqa: A002  the graph's own word
    parts: Sequence[ListingPart],
    options: CommonOptions,
) -> None:
    """Print what the source that an id names lists. No store is opened.

    A part that cannot be had is reported, and the others are printed.

    Raises:
        typer.BadParameter: The id names no source.
        CrawlError: The source has no such artist.
        SourceError: The source does not answer, or cannot list any of the parts.
        typer.Exit: A part is missing (1).
    """
    listings: list[Listing] = []
    with (
        open_workplace(quiet=options.quiet) as workplace,
        open_client(workplace) as client,
    ):
        source, artist = _source_of(id, client), ArtistId(id.strip())
        for part in parts:
            try:
                listings.append(_request_listing(source, artist, part))
            except _PART_ERRORS as error:
                if part is parts[-1] and not listings:
                    raise
                workplace.progress.say(f"error: {error}\n{error.hint}".rstrip())
        for one in listings:
            if not one.rows:
                noun = _NOUNS[one.part]
                workplace.progress.say(f"{source.name} lists no {noun} of {artist}")
    _emit_listings(listings, options.format, alone=len(parts) == 1)
    if len(listings) < len(parts):
        raise typer.Exit(Status.FAILED)


def _source_of(id: str, client: HttpClient) -> Source:  # noqa: A002  the graph's own word
    name, colon, number = id.strip().partition(":")
    if not (colon and name and number):
        raise typer.BadParameter(
            f'"{id}" does not name its source, as "deezer:27" does; '
            "`genregraph find artist NAME` shows ids"
        )
    return named_source(name, client)


def _request_listing(source: Source, artist: ArtistId, part: ListingPart) -> Listing:
    require_capability(source, NEEDS[part])
    answer = list_part(source, artist, part)
    if isinstance(answer, NotFound):
        raise CrawlError(
            f'{source.name} has no artist "{artist}"',
            hint=f"Look for it with `genregraph find artist NAME --source {source.name}`.",
        )
    return answer


def _emit_listings(
    listings: Sequence[Listing], chosen: Format | None, *, alone: bool
) -> None:
    """One part as it is; several as tables with headings, or joined for programs."""
    if alone:
        emit(COLUMNS[listings[0].part], listings[0].rows, chosen)
    elif (chosen or default_format()) is Format.TABLE:
        for one in listings:
            emit_text(f"{_NOUNS[one.part]}:")
            emit(COLUMNS[one.part], one.rows, Format.TABLE)
            emit_text("")
    else:
        emit(*joined(listings), chosen)
