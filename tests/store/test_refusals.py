"""Refusals of a Neo4j: each has its sentence, its hint and its status."""

import time
from datetime import UTC, datetime
from pathlib import Path

import neo4j
import pytest

from graph.errors import (
    BadQueryError,
    GraphError,
    StoreRefusedError,
    StoreUnreachableError,
)
from graph.opening import StoreSettings, open_configured_store
from tests.support.neo4j.lines import NoServerError
from tests.support.neo4j.server import free_port, running
from tests.support.processes.program import SMALL_RECIPE, genregraph
from tests.support.servers.certificates import make_certificates, tls_settings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECRET = "correct-horse-battery"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The file of an authority that vouches for the guarded server."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def guarded_uri(authority, tmp_path_factory):
    """A Neo4j with a password, TLS, and little memory for transactions."""
    settings = (
        *tls_settings(authority.parent, "OPTIONAL"),
        "db.memory.transaction.max=16m",
    )
    home = tmp_path_factory.mktemp("guarded") / "home"
    try:
        with running(home, auth=True, settings=settings) as server:
            first = guarded(server.uri, "neo4j")
            assert "first password" in refusal(first, StoreRefusedError)
            change_password(server.uri, "neo4j", SECRET)
            yield server.uri
    except NoServerError as error:
        pytest.skip(f"no Neo4j here: {error}")


def change_password(uri, old, new):
    text = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"
    with neo4j.GraphDatabase.driver(uri, auth=("neo4j", old)) as driver:
        driver.execute_query(text, old=old, new=new, database_="system")


def guarded(uri, password=SECRET):
    return StoreSettings(uri, "neo4j", password, None, Path("nowhere"))


def open_to_all(uri):
    return StoreSettings(uri, None, None, None, Path("nowhere"))


def opening(settings):
    return open_configured_store(settings, clock_now=lambda: NOW)


def refusal(settings, kind):
    """The error of opening a store, which must be raised soon and have a hint."""
    started = time.monotonic()
    with pytest.raises(kind) as caught, opening(settings):
        pass
    assert time.monotonic() - started < 5
    assert isinstance(caught.value, GraphError)
    assert caught.value.hint.endswith((".", "`"))
    return str(caught.value)


def test_a_password_changed_during_the_work_is_distinguished_from_a_wrong_one(
    guarded_uri,
):
    other = "correct-horse-staple"
    with opening(guarded(guarded_uri)) as store:
        change_password(guarded_uri, SECRET, other)
        try:
            # The connection that is open stays open; another must log in.
            with store.stream("RETURN 1") as (_, rows):
                with pytest.raises(
                    StoreRefusedError, match="no longer accepts"
                ) as caught:
                    store.stats()
                assert list(rows) == [(1,)]
        finally:
            change_password(guarded_uri, other, SECRET)
    assert "it continues where it stopped" in caught.value.hint


def test_too_many_wrong_passwords_are_reported(guarded_uri):
    for _ in range(3):
        refusal(guarded(guarded_uri, "wrong-wrong"), StoreRefusedError)
    message = refusal(guarded(guarded_uri), StoreRefusedError)
    assert "too many wrong passwords" in message

    def is_forgiven():
        try:
            with opening(guarded(guarded_uri)):
                return True
        except StoreRefusedError:
            return False

    end = time.monotonic() + 60
    while not is_forgiven():
        assert time.monotonic() < end
        time.sleep(0.5)


def test_a_lack_of_memory_is_reported_at_once(guarded_uri):
    many = "UNWIND range(1, 1000000) AS n WITH collect(toString(n)) AS names "
    with opening(guarded(guarded_uri)) as store:
        tries = []

        def work(transaction):
            tries.append(1)
            transaction.run_text(many + "CREATE (:Counter {n: size(names)})", {})

        with pytest.raises(StoreRefusedError, match="needs more memory") as caught:
            store._bolt.write(work)
        assert "db.memory.transaction.max" in caught.value.hint
        assert len(tries) == 1
        with pytest.raises(BadQueryError, match="the query needs more memory"):
            store.query(many + "RETURN size(names)")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_self_signed_certificate_is_trusted_on_request(
    scheme, authority, guarded_uri, monkeypatch
):
    # The names of a certificate hold localhost.
    place = guarded_uri.partition("//")[2].replace("127.0.0.1", "localhost")
    safe = guarded(f"{scheme}+s://{place}")
    message = refusal(safe, StoreUnreachableError)
    assert "is not trusted" in message
    with opening(guarded(f"{scheme}+ssc://{place}")) as store:
        assert store.crawl() is None
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with opening(safe) as store:
        assert store.crawl() is None


@pytest.mark.parametrize("scheme", ["bolt+s", "neo4j+ssc"])
def test_a_server_without_tls_is_reported(scheme, neo4j_uri):
    message = refusal(
        open_to_all(neo4j_uri.replace("bolt", scheme)), StoreUnreachableError
    )
    assert "does not accept encrypted connections" in message


def test_routing_works_on_a_single_server(neo4j_uri, neo4j_2026_uri):
    for uri in (neo4j_uri, neo4j_2026_uri):
        with opening(open_to_all(uri.replace("bolt", "neo4j"))) as store:
            store.pause("deezer", 60)
            assert store.query("RETURN 1")[1] == [(1,)]
            store.pause("deezer", None)


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl", "recipe.toml"),
        ("query", "run", "class_sizes"),
        ("store", "check"),
        ("graph", "export", "graph.jsonl"),
    ],
)
def test_every_command_reports_an_unreachable_database_in_two_lines(
    arguments, tmp_path
):
    (tmp_path / "recipe.toml").write_text(SMALL_RECIPE, encoding="utf-8")
    uri = f"bolt://127.0.0.1:{free_port()}"
    done = genregraph(
        *arguments,
        *("--store", uri, "--quiet"),
        folder=tmp_path,
        environment={"GENREGRAPH_CONTACT": "me@example.org"},
    )
    assert (done.returncode, done.stdout) == (69, "")
    where, what, hint = done.stderr.splitlines()
    assert where == f"store: {uri} (from --store)"
    assert what == f"error: the graph database at {uri} does not answer"
    assert hint.startswith("Start it with")


@pytest.mark.parametrize(
    ("password", "database", "words"),
    [
        ("wrong-wrong", "neo4j", "refuses this user and password"),
        (SECRET, "nope", "there is no database nope"),
    ],
)
def test_the_program_reports_what_a_database_refuses(
    password, database, words, guarded_uri, tmp_path
):
    environment = {"NEO4J_URI": guarded_uri, "NEO4J_PASSWORD": password}
    environment["NEO4J_DATABASE"] = database
    done = genregraph("store", "check", folder=tmp_path, environment=environment)
    assert (done.returncode, done.stdout) == (1, "")
    _, what, hint = done.stderr.splitlines()
    assert words in what
    assert hint.startswith("Set NEO4J_")
    assert password not in done.stderr
