"""A graph as a file or folder in one format, put in place when it is complete."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graph.files import graph_file_errors, replace_files, replace_files_in
from graph.views.artists import ArtistGraph
from queries.colours import ColourGroups, colour_groups
from queries.files.columns import Columns, edge_columns, node_columns
from queries.files.table_files import require_pyarrow, write_csv, write_parquet
from queries.files.xml_files import write_gexf, write_graphml

FOLDERS = (".csv", ".parquet")
SUFFIXES = (".graphml", ".gexf", *FOLDERS)


@dataclass(frozen=True, slots=True)
class GraphFile:
    """Where to write a graph, in which format, and with which columns.

    Attributes:
        path: A file whose suffix names the format; with a suffix of `FOLDERS`, a folder
            for one file of nodes and one of edges.
        kinds: The kinds of nodes: "artist", and optionally "genre" and "track".
        times: Whether edges have the columns of `TIME_COLUMNS`.
    """

    path: Path
    kinds: tuple[str, ...] = ("artist",)
    times: bool = True

    @property
    def suffix(self) -> str:
        """The suffix that names the format."""
        return self.path.suffix.lower()

    @property
    def columns(self) -> tuple[Columns, Columns]:
        """The columns of nodes and of edges."""
        return node_columns(self.kinds), edge_columns(self.kinds, times=self.times)

    @contextmanager
    def opened(self) -> Iterator[tuple[Path, ...]]:
        """Open the temporary files for `write`; they replace the target on success.

        Open them before a long read, so that an unwritable target fails early.

        Raises:
            NoParquetError: pyarrow is missing.
            BadGraphFileError: The target is not writable.
        """
        if self.suffix == ".parquet":
            require_pyarrow()
        if self.suffix in FOLDERS:
            names = tuple(f"{table}{self.suffix}" for table in ("nodes", "edges"))
            replaced = replace_files_in(self.path, names)
        else:
            replaced = replace_files(self.path)
        with graph_file_errors(self.path), replaced as parts:
            yield parts

    def write(
        self, parts: tuple[Path, ...], graph: ArtistGraph, *, seed: int = 2026
    ) -> None:
        """Write a graph whose nodes and edges have a `kind`; see `graph.views.kinds`.

        Args:
            parts: What `opened` yields.
            graph: The graph.
            seed: Of the layout, in formats that have one.

        Raises:
            BadGraphFileError: It cannot be written.
        """
        groups = colour_groups(graph)
        if groups.by == "genre":
            graph = _with_genre(graph, groups)
        with graph_file_errors(self.path):
            if self.suffix == ".graphml":
                write_graphml(parts[0], graph, *self.columns)
            elif self.suffix == ".gexf":
                self._write_gexf(parts[0], graph, groups, seed)
            elif self.suffix == ".csv":
                write_csv((parts[0], parts[1]), graph, *self.columns)
            else:
                write_parquet((parts[0], parts[1]), graph, *self.columns)

    def _write_gexf(
        self, part: Path, graph: ArtistGraph, groups: ColourGroups, seed: int
    ) -> None:
        from queries.layout import positions  # noqa: PLC0415  it imports scipy

        write_gexf(
            part,
            graph,
            *self.columns,
            positions=positions(graph, seed=seed),
            colours=groups.colours(),
        )


def _with_genre(graph: ArtistGraph, groups: ColourGroups) -> ArtistGraph:
    """A copy of the graph with the genre that colours each artist."""
    copy: ArtistGraph = graph.copy()
    for node, genre in groups.group_of.items():
        copy.nodes[node]["common_genre"] = genre
    return copy
