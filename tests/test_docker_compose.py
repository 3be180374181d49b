"""docker-compose.yml, on the real server that its image holds, without Docker.

The file's settings are translated as the image's entry point does it: `NEO4J_` goes,
`_` becomes `.`, `__` becomes `_`; they go to neo4j.conf, and the sizes of the heap to
Java too. `NEO4J_AUTH` is set by `neo4j-admin dbms set-initial-password`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import neo4j
import pytest
import requests
import yaml

from graph.errors import StoreRefusedError
from graph.opening import StoreSettings, open_store
from tests.neo4j_lines import LTS, NoServerError
from tests.neo4j_server import Server

FILE = Path(__file__).parents[1] / "docker-compose.yml"
TEXT = FILE.read_text(encoding="utf-8")
PASSWORD = "at-least-8-signs"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HEAP = ("server.memory.heap.initial_size", "server.memory.heap.max_size")


def service(text: str = TEXT) -> dict:
    """The Neo4j of the file, with the password put in as compose does it."""
    filled = re.sub(r"\$\{NEO4J_PASSWORD:\?[^}]+\}", PASSWORD, text)
    assert "$" not in filled
    found = yaml.safe_load(filled)["services"]["neo4j"]
    assert isinstance(found, dict)
    return found


def translated(environment: dict) -> dict[str, str]:
    """The lines of neo4j.conf that the image's entry point makes of the environment."""
    assert all(isinstance(value, str) for value in environment.values())
    names = {name.removeprefix("NEO4J_"): name for name in environment}
    return {
        name.replace("_", ".").replace("..", "_"): environment[whole]
        for name, whole in names.items()
        if name != "AUTH"
    }


@contextmanager
def composed(home: Path, text: str = TEXT) -> Iterator[Server]:
    """The server that the file describes, on ports of its own."""
    environment = service(text)["environment"]
    settings = translated(environment)
    assert len({settings[name] for name in HEAP}) == 1
    lines = [f"{name}={value}" for name, value in settings.items()]
    try:
        server = Server(home, LTS, auth=True, settings=lines, heap=settings[HEAP[0]])
    except NoServerError as error:
        pytest.skip(f"no Neo4j {LTS.name} here: {error}")
    user, _, password = environment["NEO4J_AUTH"].partition("/")
    assert user == "neo4j"
    done = server.admin("dbms", "set-initial-password", password)
    assert done.returncode == 0, done.stderr.partition("\n")[0]
    try:
        server.start()
        yield server
    finally:
        server.kill()


@dataclass(frozen=True)
class Running:
    server: Server
    driver: neo4j.Driver


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with (
        composed(tmp_path_factory.mktemp("compose") / "home") as server,
        neo4j.GraphDatabase.driver(server.uri, auth=("neo4j", PASSWORD)) as driver,
    ):
        yield Running(server, driver)


def test_the_server_takes_each_setting_that_the_file_names(running: Running) -> None:
    rows, _, _ = running.driver.execute_query(
        "SHOW SETTINGS YIELD name, value RETURN name, value", database_="neo4j"
    )
    values = {row["name"]: row["value"] for row in rows}
    wanted = translated(service()["environment"])
    assert len(wanted) >= 5
    assert {name: values.get(name) for name in wanted} == {
        name: re.sub(r"^(\d+)G$", r"\1.00GiB", value) for name, value in wanted.items()
    }


def test_the_health_check_s_address_answers(running: Running) -> None:
    check = " ".join(service()["healthcheck"]["test"])
    (url,) = re.findall(r"https?://\S+", check)
    assert url.startswith("http://localhost:7474")
    here = url.replace("http://localhost:7474", running.server.http_url)
    for ask in (requests.head, requests.get):  # wget --spider asks for the head
        assert ask(here, timeout=30).status_code == 200


def test_the_store_opens_with_the_file_s_password_and_no_other(
    running: Running, tmp_path: Path
) -> None:
    uri, nowhere = running.server.uri, tmp_path / "unused"
    right = StoreSettings(uri, "neo4j", PASSWORD, None, nowhere)
    with open_store(right, clock_now=lambda: NOW) as store:
        store.pause("deezer", NOW)
        assert store.stats()["Source"] == 1
    wrong = StoreSettings(uri, "neo4j", "neo4j", None, nowhere)
    with pytest.raises(StoreRefusedError), open_store(wrong, clock_now=lambda: NOW):
        pass


def test_a_setting_that_the_server_does_not_know_ends_it(tmp_path: Path) -> None:
    mistaken = TEXT.replace("NEO4J_server_memory_pagecache_size", "NEO4J_server_page")
    assert mistaken != TEXT
    with (
        pytest.raises(AssertionError, match=r"No declared setting .*: server\.page\."),
        composed(tmp_path / "home", mistaken),
    ):
        pass


def test_the_image_is_the_release_that_the_tests_run() -> None:
    assert service()["image"] == f"neo4j:{LTS.version}"


def test_nothing_is_reachable_from_other_machines_and_browser_and_bolt_from_here() -> (
    None
):
    ports = service()["ports"]
    assert ports == [f"127.0.0.1:{port}:{port}" for port in (7474, 7687)]


def test_data_and_logs_outlive_the_container() -> None:
    places = dict(volume.split(":") for volume in service()["volumes"])
    assert set(places.values()) == {"/data", "/logs"}
    assert set(places) == set(yaml.safe_load(TEXT)["volumes"])


def test_the_server_comes_back_and_is_given_time_to_stop() -> None:
    assert service()["restart"] == "unless-stopped"
    assert service()["stop_grace_period"] == "2m"
    health = service()["healthcheck"]
    assert set(health) == {"test", "interval", "timeout", "retries"}


def test_a_start_without_a_password_is_refused_with_what_to_set() -> None:
    auth = yaml.safe_load(TEXT)["services"]["neo4j"]["environment"]["NEO4J_AUTH"]
    assert re.fullmatch(r"neo4j/\$\{NEO4J_PASSWORD:\?set NEO4J_PASSWORD.+\}", auth)
