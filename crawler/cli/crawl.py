"""`crawl` and `status`: request data from the sources, and show the progress."""

import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.crawl_seeds import (
    MaxArtistsOption,
    MaxHopsOption,
    MaxRequestsOption,
    SeedOption,
    recipe_in_force,
    seed_options,
)
from crawler.cli.crawl_summary import end_rows, say_end
from crawler.cli.exit_status import Status
from crawler.cli.options import CommonOptions, StoreOption, common_options
from crawler.cli.session import Workplace, open_graph, open_session, stop_on_interrupt
from crawler.cli.wiring import (
    access_notes,
    longest_window,
    make_http_client,
    make_source_roles,
    services_in_force,
    services_notes,
)
from crawler.clock import StopSignal
from crawler.config.settings import Settings
from crawler.console.output import emit
from crawler.crawl.context import CrawlContext
from crawler.crawl.engine import CrawlReport, Ended
from crawler.crawl.engine import crawl as run_crawl
from crawler.crawl.estimate import estimate
from crawler.crawl.seeds import Seeds
from crawler.crawl.start import look_up_seeds
from crawler.crawl.status import FAILURE_COLUMNS, STATUS_COLUMNS, failures_of, status_of
from crawler.http.client import HttpClient
from crawler.http.send_lease import SendLease
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from graph.embedded.folder import crawl_lock, refuse_foreign
from graph.errors import NoStoreError
from graph.model.lease import Crawler
from graph.store import Store

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
NoStandbyOption = Annotated[
    bool,
    typer.Option(
        "--no-standby",
        help="End with status 69 while another crawler is active in this Neo4j.",
    ),
]
ThreadsOption = Annotated[
    int,
    typer.Option(
        "--threads", min=1, max=64, help="Requests on the way at once, per source."
    ),
]


@app.command()
@common_options("format", "quiet")
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
    no_standby: NoStandbyOption = False,
    threads: ThreadsOption = 8,
    options: CommonOptions,
) -> None:
    """Ask the recipe's sources and write artists, genres, tracks and edges to the graph.

    Ctrl-C finishes what is on the way. Run the same command again to go on: an
    answer that was written is never asked for twice. Run it several times at once on
    one Neo4j, also on several machines: one crawls, the others stand by, and when it
    stops or dies one of them takes over. Without a recipe, --seed writes one into this
    folder, named after the seeds, and crawls by it.

    Example:  genregraph crawl recipe.toml

    Example:  genregraph crawl --seed "Burial" --max-hops 2
    """
    limits = {
        "max_hops": max_hops,
        "max_artists": max_artists,
        "max_requests": max_requests,
    }
    seeds = seed_options(recipe, seed, **limits)
    with recipe_in_force(
        recipe, seeds, store, quiet=options.quiet, dry_run=dry_run
    ) as (
        workplace,
        rules,
    ):
        if dry_run:
            for note in access_notes(rules):
                workplace.progress.say(f"note: {note}")
            rows = estimate(rules, services_in_force(workplace.settings))
            emit(("measure", "estimate"), rows, options.format)
            return
        report = crawl_recipe(
            rules,
            workplace,
            adopt=adopt,
            accept_none=accept_none,
            stands_by=not no_standby,
            threads=threads,
        )
    emit(("measure", "value"), end_rows(report), options.format)
    if report.ended is Ended.STOPPED:
        raise typer.Exit(Status.INTERRUPTED)


@app.command()
@common_options("store", "format", "quiet")
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
    options: CommonOptions,
) -> None:
    """Say what is answered, open and failed, what was spent, and how full the classes are.

    Reads only, also while a crawl runs.

    Example:  genregraph status --failed
    """
    rules = read_recipe(recipe) if recipe is not None else None
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        if failed:
            emit(FAILURE_COLUMNS, failures_of(session.store), options.format)
        else:
            emit(STATUS_COLUMNS, status_of(session.store, rules), options.format)


def crawl_recipe(
    rules: Recipe,
    workplace: Workplace,
    *,
    adopt: bool = False,
    accept_none: bool = False,
    stands_by: bool = True,
    threads: int = 8,
) -> CrawlReport:
    """Open the services and the store, crawl, and report how it ended."""
    with stop_on_interrupt(workplace.progress) as stop:
        is_shared = workplace.settings.store.uri is not None
        client, send_lease = _client(rules, workplace, stop, is_shared=is_shared)
        roles = make_source_roles(rules, client)
        _say_notes(rules, workplace)

        def run(
            store: Store,
            seeds: Seeds | None = None,
            send_lease: SendLease | None = None,
        ) -> CrawlReport:
            context = CrawlContext(
                store,
                roles,
                workplace.clock,
                workplace.progress,
                stop,
                threads,
                client.pauses,
                new_crawler(rules, workplace.settings),
                send_lease,
                alone=send_lease is None,
                stands_by=stands_by,
            )
            return run_crawl(
                rules, context, seeds=seeds, adopt=adopt, accept_none=accept_none
            )

        if is_shared:
            with open_graph(workplace) as opened:
                report = run(opened, send_lease=send_lease)
        else:
            report = _crawl_alone(
                workplace, lambda: look_up_seeds(rules, roles, workplace.progress), run
            )
    say_end(report, rules, workplace.progress, client)
    return report


def _crawl_alone(
    workplace: Workplace,
    look_up: Callable[[], Seeds],
    run: Callable[[Store, Seeds | None], CrawlReport],
) -> CrawlReport:
    """Crawl into an embedded store that no other process crawls into.

    A new store is made only once the seeds are found.
    """
    directory, seeds = workplace.settings.store.directory, None
    refuse_foreign(directory)
    try:
        with open_graph(workplace, create=False) as opened, crawl_lock(directory):
            return run(opened, None)
    except NoStoreError:
        seeds = look_up()
    with open_graph(workplace) as opened, crawl_lock(directory):
        return run(opened, seeds)


def _client(
    rules: Recipe, workplace: Workplace, stop: StopSignal, *, is_shared: bool
) -> tuple[HttpClient, SendLease | None]:
    """The client, and for a shared store the lease that its requests need."""
    send_lease = SendLease(workplace.clock) if is_shared else None
    client = make_http_client(
        workplace.settings,
        clock=workplace.clock,
        progress=workplace.progress,
        stop=stop,
        max_wait_minutes=rules.crawl.max_wait_minutes,
        lease=send_lease,
    )
    return client, send_lease


def new_crawler(rules: Recipe, settings: Settings) -> Crawler:
    """A new crawler for this process, with a name that no other process has."""
    host = socket.gethostname().partition(".")[0]
    name = f"{host}-{os.getpid()}-{secrets.token_hex(2)}"
    return Crawler(name, window_seconds=longest_window(rules, settings))


def _say_notes(rules: Recipe, workplace: Workplace) -> None:
    for note in services_notes(workplace.settings, rules.sources.names):
        workplace.progress.say(f"note: {note}")
