"""`graph copy`: move a whole graph from one store to another."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Annotated

import typer

from crawler.cli.exit_status import Status
from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import (
    Workplace,
    open_workplace,
    settings_in_force,
    stop_on_interrupt,
)
from crawler.config.settings import process_environment
from crawler.errors import SettingsError
from graph.bolt.reconnect import ReconnectPolicy
from graph.embedded.folder import exists, one_crawl_at_a_time
from graph.errors import StoreUnreachableError
from graph.opening import StoreSettings, open_for_copying
from graph.transfer.copy import copy_graph

app = typer.Typer()

_PLACE = "A Bolt address, or a folder for the embedded store."


@app.command("copy")
@common_options("quiet")
def copy(
    origin: Annotated[str, typer.Argument(metavar="FROM", help=_PLACE)],
    target: Annotated[str, typer.Argument(metavar="TO", help=_PLACE)],
    *,
    from_username: Annotated[
        str | None,
        typer.Option(
            "--from-username",
            metavar="NAME",
            help="FROM's user, where it is not TO's. [default: NEO4J_USERNAME]",
        ),
    ] = None,
    from_password_env: Annotated[
        str | None,
        typer.Option(
            "--from-password-env",
            metavar="VARIABLE",
            help="The variable that holds FROM's password. [default: NEO4J_PASSWORD]",
        ),
    ] = None,
    from_database: Annotated[
        str | None,
        typer.Option(
            "--from-database",
            metavar="NAME",
            help="FROM's database, where it is not TO's. [default: NEO4J_DATABASE]",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Copy the graph and the crawl's state from one store into another.

    FROM stays as it is. TO must be empty; a copy that was cut off goes on when the
    same command is run again, and until then nothing else uses TO. A crawl in the
    middle of its work goes on at TO. At the end both sides are read and compared.

    Example:  genregraph graph copy .genregraph/store bolt://localhost:7687
    """
    theirs = _from_settings(origin, from_username, from_password_env, from_database)
    ours = settings_in_force(target).store
    if _place(theirs) == _place(ours):
        raise typer.BadParameter("FROM and TO are the same store")
    with open_workplace(target, quiet=options.quiet) as place, ExitStack() as opened:
        place.progress.say(f"from: {origin}")
        place.progress.say(f"to: {target}")
        _copy(place, theirs, ours, opened)


def _copy(
    place: Workplace, theirs: StoreSettings, ours: StoreSettings, opened: ExitStack
) -> None:
    try:
        opened.enter_context(_without_crawl(theirs))
        patience = ReconnectPolicy(place.clock, place.progress.say, ours.wait_seconds)
        source, target = (
            opened.enter_context(
                open_for_copying(
                    settings,
                    clock_now=place.clock.now,
                    patience=patience,
                    is_target=is_target,
                )
            )
            for settings, is_target in ((theirs, False), (ours, True))
        )
        stop = opened.enter_context(stop_on_interrupt(place.progress))
        copied = copy_graph(source, target, place.progress, stop.is_set)
    except StoreUnreachableError as error:
        error.hint = f"{error.hint} The same command then goes on."
        raise
    if not copied.is_whole:
        place.progress.say(
            f"stopped after {copied.nodes:,} nodes and relations; "
            "the same command goes on"
        )
        raise typer.Exit(Status.INTERRUPTED)
    place.progress.say(
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
            f"{origin} is a folder, and has no user, password or database"
        )
    named = {name: value for name, value in given.items() if value is not None}
    return replace(settings, **named)  # type: ignore[arg-type]  # all are text


def _place(settings: StoreSettings) -> tuple[str, str | None]:
    if settings.uri is None:
        return str(settings.directory.resolve()), None
    return settings.uri.rstrip("/").lower(), settings.database


@contextmanager
def _without_crawl(settings: StoreSettings) -> Iterator[None]:
    """No crawl of this machine writes into an embedded store that is copied."""
    if settings.uri is not None or not exists(settings.directory):
        yield
        return
    with one_crawl_at_a_time(settings.directory):
        yield
