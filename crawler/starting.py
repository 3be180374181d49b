"""How a run of the crawl begins: a new crawl, or one that goes on under a changed recipe."""

import threading
from dataclasses import dataclass, replace

from crawler.asking import Roles
from crawler.clock import Clock
from crawler.errors import QuotaExhaustedError
from crawler.progress import Progress
from crawler.recipe import Recipe
from crawler.recipe_change import compare
from crawler.seeds import Seeds, find_seeds
from graph.genres import ClassMap
from graph.model import Crawl, Plan, Slice, SliceAnswer, SliceKind
from graph.store import CrawlStore


@dataclass(frozen=True, slots=True)
class Doors:
    """What a crawl is handed: store, sources, clock, progress, and how to stop it."""

    store: CrawlStore
    roles: Roles
    clock: Clock
    progress: Progress
    stop: threading.Event
    threads: int = 8


def look_up_seeds(recipe: Recipe, roles: Roles, progress: Progress) -> Seeds:
    """The seeds of a new crawl; nothing is written.

    Raises:
        SeedError: Seeds that the source does not know.
    """
    return find_seeds(recipe.seeds, recipe, roles, number=0, progress=progress)


def begin_crawl(recipe: Recipe, doors: Doors, seeds: Seeds) -> Crawl:
    """Write the crawl, its named seeds and round 0 in one step."""
    state = Crawl(
        recipe.name, recipe.to_json(), recipe.digest(), requests=seeds.requests
    )
    plan = Plan(0, seeds.slices)
    doors.store.begin(state, seeds.changes, plan, at=doors.clock.now())
    sync_classes(recipe, doors.store)
    return state


def go_on(state: Crawl, recipe: Recipe, doors: Doors, *, adopt: bool) -> Crawl:
    """Take the crawl that the store holds, with what the recipe changed."""
    if state.recipe_digest != recipe.digest():
        change = compare(state, recipe, adopt=adopt)
        for sentence in change.said:
            doors.progress.say(sentence)
        number = state.round + 1
        seeds = find_seeds(
            change.added, recipe, doors.roles, number=number, progress=doors.progress
        )
        changed = replace(state, recipe=recipe.to_json(), recipe_digest=recipe.digest())
        doors.store.change_recipe(changed)
        sync_classes(recipe, doors.store)
        _add_seeds(seeds, number, doors)
    _wait_out_pauses(recipe, doors)
    return doors.store.crawl() or state


def _add_seeds(seeds: Seeds, number: int, doors: Doors) -> None:
    """Write seeds that a changed recipe added, as a round of their own."""
    if not seeds.slices and not seeds.changes.seeds:
        return
    named = Slice(f"{number}/named", number, -1, SliceKind.SEEDS)
    doors.store.commit_plan(Plan(number, (named, *seeds.slices)))
    answer = SliceAnswer(named, seeds.changes, seeds.requests)
    doors.store.commit([answer], at=doors.clock.now())


def sync_classes(recipe: Recipe, store: CrawlStore) -> None:
    """Bring Class nodes and IN_CLASS in step with the recipe."""
    in_class = ClassMap(recipe.classes).in_class(store.genres())
    store.sync_classes(recipe.name, recipe.class_names, in_class)


def _wait_out_pauses(recipe: Recipe, doors: Doors) -> None:
    """Keep the waits that services asked for when the crawl last ended.

    Raises:
        QuotaExhaustedError: A wait longer than `max_wait_minutes` is left.
    """
    state = doors.store.crawl()
    for service, until in sorted((state.paused_until if state else {}).items()):
        seconds = (until - doors.clock.now()).total_seconds()
        if seconds > recipe.crawl.max_wait_minutes * 60:
            raise QuotaExhaustedError(
                service,
                f"asked not to be asked before {until:%Y-%m-%d %H:%M} UTC",
                until=until,
            )
        if seconds > 0:
            doors.progress.waiting(service, until)
            doors.clock.sleep(seconds, until=doors.stop)
        doors.store.pause(service, None)
