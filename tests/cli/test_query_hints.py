"""Unknown names in a query get a note that suggests the nearest ones."""

import pytest

from crawler.cli import run_command_line
from crawler.cli.query_hints import unknown_names
from graph.model.schema import KEYS, RELATIONS
from graph.opening import StoreSettings, open_configured_store
from queries.running import shipped_queries
from tests.support.worlds.made_graph import AT, fill, made_world


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("silence")
    settings = StoreSettings(None, None, None, None, folder / "store")
    with open_configured_store(settings, clock_now=lambda: AT) as store:
        fill(store, made_world(30))
        yield folder


@pytest.fixture
def said(folder, capsys, monkeypatch):
    """Runs a query on the store and returns its stderr."""
    monkeypatch.chdir(folder)

    def asking(*arguments):
        assert run_command_line(["query", "run", *arguments, "--store", "store"]) == 0
        return capsys.readouterr().err

    return asking


def test_a_name_in_place_of_an_id_gets_the_id_suggested(said):
    for query in ("neighbours", "path_from_seed"):
        err = said(query, "-p", "artist=deezer:99999")
        assert 'the graph holds no artist "deezer:99999"' in err
    err = said("path_between", "-p", "start=deezer:1", "-p", "end=3")
    assert 'the graph holds no artist "3". Did you mean deezer:3 (' in err
    assert 'no artist "deezer:1"' not in err


def test_an_unknown_genre_gets_the_nearest_one_suggested(said):
    err = said("genre_artists", "-p", "genre=Doom Metall")
    assert 'no genre "Doom Metall"; did you mean "doom metal"?' in err
    assert "note:" not in said("genre_artists", "-p", "genre=doom metal")


def test_a_misspelt_label_or_relation_in_a_users_query_is_named(said, tmp_path):
    own = tmp_path / "own.cypher"
    own.write_text(
        "MATCH (a:Artst)-[r:RELATED_TOO|HAS_GENRE*1..2]->({id:1}) RETURN count(*)",
        encoding="utf-8",
    )
    err = said(str(own))
    assert 'no label "Artst"; did you mean "Artist"?' in err
    assert 'no relation "RELATED_TOO"; did you mean "RELATED_TO"?' in err
    assert err.count("note:") == 2


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("MATCH (a:Artist) WHERE a.nmae = 'x' RETURN a.mbdi", ["nmae", "mbdi"]),
        ("MATCH (:Artist {idd: 1})-[r:RELATED_TO]->() RETURN r.rnak", ["idd", "rnak"]),
        ("MATCH (a:Artist) RETURN a.`colour` AS c", ["colour"]),
        # Not properties of a node or relation, or possibly something else.
        ("MATCH (a:Artist) WITH {x: 1} AS a RETURN a.x", []),
        ("MATCH (a:Artist) RETURN [a IN [{y: 1}] | a.y] AS c", []),
        ("UNWIND $rows AS row MATCH (a:Artist {id: row.idx}) RETURN row.z", []),
        ("RETURN {a: {b: 1}} AS m, date().year AS y, apoc.text.join([], '') AS j", []),
        ("MATCH (a:Artist) RETURN a.related_at.year AS y, 'a.nmae' AS s // a.x", []),
    ],
)
def test_a_property_outside_the_model_is_named(text, wrong):
    notes = list(unknown_names(text))
    assert [note.split('"')[1] for note in notes] == wrong
    assert all(note.startswith("note: genregraph writes no property") for note in notes)


def test_shipped_queries_use_only_names_of_the_model():
    texts = [query.text for query in shipped_queries().values()]
    assert not [note for text in texts for note in unknown_names(text)]
    every = " ".join(f"(x:{n})" for n in KEYS) + " ".join(f"[:{n}]" for n in RELATIONS)
    assert not list(unknown_names(every))
