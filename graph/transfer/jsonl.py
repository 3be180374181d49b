"""Reads items from a store, writes them into one, and stores them in JSON Lines files."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from graph.bolt.database import ROWS_AT_ONCE, BoltDatabase, batches
from graph.errors import BadGraphFileError
from graph.files import graph_file_errors, reason_of, replace_files
from graph.model.schema import EXPORTED_LABELS, RELATIONS, differs_between_runs
from graph.transfer.apoc_json import Item, item_of, row_of
from graph.transfer.rows import GraphReader, write_rows
from graph.transfer.statements import PARTS, Part, WrittenRow

_Row: TypeAlias = tuple[Any, ...]

_NODES, _RELATIONS = frozenset({"node"}), frozenset({"relationship"})
_BOTH = _NODES | _RELATIONS


def items(bolt: BoltDatabase) -> Iterator[Item]:
    """See `Store.items`."""
    reader = GraphReader(bolt)
    for part in PARTS:
        for _, rows in reader.pages(part):
            yield from (item_of(part, row) for row in rows)


def load(bolt: BoltDatabase, given: Iterable[Item]) -> int:
    """See `Store.load`."""
    kept = given if isinstance(given, ItemFile) else tuple(map(_checked, given))
    found = _Preflight()
    for item in kept:
        found.add(item)
    _refuse_second_crawl(bolt, found.crawls)
    _refuse_loose_ends(bolt, found.loose_ends())
    again = replace(kept, is_checked=True) if isinstance(kept, ItemFile) else kept
    for kinds in (_BOTH,) if found.is_sorted else (_NODES, _RELATIONS):
        for part, rows in _in_batches(again, kinds):
            bolt.write(partial(write_rows, part=part, rows=rows))
    return found.count


def stats(bolt: BoltDatabase) -> Mapping[str, int]:
    """See `Store.stats`."""
    counts = dict.fromkeys([*sorted(EXPORTED_LABELS), *sorted(RELATIONS)], 0)
    for name in ("transfer/read_count_nodes", "transfer/read_count_relations"):
        counts |= {kind: n for kind, n in _read(bolt, name) if kind in counts}
    return counts


def write_file(file: Path, given: Iterable[Item], *, times: bool = True) -> int:
    """Write items as JSON lines; return their number. The file appears when complete.

    If `times` is False, all properties that differ from run to run are left out, so
    that two graphs can be compared with `diff`.

    Raises:
        BadGraphFileError: The file cannot be written.
    """
    count = 0
    with (
        graph_file_errors(file),
        replace_files(file) as (part,),
        part.open("w", encoding="utf-8", newline="\n") as lines,
    ):
        for item in given:
            lines.write(line_of(item if times else _timeless(item)) + "\n")
            count += 1
    return count


@dataclass(frozen=True, slots=True)
class ItemFile:
    """The items of a JSON Lines file; each iteration reads the file again.

    Attributes:
        is_checked: Whether an earlier iteration already checked all lines.

    Raises:
        BadGraphFileError: It cannot be read, or a line is not an item of the model.
    """

    file: Path
    is_checked: bool = False

    def __iter__(self) -> Iterator[Item]:
        try:
            with self.file.open(encoding="utf-8") as lines:
                for number, line in enumerate(lines, start=1):
                    yield self._item(number, line)
        except OSError as error:
            raise self._unreadable(reason_of(error)) from error
        except UnicodeDecodeError as error:
            raise self._unreadable("it is not UTF-8 text") from error

    def _unreadable(self, reason: str) -> BadGraphFileError:
        return BadGraphFileError(
            f"{self.file} cannot be read: {reason}",
            hint="Name a file that `genregraph graph export` wrote.",
        )

    def _item(self, number: int, line: str) -> Item:
        try:
            item: Item = json.loads(line)
            return item if self.is_checked else _checked(item)
        except (ValueError, BadGraphFileError) as error:
            what = error if isinstance(error, BadGraphFileError) else "it is not JSON"
            raise BadGraphFileError(
                f"line {number} of {self.file} cannot be used: {what}",
                hint="Name a file that `genregraph graph export` wrote as .jsonl.",
            ) from error


def read_file(file: Path) -> ItemFile:
    """Return the items of a JSON Lines file; iterating over them reads the file."""
    return ItemFile(file)


def line_of(item: Item) -> str:
    """Format an item as one line of JSON; equal items have equal texts."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class _Preflight:
    """A summary of items, to check them before the first one is written.

    Attributes:
        count: The number of items.
        is_sorted: Whether all nodes come before the first relation.
        crawls: The names of the crawls.
        nodes: The keys of the nodes, by label.
        ends: The keys that relations name, by label.
    """

    count: int = 0
    is_sorted: bool = True
    crawls: set[str] = field(default_factory=set)
    nodes: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ends: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, item: Any) -> None:
        """Add one item to the summary."""
        self.count += 1
        if item["type"] == "node":
            self.is_sorted &= not self.ends
            (label,) = item["labels"]
            self.nodes[label].add(item["id"])
            if label == "Crawl":
                self.crawls.add(item["id"])
            return
        for end in (item["start"], item["end"]):
            (label,) = end["labels"]
            self.ends[label].add(end["id"])

    def loose_ends(self) -> Mapping[str, Sequence[str]]:
        """The keys that relations name and that no item has, by label, sorted."""
        return {
            label: sorted(keys - self.nodes[label]) for label, keys in self.ends.items()
        }


def _checked(item: Item) -> Item:
    row_of(item)
    return item


def _timeless(item: Item) -> Item:
    properties: Any = item["properties"]
    return dict(item) | {
        "properties": {
            name: value
            for name, value in properties.items()
            if not differs_between_runs(name)
        }
    }


def _refuse_second_crawl(bolt: BoltDatabase, names: Iterable[str]) -> None:
    crawls = {*names, *(str(c["name"]) for (c,) in _read(bolt, "rounds/read_crawl"))}
    if len(crawls) > 1:
        raise BadGraphFileError(
            f"a store has one crawl, and these would be {len(crawls)}: "
            + ", ".join(sorted(crawls)),
            hint="Import into a new store, named with --store.",
        )


def _refuse_loose_ends(bolt: BoltDatabase, ends: Mapping[str, Sequence[str]]) -> None:
    """Refuse items whose relations name nodes that neither they nor the store have."""
    reader = GraphReader(bolt)
    for label, keys in ends.items():
        for some in batches(keys):
            found = reader.rows(Part(label), some)
            if len(found) < len(some):
                missing = min({*some} - {row[0] for row in found})
                raise BadGraphFileError(
                    f"a relation names the {label} {missing}, which is neither in the "
                    "file nor in the store",
                    hint="Import a file that contains both ends of each relation.",
                )


def _in_batches(
    given: Iterable[Item], kinds: frozenset[str]
) -> Iterator[tuple[Part, list[WrittenRow]]]:
    """Yield batches of rows of one part each, all nodes before the first relation."""
    waiting: defaultdict[Part, list[WrittenRow]] = defaultdict(list)
    last = "node"
    for item in given:
        kind = str(item["type"])
        if kind not in kinds:
            continue
        if kind != last:
            yield from waiting.items()
            waiting.clear()
            last = kind
        part, row = row_of(item)
        waiting[part].append(row)
        if len(waiting[part]) == ROWS_AT_ONCE:
            yield part, waiting.pop(part)
    yield from waiting.items()


def _read(bolt: BoltDatabase, name: str, **parameters: object) -> list[_Row]:
    return bolt.read(lambda transaction: transaction.run(name, **parameters))
