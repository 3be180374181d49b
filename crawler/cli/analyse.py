"""`analyse`: questions about the graph of artists that are answered with networkx."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import (
    FormatOption,
    JsonOption,
    QuietOption,
    StoreOption,
    chosen_format,
)
from crawler.cli.session import Session, open_session
from crawler.cli.wiring import make_http_client
from crawler.console.analyses import say_analysis
from crawler.console.output import Format, emit
from crawler.console.progress import Progress
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe, recipe_from_json
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
from crawler.sources.registry import SOURCES, make_source
from graph.views.artists import ArtistGraph, artist_graph
from queries.analysis import ANALYSES
from queries.analysis.errors import AnalysisError
from queries.analysis.result import Analysis

app = typer.Typer(no_args_is_help=True)

RecipeOption = Annotated[
    Path | None,
    typer.Option(
        "--recipe",
        metavar="FILE",
        help="Whose classes and label rules. [default: the crawl's own recipe]",
    ),
]
PlotOption = Annotated[
    Path | None,
    typer.Option(
        "--plot", metavar="FILE.png|.svg", help="Also draw the result into this file."
    ),
]
SeedOption = Annotated[
    int, typer.Option("--seed", help="Seed of all that is left to chance.")
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=0,
        help="Rows of each table; 0 for all. [default: 20 in a table, else all]",
    ),
]
PATHS = ("paths", "How does one get from one artist to another?")
DEFAULT_SEED = 2026


@app.command("list")
def list_analyses(
    *, output_format: FormatOption = None, as_json: JsonOption = False
) -> None:
    """List the analyses and what each of them asks.

    Example:  genregraph analyse list
    """
    rows = [(listed.name, listed.question) for listed in ANALYSES.values()]
    emit(
        ("analysis", "question"),
        [*rows, PATHS],
        chosen_format(output_format, as_json=as_json),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants of an analysis, whichever it is."""

    recipe: Path | None
    plot: Path | None
    limit: int | None
    store: str | None
    format: Format | None
    quiet: bool


def _command(name: str) -> Callable[..., None]:
    """The command of an analysis that takes nothing but the graph."""

    def analyse(
        *,
        recipe: RecipeOption = None,
        plot: PlotOption = None,
        seed: SeedOption = DEFAULT_SEED,
        limit: LimitOption = None,
        store: StoreOption = None,
        output_format: FormatOption = None,
        as_json: JsonOption = False,
        quiet: QuietOption = False,
    ) -> None:
        chosen = chosen_format(output_format, as_json=as_json)
        wanted = Wanted(recipe, plot, limit, store, chosen, quiet)
        _answer(wanted, lambda graph: ANALYSES[name].load()(graph, seed=seed))

    analyse.__doc__ = f"""{ANALYSES[name].does}

    Reads only. A table is for people; csv and jsonl hold the first table, json all.

    Example:  genregraph analyse {name} --plot {name}.svg
    """
    return analyse


for _name in ("summary", "assortativity", "communities", "centrality"):
    app.command(_name)(_command(_name))


@app.command()
def bridges(
    *,
    between: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--between", metavar="CLASS CLASS", help="Only who joins these two."
        ),
    ] = None,
    recipe: RecipeOption = None,
    plot: PlotOption = None,
    seed: SeedOption = DEFAULT_SEED,
    limit: LimitOption = None,
    store: StoreOption = None,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the artists who join two classes.

    Reads only. A table is for people; csv and jsonl hold the first table, json all.

    Example:  genregraph analyse bridges --between rock jazz
    """
    from queries.analysis import bridges as asked  # noqa: PLC0415  it brings scipy

    chosen = chosen_format(output_format, as_json=as_json)
    wanted = Wanted(recipe, plot, limit, store, chosen, quiet)
    _answer(wanted, lambda graph: asked.bridges(graph, seed=seed, between=between))


app.command("suspects")(_command("suspects"))


@app.command()
def paths(
    start: Annotated[str, typer.Argument(metavar="A", help="An artist's id, or name.")],
    end: Annotated[str, typer.Argument(metavar="B", help="Another artist.")],
    *,
    recipe: RecipeOption = None,
    plot: PlotOption = None,
    seed: SeedOption = DEFAULT_SEED,
    limit: LimitOption = None,
    store: StoreOption = None,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find the shortest ways from one artist to another.

    Reads only. A table is for people; csv and jsonl hold the first table, json all.

    Example:  genregraph analyse paths "Daft Punk" deezer:119
    """
    from queries.analysis import paths as asked  # noqa: PLC0415  it brings networkx

    chosen = chosen_format(output_format, as_json=as_json)
    wanted = Wanted(recipe, plot, limit, store, chosen, quiet)
    _answer(wanted, lambda graph: asked.paths(graph, start, end, seed=seed))


@app.command()
def report(
    out: Annotated[Path, typer.Argument(metavar="OUT.html", help="The page to write.")],
    *,
    recipe: RecipeOption = None,
    seed: SeedOption = DEFAULT_SEED,
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write all analyses of this graph into one page that needs no network.

    A page that is there is written over; the graph stays as it is.

    Example:  genregraph analyse report report.html
    """
    check_page(out)
    wanted = None if recipe is None else read_recipe(recipe)
    with open_session(store, quiet=quiet, create=False) as session:
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
                session.progress.say(f"note: {one.name} is not made: {one.made}")
        link = out.resolve().as_uri()
        session.progress.say(f"wrote {out}; open it in a browser: {link}")


def _terms(session: Session, graph: ArtistGraph) -> Mapping[str, Terms]:
    """The terms of the sources that the crawl asked for relatives and genres."""
    if any(is_invented(url) for _, url in graph.nodes(data="url")):
        return {"the local service": INVENTED_MUSIC}
    crawl = session.store.crawl()
    if crawl is None:
        return {}
    roles = recipe_from_json(crawl.recipe).sources
    client = make_http_client(
        session.settings,
        clock=session.clock,
        progress=session.progress,
        stop=threading.Event(),
        max_wait_minutes=0,
    )
    names = dict.fromkeys((roles.related, *roles.genres))
    return {name: make_source(name, client).terms for name in names if name in SOURCES}


def _answer(wanted: Wanted, asked: Callable[[ArtistGraph], Analysis]) -> None:
    """Check what can be checked, read the graph, analyse, draw, write."""
    if wanted.plot is not None:
        check_picture(wanted.plot)
    recipe = None if wanted.recipe is None else read_recipe(wanted.recipe)
    with open_session(wanted.store, quiet=wanted.quiet, create=False) as session:
        graph = read_graph(session, recipe)
        session.progress.update("analysing …")
        analysis = asked(graph)
    # First: who reads stdout may leave before its end (`| head`).
    if wanted.plot is not None:
        _plot(analysis, graph, wanted.plot, session.progress)
    # Only now: stdout and the live line of an open session are one terminal.
    say_analysis(analysis, wanted.format, wanted.limit, session.progress)


def read_graph(session: Session, recipe: Recipe | None) -> ArtistGraph:
    """The graph of a store, under a recipe's classes and label rules; else the crawl's."""
    session.progress.update("reading the graph …")
    crawl = session.store.crawl()
    if recipe is None and crawl is not None:
        recipe = recipe_from_json(crawl.recipe)
    if recipe is None:
        return artist_graph(session.store)  # it says that there is no crawl
    if note := selection_note(session.store, recipe):
        session.progress.say(note)
    return artist_graph(
        session.store,
        recipe=recipe.name,
        min_votes=recipe.labels.min_votes,
        min_share=recipe.labels.min_share,
    )


def _plot(
    analysis: Analysis, graph: ArtistGraph, path: Path, progress: Progress
) -> None:
    if not analysis.figures:
        progress.say(f"note: {analysis.name} has no picture; {path} is not made")
        return
    line = f"{graph_line(graph)} · genregraph analyse {analysis.name}"
    draw(analysis.figures[0], path, source=line)
    progress.say(f"drew {path}")
