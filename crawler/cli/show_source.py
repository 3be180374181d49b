"""`show --albums --tracks --related`: what the source that an id names lists."""

from collections.abc import Sequence

import typer

from crawler.cli.exit_status import Status
from crawler.cli.options import CommonOptions
from crawler.cli.session import open_workplace
from crawler.cli.source_options import open_look, require, source_named
from crawler.console.output import Format, default_format, emit, emit_text
from crawler.errors import BadAnswerError, CrawlError, UnsupportedError
from crawler.http.client import HttpClient
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

_WORDS = {
    ListingPart.ALBUMS: "releases",
    ListingPart.TRACKS: "tracks",
    ListingPart.RELATED: "related artists",
}
# What goes wrong with one part and says nothing of the others.
_OF_ONE_PART = (UnsupportedError, BadAnswerError)


def show_parts(
    id: str,  # noqa: A002  the graph's own word
    parts: Sequence[ListingPart],
    options: CommonOptions,
) -> None:
    """Ask the source that an id names, and list what it says; no store is opened.

    Where one of several parts cannot be had, that is said and the others are shown.

    Raises:
        typer.BadParameter: An id that names no source.
        CrawlError: The source knows no such artist.
        SourceError: The source does not answer, or can answer no part.
        typer.Exit: A part is missing (1).
    """
    listings: list[Listing] = []
    with open_workplace(quiet=options.quiet) as place, open_look(place) as client:
        source, artist = _source_of(id, client), ArtistId(id.strip())
        for part in parts:
            try:
                listings.append(_list(source, artist, part, client))
            except _OF_ONE_PART as error:
                if part is parts[-1] and not listings:
                    raise
                place.progress.say(f"error: {error}\n{error.hint}".rstrip())
        for one in listings:
            if not one.rows:
                what = _WORDS[one.part]
                place.progress.say(f"{source.name} lists no {what} of {artist}")
    _emit(listings, options.format, alone=len(parts) == 1)
    if len(listings) < len(parts):
        raise typer.Exit(Status.FAILED)


def _source_of(id: str, client: HttpClient) -> Source:  # noqa: A002  the graph's own word
    space, colon, number = id.strip().partition(":")
    if not (colon and space and number):
        raise typer.BadParameter(
            f'"{id}" does not name its source, as "deezer:27" does; '
            "`genregraph find artist NAME` shows ids"
        )
    return source_named(space, client)


def _list(
    source: Source, artist: ArtistId, part: ListingPart, client: HttpClient
) -> Listing:
    require(source, NEEDS[part], client)
    answer = list_part(source, artist, part)
    if isinstance(answer, NotFound):
        raise CrawlError(
            f'{source.name} knows no artist "{artist}"',
            hint=f"Look for it with `genregraph find artist NAME --source {source.name}`.",
        )
    return answer


def _emit(listings: Sequence[Listing], chosen: Format | None, *, alone: bool) -> None:
    """One part as it is; several as tables with headings, or joined for programs."""
    if alone:
        emit(COLUMNS[listings[0].part], listings[0].rows, chosen)
    elif (chosen or default_format()) is Format.TABLE:
        for one in listings:
            emit_text(f"{_WORDS[one.part]}:")
            emit(COLUMNS[one.part], one.rows, Format.TABLE)
            emit_text("")
    else:
        emit(*joined(listings), chosen)
