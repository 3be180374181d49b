"""A table of nodes and one of edges: CSV as Gephi imports it, and Parquet.

CSV names its first columns as Gephi does (Id, Label; Source, Target, Type, Weight);
Parquet as networkx does (`nx.from_pandas_edgelist` finds source and target by itself).
What is not known is an empty cell in CSV, and null in Parquet.
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
    of_nodes, of_edges = files
    _write_csv(of_nodes, ("Id", *nodes), _nodes(graph, nodes))
    _write_csv(
        of_edges,
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
    of_nodes, of_edges = files
    _write_parquet(of_nodes, {"Id": str, **nodes}, _nodes(graph, nodes))
    _write_parquet(
        of_edges, {"Source": str, "Target": str, **edges}, _edges(graph, edges)
    )


def need_parquet() -> ModuleType:
    """The library that writes Parquet.

    Raises:
        NoParquetError: It is missing.
    """
    try:
        import pyarrow.parquet  # noqa: PLC0415  an extra, and slow to import
    except ImportError as error:
        raise NoParquetError("Parquet needs pyarrow, which is not installed") from error
    return pyarrow  # type: ignore[no-any-return]


def _nodes(graph: ArtistGraph, columns: Columns) -> Iterator[Mapping[str, Value]]:
    for node, its in graph.nodes(data=True):
        yield {"Id": node, **values(its, columns)}


def _edges(graph: ArtistGraph, columns: Columns) -> Iterator[Mapping[str, Value]]:
    for start, end, its in graph.edges(data=True):
        yield {"Source": start, "Target": end, **values(its, columns)}


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
    pyarrow: Any = need_parquet()
    types = {str: "string", int: "int64", float: "float64", bool: "bool_"}
    schema = pyarrow.schema(
        [(name.lower(), getattr(pyarrow, types[k])()) for name, k in columns.items()]
    )
    kept = [{name.lower(): value for name, value in row.items()} for row in rows]
    table = pyarrow.Table.from_pylist(kept, schema=schema)
    pyarrow.parquet.write_table(table, file)
