"""No shipped query reads a whole label where it could look a node up, on 20,000 artists."""

import re
from fnmatch import fnmatch

import neo4j
import pytest

from graph.model.schema import KEYS
from graph.transfer.upgrade import OLD_LABELS
from tests.support.neo4j.database import emptied
from tests.support.oracles.query_plans import (
    ARTISTS,
    fill,
    planned,
    profiled,
    statements,
)

# Labels of a few nodes, and the work items of the one open round.
SMALL = frozenset(
    {
        *("Class", "Crawl", "Lease", "Schema", "Selection", "Source", "Standby"),
        "WorkItem",
    }
    | OLD_LABELS
)
# What must read a label of many nodes whole, and why.
WHOLE = {
    "graph/statements/database/read_anything": "stops at the first node",
    "graph/statements/transfer/read_count_nodes": "counts all",
    "graph/statements/music/read_artists": "the planner uses every artist",
    "graph/statements/music/read_genre_edges": "the planner uses every artist",
    "graph/statements/music/read_related": "the planner uses every artist",
    "graph/statements/music/read_previews": "the planner uses every artist",
    "graph/statements/music/read_genres": "lists all genres: classes match names by patterns",
    "graph/statements/upgrade/*": "deletes all data of the workers of an older version",
    "graph/transfer/statements/read_keys_*": "a whole graph is copied or written to a file",
    "graph/statements/views/read_kinds_*": "a whole graph is written to a file",
    "graph/statements/views/read_view_*": "the view is the whole graph",
    "graph/statements/transfer/write_copy_*": "a copy begins in an empty database",
    "queries/artists_without_genres": "a missing genre has no index",
    "queries/bridge_artists": "compares every artist with its neighbours",
    "queries/browser/bridge_artists": "compares every artist with its neighbours",
    "queries/most_listed_artists": "counts over every artist",
    "queries/browser/most_listed_artists": "counts over every artist",
    "queries/program/example_artists": "counts over every artist",
    "queries/path_from_seed": "seeds are found by depth, which has no index",
    "queries/browser/path_from_seed": "seeds are found by depth, which has no index",
    "queries/seed_artists": "seeds are found by depth, which has no index",
    "queries/browser/what_is_here": "shows some of every kind",
    "queries/frontier_artists": "missing answers have no index",
    "queries/genre_overlap": "counts over every genre",
    "queries/single_genre_artists": "counts the genres of every artist",
    "queries/unmapped_genres": "genres of no class have no index",
    "queries/program/artist_names": "finds names with another spelling",
    "queries/program/artist_progress": "counts over every artist",
    "queries/program/track_credits": "the selection weighs every track",
}
# A shortest path may lead through half the graph; the others touch what they name.
WALKS = "*path_*"


def test_no_write_planned_on_an_empty_database_starts_at_a_shared_node(
    neo4j_store, neo4j_uri
):
    """Its plan lives on while the database fills: from a class it would look at all there."""
    del neo4j_store  # has made the indexes, and holds nothing
    with neo4j.GraphDatabase.driver(
        neo4j_uri, auth=None, notifications_min_severity="OFF"
    ) as driver:
        driver.execute_query("CALL db.clearQueryCaches()")
        walked = {
            name: planned(driver, text).walked
            for name, text in statements()
            if "/write_" in name
        }
    assert {name: walks for name, walks in walked.items() if walks} == {}


@pytest.fixture(scope="module")
def driver(neo4j_uri):
    emptied(neo4j_uri)
    with neo4j.GraphDatabase.driver(
        neo4j_uri, auth=None, notifications_min_severity="OFF"
    ) as opened:
        _drop_constraints(opened)
        fill(opened, relatives=1)
        yield opened
    emptied(neo4j_uri)


def _drop_constraints(driver):
    """As `fill` wants it; other tests' stores have made them, and will again."""
    named = driver.execute_query("SHOW CONSTRAINTS YIELD name RETURN name").records
    for (name,) in named:
        driver.execute_query(f"DROP CONSTRAINT `{name}`")


def is_whole(name):
    return any(fnmatch(name, pattern) for pattern in WHOLE)


def names_key(text, label):
    """Whether a pattern of a text holds the label's key."""
    return re.search(rf":{label} \{{{KEYS[label]}:", text) is not None


def faults(driver, name, text):
    scanned = planned(driver, text).scanned
    if is_whole(name):
        return []
    return [
        f"{name} reads every {label}"
        for label in sorted(scanned)
        if label not in SMALL or names_key(text, label)
    ]


def test_only_exempted_statements_read_a_whole_label(driver):
    found = [one for name, text in statements() for one in faults(driver, name, text)]
    assert found == []


def test_a_query_about_one_artist_touches_few_of_twenty_thousand(driver):
    queries = [
        (name, text)
        for name, text in statements()
        if name.startswith("queries/")
        and any(names_key(text, label) for label in ("Artist", "Track", "Genre"))
        and not (is_whole(name) or fnmatch(name, WALKS))
    ]
    assert len(queries) > 5
    hits = {name: profiled(driver, text).hits for name, text in queries}
    assert max(hits.values()) < ARTISTS / 2, hits


def test_a_look_up_without_an_index_is_detected(driver):
    hidden = "MATCH (a:Artist) WHERE toUpper(a.id) = $id RETURN a.name AS name"
    assert faults(driver, "queries/new", hidden) == ["queries/new reads every Artist"]
    small = "MATCH (c:Class {id: $id}) USING SCAN c:Class RETURN c.name AS name"
    assert faults(driver, "queries/new", small) == ["queries/new reads every Class"]
    keyed = "MATCH (a:Artist {id: $id}) RETURN a.name AS name"
    assert faults(driver, "queries/new", keyed) == []
    assert profiled(driver, keyed).hits < 10 < profiled(driver, hidden).hits


def test_each_exemption_names_an_existing_statement():
    names = [name for name, _ in statements()]
    unused = [one for one in WHOLE if not any(fnmatch(name, one) for name in names)]
    assert unused == []
