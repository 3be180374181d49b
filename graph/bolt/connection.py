"""The link to a database: a driver that goes where the database goes, and waits for it."""

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
_REPEATS = 12
_RACES = 30
_TRIES_AT_THE_SAME = 3
# "Unauthorized" and "unknown error": an embedded server that is being stopped.
_SAID_BY_ONE_THAT_ENDS = (failures.AuthError, failures.DatabaseError)
_LONGEST_PAUSE = 1.0  # seconds, before the next try after a lost race


class Connection:
    """Sessions of a database, and work in them that is repeated where that may help.

    It is repeated when the server was lost in between, or when another transaction won.
    A server that answered once is waited for when it goes away. One at an address that
    somebody named stays there; an embedded one moves, and is gone where it was.

    Args:
        patience: How long to wait; without it only another connection is tried.
        answered_before: Whether the server did so before this was made.

    Raises:
        StoreUnreachableError: The server does not answer, after all waiting.
        StoreRefusedError: It answers and says no.
    """

    def __init__(
        self,
        server: ServerLocator,
        patience: ReconnectPolicy | None = None,
        *,
        answered_before: bool = False,
    ) -> None:
        self._server = server
        self._address = server.address()
        self._driver = driver_of(self._address)
        self._watch = OutageMonitor(server.where, patience)
        self._met = answered_before
        self._random = Random()  # noqa: S311  spreads tries, hides nothing

    @property
    def where(self) -> str:
        """See `ServerLocator.where`."""
        return self._server.where

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def connect(self) -> str:
        """Make sure that the server answers and knows us: its name and version.

        Raises:
            StoreUnreachableError: Within five seconds, if nothing answers.
        """
        if not (self._met or self._address.embedded):
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
            seen = self._watch.returns
            try:
                done = call()
            except FAILURES as error:
                if not self._can_go_on(error, tries, seen):
                    raise self._translated(error, error_of) from error
            else:
                self._met = True
                return done

    def _can_go_on(self, error: Exception, tries: int, seen: int) -> bool:
        """Wait for what the work needs; whether it can be repeated now.

        The outcome of a lost commit is unknown: repeating it settles it.
        """
        if is_lost_race(error):
            # Those who waited for each other would meet again if they went on at once.
            longest = min(0.025 * 2**tries, _LONGEST_PAUSE)
            Event().wait(longest * self._random.uniform(0.5, 1))
            return tries < _RACES
        if tries >= _REPEATS:
            return False
        if self._address.embedded:
            return self._follow(error, tries)
        if is_lost(error) and (self._met or is_not_open_yet(error)):
            self._watch.wait(self._answers, seen)
            return True
        return False

    def _answers(self) -> bool:
        """Whether the database can be worked with again."""
        if probe(self._address.uri)[0] is not ProbeResult.GOOD:
            return False
        try:
            with self._session(neo4j.READ_ACCESS) as session:
                session.run(shipped(statement("database/read_anything"))).consume()
        except FAILURES as error:
            return not is_lost(error)  # of other trouble the work itself will tell
        return True

    def _follow(self, error: Exception, tries: int) -> bool:
        """Go where the embedded database has moved; whether the work can be repeated."""
        if not (is_lost(error) or isinstance(error, _SAID_BY_ONE_THAT_ENDS)):
            return False
        moved = self._server.moved(self._address)
        if moved is not None and moved != self._address:
            self._driver.close()
            self._address = moved
            self._driver = driver_of(moved)
            return True
        if isinstance(error, _SAID_BY_ONE_THAT_ENDS):
            # When it stays where it is, the second time it means it.
            return tries < _TRIES_AT_THE_SAME
        return moved is not None or isinstance(error, failures.IncompleteCommit)

    def _translated(
        self, error: Exception, error_of: Callable[[failures.Neo4jError], GraphError]
    ) -> GraphError:
        if isinstance(error, failures.AuthError):
            return locked_out(self.where) if self._met else self._refused(error)
        if isinstance(error, failures.Neo4jError):
            return error_of(error)
        return breaks_off(self.where) if self._met else unreachable(self.where)

    def _refused(self, error: failures.Neo4jError) -> GraphError:
        database = self._address.database
        return refused(self.where, database, error.code, error.message)
