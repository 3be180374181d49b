"""Keeps the embedded store running, for tools that use Bolt."""

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
    """An existing embedded store, kept running until the context ends.

    The server knows its address; while another process runs the store, it is the address
    of that process. `port` is the port to use once the store runs in this process.

    Raises:
        GraphError: As `graph.opening.open_configured_store` does.
    """
    if not exists(directory):
        raise NoStoreError(f"there is no store at {directory}")
    server = EmbeddedServer(directory, port=port)
    try:
        server.address()
        # Attaches to the server that runs now. A check before it runs would start it
        # twice, and others would find an address that is about to disappear.
        with open_store(directory):
            pass  # it is a store of ours
        yield server
    finally:
        server.close()
