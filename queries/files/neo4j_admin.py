"""A whole graph as the CSV files that `neo4j-admin database import full` reads.

One file for each label, and for each relation type and label that it starts at. The
header names types; text is always quoted, so that an empty text is not an absent one;
parts of a list are divided by a sign (U+001F) that no text holds. See "Import" in
Neo4j's operations manual: https://neo4j.com/docs/operations-manual/current/import/
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

from graph.cypher.statements import statement
from graph.model.schema import (
    KEYS,
    MOVED,
    RELATIONS,
    VERSION_KEY,
    VERSION_LABEL,
    is_time,
)
from graph.transfer.atomic_files import folder_in_place, os_errors_as_graph_errors
from graph.transfer.items import Item, time_text
from queries.files.admin_words import CONSTRAINTS, README, SCRIPT, readme, script

_DIVIDER = "\x1f"
_START, _END = ":START_ID", ":END_ID"
# bool before int: Python's True is an int too.
_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "long"),
    (float, "double"),
    (str, "string"),
)


@dataclass(slots=True)
class Table:
    """One file: of a label, or of a relation between two labels.

    Attributes:
        columns: Properties and their types, as far as they were met.
    """

    label: str
    relation: str | None = None
    count: int = 0
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Its name."""
        if self.relation is None:
            return f"{self.label.lower()}.csv"
        return f"{self.relation.lower()}_of_{self.label.lower()}.csv"

    @property
    def option(self) -> str:
        """The option of `neo4j-admin` that takes it in."""
        file = f"./{self.file}"  # 2026.x asks each path for its folder
        if self.relation is None:
            return f"--nodes={self.label}={file}"
        return f"--relationships={self.relation}={file}"

    def meet(self, properties: Mapping[str, object]) -> None:
        """Count a row, and note the types of its columns."""
        self.count += 1
        for name, value in properties.items():
            if value is not None:
                kind = _type(name, value)
                known = self.columns.setdefault(name, kind)
                if known != kind:
                    self.columns[name] = _wider(known, kind)

    def header(self) -> str:
        """Its first line."""
        ends = []
        if self.relation is not None:
            end = RELATIONS[self.relation].end
            ends = [f"{_START}({self.label})", f"{_END}({end})"]
        return ",".join([*ends, *map(self._column, self._names())]) + "\n"

    def line(self, item: Any) -> str:
        """One item as a line."""
        ends = [] if self.relation is None else [item["start"]["id"], item["end"]["id"]]
        properties = item["properties"]
        values = [*ends, *(properties.get(name) for name in self._names())]
        return ",".join(map(_cell, values)) + "\n"

    def _names(self) -> list[str]:
        if self.relation is not None:
            return sorted(self.columns)
        key = KEYS[self.label]
        return [key, *sorted(self.columns.keys() - {key})]

    def _column(self, name: str) -> str:
        if self.relation is None and name == KEYS[self.label]:
            return f"{name}:ID({self.label})"
        return f"{name}:{self.columns[name]}"


def write_admin_files(
    folder: Path, items: Iterable[Item], about: Mapping[str, object]
) -> int:
    """Write a folder to import: how many nodes and relations it holds.

    The version node is among them, so that the database is a store at once.

    Args:
        folder: Made where it is missing.
        items: As `Store.items` gives them.
        about: What `Store.about` says.

    Raises:
        BadGraphFileError: It cannot be written.
    """
    tables = _tables()
    names = [*(table.file for table in tables.values()), SCRIPT, README, CONSTRAINTS]
    with folder_in_place(folder, names) as parts, os_errors_as_graph_errors(folder):
        # The columns are known at the end: what comes is kept on the disk until then.
        with tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder) as kept:
            for item in chain((_version(about),), items):
                _keep(item, tables, kept)
            kept.seek(0)
            _write_tables(dict(zip(tables, parts, strict=False)), tables, kept)
        filled = [table.option for table in tables.values() if table.count]
        texts = script(filled), readme(folder.name), statement("schema")
        for part, text in zip(parts[len(tables) :], texts, strict=True):
            part.write_text(text, encoding="utf-8", newline="\n")
    return sum(table.count for table in tables.values()) - 1


def _tables() -> dict[tuple[str, str | None], Table]:
    nodes = [Table(label) for label in (VERSION_LABEL, *MOVED)]
    edges = [
        Table(start, relation)
        for relation in sorted(RELATIONS)
        for start in RELATIONS[relation].starts
    ]
    return {(table.label, table.relation): table for table in [*nodes, *edges]}


def _version(about: Mapping[str, Any]) -> Item:
    """The version node; it says that the constraints are still to be made."""
    properties = {
        "name": VERSION_KEY,
        "version": about["schema"],
        "engine": about["engine"],
        "program": about["made_by"],
        "made_at": time_text(about["made_at"]),
        "imported": True,
    }
    return {"type": "node", "labels": [VERSION_LABEL], "properties": properties}


def _keep(item: Any, tables: Mapping[Any, Table], kept: IO[str]) -> None:
    tables[_table_of(item)].meet(item["properties"])
    kept.write(json.dumps(item) + "\n")


def _table_of(item: Any) -> tuple[str, str | None]:
    if item["type"] == "node":
        return item["labels"][0], None
    return item["start"]["labels"][0], item["label"]


def _write_tables(
    parts: Mapping[Any, Path], tables: Mapping[Any, Table], kept: IO[str]
) -> None:
    opened = {
        key: part.open("w", encoding="utf-8", newline="\n")
        for key, part in parts.items()
    }
    try:
        for key, stream in opened.items():
            stream.write(tables[key].header())
        for item in _items(kept):
            key = _table_of(item)
            opened[key].write(tables[key].line(item))
    finally:
        for stream in opened.values():
            stream.close()


def _items(kept: IO[str]) -> Iterator[Any]:
    for line in kept:
        yield json.loads(line)


def _type(name: str, value: object) -> str:
    if isinstance(value, list):
        kinds = {_type("", part) for part in value} or {"string"}
        return (kinds.pop() if len(kinds) == 1 else "string") + "[]"
    if is_time(name) and isinstance(value, str):
        return "datetime"
    return next(kind for of, kind in _TYPES if isinstance(value, of))


def _wider(one: str, other: str) -> str:
    """The type that holds both."""
    if {one, other} == {"long", "double"}:
        return "double"
    return "string[]" if one.endswith("[]") else "string"


def _cell(value: object) -> str:
    """A value as the importer reads it; an absent one is nothing at all."""
    if value is None:
        return ""
    if isinstance(value, list):
        return _cell(_DIVIDER.join(map(str, value)))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value)
