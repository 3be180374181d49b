"""Fixtures of the stand-in's tests: a client session, and a clock that tests move."""

from collections.abc import Iterator

import pytest
import requests


class MovableClock:
    """A clock that stands still until a test moves it."""

    START = 1_790_000_000.0

    def __init__(self) -> None:
        self.now = self.START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        opened.headers["User-Agent"] = "tests (nobody@example.invalid)"
        yield opened
