"""`store check`, `store stats` and `store init`: look after the store.

`store serve` and `store upgrade` have files of their own.
"""

from typing import Annotated

import typer

from crawler.cli.options import (
    CommonOptions,
    common_options,
)
from crawler.cli.session import open_session
from crawler.cli.store_serve import app as serve
from crawler.cli.store_upgrade import app as upgrade
from crawler.console.output import emit

app = typer.Typer(no_args_is_help=True)
app.add_typer(serve)
app.add_typer(upgrade)


@app.command()
@common_options("store", "format", "quiet")
def check(
    *,
    options: CommonOptions,
) -> None:
    """Say whether the store answers, what runs it, and which schema it has.

    Writes nothing, and makes no store where there is none.

    Example:  genregraph store check
    """
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        facts = {"store": session.store.where, **session.store.about()}
        emit(
            ("name", "value"),
            facts.items(),
            options.format,
        )


@app.command()
@common_options("store", "format", "quiet")
def stats(
    *,
    options: CommonOptions,
) -> None:
    """Count the store's nodes by label and its relations by type.

    Writes nothing, and makes no store where there is none.

    Example:  genregraph store stats --format json
    """
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        counts = session.store.stats()
        emit(
            ("name", "count"),
            counts.items(),
            options.format,
        )


@app.command("init")
@common_options("store", "quiet")
def initialise(
    *,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt", help="Also where other people's nodes are: they are kept."
        ),
    ] = False,
    options: CommonOptions,
) -> None:
    """Take an empty database or folder into use; one that is in use stays as it is.

    The other commands do so by themselves. A database with other people's nodes is
    written to only with --adopt.

    Example:  genregraph store init --store bolt://localhost:7687 --adopt
    """
    with open_session(options.store, quiet=options.quiet, adopt=adopt) as session:
        session.progress.say(f"the store at {session.store.where} is ready")
