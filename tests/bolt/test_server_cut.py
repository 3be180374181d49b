"""Connections to a Neo4j that are lost at a certain place, and writers in a deadlock."""

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.bolt_store.store import BoltStore
from graph.errors import StoreUnreachableError
from graph.opening import StoreSettings, open_configured_store
from tests.support.neo4j.database import emptied
from tests.support.processes.program import genregraph
from tests.support.servers.bolt_proxy import proxy_to

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MANY = "UNWIND range(1, 25000) AS number RETURN number, 'a name of some length' AS name"
COUNT = "MERGE (c:Counter {id: 'one'}) SET c.tries = coalesce(c.tries, 0) + 1"


@contextmanager
def opened(uri):
    settings = StoreSettings(uri, None, None, None, Path("nowhere"))
    with open_configured_store(settings, clock_now=lambda: NOW) as store:
        assert isinstance(store, BoltStore)
        yield store


@pytest.fixture(params=["neo4j_uri", "neo4j_2026_uri"])
def proxy(request):
    """A way that breaks to each line's server; its database is empty."""
    uri = request.getfixturevalue(request.param)
    emptied(uri)
    with proxy_to(uri) as way:
        yield way
    emptied(uri)


def test_a_commit_whose_reply_was_lost_is_repeated_until_its_outcome_is_known(proxy):
    runs = []
    with opened(proxy.uri) as store:

        def work(transaction):
            runs.append(transaction.run_text(COUNT, {}))
            transaction.run("rounds/write_pause", name="deezer", until=NOW)

        proxy.swallow_commits(2)
        store._bolt.write(work)
        # The server had committed both: that the work runs again is why all writes
        # of ours are repeatable.
        assert (proxy.cuts, len(runs)) == (2, 3)
        assert store.query("MATCH (c:Counter) RETURN c.tries")[1] == [(3,)]
        assert store.stats()["Source"] == 1


def test_a_query_that_fails_before_its_first_row_is_repeated(proxy):
    with opened(proxy.uri) as store:
        proxy.cut_after(600_000)
        rows = store.query(MANY)[1]
        assert [number for number, _ in rows] == list(range(1, 25_001))
        proxy.cut_after(50_000)
        with store.stream(MANY) as (columns, more):
            assert columns == ("number", "name")
            assert sum(1 for _ in more) == 25_000
    assert proxy.cuts == 2


def test_a_query_that_fails_after_its_first_rows_raises(proxy):
    given = []
    with opened(proxy.uri) as store, store.stream(MANY) as (_, rows):
        given.append(next(rows))
        proxy.cut_after(100_000)
        with pytest.raises(StoreUnreachableError, match="the output is cut off"):
            given.extend(rows)
    assert 10_000 <= len(given) < 25_000
    assert given[:2] == [(1, "a name of some length"), (2, "a name of some length")]


def test_the_program_reports_an_output_that_was_cut_off(neo4j_uri, tmp_path):
    emptied(neo4j_uri)
    (tmp_path / "many.cypher").write_text(MANY, encoding="utf-8")
    with opened(neo4j_uri), proxy_to(neo4j_uri) as proxy:
        proxy.cut_after(700_000)
        done = genregraph(
            *("query", "run", "many.cypher", "--format", "csv", "--quiet"),
            *("--store", proxy.uri),
            folder=tmp_path,
        )
    assert done.returncode == 69
    assert done.stdout.startswith("number,name\n1,a name of some length\n")
    where, what, hint = done.stderr.splitlines()
    assert where == f"store: {proxy.uri} (from --store)"
    assert what.startswith(f"error: the graph database at {proxy.uri} went away in ")
    assert what.endswith("the middle of an answer: the output is cut off")
    assert hint == "Discard it, and run the same command again."
    emptied(neo4j_uri)


@pytest.mark.parametrize("line", ["neo4j_store", "neo4j_2026_store"])
def test_two_writers_in_a_deadlock_both_finish(line, request):
    store = request.getfixturevalue(line)
    store._bolt.alter(["MERGE (:Counter {id: 'a'}) MERGE (:Counter {id: 'b'})"])
    step = "MATCH (c:Counter {id: $id}) SET c.steps = coalesce(c.steps, 0) + 1"
    both_hold_one = threading.Barrier(2, timeout=60)
    tries = {"ab": 0, "ba": 0}

    def cross(names):
        def work(transaction):
            tries[names] += 1
            transaction.run_text(step, {"id": names[0]})
            if tries[names] == 1:
                both_hold_one.wait()
            transaction.run_text(step, {"id": names[1]})

        store._bolt.write(work)

    writers = [threading.Thread(target=cross, args=(names,)) for names in tries]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert sum(tries.values()) > 2  # the server ended one of the two
    assert set(store.query("MATCH (c:Counter) RETURN c.steps")[1]) == {(2,)}


@pytest.mark.parametrize("line", ["neo4j_store", "neo4j_2026_store"])
def test_a_frozen_writer_blocks_others_only_briefly(line, request):
    """And writes once, by another try, when it goes on: also where it had just to commit."""
    store = request.getfixturevalue(line)
    store._bolt.alter(["MERGE (:Counter {id: 'a', steps: 0})"])
    step = "MATCH (c:Counter {id: 'a'}) SET c.steps = c.steps + 1"
    holds, goes_on = threading.Event(), threading.Event()
    tries = []

    def stands_still(transaction):
        tries.append(1)
        transaction.run_text(step, {})
        holds.set()
        assert goes_on.wait(60)

    frozen = threading.Thread(
        target=lambda: store._bolt.write_briefly(stands_still, 2.0), daemon=True
    )
    frozen.start()
    assert holds.wait(60)
    began = time.monotonic()
    store._bolt.write(lambda transaction: transaction.run_text(step, {}))
    waited = time.monotonic() - began
    goes_on.set()
    frozen.join(60)
    assert 0.5 < waited < 20
    assert len(tries) == 2
    assert store.query("MATCH (c:Counter) RETURN c.steps")[1] == [(2,)]
