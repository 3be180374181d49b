"""One open transaction, which runs the packaged statements."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import neo4j

from graph.bolt.driver import shipped
from graph.bolt.values import plain_row
from graph.cypher.statements import refuse_null_keys, statement

Row: TypeAlias = tuple[object, ...]
Parameters: TypeAlias = Mapping[str, object]
T = TypeVar("T")

# A message of more than 16 MiB blocks the driver, and more rows are not faster.
ROWS_AT_ONCE = 1_000


def batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the rows in batches that fit into one message."""
    for start in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[start : start + ROWS_AT_ONCE]


class Transaction:
    """One open transaction. Either all its statements take effect, or none."""

    def __init__(self, transaction: neo4j.Transaction) -> None:
        self._transaction = transaction

    def run(self, name: str, /, **parameters: object) -> list[Row]:
        """Run a packaged statement; returns its rows."""
        return self.run_text(statement(name), parameters)

    def run_text(self, text: str, parameters: Parameters) -> list[Row]:
        """Run a statement of this program; returns its rows."""
        refuse_null_keys(text, parameters)
        return [plain_row(record) for record in self._result(text, parameters)]

    def run_raw(self, name: str, /, **parameters: object) -> list[tuple[Any, ...]]:
        """Like `run`, for rows of text and numbers only: does not convert values."""
        return [tuple(r) for r in self._result(statement(name), parameters)]

    def run_rows(
        self, name: str, rows: Sequence[Mapping[str, object]], /, **parameters: object
    ) -> None:
        """Write rows in batches; without rows, send nothing.

        Raises:
            ValueError: A key is null, or a row names a node that does not exist: the
                statement returned a smaller number of rows than it was given.
        """
        for batch in batches(rows):
            found = self.run(name, rows=batch, **parameters)
            if found and found != [(len(batch),)]:
                raise ValueError(f"{name} names nodes that do not exist")

    def _result(self, text: str, parameters: Parameters) -> neo4j.Result:
        return self._transaction.run(shipped(text), dict(parameters))
