"""`store check|stats|init|serve|upgrade`: look after the store."""

import shlex
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from crawler.cli.options import CommonOptions, common_options
from crawler.cli.session import Workplace, open_session, open_workplace, store_line
from crawler.console.output import Format, emit
from graph.bolt.address import ServerAddress
from graph.bolt.database import BoltDatabase
from graph.bolt.reconnect import ReconnectPolicy
from graph.embedded.server import EmbeddedServer
from graph.errors import StoreRefusedError
from graph.model.schema import VERSION
from graph.opening import (
    StoreSettings,
    live_crawlers,
    no_active_crawl,
    open_for_upgrade,
)
from graph.serving import served_store
from graph.transfer.jsonl import items, write_file
from graph.transfer.upgrade import changes_since, upgrade

app = typer.Typer(no_args_is_help=True)


@app.command()
@common_options("store", "format", "quiet")
def check(*, options: CommonOptions) -> None:
    """Show whether the store answers, its engine and its schema.

    Writes nothing, and creates no store where there is none.

    Example:  genregraph store check
    """
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        facts = {"store": session.store.where, **session.store.about()}
        emit(("name", "value"), facts.items(), options.format)


@app.command()
@common_options("store", "format", "quiet")
def stats(*, options: CommonOptions) -> None:
    """Count the store's nodes by label and its relations by type.

    Writes nothing, and creates no store where there is none.

    Example:  genregraph store stats --format json
    """
    with open_session(options.store, quiet=options.quiet, create=False) as session:
        counts = session.store.stats()
        emit(("name", "count"), counts.items(), options.format)


@app.command("init")
@common_options("store", "quiet")
def initialise(
    *,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt",
            help="Use a database that holds other people's nodes, too; they are kept.",
        ),
    ] = False,
    options: CommonOptions,
) -> None:
    """Prepare an empty database or folder as a store.

    A store that is already in use stays as it is. The other commands prepare a store by
    themselves, but write to a database with other people's nodes only after --adopt.

    Example:  genregraph store init --store bolt://localhost:7687 --adopt
    """
    with open_session(options.store, quiet=options.quiet, adopt=adopt) as session:
        session.progress.say(f"the store at {session.store.where} is ready")


# -- serve -----------------------------------------------------------------------

_SECONDS_BETWEEN_LOOKS = 0.5
_END_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@app.command()
@common_options("store", "format", "quiet")
def serve(
    *,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=1,
            max=65_535,
            metavar="N",
            help="The port to listen on. [default: a free port]",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Keep the embedded store open for other Bolt tools, until Ctrl-C.

    It listens on this machine only, and other commands can use the store meanwhile.
    Whoever can read the password file can also write to the graph: the store has only
    this one user.

    Example:  genregraph store serve --port 7687
    """
    with open_workplace(options.store, quiet=options.quiet) as workplace:
        workplace.progress.say(store_line(workplace.settings))
        _refuse_servers(workplace.settings.store)
        directory = workplace.settings.store.directory
        with _until_signalled() as stop, served_store(directory, port=port) as server:
            _serve(server, workplace, options.format, stop)
            owned = server.owns
        workplace.progress.say("the store is closed" if owned else "no longer waiting")


def _refuse_servers(store: StoreSettings) -> None:
    if store.uri is not None:
        raise StoreRefusedError(
            f"{store.uri} is a server already: there is nothing to keep open",
            hint="Other tools reach it at that address.",
        )


def _serve(
    server: EmbeddedServer,
    workplace: Workplace,
    chosen: Format | None,
    stop: threading.Event,
) -> None:
    """Announce where the store is, again whenever it moves, until `stop` is set."""
    address = server.address()
    _announce(server, address, workplace, chosen)
    while not stop.wait(_SECONDS_BETWEEN_LOOKS):
        moved = None if server.owns else server.relocate(address)
        if moved not in (None, address):
            address = server.address()
            _announce(server, address, workplace, chosen)


def _announce(
    server: EmbeddedServer,
    address: ServerAddress,
    workplace: Workplace,
    chosen: Format | None,
) -> None:
    facts = {
        "address": address.uri,
        "user": address.user,
        "password_file": str(server.password_file.resolve()),
        "database": address.database,
    }
    emit(("name", "value"), facts.items(), chosen)
    for line in _usage_lines(server, address):
        workplace.progress.say(line)


def _usage_lines(server: EmbeddedServer, address: ServerAddress) -> Iterator[str]:
    password = f'"$(cat {shlex.quote(str(server.password_file.resolve()))})"'
    yield (
        f"for example: NEO4J_USERNAME={address.user} NEO4J_PASSWORD={password} "
        f"cypher-shell -a {address.uri} -d {address.database}"
    )
    if server.owns:
        yield "open until Ctrl-C; other commands can use the store meanwhile"
        return
    yield "another command runs the store at this address until it ends"
    yield "then this one takes over and prints the new address; Ctrl-C stops the waiting"


@contextmanager
def _until_signalled() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets: both are a normal end of a server."""
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    before = [(number, signal.signal(number, on_signal)) for number in _END_SIGNALS]
    try:
        yield stop
    finally:
        for number, handler in before:
            signal.signal(number, handler)


# -- upgrade ---------------------------------------------------------------------


@app.command("upgrade")
@common_options("store", "quiet")
def upgrade_store(
    *,
    backup: Annotated[
        Path | None,
        typer.Option(
            "--backup",
            metavar="FILE.jsonl",
            help="The backup to write first. "
            "[default: a file beside the embedded store's folder]",
        ),
    ] = None,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Write no backup, because you have one.")
    ] = False,
    options: CommonOptions,
) -> None:
    """Upgrade the store of an older version, after a backup.

    A store that is up to date stays as it is. If the upgrade is interrupted, run the
    same command again. `graph import` restores the backup into a new store. While a
    crawl runs nothing is upgraded.

    Example:  genregraph store upgrade --store bolt://localhost:7687 --backup old.jsonl
    """
    if backup is not None and (no_backup or backup.suffix != ".jsonl"):
        raise typer.BadParameter(
            "--backup and --no-backup contradict each other"
            if no_backup
            else f"{backup} does not end in .jsonl"
        )
    with open_workplace(options.store, quiet=options.quiet) as workplace:
        workplace.progress.say(store_line(workplace.settings))
        settings = workplace.settings.store
        reconnect = ReconnectPolicy(
            workplace.clock, workplace.progress.say, settings.wait_seconds
        )
        with open_for_upgrade(settings, reconnect) as (bolt, version):
            if version == VERSION:
                workplace.progress.say(
                    f"the store at {bolt.where} has schema {VERSION} already: "
                    "there is nothing to do"
                )
                return
            active = live_crawlers(bolt)
            with no_active_crawl(settings, bolt.where, active, "it is not upgraded"):
                _upgrade(workplace, bolt, version, backup, no_backup=no_backup)


def _upgrade(
    workplace: Workplace,
    bolt: BoltDatabase,
    version: int,
    backup: Path | None,
    *,
    no_backup: bool,
) -> None:
    say = workplace.progress.say
    if backup is None and not no_backup:
        if workplace.settings.store.uri is not None:
            raise typer.BadParameter(
                f"the store at {bolt.where} has schema {version}: name a file for its "
                "backup with --backup FILE.jsonl, or use --no-backup if you have one"
            )
        backup = _backup_beside(workplace.settings.store.directory, version)
    say(f"from schema {version} to {VERSION}: " + "; ".join(changes_since(version)))
    if backup is not None:
        workplace.progress.update(f"writing {backup}")
        say(f"{write_file(backup, items(bolt))} nodes and relations are in {backup}")
    upgrade(bolt)
    say(f"the store at {bolt.where} has schema {VERSION} now")


def _backup_beside(directory: Path, version: int) -> Path:
    """A new file beside the store's folder."""
    stem = f"{directory.name}-schema-{version}"
    names = (f"{stem}{f'-{n}' if n > 1 else ''}.jsonl" for n in count(1))
    files = (directory.resolve().parent / name for name in names)
    return next(file for file in files if not file.exists())
