"""Begins a run: starts a new crawl, or resumes one, possibly with a changed recipe.

A new crawl, or a change of the recipe, is written in one transaction with its seeds.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from crawler.console.progress import Progress
from crawler.crawl.context import CrawlContext
from crawler.crawl.lease import HeldLease
from crawler.crawl.seeds import Seeds, find_seeds
from crawler.http.cooldown import wait_out
from crawler.recipe.diff import RecipeChange, compare
from crawler.recipe.model import Recipe
from crawler.sources.base import Capability
from crawler.sources.roles import SourceRoles
from graph.model.crawl import AddedSeeds, Crawl, Plan
from graph.model.genres import ClassMap


def look_up_seeds(recipe: Recipe, roles: SourceRoles, progress: Progress) -> Seeds:
    """Look up the seeds of a new crawl; writes nothing.

    Access to the sources is checked first, so that no request is spent on a crawl that
    cannot succeed.

    Raises:
        SeedError: Some seeds were not found.
        UnsupportedError: These credentials give no access to a source.
    """
    needed = _verify_access(recipe, roles)
    seeds = find_seeds(recipe.seeds, recipe, roles, number=0, progress=progress)
    return replace(seeds, requests=dict(Counter(seeds.requests) + Counter(needed)))


def _verify_access(recipe: Recipe, roles: SourceRoles) -> Mapping[str, int]:
    """Check that the sources give us access; return the requests spent."""
    named = (name for name in recipe.seeds.artists if ":" not in name)
    about = next(named, "the")
    wanted = {
        Capability.RELATED: (roles.related,),
        Capability.GENRES: roles.genres,
    }
    sources = {source.name: source for some in wanted.values() for source in some}
    spent: Counter[str] = Counter()
    for name, source in sources.items():
        needed = [c for c, some in wanted.items() if any(s.name == name for s in some)]
        spent.update(source.verify_access(needed, about))
    return spent


def start(
    recipe: Recipe,
    context: CrawlContext,
    lease: HeldLease,
    *,
    seeds: Seeds | None,
    adopt: bool,
    wait_until_quiet: Callable[[], None],
) -> None:
    """Begin the crawl, or resume it.

    Args:
        recipe: What the crawl is for.
        context: Store, sources, clock, progress, stop.
        lease: Fences the writes.
        seeds: The seeds of a new crawl, if they were looked up already.
        adopt: Continue even if the recipe has another id space or fewer seeds.
        wait_until_quiet: Returns once requests may be sent.

    Raises:
        SeedError: A seed was not found; no crawl was begun.
        CrawlMismatchError: The store holds another crawl.
    """
    state = context.store.crawl()
    if state is not None:
        _resume(
            state,
            recipe,
            context,
            lease,
            adopt=adopt,
            wait_until_quiet=wait_until_quiet,
        )
    else:
        wait_until_quiet()
        seeds = seeds or look_up_seeds(recipe, context.roles, context.progress)
        _begin(recipe, context, lease, seeds)
    # Also if nothing changed: the last run may have ended before it got here.
    in_class = ClassMap(recipe.classes).in_class(context.store.genres())
    with lease.renewing() as token:
        context.store.sync_classes(
            recipe.name, recipe.class_names, in_class, token=token
        )


def _begin(
    recipe: Recipe, context: CrawlContext, lease: HeldLease, seeds: Seeds
) -> None:
    """Write the crawl, its named seeds and round 0 in one transaction."""
    state = Crawl(
        recipe.name, recipe.to_json(), recipe.digest(), requests=seeds.requests
    )
    plan = Plan(0, seeds.items)
    with lease.renewing() as token:
        context.store.begin(
            state, seeds.changes, plan, at=context.clock.now(), token=token
        )


def _resume(
    state: Crawl,
    recipe: Recipe,
    context: CrawlContext,
    lease: HeldLease,
    *,
    adopt: bool,
    wait_until_quiet: Callable[[], None],
) -> None:
    """Resume the crawl in the store, with the changes of the recipe."""
    differs = state.recipe_digest != recipe.digest()
    change = compare(state, recipe, adopt=adopt) if differs else None
    wait_out(
        context.store,
        context.clock,
        context.progress,
        context.stop,
        max_wait_minutes=recipe.crawl.max_wait_minutes,
        token=lease.token,
    )
    wait_until_quiet()
    # An app may have lost its access since. These few requests are not counted.
    _verify_access(recipe, context.roles)
    if change is not None:
        _apply_change(change, state, recipe, context, lease)


def _apply_change(
    change: RecipeChange,
    state: Crawl,
    recipe: Recipe,
    context: CrawlContext,
    lease: HeldLease,
) -> None:
    """Write the changed recipe and the seeds that it adds, in one transaction."""
    for sentence in change.sentences:
        context.progress.say(sentence)
    number = state.round + 1
    seeds = find_seeds(
        change.added, recipe, context.roles, number=number, progress=context.progress
    )
    changed = replace(state, recipe=recipe.to_json(), recipe_digest=recipe.digest())
    added = AddedSeeds(
        seeds.changes, Plan(number, seeds.items), seeds.requests, context.clock.now()
    )
    is_more = bool(seeds.items or seeds.requests)
    with lease.renewing() as token:
        context.store.change_recipe(changed, added if is_more else None, token=token)
