"""Guards over the shipped Cypher: header and text agree, and it runs on every store."""

import re

import pytest

from graph.errors import BadQueryError
from queries.catalog import catalog, disagreements, parse_query
from queries.cypher import code, parameter_names, returned_columns
from queries.label_policies import (
    label_policies,
    label_policy,
    parse_policy,
    planned_policies,
)
from queries.running import shipped_queries
from tests.support.oracles.brute_force import QUERIES

SHIPPED = shipped_queries().values()
named = pytest.mark.parametrize("query", SHIPPED, ids=lambda query: query.name)

GOOD = """// Which artists are there?
//
// Notes.
//
// Parameters:
//   $limit: int = 25    Rows to return.
//   $name: str          A name.
// Columns:
//   artist, name
MATCH (a:Artist {name: $name})
RETURN a.id AS artist, a.name AS name
LIMIT $limit
"""


def test_the_queries_of_the_design_exist():
    assert set(catalog()) >= {
        *("single_class_artists", "spanning_artists", "class_sizes"),
        *("genre_overlap", "unmapped_genres", "bridge_artists", "chosen_tracks"),
    }


@named
def test_a_header_and_its_cypher_agree(query):
    assert disagreements(query) == ()


@named
def test_a_header_has_one_question_and_explains_its_parameters(query):
    assert query.question.endswith("?")
    assert all(parameter.help for parameter in query.parameters)


@named
def test_a_query_uses_only_what_all_stores_understand(query):
    text = code(query.text)
    beyond = r"\bSHORTEST\b|\bapoc\.|^\s*CYPHER\b|\.fulltext\.|\*\d*\.\.\$|\{\d*,?\$"
    assert not re.search(beyond, text, re.MULTILINE)
    assert not re.search(r"\b(CREATE|MERGE|SET|DELETE|REMOVE)\b", text)


@named
def test_an_aggregate_stands_alone_under_a_name(query):
    # Inside a predicate the embedded store computes it wrongly, without an error.
    text = code(query.text)
    for match in re.finditer(r"\b(count|sum|min|max|avg|collect)\s*\(", text):
        assert re.match(r"\s+AS \w+", text[_end_of_call(text, match.end()) :])


def _end_of_call(text, place):
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
    return place


def test_every_query_with_one_right_answer_has_a_twin_in_python():
    in_rows = {name for name in shipped_queries() if not name.startswith("browser/")}
    assert set(QUERIES) == in_rows - {"path_between", "path_from_seed"}


def test_every_policy_has_the_same_form_and_declares_its_classes():
    demanded = {}
    for name, policy in label_policies().items():
        assert policy.query.columns == ("artist", "class", "share")
        names = [parameter.name for parameter in policy.query.parameters]
        assert names == ["recipe", "min_votes", "min_share"]
        assert policy.card.startswith("An artist has")
        demanded[name] = policy.classes
    assert demanded == {"precedence": "first", "single-class": "one"}


def test_a_planned_policy_is_not_a_policy():
    assert planned_policies()
    assert not set(planned_policies()) & set(label_policies())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("//   one\n", "//   two\n", '"Classes:" has "two"'),
        ("// Classes:\n//   one\n", "", '"Classes:" has ""'),
        ("// Card:\n//   All of it.\n", "", 'no section "Card:"'),
    ],
)
def test_a_policy_without_a_declaration_is_refused(old, new, message):
    text = GOOD.replace(
        "// Parameters:",
        "// Classes:\n//   one\n// Card:\n//   All of it.\n// Parameters:",
    )
    policy = parse_policy("good", text)
    assert (policy.name, policy.classes, policy.card) == ("good", "one", "All of it.")
    with pytest.raises(BadQueryError, match=message):
        parse_policy("bad", text.replace(old, new))


def test_an_unknown_policy_is_refused_with_the_nearest_name():
    with pytest.raises(BadQueryError, match='no policy "precedense"') as caught:
        label_policy("precedense")
    assert caught.value.hint == 'Did you mean "precedence"?'
    with pytest.raises(BadQueryError) as caught:
        label_policy("xyz")
    assert caught.value.hint == "Known are precedence, single-class."


def test_a_header_is_parsed():
    query = parse_query("good", GOOD)
    assert query.question == "Which artists are there?"
    assert query.notes == "Notes."
    assert query.columns == ("artist", "name")
    limit, name = query.parameters
    assert (limit.type, limit.default, limit.help) == ("int", 25, "Rows to return.")
    assert (name.type, name.required) == ("str", True)
    assert disagreements(query) == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("//   $name: str          A name.\n", "", "$name is used and not declared"),
        ("LIMIT $limit", "", "$limit is declared and not used"),
        ("LIMIT $limit", "// LIMIT $limit", "$limit is declared and not used"),
        ("artist, name\n", "artist\n", "the columns are"),
        ("AS name", "AS called", "the columns are"),
    ],
)
def test_a_header_that_differs_from_its_cypher_is_reported(old, new, message):
    assert old in GOOD
    (clause,) = disagreements(parse_query("bad", GOOD.replace(old, new)))
    assert clause.startswith(message)


@pytest.mark.parametrize(
    "line",
    ["$limit: whole = 25    Rows.", "limit: int = 3    Rows.", "$limit: int = x"],
)
def test_a_malformed_header_line_is_refused(line):
    text = GOOD.replace("$limit: int = 25    Rows to return.", line)
    with pytest.raises(BadQueryError, match="limit"):
        parse_query("bad", text)


def test_a_file_without_a_header_is_refused():
    with pytest.raises(BadQueryError, match="no header"):
        parse_query("bad", "MATCH (a) RETURN a")


def test_parameters_and_columns_in_comments_strings_and_subqueries_are_ignored():
    text = """
    MATCH (a) WHERE a.name = "$no RETURN 1 AS no" // $neither
    AND EXISTS { MATCH (a)--(b {id: $`an id`}) RETURN b AS inner } /* $nor */
    RETURN DISTINCT a.id AS id, [x IN [1, 2] | x] AS `the list`, count(*)
    ORDER BY id LIMIT $rows
    """
    assert parameter_names(text) == {"an id", "rows"}
    assert returned_columns(text) == ("id", "the list", "count(*)")
