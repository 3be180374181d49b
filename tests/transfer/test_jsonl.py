"""Graph files: an exported graph is imported unchanged, and bad lines are named."""

import json

import pytest

from graph.errors import BadGraphFileError
from graph.model.crawl import Crawl
from graph.transfer.jsonl import read_file, write_file
from tests.support.memory_store.store import MemoryStore
from tests.support.store_contract import AT, LATER, PLAN, SEEDS, filled


def texts(store, folder, name):
    """A store's file, with and without times."""
    found = []
    for times in (True, False):
        write_file(folder / name, store.items(), times=times)
        found.append((folder / name).read_text(encoding="utf-8"))
    return found


def test_equal_graphs_have_equal_files_in_every_store(
    embedded_store, neo4j_store, tmp_path
):
    filled(embedded_store)
    written = texts(embedded_store, tmp_path, "embedded.jsonl")
    neo4j_store.load(read_file_of(written[0], tmp_path))
    assert texts(neo4j_store, tmp_path, "neo4j.jsonl") == written


def test_an_imported_graph_is_exported_unchanged(embedded_store, tmp_path):
    filled(embedded_store)
    written, _ = texts(embedded_store, tmp_path, "first.jsonl")
    embedded_store._bolt.alter(["MATCH (n) WHERE NOT n:Schema DETACH DELETE n"])
    embedded_store.load(read_file(read_path(written, tmp_path)))
    assert texts(embedded_store, tmp_path, "second.jsonl")[0] == written


def read_path(text, folder):
    file = folder / "given.jsonl"
    file.write_text(text, encoding="utf-8")
    return file


def read_file_of(text, folder):
    return list(read_file(read_path(text, folder)))


def test_without_times_two_runs_have_equal_files(tmp_path):
    files = []
    for at, seconds in ((AT, 1.0), (LATER, 2.5)):
        store = MemoryStore(at.timestamp)
        store.begin(Crawl("metal", "{}", "d"), SEEDS, PLAN, at=at)
        store.pause("deezer", 60)
        store.close_round(0, {}, seconds=seconds)
        files.append(texts(store, tmp_path, "run.jsonl"))
    (first, timeless), (second, again) = files
    assert first != second
    assert timeless == again
    assert "seconds" not in timeless
    assert "paused_until" not in timeless


def test_lines_are_sorted_and_have_the_format_of_apoc(embedded_store, tmp_path):
    filled(embedded_store)
    text, _ = texts(embedded_store, tmp_path, "graph.jsonl")
    items = [json.loads(line) for line in text.splitlines()]
    assert items[0] == {
        "type": "node",
        "id": "deezer:1",
        "labels": ["Artist"],
        "properties": items[0]["properties"],
    }
    assert items[0]["properties"]["id"] == "deezer:1"
    assert items[-1]["label"] == "RELATED_TO"
    assert items[-1]["start"] == {"id": "deezer:1", "labels": ["Artist"]}
    order = [
        (i["type"], i.get("label") or i["labels"], i.get("id") or i["start"]["id"])
        for i in items
    ]
    assert order == sorted(order, key=str)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "not JSON"),
        ("[1]", "missing or of another type"),
        ('{"type":"node"}', "missing or of another type"),
        ('{"type":"x"}', "neither a node nor a relationship"),
        (
            '{"type":"node","id":"1","labels":["Person"],"properties":{"id":"1"}}',
            "no nodes with the label Person",
        ),
        (
            (
                '{"type":"node","id":"1","labels":["Artist"],'
                '"properties":{"id":"1","related_at":"noon"}}'
            ),
            "missing or of another type",
        ),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path, line, why):
    good = '{"type":"node","id":"1","labels":["Artist"],"properties":{"id":"1"}}'
    file = read_path(f"{good}\n{line}\n", tmp_path)
    with pytest.raises(BadGraphFileError, match=why) as caught:
        list(read_file(file))
    assert str(caught.value).startswith(f"line 2 of {file} cannot be used: ")
    assert caught.value.hint


def test_a_missing_file_and_a_binary_file_give_short_errors(tmp_path):
    with pytest.raises(BadGraphFileError, match="cannot be read: no such file"):
        list(read_file(tmp_path / "nope.jsonl"))
    (tmp_path / "bad.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(BadGraphFileError, match="not UTF-8 text"):
        list(read_file(tmp_path / "bad.jsonl"))


def test_a_file_that_cannot_be_written_keeps_the_old_one(tmp_path):
    file = tmp_path / "graph.jsonl"
    file.write_text("old")

    def broken():
        yield {"type": "node", "id": "1", "labels": ["Artist"], "properties": {}}
        raise OSError(28, "No space left on device")

    with pytest.raises(BadGraphFileError, match="cannot be written: no space"):
        write_file(file, broken())
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_second_crawl_is_not_imported(embedded_store):
    filled(embedded_store)
    other = MemoryStore()
    other.begin(Crawl("pop", "{}", "d"), SEEDS, PLAN, at=AT)
    before = list(embedded_store.items())
    with pytest.raises(BadGraphFileError, match="one crawl"):
        embedded_store.load(other.items())
    assert list(embedded_store.items()) == before


def test_an_interrupted_export_keeps_the_old_file_and_leaves_no_part_file(tmp_path):
    def interrupted():
        yield {"type": "node", "id": "x:1", "labels": ["Artist"], "properties": {}}
        raise KeyboardInterrupt

    file = tmp_path / "graph.jsonl"
    file.write_text("old\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        write_file(file, interrupted())
    assert file.read_text(encoding="utf-8") == "old\n"
    assert [path.name for path in tmp_path.iterdir()] == ["graph.jsonl"]
