"""The store on a real database: Neo4j, Aura or the embedded one, all over BoltDatabase."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from graph.bolt.database import BoltDatabase
from graph.bolt_store import answers, classes, leases, rate_limits, rounds, selections
from graph.model.crawl import AddedSeeds, Crawl, Plan, Snapshot, WorkItem, WorkResult
from graph.model.music import ArtistId, ArtistLabel, Changes, Selection, TrackLabel
from graph.model.rate_limit import Booking, PaceRule, Used
from graph.model.schema import VERSION_KEY
from graph.model.workers import Committed, Kept, Planned, Standing, Worker, WorkerState
from graph.transfer import jsonl


class BoltStore:
    """See `graph.store.Store`."""

    def __init__(self, bolt: BoltDatabase, engine: str) -> None:
        self._bolt = bolt
        self._engine = engine

    @property
    def where(self) -> str:
        return self._bolt.where

    def crawl(self) -> Crawl | None:
        return rounds.crawl(self._bolt)

    def begin(self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime) -> None:
        rounds.begin(self._bolt, crawl, seeds, plan, at=at)

    def change_recipe(self, crawl: Crawl, added: AddedSeeds | None = None) -> None:
        rounds.change_recipe(self._bolt, crawl, added)

    def keep_seconds(self, seconds: float) -> None:
        rounds.keep_seconds(self._bolt, seconds)

    def open_plan(self) -> Plan | None:
        return rounds.open_plan(self._bolt)

    def commit_plan(self, plan: Plan, planned: Planned | None = None) -> bool:
        return rounds.commit_plan(self._bolt, plan, planned)

    def commit(
        self, answers_: Sequence[WorkResult], *, at: datetime, worker: str = ""
    ) -> Committed:
        return answers.commit(self._bolt, answers_, at=at, worker=worker)

    def close_round(
        self,
        number: int,
        depths: Mapping[ArtistId, int],
        *,
        seconds: float,
        answers: int | None = None,
    ) -> bool:
        return rounds.close_round(
            self._bolt, number, depths, seconds=seconds, answers=answers
        )

    def join(self, worker: Worker) -> None:
        leases.join(self._bolt, worker)

    def renew(self, worker: Worker) -> bool:
        return leases.renew(self._bolt, worker)

    def leave(self, worker: Worker) -> None:
        leases.leave(self._bolt, worker)

    def workers(self) -> tuple[WorkerState, ...]:
        return leases.workers(self._bolt)

    def begins(self, worker: Worker) -> str:
        return leases.begins(self._bolt, worker)

    def has_begun(self, worker: Worker) -> None:
        leases.has_begun(self._bolt, worker)

    def look(self, worker: Worker) -> Standing | None:
        return leases.look(self._bolt, worker)

    def lease(self, worker: Worker, ids: Sequence[str]) -> tuple[WorkItem, ...]:
        return leases.lease(self._bolt, worker, ids)

    def kept_answers(self, ids: Sequence[str]) -> Mapping[str, Kept]:
        return leases.kept_answers(self._bolt, ids)

    def book_turns(
        self, service: str, wanted: int, rule: PaceRule, used: Used
    ) -> Booking:
        return rate_limits.book_turns(self._bolt, service, wanted, rule, used)

    def rest(self, service: str, seconds: float) -> Booking:
        return rate_limits.rest(self._bolt, service, seconds)

    def resting(self, service: str) -> Booking:
        return rate_limits.resting(self._bolt, service)

    def pause(self, service: str, until: datetime | None) -> None:
        rounds.pause(self._bolt, service, until)

    def snapshot(self) -> Snapshot:
        return rounds.snapshot(self._bolt)

    def genres(self) -> tuple[str, ...]:
        return classes.genres(self._bolt)

    def sync_classes(
        self, recipe: str, classes_: Sequence[str], in_class: Iterable[tuple[str, str]]
    ) -> None:
        classes.sync_classes(self._bolt, recipe, classes_, in_class)

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
        return self._bolt.ask(text, parameters or {})

    def asking(
        self, text: str, parameters: Mapping[str, object] | None = None
    ) -> AbstractContextManager[tuple[tuple[str, ...], Iterator[tuple[object, ...]]]]:
        return self._bolt.asking(text, parameters or {})

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
