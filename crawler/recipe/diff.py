"""The same crawl under a changed recipe: what is accepted, what is refused. Pure."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from crawler.errors import CrawlMismatchError
from crawler.recipe.model import Recipe, SeedRules, recipe_from_json
from graph.model.crawl import Crawl


@dataclass(frozen=True, slots=True)
class RecipeChange:
    """What differs from the recipe the crawl was last run with.

    Attributes:
        sentences: Changed keys, as sentences for the person.
        added: Seeds that are new.
    """

    sentences: tuple[str, ...]
    added: SeedRules


def compare(crawl: Crawl, recipe: Recipe, *, adopt: bool) -> RecipeChange:
    """What changed since the crawl was last run.

    Raises:
        CrawlMismatchError: Another crawl, or (without `adopt`) another id space or
            fewer seeds: the graph would no longer follow from the recipe.
    """
    if crawl.name != recipe.name:
        raise CrawlMismatchError(
            f'the store holds the crawl "{crawl.name}", the recipe is for "{recipe.name}"',
            hint="Give another store with --store, or the recipe its old name back.",
        )
    old = recipe_from_json(crawl.recipe)
    if not adopt:
        _refuse(old, recipe)
    return RecipeChange(tuple(_sentences(old, recipe)), _added(old, recipe))


def _refuse(old: Recipe, new: Recipe) -> None:
    related, was = new.sources.related, old.sources.related
    if related != was:
        raise CrawlMismatchError(
            f'this crawl has its ids from "{was}", the recipe now names "{related}"',
            hint="Give another store with --store, or use --adopt to go on all the same.",
        )
    for gone in (
        set(old.seeds.artists) - set(new.seeds.artists),
        set(old.seeds.playlists) - set(new.seeds.playlists),
    ):
        if gone:
            raise CrawlMismatchError(
                f"seeds that this crawl started from are no longer in the recipe: "
                f"{', '.join(sorted(gone))}",
                hint="Put them back, give another store with --store, or use --adopt.",
            )


def _sentences(old: Recipe, new: Recipe) -> Iterator[str]:
    for table in ("seeds", "sources", "crawl", "labels"):
        was, now = asdict(getattr(old, table)), asdict(getattr(new, table))
        for key, value in now.items():
            if value != was[key]:
                yield f"{table}.{key} is now {_short(value)}, was {_short(was[key])}"
    if old.classes != new.classes:
        yield "the classes have changed: labels and focus follow the new ones"


def _added(old: Recipe, new: Recipe) -> SeedRules:
    """Named seeds that are new; those per class are requested again if they may differ."""
    was, now = old.seeds, new.seeds
    other_classes = old.classes != new.classes
    per_class_again = (
        other_classes or now.playlists_per_class != was.playlists_per_class
    )
    by_genre_again = other_classes or now.by_genre != was.by_genre
    return SeedRules(
        artists=tuple(one for one in now.artists if one not in was.artists),
        playlists=tuple(one for one in now.playlists if one not in was.playlists),
        playlists_per_class=now.playlists_per_class if per_class_again else 0,
        by_genre=now.by_genre if by_genre_again else 0,
    )


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004  a pair
