"""The recipe of a crawl that was started from seeds alone: its name and its text. Pure."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler.recipe.model import CrawlRules, Focus, Recipe, SeedRules
from graph.model.genres import fold

# A first look: seeds, their relatives, and the relatives of these.
FIRST_HOPS = 2
FIRST_ARTISTS = 500

_NAMES_IN_NAME = 3
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Start:
    """What a person said instead of naming a recipe; None where nothing was said.

    Attributes:
        related: The source that gives relatives and ids; that of the seeds' ids.
        store: As `--store` was given.
    """

    seeds: tuple[str, ...]
    max_hops: int | None = None
    max_artists: int | None = None
    max_requests: int | None = None
    related: str = "deezer"
    store: str | None = None

    @property
    def name(self) -> str:
        """A name made of the seeds: of the recipe's file and of its crawl.

        >>> Start(("Burial", "deezer:27")).name, Start(("AC/DC",)).name
        ('burial-deezer-27', 'ac-dc')
        """
        words = [re.sub(r"[\W_]+", "-", fold(seed)).strip("-") for seed in self.seeds]
        more = len(words) - _NAMES_IN_NAME
        name = "-".join(filter(None, words[:_NAMES_IN_NAME]))[:_LONGEST_NAME]
        return (name.strip("-") or "seeds") + (f"-and-{more}-more" if more > 0 else "")


def go_on_command(start: Start) -> str:
    """The command that goes on by the recipe of these seeds."""
    return " ".join((f"genregraph crawl {start.name}.toml", *_store(start)))


def recipe_text(start: Start) -> str:
    """The recipe, with comments."""
    default = CrawlRules()
    hops = FIRST_HOPS if start.max_hops is None else start.max_hops
    artists = FIRST_ARTISTS if start.max_artists is None else start.max_artists
    requests = (
        default.max_requests if start.max_requests is None else start.max_requests
    )
    seeds = json.dumps(start.seeds, ensure_ascii=False)
    return f"""\
# Written by `{_command(start)}`.
# That command goes on with it, and so does `{go_on_command(start)}`.

[dataset]
name = "{start.name}"

[seeds]
artists = {seeds}

[sources]
related = "{start.related}"

[crawl]
focus = "any"                   # expand every artist; with [classes], "class" keeps to them
order = "breadth-first"         # nearest to the seeds first
max_hops = {hops}{" " * (20 - len(str(hops)))} # from the seeds; 0: as far as it goes
max_artists = {artists}{" " * (17 - len(str(artists)))} # budgets count over the life of the crawl; 0: none
max_requests = {requests}
"""


def differences(recipe: Recipe, start: Start) -> tuple[str, ...]:
    """In what a recipe is not the one of these seeds and limits, as clauses.

    A limit that was not said may be any.
    """
    return tuple(_differences(recipe, start))


def _differences(recipe: Recipe, start: Start) -> Iterator[str]:
    others = replace(recipe.seeds, artists=())
    named, said = (
        {_same(seed) for seed in one} for one in (recipe.seeds.artists, start.seeds)
    )
    if others != SeedRules() or named != said:
        yield "it starts from other seeds"
    if recipe.classes or recipe.crawl.focus is not Focus.ANY:
        yield "it has classes"
    if recipe.sources.related != start.related:
        yield f'its relatives come from "{recipe.sources.related}"'
    for key in ("max_hops", "max_artists", "max_requests"):
        said, there = getattr(start, key), getattr(recipe.crawl, key)
        if said is not None and said != there:
            yield f"its {key} is {there}, not {said}"


def _same(seed: str) -> str:
    """Names may be spelt in several ways, ids only in one."""
    return seed if ":" in seed else fold(seed)


def _command(start: Start) -> str:
    limits = {
        "--max-hops": start.max_hops,
        "--max-artists": start.max_artists,
        "--max-requests": start.max_requests,
    }
    parts = [
        "genregraph crawl",
        *(f"--seed {shlex.quote(seed)}" for seed in start.seeds),
        *(f"{name} {value}" for name, value in limits.items() if value is not None),
        *_store(start),
    ]
    return " ".join(parts)


def _store(start: Start) -> tuple[str, ...]:
    # A path may hold a line's end, a comment may not.
    if start.store is None or not start.store.isprintable():
        return ()
    return (f"--store {shlex.quote(start.store)}",)
