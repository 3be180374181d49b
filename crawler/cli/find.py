"""`find artist` and `find playlist`: look a name up at a source."""

from collections.abc import Sequence
from typing import Annotated

import typer

from crawler.cli.completion import sources
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import open_workplace
from crawler.cli.source_options import open_look, require, source_named
from crawler.console.output import emit
from crawler.console.progress import Progress
from crawler.sources.base import Capability
from crawler.sources.profile_urls import playlist_page_of
from crawler.sources.ranking import best_artists, best_playlists, homonyms
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
        "--source", metavar="NAME", help="The source to ask.", autocompletion=sources
    ),
]


@app.command()
@common_options("format", "quiet")
def artist(
    text: TextArgument,
    *,
    source: SourceOption = "deezer",
    options: CommonOptions,
) -> None:
    """Find artists by name: ids, names and fans, the best first.

    Best is who has exactly that name, then who has most fans: the first row is the
    artist that a seed of this name becomes. Nobody found is an answer, too: no rows
    and status 0. Writes nothing.

    Example:  genregraph find artist "Aphex Twin"
    """
    wanted = _words(text)
    with open_workplace(quiet=options.quiet) as place, open_look(place) as client:
        asked = source_named(source, client)
        require(asked, Capability.SEARCH, client)
        found = best_artists(asked.find_artists(wanted).value, wanted)
        _say_artists(found, wanted, source, place.progress)
    emit(
        ARTIST_COLUMNS,
        [(a.id, a.name, a.followers, a.url) for a in found],
        options.format,
    )


@app.command()
@common_options("format", "quiet")
def playlist(
    text: TextArgument,
    *,
    source: SourceOption = "deezer",
    options: CommonOptions,
) -> None:
    """Find playlists by name, such as a genre's word, with their numbers of tracks.

    Name or id of any of them can stand in a recipe's `seeds.playlists`. No playlist
    found is an answer, too: no rows and status 0. Writes nothing.

    Example:  genregraph find playlist rock
    """
    wanted = _words(text)
    with open_workplace(quiet=options.quiet) as place, open_look(place) as client:
        asked = source_named(source, client)
        require(asked, Capability.PLAYLISTS, client)
        found = best_playlists(asked.find_playlists(wanted).value, wanted)
        if not found:
            place.progress.say(f'{source} finds no playlist for "{wanted}"')
    emit(PLAYLIST_COLUMNS, map(_playlist_row, found), options.format)


def _words(text: str) -> str:
    """The text to look for, on one line; a service would answer an empty one with all."""
    words = " ".join(text.split())
    if not words or not words.isprintable():
        raise typer.BadParameter("the text to look for is empty or cannot be printed")
    return words


def _say_artists(
    found: Sequence[Artist], text: str, source: str, progress: Progress
) -> None:
    same = homonyms(found, text)
    if not found:
        progress.say(f'{source} finds no artist for "{text}"')
    elif not same:
        progress.say(f'{source} has no artist of exactly the name "{text}"')
    elif len(same) > 1:
        progress.say(f'{len(same)} artists have exactly the name "{text}"')


def _playlist_row(one: Playlist) -> tuple[object, ...]:
    return one.id, one.name, one.track_count, one.owner, playlist_page_of(one.id)
