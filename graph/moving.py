"""Moving a graph: out of a store, into one, and to and from a file of JSON lines."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from graph.bolt import ROWS_AT_ONCE, Bolt, Transaction
from graph.errors import BadGraphFileError
from graph.items import Item, node_item, relation_item, row_of
from graph.placing import put_in_place, said
from graph.schema import KEYS, MOVED, RELATIONS, differs_between_runs

_Row: TypeAlias = tuple[Any, ...]

# Rows written in one transaction: in a larger one each MERGE takes longer than the last.
_ROWS_AT_ONCE = ROWS_AT_ONCE


def items(bolt: Bolt) -> Iterator[Item]:
    """See `Store.items`."""
    yield from _nodes(bolt)
    for kind in sorted(RELATIONS):
        yield from _relations(bolt, kind)


def load(bolt: Bolt, given: Iterable[Item]) -> None:
    """See `Store.load`. Nothing is written when one of the items is bad."""
    rows: defaultdict[str, list[Mapping[str, object]]] = defaultdict(list)
    for item in given:
        name, row = row_of(item)
        rows[name].append(row)
    _refuse_second_crawl(bolt, rows["load_node_crawl"])
    # "load_node_…" sorts before "load_relation_…": both ends exist before an edge.
    for name in sorted(rows):
        for start in range(0, len(rows[name]), _ROWS_AT_ONCE):
            _load(bolt, name, rows[name][start : start + _ROWS_AT_ONCE])


def stats(bolt: Bolt) -> Mapping[str, int]:
    """See `Store.stats`."""
    counts = dict.fromkeys([*sorted(MOVED), *sorted(RELATIONS)], 0)
    for name in ("reads/count_nodes", "reads/count_relations"):
        counts |= {kind: n for kind, n in _read(bolt, name) if kind in counts}
    return counts


def write_file(file: Path, given: Iterable[Item], *, times: bool = True) -> int:
    """Write items as JSON lines, put in place when whole: how many.

    Without `times` what differs from run to run is left out, so that `diff` compares
    two graphs.

    Raises:
        BadGraphFileError: The file cannot be written.
    """
    count = 0
    with (
        put_in_place(file) as (part,),
        said(file),
        part.open("w", encoding="utf-8", newline="\n") as lines,
    ):
        for item in given:
            lines.write(line_of(item if times else _timeless(item)) + "\n")
            count += 1
    return count


def read_file(file: Path) -> Iterator[Item]:
    """The items of a file of JSON lines.

    Raises:
        BadGraphFileError: It cannot be read, or a line is no item of the model.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                yield _read_line(file, number, line)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise BadGraphFileError(
            f"{file} cannot be read: {reason}",
            hint="Name a file that `genregraph graph export` wrote.",
        ) from error


def line_of(item: Item) -> str:
    """One item as one line of JSON: equal items give equal text."""
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"))


def _read_line(file: Path, number: int, line: str) -> Item:
    try:
        item = json.loads(line)
        row_of(item)
    except (ValueError, BadGraphFileError) as error:
        what = error if isinstance(error, BadGraphFileError) else "it is no JSON"
        raise BadGraphFileError(
            f"line {number} of {file} cannot be used: {what}",
            hint="Name a file that `genregraph graph export` wrote as .jsonl.",
        ) from error
    return item  # type: ignore[no-any-return]


def _timeless(item: Item) -> Item:
    properties: Any = item["properties"]
    return dict(item) | {
        "properties": {
            name: value
            for name, value in properties.items()
            if not differs_between_runs(name)
        }
    }


def _refuse_second_crawl(bolt: Bolt, rows: Iterable[Mapping[str, object]]) -> None:
    names = {str(row["key"]) for row in rows}
    names |= {str(c["name"]) for (c,) in _read(bolt, "reads/crawl")}
    if len(names) > 1:
        raise BadGraphFileError(
            f"a store holds one crawl, and these would be {len(names)}: "
            + ", ".join(sorted(names)),
            hint="Import into a new store: name it with --store.",
        )


def _load(bolt: Bolt, name: str, rows: list[Mapping[str, object]]) -> None:
    def work(transaction: Transaction) -> None:
        try:
            transaction.run_rows(f"writes/{name}", rows)
        except ValueError as error:
            raise BadGraphFileError(
                "a relation names a node that is neither in the file nor in the store",
                hint="Import a file that holds both ends of each relation.",
            ) from error

    bolt.write(work)


def _nodes(bolt: Bolt) -> Iterator[Item]:
    kept: dict[str, list[tuple[str, Mapping[str, object]]]] = {n: [] for n in MOVED}
    for (label,), properties in _read(bolt, "reads/nodes"):
        if label in kept:
            kept[label].append((properties[KEYS[label]], properties))
    for label in MOVED:
        for key, properties in sorted(kept[label], key=lambda node: node[0]):
            yield node_item(label, key, properties)


def _relations(bolt: Bolt, kind: str) -> Iterator[Item]:
    rows = _read(bolt, f"reads/relations_{kind.lower()}")
    rows.sort(key=lambda row: (*row[:4], row[4].get("source", "")))
    for start, start_key, end, end_key, properties in rows:
        yield relation_item(kind, (start, start_key), (end, end_key), properties)


def _read(bolt: Bolt, name: str) -> list[_Row]:
    return bolt.read(lambda transaction: transaction.run(name))
