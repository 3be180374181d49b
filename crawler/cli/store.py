"""`store check`, `store stats` and `store init`: look after the store.

`store serve` and `store upgrade` have files of their own.
"""

from typing import Annotated

import typer

from crawler.cli.options import (
    FormatOption,
    JsonOption,
    QuietOption,
    StoreOption,
    chosen_format,
)
from crawler.cli.session import open_session
from crawler.cli.store_serve import app as serve
from crawler.cli.store_upgrade import app as upgrade
from crawler.console.output import emit

app = typer.Typer(no_args_is_help=True)
app.add_typer(serve)
app.add_typer(upgrade)


@app.command()
def check(
    *,
    store: StoreOption = None,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Say whether the store answers, what runs it, and which schema it has.

    Writes nothing, and makes no store where there is none.

    Example:  genregraph store check
    """
    with open_session(store, quiet=quiet, create=False) as session:
        facts = {"store": session.store.where, **session.store.about()}
        emit(
            ("name", "value"),
            facts.items(),
            chosen_format(output_format, as_json=as_json),
        )


@app.command()
def stats(
    *,
    store: StoreOption = None,
    output_format: FormatOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Count the store's nodes by label and its relations by type.

    Writes nothing, and makes no store where there is none.

    Example:  genregraph store stats --format json
    """
    with open_session(store, quiet=quiet, create=False) as session:
        counts = session.store.stats()
        emit(
            ("name", "count"),
            counts.items(),
            chosen_format(output_format, as_json=as_json),
        )


@app.command("init")
def initialise(
    *,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt", help="Also where other people's nodes are: they are kept."
        ),
    ] = False,
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take an empty database or folder into use; one that is in use stays as it is.

    The other commands do so by themselves. A database with other people's nodes is
    written to only with --adopt.

    Example:  genregraph store init --store bolt://localhost:7687 --adopt
    """
    with open_session(store, quiet=quiet, adopt=adopt) as session:
        session.progress.say(f"the store at {session.store.where} is ready")
