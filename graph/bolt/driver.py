"""The Neo4j driver: its configuration, and the meaning of its errors."""

import logging
from typing import LiteralString

import neo4j
from neo4j import exceptions as failures

from graph.bolt.address import ServerAddress

# This program reports retries itself.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

ROWS_OF_AN_ANSWER = 10_000  # per message

FAILURES = (failures.DriverError, failures.Neo4jError)
_LOST = (
    failures.ServiceUnavailable,
    failures.SessionExpired,
    failures.ConnectionAcquisitionTimeoutError,
    failures.DatabaseUnavailable,
)
# Error codes of an open transaction when its server stops.
_STOPPED = frozenset(("LockClientStopped", "Terminated", "TransactionTerminated"))
# The error code of a transaction that exceeded its time limit: its process froze, or it
# waited for the locks of such a process.
_OVERRUN = "TransactionTimedOutClientConfiguration"
# Neo4j calls these errors transient, but they last until a setting is changed.
_LASTING = frozenset(
    (
        "ForbiddenOnReadOnlyDatabase",
        "MemoryPoolOutOfMemoryError",
        "OutOfMemoryError",
        "TransactionMemoryLimit",
    )
)


def driver_of(address: ServerAddress) -> neo4j.Driver:
    """Create a driver for an address. The driver itself does not retry."""
    auth = (address.user or "neo4j", address.password) if address.password else None
    return neo4j.GraphDatabase.driver(
        address.uri,
        auth=auth,
        connection_timeout=4.0,
        # Includes the login. The pool has more connections than there are threads.
        connection_acquisition_timeout=30.0,
        liveness_check_timeout=120.0,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
        user_agent="genregraph",
    )


def is_lost(error: Exception) -> bool:
    """Whether the server, its database or the network is gone, perhaps temporarily."""
    if isinstance(error, failures.Neo4jError) and kind_of(error.code) in _STOPPED:
        return True
    return isinstance(error, _LOST)


def is_not_open_yet(error: Exception) -> bool:
    """Whether the server reports that its database is being started or stopped."""
    return isinstance(error, failures.DatabaseUnavailable)


def is_lost_race(error: Exception) -> bool:
    """Whether a conflict with another transaction ended this one: a retry may succeed."""
    if is_lost(error):
        return False
    if isinstance(error, failures.Neo4jError):
        if kind_of(error.code) in _LASTING:
            return False
        if kind_of(error.code) == _OVERRUN:
            return True
    return isinstance(error, failures.TransientError | failures.ConstraintError)


def kind_of(code: str | None) -> str:
    """The last part of a code: "DeadlockDetected".

    >>> kind_of("Neo.TransientError.Transaction.DeadlockDetected")
    'DeadlockDetected'
    """
    return (code or "").rpartition(".")[2]


def shipped(text: str) -> LiteralString:
    """Return the text as the literal type that the driver requires against injection.

    The text is a statement of this program, or a user's query in a read transaction.
    Values are always parameters.
    """
    return text  # mypy accepts any text as a literal
