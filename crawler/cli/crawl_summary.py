"""How a crawl ended: its last lines and its report."""

from crawler.cli.wiring import retries
from crawler.console.progress import Progress
from crawler.crawl.engine import CrawlReport, Ended
from crawler.http.client import HttpClient
from crawler.recipe.model import Recipe

# The key of the recipe that ended a crawl: raised, the same crawl goes farther.
_LIMITS = {
    Ended.HOPS: "max_hops",
    Ended.ARTISTS: "max_artists",
    Ended.REQUESTS: "max_requests",
    Ended.MINUTES: "max_minutes",
}


def say_end(
    report: CrawlReport, rules: Recipe, progress: Progress, client: HttpClient
) -> None:
    """Print why it ended, and what to do if the goal was not reached."""
    again = retries(client)
    if again:
        counts = ", ".join(f"{name} {count:,}" for name, count in again.items())
        progress.say(f"sent again after an error: {counts}")
    if _no_seed_taken(report):
        progress.say(
            'note: no seed carries a class, so none was expanded (focus = "class"): '
            'name others under [seeds], or set focus = "any" under [crawl]'
        )
    empty = [name for name, count in report.classes.items() if not count]
    if empty and report.ended is not Ended.STOPPED:
        progress.say(
            f"note: no artist with a preview in {', '.join(empty)}; "
            "`genregraph query run unmapped_genres` shows genres of no class"
        )
    if report.classes:
        enough = rules.crawl.artists_per_class
        goal = f" of {enough}" if enough else ""
        full = (f"{name} {count}{goal}" for name, count in report.classes.items())
        progress.say(f"artists with a preview: {', '.join(full)}")
    progress.say(f"ended: {report.ended}{_farther(report.ended, rules)}")


def _no_seed_taken(report: CrawlReport) -> bool:
    """Whether a crawl found its seeds and, by its focus, nobody from there on."""
    is_over = report.ended is Ended.NOTHING_LEFT and bool(report.classes)
    return is_over and not report.expanded and report.seeds_outside


def _farther(ended: Ended, rules: Recipe) -> str:
    """Which line of the recipe to raise; a recipe without it has the default."""
    key = _LIMITS.get(ended)
    if key is None:
        return ""
    value = getattr(rules.crawl, key)
    return f"; to go farther raise `{key} = {value}` under [crawl] of the recipe"


def end_rows(report: CrawlReport) -> list[tuple[str, object]]:
    """What the crawl has reached, by measure."""
    return [
        ("ended", str(report.ended)),
        ("rounds", report.round),
        ("artists found", report.found),
        ("more artists, credited on tracks", report.credited),
        ("artists expanded", report.expanded),
        *((f"requests to {name}", n) for name, n in sorted(report.requests.items())),
        *(
            (f"class {name}, with preview", count)
            for name, count in report.classes.items()
        ),
    ]
