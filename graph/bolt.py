"""The driver's door: the only file that knows the Neo4j driver.

Text that comes out of here is Python's own: rows are tuples, times are aware and in
UTC, nodes and relations are mappings, and errors are those of `graph.errors`.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any, LiteralString, TypeAlias, TypeVar, cast

import neo4j
from neo4j import exceptions as failures

from graph.bolt_errors import bad_question, refused, unreachable, writes
from graph.bolt_values import plain_row
from graph.door import Address, Door
from graph.errors import GraphError
from graph.statements import refuse_null_keys, statement, writing_word

Row: TypeAlias = tuple[object, ...]
Parameters: TypeAlias = Mapping[str, object]
T = TypeVar("T")

# A message over 16 MiB hangs the driver, and more rows are no faster.
ROWS_AT_ONCE = 1_000
_AT_ONCE = 10_000  # rows of an answer that come in one message
_LOST = (failures.ServiceUnavailable, failures.SessionExpired)
# How often a transaction is repeated after its server was lost or another won.
_REPEATS = 12
_TRIES_AT_THE_SAME = 3

# Retries are the driver's business and ours, not the terminal's.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


def batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Rows in batches that one message can carry."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]


class Transaction:
    """One open transaction. All in it happens, or nothing."""

    def __init__(self, transaction: neo4j.ManagedTransaction) -> None:
        self._transaction = transaction

    def run(self, name: str, /, **parameters: object) -> list[Row]:
        """Run a packaged statement: its rows."""
        return self.run_text(statement(name), parameters)

    def run_text(self, text: str, parameters: Parameters) -> list[Row]:
        """Run a statement of ours: its rows."""
        refuse_null_keys(text, parameters)
        return [plain_row(record) for record in self._result(text, parameters)]

    def run_raw(self, name: str, /, **parameters: object) -> list[tuple[Any, ...]]:
        """Like `run`, for rows of text and numbers only: nothing is converted."""
        return [tuple(r) for r in self._result(statement(name), parameters)]

    def run_rows(
        self, name: str, rows: Sequence[Mapping[str, object]], /, **parameters: object
    ) -> None:
        """Write rows in batches; without rows nothing is sent.

        Raises:
            ValueError: A key is null, or a row found no node to write to, which the
                statement tells by returning how many rows it wrote.
        """
        for batch in batches(rows):
            found = self.run(name, rows=batch, **parameters)
            if found and found != [(len(batch),)]:
                raise ValueError(f"{name} names nodes that are not there")

    def _result(self, text: str, parameters: Parameters) -> neo4j.Result:
        return self._transaction.run(_shipped(text), dict(parameters))


class Bolt:
    """A database over Bolt, in managed transactions, always in the database named.

    Transactions are repeated when the server was lost in between or when another
    transaction won; so all work given to it must be repeatable.

    Raises:
        StoreUnreachableError: The server does not answer, after all retries.
        StoreRefusedError: It answers and says no.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._address = door.address()
        self._driver = _driver(self._address)

    @property
    def where(self) -> str:
        """See `Door.where`."""
        return self._door.where

    def close(self) -> None:
        """Close all connections."""
        self._driver.close()

    def connect(self) -> str:
        """Make sure that the server answers and knows us: its name and version."""

        def call() -> str:
            self._driver.verify_connectivity()
            return self._driver.get_server_info().agent

        return self._repeated(call, self._refused)

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a read transaction."""
        return self._managed(neo4j.READ_ACCESS, work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one write transaction. It may run more than once."""
        return self._managed(neo4j.WRITE_ACCESS, work)

    def alter(self, texts: Iterable[str]) -> None:
        """Change the database's schema, each statement in its own transaction."""
        for text in texts:
            self.write(lambda t, text=text: t.run_text(text, {}))  # type: ignore[misc]

    def ask(
        self, text: str, parameters: Parameters
    ) -> tuple[tuple[str, ...], list[Row]]:
        """Run somebody's question; whatever it writes is refused and rolled back.

        Raises:
            BadQueryError: The text is no Cypher, lacks a parameter, or writes.
        """
        with self.asking(text, parameters) as (columns, rows):
            return columns, list(rows)

    @contextmanager
    def asking(
        self, text: str, parameters: Parameters
    ) -> Iterator[tuple[tuple[str, ...], Iterator[Row]]]:
        """Like `ask`, but the rows come one by one, and only inside the context.

        What goes wrong with the first rows is repeated or raised at once, later
        trouble while the rows are read.
        """
        if self._address.embedded and writing_word(text):
            raise writes()
        with ExitStack() as opened:

            def call() -> tuple[neo4j.Result, list[neo4j.Record]]:
                opened.close()  # what an earlier try left
                session = opened.enter_context(self._session(neo4j.READ_ACCESS))
                transaction = session.begin_transaction()
                opened.callback(transaction.close)  # rolls back, leaving it commits
                result = transaction.run(_shipped(text), dict(parameters))
                return result, list(islice(result, _AT_ONCE))

            result, first = self._repeated(call, _bad_question)
            if len(first) < _AT_ONCE and _wrote(result):
                raise writes()
            yield tuple(result.keys()), self._rest(result, first)

    def _rest(self, result: neo4j.Result, first: list[neo4j.Record]) -> Iterator[Row]:
        yield from map(plain_row, first)
        if len(first) < _AT_ONCE:
            return
        try:
            yield from map(plain_row, result)
            changed = _wrote(result)
        except (failures.DriverError, failures.Neo4jError) as error:
            raise self._translated(error, _bad_question) from error
        if changed:
            raise writes()

    def _managed(self, mode: str, work: Callable[[Transaction], T]) -> T:
        def call() -> T:
            with self._session(mode) as session:
                run = (
                    session.execute_read
                    if mode == neo4j.READ_ACCESS
                    else session.execute_write
                )
                return run(lambda transaction: work(Transaction(transaction)))

        return self._repeated(call, self._refused)

    def _session(self, mode: str) -> neo4j.Session:
        return self._driver.session(
            database=self._address.database,
            default_access_mode=mode,
            fetch_size=_AT_ONCE,
        )

    def _repeated(
        self,
        call: Callable[[], T],
        error_of: Callable[[failures.Neo4jError], GraphError],
    ) -> T:
        for tries in range(1, _REPEATS + 1):
            try:
                return call()
            except (*_LOST, failures.AuthError, failures.DatabaseError) as error:
                if not self._follow(error, tries):
                    raise self._translated(error, error_of) from error
                last: Exception = error
            except failures.Neo4jError as error:
                if not self._lost_race(error):
                    raise error_of(error) from error
                last = error
        raise self._translated(last, error_of) from last

    def _lost_race(self, error: failures.Neo4jError) -> bool:
        """Whether another transaction won, so that the next try sees what it wrote."""
        if isinstance(error, failures.TransientError):
            return self._address.embedded  # elsewhere the driver has tried already
        return isinstance(error, failures.ConstraintError)

    def _follow(self, error: Exception, tries: int) -> bool:
        """Go where the database has moved; whether the work can be repeated."""
        moved = self._door.moved(self._address)
        if moved is not None and moved != self._address:
            self._driver.close()
            self._address = moved
            self._driver = _driver(moved)
            return True
        if isinstance(error, failures.Neo4jError):
            # "Unauthorized" and "unknown error" are what a server says that is being
            # stopped; when it stays where it is, the second time it means it.
            return self._address.embedded and tries < _TRIES_AT_THE_SAME
        # The outcome of a lost commit is unknown: repeating it settles it.
        return moved is not None or isinstance(error, failures.IncompleteCommit)

    def _translated(
        self, error: Exception, error_of: Callable[[failures.Neo4jError], GraphError]
    ) -> GraphError:
        if isinstance(error, failures.AuthError):
            return self._refused(error)
        if isinstance(error, failures.Neo4jError):
            return error_of(error)
        return unreachable(self.where)

    def _refused(self, error: failures.Neo4jError) -> GraphError:
        database = self._address.database
        return refused(self.where, database, error.code, error.message)


def _wrote(result: neo4j.Result) -> bool:
    return result.consume().counters.contains_updates


def _bad_question(error: failures.Neo4jError) -> GraphError:
    return bad_question(error.code, error.message)


def _driver(address: Address) -> neo4j.Driver:
    # A server that is gone for good is not waited for, and a lost race is run again
    # at once; one that may come back gets the driver's own half minute.
    patience: dict[str, float] = (
        {}
        if not address.embedded
        else {"initial_retry_delay": 0.05, "max_transaction_retry_time": 1.0}
    )
    auth = (address.user or "neo4j", address.password) if address.password else None
    return neo4j.GraphDatabase.driver(
        address.uri,
        auth=auth,
        connection_timeout=4.0,
        liveness_check_timeout=120.0,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
        user_agent="genregraph",
        **cast("dict[str, Any]", patience),
    )


def _shipped(text: str) -> LiteralString:
    """The one place that tells the driver that a text is no accident.

    It comes from a file we ship, or from a person who asks a question in a read
    transaction. Values are always parameters.
    """
    return text  # mypy takes any text for a literal one
