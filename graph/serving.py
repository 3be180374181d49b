"""Keeping the embedded store running, for tools that speak Bolt."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.embedded import EmbeddedDoor
from graph.opening import open_existing


@contextmanager
def served_store(directory: Path, *, port: int | None = None) -> Iterator[EmbeddedDoor]:
    """An embedded store that is there, kept running until the context ends.

    The door says where; while another process runs the store, it is that one's address.
    `port` is the one to listen on once it runs in this process.

    Raises:
        GraphError: As `graph.opening.open_store` does.
    """
    with open_existing(directory):
        pass  # there is a store, and it is ours
    door = EmbeddedDoor(directory, port=port)
    try:
        door.address()
        yield door
    finally:
        door.close()
