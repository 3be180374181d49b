"""The connection to a database: repeats work, follows moves and waits out outages."""

from collections.abc import Callable
from random import Random
from threading import Event

import neo4j
from neo4j import exceptions as failures

from graph.bolt.address import ServerLocator
from graph.bolt.driver import (
    FAILURES,
    ROWS_OF_AN_ANSWER,
    driver_of,
    is_lost,
    is_lost_race,
    is_not_open_yet,
    shipped,
)
from graph.bolt.errors import (
    failed_probe,
    keeps_dropping,
    locked_out,
    refused,
    unreachable,
)
from graph.bolt.handshake import ProbeResult, probe
from graph.bolt.reconnect import OutageMonitor, ReconnectPolicy
from graph.bolt.transaction import T
from graph.cypher.statements import statement
from graph.errors import GraphError

# How often work is repeated after the server was lost, or after a conflict with another
# transaction.
_MAX_TRIES = 12
_MAX_RACES = 30
_TRIES_AT_THE_SAME = 3
# An embedded server that is being stopped sends "unauthorized" or "unknown error".
_SENT_WHILE_STOPPING = (failures.AuthError, failures.DatabaseError)
_LONGEST_PAUSE = 1.0  # seconds, before the next attempt after a conflict


class Connection:
    """Opens sessions, and repeats the work in them where that may succeed.

    Work is repeated after the connection was lost and after a conflict with another
    transaction. If a server that has answered before goes away, the connection waits
    for it. A server at the user's address stays there; an embedded one may move to
    another port, and the connection follows it.

    Args:
        server: Finds the server.
        reconnect: How long to wait; with None, it only reconnects once.
        answered_before: Whether the server answered an earlier connection.

    Raises:
        StoreUnreachableError: The server does not answer within the time.
        StoreRefusedError: The server answers and refuses.
    """

    def __init__(
        self,
        server: ServerLocator,
        reconnect: ReconnectPolicy | None = None,
        *,
        answered_before: bool = False,
    ) -> None:
        self._server = server
        self._address = server.address()
        self._driver = driver_of(self._address)
        self._outages = OutageMonitor(server.where, reconnect)
        self._has_answered = answered_before
        self._random = Random()  # noqa: S311  spreads tries, hides nothing

    @property
    def where(self) -> str:
        """See `ServerLocator.where`."""
        return self._server.where

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def connect(self) -> str:
        """Check that the server answers and accepts the user; return its name and version.

        Raises:
            StoreUnreachableError: Nothing answers; raised within five seconds.
        """
        if not (self._has_answered or self._address.embedded):
            result, detail = probe(self._address.uri)
            if result is not ProbeResult.GOOD:
                raise failed_probe(self._address.uri, result, detail)

        def call() -> str:
            self._driver.verify_connectivity()
            return self._driver.get_server_info().agent

        return self._repeated(call, self._refused)

    def _session(self, mode: str) -> neo4j.Session:
        return self._driver.session(
            database=self._address.database,
            default_access_mode=mode,
            fetch_size=ROWS_OF_AN_ANSWER,
        )

    def _repeated(
        self,
        call: Callable[[], T],
        error_of: Callable[[failures.Neo4jError], GraphError],
    ) -> T:
        tries = 0
        while True:
            tries += 1
            seen = self._outages.returns
            try:
                done = call()
            except FAILURES as error:
                if not self._can_retry(error, tries, seen):
                    raise self._translated(error, error_of) from error
            else:
                self._has_answered = True
                return done

    def _can_retry(self, error: Exception, tries: int, seen: int) -> bool:
        """Wait if that helps; return whether the work can be repeated now.

        If the connection was lost during a commit, its outcome is unknown. Because all
        work is idempotent, repeating it is safe.
        """
        if is_lost_race(error):
            # Without a random pause, the same transactions would conflict again.
            longest = min(0.025 * 2**tries, _LONGEST_PAUSE)
            Event().wait(longest * self._random.uniform(0.5, 1))
            return tries < _MAX_RACES
        if tries >= _MAX_TRIES:
            return False
        if self._address.embedded:
            return self._follow(error, tries)
        if is_lost(error) and (self._has_answered or is_not_open_yet(error)):
            self._outages.wait(self._answers, seen)
            return True
        return False

    def _answers(self) -> bool:
        """Whether the database is usable again."""
        if probe(self._address.uri)[0] is not ProbeResult.GOOD:
            return False
        try:
            with self._session(neo4j.READ_ACCESS) as session:
                session.run(shipped(statement("database/read_anything"))).consume()
        except FAILURES as error:
            return not is_lost(error)  # the work itself will report other errors
        return True

    def _follow(self, error: Exception, tries: int) -> bool:
        """Follow an embedded database that moved; return whether to repeat the work."""
        if not (is_lost(error) or isinstance(error, _SENT_WHILE_STOPPING)):
            return False
        moved = self._server.relocate(self._address)
        if moved is not None and moved != self._address:
            self._driver.close()
            self._address = moved
            self._driver = driver_of(moved)
            return True
        if isinstance(error, _SENT_WHILE_STOPPING):
            # The server did not move, so it is not being stopped: the error is real.
            return tries < _TRIES_AT_THE_SAME
        return moved is not None or isinstance(error, failures.IncompleteCommit)

    def _translated(
        self, error: Exception, error_of: Callable[[failures.Neo4jError], GraphError]
    ) -> GraphError:
        if isinstance(error, failures.AuthError):
            return (
                locked_out(self.where) if self._has_answered else self._refused(error)
            )
        if isinstance(error, failures.Neo4jError):
            return error_of(error)
        return (
            keeps_dropping(self.where)
            if self._has_answered
            else unreachable(self.where)
        )

    def _refused(self, error: failures.Neo4jError) -> GraphError:
        database = self._address.database
        return refused(self.where, database, error.code, error.message)
