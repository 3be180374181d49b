"""Estimates the requests and minutes of a crawl before it sends anything. Pure."""

from collections.abc import Sequence

from crawler.http.service import HttpService
from crawler.recipe.model import Recipe, SeedRules

# Requests per labelled artist with its tracks, and the share of them that goes to the
# source of related artists, measured on 20,191 real artists (order "yield").
REQUESTS_PER_LABELLED = 2.2
SHARE_OF_RELATED = 0.93

# Length of a list of related artists (on Deezer), and requests for the genres of one artist
# found: about 3 per 100.
RELATED_PER_ARTIST = 20
GENRES_PER_FOUND = 0.035


def estimate(
    recipe: Recipe, services: Sequence[HttpService]
) -> list[tuple[str, object]]:
    """Return the requests and minutes to expect, and the budgets that may end it sooner.

    Without classes there is no goal; the requests are then the maximum that seeds, hops
    and artists allow.
    """
    wanted = len(recipe.classes) * recipe.crawl.artists_per_class
    about = "about" if wanted else "at most about"
    rows: list[tuple[str, object]] = []
    if recipe.classes:
        rows.append(("labelled artists wanted", wanted or "no limit"))
    requests = _requests(recipe, wanted)
    rows.append((f"requests, {about}", requests or "no limit"))
    service = next((s for s in services if s.name == recipe.sources.related), None)
    if requests and service is not None and service.requests:
        seconds = requests * SHARE_OF_RELATED * service.seconds / service.requests
        rows.append(
            (f"minutes at the pace of {service.name}, {about}", round(seconds / 60, 1))
        )
    budgets = ("max_hops", "max_artists", "max_minutes", "max_wait_minutes")
    limits = [(key, getattr(recipe.crawl, key)) for key in budgets]
    return [*rows, *((key.replace("_", " "), n or "no limit") for key, n in limits)]


def _requests(recipe: Recipe, wanted: int) -> int:
    """The smaller of the budget and the cost of the goal or the limits; 0: no limit."""
    bounds = [recipe.crawl.max_requests, round(wanted * REQUESTS_PER_LABELLED)]
    if not wanted and (expanded := _most_expanded(recipe)):
        found = expanded * RELATED_PER_ARTIST
        if recipe.crawl.max_artists:
            round_of_lists = recipe.crawl.round * RELATED_PER_ARTIST
            found = min(found, recipe.crawl.max_artists + round_of_lists)
        seeds = len(recipe.seeds.artists)
        bounds.append(seeds + expanded + round(found * GENRES_PER_FOUND))
    return min((bound for bound in bounds if bound), default=0)


def _most_expanded(recipe: Recipe) -> int:
    """The most artists that can be expanded within artists and hops; 0: no limit.

    A playlist can hold any number of artists, so hops do not limit crawls that start from one.
    """
    rules, seeds = recipe.crawl, recipe.seeds
    bounds = [rules.max_artists]
    if rules.max_hops and seeds == SeedRules(artists=seeds.artists):
        hops = range(min(rules.max_hops, 6))
        bounds.append(len(seeds.artists) * sum(RELATED_PER_ARTIST**hop for hop in hops))
    return min((bound for bound in bounds if bound), default=0)
