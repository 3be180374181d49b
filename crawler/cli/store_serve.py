"""`store serve`: keep the embedded store open for other tools."""

import shlex
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from crawler.cli.options import (
    CommonOptions,
    common_options,
)
from crawler.cli.session import Workplace, open_workplace, store_line
from crawler.console.output import Format, emit
from graph.bolt.address import ServerAddress
from graph.embedded.server import EmbeddedServer
from graph.errors import StoreRefusedError
from graph.opening import StoreSettings
from graph.serving import served_store

_SECONDS_BETWEEN_LOOKS = 0.5
_ENDS = (signal.SIGINT, signal.SIGTERM)

app = typer.Typer()


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
            help="Where to listen. [default: a free port]",
        ),
    ] = None,
    options: CommonOptions,
) -> None:
    """Keep the embedded store open for other tools that speak Bolt, until Ctrl-C.

    It listens on this machine only. Other commands work on the store meanwhile. Whoever
    may read the password file may also write to the graph: the store knows no other user.

    Example:  genregraph store serve --port 7687
    """
    with open_workplace(options.store, quiet=options.quiet) as place:
        place.progress.say(store_line(place.settings))
        _refuse_servers(place.settings.store)
        directory = place.settings.store.directory
        with _until_told() as stop, served_store(directory, port=port) as server:
            _serve(server, place, options.format, stop)
            owned = server.owns
        place.progress.say("the store is closed" if owned else "no longer waiting")


def _refuse_servers(store: StoreSettings) -> None:
    if store.uri is not None:
        raise StoreRefusedError(
            f"{store.uri} is a server of its own: there is nothing to keep open",
            hint="Other tools reach it at that address.",
        )


def _serve(
    server: EmbeddedServer,
    place: Workplace,
    chosen: Format | None,
    stop: threading.Event,
) -> None:
    """Say where the store is, again whenever it moves, until `stop` is set."""
    address = server.address()
    _announce(server, address, place, chosen)
    while not stop.wait(_SECONDS_BETWEEN_LOOKS):
        moved = None if server.owns else server.moved(address)
        if moved not in (None, address):
            address = server.address()
            _announce(server, address, place, chosen)


def _announce(
    server: EmbeddedServer,
    address: ServerAddress,
    place: Workplace,
    chosen: Format | None,
) -> None:
    facts = {
        "address": address.uri,
        "user": address.user,
        "password_file": str(server.password_file.resolve()),
        "database": address.database,
    }
    emit(("name", "value"), facts.items(), chosen)
    for line in _words(server, address):
        place.progress.say(line)


def _words(server: EmbeddedServer, address: ServerAddress) -> Iterator[str]:
    password = f'"$(cat {shlex.quote(str(server.password_file.resolve()))})"'
    yield (
        f"such as: NEO4J_USERNAME={address.user} NEO4J_PASSWORD={password} "
        f"cypher-shell -a {address.uri} -d {address.database}"
    )
    if server.owns:
        yield "open until Ctrl-C; other commands may work on the store meanwhile"
        return
    yield "another command runs the store at this address, for as long as it lasts"
    yield "when it ends this one takes over, and says where; Ctrl-C stops the waiting"


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets: both are the orderly end of a server."""
    stop = threading.Event()

    def on_signal(_: int, __: FrameType | None) -> None:
        stop.set()

    before = [(number, signal.signal(number, on_signal)) for number in _ENDS]
    try:
        yield stop
    finally:
        for number, handler in before:
            signal.signal(number, handler)
