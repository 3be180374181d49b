"""The result of an analysis: tables to print, figures to draw, method and source.

These are plain values. `crawler/console/analyses.py` prints the tables and
`crawler/reports/figures.py` draws the figures. The functions at the end round and format
the numbers in them.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title. CSV and JSON lines hold the first table of an analysis."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart with one bar per name, drawn from top to bottom.

    Attributes:
        value: The label of the value axis.
    """

    title: str
    value: str
    names: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A scatter plot.

    Attributes:
        x: The label of the x axis.
        y: The label of the y axis.
        series: (name, x values, y values) of each series.
    """

    title: str
    x: str
    y: str
    series: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True, slots=True)
class Matrix:
    """A heat map: a number for each pair of a start (row) and an end (column)."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


Figure: TypeAlias = Bars | Points | Matrix


@dataclass(frozen=True, slots=True)
class Analysis:
    """The result of one analysis.

    Attributes:
        name: The name on the command line.
        question: The question it answers, in one sentence.
        method: How it answers, with parameters and seed, in one or two sentences.
        source: The paper or book that describes the method.
        tables: At least one.
        notes: What a reader must know to interpret the numbers, one sentence or more
            each.
        figures: `--plot` draws the first.
    """

    name: str
    question: str
    method: str
    source: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()


def significant(value: float, digits: int = 4) -> float | None:
    """Round to significant digits; None where the value is infinite or not a number."""
    if not math.isfinite(value):
        return None
    return float(f"{value:.{digits}g}")


def share(part: float, whole: float) -> float | None:
    """`part / whole` with four significant digits; None where `whole` is 0."""
    return significant(part / whole) if whole else None


def percent(part: float, whole: float) -> str:
    """Format `part / whole` as a percentage; "0 %" where `whole` is 0.

    >>> percent(1, 8), percent(1, 3000), percent(2999, 3000), percent(0, 0)
    ('12 %', '0.03 %', '99.97 %', '0 %')
    """
    value = 100 * part / whole if whole else 0.0
    rest = 100 - value
    if 0 < value < 1:
        return f"{value:.1g} %"
    return f"{100 - float(f'{rest:.1g}'):g} %" if 0 < rest < 1 else f"{value:.0f} %"
