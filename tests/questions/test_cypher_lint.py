"""`make cypher`: each kind of fault fails, and correct texts pass."""

import pytest

from graph.transfer.statements import generated_statements
from tests.tools.cypher_lint import INSTALLED, ROOT, as_job, complaints, files, jobs

HEADER = (
    "// Which?\n//\n// Parameters:\n//   $id: str    An id.\n// Columns:\n//   name\n"
)
RIGHT = "MATCH (a:Artist {id: $id})\nRETURN toUpper(a.name) AS name\n"
FAULTS = {
    "label": (RIGHT.replace("Artist", "Artst"), "7: Label Artst is not present"),
    "relation": (
        RIGHT.replace(" {id: $id})", " {id: $id})-[:RELATED]->()"),
        "7: Relationship type RELATED is not present",
    ),
    "property": (RIGHT.replace("a.name", "a.nmae"), "8: nmae is not present"),
    "function": (RIGHT.replace("toUpper", "upcase"), "8: Function upcase is not"),
    "parameter": (RIGHT.replace("$id", "$identity"), "7: Parameter $identity is not"),
    "variable": (RIGHT.replace("a.name", "b.name"), "8: Variable `b` not defined"),
    "syntax": (RIGHT.replace("MATCH", "MATHC"), "7: "),
    "procedure": (
        "CALL db.labels() YIELD label\nWITH label AS name\nWHERE name <> $id\nRETURN name\n",
        "7: Procedure db.labels is not present",
    ),
    "indented": (
        RIGHT.replace("RETURN", "  RETURN"),
        '8: the formatter writes "RETURN',
    ),
    "unended": (RIGHT.rstrip("\n"), "8: the file does not end with one newline"),
    "one-line": (RIGHT.replace("\n", " ", 1), '7: the formatter writes "MATCH'),
    "removed": (
        (
            "MATCH (a:Artist {id: $id})\nMATCH (b:Artist {id: $id})\nSET a += b\n"
            "RETURN a.name AS name\n"
        ),
        "9: Type mismatch: expected Map but was Node (CYPHER 25)",
    ),
}


@pytest.fixture(scope="module")
def messages(tmp_path_factory):
    """The linter's messages about each text, by its name."""
    if not (INSTALLED / ".lock").exists():
        pytest.skip("Neo4j's linter is not here: run `make cypher` once")
    folder = tmp_path_factory.mktemp("texts")
    texts = {"right": RIGHT, **{name: text for name, (text, _) in FAULTS.items()}}
    for name, text in texts.items():
        (folder / f"{name}.cypher").write_text(HEADER + text, encoding="utf-8")
    found = complaints(as_job(folder / f"{name}.cypher") for name in texts)
    return {
        name: [line for line in found if line.startswith(f"{name}.cypher:")]
        for name in texts
    }


def test_a_correct_file_passes(messages):
    assert messages["right"] == []


@pytest.mark.parametrize("name", FAULTS)
def test_each_kind_of_fault_is_reported_with_its_file_and_line(messages, name):
    wanted = f"{name}.cypher:{FAULTS[name][1]}"
    assert any(line.startswith(wanted) for line in messages[name]), messages[name]


def test_every_cypher_file_of_the_project_is_linted():
    there = {
        path
        for path in ROOT.rglob("*.cypher")
        if not {".venv", "node_modules", "build"} & set(path.parts)
    }
    assert there == set(files())


def test_every_generated_statement_is_linted():
    generated = {str(job["text"]) for job in jobs()} - {
        path.read_text("utf-8") for path in files()
    }
    assert generated == set(generated_statements().values())
