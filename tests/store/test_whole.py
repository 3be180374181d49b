"""What a whole store has beyond what the crawl needs: questions, selection, moving."""

from dataclasses import replace

import pytest

from graph.errors import BadGraphFileError, BadQueryError
from graph.model.music import ArtistLabel, Selection, TrackId, TrackLabel
from tests.support.memory_store.store import MemoryStore
from tests.support.store_contract import (
    ANNA,
    AT,
    BERT,
    CARA,
    LATER,
    RELATED,
    SONG,
    TUNE,
    answer,
    begun,
    edges,
    filled,
    relatives,
)

CHOSEN = Selection("metal", "single-class", "d", 1, AT, (("artists", 2), ("kept", 1)))


def test_a_query_returns_columns_and_rows_of_python_values(bolt_store):
    filled(bolt_store)
    columns, rows = bolt_store.query(
        "MATCH (a:Artist {id: $id}) "
        "RETURN a.name AS name, a.related_at AS at, [1, 2.5, 'x'] AS list, null AS none",
        {"id": ANNA.id},
    )
    assert columns == ("name", "at", "list", "none")
    assert rows == [(ANNA.name, AT, [1, 2.5, "x"], None)]


def test_nodes_relations_and_paths_become_mappings(bolt_store):
    filled(bolt_store)
    _, ((path, start, edge),) = bolt_store.query(
        "MATCH p = (a:Artist)-[r:RELATED_TO]->(b:Artist) RETURN p, a, r"
    )
    assert start["labels"] == ["Artist"]
    assert start["properties"]["related_at"] == AT
    assert edge["label"] == "RELATED_TO"
    assert edge["properties"]["rank"] == 1
    assert [n["properties"]["id"] for n in path["nodes"]] == [ANNA.id, BERT.id]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:Artist {id: 'x'})",
        "MATCH (a:Artist) SET a.name = 'x' RETURN a.name",
        "MATCH (a:Artist) DETACH DELETE a",
        "MERGE (a:Artist {id: 'x'}) RETURN a.id",
        "MATCH (a:Artist) REMOVE a.name",
        "FOREACH (x IN [1] | CREATE (:Artist {id: 'x'}))",
        "CREATE INDEX nope IF NOT EXISTS FOR (n:Artist) ON (n.name)",
        "DROP CONSTRAINT artist_id IF EXISTS",
        "MATCH (a:Artist) /* */ set a.x = 1",
    ],
)
def test_a_query_that_writes_is_refused_and_writes_nothing(bolt_store, text):
    filled(bolt_store)
    before = list(bolt_store.items())
    with pytest.raises(BadQueryError, match="the query writes"):
        bolt_store.query(text)
    assert list(bolt_store.items()) == before


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a:Artist {name: 'CREATE'}) RETURN a.set AS merge // DELETE",
        'RETURN "it\'s SET" AS text, {delete: 1} AS `REMOVE`',
    ],
)
def test_words_that_only_look_like_writing_are_accepted(bolt_store, text):
    bolt_store.query(text)


@pytest.mark.parametrize("text", ["MATCH (a RETURN a", "RETURN $missing", "RETURN 1/0"])
def test_the_error_of_a_bad_query_is_one_line(bolt_store, text):
    with pytest.raises(BadQueryError) as caught:
        bolt_store.query(text)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("the query cannot be run: ")
    assert caught.value.hint


def test_a_selection_replaces_the_previous_one(bolt_store):
    filled(bolt_store)
    assert bolt_store.selection("metal") is None
    first = [
        ArtistLabel(ANNA.id, "thrash metal", 1.0),
        ArtistLabel(BERT.id, "doom", 0.5),
    ]
    bolt_store.replace_selection(CHOSEN, first, [TrackLabel(SONG.id, "doom", 1)])
    second = replace(CHOSEN, policy="precedence", at=LATER, funnel=())
    chosen = [
        ArtistLabel(ANNA.id, "thrash metal", 0.75),
        ArtistLabel(BERT.id, "thrash metal", 1),
    ]
    bolt_store.replace_selection(second, chosen, [TrackLabel(TUNE.id, "doom", 0.5)])

    assert bolt_store.selection("metal") == second
    assert bolt_store.selection("other") is None
    kept = edges(bolt_store, "CLASSIFIED_AS")
    assert [
        (e["start"]["id"], e["end"]["id"], e["properties"]["share"]) for e in kept
    ] == [
        (ANNA.id, "metal/thrash metal", 0.75),
        (BERT.id, "metal/thrash metal", 1.0),
        (TUNE.id, "metal/doom", 0.5),
    ]
    assert {e["properties"]["policy"] for e in kept} == {"precedence"}
    assert {e["properties"]["at"] for e in kept} == {"2026-11-24T13:30:15.250000Z"}


def test_a_selection_does_not_change_those_of_other_recipes(bolt_store):
    filled(bolt_store)
    bolt_store.sync_classes("other", ["doom"], [])
    bolt_store.replace_selection(CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [])
    other = replace(CHOSEN, recipe="other")
    bolt_store.replace_selection(other, [ArtistLabel(ANNA.id, "doom", 1)], [])
    bolt_store.replace_selection(CHOSEN, [], [])
    assert [e["end"]["id"] for e in edges(bolt_store, "CLASSIFIED_AS")] == [
        "other/doom"
    ]
    assert bolt_store.selection("other") == other


def test_a_failed_selection_keeps_the_previous_one(bolt_store):
    filled(bolt_store)
    bolt_store.replace_selection(CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [])
    before = list(bolt_store.items())
    unknown = [TrackLabel(SONG.id, "doom", 1), TrackLabel(TrackId("x"), "doom", 1)]
    with pytest.raises(ValueError, match="do not exist"):
        bolt_store.replace_selection(replace(CHOSEN, at=LATER), [], unknown)
    assert list(bolt_store.items()) == before


def test_counts_contain_every_label_and_type_of_the_graph(bolt_store):
    filled(bolt_store)
    assert bolt_store.stats() == {
        "Artist": 2,
        "Class": 2,
        "Crawl": 1,
        "Genre": 1,
        "Playlist": 1,
        "Selection": 0,
        "Source": 1,
        "Track": 2,
        "CLASSIFIED_AS": 0,
        "CONTAINS": 1,
        "HAS_GENRE": 1,
        "IN_CLASS": 1,
        "PERFORMS": 2,
        "RELATED_TO": 1,
    }


def test_an_exported_and_imported_graph_is_the_same(bolt_store, tmp_path):
    filled(bolt_store)
    bolt_store.replace_selection(
        CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [TrackLabel(SONG.id, "doom", 1)]
    )
    before = list(bolt_store.items())
    bolt_store.load(before)
    assert list(bolt_store.items()) == before


def test_every_store_yields_the_same_items(embedded_store, neo4j_store):
    for store in (embedded_store, neo4j_store):
        filled(store)
        store.replace_selection(CHOSEN, [ArtistLabel(ANNA.id, "doom", 1)], [])
    assert list(embedded_store.items()) == list(neo4j_store.items())
    assert embedded_store.snapshot() == neo4j_store.snapshot()


def test_the_reference_yields_the_same_items(memory_store, embedded_store):
    for store in (memory_store, embedded_store):
        begun(store)
        store.commit([answer(RELATED, relatives(CARA, BERT))], at=AT)
        store.close_round(0, {BERT.id: 1}, seconds=3)
    assert isinstance(memory_store, MemoryStore)
    assert list(memory_store.items()) == list(embedded_store.items())


@pytest.mark.parametrize(
    "item",
    [
        {},
        [],
        {"type": "edge"},
        {"type": "node", "id": "x", "labels": ["Slice"], "properties": {"id": "x"}},
        {"type": "node", "id": "x", "labels": ["Artist"], "properties": {}},
        {"type": "node", "id": "x", "labels": ["Artist"], "properties": {"id": "y"}},
        {
            "type": "node",
            "id": "x",
            "labels": ["Artist"],
            "properties": {"id": "x", "name": {"a": 1}},
        },
        {
            "type": "relationship",
            "label": "RELATED_TO",
            "properties": {},
            "start": {"id": "deezer:1", "labels": ["Artist"]},
            "end": {"id": "deezer:2", "labels": ["Artist"]},
        },
    ],
)
def test_an_invalid_item_is_refused_and_nothing_is_written(embedded_store, item):
    good = {"type": "node", "id": "x", "labels": ["Artist"], "properties": {"id": "x"}}
    with pytest.raises(BadGraphFileError):
        embedded_store.load([good, item])
    assert list(embedded_store.items()) == []
