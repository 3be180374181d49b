"""`crawl` and `status`: ask the sources, and say how far that is."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from crawler.asking import Roles
from crawler.cli.crawl_end import end_rows, say_end
from crawler.cli.crawl_seeds import (
    MaxArtistsOption,
    MaxHopsOption,
    MaxRequestsOption,
    SeedOption,
    recipe_in_force,
    start_of,
)
from crawler.cli.options import (
    FormatOption,
    JsonOption,
    QuietOption,
    Status,
    StoreOption,
    Workplace,
    chosen_format,
    open_graph,
    open_session,
    stop_on_interrupt,
)
from crawler.crawl import CrawlReport, Ended
from crawler.crawl import crawl as run_crawl
from crawler.estimate import estimate
from crawler.output import emit
from crawler.recipe import Recipe
from crawler.recipe_file import read_recipe
from crawler.seeds import Seeds
from crawler.services import (
    access_notes,
    open_door,
    roles_of,
    services_in_force,
    services_notes,
)
from crawler.starting import Doors, look_up_seeds
from crawler.status import FAILURE_COLUMNS, STATUS_COLUMNS, failures_of, status_of
from graph.errors import NoStoreError
from graph.opening import StoreSettings
from graph.store import Store
from graph.store_folder import one_crawl_at_a_time, refuse_foreign

app = typer.Typer()

AdoptOption = Annotated[
    bool,
    typer.Option(
        "--adopt", help="Go on although seeds were removed or the ids changed."
    ),
]
AcceptNoneOption = Annotated[
    bool,
    typer.Option(
        "--accept-none",
        help="Write the answers of a source gone silent all the same.",
    ),
]
ThreadsOption = Annotated[
    int,
    typer.Option(
        "--threads", min=1, max=64, help="Requests on the way at once, per source."
    ),
]


@app.command()
def crawl(
    recipe: Annotated[
        Path | None,
        typer.Argument(metavar="RECIPE", help="The recipe, a TOML file."),
    ] = None,
    *,
    seed: SeedOption = None,
    max_hops: MaxHopsOption = None,
    max_artists: MaxArtistsOption = None,
    max_requests: MaxRequestsOption = None,
    store: StoreOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Estimate requests and time; ask nothing.")
    ] = False,
    adopt: AdoptOption = False,
    accept_none: AcceptNoneOption = False,
    threads: ThreadsOption = 8,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Ask the recipe's sources and write artists, genres, tracks and edges to the graph.

    Ctrl-C finishes what is on the way. Run the same command again to go on: an
    answer that was written is never asked for twice. Without a recipe, --seed writes
    one into this folder, named after the seeds, and crawls by it.

    Example:  genregraph crawl recipe.toml

    Example:  genregraph crawl --seed "Burial" --max-hops 2
    """
    limits = {
        "max_hops": max_hops,
        "max_artists": max_artists,
        "max_requests": max_requests,
    }
    start = start_of(recipe, seed, **limits)
    chosen = chosen_format(output_format, as_json=as_json)
    with recipe_in_force(recipe, start, store, quiet=quiet, dry_run=dry_run) as (
        place,
        rules,
    ):
        if dry_run:
            for note in access_notes(rules):
                place.progress.say(f"note: {note}")
            rows = estimate(rules, services_in_force(place.settings))
            emit(("measure", "estimate"), rows, chosen)
            return
        report = crawl_recipe(
            rules, place, adopt=adopt, accept_none=accept_none, threads=threads
        )
    emit(("measure", "value"), end_rows(report), chosen)
    if report.ended is Ended.STOPPED:
        raise typer.Exit(Status.INTERRUPTED)


@app.command()
def status(
    recipe: Annotated[
        Path | None,
        typer.Argument(
            metavar="RECIPE",
            help="The recipe; without it, the one last crawled with.",
        ),
    ] = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="List the questions that failed, and why.")
    ] = False,
    store: StoreOption = None,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say what is answered, open and failed, what was spent, and how full the classes are.

    Reads only, also while a crawl runs.

    Example:  genregraph status --failed
    """
    rules = read_recipe(recipe) if recipe is not None else None
    chosen = chosen_format(output_format, as_json=as_json)
    with open_session(store, quiet=quiet, create=False) as session:
        if failed:
            emit(FAILURE_COLUMNS, failures_of(session.store), chosen)
        else:
            emit(STATUS_COLUMNS, status_of(session.store, rules), chosen)


def crawl_recipe(
    rules: Recipe,
    place: Workplace,
    *,
    adopt: bool = False,
    accept_none: bool = False,
    threads: int = 8,
) -> CrawlReport:
    """Open the services and the store, crawl, and say how it ended."""
    with stop_on_interrupt(place.progress) as stop:
        door = open_door(
            place.settings,
            clock=place.clock,
            progress=place.progress,
            stop=stop,
            max_wait_minutes=rules.crawl.max_wait_minutes,
        )
        roles = roles_of(rules, door)

        def go(opened: Store, seeds: Seeds | None = None) -> CrawlReport:
            doors = Doors(
                opened,
                roles,
                place.clock,
                place.progress,
                stop,
                threads,
                door.pauses,
            )
            return run_crawl(
                rules, doors, seeds=seeds, adopt=adopt, accept_none=accept_none
            )

        report = _open_and(go, rules, roles, place)
    say_end(report, rules, place.progress, door)
    return report


def _open_and(
    go: Callable[[Store, Seeds | None], CrawlReport],
    rules: Recipe,
    roles: Roles,
    place: Workplace,
) -> CrawlReport:
    """Crawl into the store; a new one is made only once the seeds are found."""
    settings = place.settings.store
    _say_notes(rules, place)
    if settings.uri is None:
        refuse_foreign(settings.directory)
    try:
        with open_graph(place, create=False) as opened:
            return _alone(go, opened, None, settings)
    except NoStoreError:
        seeds = look_up_seeds(rules, roles, place.progress)
    with open_graph(place, answered_before=True) as opened:
        return _alone(go, opened, seeds, settings)


def _alone(
    go: Callable[[Store, Seeds | None], CrawlReport],
    opened: Store,
    seeds: Seeds | None,
    settings: StoreSettings,
) -> CrawlReport:
    """Crawl while nobody else does: two crawls would each keep the services' paces."""
    if settings.uri is not None:
        return go(opened, seeds)
    with one_crawl_at_a_time(settings.directory):
        return go(opened, seeds)


def _say_notes(rules: Recipe, place: Workplace) -> None:
    if "musicbrainz" in rules.sources.genres:
        for note in services_notes(place.settings):
            place.progress.say(f"note: {note}")
