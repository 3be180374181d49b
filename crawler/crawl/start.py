"""How a run of the crawl begins: a new crawl, or one that goes on under a changed recipe."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.clock import Clock
from crawler.console.progress import Progress
from crawler.crawl.heartbeat import first_in_line
from crawler.crawl.seeds import Seeds, find_seeds
from crawler.http.cooldown import StoredPauses, wait_out
from crawler.recipe.diff import RecipeChange, compare
from crawler.recipe.model import Recipe
from crawler.sources.base import Capability
from crawler.sources.roles import SourceRoles
from graph.model.crawl import AddedSeeds, Crawl, Plan
from graph.model.genres import ClassMap
from graph.model.workers import Worker
from graph.store import CrawlStore


def _nobody() -> Mapping[str, datetime]:
    return {}


@dataclass(frozen=True, slots=True)
class CrawlContext:
    """What a crawl is handed: store, sources, clock, progress, and how to stop it.

    Attributes:
        stop: The person's Ctrl-C. The crawl sets it too, when it ends by itself, so
            that nobody waits for a turn any more.
        pauses: Until when services are not asked because they said so.
        worker: Who crawls; unless told otherwise, the only one in this store.
    """

    store: CrawlStore
    roles: SourceRoles
    clock: Clock
    progress: Progress
    stop: threading.Event
    threads: int = 8
    pauses: StoredPauses = _nobody
    worker: Worker = Worker("only", alone=True)  # noqa: RUF009 - a frozen value


def look_up_seeds(recipe: Recipe, roles: SourceRoles, progress: Progress) -> Seeds:
    """The seeds of a new crawl; nothing is written.

    Whether the sources may answer at all is asked before, so that no request is spent
    on a crawl that cannot be.

    Raises:
        SeedError: Seeds that the source does not know.
        UnsupportedError: A source that these credentials get no answer from.
    """
    asked = _verify_access(recipe, roles)
    seeds = find_seeds(recipe.seeds, recipe, roles, number=0, progress=progress)
    return replace(seeds, requests=dict(Counter(seeds.requests) + Counter(asked)))


def _verify_access(recipe: Recipe, roles: SourceRoles) -> Mapping[str, int]:
    """Check that the sources give us access; returns the requests."""
    named = (name for name in recipe.seeds.artists if ":" not in name)
    about = next(named, "the")
    wanted = {
        Capability.RELATED: (roles.related,),
        Capability.GENRES: roles.genres,
    }
    sources = {source.name: source for some in wanted.values() for source in some}
    spent: Counter[str] = Counter()
    for name, source in sources.items():
        asked = [c for c, some in wanted.items() if any(s.name == name for s in some)]
        spent.update(source.verify_access(asked, about))
    return spent


def start(
    recipe: Recipe, context: CrawlContext, *, seeds: Seeds | None, adopt: bool
) -> None:
    """Begin the crawl, or go on with it; one worker at a time.

    Args:
        recipe: What the crawl is for.
        context: Store, sources, clock, progress, stop.
        seeds: The seeds of a new crawl, where they were looked up already.
        adopt: Go on also where the recipe has another id space or fewer seeds.

    Raises:
        SeedError: A seed that is not found; no crawl was begun.
        CrawlMismatchError: The store holds another crawl.
        StoppedError: The person pressed Ctrl-C.
    """
    with first_in_line(
        context.store, context.worker, context.clock, context.progress, context.stop
    ):
        state = context.store.crawl()
        if state is not None:
            go_on(state, recipe, context, adopt=adopt)
        else:
            seeds = seeds or look_up_seeds(recipe, context.roles, context.progress)
            begin_crawl(recipe, context, seeds)


def begin_crawl(recipe: Recipe, context: CrawlContext, seeds: Seeds) -> None:
    """Write the crawl, its named seeds and round 0 in one step."""
    state = Crawl(
        recipe.name, recipe.to_json(), recipe.digest(), requests=seeds.requests
    )
    plan = Plan(0, seeds.slices)
    context.store.begin(state, seeds.changes, plan, at=context.clock.now())
    sync_classes(recipe, context.store)


def go_on(state: Crawl, recipe: Recipe, context: CrawlContext, *, adopt: bool) -> None:
    """Take the crawl that the store holds, with what the recipe changed."""
    differs = state.recipe_digest != recipe.digest()
    change = compare(state, recipe, adopt=adopt) if differs else None
    wait_out(
        context.store,
        context.clock,
        context.progress,
        context.stop,
        max_wait_minutes=recipe.crawl.max_wait_minutes,
    )
    # An app may have lost its access since; these few requests belong to no answer.
    _verify_access(recipe, context.roles)
    if change is not None:
        _take(change, state, recipe, context)
    # Also where nothing changed: the last run may have died before it came to this.
    sync_classes(recipe, context.store)


def _take(
    change: RecipeChange, state: Crawl, recipe: Recipe, context: CrawlContext
) -> None:
    """Write the changed recipe and the seeds that it adds, in one step."""
    for sentence in change.sentences:
        context.progress.say(sentence)
    number = state.round + 1
    seeds = find_seeds(
        change.added, recipe, context.roles, number=number, progress=context.progress
    )
    changed = replace(state, recipe=recipe.to_json(), recipe_digest=recipe.digest())
    added = AddedSeeds(
        seeds.changes, Plan(number, seeds.slices), seeds.requests, context.clock.now()
    )
    is_more = bool(seeds.slices or seeds.requests)
    context.store.change_recipe(changed, added if is_more else None)


def sync_classes(recipe: Recipe, store: CrawlStore) -> None:
    """Bring Class nodes and IN_CLASS in step with the recipe."""
    in_class = ClassMap(recipe.classes).in_class(store.genres())
    store.sync_classes(recipe.name, recipe.class_names, in_class)
