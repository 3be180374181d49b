"""The browser of the explorer page's tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.servers.browser import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running
