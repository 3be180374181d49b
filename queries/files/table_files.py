"""A table of nodes and a table of edges, as CSV for Gephi or as Parquet.

CSV names its first columns as Gephi does (Id, Label; Source, Target, Type, Weight);
Parquet as networkx does (`nx.from_pandas_edgelist` finds source and target by itself).
An unknown value is an empty cell in CSV and null in Parquet.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from graph.views.artists import ArtistGraph
from queries.errors import NoParquetError
from queries.files.columns import Columns, Value, values

_GEPHI = {"label": "Label", "weight": "Weight"}


def write_csv(
    files: tuple[Path, Path], graph: ArtistGraph, nodes: Columns, edges: Columns
) -> None:
    """Write a graph's nodes into the first file, and its edges into the second.

    Raises:
        OSError: A file cannot be written.
    """
    node_file, edge_file = files
    _write_csv(node_file, ("Id", *nodes), _nodes(graph, nodes))
    _write_csv(
        edge_file,
        ("Source", "Target", "Type", *edges),
        ({"Type": "Directed", **row} for row in _edges(graph, edges)),
    )


def write_parquet(
    files: tuple[Path, Path], graph: ArtistGraph, nodes: Columns, edges: Columns
) -> None:
    """Write a graph's nodes into the first file, and its edges into the second.

    Raises:
        NoParquetError: pyarrow is missing.
        OSError: A file cannot be written.
    """
    node_file, edge_file = files
    _write_parquet(node_file, {"Id": str, **nodes}, _nodes(graph, nodes))
    _write_parquet(
        edge_file, {"Source": str, "Target": str, **edges}, _edges(graph, edges)
    )


def require_pyarrow() -> ModuleType:
    """Import pyarrow, which writes Parquet.

    Raises:
        NoParquetError: It is missing.
    """
    try:
        import pyarrow.parquet  # noqa: PLC0415  an extra, and slow to import
    except ImportError as error:
        raise NoParquetError("Parquet needs pyarrow, which is not installed") from error
    return pyarrow  # type: ignore[no-any-return]


def _nodes(graph: ArtistGraph, columns: Columns) -> Iterator[Mapping[str, Value]]:
    for node, data in graph.nodes(data=True):
        yield {"Id": node, **values(data, columns)}


def _edges(graph: ArtistGraph, columns: Columns) -> Iterator[Mapping[str, Value]]:
    for start, end, data in graph.edges(data=True):
        yield {"Source": start, "Target": end, **values(data, columns)}


def _write_csv(
    file: Path, columns: tuple[str, ...], rows: Iterator[Mapping[str, Value]]
) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(_GEPHI.get(name, name) for name in columns)
        lines.writerows([_cell(row.get(name)) for name in columns] for row in rows)


def _cell(value: Value | None) -> Value | None:
    return str(value).lower() if isinstance(value, bool) else value


def _write_parquet(
    file: Path, columns: Columns, rows: Iterator[Mapping[str, Value]]
) -> None:
    pyarrow: Any = require_pyarrow()
    types = {str: "string", int: "int64", float: "float64", bool: "bool_"}
    schema = pyarrow.schema(
        [(name.lower(), getattr(pyarrow, types[k])()) for name, k in columns.items()]
    )
    kept = [{name.lower(): value for name, value in row.items()} for row in rows]
    table = pyarrow.Table.from_pylist(kept, schema=schema)
    pyarrow.parquet.write_table(table, file)
