"""A whole graph as the CSV files that `neo4j-admin database import full` reads.

There is one file per label, and one per relationship type and start label. Headers name
types. Text is always quoted, so that an empty text differs from an absent one. List items
are separated by U+001F, a character that no text contains. The folder also gets a script
that runs the import and a README. See "Import" in Neo4j's operations manual:
https://neo4j.com/docs/operations-manual/current/import/
"""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

from graph.cypher.statements import statement
from graph.files import graph_file_errors, replace_files_in
from graph.model.schema import (
    EXPORTED_LABELS,
    KEYS,
    RELATIONS,
    VERSION_KEY,
    VERSION_LABEL,
    is_time,
)
from graph.transfer.apoc_json import Item, time_text

SCRIPT, README, CONSTRAINTS = "import.sh", "README.txt", "constraints.cypher"

_DIVIDER = "\x1f"
_START, _END = ":START_ID", ":END_ID"
# bool before int, because Python's True is also an int.
_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "long"),
    (float, "double"),
    (str, "string"),
)


_SCRIPT = """\
#!/bin/sh
# Imports this folder into the database neo4j, or into another one: sh import.sh NAME
# Stop the server first. The import replaces the content of the database.
# Works on Neo4j 5.26 and 2026.x. Set NEO4J_ADMIN if neo4j-admin is not on PATH.
cd "$(dirname "$0")" || exit 1
"${NEO4J_ADMIN:-neo4j-admin}" database import full "${1:-neo4j}"\
"""

_README = """\
A music graph for a bulk import into Neo4j 5.26 or 2026.x
=========================================================

1. Stop the server. The import recreates the database: its content is lost.

2. On the server's machine, as the user that the server runs as:

       sh {folder}/import.sh

   import.sh runs `neo4j-admin database import full neo4j …` with an option for each file.
   With Docker, mount this folder and run the script in the image with the same /data, for
   example:

       docker compose run --rm -v "$PWD/{folder}:/{folder}" neo4j sh /{folder}/import.sh

3. Start the server and create the constraints of genregraph:

       genregraph store init --store bolt://localhost:7687

   Or run constraints.cypher in Neo4j Browser or cypher-shell; running it twice is safe.
   Without the constraints the database is slow. A crawl creates them first.

The version node is among the nodes (schema.csv), so the database is a genregraph store
immediately: `genregraph status`, `query` and `select` work on it, and the crawl can
continue there.

File format: UTF-8; one header line with types; text in double quotes, with quotes inside
doubled; nothing where a value is absent; times in UTC; list items separated by the
character U+001F; line breaks inside text are allowed.
"""

_OPTIONS = (
    "--overwrite-destination",
    "--multiline-fields=true",
    "--array-delimiter=U+001F",
)


@dataclass(slots=True)
class ImportFile:
    """One CSV file: the nodes of a label, or a relationship type with one start label.

    Attributes:
        label: The label of the nodes, or of the starts.
        relation: The relationship type; None for nodes.
        count: The number of rows seen so far.
        columns: Property names and their types, as far as seen.
    """

    label: str
    relation: str | None = None
    count: int = 0
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The file name."""
        if self.relation is None:
            return f"{self.label.lower()}.csv"
        return f"{self.relation.lower()}_of_{self.label.lower()}.csv"

    @property
    def option(self) -> str:
        """The option of `neo4j-admin` that imports it."""
        file = f"./{self.file}"  # 2026.x requires a path with a folder
        if self.relation is None:
            return f"--nodes={self.label}={file}"
        return f"--relationships={self.relation}={file}"

    def add(self, properties: Mapping[str, object]) -> None:
        """Count a row and record the types of its columns."""
        self.count += 1
        for name, value in properties.items():
            if value is not None:
                kind = _type(name, value)
                known = self.columns.setdefault(name, kind)
                if known != kind:
                    self.columns[name] = _common_type(known, kind)

    def header(self) -> str:
        """The header line."""
        ends = []
        if self.relation is not None:
            end = RELATIONS[self.relation].end
            ends = [f"{_START}({self.label})", f"{_END}({end})"]
        return ",".join([*ends, *map(self._column, self._names())]) + "\n"

    def line(self, item: Any) -> str:
        """The line of one item."""
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
    """Write a folder to import and return the number of nodes and relationships in it.

    The version node is written too (not counted), so that the database is a store
    immediately.

    Args:
        folder: Created if missing.
        items: As `Store.items` returns them.
        about: As `Store.about` returns it.

    Raises:
        BadGraphFileError: It cannot be written.
    """
    tables = _tables()
    names = [*(table.file for table in tables.values()), SCRIPT, README, CONSTRAINTS]
    with graph_file_errors(folder), replace_files_in(folder, names) as parts:
        # The columns are known only at the end: until then items wait on disk.
        with tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder) as buffer:
            for item in chain((_version(about),), items):
                _buffer(item, tables, buffer)
            buffer.seek(0)
            _write_tables(dict(zip(tables, parts, strict=False)), tables, buffer)
        filled = [table.option for table in tables.values() if table.count]
        options = "".join(f" \\\n  {option}" for option in (*_OPTIONS, *filled))
        texts = (
            f"{_SCRIPT}{options}\n",
            _README.format(folder=folder.name),
            statement("schema"),
        )
        for part, text in zip(parts[len(tables) :], texts, strict=True):
            part.write_text(text, encoding="utf-8", newline="\n")
    return sum(table.count for table in tables.values()) - 1


def _tables() -> dict[tuple[str, str | None], ImportFile]:
    nodes = [ImportFile(label) for label in (VERSION_LABEL, *EXPORTED_LABELS)]
    edges = [
        ImportFile(start, relation)
        for relation in sorted(RELATIONS)
        for start in RELATIONS[relation].starts
    ]
    return {(table.label, table.relation): table for table in [*nodes, *edges]}


def _version(about: Mapping[str, Any]) -> Item:
    """The version node; `imported` means that the constraints are still missing."""
    properties = {
        "name": VERSION_KEY,
        "version": about["schema"],
        "engine": about["engine"],
        "program": about["made_by"],
        "made_at": time_text(about["made_at"]),
        "imported": True,
    }
    return {"type": "node", "labels": [VERSION_LABEL], "properties": properties}


def _buffer(item: Any, tables: Mapping[Any, ImportFile], buffer: IO[str]) -> None:
    tables[_table_of(item)].add(item["properties"])
    buffer.write(json.dumps(item) + "\n")


def _table_of(item: Any) -> tuple[str, str | None]:
    if item["type"] == "node":
        return item["labels"][0], None
    return item["start"]["labels"][0], item["label"]


def _write_tables(
    parts: Mapping[Any, Path], tables: Mapping[Any, ImportFile], buffer: IO[str]
) -> None:
    opened = {
        key: part.open("w", encoding="utf-8", newline="\n")
        for key, part in parts.items()
    }
    try:
        for key, stream in opened.items():
            stream.write(tables[key].header())
        for item in _items(buffer):
            key = _table_of(item)
            opened[key].write(tables[key].line(item))
    finally:
        for stream in opened.values():
            stream.close()


def _items(buffer: IO[str]) -> Iterator[Any]:
    for line in buffer:
        yield json.loads(line)


def _type(name: str, value: object) -> str:
    if isinstance(value, list):
        kinds = {_type("", part) for part in value} or {"string"}
        return (kinds.pop() if len(kinds) == 1 else "string") + "[]"
    if is_time(name) and isinstance(value, str):
        return "datetime"
    return next(kind for of, kind in _TYPES if isinstance(value, of))


def _common_type(one: str, other: str) -> str:
    """The narrowest type that holds both."""
    if {one, other} == {"long", "double"}:
        return "double"
    return "string[]" if one.endswith("[]") else "string"


def _cell(value: object) -> str:
    """Format a value for the importer; an absent value is an empty field."""
    if value is None:
        return ""
    if isinstance(value, list):
        return _cell(_DIVIDER.join(map(str, value)))
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return repr(value)
