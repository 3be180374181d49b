"""Reads a database's graph page by page, and writes rows of a graph.

The order is fixed: nodes by label and key, then relations by type, start, end and source,
as Python sorts text. Memory holds one page and the keys of all nodes. The keys are needed
because the embedded store cannot continue a sorted read at a given place.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from graph.bolt.database import BoltDatabase, Transaction, batches
from graph.errors import BadGraphFileError
from graph.transfer.statements import Part, ReadRow, WrittenRow

_NODES_AT_ONCE = 1_000
_STARTS_AT_ONCE = 250  # an artist has some twenty relatives


class GraphReader:
    """Reads a graph page by page, each page in its own read transaction."""

    def __init__(self, bolt: BoltDatabase) -> None:
        self._bolt = bolt
        self._keys: dict[str, list[str]] = {}

    def keys(self, part: Part) -> Sequence[str]:
        """The sorted keys of the nodes of a part's label, read once."""
        if part.label not in self._keys:
            rows = self._bolt.read(lambda t: t.run_text(part.read_keys, {}))
            # Nodes from before `store init --adopt` may have no key.
            self._keys[part.label] = sorted(k for (k,) in rows if isinstance(k, str))
        return self._keys[part.label]

    def pages(self, part: Part) -> Iterator[tuple[Sequence[str], list[ReadRow]]]:
        """Yield the pages of a part in order: keys of its label, and their rows."""
        keys = self.keys(part)
        size = _NODES_AT_ONCE if part.relation is None else _STARTS_AT_ONCE
        for start in range(0, len(keys), size):
            some = keys[start : start + size]
            yield some, self.rows(part, some)

    def rows(self, part: Part, keys: Sequence[str]) -> list[ReadRow]:
        """The rows of a part that belong to these keys, in order."""
        rows: list[ReadRow] = self._bolt.read(
            lambda t: t.run_text(part.read_page, {"keys": keys})
        )
        rows.sort(key=_by_ends)
        return rows


def write_rows(
    transaction: Transaction, part: Part, rows: Sequence[WrittenRow]
) -> None:
    """Write rows of a part. Idempotent.

    The driver encodes times slowly, and many rows have the same times. So each distinct
    set of times is sent once per batch, and rows refer to it by its index.

    Raises:
        BadGraphFileError: A relation names a node that does not exist.
    """
    for batch in batches(rows):
        plain, times = _without_times(batch)
        parameters = {"rows": plain, "times": times}
        try:
            found = transaction.run_text(part.write_rows, parameters)
        except ValueError as error:  # a key is null
            raise _missing_end() from error
        if found and found != [(len(batch),)]:
            raise _missing_end()


def _by_ends(row: ReadRow) -> tuple[str, ...]:
    properties: Mapping[str, Any] = row[-1]
    return (*row[:-1], str(properties.get("source", "")))


def _without_times(
    rows: Sequence[WrittenRow],
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Split rows into rows that refer to their times by index, and the sets of times."""
    places: dict[tuple[tuple[str, object], ...], int] = {}
    plain = []
    for row in rows:
        properties = dict(row["properties"])
        times = tuple(
            (name, value)
            for name, value in properties.items()
            if isinstance(value, datetime)
        )
        for name, _ in times:
            del properties[name]
        place = places.setdefault(times, len(places))
        plain.append({**row, "properties": properties, "times": place})
    return plain, [dict(times) for times in places]


def _missing_end() -> BadGraphFileError:
    return BadGraphFileError(
        "a relation names a node that is neither in the file nor in the store",
        hint="Import a file that contains both ends of each relation.",
    )
