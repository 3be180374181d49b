"""What `verify` finds, and what it has read of a data set to find it in."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

ManifestRow: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong: which check, in which file, and how."""

    check: str
    file: str
    what: str


@dataclass(frozen=True, slots=True)
class DatasetFiles:
    """The files of a folder that tell of its clips, as read."""

    out: Path
    rows: tuple[ManifestRow, ...]
    columns: tuple[str, ...]
    lock: Mapping[str, object]

    @property
    def clip_names(self) -> frozenset[str]:
        """The files of the clips, seen from the folder of the data set."""
        return frozenset(row.get("file_name", "") for row in self.rows)

    @property
    def splits(self) -> tuple[str, ...]:
        """The folders of the splits that have a clip, sorted."""
        return tuple(sorted({name.partition("/")[0] for name in self.clip_names}))


def read_table(text: str) -> tuple[tuple[str, ...], tuple[ManifestRow, ...]]:
    """The columns and the rows of a CSV file."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
    rows = tuple(reader)
    return tuple(reader.fieldnames or ()), rows
