"""The recipe of a crawl that starts from seeds alone: its name, its value, its text. Pure."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.recipe.choices import DEFAULT_CATALOGUE
from crawler.recipe.model import (
    CrawlRules,
    Focus,
    Order,
    Recipe,
    SeedRules,
    SourceConfig,
)
from graph.model.genres import fold

# A first look: seeds, their relatives, and the relatives of these.
FIRST_HOPS = 2
FIRST_ARTISTS = 500

# The keys of [crawl] that have an option of the same name.
LIMITS = ("max_hops", "max_artists", "max_requests")

_NAMES_IN_NAME = 3
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class SeedOptions:
    """What a person gave instead of a recipe; None where an option was left out.

    Attributes:
        related: The source of relatives and ids; that of the seeds' ids.
        store: As `--store` was given.
    """

    seeds: tuple[str, ...]
    max_hops: int | None = None
    max_artists: int | None = None
    max_requests: int | None = None
    related: str = DEFAULT_CATALOGUE
    store: str | None = None

    @property
    def name(self) -> str:
        """A name made of the seeds, for the recipe's file and its crawl.

        >>> SeedOptions(("Burial", "deezer:27")).name, SeedOptions(("AC/DC",)).name
        ('burial-deezer-27', 'ac-dc')
        """
        words = [re.sub(r"[\W_]+", "-", fold(seed)).strip("-") for seed in self.seeds]
        more = len(words) - _NAMES_IN_NAME
        name = "-".join(filter(None, words[:_NAMES_IN_NAME]))[:_LONGEST_NAME]
        return (name.strip("-") or "seeds") + (f"-and-{more}-more" if more > 0 else "")


def seed_recipe(options: SeedOptions) -> Recipe:
    """The recipe: a first look at every artist near the seeds.

    >>> seed_recipe(SeedOptions(("Burial",), max_hops=1)).crawl.max_hops
    1
    """
    limits = {
        "max_hops": FIRST_HOPS,
        "max_artists": FIRST_ARTISTS,
        **{key: getattr(options, key) for key in LIMITS if _is_given(options, key)},
    }
    return Recipe(
        options.name,
        seeds=SeedRules(options.seeds),
        sources=SourceConfig(
            related=options.related, tracks=options.related, previews=options.related
        ),
        crawl=CrawlRules(focus=Focus.ANY, order=Order.BREADTH_FIRST, **limits),
    )


def recipe_text(recipe: Recipe, options: SeedOptions) -> str:
    """The file of such a recipe, with comments; read back, it gives an equal recipe."""
    crawl = recipe.crawl
    seeds = json.dumps(recipe.seeds.artists, ensure_ascii=False)
    return f"""\
# Written by `{_command(options)}`.
# That command goes on with it, and so does `{resume_command(options)}`.

[dataset]
name = "{recipe.name}"

[seeds]
artists = {seeds}

[sources]
related = "{recipe.sources.related}"

[crawl]
focus = "any"                   # expand every artist; with [classes], "class" keeps to them
order = "breadth-first"         # nearest to the seeds first
max_hops = {crawl.max_hops:<20} # from the seeds; 0: as far as it goes
max_artists = {crawl.max_artists:<17} # budgets count over the life of the crawl; 0: none
max_requests = {crawl.max_requests}
"""


def resume_command(options: SeedOptions) -> str:
    """The command that goes on by the recipe of these seeds."""
    return " ".join((f"genregraph crawl {options.name}.toml", *_store(options)))


def differences(recipe: Recipe, options: SeedOptions) -> tuple[str, ...]:
    """How a recipe differs from the one of these seeds and limits, as clauses.

    A limit that was not given may have any value.
    """
    return tuple(_differences(recipe, options))


def _differences(recipe: Recipe, options: SeedOptions) -> Iterator[str]:
    others = replace(recipe.seeds, artists=())
    named, given = (
        {_folded(seed) for seed in one} for one in (recipe.seeds.artists, options.seeds)
    )
    if others != SeedRules() or named != given:
        yield "it starts from other seeds"
    if recipe.classes or recipe.crawl.focus is not Focus.ANY:
        yield "it has classes"
    if recipe.sources.related != options.related:
        yield f'its relatives come from "{recipe.sources.related}"'
    for key in LIMITS:
        wanted, there = getattr(options, key), getattr(recipe.crawl, key)
        if _is_given(options, key) and wanted != there:
            yield f"its {key} is {there}, not {wanted}"


def _is_given(options: SeedOptions, key: str) -> bool:
    return getattr(options, key) is not None


def _folded(seed: str) -> str:
    """Names may be spelt in several ways, ids only in one."""
    return seed if ":" in seed else fold(seed)


def _command(options: SeedOptions) -> str:
    parts = [
        "genregraph crawl",
        *(f"--seed {shlex.quote(seed)}" for seed in options.seeds),
        *(
            f"--{key.replace('_', '-')} {getattr(options, key)}"
            for key in LIMITS
            if _is_given(options, key)
        ),
        *_store(options),
    ]
    return " ".join(parts)


def _store(options: SeedOptions) -> tuple[str, ...]:
    # A path may contain a line break, a comment may not.
    if options.store is None or not options.store.isprintable():
        return ()
    return (f"--store {shlex.quote(options.store)}",)
