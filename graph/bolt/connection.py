"""The connection to a database: follows it when it moves, and waits when it goes away."""

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
from graph.bolt.errors import breaks_off, locked_out, no_contact, refused, unreachable
from graph.bolt.handshake import ProbeResult, probe
from graph.bolt.reconnect import OutageMonitor, ReconnectPolicy
from graph.bolt.transaction import T
from graph.cypher.statements import statement
from graph.errors import GraphError

# How often work is repeated after its server was lost, or after another one won.
_MAX_TRIES = 12
_MAX_RACES = 30
_TRIES_AT_THE_SAME = 3
# "Unauthorized" and "unknown error": an embedded server that is being stopped.
_SENT_WHILE_STOPPING = (failures.AuthError, failures.DatabaseError)
_LONGEST_PAUSE = 1.0  # seconds, before the next try after a lost race


class Connection:
    """Sessions of a database, and work in them that is repeated where that may help.

    Work is repeated when the server was lost in between, or when another transaction
    won. A server that answered once is waited for when it goes away. A server at an
    address that the user named stays there; an embedded one moves to another port.

    Args:
        reconnect: How long to wait; without it only another connection is tried.
        answered_before: Whether the server answered before this object was made.

    Raises:
        StoreUnreachableError: The server does not answer, after all waiting.
        StoreRefusedError: It answers and refuses.
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
        """Check that the server answers and accepts the user; returns its name and version.

        Raises:
            StoreUnreachableError: Within five seconds, if nothing answers.
        """
        if not (self._has_answered or self._address.embedded):
            contact, detail = probe(self._address.uri)
            if contact is not ProbeResult.GOOD:
                raise no_contact(self._address.uri, contact, detail)

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
        """Wait where that helps; whether the work can be repeated now.

        The outcome of a lost commit is unknown: repeating it settles it.
        """
        if is_lost_race(error):
            # Transactions that waited for each other would collide again at once.
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
            return not is_lost(error)  # the work itself will meet other trouble
        return True

    def _follow(self, error: Exception, tries: int) -> bool:
        """Follow an embedded database that moved; whether the work can be repeated."""
        if not (is_lost(error) or isinstance(error, _SENT_WHILE_STOPPING)):
            return False
        moved = self._server.relocate(self._address)
        if moved is not None and moved != self._address:
            self._driver.close()
            self._address = moved
            self._driver = driver_of(moved)
            return True
        if isinstance(error, _SENT_WHILE_STOPPING):
            # A server that did not move means it.
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
        return breaks_off(self.where) if self._has_answered else unreachable(self.where)

    def _refused(self, error: failures.Neo4jError) -> GraphError:
        database = self._address.database
        return refused(self.where, database, error.code, error.message)
