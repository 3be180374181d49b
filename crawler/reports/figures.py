"""Figures of analyses as PNG or SVG. The only file that imports matplotlib.

The colours of Okabe & Ito (2008) are distinct for people with any colour vision; in a
matrix, the lightness of the cells alone shows the order of the numbers.
"""

import importlib.util
import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from crawler.errors import FigureError
from crawler.text import visible
from queries.analysis.result import Bars, Figure, Matrix, Points

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure as Canvas

SUFFIXES = (".png", ".svg")
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442")
MARKERS = "osD^vPX"
# Lines and text in a picture on a page take the colour of the page: see `svg_of`.
_INK = "#010203"
_GRID, _CELL_LINE = "#cccccc", "#88888855"
# Cells of a larger matrix are too small to hold their numbers.
MAX_NUMBERED_CELLS = 225
MAX_NAME_LENGTH = 44
# On an axis below this ratio, 2s and 5s are labelled besides powers of ten.
SHORT_LOG_RANGE = 1_000
HOW_TO_DRAW = (
    'Run `pip install ".[plot]"` in the checkout, or, if pipx installed genregraph, '
    "`pipx inject genregraph matplotlib`."
)
# Cells above this share of the largest number are dark.
DARK_FROM = 0.55


def check_file(path: Path, suffixes: Sequence[str]) -> None:
    """Check before a long computation that a file can be written to `path`.

    Raises:
        FigureError: The suffix is not one of `suffixes`, or the folder does not exist.
    """
    if path.suffix.lower() not in suffixes:
        allowed = " or ".join(suffixes)
        raise FigureError(
            f"{path} does not end in {allowed}",
            hint=f"Use a file name ending in {allowed}.",
        )
    if not path.parent.is_dir():
        raise FigureError(
            f"there is no folder {path.parent} to put {path.name} into",
            hint="Create it first, or name another one.",
        )
    if path.is_dir():
        raise FigureError(f"{path} is a folder", hint="Name a file.")


def check_picture(path: Path) -> None:
    """Check before a long computation that a picture can be written to `path`.

    Raises:
        FigureError: See `check_file`, or matplotlib is not installed.
    """
    check_file(path, SUFFIXES)
    if not can_draw():
        raise FigureError(
            "pictures need matplotlib, which is not installed",
            hint=HOW_TO_DRAW,
        )


def can_draw() -> bool:
    """Whether matplotlib is installed."""
    return importlib.util.find_spec("matplotlib") is not None


def draw(figure: Figure, path: Path, *, source: str) -> None:
    """Write a figure as PNG or SVG, by the suffix; an existing file is replaced.

    The same figure gives the same bytes.

    Args:
        figure: The figure to draw.
        path: A path that passes `check_picture`.
        source: A line under the figure: the graph, the time and the program.
    """
    kind = path.suffix.lower().removeprefix(".")
    with _style():
        path.write_bytes(_bytes_of(_draw(figure, source), kind))


def svg_of(figure: Figure) -> str:
    """Render a figure as an <svg> element; its text takes the colour of the page."""
    with _style(ink=_INK):
        text = _bytes_of(_draw(figure, ""), "svg", transparent=True).decode()
    element = text[text.index("<svg") :].replace(_INK, "currentColor").strip()
    used = set(re.findall(r"#([\w.-]+)", element))
    # A page holds several pictures, and an id must be unique on a page.
    return re.sub(
        r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", element
    )


@contextmanager
def _style(ink: str = "#222222") -> Iterator[None]:
    import matplotlib as mpl  # noqa: PLC0415  an extra, and slow to import

    settings: dict[Any, Any] = {
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 12,
        "axes.titlelocation": "left",
        "svg.fonttype": "none",
        "svg.hashsalt": "genregraph",
        # A name such as A$AP & Ke$ha is not a formula.
        "text.parse_math": False,
        **dict.fromkeys(
            ("text.color", "axes.labelcolor", "axes.edgecolor", "axes.titlecolor"), ink
        ),
        **dict.fromkeys(("xtick.color", "ytick.color"), ink),
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        # Names in any script: a font without their glyphs draws boxes.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def _bytes_of(canvas: "Canvas", kind: str, *, transparent: bool = False) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  keeps --help fast

    FigureCanvasAgg(canvas)
    written = io.BytesIO()
    canvas.savefig(
        written,
        format=kind,
        dpi=160,
        bbox_inches="tight",
        transparent=transparent,
        metadata={"Date": None} if kind == "svg" else {"Software": "genregraph"},
    )
    return written.getvalue()


def _draw(figure: Figure, source: str) -> "Canvas":
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415  keeps --help fast

    canvas = Canvas(figsize=_size(figure), layout="constrained")
    axes = canvas.add_subplot()
    axes.set_title(visible(figure.title), pad=12)
    _DRAWERS[type(figure)](axes, figure)
    if source:
        canvas.text(0.0, -0.02, visible(source), fontsize=8, va="top", color="#666666")
    return canvas


def _size(figure: Figure) -> tuple[float, float]:
    """Size in inches: as high as the bars or cells need, within limits."""
    if isinstance(figure, Bars):
        return 8.0, 1.4 + 0.27 * min(max(len(figure.names), 3), 60)
    if isinstance(figure, Matrix):
        return (
            min(3.4 + 0.55 * len(figure.columns), 14),
            min(2.2 + 0.42 * len(figure.rows), 14),
        )
    return 8.0, 4.8


def _bars(axes: "Axes", figure: Figure) -> None:
    bars = cast("Bars", figure)
    places = range(len(bars.names))
    axes.barh(places, bars.values, color=COLOURS[0], height=0.72)
    axes.set_yticks(places, [_short(name) for name in bars.names])
    axes.margins(y=0.02)
    axes.invert_yaxis()
    axes.set_xlabel(bars.value)
    axes.tick_params(axis="y", length=0)
    _grid(axes, "x")


def _points(axes: "Axes", figure: Figure) -> None:
    points = cast("Points", figure)
    for place, (name, x, y) in enumerate(points.series):
        colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
        axes.plot(x, y, marker, color=colour, ms=4, alpha=0.75, label=_short(name))
    axes.set_xlabel(points.x)
    axes.set_ylabel(points.y)
    if points.log_x:
        axes.set_xscale("log")
        _plain_powers(axes.xaxis)
    if points.log_y:
        axes.set_yscale("log")
        _plain_powers(axes.yaxis)
    if len(points.series) > 1:
        axes.legend(frameon=False)
    _grid(axes, "both")


def _plain_powers(axis: "Axis") -> None:
    """Label powers of ten as plain numbers; on a short axis also 2s and 5s."""
    from matplotlib.ticker import LogLocator  # noqa: PLC0415  keeps --help fast

    low, high = axis.get_view_interval()
    between = (1, 2, 5) if high < SHORT_LOG_RANGE * low else (1,)
    axis.set_major_locator(LogLocator(subs=between))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter("")


def _matrix(axes: "Axes", figure: Figure) -> None:
    from matplotlib import colors  # noqa: PLC0415  keeps --help fast

    matrix = cast("Matrix", figure)
    largest = max((abs(one) for row in matrix.values for one in row), default=0) or 1
    below = any(one < 0 for row in matrix.values for one in row)
    cells = axes.pcolormesh(
        [[one or nan for one in row] for row in matrix.values],  # 0 is left blank
        cmap="PuOr_r" if below else "YlGnBu",
        norm=colors.Normalize(-largest if below else 0, largest),
        edgecolors=_CELL_LINE,
        linewidth=0.5,
    )
    axes.set_xticks([n + 0.5 for n in range(len(matrix.columns))])
    axes.set_xticklabels([_short(n) for n in matrix.columns], rotation=40, ha="right")
    axes.set_yticks([n + 0.5 for n in range(len(matrix.rows))])
    axes.set_yticklabels([_short(name) for name in matrix.rows])
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if len(matrix.rows) * len(matrix.columns) <= MAX_NUMBERED_CELLS:
        _numbers(axes, matrix, largest)
    else:
        axes.figure.colorbar(cells, ax=axes, shrink=0.7)


def _numbers(axes: "Axes", matrix: Matrix, largest: float) -> None:
    """Write the number into each cell that is not 0, dark on light or light on dark."""
    written = "{:.2f}" if largest <= 1 else "{:.3g}"
    for row, values in enumerate(matrix.values):
        for column, value in enumerate(values):
            place = (column + 0.5, row + 0.5)
            ink = "#ffffff" if abs(value) > DARK_FROM * largest else "#111111"
            text = written.format(value) if value else ""
            axes.text(*place, text, color=ink, ha="center", va="center", size=8)


def _grid(axes: "Axes", axis: Literal["both", "x", "y"]) -> None:
    axes.grid(axis=axis, color=_GRID, lw=0.5, alpha=0.6)
    axes.set_axisbelow(True)


def _short(name: str) -> str:
    shown = visible(name)
    return (
        shown if len(shown) <= MAX_NAME_LENGTH else shown[: MAX_NAME_LENGTH - 1] + "…"
    )


_Drawing: TypeAlias = "Callable[[Axes, Figure], None]"
_DRAWERS: dict[type, _Drawing] = {Bars: _bars, Points: _points, Matrix: _matrix}
