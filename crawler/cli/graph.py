"""`graph export|import|copy`: move the graph into and out of files and stores."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.exit_status import Status
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import (
    Session,
    Workplace,
    open_session,
    open_workplace,
    recipe_of_crawl,
    settings_in_force,
    stop_on_interrupt,
)
from crawler.cli.wiring import terms_notes, terms_of_crawl
from crawler.config.settings import process_environment
from crawler.errors import SelectionError, SettingsError
from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.selection.staleness import selection_note
from crawler.text import nearest
from graph.bolt.reconnect import ReconnectPolicy
from graph.embedded.folder import crawl_lock, exists
from graph.errors import (
    BadGraphFileError,
    StoreRefusedError,
    StoreUnreachableError,
)
from graph.opening import StoreSettings, no_active_crawl, open_for_copying
from graph.store import Store
from graph.transfer.apoc_json import Item
from graph.transfer.copy import copy_graph
from graph.transfer.jsonl import read_file, write_file
from graph.views.artists import ArtistGraph, artist_graph
from graph.views.kinds import add_kinds
from queries.files.graph_file import SUFFIXES, GraphFile
from queries.files.neo4j_admin import README, write_admin_files

app = typer.Typer(no_args_is_help=True)

_EVERYTHING = ".jsonl"
_ADMIN = "neo4j-admin"
_KINDS = ("artist", "genre", "track")
_WORK = dict.fromkeys(SUFFIXES, "writing") | {".gexf": "laying out and writing"}

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE.jsonl", help="A file of JSON lines.")
]


# -- export --------------------------------------------------------------------


@app.command("export")
@common_options("store", "quiet")
def export_graph(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE|DIR",
            help="What to write; its ending names the format: "
            ".graphml, .gexf, .jsonl, or a folder .csv or .parquet.",
        ),
    ],
    *,
    nodes: Annotated[
        str | None,
        typer.Option(
            "--nodes",
            metavar="KIND,…",
            help="The nodes to write: artist, and optionally genre and track. "
            "[default: artist]",
        ),
    ] = None,
    chosen: Annotated[
        bool, typer.Option("--chosen", help="Write only what `select` chose.")
    ] = False,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe",
            metavar="RECIPE",
            help="The recipe whose classes and selection to use. "
            "[default: the crawl's own]",
        ),
    ] = None,
    no_times: Annotated[
        bool,
        typer.Option(
            "--no-times",
            help="Leave out what differs between runs, to compare two graphs.",
        ),
    ] = False,
    output_format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="neo4j-admin",
            help="Write a folder for a bulk import by neo4j-admin, whatever its ending.",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Write the graph to a file for Gephi, networkx, pandas or a store.

    Only reads the graph, and replaces a file once the new one is complete. Writes the
    artists and a directed edge from each artist to those it lists as related; .gexf adds
    a layout, .csv and .parquet are folders of nodes and edges. Only .jsonl and the folder
    for neo4j-admin hold everything: `graph import` reads the first, which has the form of
    APOC's JSON export, and Neo4j's own bulk import the second.

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
    target = GraphFile(file, _read_kinds(nodes), times=not no_times)
    wanted = read_recipe(recipe) if recipe else None
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        with target.opened() as parts:
            graph = _read_graph(session, target.kinds, wanted, chosen=chosen)
            session.progress.update(f"{_WORK[target.suffix]} {file}")
            target.write(parts, graph)
        session.progress.say(
            f"{len(graph)} nodes and {graph.number_of_edges()} edges are in {file}"
        )
        _report_terms(session, file)


def _named_format(name: str | None) -> str | None:
    if name not in (None, _ADMIN):
        raise typer.BadParameter(
            f"--format can only be {_ADMIN}; the file's ending names the other formats"
        )
    return name


def _suffix(file: Path) -> str:
    """The ending, which names the format."""
    known = (*SUFFIXES, _EVERYTHING)
    suffix = file.suffix.lower()
    if suffix in known:
        return suffix
    if not suffix:
        raise typer.BadParameter(
            f"{file} has no ending; known endings are {', '.join(known)}"
        )
    raise typer.BadParameter(f"{file} ends in {file.suffix}; {_suggest(suffix, known)}")


def _suggest(word: str, known: tuple[str, ...]) -> str:
    """A clause that names the nearest word, where one is near, and all known ones."""
    everyone = "known are " + ", ".join(known)
    near = nearest(word, known)
    return f"{near} {everyone}" if near.startswith("did") else everyone


def _read_kinds(nodes: str | None) -> tuple[str, ...]:
    named = [word.strip().lower() for word in (nodes or "artist").split(",")]
    for word in named:
        if word not in _KINDS:
            raise typer.BadParameter(
                f"--nodes cannot be {word!r}; {_suggest(word, _KINDS)}"
            )
    if "artist" not in named:
        raise typer.BadParameter(
            "--nodes must include artist: every edge starts at an artist"
        )
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
        session.progress.say(f"{file / README} describes how to import them into Neo4j")
    _report_terms(session, file)


def _report_terms(session: Session, file: Path) -> None:
    terms = terms_of_crawl(
        session.store, session.settings, session.clock, session.progress
    )
    for note in terms_notes(terms, file):
        session.progress.say(note)


def _read_graph(
    session: Session, kinds: tuple[str, ...], recipe: Recipe | None, *, chosen: bool
) -> ArtistGraph:
    session.progress.update("reading the graph")
    recipe = recipe or recipe_of_crawl(session.store)
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


# -- import --------------------------------------------------------------------


@app.command("import")
@common_options("store", "quiet")
def import_graph(file: FileArgument, *, options: CommonOptions) -> None:
    """Write the nodes and relations of a file into the store.

    Updates what is there already and removes nothing. Refuses an unusable file before
    writing anything, and any file while a crawl is active or unfinished in the store.

    Example:  genregraph graph import graph.jsonl --store copy
    """
    items = _read_items(file)
    with open_session(options.store, quiet=options.quiet) as session:
        active = session.store.lease().active
        names = [active.name] if active is not None and active.is_live else []
        settings, where = session.settings.store, session.store.where
        with no_active_crawl(settings, where, names, "nothing is imported"):
            _refuse_unfinished_crawl(session.store)
            session.progress.update(f"importing {file}")
            count = session.store.load(items)
        session.progress.say(
            f"{count} nodes and relations are in {session.store.where}"
        )


def _read_items(file: Path) -> Iterable[Item]:
    """The items of a file. A bad line is found before a store is opened."""
    if not file.exists():
        raise BadGraphFileError(
            f"there is no file {file}",
            hint="Name a file that `genregraph graph export` wrote.",
        )
    _require_jsonl(file)
    items = read_file(file)
    if not sum(1 for _ in items):
        raise BadGraphFileError(
            f"{file} is empty",
            hint="Name a file that `genregraph graph export` wrote.",
        )
    return replace(items, is_checked=True)


def _refuse_unfinished_crawl(store: Store) -> None:
    """The open round was planned on the graph as it is, so nothing may be added to it."""
    if store.open_plan() is not None:
        raise StoreRefusedError(
            f"the crawl in {store.where} is not finished",
            hint="Finish it with `genregraph crawl RECIPE` first, "
            "or import into another store: name it with --store.",
        )


def _require_jsonl(file: Path) -> None:
    if file.suffix != _EVERYTHING:
        raise typer.BadParameter(f"{file} does not end in {_EVERYTHING}")


# -- copy ----------------------------------------------------------------------

_STORE_HELP = "A Bolt address, or a folder for the embedded store."


@app.command("copy")
@common_options("quiet")
def copy(
    origin: Annotated[str, typer.Argument(metavar="FROM", help=_STORE_HELP)],
    target: Annotated[str, typer.Argument(metavar="TO", help=_STORE_HELP)],
    *,
    from_username: Annotated[
        str | None,
        typer.Option(
            "--from-username",
            metavar="NAME",
            help="The user of FROM, if it differs from TO's. [default: NEO4J_USERNAME]",
        ),
    ] = None,
    from_password_env: Annotated[
        str | None,
        typer.Option(
            "--from-password-env",
            metavar="VARIABLE",
            help="The environment variable with the password of FROM. "
            "[default: NEO4J_PASSWORD]",
        ),
    ] = None,
    from_database: Annotated[
        str | None,
        typer.Option(
            "--from-database",
            metavar="NAME",
            help="The database of FROM, if it differs from TO's. "
            "[default: NEO4J_DATABASE]",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Copy the graph and the state of its crawl into another store.

    Only reads FROM. TO must be empty. If the copy is interrupted, run the same command
    again to continue it; until it is complete nothing else can use TO. An unfinished
    crawl can be resumed in TO. At the end both graphs are read and compared.

    Example:  genregraph graph copy .genregraph/store bolt://localhost:7687
    """
    theirs = _from_settings(origin, from_username, from_password_env, from_database)
    ours = settings_in_force(target).store
    if _location(theirs) == _location(ours):
        raise typer.BadParameter("FROM and TO are the same store")
    with (
        open_workplace(target, quiet=options.quiet) as workplace,
        ExitStack() as opened,
    ):
        workplace.progress.say(f"from: {origin}")
        workplace.progress.say(f"to: {target}")
        _copy_and_compare(workplace, theirs, ours, opened)


def _copy_and_compare(
    workplace: Workplace, theirs: StoreSettings, ours: StoreSettings, opened: ExitStack
) -> None:
    try:
        opened.enter_context(_locked_against_crawls(theirs))
        reconnect = ReconnectPolicy(
            workplace.clock, workplace.progress.say, ours.wait_seconds
        )
        source, target = (
            opened.enter_context(
                open_for_copying(
                    settings,
                    clock_now=workplace.clock.now,
                    reconnect=reconnect,
                    is_target=is_target,
                )
            )
            for settings, is_target in ((theirs, False), (ours, True))
        )
        stop = opened.enter_context(stop_on_interrupt(workplace.progress))
        copied = copy_graph(source, target, workplace.progress, stop.is_set)
    except StoreUnreachableError as error:
        error.hint = f"{error.hint} The same command then continues."
        raise
    if not copied.is_complete:
        workplace.progress.say(
            f"stopped after {copied.nodes + copied.relations:,} nodes and relations; "
            "the same command continues"
        )
        raise typer.Exit(Status.INTERRUPTED)
    workplace.progress.say(
        f"{copied.nodes:,} nodes, {copied.relations:,} relations are in "
        f"{target.where}, content equal"
    )


def _from_settings(
    origin: str, user: str | None, variable: str | None, database: str | None
) -> StoreSettings:
    settings = settings_in_force(origin).store
    given = {"user": user, "database": database}
    if variable is not None:
        given["password"] = process_environment().get(variable)
        if not given["password"]:
            raise SettingsError(
                f"the variable {variable} of --from-password-env is not set",
                hint="Set it to the password of FROM.",
            )
    if any(value is not None for value in given.values()) and settings.uri is None:
        raise typer.BadParameter(
            f"{origin} is a folder, which has no user, password or database"
        )
    named = {name: value for name, value in given.items() if value is not None}
    return replace(settings, **named)  # type: ignore[arg-type]  # all are text


def _location(settings: StoreSettings) -> tuple[str, str | None]:
    if settings.uri is None:
        return str(settings.directory.resolve()), None
    return settings.uri.rstrip("/").lower(), settings.database


@contextmanager
def _locked_against_crawls(settings: StoreSettings) -> Iterator[None]:
    """Lock an embedded store against crawls while it is copied."""
    if settings.uri is not None or not exists(settings.directory):
        yield
        return
    with crawl_lock(settings.directory):
        yield
