"""What an analysis gives back: tables to print, figures to draw, and where it comes from.

Values only: `crawler/reports/figures.py` draws the figures, `crawler/console/output.py` writes the tables.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title. The first table of an analysis is the one a pipe gets."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """One bar per name, drawn top to bottom."""

    title: str
    value: str
    names: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """Points in a plane; `series` are (name, x values, y values)."""

    title: str
    x: str
    y: str
    series: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """A number for each pair of names; rows name the start, columns the end."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


Figure: TypeAlias = Bars | Points | Matrix


@dataclass(frozen=True, slots=True)
class Analysis:
    """The outcome of one analysis.

    Attributes:
        name: As on the command line.
        question: What it answers, in one sentence.
        method: How, with its parameters and the seed, in one or two sentences.
        source: The paper or book the method is from.
        tables: At least one.
        notes: What a reader must know to read the numbers right, a sentence each.
        figures: The first is what `--plot` draws.
    """

    name: str
    question: str
    method: str
    source: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
