"""The address of a database, and how to find a database that moves."""

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol
from urllib.parse import urlsplit

from graph.errors import StoreRefusedError

_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """The address and credentials of a database that speaks Bolt.

    Attributes:
        database: None for the server's default.
        embedded: Whether it is an embedded store's server. Such a server does not come
            back once it ended, and does not refuse queries that write.
    """

    uri: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    database: str | None = None
    embedded: bool = False


class ServerLocator(Protocol):
    """Finds the database, even after it moved to another address."""

    @property
    def where(self) -> str:
        """The address as messages show it, without a password."""
        ...

    def address(self) -> ServerAddress:
        """Return the present address."""
        ...

    def relocate(self, lost: ServerAddress) -> ServerAddress | None:
        """Return the address after `lost` stopped answering, or None if it is gone."""
        ...

    def close(self) -> None:
        """Disconnect; stop the server if this process runs it."""
        ...


@dataclass(frozen=True, slots=True)
class FixedServer:
    """A database at an address that the user named; it never moves."""

    fixed: ServerAddress

    @property
    def where(self) -> str:
        """See `ServerLocator.where`."""
        return self.fixed.uri

    def address(self) -> ServerAddress:
        """See `ServerLocator.address`."""
        return self.fixed

    def relocate(self, lost: ServerAddress) -> ServerAddress | None:
        """See `ServerLocator.relocate`."""
        return None if lost == self.fixed else self.fixed

    def close(self) -> None:
        """See `ServerLocator.close`: the server is not ours, so it keeps running."""


def checked_uri(uri: str) -> str:
    """Return the address if it is valid.

    Raises:
        StoreRefusedError: It is not valid: see `uri_mistake`.
    """
    if mistake := uri_mistake(uri):
        what, hint = mistake
        raise StoreRefusedError(f"the store's address {what}", hint=hint)
    return uri


def uri_mistake(uri: str) -> tuple[str, str] | None:
    """Describe what is wrong with an address: a clause and a hint; None if it is valid.

    The clause does not repeat the address, which may contain a password.

    >>> uri_mistake("blot://localhost:7687")[0]
    'begins with "blot://"; did you mean "bolt"?'
    """
    scheme, separator, _ = uri.partition("://")
    if "@" in uri or re.search(r"[?&]\w*pass", uri, re.IGNORECASE):
        return (
            "contains a user name or password",
            "Write it without, and set NEO4J_USERNAME and NEO4J_PASSWORD.",
        )
    hint = "Write a Bolt address such as bolt://localhost:7687, or a folder."
    if not separator:
        return "is not a Bolt address", hint
    if scheme not in _SCHEMES:
        close = get_close_matches(scheme, _SCHEMES, n=1)
        known = ", ".join(f'"{one}"' for one in _SCHEMES)
        right = f'did you mean "{close[0]}"?' if close else f"known are {known}"
        return f'begins with "{scheme}://"; {right}', hint
    if not has_host(uri):
        return "names no host or no usable port", hint
    return None


def has_host(address: str) -> bool:
    """Whether an address has a host, and no port or a valid one."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is not a number
        return False
