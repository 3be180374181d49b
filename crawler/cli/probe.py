"""`probe`: what works today."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.exit_status import Status
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import Workplace, open_workplace, stop_on_interrupt
from crawler.cli.wiring import make_http_client
from crawler.console.output import emit
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.sources.probe import (
    COLUMNS,
    ProbeResult,
    anything_works,
    closed_roles,
    silent_sources,
    sources_in,
    subject_of,
)
from crawler.sources.probe import probe as probe_all
from crawler.sources.registry import make_source, services

# A user who only checks does not wait longer.
MAX_WAIT_MINUTES = 0.5

app = typer.Typer()


@app.command()
@common_options("format", "quiet")
def probe(
    recipe: Annotated[
        Path | None,
        typer.Argument(metavar="RECIPE", help="Only the sources of this recipe."),
    ] = None,
    *,
    options: CommonOptions,
) -> None:
    """Check whether each source works today: one cheap request for each capability.

    Also shows addresses, proxies and terms. Writes nothing and downloads no audio;
    sends about a dozen requests. Exits with 69 when no source answers, and with a
    recipe also when one of its sources does not; with 1 when your account has no access
    to what the recipe needs.

    Example:  genregraph probe recipe.toml && genregraph crawl recipe.toml
    """
    rules = read_recipe(recipe) if recipe is not None else None
    with open_workplace(quiet=options.quiet) as workplace:
        results = _probe(rules, workplace)
        missing = silent_sources(results) if rules is not None else ()
        for name in missing:
            workplace.progress.say(f"the recipe needs {name}, which answers nothing")
        closed = closed_roles(results, rules) if rules is not None else ()
        for role in closed:
            workplace.progress.say(f"the recipe needs {role}")
    rows = [(f.source, f.question, f.works, f.why, f.instead) for f in results]
    emit(COLUMNS, rows, options.format)
    if missing or not anything_works(results):
        raise typer.Exit(Status.UNREACHABLE)
    if closed:
        raise typer.Exit(Status.FAILED)


def _probe(rules: Recipe | None, workplace: Workplace) -> list[ProbeResult]:
    with stop_on_interrupt(workplace.progress) as stop:
        client = make_http_client(
            workplace.settings,
            clock=workplace.clock,
            progress=workplace.progress,
            stop=stop,
            max_wait_minutes=MAX_WAIT_MINUTES,
        )
        names = sources_in(rules, tuple(services()))
        sources = [make_source(name, client) for name in names]
        found: list[ProbeResult] = []
        for result in probe_all(
            sources, client, workplace.settings.contact, subject_of(rules)
        ):
            workplace.progress.update(f"{result.source}: {result.question}")
            found.append(result)
        return found
