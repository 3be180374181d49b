"""`crawl` and `status`: ask the sources, and say how far that is."""

import os
import secrets
import socket
import threading
from dataclasses import dataclass
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
    make_http_client,
    make_source_roles,
    services_in_force,
    services_notes,
)
from crawler.console.output import emit
from crawler.crawl.engine import CrawlReport, Ended
from crawler.crawl.engine import crawl as run_crawl
from crawler.crawl.estimate import estimate
from crawler.crawl.seeds import Seeds
from crawler.crawl.start import CrawlContext, look_up_seeds
from crawler.crawl.status import FAILURE_COLUMNS, STATUS_COLUMNS, failures_of, status_of
from crawler.http.client import HttpClient
from crawler.http.rate_limiter import RateLimiterFactory
from crawler.http.shared_rate_limiter import shared_turns
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from graph.embedded.folder import one_crawl_at_a_time, refuse_foreign
from graph.errors import NoStoreError
from graph.model.workers import Worker
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
    threads: ThreadsOption = 8,
    options: CommonOptions,
) -> None:
    """Ask the recipe's sources and write artists, genres, tracks and edges to the graph.

    Ctrl-C finishes what is on the way. Run the same command again to go on: an
    answer that was written is never asked for twice. Run it several times at once on
    one Neo4j, also on several machines, and they do one crawl together at the
    services' pace: when one dies, the others go on. Without a recipe, --seed writes
    one into this folder, named after the seeds, and crawls by it.

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
        place,
        rules,
    ):
        if dry_run:
            for note in access_notes(rules):
                place.progress.say(f"note: {note}")
            rows = estimate(rules, services_in_force(place.settings))
            emit(("measure", "estimate"), rows, options.format)
            return
        report = crawl_recipe(
            rules, place, adopt=adopt, accept_none=accept_none, threads=threads
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
    place: Workplace,
    *,
    adopt: bool = False,
    accept_none: bool = False,
    threads: int = 8,
) -> CrawlReport:
    """Open the services and the store, crawl, and say how it ended."""
    with stop_on_interrupt(place.progress) as stop:
        run = _CrawlRun(rules, place, stop, adopt, accept_none, threads)
        _say_notes(rules, place)
        shared = place.settings.store.uri is not None
        report, client = run.beside_others() if shared else run.alone()
    say_end(report, rules, place.progress, client)
    return report


@dataclass(frozen=True, slots=True)
class _CrawlRun:
    """One run of the crawl command."""

    rules: Recipe
    place: Workplace
    stop: threading.Event
    adopt: bool
    accept_none: bool
    threads: int

    def beside_others(self) -> tuple[CrawlReport, HttpClient]:
        """Crawl into a database, which others may do too: the store comes first.

        Who asks a service, for seeds already, takes its turns there.
        """
        with open_graph(self.place) as opened:
            client = self._client(shared_turns(opened, self.place.clock))
            return self._crawl(opened, client, Worker(new_worker_name()), None), client

    def alone(self) -> tuple[CrawlReport, HttpClient]:
        """Crawl into an embedded store; a new one is made only once the seeds are found."""
        refuse_foreign(self.place.settings.store.directory)
        client = self._client(None)
        try:
            with open_graph(self.place, create=False) as opened:
                return self._crawl_alone(opened, client, None), client
        except NoStoreError:
            roles = make_source_roles(self.rules, client)
            seeds = look_up_seeds(self.rules, roles, self.place.progress)
        with open_graph(self.place) as opened:
            return self._crawl_alone(opened, client, seeds), client

    def _crawl_alone(
        self, opened: Store, client: HttpClient, seeds: Seeds | None
    ) -> CrawlReport:
        """Crawl while nobody else does: two crawls would each keep the services' paces."""
        with one_crawl_at_a_time(self.place.settings.store.directory):
            worker = Worker(new_worker_name(), alone=True)
            return self._crawl(opened, client, worker, seeds)

    def _crawl(
        self, opened: Store, client: HttpClient, worker: Worker, seeds: Seeds | None
    ) -> CrawlReport:
        context = CrawlContext(
            opened,
            make_source_roles(self.rules, client),
            self.place.clock,
            self.place.progress,
            self.stop,
            self.threads,
            client.pauses,
            worker,
        )
        return run_crawl(
            self.rules,
            context,
            seeds=seeds,
            adopt=self.adopt,
            accept_none=self.accept_none,
        )

    def _client(self, turns: RateLimiterFactory | None) -> HttpClient:
        return make_http_client(
            self.place.settings,
            clock=self.place.clock,
            progress=self.place.progress,
            stop=self.stop,
            max_wait_minutes=self.rules.crawl.max_wait_minutes,
            turns=turns,
        )


def new_worker_name() -> str:
    """Who this process is to others, on this machine or another: unlike any before."""
    host = socket.gethostname().partition(".")[0]
    return f"{host}-{os.getpid()}-{secrets.token_hex(2)}"


def _say_notes(rules: Recipe, place: Workplace) -> None:
    for note in services_notes(place.settings, rules.sources.names):
        place.progress.say(f"note: {note}")
