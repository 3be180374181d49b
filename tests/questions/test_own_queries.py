"""An own query only reads: everything else is refused on every store."""

import pytest

from graph.cypher.read_only import first_write_clause, non_read_operation
from graph.errors import BadQueryError
from queries.running import own_query, run_query
from tests.support.worlds.made_graph import fill, made_world

WRITING = [
    "INSERT (:Artist {id: 'x:1'})",
    "MATCH (a:Artist) INSERT (a)-[:X]->(:Y) RETURN 1 AS n",
    "MATCH (a:Artist) NODETACH DELETE a",
    "MATCH (a:Artist) WITH * SET a:Y",
    "UNWIND [1] AS x CALL (x) { CREATE (:Y) } IN 2 CONCURRENT TRANSACTIONS OF 1 ROW",
    "MATCH (set:Artist) SET set.id = 'x'",
    "MATCH (a:Artist) // x\rSET a.name = 'x'",
    "MATCH (a:Artist) /* ' */ SET/**/a.name = 'x' // \"",
]
BEYOND = {
    "CALL tx.setMetaData({a: 1})": "CALL tx.setMetaData",
    "CALL db.clearQueryCaches()": "CALL db.clearQueryCaches",
    "CALL db.resampleIndex('artist_id')": "CALL db.resampleIndex",
    "CALL db.stats.collect('QUERIES')": "CALL db.stats.collect",
    "OPTIONAL CALL db.createLabel('X')": "CALL db.createLabel",
    "CALL dbms.setConfigValue('x', 'y')": "CALL dbms.setConfigValue",
    "CALL `apoc`.`load` . json('file:///x')": "CALL apoc.load.json",
    "CALL /* x */ apoc.export.csv.all('x', {})": "CALL apoc.export.csv.all",
    "RETURN 1 AS a // x\rCALL apoc.load.json('file:///x')": "CALL apoc.load.json",
    "\\u004cOAD CSV FROM 'file:///x' AS l RETURN l": "LOAD CSV",
    "RETURN '\\u0027 AS a CALL apoc.load.json('x')": "CALL apoc.load.json",
    "CALL { LOAD CSV FROM 'file:///x' AS l RETURN l } RETURN l": "LOAD CSV",
    "GRANT ROLE admin TO neo4j": "GRANT",
    "STOP DATABASE neo4j": "STOP",
    "RENAME USER neo4j TO x": "RENAME",
    "TERMINATE TRANSACTIONS 'x'": "TERMINATE",
    "COMMIT": "COMMIT",
}
READING = [
    "MATCH (set:Artist) WHERE set.name = 'CREATE (:X)' RETURN set.id AS delete",
    "MATCH (create:Artist) RETURN create LIMIT 1",
    "MATCH (a:Set)-[:CREATE]->(b) RETURN a.merge AS remove, {set: 1, drop: 2} AS m",
    "MATCH (a:`DELETE`) RETURN a.id AS `MERGE`, 'SET' AS s // DROP",
    "CALL db.labels() YIELD label RETURN label",
]


@pytest.fixture
def store(bolt_store):
    return bolt_store


def state(store):
    """All there is, indexes too."""
    counted = "MATCH (n) RETURN labels(n) AS l, count(*) AS n, sum(size(keys(n))) AS k"
    indexes = "SHOW INDEXES YIELD name RETURN name"
    return [
        sorted(map(str, store._bolt.read(lambda t, text=text: t.run_text(text, {}))))
        for text in (counted, indexes)
    ]


def test_only_reads_are_run_and_nothing_changes(store):
    fill(store, made_world(20))
    before = state(store)
    for text in WRITING:
        with pytest.raises(BadQueryError, match=r"query writes|Invalid input"):
            run_query(store, own_query("own", text), {})
    assert state(store) == before
    for text in READING:
        run_query(store, own_query("own", text), {})


@pytest.mark.parametrize("text", BEYOND)
def test_other_operations_are_refused_by_name_before_they_are_sent(text):
    with pytest.raises(BadQueryError, match="more than read the graph") as caught:
        own_query("own", text)
    assert str(caught.value).endswith(BEYOND[text])


@pytest.mark.parametrize("word", ["EXPLAIN", "profile"])
def test_explain_and_profile_are_refused(word):
    with pytest.raises(BadQueryError, match="plans are not shown here") as caught:
        own_query("own", f"{word} MATCH (a) RETURN a")
    assert "Neo4j Browser" in caught.value.hint


@pytest.mark.parametrize("text", READING)
def test_names_that_look_like_writing_clauses_are_allowed(text):
    assert first_write_clause(text) is None
    assert non_read_operation(text) is None


@pytest.mark.parametrize("text", WRITING)
def test_each_writing_clause_is_recognised(text):
    assert first_write_clause(text) is not None
