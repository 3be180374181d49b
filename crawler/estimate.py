"""What a crawl will cost, before anything is asked. Pure."""

from collections.abc import Sequence

from crawler.http import Service
from crawler.recipe import Recipe

# Requests per labelled artist with its tracks, and the part of them that goes to the
# source of the relatives, as measured on 20,191 real artists (order "yield").
REQUESTS_PER_LABELLED = 2.2
SHARE_OF_RELATED = 0.93


def estimate(recipe: Recipe, services: Sequence[Service]) -> list[tuple[str, object]]:
    """Requests and minutes to expect, and the budgets that may end the crawl sooner."""
    wanted = len(recipe.classes) * recipe.crawl.artists_per_class
    rows: list[tuple[str, object]] = [("labelled artists wanted", wanted or "no limit")]
    requests = _requests(recipe, wanted)
    rows.append(("requests, about", requests or "no limit"))
    pace = next((s for s in services if s.name == recipe.sources.related), None)
    if requests and pace is not None and pace.requests:
        seconds = requests * SHARE_OF_RELATED * pace.seconds / pace.requests
        rows.append(
            (f"minutes at the pace of {pace.name}, about", round(seconds / 60, 1))
        )
    budgets = ("max_artists", "max_minutes", "max_wait_minutes")
    limits = [(key, getattr(recipe.crawl, key)) for key in budgets]
    return [*rows, *((key.replace("_", " "), n or "no limit") for key, n in limits)]


def _requests(recipe: Recipe, wanted: int) -> int:
    """The smaller of the budget and what the labelled artists wanted will cost."""
    bounds = [recipe.crawl.max_requests, round(wanted * REQUESTS_PER_LABELLED)]
    return min((bound for bound in bounds if bound), default=0)
