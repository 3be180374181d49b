"""A database over Bolt: transactions and queries that survive the loss of the server.

No type of the driver leaves this module: rows are tuples, times are aware and in UTC,
nodes and relations are mappings, and errors are those of `graph.errors`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from itertools import islice

import neo4j
from neo4j import exceptions as failures

from graph.bolt.connection import Connection
from graph.bolt.driver import FAILURES, ROWS_OF_AN_ANSWER, is_lost, shipped
from graph.bolt.errors import bad_query, cut_off, writes
from graph.bolt.transaction import (
    ROWS_AT_ONCE,
    Parameters,
    Row,
    T,
    Transaction,
    batches,
)
from graph.bolt.values import plain_row
from graph.cypher.aggregates import unsupported_aggregate
from graph.cypher.read_only import first_write_clause
from graph.errors import BadQueryError, GraphError

# The longest transaction, a plan of 200,000 work items, needs about five seconds.
BRIEF_SECONDS = 30.0

__all__ = [
    "ROWS_AT_ONCE",
    "BoltDatabase",
    "Parameters",
    "Row",
    "Transaction",
    "batches",
]


class BoltDatabase(Connection):
    """Runs transactions and queries in one database.

    All work must be idempotent, because it may be repeated: see `Connection`.
    """

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a read transaction."""
        return self._managed(neo4j.READ_ACCESS, work)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one write transaction. It may run more than once."""
        return self._managed(neo4j.WRITE_ACCESS, work)

    def write_briefly(
        self, work: Callable[[Transaction], T], seconds: float = BRIEF_SECONDS
    ) -> T:
        """Like `write`, for transactions whose locks other processes wait for.

        Neo4j ends the transaction after this time and releases its locks, in case this
        machine freezes or loses its connection to the server.
        """
        return self._managed(neo4j.WRITE_ACCESS, work, seconds)

    def alter(self, texts: Iterable[str]) -> None:
        """Change the database's schema, each statement in its own transaction."""
        for text in texts:
            self.write(lambda t, text=text: t.run_text(text, {}))  # type: ignore[misc]

    def query(
        self, text: str, parameters: Parameters
    ) -> tuple[tuple[str, ...], list[Row]]:
        """Run a user's query; refuse and roll back everything that it writes.

        Raises:
            BadQueryError: The text is not Cypher, lacks a parameter, or writes.
        """
        self._guard(text)

        def call() -> tuple[tuple[str, ...], list[Row]]:
            with ExitStack() as opened:
                result = self._begun(opened, text, parameters)
                rows = [plain_row(record) for record in result]
                if _wrote(result):
                    raise writes()
                return tuple(result.keys()), rows

        return self._repeated(call, self._bad_query)

    @contextmanager
    def stream(
        self, text: str, parameters: Parameters
    ) -> Iterator[tuple[tuple[str, ...], Iterator[Row]]]:
        """Like `query`, but the rows are read one by one, inside the context.

        A failure before the first rows arrive is retried or raised at once. A later
        failure is raised while the rows are read, after the first ones were returned.
        """
        self._guard(text)
        with ExitStack() as opened:

            def call() -> tuple[neo4j.Result, list[neo4j.Record]]:
                opened.close()  # the session of an earlier attempt
                result = self._begun(opened, text, parameters)
                first = list(islice(result, ROWS_OF_AN_ANSWER))
                if len(first) < ROWS_OF_AN_ANSWER and _wrote(result):
                    raise writes()
                return result, first

            result, first = self._repeated(call, self._bad_query)
            yield tuple(result.keys()), self._remaining(result, first)

    def _guard(self, text: str) -> None:
        """Refuse queries that the embedded store would let write or compute wrongly.

        Neo4j itself refuses queries that write, and computes all aggregates correctly.

        Raises:
            BadQueryError: The text writes, or has such an aggregate.
        """
        if not self._address.embedded:
            return
        if first_write_clause(text):
            raise writes()
        if found := _unsupported_aggregate(text):
            raise BadQueryError(
                f"the embedded store would compute {found.call} wrongly "
                f"under {found.under}, on line {found.line} of the query",
                hint="Name it first and use the name, with the other columns in both: "
                f"`WITH {found.call} AS n RETURN {found.rewritten}`.",
            )

    def _begun(
        self, opened: ExitStack, text: str, parameters: Parameters
    ) -> neo4j.Result:
        """Start a query; `opened` closes its session and transaction."""
        session = opened.enter_context(self._session(neo4j.READ_ACCESS))
        transaction = session.begin_transaction()
        opened.callback(transaction.close)  # rolls back, leaving it commits
        return transaction.run(shipped(text), dict(parameters))

    def _remaining(
        self, result: neo4j.Result, first: list[neo4j.Record]
    ) -> Iterator[Row]:
        yield from map(plain_row, first)
        if len(first) < ROWS_OF_AN_ANSWER:
            return
        try:
            yield from map(plain_row, result)
            changed = _wrote(result)
        except FAILURES as error:
            if is_lost(error):
                raise cut_off(self.where) from error
            raise self._translated(error, self._bad_query) from error
        if changed:
            raise writes()

    def _bad_query(self, error: failures.Neo4jError) -> GraphError:
        return bad_query(self.where, error.code, error.message)

    def _managed(
        self, mode: str, work: Callable[[Transaction], T], seconds: float | None = None
    ) -> T:
        def call() -> T:
            with (
                self._session(mode) as session,
                session.begin_transaction(timeout=seconds) as opened,
            ):
                return work(Transaction(opened))  # leaving it commits

        return self._repeated(call, self._refused)


# Reports run the same few queries repeatedly.
_unsupported_aggregate = lru_cache(256)(unsupported_aggregate)


def _wrote(result: neo4j.Result) -> bool:
    return result.consume().counters.contains_updates
