import csv
import io
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.console.output import Format, default_format, emit, emit_text
from crawler.text import visible

COLUMNS = ("id", "name", "genres", "share", "at")
ROWS = [
    (
        "deezer:1",
        'AC/DC, "live"',
        ["rock", "r&b"],
        0.5,
        datetime(2026, 1, 2, tzinfo=UTC),
    ),
    ("deezer:2", "Sigur Rós\nVæn", [], None, None),
]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def written(format, columns=COLUMNS, rows=ROWS, stream=None):
    stream = stream or io.StringIO()
    emit(columns, rows, format, stream)
    return stream.getvalue()


def test_a_csv_reader_reads_the_rows_back():
    lines = list(csv.reader(io.StringIO(written(Format.CSV), newline="")))
    assert lines == [
        list(COLUMNS),
        [
            "deezer:1",
            'AC/DC, "live"',
            '["rock", "r&b"]',
            "0.5",
            "2026-01-02T00:00:00+00:00",
        ],
        ["deezer:2", "Sigur Rós\nVæn", "[]", "", ""],
    ]
    assert "\r" not in written(Format.CSV)


def test_json_is_one_list_of_objects_and_keeps_types():
    first, second = json.loads(written(Format.JSON))
    assert first["genres"] == ["rock", "r&b"]
    assert first["at"] == "2026-01-02T00:00:00+00:00"
    assert second == {
        "id": "deezer:2",
        "name": "Sigur Rós\nVæn",
        "genres": [],
        "share": None,
        "at": None,
    }


def test_nan_and_infinity_are_null_in_json_and_kept_in_csv():
    rows = [(float("nan"), [float("inf"), 1.5], {"a": (float("-inf"),)})]
    objects = [{"a": None, "b": [None, 1.5], "c": {"a": [None]}}]
    for kind in (Format.JSON, Format.JSONL):
        said = written(kind, ("a", "b", "c"), rows)
        read = json.loads(said, parse_constant=pytest.fail)
        assert (read if kind is Format.JSON else [read]) == objects
    assert written(Format.CSV, ("a",), [(float("nan"),)]) == "a\nnan\n"


def test_json_lines_are_the_same_objects_one_per_line():
    lines = written(Format.JSONL).splitlines()
    assert [json.loads(line) for line in lines] == json.loads(written(Format.JSON))


@pytest.mark.parametrize("format", list(Format))
def test_no_rows_are_valid_output(format):
    said = written(format, rows=[])
    if format is Format.JSON:
        assert json.loads(said) == []
    else:
        assert said.count("deezer") == 0


@given(st.lists(st.tuples(st.text(), st.integers(), st.none() | st.booleans())))
def test_rows_survive_a_round_trip_through_json_and_csv(rows):
    columns = ("a", "b", "c")
    objects = [dict(zip(columns, row, strict=True)) for row in rows]
    assert json.loads(written(Format.JSON, columns, rows)) == objects
    lines = written(Format.JSONL, columns, rows).split("\n")[:-1]
    assert [json.loads(line) for line in lines] == objects


@pytest.mark.parametrize("format", [Format.CSV, Format.JSON, Format.JSONL])
def test_csv_and_json_lines_are_written_row_by_row(format):
    stream = io.StringIO()

    def rows():
        yield ("first",)
        assert "first" in stream.getvalue()
        yield ("second",)

    emit(("x",), rows(), format, stream)
    assert "second" in stream.getvalue()


def test_the_default_is_a_table_on_a_terminal_and_csv_in_a_pipe():
    assert default_format(Terminal()) is Format.TABLE
    assert default_format(io.StringIO()) is Format.CSV
    assert written(None).startswith("id,name")


def test_a_table_in_a_pipe_truncates_nothing():
    long = "x" * 500
    said = written(Format.TABLE, ("name", "n"), [(long, 3), ("[red]y[/red]", 1000)])
    assert long in said
    assert "[red]y[/red]" in said
    assert said.splitlines()[2].rstrip().endswith("1000")


def test_control_characters_in_a_name_do_not_reach_the_terminal():
    said = written(Format.TABLE, ("name",), [("evil\x1b[2J\r\x07",)])
    assert "\x1b[2J" not in said
    assert "\r" not in said
    assert visible("Sigur Rós 演歌") == "Sigur Rós 演歌"


def test_a_row_with_too_few_or_many_values_is_an_error():
    with pytest.raises(ValueError, match="shorter"):
        written(Format.JSONL, ("a", "b"), [(1,)])


def test_text_ends_with_one_newline():
    stream = io.StringIO()
    emit_text("a", stream)
    emit_text("b\n", stream)
    assert stream.getvalue() == "a\nb\n"


@pytest.mark.parametrize("format", ["csv", "jsonl", "json"])
def test_a_reader_that_closes_the_pipe_ends_the_writing_silently(format):
    program = (
        "from crawler.console.output import Format, emit\n"
        f"emit(('n',), ((n,) for n in range(200_000)), Format('{format}'))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_csv_and_json_do_not_import_rich():
    program = (
        "import sys; from crawler.console.output import Format, emit\n"
        "emit(('n',), [(1,)], Format.CSV)\n"
        "assert not any(name.split('.')[0] == 'rich' for name in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("n\n1\n", "")
