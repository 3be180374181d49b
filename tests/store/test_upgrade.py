"""`store upgrade`: removes the workers of schema 2, and an open round continues."""

import pytest

from graph.bolt_store.store import BoltStore
from graph.model.lease import Crawler
from graph.model.schema import VERSION, VERSION_KEY
from graph.transfer.upgrade import live_workers, upgrade
from tests.support.store_contract import (
    ANNA,
    AT,
    BERT,
    GENRES,
    PLAN,
    RELATED,
    answer,
    begun,
    relatives,
)

# As the program of schema 2 left a store in the middle of a round that two workers shared.
OLD = (
    "CREATE CONSTRAINT slice_id IF NOT EXISTS FOR (n:Slice) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT turns_name IF NOT EXISTS FOR (n:Turns) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT worker_name IF NOT EXISTS FOR (n:Worker) REQUIRE n.name IS UNIQUE",
    "MATCH (l:Lease) DELETE l",
    """MATCH (w:WorkItem) CREATE (s:Slice) SET s = properties(w), s.token = 3,
    s.owner = 'one', s.kept = '{"changes":{}}' DELETE w""",
    """CREATE (:Slice {id: '9/related/0', state: 'closed', kept: '{}', round: 9,
    position: 0, kind: 'related', artists: ['deezer:1']})""",
    "CREATE (:Worker {name: 'one', joined: 1, seen: 1, alive_until: timestamp() + 60000})",
    "CREATE (:Worker {name: 'gone', joined: 1, seen: 1, alive_until: 2})",
    "CREATE (:Turns {name: 'deezer', ends: [1, 2], last: 1, slot: 0.5, rest_until: 0})",
    "MATCH (s:Schema) SET s.version = 2, s.beginner = 'one', s.lock = true",
)
LEFT = """MATCH (n) WHERE n:Slice OR n:Worker OR n:Turns OR n.owner IS NOT NULL
OR n.token > 0 OR n.kept IS NOT NULL OR n.beginner IS NOT NULL OR n.lock IS NOT NULL
RETURN labels(n) AS labels"""
CONSTRAINTS = "SHOW CONSTRAINTS YIELD labelsOrTypes AS labels RETURN labels"


@pytest.fixture
def old_store(bolt_store: BoltStore) -> BoltStore:
    begun(bolt_store)
    bolt_store.commit([answer(RELATED, relatives(BERT))], at=AT)
    bolt_store._bolt.alter(OLD)
    return bolt_store


class StopError(Exception):
    """The upgrade is killed here."""


class Mortal:
    """A database that lets so many transactions of an upgrade through."""

    def __init__(self, bolt, left):
        self._bolt = bolt
        self._left = left

    def _count(self):
        self._left -= 1
        if self._left < 0:
            raise StopError

    def write(self, work):
        self._count()
        return self._bolt.write(work)

    def alter(self, texts):
        for text in texts:
            self._count()
            self._bolt.alter([text])


def version(store: BoltStore) -> object:
    text = "MATCH (s:Schema {name: $name}) RETURN s.version"
    return store.query(text, {"name": VERSION_KEY})[1][0][0]


def assert_new(store: BoltStore) -> None:
    assert store.about()["schema"] == VERSION
    assert store.open_plan().items == PLAN.items[1:]
    assert store.answered_items() == 1
    assert store.query(LEFT)[1] == []
    labels = {label for ((label,),) in store.query(CONSTRAINTS)[1]}
    assert {"Lease", "Standby", "WorkItem"} <= labels
    assert not {"Slice", "Turns", "Worker"} & labels
    token = store.acquire(Crawler("new")).token
    assert token == 1
    store.commit([answer(GENRES, relatives(BERT))], at=AT, token=token)
    assert store.crawl().answers == 2


def test_a_store_with_an_open_round_is_upgraded_and_the_round_continues(old_store):
    assert live_workers(old_store._bolt) == ("one",)
    before = list(old_store.items())
    upgrade(old_store._bolt)
    assert list(old_store.items()) == before
    assert_new(old_store)


def test_an_upgrade_that_is_killed_and_repeated_has_the_same_result(old_store):
    before = list(old_store.items())
    cut_off = 0
    for transactions in range(100):
        try:
            upgrade(Mortal(old_store._bolt, transactions))
        except StopError:
            cut_off += 1
            assert version(old_store) == 2  # it is set last
        else:
            break
    assert cut_off > 10
    upgrade(old_store._bolt)
    assert list(old_store.items()) == before
    assert ANNA.id in {known.id for known in old_store.snapshot().artists}
    assert_new(old_store)
