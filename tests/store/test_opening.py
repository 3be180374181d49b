"""Opening a store: what is checked before anything is written, and the messages."""

import time
from datetime import UTC, datetime
from pathlib import Path

import neo4j
import pytest

from graph.bolt_store.store import BoltStore
from graph.errors import (
    ForeignDatabaseError,
    GraphError,
    SchemaMismatchError,
    StoreRefusedError,
    StoreUnreachableError,
)
from graph.model.schema import KEYS, VERSION
from graph.opening import StoreSettings, _inspect, connected, open_configured_store
from tests.support.neo4j.compose import PASSWORD
from tests.support.neo4j.database import emptied
from tests.support.neo4j.server import free_port

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(uri, *, user=None, password=None, database=None):
    return StoreSettings(uri, user, password, database, Path("nowhere"))


def opening(settings, **options):
    return open_configured_store(settings, clock_now=lambda: NOW, **options)


def refusal(settings, kind, **options):
    """The error of opening a store, which must be raised soon and have a hint."""
    started = time.monotonic()
    with pytest.raises(kind) as caught, opening(settings, **options):
        pass
    assert time.monotonic() - started < 5
    assert isinstance(caught.value, GraphError)
    assert caught.value.hint.endswith((".", "`"))
    return str(caught.value)


def test_an_address_without_a_server_is_unreachable():
    message = refusal(at(f"bolt://127.0.0.1:{free_port()}"), StoreUnreachableError)
    assert "does not answer" in message


def test_an_unknown_host_is_unreachable():
    refusal(at("neo4j://nobody.invalid:7687"), StoreUnreachableError)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("http://localhost:7474", 'begins with "http://"; known are "bolt"'),
        ("blot://localhost", 'did you mean "bolt"?'),
        ("localhost", "is not a Bolt address"),
        ("x:y", "is not a Bolt address"),
        ("bolt://", "names no host"),
        ("bolt://localhost:0", "no usable port"),
    ],
)
def test_an_address_that_is_not_a_bolt_address_is_refused(uri, words):
    assert words in refusal(at(uri), StoreRefusedError)


def test_an_address_with_a_password_is_refused_and_not_repeated():
    message = refusal(at("bolt://neo4j:hunter2@localhost"), StoreRefusedError)
    assert "hunter2" not in message


def test_settings_do_not_show_their_password():
    assert "hunter2" not in repr(at("bolt://h", password="hunter2"))


def test_a_missing_store_is_not_created_for_reading(tmp_path):
    folder = tmp_path / "none" / "store"
    settings = StoreSettings(None, None, None, None, folder)
    assert "there is no store" in refusal(settings, StoreRefusedError, create=False)
    assert not folder.parent.exists()


def test_an_existing_store_is_opened_for_reading(tmp_path):
    settings = StoreSettings(None, None, None, None, tmp_path / "store")
    with opening(settings) as store:
        store.pause("deezer", 60)
    with opening(settings, create=False) as store:
        assert store.stats()["Source"] == 1
        assert store.about()["schema"] == VERSION
        assert store.about()["made_at"] == NOW


def test_the_right_password_opens_and_the_wrong_one_is_refused(neo4j_composed):
    guarded_uri = neo4j_composed.uri
    emptied(guarded_uri, auth=("neo4j", PASSWORD))
    right = at(guarded_uri, user="neo4j", password=PASSWORD, database="neo4j")
    with opening(right) as store:
        assert store.crawl() is None
    wrong = at(guarded_uri, user="neo4j", password="wrong-wrong", database="neo4j")
    message = refusal(wrong, StoreRefusedError)
    assert "user and password" in message
    assert "wrong-wrong" not in message
    assert "user and password" in refusal(at(guarded_uri), StoreRefusedError)


def test_a_database_that_does_not_exist_is_named(neo4j_uri):
    message = refusal(at(neo4j_uri, database="nope"), StoreRefusedError)
    assert "no database nope" in message


def test_an_empty_database_opened_for_reading_is_not_a_store(neo4j_uri):
    emptied(neo4j_uri)
    message = refusal(at(neo4j_uri), StoreRefusedError, create=False)
    assert "there is no store" in message
    assert "answers, and is empty" in message
    assert everything(neo4j_uri) == []


def test_foreign_nodes_are_left_alone_until_they_are_adopted(neo4j_uri):
    emptied(neo4j_uri)
    run(neo4j_uri, "CREATE (:Artist {id: 'theirs'})")
    before = everything(neo4j_uri)
    message = refusal(at(neo4j_uri), ForeignDatabaseError)
    assert "not a genregraph store" in message
    refusal(at(neo4j_uri), ForeignDatabaseError, create=False)
    assert everything(neo4j_uri) == before

    with opening(at(neo4j_uri), adopt=True) as store:
        assert store.stats()["Artist"] == 1
    with opening(at(neo4j_uri)) as store:
        assert store.stats()["Artist"] == 1
    emptied(neo4j_uri)


def test_a_newer_schema_is_refused_and_unchanged(neo4j_uri):
    emptied(neo4j_uri)
    run(neo4j_uri, "CREATE (:Schema {name: 'genregraph', version: 99})")
    before = everything(neo4j_uri)
    assert "schema 99" in refusal(at(neo4j_uri), SchemaMismatchError)
    assert everything(neo4j_uri) == before
    emptied(neo4j_uri)


class Overtaken:
    """A transaction in which something happens after its first statement."""

    def __init__(self, transaction, happens):
        self._transaction = transaction
        self._happens = happens

    def run(self, name, /, **parameters):
        rows = self._transaction.run(name, **parameters)
        happens, self._happens = self._happens, lambda: None
        happens()
        return rows


def test_a_store_created_concurrently_is_not_a_foreign_database(
    neo4j_uri,
):
    emptied(neo4j_uri)

    def made_meanwhile():
        with opening(at(neo4j_uri)):
            pass

    with connected(at(neo4j_uri)) as bolt:
        found = bolt.read(lambda t: _inspect(Overtaken(t, made_meanwhile)))
    assert found == (VERSION, True)
    emptied(neo4j_uri)


def test_each_label_has_its_key(bolt_store):
    _, rows = bolt_store.query(
        "SHOW CONSTRAINTS YIELD labelsOrTypes, properties "
        "RETURN labelsOrTypes[0] AS label, properties[0] AS key"
    )
    assert dict(rows).items() >= KEYS.items()


def test_a_node_without_a_key_is_never_sent(bolt_store):
    assert isinstance(bolt_store, BoltStore)
    with pytest.raises(ValueError, match="key is null"):
        bolt_store._bolt.write(
            lambda t: t.run_rows(
                "music/write_artists", [{"id": None, "properties": {}}]
            )
        )
    with pytest.raises(ValueError, match="key is null"):
        bolt_store._bolt.write(
            lambda t: t.run("rounds/write_pause", name=None, until=NOW)
        )
    assert list(bolt_store.items()) == []


def run(uri, text):
    with neo4j.GraphDatabase.driver(uri, auth=None) as driver:
        return driver.execute_query(text, database_="neo4j").records


def everything(uri):
    text = "MATCH (n) RETURN labels(n) AS l, properties(n) AS p ORDER BY elementId(n)"
    return [record.data() for record in run(uri, text)]
