"""`analyse`: analyses of the graph of artists, as tables, pictures and a report."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import (
    CommonOptions,
    common_options,
)
from crawler.cli.session import Session, open_session, recipe_of_crawl
from crawler.cli.wiring import make_http_client
from crawler.console.analyses import emit_analysis
from crawler.console.output import emit
from crawler.console.progress import Progress
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.reports.figures import check_picture, draw
from crawler.reports.report import (
    check_page,
    graph_line,
    is_invented,
    report_page,
    sections,
    write_page,
)
from crawler.selection.staleness import selection_note
from crawler.sources.base import INVENTED_MUSIC, Terms
from crawler.sources.registry import make_source, services
from graph.views.artists import ArtistGraph, artist_graph
from queries.analysis import ANALYSES, PATHS
from queries.analysis.result import Analysis
from queries.errors import AnalysisError

app = typer.Typer(no_args_is_help=True)

RecipeOption = Annotated[
    Path | None,
    typer.Option(
        "--recipe",
        metavar="FILE",
        help="The recipe whose classes and label rules to use. "
        "[default: the crawl's own]",
    ),
]
PlotOption = Annotated[
    Path | None,
    typer.Option(
        "--plot", metavar="FILE.png|.svg", help="Also draw the result as this picture."
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", help="The seed of everything random.")
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=0,
        help="Rows of each table; 0: all. [default: 20 in a table, else all]",
    ),
]
DEFAULT_SEED = 2026


@app.command("list")
@common_options("format")
def list_analyses(*, options: CommonOptions) -> None:
    """List the analyses and the questions they answer.

    Needs no graph.

    Example:  genregraph analyse list
    """
    rows = [(spec.name, spec.question) for spec in (*ANALYSES.values(), PATHS)]
    emit(("analysis", "question"), rows, options.format)


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """The options that every analysis takes."""

    recipe: Path | None
    plot: Path | None
    limit: int | None
    common: CommonOptions


def _command(name: str) -> Callable[..., None]:
    """The command of an analysis that needs only the graph."""

    @common_options("store", "format", "quiet")
    def analyse(
        *,
        recipe: RecipeOption = None,
        plot: PlotOption = None,
        seed: SeedOption = DEFAULT_SEED,
        limit: LimitOption = None,
        options: CommonOptions,
    ) -> None:
        _run(
            lambda graph: ANALYSES[name].load()(graph, seed=seed),
            AnalysisOptions(recipe, plot, limit, options),
        )

    analyse.__doc__ = f"""{ANALYSES[name].description}

    Only reads the graph. csv and jsonl hold the first table, json holds all of them.

    Example:  genregraph analyse {name} --plot {name}.svg
    """
    return analyse


for _name in ("summary", "assortativity", "communities", "centrality"):
    app.command(_name)(_command(_name))


@app.command()
@common_options("store", "format", "quiet")
def bridges(
    *,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--between", metavar="CLASS CLASS", help="Only artists between these two."
        ),
    ] = None,
    recipe: RecipeOption = None,
    plot: PlotOption = None,
    seed: SeedOption = DEFAULT_SEED,
    limit: LimitOption = None,
    options: CommonOptions,
) -> None:
    """List the artists that connect two classes.

    Only reads the graph. csv and jsonl hold the first table, json holds all of them.

    Example:  genregraph analyse bridges --between rock jazz
    """
    from queries.analysis import bridges as analysis  # noqa: PLC0415  it imports scipy

    _run(
        lambda graph: analysis.bridges(graph, seed=seed, between=between),
        AnalysisOptions(recipe, plot, limit, options),
    )


app.command("suspects")(_command("suspects"))


@app.command()
@common_options("store", "format", "quiet")
def paths(
    start: Annotated[str, typer.Argument(metavar="A", help="An artist's id, or name.")],
    end: Annotated[str, typer.Argument(metavar="B", help="Another artist.")],
    *,
    recipe: RecipeOption = None,
    plot: PlotOption = None,
    seed: SeedOption = DEFAULT_SEED,
    limit: LimitOption = None,
    options: CommonOptions,
) -> None:
    """Find the shortest paths from one artist to another.

    Only reads the graph. csv and jsonl hold the first table, json holds all of them.

    Example:  genregraph analyse paths "Daft Punk" deezer:119
    """
    from queries.analysis import paths as analysis  # noqa: PLC0415  it imports networkx

    _run(
        lambda graph: analysis.paths(graph, start, end, seed=seed),
        AnalysisOptions(recipe, plot, limit, options),
    )


@app.command()
@common_options("store", "quiet")
def report(
    out: Annotated[Path, typer.Argument(metavar="OUT.html", help="The page to write.")],
    *,
    recipe: RecipeOption = None,
    seed: SeedOption = DEFAULT_SEED,
    options: CommonOptions,
) -> None:
    """Write all analyses into one page that needs no network.

    Only reads the graph. Replaces an older page of that name.

    Example:  genregraph analyse report report.html
    """
    check_page(out)
    wanted = None if recipe is None else read_recipe(recipe)
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        graph = read_graph(session, wanted)
        made = tuple(
            sections(
                graph,
                seed=seed,
                begin=lambda name: session.progress.update(f"analysing: {name} …"),
            )
        )
        page = report_page(graph, made, _terms(session, graph), session.clock.now())
        write_page(out, page)
        for one in made:
            if isinstance(one.made, AnalysisError):
                session.progress.say(f"note: {one.name} is missing: {one.made}")
        link = out.resolve().as_uri()
        session.progress.say(f"wrote {out}; open it in a browser: {link}")


def _terms(session: Session, graph: ArtistGraph) -> Mapping[str, Terms]:
    """The terms of the sources of the crawl's related artists and genres."""
    if any(is_invented(url) for _, url in graph.nodes(data="url")):
        return {"the local service": INVENTED_MUSIC}
    recipe = recipe_of_crawl(session.store)
    if recipe is None:
        return {}
    roles = recipe.sources
    client = make_http_client(
        session.settings,
        clock=session.clock,
        progress=session.progress,
        stop=threading.Event(),
        max_wait_minutes=0,
    )
    names = dict.fromkeys((roles.related, *roles.genres))
    return {
        name: make_source(name, client).terms for name in names if name in services()
    }


def _run(analysis: Callable[[ArtistGraph], Analysis], options: AnalysisOptions) -> None:
    """Check the arguments, read the graph, analyse it, draw and print the result."""
    if options.plot is not None:
        check_picture(options.plot)
    recipe = None if options.recipe is None else read_recipe(options.recipe)
    common = options.common
    with open_session(common.store, quiet=common.quiet, create=False) as session:
        graph = read_graph(session, recipe)
        session.progress.update("analysing …")
        result = analysis(graph)
    # First the picture: the reader of stdout may leave early (`| head`).
    if options.plot is not None:
        _draw(result, graph, options.plot, session.progress)
    # Only now: stdout and the live line of an open session share a terminal.
    emit_analysis(result, common.format, options.limit, session.progress)


def read_graph(session: Session, recipe: Recipe | None) -> ArtistGraph:
    """Read the graph of artists under a recipe's classes and label rules.

    Without a recipe those of the crawl's own recipe are used.
    """
    session.progress.update("reading the graph …")
    recipe = recipe or recipe_of_crawl(session.store)
    if recipe is None:
        return artist_graph(session.store)  # raises: the store holds no crawl
    if note := selection_note(session.store, recipe):
        session.progress.say(note)
    return artist_graph(
        session.store,
        recipe=recipe.name,
        min_votes=recipe.labels.min_votes,
        min_share=recipe.labels.min_share,
    )


def _draw(
    analysis: Analysis, graph: ArtistGraph, path: Path, progress: Progress
) -> None:
    if not analysis.figures:
        progress.say(f"note: {analysis.name} has no picture, so {path} is not written")
        return
    line = f"{graph_line(graph)} · genregraph analyse {analysis.name}"
    draw(analysis.figures[0], path, source=line)
    progress.say(f"drew {path}")
