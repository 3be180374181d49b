"""`run`: the whole job in one go."""

import threading
from pathlib import Path

import typer

from crawler.cli.crawl import crawl_recipe
from crawler.cli.exit_status import Status
from crawler.cli.export import (
    OutArgument,
    check_dataset,
    describe_export,
    export_recipe,
    split_rows,
)
from crawler.cli.options import CommonOptions, RecipeArgument, common_options
from crawler.cli.select import report_selection
from crawler.cli.session import (
    Session,
    Workplace,
    open_graph,
    open_workplace,
    store_line,
)
from crawler.cli.wiring import make_http_client
from crawler.console.output import emit
from crawler.crawl.engine import Ended
from crawler.errors import RecipeError
from crawler.export.dataset import ExportReport
from crawler.export.download.folder import refuse_foreign
from crawler.export.preconditions import accepted_terms
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.selection.select import SelectionReport, select_labels
from crawler.sources.registry import make_source

app = typer.Typer()


@app.command()
@common_options("store", "format", "quiet")
def run(
    recipe: RecipeArgument,
    out: OutArgument,
    *,
    options: CommonOptions,
) -> None:
    """Crawl, select, export and verify in one go.

    Ctrl-C finishes what is on the way; the same command goes on. Audio is fetched
    only from services whose terms the recipe accepts: that is looked at first.

    Example:  genregraph run recipe.toml dataset
    """
    rules = read_recipe(recipe)
    with open_workplace(options.store, quiet=options.quiet) as workplace:
        report = run_recipe(rules, out, workplace)[1]
    emit(
        ("class", "split", "clips", "artists", "groups"),
        split_rows(report),
        options.format,
    )


def run_recipe(
    rules: Recipe, out: Path, workplace: Workplace
) -> tuple[SelectionReport, ExportReport]:
    """Run the four steps, and announce each one before it begins.

    Raises:
        RecipeError: The recipe has no classes.
        TermsNotAcceptedError: The recipe does not accept the terms of its previews.
        DatasetError: `out` is not ours to write.
        typer.Exit: A step was stopped (130), or the data set is not right (1).
    """
    workplace.progress.say(store_line(workplace.settings))
    _refuse_early(rules, out, workplace)
    workplace.progress.say("step 1 of 4: crawl")
    if crawl_recipe(rules, workplace).ended is Ended.STOPPED:
        raise typer.Exit(Status.INTERRUPTED)
    now = workplace.clock.now
    with open_graph(workplace, create=False, answered_before=True) as store:
        workplace.progress.say("step 2 of 4: select")
        selected = select_labels(store, rules, policy=None, now=now())
        report_selection(selected, workplace.progress)
        workplace.progress.say("step 3 of 4: export")
        session = Session(
            workplace.settings, workplace.progress, workplace.clock, store
        )
        exported = export_recipe(session, rules, out)
    for line in describe_export(exported):
        workplace.progress.say(line)
    if not exported.finished:
        raise typer.Exit(Status.INTERRUPTED)
    workplace.progress.say("step 4 of 4: verify")
    if not check_dataset(out, workplace.progress).good:
        raise typer.Exit(Status.FAILED)
    return selected, exported


def _refuse_early(rules: Recipe, out: Path, workplace: Workplace) -> None:
    """Refuse what the third step would refuse before the first one sends a request."""
    if not rules.classes:
        raise RecipeError(
            f'the recipe "{rules.name}" has no classes: nothing to select and export',
            hint="Add a [classes] table, or build the graph alone with `genregraph crawl`.",
        )
    refuse_foreign(out, rules.name)
    client = make_http_client(
        workplace.settings,
        clock=workplace.clock,
        progress=workplace.progress,
        stop=threading.Event(),
        max_wait_minutes=rules.crawl.max_wait_minutes,
    )
    accepted_terms(make_source(rules.sources.previews, client), rules)
