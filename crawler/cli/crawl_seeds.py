"""`crawl --seed`: a crawl without a recipe; it writes the one it uses."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.init import write_new
from crawler.cli.session import Workplace, open_workplace, store_line
from crawler.errors import CrawlError, CrawlMismatchError, RecipeError, SeedError
from crawler.recipe.fields import LARGEST, Wrong
from crawler.recipe.fields import text as checked_text
from crawler.recipe.from_seeds import (
    FIRST_ARTISTS,
    FIRST_HOPS,
    Start,
    differences,
    go_on_command,
    recipe_text,
)
from crawler.recipe.loader import read_recipe, recipe_from_text
from crawler.recipe.model import Recipe
from crawler.recipe.sections import ROLES, id_mistake
from crawler.recipe.toml_lines import Lines
from graph.opening import StoreSettings

SeedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--seed",
        metavar="NAME|ID",
        help="Start from this artist, without a recipe; may be repeated.",
    ),
]
MaxHopsOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        help=f"With --seed: how far from the seeds; 0: no limit. [default: {FIRST_HOPS}]",
    ),
]
MaxArtistsOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="With --seed: about how many to find, as the round on the way is "
        f"finished; 0: no limit. [default: {FIRST_ARTISTS}]",
    ),
]
MaxRequestsOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="With --seed: how many requests to spend. [default: 50000]",
    ),
]

LIMITS = ("max_hops", "max_artists", "max_requests")


def start_of(
    recipe: Path | None,
    seeds: Sequence[str] | None,
    **limits: int | None,
) -> Start | None:
    """What was said instead of a recipe; None where a recipe was named.

    `limits` are those of `Start`; None where nothing was said.

    Raises:
        typer.BadParameter: Both, neither, limits beside a recipe, or a bad seed.
    """
    said = {name: value for name, value in limits.items() if value is not None}
    if recipe is not None and seeds:
        raise typer.BadParameter(
            f"{recipe} names a recipe, and --seed starts without one: give one of them"
        )
    if recipe is None and not seeds:
        raise typer.BadParameter(
            "name a RECIPE, or start without one from artists: --seed NAME"
        )
    for name, value in said.items():
        option = f"--{name.replace('_', '-')}"
        if recipe is not None:
            raise typer.BadParameter(
                f"{option} goes with --seed; in a recipe it is crawl.{name}"
            )
        if value > LARGEST:
            raise typer.BadParameter(f"{option} may be {LARGEST:,} at most")
    return None if not seeds else _start(_checked(seeds), **limits)


@contextmanager
def recipe_in_force(
    recipe: Path | None,
    start: Start | None,
    store: str | None,
    *,
    quiet: bool,
    dry_run: bool,
) -> Iterator[tuple[Workplace, Recipe]]:
    """The place to work in and the recipe to crawl by, named or made of seeds."""
    rules = None if recipe is None else _read(recipe)
    with open_workplace(store, quiet=quiet) as place:
        if not dry_run:
            place.progress.say(store_line(place.settings))
        if rules is not None:
            yield place, rules
        elif start is not None:
            start = replace(start, store=store)
            with recipe_of_seeds(start, place, dry_run=dry_run) as rules:
                yield place, rules


def _read(recipe: Path) -> Recipe:
    """The recipe; who gave a name that is none may have meant an artist's."""
    try:
        return read_recipe(recipe)
    except RecipeError as error:
        if recipe.exists() or recipe.suffix:
            raise
        hint = f'{error.hint} Or start from an artist: `--seed "{recipe}"`.'
        raise RecipeError(str(error), hint=hint) from error


@contextmanager
def recipe_of_seeds(
    start: Start, place: Workplace, *, dry_run: bool
) -> Iterator[Recipe]:
    """The recipe of seeds, in its file; a new file of a crawl that cannot begin goes again.

    Raises:
        RecipeError: A file of that name is there and says something else.
    """
    file, progress = Path(f"{start.name}.toml"), place.progress
    if file.exists():
        recipe = _agreeing(file, start)
        progress.say(f"recipe: {file}, which is here already")
        yield recipe
        return
    text = recipe_text(start)
    recipe = recipe_from_text(text, str(file))
    if dry_run:
        progress.say(f"{file} is not written: a dry run writes nothing")
        yield recipe
        return
    write_new(file, text)
    progress.say(f"wrote {file}, the recipe of this crawl")
    try:
        yield recipe
    except CrawlError as error:
        if not _has_not_begun(error, place.settings.store):
            raise
        file.unlink(missing_ok=True)
        progress.say(f"took {file} away again")
        if isinstance(error, CrawlMismatchError):
            hint = f"Give this one a store of its own: --store {start.name}."
            raise CrawlMismatchError(str(error), hint=hint) from error
        raise


def _has_not_begun(error: CrawlError, store: StoreSettings) -> bool:
    """Whether there is nothing to go on with: a store is made once the seeds are found."""
    if isinstance(error, SeedError | CrawlMismatchError):
        return True
    return store.uri is None and not store.directory.exists()


def _start(seeds: tuple[str, ...], **limits: int | None) -> Start:
    spaces = (found[1] for seed in seeds if (found := re.match(r"(\w+):\S+$", seed)))
    related = next((space for space in spaces if space in ROLES["related"]), "deezer")
    for seed in seeds:
        if mistake := id_mistake(seed, related):
            raise typer.BadParameter(f'--seed "{seed}": {mistake}')
    hops, artists, requests = map(limits.get, LIMITS)
    return Start(seeds, hops, artists, requests, related=related)


def _checked(seeds: Sequence[str]) -> tuple[str, ...]:
    """Each seed once, without blanks around it."""
    try:
        return tuple(dict.fromkeys(checked_text(seed) for seed in seeds))
    except Wrong as wrong:
        raise typer.BadParameter(f"a --seed {wrong}") from wrong


def _agreeing(file: Path, start: Start) -> Recipe:
    recipe = read_recipe(file)
    others = differences(recipe, start)
    if others:
        raise RecipeError(
            f"{file} is there already and says something else: {', '.join(others)}",
            hint=f"Go on with it by `{go_on_command(start)}`; to go farther raise "
            f"{_lines_of_limits(file)} in it first. "
            "Or move it, or start in another folder.",
        )
    return recipe


def _lines_of_limits(file: Path) -> str:
    """The limits that are there, with their lines."""
    lines = Lines.of(file.read_text(encoding="utf-8"))
    places = ((key, lines.places.get(("crawl", key))) for key in LIMITS)
    return ", ".join(f"{key} (line {line})" for key, line in places if line) or "limits"
