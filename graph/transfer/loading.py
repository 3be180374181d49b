"""Writing rows that were moved out of a store, quickly.

A time takes the driver longer than all the rest of a row, and many rows share theirs:
each distinct set of times goes over once per batch, and the rows name its place.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graph.bolt.database import Transaction, batches
from graph.errors import BadGraphFileError


def load_rows(
    transaction: Transaction, statement: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write rows by one of the `transfer/write_load_…`; written again, they change nothing.

    Raises:
        BadGraphFileError: A relation names a node that is not there.
    """
    for batch in batches(rows):
        plain, times = _apart(batch)
        try:
            transaction.run_rows(f"transfer/write_{statement}", plain, times=times)
        except ValueError as error:
            raise BadGraphFileError(
                "a relation names a node that is neither in the file nor in the store",
                hint="Import a file that holds both ends of each relation.",
            ) from error


def _apart(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows that name their times by place, and the distinct sets of times."""
    places: dict[tuple[tuple[str, object], ...], int] = {}
    plain = []
    for row in rows:
        properties = dict(row["properties"])
        found = tuple(
            (name, value)
            for name, value in properties.items()
            if isinstance(value, datetime)
        )
        for name, _ in found:
            del properties[name]
        place = places.setdefault(found, len(places))
        plain.append({**row, "properties": properties, "times": place})
    return plain, [dict(found) for found in places]
