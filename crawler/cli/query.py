"""`query list`, `query show` and `query run`: ask the graph, in Cypher.

`query links` has a file of its own.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.completion import queries
from crawler.cli.options import (
    CommonOptions,
    common_options,
)
from crawler.cli.query_hints import unknown_names, unknown_values
from crawler.cli.query_links import app as links
from crawler.cli.query_parameters import (
    ParameterOption,
    known_parameters,
    read_parameters,
)
from crawler.cli.session import open_session, open_workplace
from crawler.console.output import emit, emit_text
from graph.errors import BadQueryError
from queries.catalog import BROWSER, Parameter, Query, browser_queries, user_queries
from queries.running import (
    ask_query,
    own_query,
    shipped_queries,
    shipped_query,
    values_for,
)

app = typer.Typer(no_args_is_help=True)
app.add_typer(links)

QueryArgument = Annotated[
    str,
    typer.Argument(
        metavar="NAME|FILE|-",
        help="A shipped query, or your own.",
        autocompletion=queries,
    ),
]


@app.command("list")
@common_options("format")
def list_queries(
    *,
    everything: Annotated[
        bool,
        typer.Option("--all", help="Also those that only the program asks."),
    ] = False,
    options: CommonOptions,
) -> None:
    """List the shipped queries and what each of them asks.

    Nothing is asked here. Parameters without a "=" must be given. Those that begin with
    browser/ give paths, which Neo4j Browser draws: `query links` opens them there.

    Example:  genregraph query list
    """
    for_people = (*user_queries().values(), *browser_queries().values())
    listed = shipped_queries().values() if everything else for_people
    rows = [
        (query.name, query.question, " ".join(map(_usage, query.parameters)))
        for query in listed
    ]
    columns = ("query", "question", "parameters")
    emit(columns, rows, options.format)


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="A shipped query.", autocompletion=queries),
    ],
) -> None:
    """Print a shipped query, to read it or to paste it into Neo4j Browser.

    On stderr stands the line that sets its parameters there.

    Example:  genregraph query show spanning_artists
    """
    query = shipped_query(name)
    with open_workplace() as place:
        if query.parameters:
            place.progress.say(_browser_line(query))
    emit_text(query.text)


@app.command()
@common_options("store", "format", "quiet")
def run(
    query: QueryArgument,
    *,
    parameters: ParameterOption = None,
    options: CommonOptions,
) -> None:
    """Ask the graph a shipped query, or one of your own from a file or stdin.

    Reads only: a query that writes is refused. $recipe, $min_votes and $min_share are
    those of the crawl's own recipe where they are not given.

    Example:  genregraph query run unmapped_genres -p limit=10
    """
    chosen = chosen_query(query)
    given = read_parameters(parameters or ())
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        known = known_parameters(session.store)
        with ask_query(session.store, chosen, given, filled=known) as (columns, rows):
            counted = _Counted(rows)
            emit(columns, counted, options.format)
        if counted.ended:  # else the reader of a pipe had enough
            session.progress.say(_rows(counted.count))
        notes = [*unknown_names(chosen.text)]
        if not counted.count:
            notes += unknown_values(session.store, chosen, given)
        for note in notes:
            session.progress.say(note)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


class _Counted:
    """Rows as they pass, and how many have."""

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
    """What a person named: a shipped query, a file, or stdin.

    Raises:
        BadQueryError: None of these, or a file that cannot be read.
    """
    if name == "-":
        return own_query("the query on stdin", _text_of(name, sys.stdin.buffer.read))
    path = Path(name)
    if name in shipped_queries() or not _is_file_name(name, path):
        return shipped_query(name)
    return own_query(name, _text_of(name, path.read_bytes))


def _is_file_name(name: str, path: Path) -> bool:
    if path.suffix or path.exists():
        return True
    return path.name != name and not name.startswith((BROWSER, "policies/"))


def _text_of(name: str, read: Callable[[], bytes]) -> str:
    try:
        text = read().decode("utf-8")
        if "\0" not in text:
            return text
        reason = "it is no text"
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
    except UnicodeDecodeError:
        reason = "it is no UTF-8 text"
    where = "stdin" if name == "-" else name
    raise BadQueryError(
        f"{where} cannot be read: {reason}",
        hint="Name a file with one Cypher query; `genregraph query list` shows ours.",
    )


def _usage(parameter: Parameter) -> str:
    if parameter.required:
        return parameter.name
    return f"{parameter.name}={json.dumps(parameter.default)}"


def _browser_line(query: Query) -> str:
    examples = {"str": "…", "int": 0, "float": 0.0, "bool": False, "list": []}
    missing = {p.name: examples[p.type] for p in query.parameters if p.required}
    values = {**missing, **values_for(query, {}, missing)}
    pairs = ", ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
    )
    return f":param {{{pairs}}}"
