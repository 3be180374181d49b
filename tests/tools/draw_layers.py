"""Draw the layers of the code from its imports: `make layers`.

A box stands for a folder of modules; modules that share their folder with other folders
have boxes of their own. A box lies one floor above the highest box of its package that
it imports, so every import leads downwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

import grimp
import networkx as nx

from tests.support.project import ROOT

PICTURE = ROOT / "docs" / "pictures" / "layers.svg"

# The bands of the picture from the top, and their colours.
BANDS = {
    "crawler": "#fde8d0",
    "crawler.standin": "#f3e3f5",
    "queries": "#dcebfa",
    "graph": "#dff2df",
}
ROOT_PACKAGES = ("crawler", "queries", "graph")

WIDTH, MARGIN, NAME = 1000, 8, 136
HEIGHT_OF_BOX, PADDING, GAP = 24, 8, 8
CHARACTER = 7.0  # the mean width of a character, in pixels


def import_graph() -> "nx.DiGraph[str]":
    """Which folder or single module imports which, by dotted names."""
    code = grimp.build_graph(*ROOT_PACKAGES, cache_dir=None)
    folders = {one for one in code.modules if code.find_children(one)}
    holders = {parent_of(one) for one in folders}

    def unit(module: str) -> str:
        folder = module if module in folders else parent_of(module)
        return module if folder in holders else folder

    units: nx.DiGraph[str] = nx.DiGraph()
    for module in code.modules - holders:
        units.add_node(unit(module))
        for imported in code.find_modules_directly_imported_by(module):
            if unit(imported) != unit(module):
                units.add_edge(unit(module), unit(imported))
    return units


def parent_of(module: str) -> str:
    return module.rpartition(".")[0]


def band_of(unit: str) -> str:
    """The band with the longest name that a unit belongs to."""
    return max((band for band in BANDS if f"{unit}.".startswith(f"{band}.")), key=len)


def floors(units: "nx.DiGraph[str]") -> dict[str, list[list[str]]]:
    """The units of each band by floor, the highest first.

    Units that import each other in a ring lie on one floor.
    """
    found: dict[str, list[list[str]]] = {}
    for band in BANDS:
        own = units.subgraph(one for one in units if band_of(one) == band)
        rings = nx.condensation(own)
        height: dict[int, int] = {}
        rows: dict[int, list[str]] = defaultdict(list)
        for ring in reversed(list(nx.topological_sort(rings))):
            height[ring] = 1 + max((height[one] for one in rings[ring]), default=-1)
            rows[height[ring]] += rings.nodes[ring]["members"]
        found[band] = [
            sorted(label(one, band) for one in rows[floor])
            for floor in sorted(rows, reverse=True)
        ]
    return found


def label(unit: str, band: str) -> str:
    """The path of a unit within its band."""
    path = unit.removeprefix(band).removeprefix(".").replace(".", "/")
    is_folder = (ROOT / unit.replace(".", "/")).is_dir()
    return path if is_folder else f"{path}.py"


def drawn() -> str:
    """The picture as SVG: the same imports give the same text."""
    shapes: list[str] = []
    top = MARGIN
    for band, rows in floors(import_graph()).items():
        lines = [line for row in rows for line in (*broken(row), [])][:-1]
        inside, bottom = [], top + GAP
        for line in lines:
            inside += boxes(line, bottom)
            bottom += HEIGHT_OF_BOX + GAP // 2 if line else GAP
        bottom += GAP // 2
        size = f'width="{WIDTH - 2 * MARGIN}" height="{bottom - top}"'
        shapes += [
            f'<rect x="{MARGIN}" y="{top}" {size} rx="6" fill="{BANDS[band]}"/>',
            f'<text x="{2 * MARGIN}" y="{top + GAP + 17}" font-weight="bold">{band}</text>',
            *inside,
        ]
        top = bottom + GAP
    size = f'width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}"'
    font = 'font-family="sans-serif" font-size="13"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>',
            "<title>The layers of genregraph: every import leads downwards</title>",
            '<rect width="100%" height="100%" fill="white"/>',
            *shapes,
            "</svg>\n",
        ]
    )


def broken(row: Iterable[str]) -> Iterator[list[str]]:
    """One floor in as many lines of boxes as the width requires."""
    line: list[str] = []
    used = 0.0
    for word in row:
        if line and used + width_of(word) > WIDTH - NAME - 3 * MARGIN:
            yield line
            line, used = [], 0.0
        line.append(word)
        used += width_of(word) + GAP
    yield line


def width_of(word: str) -> int:
    return round(len(word) * CHARACTER) + 2 * PADDING


def boxes(words: Iterable[str], top: int) -> list[str]:
    """Boxes side by side, each with its word in the middle."""
    shapes: list[str] = []
    left = MARGIN + NAME
    for word in words:
        wide = width_of(word)
        box = f'x="{left}" y="{top}" width="{wide}" height="{HEIGHT_OF_BOX}"'
        place = f'x="{left + wide / 2:g}" y="{top + 16}" text-anchor="middle"'
        shapes += [
            f'<rect {box} rx="3" fill="white" stroke="#888"/>',
            f"<text {place}>{escape(word)}</text>",
        ]
        left += wide + GAP
    return shapes


def main() -> None:
    """Write the picture."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(drawn(), encoding="utf-8")


if __name__ == "__main__":
    main()
