"""`query links`: the graph's pictures as links into Neo4j Browser."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from crawler.cli.completion import picture_names
from crawler.cli.options import (
    CommonOptions,
    common_options,
)
from crawler.cli.query_hints import unknown_values
from crawler.cli.query_parameters import (
    ParameterOption,
    known_parameters,
    read_parameters,
)
from crawler.cli.session import Session, open_session, settings_in_force
from crawler.console.output import Format, default_format, emit, emit_text
from crawler.errors import FigureError
from crawler.reports.report import check_page, write_page
from crawler.text import nearest
from graph.errors import BadQueryError
from graph.opening import StoreSettings
from queries.catalog import Query
from queries.examples import find_examples
from queries.links import BrowserPlace, browser_place
from queries.links_page import links_page
from queries.picture_links import (
    BrowserLink,
    browser_link,
    browser_values,
    chosen_browser_queries,
)

app = typer.Typer()

COLUMNS = ("picture", "question", "nodes", "relations", "link")


@app.command()
@common_options("store", "format", "quiet")
def links(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PICTURE]…",
            help="Some of the pictures; all where none is named.",
            autocompletion=picture_names,
        ),
    ] = None,
    *,
    parameters: ParameterOption = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE.html", help="Write a page of them, to be clicked."
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
    """Print links that open Neo4j Browser with a picture of the graph to be drawn.

    Reads only; a link fills Browser's editor and runs nothing. It holds a user's name and
    never a password. Artists and genre are chosen from the graph where -p gives none.

    Example:  genregraph query links --html links.html
    """
    wanted = chosen_browser_queries(names or ())
    given = read_parameters(parameters or ())
    _check_names(wanted, given)
    if html is not None:
        check_page(html)
    place = _place(settings_in_force(options.store).store, browser)
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        found = list(_links(session, wanted, given, place))
        if html is None:
            _print(found, options.format)
        else:
            _write(html, found, place, session)


def _check_names(wanted: Sequence[Query], given: Mapping[str, str]) -> None:
    known = {p.name: None for query in wanted for p in query.parameters}
    for name in given:
        if name not in known:
            raise BadQueryError(
                f"none of these pictures has a parameter ${name}; {nearest(name, known)}",
                hint="`genregraph query list` shows what each of them takes.",
            )


def _place(store: StoreSettings, browser: str | None) -> BrowserPlace:
    """Where the store's Browser is.

    Raises:
        FigureError: The store is the embedded one.
        BadParameter: `browser` is no address of a page.
    """
    if store.uri is None:
        raise FigureError(
            "the embedded store has no Neo4j Browser, so there is nothing to link to",
            hint="Put the graph into a Neo4j (`docker compose up -d --wait`, then "
            f"`genregraph graph copy {store.directory} bolt://localhost:7687`) and name that "
            "with --store; `genregraph view FILE.html` shows the graph without one.",
        )
    if browser is not None and not browser.startswith(("http://", "https://")):
        raise typer.BadParameter(
            "--browser begins with http:// or https://, such as "
            "http://localhost:7474/browser/"
        )
    return browser_place(
        store.uri,
        user=store.user,
        asks_password=store.password is not None,
        database=store.database,
        browser=browser,
    )


def _links(
    session: Session,
    wanted: Sequence[Query],
    given: Mapping[str, str],
    place: BrowserPlace,
) -> Iterator[BrowserLink]:
    """The links of the pictures that have a value for each parameter; others are told."""
    known = known_parameters(session.store)
    examples = find_examples(session.store, str(known.get("recipe", "")))
    notes: dict[str, None] = {}
    for query in wanted:
        filled = {**known, **examples.values(query.name)}
        values = browser_values(query, given, filled)
        if values is None:
            notes[_left_out(query)] = None
            continue
        made = browser_link(session.store, query, values, place)
        yield made
        if not made.drawn.nodes:
            notes |= dict.fromkeys(unknown_values(session.store, query, given))
    for note in notes:
        session.progress.say(note)


def _left_out(query: Query) -> str:
    wanted = ", ".join(f"${p.name}" for p in query.parameters if p.required)
    return f"note: {query.name} is left out: the graph has nothing for {wanted} yet"


def _print(found: Sequence[BrowserLink], chosen: Format | None) -> None:
    # A table would break the links, which then cannot be clicked or copied.
    if (chosen or default_format()) is Format.TABLE:
        emit_text("\n\n".join(_told(one) for one in found))
        return
    emit(COLUMNS, map(_row, found), chosen)


def _row(one: BrowserLink) -> tuple[object, ...]:
    drawn = one.drawn
    return one.name, one.query.question, drawn.nodes, drawn.relations, one.link


def _told(one: BrowserLink) -> str:
    drawn = one.drawn
    counts = f"{drawn.nodes} nodes, {drawn.relations} relations"
    about = ", ".join((*one.shown, counts if drawn.nodes else "nothing to draw yet"))
    return f"{one.name}: {one.query.question}\n  {about}\n  {one.link}"


def _write(
    file: Path, found: Sequence[BrowserLink], place: BrowserPlace, session: Session
) -> None:
    crawl = session.store.crawl()
    name = "genregraph" if crawl is None else crawl.name
    write_page(file, links_page(found, place, graph=name))
    session.progress.say(f"{len(found)} pictures are linked in {file}")
    session.progress.say(f"open it in a browser: {file.resolve().as_uri()}")
