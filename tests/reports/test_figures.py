"""Figures are drawn as PNG and SVG with any names, or a sentence explains why not."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

from crawler.errors import FigureError
from crawler.reports.figures import check_picture, draw, svg_of
from queries.analysis.result import Bars, Matrix, Points

NAMES = (
    "A$AP & Ke$ha",
    "<script>alert(1)</script>",
    "ไบร์ท วชิรวิชญ์",
    "東京事変",
    "\x1b[2J" + "x" * 90,
)
FIGURES = {
    "bars": Bars("Who?", "artists", NAMES, (5.0, 4.0, 3.0, 2.0, 1.0)),
    "no bars": Bars("Nobody", "artists", (), ()),
    "points": Points(
        "Degrees",
        "k",
        "share",
        (("in", (1.0, 10.0), (1.0, 0.01)), ("out", (2.0,), (0.5,))),
        log_x=True,
        log_y=True,
    ),
    "matrix": Matrix("Pairs", NAMES[:2], ("pop", "rap"), ((0.0, 2.0), (1.5, 0.0))),
    "below": Matrix("z", ("a",), ("pop", "rap"), ((-3.0, 2.0),)),
    "big": Matrix(
        "Many",
        tuple(map(str, range(20))),
        tuple(map(str, range(20))),
        ((1.0,) * 20,) * 20,
    ),
    "empty": Matrix("Nothing", ("a",), ("b",), ((0.0,),)),
}


@pytest.mark.parametrize("name", FIGURES)
def test_each_kind_of_figure_is_drawn_as_svg(name, tmp_path):
    draw(FIGURES[name], tmp_path / "one.svg", source="a graph: 5 artists")
    text = " ".join(ET.parse(tmp_path / "one.svg").getroot().itertext())
    assert FIGURES[name].title in text
    assert "a graph: 5 artists" in text
    assert "mathdefault" not in text


def test_same_figure_gives_same_bytes(tmp_path):
    for file in ("one.svg", "two.svg"):
        draw(FIGURES["matrix"], tmp_path / file, source="")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_png_suffix_in_upper_case(tmp_path):
    draw(FIGURES["bars"], tmp_path / "x.PNG", source="")
    assert (tmp_path / "x.PNG").read_bytes().startswith(b"\x89PNG\r\n")


def test_names_are_escaped_in_figures():
    picture = svg_of(FIGURES["bars"])
    assert "<script" not in picture
    words = "".join(ET.fromstring(picture).itertext())
    assert "A$AP & Ke$ha" in words
    assert "東京事変" in words
    assert "\x1b" not in picture


def test_inline_svg_uses_page_colour_and_unique_ids():
    first, second = svg_of(FIGURES["bars"]), svg_of(FIGURES["matrix"])
    assert first.startswith("<svg")
    assert "currentColor" in first
    assert 'id="figure_1"' not in first + second


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x.pdf", "does not end in .png or .svg"),
        ("x", "does not end in .png or .svg"),
        ("gone/x.png", "there is no folder"),
        ("folder.svg", "is a folder"),
    ],
)
def test_unusable_picture_path(name, words, tmp_path):
    (tmp_path / "folder.svg").mkdir()
    with pytest.raises(FigureError, match=words) as caught:
        check_picture(tmp_path / name)
    assert caught.value.hint


def test_missing_matplotlib_hints_at_installation(tmp_path):
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from pathlib import Path\n"
        "from crawler.reports.figures import check_picture\n"
        "from crawler.errors import FigureError\n"
        "try:\n    check_picture(Path('x.png'))\n"
        "except FigureError as error:\n    print(error, error.hint)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert "matplotlib, which is not installed" in ended.stdout
    assert '`pip install ".[plot]"`' in ended.stdout
    assert "`pipx inject genregraph matplotlib`" in ended.stdout
