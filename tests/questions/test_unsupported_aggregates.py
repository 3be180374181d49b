"""Aggregates that the embedded store computes wrongly are refused there, and no others.

Each expression below is run on the embedded store and on Neo4j.
"""

import pytest

from crawler.cli import run_command_line
from graph.cypher.aggregates import unsupported_aggregate
from graph.errors import BadQueryError
from graph.opening import StoreSettings, open_configured_store
from queries.running import own_query, run_query, shipped_queries
from tests.conftest import NOW

WRONG = """
count(a) IS NULL
max(a.x) IS NOT NULL
count(a) IN [3, 4]
3 IN collect(a.x)
1 IN [1, count(a)]
2 IN range(1, count(a))
NOT count(a) > 1
NOT (count(a) > 1)
NOT NOT count(a) > 1
not(count(a) > 2)
count(a) = 3 AND true
true AND count(a) = 3
count(a)>2 AND(true)
1 < count(a) AND count(a) < 4
count(a) = 3 OR false
count(a) = 3 XOR false
max(a.id) STARTS WITH 'c'
max(a.id) ENDS WITH 'c'
max(a.id) CONTAINS 'c'
max(a.id) =~ 'c.*'
'c' STARTS WITH max(a.id)
'abc' CONTAINS max(a.id)
'a' + toString(count(a)) CONTAINS '3'
collect(a.id)[0] IS NOT NULL
collect(a.id)[0] STARTS WITH 'a'
CASE WHEN count(a) > 1 AND true THEN 1 ELSE 0 END
CASE WHEN max(a.x) IS NULL THEN 1 ELSE 0 END
CASE WHEN count(a) IN [3] THEN 1 ELSE 0 END
CASE max(a.x) IS NULL WHEN true THEN 1 ELSE 0 END
CASE WHEN (count(a) > 2) THEN 1 END + 1 IN [2]
CASE WHEN max(a.x) > 1 THEN min(a.x) IS NULL ELSE true END
{n: count(a)}.n
{n: count(a) IN [3]}
[count(a) IN [3]]
[count(a), max(a.x)][0] IN [3]
coalesce(count(a) IN [3], false)
coalesce(max(a.x) IS NULL, count(a) > 1)
toString(max(a.x) IS NULL)
(count(a) IN [3]) = true
(max(a.x) IS NULL) = (count(a) > 5)
count(DISTINCT a.id) IN [3]
COUNT(*) in [3]
count(*) = 3 AND true
avg(a.x) IS NULL
stDev(a.x) IS NULL
percentileCont(a.x, 0.5) IN [2.0]
sum(a.x) IS NULL
collect(a.x) IS NULL
sum(CASE WHEN a.x IN [1, 2] THEN 1 ELSE 0 END) IN [2]
size(collect(a.x)) IN [3]
abs(sum(a.x)) IN [6]
(count(a) + 1) IN [4]
count(a) + 1 IN [4]
sum(a.x) / count(a) IN [2]
collect({id: a.id})[0].id
head(collect(a)).id
size(collect(a)[0].id)
collect(a)[0]:Artist
duration({days: count(a)}).days
collect(a.x)[0..count(a)]
[1, 2, 3, 4][..count(a)]
all(x IN collect(a.x) WHERE x IS NOT NULL) AND true
count(a) IS :: INTEGER
COLLECT { MATCH (b:Artist) RETURN count(b) IN [3] }[0]
[max(a.id), max(a.id) STARTS WITH 'c']
[count(a), 3 IN [1, count(a)]]
""".strip().splitlines()

RIGHT = """
count(a)
count(a) = 3
count(a) <> 3
count(a) < 3
3 > count(a)
count(a) <= 3
2 < count(a) < 4
(count(a) > 2) = true
count(a) > 1 <> (max(a.x) > 5)
count(a) < 5 = (2 IN [2])
count(a) * 2 - 1 + 3 % 2
-count(a)
count(a) ^ 2
toString(count(a) > 2)
coalesce(max(a.x), 0)
size(collect(a.id)) > 2
collect(a.id)[0]
collect(a.id)[0..2]
collect(a.x)[-1] > 0
collect(a.x)[count(a) - 1]
collect(a)[0]['id']
[1, 2, 3][count(a) - 1]
head(collect(a.id)) = 'a'
CASE WHEN count(a) > 2 THEN 'many' ELSE 'few' END
CASE count(a) WHEN 3 THEN 'three' ELSE 'other' END
CASE WHEN true AND 1 IN [1] THEN count(a) ELSE 0 END
CASE WHEN count(a) > 2 THEN 1 IN [1] AND true END
{n: count(a), in: max(a.id), and: 1}
{id: 1, m: max(a.x)}['m']
[count(a), 1]
[count(a), count(a) IN [3]]
[count(a), NOT count( a ) > 1]
[x IN collect(a.id) WHERE x > 'a' AND NOT x IN ['b'] | x + '!']
[x IN collect(a) WHERE x:Artist AND x.x IN [1] | x.id]
[y IN [x IN collect(a.x) | x + 1] WHERE y IN [2]]
any(x IN collect(a.id) WHERE x IN ['a'])
all(x IN collect(a.x) WHERE x IS NOT NULL)
single(x IN collect(a.id) WHERE x = 'a' OR x = 'b')
reduce(s = 0, x IN collect(a.x) | s + x)
reduce(s = true, x IN collect(a.x) | s AND x > 0)
reduce(s = count(a), x IN [1, 2] | s + x)
count(DISTINCT a.id)
count(*) > 2
sum(CASE WHEN a.x > 1 AND a.x < 3 THEN 1 ELSE 0 END)
sum(CASE WHEN a.x IN [1, 2] THEN 1 ELSE 0 END) > 1
count(CASE WHEN a.x IS NULL THEN 1 END)
collect(a.x IS NULL)
collect(DISTINCT NOT a.x > 1)
max(a.x IN [1])
collect(COUNT { MATCH (b:Artist) WHERE b.x IN [a.x] AND true })
COUNT { MATCH (b:Artist) } IN [3]
COLLECT { MATCH (b:Artist) RETURN count(b) }
EXISTS { MATCH (b:Artist) WITH count(b) AS n WHERE n IN [3] RETURN n }
date('2020-01-01').year + count(a)
{n: 1}.n + count(a)
'AND IS NULL' + count(a)
count(a.not)
count(a) /* IS NULL */
percentileCont(a.x, 0.5) > 1
round(avg(a.x), 1)
range(1, count(a))
nullIf(count(a), 3)
keys({n: count(a)})
isEmpty(collect(a.id))
""".strip().splitlines()

ARTISTS = (
    "UNWIND [['a', 1], ['b', 2], ['c', 3]] AS r CREATE (:Artist {id: r[0], x: r[1]})"
)


def column(expression):
    return f"MATCH (a:Artist) RETURN {expression} AS `v AND w`"


@pytest.mark.parametrize("expression", WRONG)
def test_expressions_that_the_embedded_store_computes_wrongly_are_found(expression):
    assert unsupported_aggregate(column(expression)) is not None


@pytest.mark.parametrize("expression", RIGHT)
def test_correct_expressions_are_not_refused(expression):
    assert unsupported_aggregate(column(expression)) is None


def answers(store):
    """The store's unchecked result of each expression."""
    store._bolt.alter([ARTISTS])
    return store._bolt.read(
        lambda transaction: {
            one: transaction.run_text(column(one), {}) for one in (*WRONG, *RIGHT)
        }
    )


def test_exactly_the_expressions_are_refused_in_which_the_embedded_store_and_neo4j_differ(
    embedded_store, neo4j_store
):
    embedded, right = answers(embedded_store), answers(neo4j_store)
    assert [one for one in embedded if embedded[one] != right[one]] == WRONG


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a) WITH a.x AS k, count(a) IN [2] AS v RETURN v",
        "MATCH (a) RETURN count(a) AS n, count(a) IN [3] AS v",
        "MATCH (a) RETURN DISTINCT count(a) IN [3]",
        "CALL { MATCH (b) RETURN count(b) IN [3] AS v } RETURN v",
        "MATCH (a) CALL (a) { WITH count(a) IS NULL AS v RETURN v } RETURN v",
        "MATCH (a) RETURN 1 AS v UNION MATCH (a) RETURN NOT count(a) > 1 AS v",
        "MATCH (a) RETURN EXISTS { MATCH (b) WITH max(b.x) IS NULL AS v RETURN v } AS v",
        "MATCH (a) WITH a WHERE a.name STARTS WITH 'x' RETURN count(a) IN [1] AS v",
    ],
)
def test_aggregates_are_found_in_every_kind_of_column(text):
    assert unsupported_aggregate(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "MATCH (a) WITH count(a) AS n RETURN n IN [3, 4] AND n IS NOT NULL AS v",
        "MATCH (a) WHERE a.name STARTS WITH 'x' AND NOT a.x IN [1] RETURN count(a) AS n",
        "MATCH (a) RETURN a.x IN [1] AS k, count(a) AS n ORDER BY k AND n > 1, n LIMIT 3",
        "MATCH (a) WITH a, collect(a.x) AS xs WHERE 1 IN xs AND size(xs) > 1 RETURN xs",
        "MATCH (a)-[r:IN|AND]->(b:Not) RETURN a.is AS in, count(r) AS contains",
        "MATCH (count)-->(max) RETURN count.x IN [1] AS v, max.x IS NULL AS w",
        "RETURN apoc.coll.max([1, 2]) IS NULL AS v",
        "MATCH (a) RETURN a {.name, n: a.x IN [1]} AS v, count(*) AS n",
        "RETURN '",
        "RETURN ((count(a",
    ],
)
def test_correct_and_invalid_queries_are_passed_to_the_store(text):
    assert unsupported_aggregate(text) is None


def test_no_shipped_query_contains_one():
    for query in shipped_queries().values():
        assert unsupported_aggregate(query.text) is None, query.name


def test_an_own_query_is_refused_with_a_rewriting_on_the_embedded_store_only(
    embedded_store, neo4j_store
):
    text = "MATCH (a:Artist)\nRETURN a.x AS k,\n  count( a ) IN [3, 4] AS few"
    query = own_query("own", text)
    with pytest.raises(
        BadQueryError, match=r"count\( a \) wrongly under IN, on line 3"
    ) as caught:
        run_query(embedded_store, query, {})
    assert "`WITH count( a ) AS n RETURN n IN [3, 4]`" in caught.value.hint
    assert run_query(neo4j_store, query, {})[1] == []


def test_the_command_names_the_aggregate_and_ends_with_2(tmp_path, capsys, monkeypatch):
    settings = StoreSettings(None, None, None, None, tmp_path / "store")
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        store._bolt.alter([ARTISTS])
    own = tmp_path / "own.cypher"
    own.write_text(column("max(a.x) IS NULL"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run_command_line(["query", "run", str(own), "--store", "store"]) == 2
    err = capsys.readouterr().err
    assert "max(a.x)" in err
    assert "WITH max(a.x) AS n RETURN n IS NULL" in err
