"""`query`, `select` and `show` as commands: output, notes and statuses."""

import io
import json

import pytest

from crawler.cli import run_command_line
from crawler.cli.query import read_parameters
from graph.errors import BadQueryError
from graph.opening import StoreSettings, open_configured_store
from queries.catalog import browser_queries, user_queries
from tests.support.project import ROOT
from tests.support.worlds.made_graph import AT, fill, made_world

RECIPE_TEXT = """
[dataset]
name = "metal"

[classes]
melodeath = "melodic death metal"
death = ["death metal", "slam"]
black = ["black metal", "=blackened death metal"]
thrash = ["thrash", "speed metal"]
"doom & sludge" = ["doom", "sludge"]
nobody = "polka"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a store of 120 artists and their recipe."""
    folder = tmp_path_factory.mktemp("queries")
    settings = StoreSettings(None, None, None, None, folder / "store")
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        fill(store, made_world(120))
        (folder / "recipe.toml").write_text(RECIPE_TEXT, encoding="utf-8")
        yield folder


@pytest.fixture
def ask(folder, capsys, monkeypatch):
    """Runs a command line on the store; returns status, stdout and stderr."""
    monkeypatch.chdir(folder)

    def asking(*arguments):
        status = run_command_line([*arguments, "--store", "store"])
        return int(status), *capsys.readouterr()

    return asking


def test_list_prints_each_query_with_its_question(capsys):
    assert run_command_line(["query", "list", "--all", "--format", "json"]) == 0
    listed = {row["query"]: row for row in json.loads(capsys.readouterr().out)}
    assert listed["path_between"]["question"].startswith("What is a shortest path")
    assert listed["path_between"]["parameters"] == "start end"
    assert "limit=50" in listed["unmapped_genres"]["parameters"]
    assert "policies/precedence" in listed

    assert run_command_line(["query", "list", "--format", "json"]) == 0
    for_people = [row["query"] for row in json.loads(capsys.readouterr().out)]
    drawn = [query.name for query in browser_queries().values()]
    assert for_people == [*user_queries(), *drawn]
    assert set(for_people) < set(listed)
    assert "one_artist" in set(listed) - set(for_people)


def test_show_prints_the_file_and_on_stderr_the_line_for_neo4j_browser(capsys):
    assert run_command_line(["query", "show", "unmapped_genres"]) == 0
    said = capsys.readouterr()
    file = ROOT / "queries" / "unmapped_genres.cypher"
    assert said.out == file.read_text(encoding="utf-8")
    line = ':param {recipe: "…", min_votes: 1, min_share: 0.15, limit: 50}'
    assert line in said.err


def test_run_takes_parameters_from_the_crawls_recipe_and_counts_rows_on_stderr(ask):
    status, out, err = ask("query", "run", "class_sizes", "--format", "csv")
    assert status == 0
    assert out.splitlines()[0] == "class,artists,only_this"
    assert len(out.splitlines()) == 7
    assert err.startswith("store: store (from")
    assert "6 rows" in err


def test_run_prefers_the_parameters_given(ask):
    command = ("query", "run", "unmapped_genres", "--json", "-p", "limit=2")
    status, out, _ = ask(*command)
    assert (status, len(json.loads(out))) == (0, 2)
    _, out, _ = ask(*command, "-p", "recipe=another")
    assert json.loads(out)[0]["genre"] not in ("pop", "dance pop")


def test_run_reads_a_query_from_a_file_or_stdin(ask, folder, monkeypatch):
    text = "MATCH (a:Artist {id: $id}) RETURN a.name AS name"
    (folder / "own.cypher").write_text(text, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    for named in ("own.cypher", "-"):
        status, out, _ = ask("query", "run", named, "-p", "id=deezer:7", "--json")
        assert (status, json.loads(out)) == (0, [{"name": "Band 7"}])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("spaning_artists",), 'Did you mean "spanning_artists"?'),
        (("gone.cypher",), "gone.cypher cannot be read: no such file"),
        (("./gone",), "./gone cannot be read: no such file"),
        (("something else",), "error: there is no query"),
        (("policies/preceden",), 'Did you mean "policies/precedence"?'),
        (("class_sizes", "-p", "min_vote=2"), 'Did you mean "min_votes"?'),
        (("class_sizes", "-p", "min_votes=two"), "$min_votes is a whole number"),
        (("class_sizes", "-p", "min_votes"), "Write `-p NAME=VALUE`"),
        (("path_between", "-p", "start=deezer:1"), "path_between needs $end"),
    ],
)
def test_a_query_that_cannot_be_run_is_a_usage_error(ask, arguments, said):
    status, out, err = ask("query", "run", *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_query_that_writes_is_refused(ask, folder):
    writing = "MATCH (a:Artist) DETACH DELETE a"
    (folder / "writes.cypher").write_text(writing, encoding="utf-8")
    status, out, err = ask("query", "run", "writes.cypher")
    assert (status, out) == (2, "")
    assert "error: " in err
    _, out, _ = ask("query", "run", "artist_names", "--json")
    assert len(json.loads(out)) == 120


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "contains no query"),
        (b"\xef\xbb\xbf// only words\r\n;", "contains no query"),
        (b"RETURN '\xff' AS n", "cannot be read: it is not UTF-8 text"),
        (b"RETURN 1 AS n\0", "cannot be read: it is not a text file"),
        (b"RETURN 1 AS n; RETURN 2 AS n", "contains 2 queries"),
        (b":param x => 1;\nRETURN 1 AS n;", "a command of Neo4j Browser"),
        (
            b"LOAD /**/ CSV FROM 'file:///a' AS x RETURN x",
            "does more than read the graph",
        ),
    ],
)
def test_a_text_that_is_not_a_single_read_query_is_refused(
    ask, folder, monkeypatch, content, said
):
    (folder / "own.cypher").write_bytes(content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    for named in ("own.cypher", "-"):
        status, out, err = ask("query", "run", named)
        assert (status, out) == (2, "")
        assert said in err


def test_a_folder_is_not_a_query(ask, folder):
    status, _, err = ask("query", "run", ".")
    assert status == 2
    assert ". cannot be read: is a directory" in err


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfRETURN 'a;b' AS n",
        b"// What?\r\n/* ; */\r\nRETURN 'a;b' AS n;\r\n// done;\r\n",
    ],
)
def test_a_file_may_have_a_byte_order_mark_comments_and_a_final_semicolon(
    ask, folder, content
):
    (folder / "own.cypher").write_bytes(content)
    status, out, _ = ask("query", "run", "own.cypher", "--json")
    assert (status, json.loads(out)) == (0, [{"n": "a;b"}])


def test_no_rows_are_an_empty_list_in_json_and_a_header_in_csv(ask, folder):
    text = "MATCH (a:Nobody) RETURN a.id AS id, a.name AS `the name`"
    (folder / "own.cypher").write_text(text, encoding="utf-8")
    assert ask("query", "run", "own.cypher", "--json")[:2] == (0, "[]\n")
    assert ask("query", "run", "own.cypher", "--format", "csv")[1] == "id,the name\n"


def test_every_kind_of_value_is_written(ask, folder):
    text = """MATCH p = (a:Artist {id: 'deezer:3'})-[r:RELATED_TO]->() WITH p, a, r LIMIT 1
    RETURN p, a, r, a.genres_at AS at, 0.0 / 0.0 AS nan, point({x: 1, y: 2}) AS point,
    date('2026-01-02') AS day, duration('P1D') AS long, null AS nothing,
    {list: [1, [2.5, null]], of: 1.0 / 0.0} AS map, '演歌 😀' AS wide"""
    (folder / "own.cypher").write_text(text, encoding="utf-8")
    status, out, _ = ask("query", "run", "own.cypher", "--json")
    assert status == 0
    (row,) = json.loads(out, parse_constant=pytest.fail)
    assert len(row["p"]["nodes"]) == 2
    assert row["a"]["properties"]["id"] == "deezer:3"
    assert row["r"]["label"] == "RELATED_TO"
    assert row["at"].startswith("2026-11-24T12:00:00")
    assert (row["day"], row["long"]) == ("2026-01-02", "P1D")
    assert row["map"] == {"list": [1, [2.5, None]], "of": None}
    assert [row["nan"], row["nothing"], row["wide"]] == [None, None, "演歌 😀"]
    for kind in ("jsonl", "csv", "table"):
        status, out, _ = ask("query", "run", "own.cypher", "--format", kind)
        assert status == 0
        assert "演歌 😀" in out


def test_a_query_creates_no_store(capsys, tmp_path):
    empty = tmp_path / "nothing"
    for arguments in (["query", "run", "class_sizes"], ["show", "deezer:1"]):
        assert run_command_line([*arguments, "--store", str(empty)]) not in (0, 2)
        assert "error: " in capsys.readouterr().err
    assert not empty.exists()


def test_select_prints_the_funnel_and_reports_each_class(ask):
    status, out, err = ask("select", "recipe.toml", "--json")
    assert status == 0
    funnel = json.loads(out)
    assert list(funnel[0]) == ["stage", "count", "lost", "why"]
    assert funnel[0]["stage"] == "artists found"
    assert funnel[0]["count"] == 120
    assert funnel[-1]["stage"] == "tracks chosen"
    assert funnel[-1]["count"] > 0
    assert "by the policy single-class" in err
    assert "note: no track is chosen for melodeath, nobody" in err
    assert "  melodeath: 1 artist labelled, 0 with a chosen track; 0 tracks" in err
    assert "`export` takes at most `tracks_per_artist` tracks of each artist" in err

    status, out, err = ask("select", "recipe.toml", "--json", "--policy", "precedence")
    assert status == 0
    assert "by the policy precedence" in err
    labelled = {row["stage"]: row["count"] for row in json.loads(out)}
    before = {row["stage"]: row["count"] for row in funnel}
    assert labelled["artists labelled"] > before["artists labelled"]


def test_select_refuses_an_unknown_policy_and_a_recipe_without_classes(ask, folder):
    status, _, err = ask("select", "recipe.toml", "--policy", "playlist")
    assert status == 2
    assert "precedence" in err
    (folder / "bare.toml").write_text('[seeds]\nartists = ["A"]\n', encoding="utf-8")
    status, out, err = ask("select", "bare.toml")
    assert (status, out) == (2, "")
    assert "has no classes" in err


def test_show_prints_properties_and_counts(ask):
    status, out, _ = ask("show", "deezer:7", "--json")
    assert status == 0
    known = {row["property"]: row["value"] for row in json.loads(out)}
    assert known["kind"] == "artist"
    assert known["name"] == "Band 7"
    assert {"number of related", "number of tracks"} <= set(known)


def test_show_why_explains_by_the_crawls_recipe_or_the_given_one(ask, folder):
    status, out, _ = ask("show", "deezer:7", "--why", "--json")
    assert status == 0
    about = [row["about"] for row in json.loads(out)]
    assert about[0] == "found"
    assert {"genre", "policy", "tracks", "label"} <= set(about)

    other = RECIPE_TEXT.replace('"metal"', '"never selected"', 1)
    (folder / "other.toml").write_text(other, encoding="utf-8")
    status, out, _ = ask(
        "show", "deezer:7", "--why", "--recipe", "other.toml", "--json"
    )
    assert status == 0
    assert "never selected" in json.loads(out)[-1]["finding"]


def test_show_suggests_the_nearest_artist_for_an_unknown_id(ask):
    status, out, err = ask("show", "Band 7")
    assert (status, out) == (1, "")
    assert 'no artist or track "Band 7"' in err
    assert "deezer:7 (Band 7)" in err


def test_a_parameter_may_begin_with_a_dollar_and_contain_equals_signs():
    assert read_parameters(["$a=b=c", "d="]) == {"a": "b=c", "d": ""}
    with pytest.raises(BadQueryError, match="twice"):
        read_parameters(["a=1", "$a=2"])
