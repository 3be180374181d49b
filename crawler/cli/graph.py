"""`graph export` and `graph import`: move graphs in and out of files."""

from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.options import QuietOption, StoreOption, open_session
from graph.errors import BadGraphFileError, StoreRefusedError
from graph.items import Item
from graph.moving import read_file, write_file
from graph.store import Store

app = typer.Typer(no_args_is_help=True)

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE.jsonl", help="A file of JSON lines.")
]


@app.command("export")
def export_graph(
    file: FileArgument,
    *,
    no_times: Annotated[
        bool,
        typer.Option(
            "--no-times",
            help="Leave out what differs from run to run, to compare two graphs.",
        ),
    ] = False,
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write all nodes and relations into a file, sorted, one a line.

    The graph stays as it is; the file is put in place when it is whole. The lines
    have the shape of APOC's JSON export.

    Example:  genregraph graph export graph.jsonl --no-times
    """
    _jsonl(file)
    with open_session(store, quiet=quiet, create=False) as session:
        count = write_file(file, session.store.items(), times=not no_times)
        session.progress.say(f"{count} nodes and relations are in {file}")


@app.command("import")
def import_graph(
    file: FileArgument, *, store: StoreOption = None, quiet: QuietOption = False
) -> None:
    """Write the nodes and relations of a file into the store.

    What is there already is written over, nothing is removed. A file that cannot be
    used is refused before anything is written, and so is any file while a crawl is
    unfinished in the store.

    Example:  genregraph graph import graph.jsonl --store copy
    """
    items = _items(file)
    with open_session(store, quiet=quiet) as session:
        _refuse_unfinished_crawl(session.store)
        session.store.load(items)
        session.progress.say(
            f"{len(items)} nodes and relations are in {session.store.where}"
        )


def _items(file: Path) -> list[Item]:
    if not file.exists():
        raise BadGraphFileError(
            f"there is no file {file}",
            hint="Name a file that `genregraph graph export` wrote.",
        )
    _jsonl(file)
    items = list(read_file(file))
    if not items:
        raise BadGraphFileError(
            f"{file} is empty",
            hint="Name a file that `genregraph graph export` wrote.",
        )
    return items


def _refuse_unfinished_crawl(store: Store) -> None:
    """Its round was planned on the graph as it is, and counts on that."""
    if store.open_plan() is not None:
        raise StoreRefusedError(
            f"the crawl in {store.where} is not finished",
            hint="Finish it with `genregraph crawl RECIPE` first, "
            "or import into another store: name it with --store.",
        )


def _jsonl(file: Path) -> None:
    if file.suffix != ".jsonl":
        raise typer.BadParameter(f"{file} does not end in .jsonl")
