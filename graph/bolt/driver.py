"""The Neo4j driver: how it is made, and what its errors mean for this program."""

import logging
from typing import LiteralString

import neo4j
from neo4j import exceptions as failures

from graph.bolt.address import ServerAddress

# This program reports retries itself.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

ROWS_OF_AN_ANSWER = 10_000  # in one message

FAILURES = (failures.DriverError, failures.Neo4jError)
_LOST = (
    failures.ServiceUnavailable,
    failures.SessionExpired,
    failures.ConnectionAcquisitionTimeoutError,
    failures.DatabaseUnavailable,
)
# Codes that an open transaction gets when its server stops.
_STOPPED = frozenset(("LockClientStopped", "Terminated", "TransactionTerminated"))
# The code of a transaction that took longer than allowed: it froze, or waited for one
# that did.
_OVERRUN = "TransactionTimedOutClientConfiguration"
# Transient by name only: they last until somebody changes a setting.
_LASTING = frozenset(
    (
        "ForbiddenOnReadOnlyDatabase",
        "MemoryPoolOutOfMemoryError",
        "OutOfMemoryError",
        "TransactionMemoryLimit",
    )
)


def driver_of(address: ServerAddress) -> neo4j.Driver:
    """A driver for an address. It repeats nothing by itself."""
    auth = (address.user or "neo4j", address.password) if address.password else None
    return neo4j.GraphDatabase.driver(
        address.uri,
        auth=auth,
        connection_timeout=4.0,
        # Includes the login; the pool is far larger than the number of threads.
        connection_acquisition_timeout=30.0,
        liveness_check_timeout=120.0,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
        user_agent="genregraph",
    )


def is_lost(error: Exception) -> bool:
    """Whether the server, its database or the network is gone, perhaps for a while."""
    if isinstance(error, failures.Neo4jError) and kind_of(error.code) in _STOPPED:
        return True
    return isinstance(error, _LOST)


def is_not_open_yet(error: Exception) -> bool:
    """Whether the server reports that its database is being started or stopped."""
    return isinstance(error, failures.DatabaseUnavailable)


def is_lost_race(error: Exception) -> bool:
    """Whether another transaction won, so that the next try sees what it wrote."""
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
    """The text as the driver's type asks for it: the one place that vouches for it.

    It is a statement of this program, or a query that a user runs in a read transaction.
    Values are always parameters.
    """
    return text  # mypy accepts any text as a literal
