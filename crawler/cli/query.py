"""`query list|show|run|links`: query the graph in Cypher."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.completion import picture_names, queries
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.query_hints import unknown_names, unknown_values
from crawler.cli.session import (
    Session,
    open_session,
    open_workplace,
    recipe_of_crawl,
    settings_in_force,
)
from crawler.console.output import Format, default_format, emit, emit_text
from crawler.errors import FigureError
from crawler.reports.report import check_page, write_page
from crawler.selection.labels import label_parameters
from crawler.text import nearest
from graph.errors import BadQueryError
from graph.files import reason_of
from graph.opening import StoreSettings
from graph.store import Store
from queries.browser_links.deep_link import BrowserPlace, browser_place
from queries.browser_links.examples import find_examples
from queries.browser_links.links import (
    BrowserLink,
    browser_link,
    browser_values,
    chosen_browser_queries,
)
from queries.browser_links.page import links_page
from queries.catalog import BROWSER, Parameter, Query, browser_queries, user_queries
from queries.running import (
    own_query,
    shipped_queries,
    shipped_query,
    stream_query,
    values_for,
)

app = typer.Typer(no_args_is_help=True)

QueryArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME|FILE|-",
        help="A shipped query, or a file (or stdin) with your own.",
        autocompletion=queries,
    ),
]
ParameterOption = Annotated[
    list[str] | None,
    typer.Option("-p", metavar="NAME=VALUE", help="A parameter; may be repeated."),
]


# -- list and show ---------------------------------------------------------------


@app.command("list")
@common_options("format")
def list_queries(
    *,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Also list those that only the program uses."),
    ] = False,
    options: CommonOptions,
) -> None:
    """List the shipped queries, what they answer and their parameters.

    Reads no graph. A parameter without a "=" is required. The queries whose names begin
    with browser/ return paths, which Neo4j Browser draws: `query links` opens them there.

    Example:  genregraph query list
    """
    for_people = (*user_queries().values(), *browser_queries().values())
    listed = shipped_queries().values() if everything else for_people
    rows = [
        (query.name, query.question, " ".join(map(_format_parameter, query.parameters)))
        for query in listed
    ]
    emit(("query", "question", "parameters"), rows, options.format)


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A shipped query.", autocompletion=queries),
    ],
) -> None:
    """Print a shipped query, to read or to paste into Neo4j Browser.

    Reads no graph. If the query has parameters, stderr shows the line that sets them
    in Neo4j Browser.

    Example:  genregraph query show spanning_artists
    """
    query = shipped_query(name)
    with open_workplace() as workplace:
        if query.parameters:
            workplace.progress.say(_browser_line(query))
    emit_text(query.text)


def _format_parameter(parameter: Parameter) -> str:
    if parameter.required:
        return parameter.name
    return f"{parameter.name}={json.dumps(parameter.default)}"


def _browser_line(query: Query) -> str:
    """The command of Neo4j Browser that sets a query's parameters."""
    examples = {"str": "…", "int": 0, "float": 0.0, "bool": False, "list": []}
    missing = {p.name: examples[p.type] for p in query.parameters if p.required}
    values = {**missing, **values_for(query, {}, missing)}
    pairs = ", ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
    )
    return f":param {{{pairs}}}"


# -- run -------------------------------------------------------------------------


@app.command()
@common_options("store", "format", "quiet")
def run(
    query: QueryArgument,
    *,
    parameters: ParameterOption = None,
    options: CommonOptions,
) -> None:
    """Run a shipped query, or your own from a file or stdin.

    Reads only: a query that writes is refused. The parameters $recipe, $min_votes and
    $min_share default to those of the crawl's own recipe.

    Example:  genregraph query run unmapped_genres -p limit=10
    """
    chosen = chosen_query(query)
    given = read_parameters(parameters or ())
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        known = recipe_parameters(session.store)
        with stream_query(session.store, chosen, given, filled=known) as (
            columns,
            rows,
        ):
            counted = _CountedRows(rows)
            emit(columns, counted, options.format)
        if counted.ended:  # otherwise the reader of a pipe left early
            session.progress.say(
                "1 row" if counted.count == 1 else f"{counted.count} rows"
            )
        notes = [*unknown_names(chosen.text)]
        if not counted.count:
            notes += unknown_values(session.store, chosen, given)
        for note in notes:
            session.progress.say(note)


class _CountedRows:
    """Passes rows on and counts them.

    Attributes:
        ended: Whether all rows were read.
    """

    def __init__(self, rows: Iterable[Sequence[object]]) -> None:
        self._rows = rows
        self.count = 0
        self.ended = False

    def __iter__(self) -> Iterator[Sequence[object]]:
        for row in self._rows:
            self.count += 1
            yield row
        self.ended = True


def chosen_query(name: str) -> Query:
    """The query of a command line's argument: a shipped one, a file, or stdin.

    Raises:
        BadQueryError: It is none of these, or the file cannot be read.
    """
    if name == "-":
        return own_query("the query on stdin", _read_text(name, sys.stdin.buffer.read))
    path = Path(name)
    if name in shipped_queries() or not _is_file_name(name, path):
        return shipped_query(name)
    return own_query(name, _read_text(name, path.read_bytes))


def _is_file_name(name: str, path: Path) -> bool:
    if path.suffix or path.exists():
        return True
    return path.name != name and not name.startswith((BROWSER, "policies/"))


def _read_text(name: str, read: Callable[[], bytes]) -> str:
    try:
        text = read().decode("utf-8")
        if "\0" not in text:
            return text
        reason = "it is not a text file"
    except OSError as error:
        reason = reason_of(error)
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    where = "stdin" if name == "-" else name
    raise BadQueryError(
        f"{where} cannot be read: {reason}",
        hint="Name a file with one Cypher query; `genregraph query list` shows ours.",
    )


# -- parameters ------------------------------------------------------------------


def read_parameters(given: Sequence[str]) -> Mapping[str, str]:
    """Parameters as typed after `-p`, by name; a leading `$` is allowed.

    Raises:
        BadQueryError: One lacks a name or a "=", or is given twice.
    """
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.removeprefix("$").partition("=")
        if not (name and equals):
            raise BadQueryError(
                f"{text!r} is not a parameter", hint="Write `-p NAME=VALUE`."
            )
        if name in found:
            raise BadQueryError(f"${name} is given twice", hint="Give it once.")
        found[name] = value
    return found


def recipe_parameters(store: Store) -> Mapping[str, object]:
    """The parameters that the recipe of the store's crawl gives; empty without a crawl."""
    recipe = recipe_of_crawl(store)
    return {} if recipe is None else label_parameters(recipe)


# -- links -----------------------------------------------------------------------

LINK_COLUMNS = ("picture", "question", "nodes", "relations", "link")


@app.command()
@common_options("store", "format", "quiet")
def links(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PICTURE]…",
            help="The pictures to link. [default: all]",
            autocompletion=picture_names,
        ),
    ] = None,
    *,
    parameters: ParameterOption = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE.html", help="Write a page with the links to click."
        ),
    ] = None,
    browser: Annotated[
        str | None,
        typer.Option(
            "--browser",
            metavar="URL",
            help="Where Neo4j Browser is. [default: port 7474 of the store's host]",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Print links that open pictures of the graph in Neo4j Browser.

    Reads only. A link fills Browser's editor and runs nothing; it may hold a user's name
    but never a password. Artists and genre are chosen from the graph unless -p names them.

    Example:  genregraph query links --html links.html
    """
    pictures = chosen_browser_queries(names or ())
    given = read_parameters(parameters or ())
    _check_names(pictures, given)
    if html is not None:
        check_page(html)
    place = _browser_of(settings_in_force(options.store).store, browser)
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        made = list(_make_links(session, pictures, given, place))
        if html is None:
            _emit_links(made, options.format)
        else:
            _write_page(html, made, place, session)


def _check_names(pictures: Sequence[Query], given: Mapping[str, str]) -> None:
    known = {p.name: None for query in pictures for p in query.parameters}
    for name in given:
        if name not in known:
            raise BadQueryError(
                f"none of these pictures has a parameter ${name}; {nearest(name, known)}",
                hint="`genregraph query list` shows the parameters of each.",
            )


def _browser_of(store: StoreSettings, browser: str | None) -> BrowserPlace:
    """Where the Neo4j Browser of a store is.

    Raises:
        FigureError: The store is the embedded one.
        BadParameter: `browser` is not the address of a page.
    """
    if store.uri is None:
        raise FigureError(
            "the embedded store has no Neo4j Browser, so there is nothing to link to",
            hint="Copy the graph into a Neo4j (`docker compose up -d --wait`, then "
            f"`genregraph graph copy {store.directory} bolt://localhost:7687`) and name "
            "it with --store; `genregraph view FILE.html` shows the graph without one.",
        )
    if browser is not None and not browser.startswith(("http://", "https://")):
        raise typer.BadParameter(
            "--browser must begin with http:// or https://, such as "
            "http://localhost:7474/browser/"
        )
    return browser_place(
        store.uri,
        user=store.user,
        needs_password=store.password is not None,
        database=store.database,
        browser=browser,
    )


def _make_links(
    session: Session,
    pictures: Sequence[Query],
    given: Mapping[str, str],
    place: BrowserPlace,
) -> Iterator[BrowserLink]:
    """The links of the pictures that have a value for each parameter; others get a note."""
    known = recipe_parameters(session.store)
    examples = find_examples(session.store, str(known.get("recipe", "")))
    notes: dict[str, None] = {}
    for query in pictures:
        filled = {**known, **examples.values(query.name)}
        values = browser_values(query, given, filled)
        if values is None:
            notes[_note_on_missing(query)] = None
            continue
        made = browser_link(session.store, query, values, place)
        yield made
        if not made.drawn.nodes:
            notes |= dict.fromkeys(unknown_values(session.store, query, given))
    for note in notes:
        session.progress.say(note)


def _note_on_missing(query: Query) -> str:
    names = ", ".join(f"${p.name}" for p in query.parameters if p.required)
    return f"note: {query.name} is left out: the graph has nothing for {names} yet"


def _emit_links(made: Sequence[BrowserLink], chosen: Format | None) -> None:
    # A table would break the links, which then could not be clicked or copied.
    if (chosen or default_format()) is Format.TABLE:
        emit_text("\n\n".join(map(_format_link, made)))
        return
    rows = [
        (one.name, one.query.question, one.drawn.nodes, one.drawn.relations, one.link)
        for one in made
    ]
    emit(LINK_COLUMNS, rows, chosen)


def _format_link(one: BrowserLink) -> str:
    drawn = one.drawn
    counts = f"{drawn.nodes} nodes, {drawn.relations} relations"
    about = ", ".join((*one.shown, counts if drawn.nodes else "nothing to draw yet"))
    return f"{one.name}: {one.query.question}\n  {about}\n  {one.link}"


def _write_page(
    file: Path, made: Sequence[BrowserLink], place: BrowserPlace, session: Session
) -> None:
    crawl = session.store.crawl()
    name = "genregraph" if crawl is None else crawl.name
    write_page(file, links_page(made, place, graph=name))
    session.progress.say(f"wrote {file} with links to {len(made)} pictures")
    session.progress.say(f"open it in a browser: {file.resolve().as_uri()}")
