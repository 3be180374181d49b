"""The same crawl under a changed recipe: what is taken, what is refused. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.errors import CrawlMismatchError
from crawler.recipe.model import Recipe, SeedRules
from graph.model.crawl import Crawl


@dataclass(frozen=True, slots=True)
class RecipeChange:
    """What differs from the recipe the crawl was last run with.

    Attributes:
        said: Changed keys, as sentences for the person.
        added: Seeds that are new.
    """

    said: tuple[str, ...]
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
    old, new = json.loads(crawl.recipe), json.loads(recipe.to_json())
    if not adopt:
        _refuse(old, new)
    said = tuple(
        f"{table}.{key} is now {_short(new[table].get(key))}, was {_short(value)}"
        for table in ("seeds", "sources", "crawl", "labels")
        for key, value in old[table].items()
        if new[table].get(key) != value
    )
    if old["classes"] != new["classes"]:
        said = (*said, "the classes have changed: labels and focus follow the new ones")
    return RecipeChange(said, _added(old, new, recipe))


def _refuse(old: Mapping[str, dict[str, object]], new: Mapping[str, object]) -> None:
    changed = json.loads(json.dumps(new))
    related, was = changed["sources"]["related"], old["sources"]["related"]
    if related != was:
        raise CrawlMismatchError(
            f'this crawl has its ids from "{was}", the recipe now says "{related}"',
            hint="Give another store with --store, or say --adopt to go on all the same.",
        )
    for key in ("artists", "playlists"):
        gone = sorted(set(_texts(old["seeds"][key])) - set(changed["seeds"][key]))
        if gone:
            raise CrawlMismatchError(
                f"seeds that this crawl started from are no longer in the recipe: "
                f"{', '.join(gone)}",
                hint="Put them back, give another store with --store, or say --adopt.",
            )


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else []


def _added(
    old: Mapping[str, dict[str, object]], new: Mapping[str, object], recipe: Recipe
) -> SeedRules:
    """Named seeds that are new; those per class are asked again where they may differ."""
    was = old["seeds"]
    other_classes = old["classes"] != new["classes"]

    def again(key: str, count: int) -> int:
        return count if other_classes or was[key] != count else 0

    return SeedRules(
        artists=_new(recipe.seeds.artists, was["artists"]),
        playlists=_new(recipe.seeds.playlists, was["playlists"]),
        playlists_per_class=again(
            "playlists_per_class", recipe.seeds.playlists_per_class
        ),
        by_genre=again("by_genre", recipe.seeds.by_genre),
    )


def _new(names: tuple[str, ...], was: object) -> tuple[str, ...]:
    return tuple(name for name in names if name not in _texts(was))


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004  a pair
