"""Keeps an embedded store running for other programs that use Bolt."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.embedded.folder import exists
from graph.embedded.server import EmbeddedServer
from graph.errors import NoStoreError
from graph.opening import open_store


@contextmanager
def served_store(
    directory: Path, *, port: int | None = None
) -> Iterator[EmbeddedServer]:
    """Keep an existing embedded store running until the end of the context.

    Yields the server, which has the address. If another process runs the store, it is
    that process's address.

    Args:
        directory: The folder of the store.
        port: The port to use when the store runs in this process; None chooses one.

    Raises:
        GraphError: See `graph.opening.open_configured_store`.
    """
    if not exists(directory):
        raise NoStoreError(f"there is no store at {directory}")
    server = EmbeddedServer(directory, port=port)
    try:
        server.address()
        # This check connects to the running server. A check before the start would start
        # the server twice, and others could see an address that soon disappears.
        with open_store(directory):
            pass  # only checks that it is a genregraph store
        yield server
    finally:
        server.close()
