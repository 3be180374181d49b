"""`graph export`, `graph import` and `graph copy`: move graphs."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli import graph_copy
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import Session, open_session
from crawler.cli.wiring import terms_notes, terms_of_crawl
from crawler.errors import SelectionError
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe, recipe_from_json
from crawler.selection.staleness import selection_note
from crawler.text import nearest
from graph.errors import BadGraphFileError, StoreRefusedError
from graph.store import Store
from graph.transfer.items import Item
from graph.transfer.jsonl import read_file, write_file
from graph.views.artists import ArtistGraph, artist_graph
from graph.views.kinds import add_kinds
from queries.files.admin_files import write_admin_files
from queries.files.admin_words import README
from queries.files.writing import SUFFIXES, GraphFile

app = typer.Typer(no_args_is_help=True)
app.add_typer(graph_copy.app)

_EVERYTHING = ".jsonl"
_ADMIN = "neo4j-admin"
_KINDS = ("artist", "genre", "track")
_DOES = dict.fromkeys(SUFFIXES, "writing") | {
    ".gexf": "finding a place for each node, and writing"
}

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE.jsonl", help="A file of JSON lines.")
]


@app.command("export")
@common_options("store", "quiet")
def export_graph(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|DIR",
            help="Where to; its ending names the format: "
            ".graphml, .gexf, .jsonl, or a folder .csv or .parquet.",
        ),
    ],
    *,
    nodes: Annotated[
        str | None,
        typer.Option(
            "--nodes",
            metavar="KIND,…",
            help="What to write: artist, and if wanted genre and track. "
            "[default: artist]",
        ),
    ] = None,
    chosen: Annotated[
        bool, typer.Option("--chosen", help="Only what `select` chose.")
    ] = False,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe",
            metavar="RECIPE",
            help="Whose classes and selection. [default: the crawl's recipe]",
        ),
    ] = None,
    no_times: Annotated[
        bool,
        typer.Option(
            "--no-times",
            help="Leave out what differs from run to run, to compare two graphs.",
        ),
    ] = False,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="neo4j-admin",
            help="A folder for a bulk import by neo4j-admin, whatever its ending.",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Write the graph into a file for Gephi, networkx, pandas or another store.

    The graph stays as it is; a file is put in place when it is whole. Artists and who
    lists whom are written, directed; .gexf adds a picture, .csv and .parquet are folders
    of nodes and edges. Only .jsonl holds everything, in the shape of APOC's JSON export,
    and goes back in by `graph import`; so does a folder for neo4j-admin, for Neo4j.

    Example:  genregraph graph export scene.gexf --chosen
    """
    suffix = _named_format(output_format) or _suffix(file)
    if suffix in {_EVERYTHING, _ADMIN}:
        if nodes or chosen or recipe or (no_times and suffix == _ADMIN):
            raise typer.BadParameter(
                "--nodes, --chosen and --recipe are for the other formats: "
                f"{suffix} holds everything"
            )
        with open_session(options.store, quiet=options.quiet, create=False) as session:
            session.progress.update(f"writing {file}")
            _export_everything(session, file, suffix, times=not no_times)
        return
    target = GraphFile(file, _kinds(nodes), times=not no_times)
    wanted = read_recipe(recipe) if recipe else None
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        with target.opened() as parts:
            graph = _read_graph(session, target.kinds, wanted, chosen=chosen)
            session.progress.update(f"{_DOES[target.suffix]} {file}")
            target.write(parts, graph)
        session.progress.say(
            f"{len(graph)} nodes and {graph.number_of_edges()} edges are in {file}"
        )
        _tell_terms(session, file)


@app.command("import")
@common_options("store", "quiet")
def import_graph(file: FileArgument, *, options: CommonOptions) -> None:
    """Write the nodes and relations of a file into the store.

    What is there already is written over, nothing is removed. A file that cannot be
    used is refused before anything is written, and so is any file while a crawl is
    unfinished in the store.

    Example:  genregraph graph import graph.jsonl --store copy
    """
    items = _items(file)
    with open_session(options.store, quiet=options.quiet) as session:
        _refuse_unfinished_crawl(session.store)
        session.progress.update(f"importing {file}")
        count = session.store.load(items)
        session.progress.say(
            f"{count} nodes and relations are in {session.store.where}"
        )


def _items(file: Path) -> Iterable[Item]:
    """What a file holds; a bad line is found before a store is opened."""
    if not file.exists():
        raise BadGraphFileError(
            f"there is no file {file}",
            hint="Name a file that `genregraph graph export` wrote.",
        )
    _jsonl(file)
    items = read_file(file)
    if not sum(1 for _ in items):
        raise BadGraphFileError(
            f"{file} is empty",
            hint="Name a file that `genregraph graph export` wrote.",
        )
    return replace(items, is_checked=True)


def _refuse_unfinished_crawl(store: Store) -> None:
    """Its round was planned on the graph as it is, and counts on that."""
    if store.open_plan() is not None:
        raise StoreRefusedError(
            f"the crawl in {store.where} is not finished",
            hint="Finish it with `genregraph crawl RECIPE` first, "
            "or import into another store: name it with --store.",
        )


def _jsonl(file: Path) -> None:
    if file.suffix != _EVERYTHING:
        raise typer.BadParameter(f"{file} does not end in {_EVERYTHING}")


def _named_format(name: str | None) -> str | None:
    if name not in (None, _ADMIN):
        raise typer.BadParameter(
            f"--format names only {_ADMIN}; others go by the file's ending"
        )
    return name


def _suffix(file: Path) -> str:
    """The ending that names the format."""
    known = (*SUFFIXES, _EVERYTHING)
    suffix = file.suffix.lower()
    if suffix in known:
        return suffix
    if not suffix:
        raise typer.BadParameter(f"{file} has no ending; known are {', '.join(known)}")
    raise typer.BadParameter(f"{file} ends in {file.suffix}; {_meant(suffix, known)}")


def _meant(word: str, known: tuple[str, ...]) -> str:
    """The nearest one where there is one, and all."""
    everyone = "known are " + ", ".join(known)
    near = nearest(word, known)
    return f"{near} {everyone}" if near.startswith("did") else everyone


def _kinds(nodes: str | None) -> tuple[str, ...]:
    named = [word.strip().lower() for word in (nodes or "artist").split(",")]
    for word in named:
        if word not in _KINDS:
            raise typer.BadParameter(
                f"--nodes knows no {word!r}; {_meant(word, _KINDS)}"
            )
    if "artist" not in named:
        raise typer.BadParameter("--nodes must name artist: all edges begin at one")
    return tuple(kind for kind in _KINDS if kind in named)


def _export_everything(
    session: Session, file: Path, suffix: str, *, times: bool
) -> None:
    items = session.store.items()
    if suffix == _ADMIN:
        count = write_admin_files(file, items, session.store.about())
    else:
        count = write_file(file, items, times=times)
    session.progress.say(f"{count} nodes and relations are in {file}")
    if suffix == _ADMIN:
        session.progress.say(f"{file / README} says how Neo4j takes them in")
    _tell_terms(session, file)


def _tell_terms(session: Session, file: Path) -> None:
    terms = terms_of_crawl(
        session.store, session.settings, session.clock, session.progress
    )
    for note in terms_notes(terms, file):
        session.progress.say(note)


def _read_graph(
    session: Session, kinds: tuple[str, ...], recipe: Recipe | None, *, chosen: bool
) -> ArtistGraph:
    session.progress.update("reading the graph")
    recipe = recipe or _crawls_recipe(session.store)
    graph = (
        artist_graph(
            session.store,
            recipe=recipe.name,
            min_votes=recipe.labels.min_votes,
            min_share=recipe.labels.min_share,
            chosen=chosen,
        )
        if recipe
        else artist_graph(session.store)
    )
    if chosen and not graph.graph["selected"]:
        raise SelectionError(
            f"nothing is selected for {graph.graph['recipe']}",
            hint="Run `genregraph select RECIPE` first, or leave out --chosen.",
        )
    if recipe and (note := selection_note(session.store, recipe)):
        session.progress.say(note)
    add_kinds(
        graph,
        session.store,
        genres="genre" in kinds,
        tracks="track" in kinds,
        chosen=chosen,
    )
    return graph


def _crawls_recipe(store: Store) -> Recipe | None:
    crawl = store.crawl()
    return None if crawl is None else recipe_from_json(crawl.recipe)
