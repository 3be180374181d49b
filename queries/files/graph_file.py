"""A graph as the files of one format, put in place when they are whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.transfer.atomic_files import (
    folder_in_place,
    os_errors_as_graph_errors,
    put_in_place,
)
from graph.views.artists import ArtistGraph
from queries.files.columns import Columns, edge_columns, node_columns
from queries.files.table_files import need_parquet, write_csv, write_parquet
from queries.files.xml_files import write_gexf, write_graphml
from queries.groups import Groups, groups_of

FOLDERS = (".csv", ".parquet")
SUFFIXES = (".graphml", ".gexf", *FOLDERS)


@dataclass(frozen=True, slots=True)
class GraphFile:
    """Where a graph goes, in the format that the suffix names, and what is os_errors_as_graph_errors of it.

    Attributes:
        path: A file; with a suffix of `FOLDERS` a folder for nodes and edges.
        kinds: Of nodes: "artist", and where wanted "genre" and "track".
        times: Whether edges say when they were seen.
    """

    path: Path
    kinds: tuple[str, ...] = ("artist",)
    times: bool = True

    @property
    def suffix(self) -> str:
        """The format's."""
        return self.path.suffix.lower()

    @property
    def columns(self) -> tuple[Columns, Columns]:
        """What it says of nodes and of edges."""
        return node_columns(self.kinds), edge_columns(self.kinds, times=self.times)

    @contextmanager
    def opened(self) -> Iterator[tuple[Path, ...]]:
        """The parts to give to `write`; open them before a long reading.

        Raises:
            NoParquetError: pyarrow is missing.
            BadGraphFileError: Nothing can be written there.
        """
        if self.suffix == ".parquet":
            need_parquet()
        with self._in_place() as parts:
            yield parts

    @contextmanager
    def _in_place(self) -> Iterator[tuple[Path, ...]]:
        if self.suffix not in FOLDERS:
            with put_in_place(self.path) as parts:
                yield parts
            return
        names = tuple(f"{table}{self.suffix}" for table in ("nodes", "edges"))
        with folder_in_place(self.path, names) as parts:
            yield parts

    def write(
        self, parts: tuple[Path, ...], graph: ArtistGraph, *, seed: int = 2026
    ) -> None:
        """Write a graph whose nodes and edges have a `kind`; see `graph.views.kinds`.

        Raises:
            BadGraphFileError: It cannot be written.
        """
        groups = groups_of(graph)
        if groups.kind == "genre":
            graph = _with_genre(graph, groups)
        with os_errors_as_graph_errors(self.path):
            if self.suffix == ".graphml":
                write_graphml(parts[0], graph, *self.columns)
            elif self.suffix == ".gexf":
                self._write_gexf(parts[0], graph, groups, seed)
            elif self.suffix == ".csv":
                write_csv((parts[0], parts[1]), graph, *self.columns)
            else:
                write_parquet((parts[0], parts[1]), graph, *self.columns)

    def _write_gexf(
        self, part: Path, graph: ArtistGraph, groups: Groups, seed: int
    ) -> None:
        from queries.layout import positions  # noqa: PLC0415  it brings scipy

        write_gexf(
            part,
            graph,
            *self.columns,
            positions=positions(graph, seed=seed),
            colours=groups.colours(),
        )


def _with_genre(graph: ArtistGraph, groups: Groups) -> ArtistGraph:
    """The same graph, with the genre of each artist by which it is coloured."""
    copy: ArtistGraph = graph.copy()
    for node, genre in groups.of.items():
        copy.nodes[node]["common_genre"] = genre
    return copy
