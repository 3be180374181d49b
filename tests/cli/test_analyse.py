"""`analyse` as a command: output, notes, statuses and files."""

import json
import os
import subprocess
import sys

import pytest

from crawler.cli import run_command_line
from graph.opening import StoreSettings, open_configured_store, open_store
from graph.views.artists import artist_graph
from queries.analysis import ANALYSES
from queries.analysis.bridges import bridges
from queries.analysis.suspects import suspects
from tests.support.processes.program import command
from tests.support.project import ROOT
from tests.support.worlds.made_graph import AT, fill, made_world

RECIPE_TEXT = """
[dataset]
name = "metal"

[classes]
death = ["death metal", "slam"]
thrash = ["thrash", "speed metal"]

[labels]
min_share = 0.9
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a store of 120 artists in the default place."""
    folder = tmp_path_factory.mktemp("analyses")
    place = folder / ".genregraph" / "store"
    settings = StoreSettings(None, None, None, None, place)
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        fill(store, made_world(120))
        (folder / "recipe.toml").write_text(RECIPE_TEXT, encoding="utf-8")
        yield folder


@pytest.fixture
def ask(folder, capsys, monkeypatch):
    """Runs `analyse` on the store; returns status, stdout and stderr."""
    monkeypatch.chdir(folder)

    def asking(*arguments):
        status = run_command_line(["analyse", *map(str, arguments)])
        return int(status), *capsys.readouterr()

    return asking


@pytest.fixture(scope="module")
def graph(folder):
    with open_store(folder / ".genregraph" / "store") as store:
        return artist_graph(store)


def test_list_prints_each_analysis_with_its_question(ask):
    status, out, _ = ask("list", "--json")
    assert status == 0
    listed = {row["analysis"]: row["question"] for row in json.loads(out)}
    assert list(listed) == [*ANALYSES, "paths"]
    assert listed["bridges"] == ANALYSES["bridges"].question


def test_csv_holds_only_the_first_table_and_stderr_the_notes(ask, graph):
    status, out, err = ask("bridges", "--format", "csv")
    assert status == 0
    made = bridges(graph)
    lines = out.splitlines()
    assert lines[0] == ",".join(made.tables[0].columns)
    assert len(lines) == 1 + len(made.tables[0].rows)
    assert err.startswith("store: .genregraph/store (from")
    for words in (made.question, made.method, made.source, *made.notes):
        assert words in err
    others = "; ".join(table.title for table in made.tables[1:])
    assert f"not written: {others} (--format json has all)" in err


def test_json_holds_the_whole_analysis(ask, graph):
    _, out, _ = ask("bridges", "--json")
    made, printed = bridges(graph), json.loads(out)
    assert [table["title"] for table in printed["tables"]] == [
        t.title for t in made.tables
    ]
    assert len(printed["tables"][1]["rows"]) == len(made.tables[1].rows)
    assert set(printed["tables"][0]["rows"][0]) == set(made.tables[0].columns)
    assert (printed["method"], printed["source"]) == (made.method, made.source)
    assert printed["notes"] == list(made.notes)


def test_a_long_table_is_cut_with_a_note(ask, graph):
    _, out, err = ask("bridges", "--format", "table")
    tables = bridges(graph).tables
    assert len(tables[0].rows) > 20
    assert all(table.title in out for table in tables)
    assert f"{tables[0].title}: 20 of {len(tables[0].rows)} rows (--limit 0" in err
    _, out, err = ask("bridges", "--format", "table", "--limit", "0")
    assert "--limit 0" not in err
    assert all(str(row[0]) in out for row in tables[0].rows)
    _, out, _ = ask("bridges", "--format", "jsonl", "--limit", "3")
    assert len(out.splitlines()) == 3


def test_classes_and_label_rules_come_from_the_crawl_or_the_given_recipe(
    ask, folder, graph
):
    _, out, _ = ask("suspects", "--json")
    assert json.loads(out)["tables"][1]["rows"] == [
        dict(zip(("class", "artists", "suspects", "share"), row, strict=True))
        for row in suspects(graph).tables[1].rows
    ]
    with open_store(folder / ".genregraph" / "store") as store:
        strict = suspects(artist_graph(store, min_share=0.9)).tables[1].rows
    _, out, _ = ask("suspects", "--json", "--recipe", "recipe.toml")
    rows = json.loads(out)["tables"][1]["rows"]
    assert [row["artists"] for row in rows] == [row[1] for row in strict]
    assert strict != suspects(graph).tables[1].rows


def test_bridges_between_two_classes_and_an_unknown_class(ask):
    status, out, _ = ask("bridges", "--between", "death", "black", "--format", "jsonl")
    assert status == 0
    for line in out.splitlines():
        row = json.loads(line)
        assert {row["first_class"], row["second_class"]} == {"death", "black"}
    status, out, err = ask("bridges", "--between", "death", "blak")
    assert (status, out) == (2, "")
    assert "error: no artist has the class 'blak'\nDid you mean 'black'?" in err


def test_paths_accepts_ids_and_names(ask, graph):
    name = graph.nodes["deezer:7"]["label"]
    status, out, err = ask("paths", "deezer:3", "deezer:7", "--format", "csv")
    assert status == 0
    assert out.startswith("way,path,step,artist,name,class,the_one_before,rank\n")
    assert f"{name} (deezer:7)" in err
    status, _, err = ask("paths", "deezer:3", "Nobody At All Ever")
    assert status == 2
    assert "error: no artist of this graph is called 'Nobody At All Ever'" in err


def test_plot_draws_the_first_figure_and_names_its_source(ask, folder):
    status, _, err = ask("suspects", "--plot", "suspects.svg", "-q")
    assert status == 0
    assert "drew suspects.svg" in err
    drawn = (folder / "suspects.svg").read_text(encoding="utf-8")
    assert "metal: 120 artists" in drawn
    assert "genregraph analyse suspects" in drawn


def test_picture_and_notes_are_written_even_if_the_reader_of_stdout_leaves(folder):
    reader, writer = os.pipe()
    os.close(reader)
    command_line = ("suspects", "-q", "--plot", "gone.svg", "--format", "table")
    try:
        ended = subprocess.run(
            command("analyse", *command_line),
            cwd=folder,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)
    assert ended.returncode == 0
    assert "drew gone.svg" in ended.stderr
    assert "\nmethod: " in ended.stderr
    assert "</svg>" in (folder / "gone.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("suspects", "--plot", "x.pdf"), "x.pdf does not end in .png or .svg"),
        (("suspects", "--plot", "gone/x.png"), "there is no folder gone"),
        (("report", "x.pdf"), "x.pdf does not end in .html"),
        (("report", "gone/x.html"), "there is no folder gone"),
        (("sumary",), "did you mean 'summary'?"),
        (("suspects", "--recipe", "gone.toml"), "gone.toml"),
    ],
)
def test_bad_arguments_are_refused_before_the_store_is_opened(
    ask, folder, arguments, words
):
    before = sorted(folder.iterdir())
    status, out, err = ask(*arguments)
    assert (status, out) == (2, "")
    assert words.casefold() in err.casefold()
    assert "store: " not in err
    assert sorted(folder.iterdir()) == before


def test_a_missing_store_is_an_error_and_stays_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command_line(["analyse", "suspects"]) == 1
    assert "there is no store" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_report_writes_one_page_and_prints_its_address(ask, folder):
    status, out, err = ask("report", "report.html")
    assert (status, out) == (0, "")
    link = (folder / "report.html").resolve().as_uri()
    assert f"wrote report.html; open it in a browser: {link}\n" in err
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert all(f'<section id="{name}">' in page for name in (*ANALYSES, "paths"))
    for words in ("Deezer allows", "MusicBrainz", "CC BY-NC-SA"):
        assert words in page


SCRIPT = ROOT / "tests/support/worlds/readme_graph_view.py"


def test_the_script_in_the_readme_prints_the_artists_of_the_highest_rank(folder, graph):
    ended = subprocess.run(
        [sys.executable, SCRIPT], cwd=folder, capture_output=True, text=True, check=True
    )
    lines = ended.stdout.splitlines()
    assert len(lines) == 10
    labels = [data["label"] for _, data in graph.nodes(data=True)]
    assert all(any(line.startswith(label) for label in labels) for line in lines)
