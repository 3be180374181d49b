"""The folder for neo4j-admin: Neo4j's own importer reads it, and nothing is lost."""

import os
import subprocess

import pytest

from graph.bolt_store.store import BoltStore
from graph.model.schema import KEYS, VERSION
from graph.opening import StoreSettings, open_configured_store
from graph.transfer.jsonl import write_file
from queries.files.neo4j_admin import write_admin_files
from tests.conftest import NOW
from tests.support.neo4j.lines import LINES, NoServerError
from tests.support.neo4j.server import Server
from tests.support.store_contract import filled

AWKWARD = (
    'says "hi", twice: ""',
    "two\nlines\r\nand a tab\t",
    "",
    "semi;colons|and,commas",
    "back\\slash\\",
    " blanks around ",
    "漢字 Ünïcödé 🎸",
    "NULL",
    "'=1+1",
)


def node(label, key, **properties):
    return {
        "type": "node",
        "id": key,
        "labels": [label],
        "properties": {KEYS[label]: key, **properties},
    }


def awkward_items():
    """Nodes and relations whose values a careless CSV file would change."""
    for number, name in enumerate(AWKWARD):
        at = f"2026-11-24T12:00:00.00000{number}+02:00"
        yield node("Artist", f"x:{number}", name=name, popularity=number, related_at=at)
    yield node("Genre", 'r&b, "soul"; 漢字')
    yield node("Source", "big", requests=2**40)
    yield node("Track", "x:t", name="", explicit=False, has_preview=True)
    stages = ["a;b", 'c "d"', "e, f"]
    yield node("Selection", "x", stages=stages, counts=[3, 2, 1], policy="p")
    yield {
        "type": "relationship",
        "label": "HAS_GENRE",
        "start": {"id": "x:0", "labels": ["Artist"]},
        "end": {"id": 'r&b, "soul"; 漢字', "labels": ["Genre"]},
        "properties": {"source": "s, t", "share": 1.0, "votes": -3},
    }


def lines_of(store, file):
    write_file(file, store.items())
    return file.read_text(encoding="utf-8").splitlines()


def arguments_in(folder):
    """The arguments with which the script calls neo4j-admin."""
    done = subprocess.run(
        ["sh", folder / "import.sh"],
        env={**os.environ, "NEO4J_ADMIN": folder.parent / "say"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.fixture
def say(tmp_path):
    """A program that prints its arguments, a line each."""
    (tmp_path / "say").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (tmp_path / "say").chmod(0o755)


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_neo4j_s_own_importer_reads_the_folder_and_the_database_is_a_store(
    line, embedded_store, tmp_path, say, monkeypatch
):
    filled(embedded_store)
    embedded_store.load(awkward_items())
    folder = tmp_path / "to import"
    write_admin_files(folder, embedded_store.items(), embedded_store.about())
    try:
        server = Server(tmp_path / "home", line)
    except NoServerError as error:
        pytest.skip(f"no Neo4j {line.name} here: {error}")
    monkeypatch.chdir(folder)
    done = server.admin(*arguments_in(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    try:
        server.start()
        settings = StoreSettings(server.uri, None, None, None, tmp_path / "unused")
        with open_configured_store(settings, clock_now=lambda: NOW) as store:
            assert isinstance(store, BoltStore)
            expected = lines_of(embedded_store, tmp_path / "one.jsonl")
            assert lines_of(store, tmp_path / "other.jsonl") == expected
            assert store.about()["schema"] == VERSION
            assert constraints(store) == constraints(embedded_store)
    finally:
        server.kill()


def constraints(store):
    _, rows = store.query("SHOW CONSTRAINTS YIELD name RETURN name")
    return sorted(rows)


def test_the_folder_explains_its_import_and_contains_every_constraint(
    embedded_store, tmp_path, say
):
    filled(embedded_store)
    folder = tmp_path / "made"
    count = write_admin_files(folder, embedded_store.items(), embedded_store.about())
    assert count == len(list(embedded_store.items()))
    arguments = arguments_in(folder)
    assert arguments[:4] == ["database", "import", "full", "neo4j"]
    named = [word.rpartition("=")[2] for word in arguments if ".csv" in word]
    assert all((folder / name).is_file() for name in named)
    assert "./schema.csv" in named
    assert "sh made/import.sh" in (folder / "README.txt").read_text()
    constraint_text = (folder / "constraints.cypher").read_text()
    assert all(f"(n:{label})" in constraint_text for label in KEYS)


def test_text_is_quoted_and_an_absent_value_is_not(embedded_store, tmp_path):
    embedded_store.load(awkward_items())
    write_admin_files(tmp_path / "a", embedded_store.items(), embedded_store.about())
    lines = (tmp_path / "a" / "track.csv").read_text().splitlines()
    assert lines == [
        "id:ID(Track),explicit:boolean,has_preview:boolean,name:string",
        '"x:t",false,true,""',
    ]
    artists = (tmp_path / "a" / "artist.csv").read_text()
    assert '"x:0","says ""hi"", twice: """"",0,"2026-11-24T10:00:00' in artists


def test_a_failed_export_leaves_no_folder(embedded_store, tmp_path):
    def broken():
        yield from awkward_items()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_admin_files(tmp_path / "a", broken(), embedded_store.about())
    assert list(tmp_path.iterdir()) == []
