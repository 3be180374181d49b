"""Prints an analysis: its tables to stdout, its notes to the progress."""

from collections.abc import Iterator

from crawler.console.output import Format, default_format, emit, emit_text, emit_value
from crawler.console.progress import Progress
from queries.analysis.result import Analysis, Table

# The rows of each table that are shown on a terminal; `--limit 0` shows all.
DEFAULT_ROWS = 20


def emit_analysis(
    analysis: Analysis, chosen: Format | None, limit: int | None, progress: Progress
) -> None:
    """Write the tables to stdout, and question, notes, method and source to stderr.

    As a table: all tables with their titles, at most `DEFAULT_ROWS` rows each unless
    `limit` is given. As CSV or JSON lines: the rows of the first table. As JSON: one
    object with everything in the analysis. A `limit` of 0 means no limit.
    """
    written_as = chosen or default_format()
    if limit is None:
        limit = DEFAULT_ROWS if written_as is Format.TABLE else 0
    progress.say(analysis.question)
    if written_as is Format.JSON:
        emit_value(as_values(analysis, limit))
    elif written_as is Format.TABLE:
        _emit_tables(analysis, limit)
    else:
        first = analysis.tables[0]
        emit(first.columns, _cut(first, limit), written_as)
    for sentence in _notes(analysis, written_as, limit):
        progress.say(sentence)


def as_values(analysis: Analysis, limit: int = 0) -> dict[str, object]:
    """A whole analysis as plain values, ready for JSON."""
    return {
        "name": analysis.name,
        "question": analysis.question,
        "method": analysis.method,
        "source": analysis.source,
        "notes": list(analysis.notes),
        "tables": [
            {
                "title": table.title,
                "rows": [
                    dict(zip(table.columns, row, strict=True))
                    for row in _cut(table, limit)
                ],
            }
            for table in analysis.tables
        ],
    }


def _emit_tables(analysis: Analysis, limit: int) -> None:
    for number, table in enumerate(analysis.tables):
        emit_text(("\n" if number else "") + table.title)
        emit(table.columns, _cut(table, limit), Format.TABLE)


def _cut(table: Table, limit: int) -> tuple[tuple[object, ...], ...]:
    return table.rows[:limit] if limit else table.rows


def _notes(analysis: Analysis, written_as: Format, limit: int) -> Iterator[str]:
    yield from _notes_on_missing(analysis, written_as, limit)
    for note in analysis.notes:
        yield f"note: {note}"
    yield f"method: {analysis.method}"
    yield f"source: {analysis.source}"


def _notes_on_missing(
    analysis: Analysis, written_as: Format, limit: int
) -> Iterator[str]:
    """What was not written to stdout."""
    first, *others = analysis.tables
    if others and written_as in (Format.CSV, Format.JSONL):
        titles = "; ".join(table.title for table in others)
        yield f"not written: {titles} (--format json has all)"
    for table in analysis.tables if written_as is Format.TABLE else (first,):
        if limit and len(table.rows) > limit:
            yield f"{table.title}: {limit} of {len(table.rows)} rows (--limit 0 for all)"
