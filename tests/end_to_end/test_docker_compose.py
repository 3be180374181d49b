"""docker-compose.yml, on the real server that it describes, without Docker."""

import re
from pathlib import Path

import neo4j
import pytest
import requests
import yaml

from graph.errors import StoreRefusedError
from graph.opening import StoreSettings, open_configured_store
from tests.conftest import NOW
from tests.support.neo4j.compose import PASSWORD, TEXT, composed, service, translated
from tests.support.neo4j.database import emptied
from tests.support.neo4j.lines import LTS
from tests.support.neo4j.server import Server


def test_the_server_takes_each_setting_that_the_file_names(
    neo4j_composed: Server,
) -> None:
    text = "SHOW SETTINGS YIELD name, value RETURN name, value"
    known = ("neo4j", PASSWORD)
    with neo4j.GraphDatabase.driver(neo4j_composed.uri, auth=known) as driver:
        rows = driver.execute_query(text, database_="neo4j").records
    values = {row["name"]: row["value"] for row in rows}
    wanted = translated(service()["environment"])
    assert len(wanted) >= 5
    assert {name: values.get(name) for name in wanted} == {
        name: re.sub(r"^(\d+)G$", r"\1.00GiB", value) for name, value in wanted.items()
    }


def test_the_health_check_s_address_answers(neo4j_composed: Server) -> None:
    check = " ".join(service()["healthcheck"]["test"])
    (url,) = re.findall(r"https?://\S+", check)
    assert url.startswith("http://localhost:7474")
    here = url.replace("http://localhost:7474", neo4j_composed.http_url)
    for ask in (requests.head, requests.get):  # wget --spider asks for the head
        assert ask(here, timeout=30).status_code == 200


def test_the_store_opens_with_the_file_s_password_and_no_other(
    neo4j_composed: Server, tmp_path: Path
) -> None:
    emptied(neo4j_composed.uri, auth=("neo4j", PASSWORD))
    uri, nowhere = neo4j_composed.uri, tmp_path / "unused"
    right = StoreSettings(uri, "neo4j", PASSWORD, None, nowhere)
    with open_configured_store(right, clock_now=lambda: NOW) as store:
        store.pause("deezer", 60)
        assert store.stats()["Source"] == 1
    wrong = StoreSettings(uri, "neo4j", "neo4j", None, nowhere)
    with (
        pytest.raises(StoreRefusedError),
        open_configured_store(wrong, clock_now=lambda: NOW),
    ):
        pass


def test_a_setting_that_the_server_does_not_know_ends_it(
    neo4j_composed: Server, tmp_path: Path
) -> None:
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
