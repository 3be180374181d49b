"""Writes rows to stdout as a table, JSON, JSON lines or CSV: the only writer to stdout."""

import csv
import json
import math
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TextIO

from crawler.text import visible

Row = Sequence[object]


class Format(StrEnum):
    """The format of rows; a table is for people, the others are for programs."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def default_format(stream: TextIO | None = None) -> Format:
    """A table on a terminal, CSV in a pipe or a file."""
    return Format.TABLE if (stream or sys.stdout).isatty() else Format.CSV


def emit(
    columns: Sequence[str],
    rows: Iterable[Row],
    format: Format | None = None,
    stream: TextIO | None = None,
) -> None:
    """Write rows, each with one value per column.

    Every format but the table is written row by row. In a CSV or a table, lists and
    mappings are JSON text, times are ISO 8601, and None is empty. JSON follows the
    standard: NaN and infinite numbers are null. If the reader closes the pipe early,
    the writing ends silently.
    """
    stream = stream or sys.stdout
    write = _WRITERS[format or default_format(stream)]
    try:
        write(columns, rows, stream)
        stream.flush()
    except BrokenPipeError:
        _discard_rest(stream)


def emit_value(value: object, stream: TextIO | None = None) -> None:
    """Write one value as a line of JSON."""
    emit_text(_json(value), stream)


def emit_text(text: str, stream: TextIO | None = None) -> None:
    """Write text as it is, with a newline at its end."""
    stream = stream or sys.stdout
    try:
        stream.write(text if text.endswith("\n") else text + "\n")
        stream.flush()
    except BrokenPipeError:
        _discard_rest(stream)


def _discard_rest(stream: TextIO) -> None:
    # Whatever is still buffered would raise again when Python closes the stream.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _write_csv(columns: Sequence[str], rows: Iterable[Row], stream: TextIO) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(value) for value in row])


def _write_jsonl(columns: Sequence[str], rows: Iterable[Row], stream: TextIO) -> None:
    stream.writelines(
        _json(dict(zip(columns, row, strict=True))) + "\n" for row in rows
    )


def _write_json(columns: Sequence[str], rows: Iterable[Row], stream: TextIO) -> None:
    before = "["
    for row in rows:
        stream.write(before + _json(dict(zip(columns, row, strict=True))))
        before = ",\n "
    stream.write("]\n" if before != "[" else "[]\n")


def _write_table(columns: Sequence[str], rows: Iterable[Row], stream: TextIO) -> None:
    from rich.console import Console  # noqa: PLC0415  keeps --help quick
    from rich.table import Table  # noqa: PLC0415  keeps --help quick
    from rich.text import Text  # noqa: PLC0415  keeps --help quick

    lines = [list(row) for row in rows]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        numbers = bool(lines) and all(_is_number(line[place]) for line in lines)
        table.add_column(Text(column), justify="right" if numbers else "left")
    for line in lines:
        table.add_row(*(Text(visible(_text(value))) for value in line))
    # A pipe has no width: nothing is truncated there.
    width = None if stream.isatty() else 10_000
    console = Console(
        file=stream, markup=False, emoji=False, highlight=False, width=width
    )
    with console.capture() as captured:
        console.print(table)
    # Not by rich itself, which ends the whole program if the pipe's reader has left.
    stream.write(captured.get())


_WRITERS = {
    Format.TABLE: _write_table,
    Format.JSON: _write_json,
    Format.JSONL: _write_jsonl,
    Format.CSV: _write_csv,
}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: object) -> str:
    """One value as text for a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return _json(value)


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), ensure_ascii=False, default=_plain)


def _finite(value: object) -> object:
    """The value with None in place of each number that JSON cannot write."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return value


def _plain(value: object) -> object:
    """Convert what `json` cannot write: times, sets, mappings, the driver's own times."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    iso_format = getattr(value, "isoformat", None) or getattr(value, "iso_format", None)
    return iso_format() if iso_format is not None else str(value)
