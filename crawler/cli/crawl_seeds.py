"""`crawl --seed`: a crawl without a recipe; it writes the recipe that it uses."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.init import write_new
from crawler.cli.session import Workplace, open_workplace, store_line
from crawler.errors import CrawlError, CrawlMismatchError, RecipeError, SeedError
from crawler.recipe.choices import id_mistake, related_source_of
from crawler.recipe.fields import LARGEST
from crawler.recipe.from_seeds import (
    FIRST_ARTISTS,
    FIRST_HOPS,
    LIMITS,
    SeedOptions,
    differences,
    recipe_text,
    resume_command,
    seed_recipe,
)
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.text import text_mistake
from crawler.toml_schema import Lines
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
        help="With --seed: about how many artists to find, because the round in "
        f"progress is finished; 0: no limit. [default: {FIRST_ARTISTS}]",
    ),
]
MaxRequestsOption = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="With --seed: how many requests to make. [default: 50000]",
    ),
]


def seed_options(
    recipe: Path | None,
    seeds: Sequence[str] | None,
    **limits: int | None,
) -> SeedOptions | None:
    """What was given instead of a recipe; None where a recipe was named.

    `limits` are those of `SeedOptions`; None where an option was left out.

    Raises:
        typer.BadParameter: Both, neither, limits beside a recipe, or a bad seed.
    """
    if recipe is not None and seeds:
        raise typer.BadParameter(
            f"{recipe} names a recipe, and --seed starts without one: give one of them"
        )
    if recipe is None and not seeds:
        raise typer.BadParameter(
            "name a RECIPE, or start without one from artists: --seed NAME"
        )
    given = {name: value for name, value in limits.items() if value is not None}
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if recipe is not None:
            raise typer.BadParameter(
                f"{option} goes with --seed; in a recipe it is crawl.{name}"
            )
        if value > LARGEST:
            raise typer.BadParameter(f"{option} may be {LARGEST:,} at most")
    if not seeds:
        return None
    checked = _checked(seeds)
    hops, artists, requests = map(limits.get, LIMITS)
    return SeedOptions(checked, hops, artists, requests, related=_related(checked))


def _checked(seeds: Sequence[str]) -> tuple[str, ...]:
    """Each seed once, without blanks around it."""
    for seed in seeds:
        if what := text_mistake(seed):
            raise typer.BadParameter(f"a --seed {what}")
    return tuple(dict.fromkeys(seed.strip() for seed in seeds))


def _related(seeds: Sequence[str]) -> str:
    related = related_source_of(seeds)
    for seed in seeds:
        if what := id_mistake(seed, related):
            raise typer.BadParameter(f'--seed "{seed}": {what}')
    return related


@contextmanager
def recipe_in_force(
    recipe: Path | None,
    options: SeedOptions | None,
    store: str | None,
    *,
    quiet: bool,
    dry_run: bool,
) -> Iterator[tuple[Workplace, Recipe]]:
    """The workplace and the recipe of the crawl, named or made of seeds."""
    rules = None if recipe is None else _read(recipe)
    with open_workplace(store, quiet=quiet) as workplace:
        if not dry_run:
            workplace.progress.say(store_line(workplace.settings))
        if rules is not None:
            yield workplace, rules
        elif options is not None:
            options = replace(options, store=store)
            with _recipe_of_seeds(options, workplace, dry_run=dry_run) as rules:
                yield workplace, rules


def _read(recipe: Path) -> Recipe:
    """Read the recipe; the hint of an error covers users who meant an artist."""
    try:
        return read_recipe(recipe)
    except RecipeError as error:
        if recipe.exists() or recipe.suffix:
            raise
        hint = f'{error.hint} Or start from an artist: `--seed "{recipe}"`.'
        raise RecipeError(str(error), hint=hint) from error


@contextmanager
def _recipe_of_seeds(
    options: SeedOptions, workplace: Workplace, *, dry_run: bool
) -> Iterator[Recipe]:
    """The recipe of seeds, and its file, which is removed if the crawl cannot begin.

    Raises:
        RecipeError: A file of that name is there and holds another recipe.
    """
    file, progress = Path(f"{options.name}.toml"), workplace.progress
    if file.exists():
        recipe = _agreeing(file, options)
        progress.say(f"recipe: {file}, which is here already")
        yield recipe
        return
    recipe = seed_recipe(options)
    if dry_run:
        progress.say(f"{file} is not written: a dry run writes nothing")
        yield recipe
        return
    write_new(file, recipe_text(recipe, options))
    progress.say(f"wrote {file}, the recipe of this crawl")
    try:
        yield recipe
    except CrawlError as error:
        if not _has_not_begun(error, workplace.settings.store):
            raise
        file.unlink(missing_ok=True)
        progress.say(f"took {file} away again")
        if isinstance(error, CrawlMismatchError):
            hint = f"Give this one a store of its own: --store {options.name}."
            raise CrawlMismatchError(str(error), hint=hint) from error
        raise


def _has_not_begun(error: CrawlError, store: StoreSettings) -> bool:
    """Whether nothing can be resumed: a store is made only once the seeds are found."""
    if isinstance(error, SeedError | CrawlMismatchError):
        return True
    return store.uri is None and not store.directory.exists()


def _agreeing(file: Path, options: SeedOptions) -> Recipe:
    recipe = read_recipe(file)
    others = differences(recipe, options)
    if others:
        raise RecipeError(
            f"{file} is there already and says something else: {', '.join(others)}",
            hint=f"Go on with it by `{resume_command(options)}`; to go farther raise "
            f"{_lines_of_limits(file)} in it first. "
            "Or move it, or start in another folder.",
        )
    return recipe


def _lines_of_limits(file: Path) -> str:
    """The limits that the file gives, with their lines."""
    lines = Lines.of(file.read_text(encoding="utf-8"))
    places = ((key, lines.places.get(("crawl", key))) for key in LIMITS)
    return ", ".join(f"{key} (line {line})" for key, line in places if line) or "limits"
