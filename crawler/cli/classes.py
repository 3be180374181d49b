"""`classes check`: which genres the classes of a recipe include, before or after a crawl."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import CommonOptions, RecipeArgument, common_options
from crawler.cli.session import Workplace, open_graph, open_workplace, store_line
from crawler.cli.source_choice import open_client, require_capability
from crawler.cli.wiring import services_notes
from crawler.console.output import emit
from crawler.console.progress import Progress
from crawler.errors import RecipeError
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.selection.class_check import (
    COLUMNS,
    Carried,
    CheckRow,
    ClassReport,
    carried_genres,
    check_classes,
)
from crawler.sources.base import Capability
from crawler.sources.registry import make_source, services_with
from graph.errors import NoStoreError

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class _Genres:
    """Genre names, the artists that carry them where known, and their origin in words."""

    names: Sequence[str]
    carried: Carried | None
    origin: str


@app.command()
@common_options("store", "format", "quiet")
def check(
    recipe: RecipeArgument,
    *,
    every: Annotated[
        bool,
        typer.Option("--genres", help="Also list each genre that a class includes."),
    ] = False,
    ask: Annotated[
        bool,
        typer.Option(
            "--ask",
            help="Request all genres from the service, also where there is a graph.",
        ),
    ] = False,
    limit: Annotated[
        int,
        typer.Option(min=0, help="Most rows of each kind except classes; 0: no limit."),
    ] = 10,
    options: CommonOptions,
) -> None:
    """Show which genres each class includes, which overlap, and which are in no class.

    Checks the recipe against the genres of the graph, or, before the first crawl,
    against all genres of MusicBrainz (one request). Writes nothing.

    Example:  genregraph classes check recipe.toml
    """
    rules = _with_classes(recipe)
    with open_workplace(options.store, quiet=options.quiet) as workplace:
        genres = (None if ask else _of_graph(rules, workplace)) or _of_service(
            rules, workplace
        )
        workplace.progress.say(f"genres: {genres.origin}")
        found = check_classes(rules.classes, genres.names, genres.carried)
        rows = list(_rows(found, limit, workplace.progress, every=every))
        for name in found.empty:
            workplace.progress.say(f'note: the class "{name}" takes no genre')
    emit(COLUMNS, rows, options.format)


def _with_classes(recipe: Path) -> Recipe:
    rules = read_recipe(recipe)
    if not rules.classes:
        raise RecipeError(
            f"{recipe} has no classes to check",
            hint='Add a [classes] table, such as `thrash = "thrash metal"`.',
        )
    return rules


def _of_graph(rules: Recipe, workplace: Workplace) -> _Genres | None:
    """The genres of the graph; None where there is none, or none with genres."""
    workplace.progress.say(store_line(workplace.settings))
    try:
        with open_graph(workplace, create=False) as store:
            names = store.genres()
            if not names:
                return None
            carried = carried_genres(store.snapshot().genres, rules.labels)
    except NoStoreError:
        return None
    origin = f"the {len(names):,} of the graph, carried by {len(carried):,} artists"
    return _Genres(names, carried, origin)


def _of_service(rules: Recipe, workplace: Workplace) -> _Genres:
    able = services_with(Capability.BY_GENRE)
    for note in services_notes(workplace.settings, able):
        workplace.progress.say(f"note: {note}")
    with open_client(workplace) as client:
        wanted = [name for name in rules.sources.genres if name in able]
        source = make_source([*wanted, *able, *rules.sources.genres][0], client)
        require_capability(source, Capability.BY_GENRE)
        names = source.genre_names().value
    origin = f"the {len(names):,} that {source.name} knows"
    return _Genres(names, None, origin)


def _rows(
    found: ClassReport, limit: int, progress: Progress, *, every: bool
) -> Iterator[CheckRow]:
    yield from found.classes
    yield from found.takes if every else ()
    for rows in (
        found.overlaps,
        found.moved,
        found.both,
        found.no_class,
        found.patterns,
    ):
        if rows is found.no_class and limit and _is_uncounted(rows):
            # A few of them in alphabetical order would mean nothing.
            yield "no class", "all of them", len(rows), None, _UNCOUNTED
            continue
        shown = rows[:limit] if limit else rows
        yield from shown
        if more := len(rows) - len(shown):
            progress.say(f"{more:,} more rows of {rows[0][0]!r}: --limit 0 shows all")


def _is_uncounted(rows: Sequence[CheckRow]) -> bool:
    return any(artists is None for _about, _what, _genres, artists, _note in rows)


_UNCOUNTED = "--limit 0 lists them; a graph shows how common they are"
