"""`BoltStore`: the store on Neo4j, Aura or the embedded database.

Its methods only choose the function that does the work; each module of this package has
one concern.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from graph.bolt.database import BoltDatabase
from graph.bolt_store import answers, classes, lease, rounds, selections
from graph.model.crawl import AddedSeeds, Crawl, Plan, Snapshot, WorkResult
from graph.model.lease import Acquired, Crawler, LeaseState
from graph.model.music import ArtistId, ArtistLabel, Changes, Selection, TrackLabel
from graph.model.schema import VERSION_KEY
from graph.transfer import jsonl


class BoltStore:
    """Implements `graph.store.Store`, whose docstrings describe the methods."""

    def __init__(self, bolt: BoltDatabase, engine: str) -> None:
        self._bolt = bolt
        self._engine = engine

    @property
    def where(self) -> str:
        return self._bolt.where

    def crawl(self) -> Crawl | None:
        return rounds.crawl(self._bolt)

    def lease(self) -> LeaseState:
        return lease.state(self._bolt)

    def acquire(self, crawler: Crawler, *, at_once: bool = False) -> Acquired | None:
        return lease.acquire(self._bolt, crawler, at_once=at_once)

    def renew(self, token: int) -> None:
        lease.renew(self._bolt, token)

    def release(self, token: int, reason: str) -> None:
        lease.release(self._bolt, token, reason)

    def register_standby(self, name: str) -> None:
        lease.register_standby(self._bolt, name)

    def remove_standby(self, name: str) -> None:
        lease.remove_standby(self._bolt, name)

    def begin(
        self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime, token: int = 0
    ) -> None:
        rounds.begin(self._bolt, crawl, seeds, plan, at=at, token=token)

    def change_recipe(
        self, crawl: Crawl, added: AddedSeeds | None = None, *, token: int = 0
    ) -> None:
        rounds.change_recipe(self._bolt, crawl, added, token)

    def record_seconds(self, seconds: float, *, token: int = 0) -> None:
        rounds.record_seconds(self._bolt, seconds, token)

    def open_plan(self) -> Plan | None:
        return rounds.open_plan(self._bolt)

    def answered_items(self) -> int:
        return rounds.answered_items(self._bolt)

    def commit_plan(self, plan: Plan, *, token: int = 0) -> None:
        rounds.commit_plan(self._bolt, plan, token)

    def commit(
        self, answers_: Sequence[WorkResult], *, at: datetime, token: int = 0
    ) -> None:
        answers.commit(self._bolt, answers_, at=at, token=token)

    def close_round(
        self,
        number: int,
        depths: Mapping[ArtistId, int],
        *,
        seconds: float,
        token: int = 0,
    ) -> None:
        rounds.close_round(self._bolt, number, depths, seconds=seconds, token=token)

    def pause(
        self, service: str, seconds: float | None, *, token: int | None = None
    ) -> None:
        rounds.pause(self._bolt, service, seconds, token)

    def pauses(self) -> Mapping[str, float]:
        return rounds.pauses(self._bolt)

    def snapshot(self) -> Snapshot:
        return rounds.snapshot(self._bolt)

    def genres(self) -> tuple[str, ...]:
        return classes.genres(self._bolt)

    def sync_classes(
        self,
        recipe: str,
        classes_: Sequence[str],
        in_class: Iterable[tuple[str, str]],
        *,
        token: int | None = None,
    ) -> None:
        classes.sync_classes(self._bolt, recipe, classes_, in_class, token)

    def about(self) -> Mapping[str, object]:
        ((schema, program, made_at),) = self._bolt.read(
            lambda transaction: transaction.run(
                "database/read_version", name=VERSION_KEY
            )
        )
        return {
            "engine": self._engine,
            "schema": schema,
            "made_by": program,
            "made_at": made_at,
        }

    def query(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
        return self._bolt.query(text, parameters or {})

    def stream(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> AbstractContextManager[tuple[tuple[str, ...], Iterator[tuple[object, ...]]]]:
        return self._bolt.stream(text, parameters or {})

    def replace_selection(
        self,
        selection: Selection,
        artists: Iterable[ArtistLabel],
        tracks: Iterable[TrackLabel],
    ) -> None:
        selections.replace_selection(self._bolt, selection, artists, tracks)

    def selection(self, recipe: str) -> Selection | None:
        return selections.selection(self._bolt, recipe)

    def stats(self) -> Mapping[str, int]:
        return jsonl.stats(self._bolt)

    def items(self) -> Iterator[Mapping[str, object]]:
        return jsonl.items(self._bolt)

    def load(self, items: Iterable[Mapping[str, object]]) -> int:
        return jsonl.load(self._bolt, items)
