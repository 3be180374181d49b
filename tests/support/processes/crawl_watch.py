"""Observes a running crawl from outside: its database and its process."""

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import neo4j
from neo4j.exceptions import DriverError, Neo4jError

from tests.support.oracles.crawl_compare import OpenItem, environment
from tests.support.processes.program import command, without_pace

_STATE = """MATCH (c:Crawl)
RETURN c.round AS round, c.answers AS answers,
  COUNT { MATCH (w:WorkItem {state: 'open'}) } AS open"""
_ITEMS = "MATCH (w:WorkItem) WHERE w.state = 'open' RETURN properties(w) AS item"
_ANSWERED = """MATCH (a:Artist) UNWIND ['genres', 'related', 'tracks'] AS question
WITH a, question WHERE a[question + '_at'] IS NOT NULL
RETURN a.id + ' ' + question AS answered"""


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a crawl was; `time` in seconds since 1970."""

    time: float
    round: int
    answers: int
    open: int


class Watch:
    """A reader of the crawl's database that outlives its server's restarts."""

    def __init__(self, uri: str) -> None:
        self._driver = neo4j.GraphDatabase.driver(
            uri,
            auth=None,
            connection_timeout=2,
            max_transaction_retry_time=0,
            notifications_min_severity="OFF",
        )

    def close(self) -> None:
        self._driver.close()

    def _rows(self, text: str) -> list[dict[str, Any]]:
        records, _, _ = self._driver.execute_query(text, database_="neo4j")
        return [record.data() for record in records]

    def state(self) -> Seen | None:
        """How far the crawl is; None if it has not begun or the server does not answer."""
        try:
            rows = self._rows(_STATE)
        except (DriverError, Neo4jError):
            return None
        return Seen(time.time(), **rows[0]) if rows else None

    def answered(self) -> frozenset[str]:
        """The questions that are answered, with their artist."""
        return frozenset(row["answered"] for row in self._rows(_ANSWERED))

    def open_items(self) -> list[OpenItem]:
        """The open work items."""
        return [_open_item(row["item"]) for row in self._rows(_ITEMS)]


def _open_item(found: Mapping[str, Any]) -> OpenItem:
    return OpenItem(
        found["id"], found["kind"], frozenset(found["artists"]), found.get("subject")
    )


@contextmanager
def watching(uri: str) -> Iterator[Watch]:
    watch = Watch(uri)
    try:
        yield watch
    finally:
        watch.close()


class CrawlCommand:
    """A process `genregraph crawl RECIPE --store URI` in a folder of its own.

    Without `paces` it sends requests without limits, for services that have none.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        recipe: Path,
        uri: str,
        settings: Mapping[str, str],
        *options: str,
        paces: bool = True,
    ) -> None:
        self.name = name
        self.said = folder / f"{name}.err"
        place = folder / name
        place.mkdir()
        if not paces:
            without_pace(place)
        contact = {"GENREGRAPH_CONTACT": f"{name}@example.invalid"}
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                command("crawl", recipe, "--store", uri, *options),
                cwd=place,
                env=environment(settings, contact),
                stdout=subprocess.DEVNULL,
                stderr=said,
            )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def lines(self) -> list[str]:
        """Its stderr so far."""
        return self.said.read_text(encoding="utf-8", errors="replace").splitlines()


@contextmanager
def ended_after(command: CrawlCommand) -> Iterator[None]:
    """Start a crawl that ends with the block at the latest."""
    try:
        yield
    finally:
        command.process.kill()
        command.process.wait()
