"""The parts of a graph that are moved one after the other, and their pages.

The order is fixed: nodes by label and key, then relations by type, start, end and
source, all as Python sorts text. Only one page and the keys of the labels are in
memory: the embedded store has no order of its own that could be gone on with.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graph.bolt.database import BoltDatabase
from graph.model.schema import MOVED, RELATIONS
from graph.transfer.items import Item, node_item, relation_item

# A node's key and properties, or a relation's start, end and properties.
PartRow: TypeAlias = tuple[Any, ...]

_NODES_AT_ONCE = 1_000
_STARTS_AT_ONCE = 250  # an artist has some twenty relatives


@dataclass(frozen=True, slots=True)
class Part:
    """The nodes of a label, or the relations of a type that start at a label."""

    label: str
    relation: str | None = None

    @property
    def name(self) -> str:
        """What its statements are called after."""
        if self.relation is None:
            return self.label.lower()
        several = len(RELATIONS[self.relation].starts) > 1
        return self.relation.lower() + (f"_{self.label.lower()}" if several else "")

    @property
    def statement(self) -> str:
        """The statement that writes it."""
        kind = "node" if self.relation is None else "relation"
        return f"load_{kind}_{self.name}"

    def item(self, row: PartRow) -> Item:
        """One of its rows as an item."""
        if self.relation is None:
            return node_item(self.label, *row)
        start, end, properties = row
        ends = (self.label, start), (RELATIONS[self.relation].end, end)
        return relation_item(self.relation, *ends, properties)

    def row(self, row: PartRow) -> dict[str, object]:
        """One of its rows as its statement takes it."""
        if self.relation is None:
            key, properties = row
            return {"key": key, "properties": properties}
        start, end, properties = row
        wanted = {"start": start, "end": end, "properties": properties}
        if RELATIONS[self.relation].by_source:
            wanted["source"] = properties.get("source")
        return wanted


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a part, in order.

    Attributes:
        last: The key of the last node, or of the last start, up to which it goes.
    """

    last: str
    rows: Sequence[PartRow]


# What an export holds, in its order.
PARTS = (
    *(Part(label) for label in MOVED),
    *(
        Part(start, relation)
        for relation in sorted(RELATIONS)
        for start in sorted(RELATIONS[relation].starts)
    ),
)
# What is left of the open round: a copy takes it along, so that the crawl goes on there.
WORK_ITEMS = Part("WorkItem")


class Pages:
    """A database's graph, page by page, each in a read of its own."""

    def __init__(self, bolt: BoltDatabase) -> None:
        self._bolt = bolt
        self._keys: dict[str, list[str]] = {}

    def of(self, part: Part, after: str = "") -> Iterator[Page]:
        """A part's pages, from the first key that sorts after `after`."""
        keys = self._sorted_keys(part.label)
        size = _NODES_AT_ONCE if part.relation is None else _STARTS_AT_ONCE
        for start in range(bisect_right(keys, after), len(keys), size):
            some = keys[start : start + size]
            yield Page(some[-1], self._page(part, some))

    def _sorted_keys(self, label: str) -> list[str]:
        if label not in self._keys:
            rows = self._bolt.read(
                lambda transaction: transaction.run_raw(
                    f"transfer/read_keys_{label.lower()}"
                )
            )
            # Where other people's nodes were adopted, some may have no key.
            self._keys[label] = sorted(key for (key,) in rows if isinstance(key, str))
        return self._keys[label]

    def _page(self, part: Part, keys: Sequence[str]) -> list[PartRow]:
        rows: list[PartRow] = self._bolt.read(
            lambda transaction: transaction.run(
                f"transfer/read_page_{part.name}", keys=keys
            )
        )
        rows.sort(key=_by_ends)
        return rows


def _by_ends(row: PartRow) -> tuple[str, ...]:
    properties: Mapping[str, Any] = row[-1]
    return (*row[:-1], str(properties.get("source", "")))
