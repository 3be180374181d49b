"""`select`: choose the artists and tracks of each class."""

from typing import Annotated

import typer

from crawler.cli.completion import policies
from crawler.cli.options import (
    CommonOptions,
    RecipeArgument,
    common_options,
)
from crawler.cli.session import open_session
from crawler.console.output import emit
from crawler.console.progress import Progress
from crawler.recipe.loader import read_recipe
from crawler.selection.select import SelectionReport, select_labels
from crawler.text import nearest
from queries.label_policies import label_policies

app = typer.Typer()


@app.command()
@common_options("store", "format", "quiet")
def select(
    recipe: RecipeArgument,
    *,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            metavar="NAME",
            help="The policy to use. [default: the recipe's own]",
            autocompletion=policies,
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Choose the artists and tracks of each class, and count those that are lost.

    Replaces the recipe's old labels in the graph in one step. Run it as often as you
    like.

    Example:  genregraph select recipe.toml
    """
    rules = read_recipe(recipe)
    if policy is not None and policy not in label_policies():
        raise typer.BadParameter(
            f'there is no policy "{policy}"; {nearest(policy, tuple(label_policies()))}'
        )
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        report = select_labels(
            session.store, rules, policy=policy, now=session.clock.now()
        )
        report_selection(report, session.progress)
    emit(
        FUNNEL_COLUMNS,
        funnel_rows(report),
        options.format,
    )


FUNNEL_COLUMNS = ("stage", "count", "lost", "why")


def funnel_rows(report: SelectionReport) -> list[tuple[str, int, int, str]]:
    """The funnel, one row per stage."""
    return [(s.name, s.count, s.lost, s.why) for s in report.stages]


def report_selection(report: SelectionReport, progress: Progress) -> None:
    """Report how many artists and tracks were chosen for each class."""
    selection = report.selection
    progress.say(f"selected for {selection.recipe} by the policy {selection.policy}:")
    for chosen in report.classes:
        artists, tracks = (
            _count(chosen.artists, "artist"),
            _count(chosen.tracks, "track"),
        )
        progress.say(
            f"  {chosen.class_name}: {artists} labelled, "
            f"{chosen.with_tracks} with a chosen track; {tracks} chosen"
        )
    empty = [chosen.class_name for chosen in report.classes if not chosen.tracks]
    if empty:
        progress.say(f"note: no track is chosen for {', '.join(empty)}")
    if len(empty) < len(report.classes):
        progress.say("`export` takes at most `tracks_per_artist` tracks of each artist")


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
