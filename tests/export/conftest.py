"""Fixtures of the export tests: a filled store, decoders, and a job that joins them."""

import pytest

from tests.support.export_job import decoders, open_filled_store, open_job
from tests.support.worlds.export_world import select


@pytest.fixture(scope="module")
def store_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def store(store_folder):
    with open_filled_store(store_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def checker():
    with decoders() as pool:
        yield pool


@pytest.fixture
def job(store, checker, tmp_path):
    select(store)
    with open_job(store, checker, tmp_path / "out") as opened:
        yield opened
