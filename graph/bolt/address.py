"""Where a database is, in a form that a driver can use and a person can read."""

from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from graph.errors import StoreRefusedError

_SCHEMES = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a database answers Bolt.

    Attributes:
        database: None for the server's default.
        embedded: Whether it is a command's own server: gone for good once it is gone,
            and without a guard of its own against queries that write.
    """

    uri: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    embedded: bool = False


class ServerLocator(Protocol):
    """Says where the database is, also after it moved."""

    @property
    def where(self) -> str:
        """The address in words for people, without any secret."""
        ...

    def address(self) -> ServerAddress:
        """Where the database is now."""
        ...

    def moved(self, lost: ServerAddress) -> ServerAddress | None:
        """Where the database is after `lost` stopped answering, or None: nowhere."""
        ...

    def close(self) -> None:
        """Leave the database; end its server if it is this program's own."""
        ...


@dataclass(frozen=True, slots=True)
class FixedServer:
    """A database at an address that somebody named."""

    fixed: ServerAddress

    @property
    def where(self) -> str:
        """See `ServerLocator.where`."""
        return self.fixed.uri

    def address(self) -> ServerAddress:
        """See `ServerLocator.address`."""
        return self.fixed

    def moved(self, lost: ServerAddress) -> ServerAddress | None:
        """Nowhere: see `ServerLocator.moved`."""
        return None if lost == self.fixed else self.fixed

    def close(self) -> None:
        """See `ServerLocator.close`: the server is somebody else's."""


def checked_uri(uri: str) -> str:
    """The address, if it can be used.

    Raises:
        StoreRefusedError: It is no Bolt address, or holds a user or a password (which
            the message does not repeat).
    """
    if "@" in uri:
        raise StoreRefusedError(
            "the store's address holds a user or a password",
            hint="Take it out of the address; "
            "set NEO4J_USERNAME and NEO4J_PASSWORD instead.",
        )
    if not _is_bolt(uri):
        raise StoreRefusedError(
            f"{uri} is no address of a graph database",
            hint="Write it like bolt://localhost:7687 or neo4j+s://host.",
        )
    return uri


def _is_bolt(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        return parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False
