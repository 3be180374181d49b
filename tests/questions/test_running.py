"""Queries on real stores against plain Python, and their parameters."""

import re
from itertools import pairwise

import pytest

from crawler.recipe.model import Recipe
from crawler.selection.select import select_labels
from graph.bolt.errors import bad_query
from graph.errors import BadQueryError
from graph.model.genres import ClassRule
from queries.catalog import catalog
from queries.running import (
    own_query,
    run_query,
    shipped_queries,
    shipped_query,
    stream_query,
    values_for,
)
from tests.support.oracles.brute_force import QUERIES, hops
from tests.support.oracles.plain_graph import Plain
from tests.support.worlds.made_graph import AT, RECIPE, fill, made_world


@pytest.fixture
def store(bolt_store):
    return bolt_store


EVERYDAY = {"min_votes": 1, "min_share": 0.15, "limit": 7, "min_artists": 2}
STRICT = {"min_votes": 2, "min_share": 0.4, "limit": 3, "min_artists": 3}
MANY_VOTES = {"min_votes": 5, "min_share": 0.05, "limit": 300, "min_artists": 1}
GIVEN = (EVERYDAY, STRICT, MANY_VOTES)

# Classes of the same names over other genres: a query must not mix up recipes.
OTHER = Recipe(
    "another",
    (
        ClassRule("death", ("metal", "pop", "sludge")),
        ClassRule("black", ("black metal", "rock")),
    ),
)


def fill_and_select(store):
    """A made world with selections for two recipes, classes made in another order."""
    fill(store, made_world(200))
    store.sync_classes(OTHER.name, OTHER.class_names, ())
    store.sync_classes("metal", (), ())
    store.sync_classes("metal", tuple(reversed(RECIPE.class_names)), ())
    select_labels(store, OTHER, now=AT)
    select_labels(store, RECIPE, now=AT)


def _parameters(query, given):
    """All that a query declares: thresholds as given, the rest as it suits the world."""
    values = {
        "recipe": RECIPE.name,
        "min_genres": 3,
        "per_class": 2,
        "artist": "deezer:21",
        "track": "deezer:2101",
        "genre": "black metal",
        "kind": "Artist",
        "id": "deezer:100",  # an artist's and a track's
        **given,
    }
    return {p.name: values[p.name] for p in query.parameters}


def test_every_query_returns_the_rows_that_plain_python_finds(store):
    fill_and_select(store)
    graph = Plain(store.items())
    for given in GIVEN:
        for name, twin in QUERIES.items():
            query = shipped_query(name)
            values = _parameters(query, given)
            columns, rows = run_query(store, query, {}, filled=values)
            assert columns == query.columns
            assert rows, name
            assert [tuple(row) for row in rows] == twin(graph, values), name


def test_a_path_between_two_artists_is_a_shortest_path(store):
    fill(store, made_world(200))
    graph = Plain(store.items())
    start, end = "deezer:3", "deezer:77"
    around = {(a, b) for a, b, _ in graph.edges["RELATED_TO"]}

    query = shipped_query("path_between")
    _, rows = run_query(store, query, {"start": start, "end": end})

    path = [artist for _, artist, _ in rows]
    assert [step for step, _, _ in rows] == list(range(hops(graph, start, end) + 1))
    assert (path[0], path[-1]) == (start, end)
    for one, other in pairwise(path):
        assert (one, other) in around or (other, one) in around
    assert run_query(store, query, {"start": start, "end": start})[1] == []


def test_an_own_query_may_only_read(store):
    fill(store, made_world(20))
    before = store.stats()

    own = own_query("own", "MATCH (a:Artist {id: $id}) RETURN a.name AS name")
    assert run_query(store, own, {"id": "deezer:7"})[1] == [("Band 7",)]
    for text in (
        "CREATE (:Artist {id: 'x:1'})",
        "MATCH (a:Artist) SET a.name = 'x' RETURN a.id AS id",
        "MATCH (a:Artist) DETACH DELETE a",
        "CALL { CREATE (:Artist {id: 'x:1'}) } RETURN 1 AS n",
        "MATCH (a:Artist) FOREACH (x IN [1] | SET a.name = 'x') RETURN 1 AS n",
        "MATCH (a:Artist) CALL (a) { SET a.name = 'x' } IN TRANSACTIONS RETURN 1 AS n",
        "CALL db.createLabel('X')",
        "CALL apoc.merge.node(['Artist'], {id: 'x:1'}, {}, {})",
        "CREATE INDEX own FOR (a:Artist) ON (a.name)",
        "EXPLAIN LOAD CSV FROM 'file:///x' AS line RETURN line",
        "INSERT (:Artist {id: 'x:1'})",
        "no Cypher at all",
    ):
        with pytest.raises(BadQueryError):
            run_query(store, own_query("own", text), {})
    assert store.stats() == before


def test_a_long_result_comes_row_by_row_and_may_be_abandoned(store):
    count = own_query("own", "UNWIND range(1, 25000) AS n RETURN n")
    with stream_query(store, count, {}) as (columns, rows):
        assert columns == ("n",)
        assert [n for (n,) in rows] == list(range(1, 25_001))
    with stream_query(store, count, {}) as (_, rows):
        assert next(rows) == (1,)
    late = own_query("own", "UNWIND range(1, 25000) AS n RETURN 1 / (24000 - n) AS x")
    with (
        pytest.raises(BadQueryError, match="by zero"),
        stream_query(store, late, {}) as (_, rows),
    ):
        assert len(list(rows)) < 24_000


def test_parameters_have_the_types_of_the_header():
    query = shipped_query("unmapped_genres")
    given = {"limit": "7", "min_share": "0.5", "recipe": "27"}
    values = values_for(query, given, {"min_votes": 3, "recipe": "metal", "x": 1})
    assert values == {"recipe": "27", "min_votes": 3, "min_share": 0.5, "limit": 7}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limit", "many"),
        ("limit", "1.5"),
        ("limit", ""),
        ("min_share", "half"),
        ("min_share", "nan"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_an_example(name, text):
    query = shipped_query("unmapped_genres")
    with pytest.raises(BadQueryError, match=re.escape(f"${name} is a")) as caught:
        values_for(query, {name: text}, {"recipe": "metal"})
    assert caught.value.hint.startswith("Write")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("27", 27),
        ("0.5", 0.5),
        ("true", True),
        ("deezer:27", "deezer:27"),
        ('"27"', "27"),
        ('["a", 1]', ["a", 1]),
        ("NaN", "NaN"),
        ("1e999", "1e999"),
        ("null", None),
    ],
)
def test_parameters_without_a_header_are_json_or_text(text, value):
    query = own_query("own", "RETURN $x AS x")
    assert values_for(query, {"x": text}, {}) == {"x": value}


def test_the_header_of_an_own_query_is_used():
    text = "// What?\n//\n// Parameters:\n//   $x: list = [1]    Some.\nRETURN $x AS x"
    query = own_query("own", text)
    assert values_for(query, {}, {}) == {"x": [1]}
    with pytest.raises(BadQueryError, match="a list"):
        values_for(query, {"x": "3"}, {})


@pytest.mark.parametrize(
    "text", ["9" * 20, f'{{"a": [{2**63}]}}', "\udcff", '["\\ud800"]', "[" * 9999]
)
def test_values_that_no_database_can_hold_are_refused(text):
    with pytest.raises(BadQueryError, match=r"\$x is") as caught:
        values_for(own_query("own", "RETURN $x AS x"), {"x": text}, {})
    assert len(str(caught.value)) < 200
    if text.isdigit():
        with pytest.raises(BadQueryError, match="whole number"):
            values_for(shipped_query("most_listed_artists"), {"limit": text}, {})


def test_a_database_error_is_short(store):
    with pytest.raises(BadQueryError, match="nonsense") as caught:
        run_query(store, own_query("own", "nonsense here"), {})
    assert len(str(caught.value)) < 150


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(BadQueryError, match=r"no parameter \$limt") as caught:
        values_for(shipped_query("unmapped_genres"), {"limt": "3"}, {})
    assert '"limit"' in caught.value.hint


def test_a_missing_parameter_is_named():
    with pytest.raises(BadQueryError, match=r"needs \$start, \$end") as caught:
        values_for(shipped_query("path_between"), {}, {})
    assert "-p start=" in caught.value.hint


def test_an_unknown_query_names_the_nearest():
    with pytest.raises(BadQueryError, match="spaning") as caught:
        shipped_query("spaning_artists")
    assert '"spanning_artists"' in caught.value.hint


def test_an_empty_text_is_not_a_query():
    with pytest.raises(BadQueryError, match="empty"):
        own_query("own", " \n")


def test_policies_are_shipped_queries_too():
    assert set(shipped_queries()) > set(catalog())
    assert "policies/precedence" in shipped_queries()


def test_the_caret_under_a_wrong_query_is_omitted():
    words = "Invalid input 'MATC' (line 1, column 1 (offset: 0))\n\"MATC (n)\"\n ^"
    message = str(bad_query("here", "Neo.ClientError.Statement.SyntaxError", words))
    assert message.endswith('(line 1, column 1 (offset: 0)) "MATC (n)"')
