"""How fast a whole graph goes into a store and comes out of it: items per second.

An item is a node or a relation of `tests.benchmarks.store.music`; making the items is not
counted, reading them as a file is not either.
"""

from collections.abc import Sequence

from tests.benchmarks.store.music import Size, music
from tests.benchmarks.store.stores import Measured, in_turn
from tests.benchmarks.store.table import Table


def fill(stores: Sequence[Measured], size: Size) -> tuple[dict[str, float], int]:
    """Put the same graph into each store, by turns: seconds, and how many items."""
    items = list(music(size))
    for measured in stores:
        measured.emptied()
    return in_turn(stores, 1, lambda m: m.store.load(items)), len(items)


def measure(table: Table, size: Size) -> None:
    """Import, export and snapshot; the graph stays in the stores."""
    table.part(
        "whole graph, items/s",
        f"{size.artists:,} artists, {size.relations:,} RELATED_TO; once each",
    )
    stores = table.stores
    seconds, count = fill(stores, size)
    _row(table, "import (Store.load)", seconds, count)
    seconds = in_turn(stores, 1, lambda m: sum(1 for _ in m.store.items()))
    _row(table, "export (Store.items)", seconds, count)
    in_turn(stores, 1, lambda m: m.store.snapshot())
    seconds = in_turn(stores, 1, lambda m: m.store.snapshot())
    _row(table, "snapshot, RELATED_TO/s", seconds, size.relations)


def _row(table: Table, name: str, seconds: dict[str, float], count: int) -> None:
    cells = {
        key: f"{count / value:,.0f} ({value:.1f} s)" for key, value in seconds.items()
    }
    table.row(name, cells)
