"""`find artist` and `find playlist`: search a source by name."""

from collections.abc import Sequence
from typing import Annotated

import typer

from crawler.cli.completion import sources
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import open_workplace
from crawler.cli.source_choice import named_source, open_client, require_capability
from crawler.console.output import emit
from crawler.recipe.choices import DEFAULT_CATALOGUE
from crawler.sources.base import Capability
from crawler.sources.ranking import best_artists, best_playlists, homonyms
from crawler.sources.registry import playlist_page
from graph.model.music import Artist, Playlist

ARTIST_COLUMNS = ("id", "name", "fans", "url")
PLAYLIST_COLUMNS = ("id", "name", "tracks", "owner", "url")

app = typer.Typer(no_args_is_help=True)

TextArgument = Annotated[
    str, typer.Argument(metavar="TEXT", help="A name, or words of it.")
]
SourceOption = Annotated[
    str,
    typer.Option(
        "--source", metavar="NAME", help="The source to search.", autocompletion=sources
    ),
]


@app.command()
@common_options("format", "quiet")
def artist(
    text: TextArgument,
    *,
    source: SourceOption = DEFAULT_CATALOGUE,
    options: CommonOptions,
) -> None:
    """Find artists by name, best match first, with their ids and fans.

    An exact name comes first, then the number of fans decides: the first row is the
    artist that a seed of this name becomes. If nothing matches, the command prints no
    rows and ends with status 0. Writes nothing.

    Example:  genregraph find artist "Aphex Twin"
    """
    name = _one_line(text)
    with (
        open_workplace(quiet=options.quiet) as workplace,
        open_client(workplace) as client,
    ):
        searched = named_source(source, client)
        require_capability(searched, Capability.SEARCH)
        found = best_artists(searched.find_artists(name).value, name)
        if note := _note_on_artists(found, name, source):
            workplace.progress.say(note)
    rows = [(one.id, one.name, one.followers, one.url) for one in found]
    emit(ARTIST_COLUMNS, rows, options.format)


@app.command()
@common_options("format", "quiet")
def playlist(
    text: TextArgument,
    *,
    source: SourceOption = DEFAULT_CATALOGUE,
    options: CommonOptions,
) -> None:
    """Find playlists by name, such as the word for a genre.

    Put the name or the id of a playlist into a recipe's `seeds.playlists`. If nothing
    matches, the command prints no rows and ends with status 0. Writes nothing.

    Example:  genregraph find playlist rock
    """
    name = _one_line(text)
    with (
        open_workplace(quiet=options.quiet) as workplace,
        open_client(workplace) as client,
    ):
        searched = named_source(source, client)
        require_capability(searched, Capability.PLAYLISTS)
        found = best_playlists(searched.find_playlists(name).value, name)
        if not found:
            workplace.progress.say(f'{source} finds no playlist for "{name}"')
    emit(PLAYLIST_COLUMNS, map(_playlist_row, found), options.format)


def _one_line(text: str) -> str:
    """The text to search for, on one line. Empty text would match everything."""
    words = " ".join(text.split())
    if not words or not words.isprintable():
        raise typer.BadParameter("the text to search for is empty or not printable")
    return words


def _note_on_artists(found: Sequence[Artist], name: str, source: str) -> str | None:
    """What the rows do not show: whether the name fits no artist, or several."""
    exact = homonyms(found, name)
    if not found:
        return f'{source} finds no artist for "{name}"'
    if not exact:
        return f'{source} has no artist whose name is exactly "{name}"'
    if len(exact) > 1:
        return f'{len(exact)} artists have exactly the name "{name}"'
    return None


def _playlist_row(one: Playlist) -> tuple[object, ...]:
    return one.id, one.name, one.track_count, one.owner, playlist_page(one.id)
