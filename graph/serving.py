"""Keeping the embedded store running, for tools that speak Bolt."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.embedded.folder import exists
from graph.embedded.server import EmbeddedServer
from graph.errors import NoStoreError
from graph.opening import open_existing


@contextmanager
def served_store(
    directory: Path, *, port: int | None = None
) -> Iterator[EmbeddedServer]:
    """An embedded store that is there, kept running until the context ends.

    The server says where; while another process runs the store, it is that one's address.
    `port` is the one to listen on once it runs in this process.

    Raises:
        GraphError: As `graph.opening.open_store` does.
    """
    if not exists(directory):
        raise NoStoreError(f"there is no store at {directory}")
    server = EmbeddedServer(directory, port=port)
    try:
        server.address()
        # Attaches to the server that runs now. To look before it runs would start it
        # twice, and others would find an address that is about to go.
        with open_existing(directory):
            pass  # it is ours
        yield server
    finally:
        server.close()
