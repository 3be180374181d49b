"""The store on a real database: Neo4j, Aura or the embedded one, all over Bolt."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from graph import answers, classes, labels, leases, moving, planning, shared_pace
from graph.bolt import Bolt
from graph.crawl_state import AddedSeeds, Crawl, Plan, Slice, SliceAnswer, Snapshot
from graph.model import (
    ArtistId,
    ArtistLabel,
    Changes,
    Selection,
    TrackLabel,
)
from graph.schema import VERSION_KEY
from graph.shared_pace import Booking, PaceRule, Used
from graph.workers import Committed, Kept, Planned, Standing, Worker, WorkerState


class BoltStore:
    """See `graph.store.Store`."""

    def __init__(self, bolt: Bolt, engine: str) -> None:
        self._bolt = bolt
        self._engine = engine

    @property
    def where(self) -> str:
        return self._bolt.where

    def crawl(self) -> Crawl | None:
        return planning.crawl(self._bolt)

    def begin(self, crawl: Crawl, seeds: Changes, plan: Plan, *, at: datetime) -> None:
        planning.begin(self._bolt, crawl, seeds, plan, at=at)

    def change_recipe(self, crawl: Crawl, added: AddedSeeds | None = None) -> None:
        planning.change_recipe(self._bolt, crawl, added)

    def keep_seconds(self, seconds: float) -> None:
        planning.keep_seconds(self._bolt, seconds)

    def open_plan(self) -> Plan | None:
        return planning.open_plan(self._bolt)

    def commit_plan(self, plan: Plan, planned: Planned | None = None) -> bool:
        return planning.commit_plan(self._bolt, plan, planned)

    def commit(
        self, answers_: Sequence[SliceAnswer], *, at: datetime, worker: str = ""
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
        return planning.close_round(
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

    def lease(self, worker: Worker, ids: Sequence[str]) -> tuple[Slice, ...]:
        return leases.lease(self._bolt, worker, ids)

    def kept_answers(self, ids: Sequence[str]) -> Mapping[str, Kept]:
        return leases.kept_answers(self._bolt, ids)

    def book_turns(
        self, service: str, wanted: int, rule: PaceRule, used: Used
    ) -> Booking:
        return shared_pace.book_turns(self._bolt, service, wanted, rule, used)

    def rest(self, service: str, seconds: float) -> Booking:
        return shared_pace.rest(self._bolt, service, seconds)

    def resting(self, service: str) -> Booking:
        return shared_pace.resting(self._bolt, service)

    def pause(self, service: str, until: datetime | None) -> None:
        planning.pause(self._bolt, service, until)

    def snapshot(self) -> Snapshot:
        return planning.snapshot(self._bolt)

    def genres(self) -> tuple[str, ...]:
        return classes.genres(self._bolt)

    def sync_classes(
        self, recipe: str, classes_: Sequence[str], in_class: Iterable[tuple[str, str]]
    ) -> None:
        classes.sync_classes(self._bolt, recipe, classes_, in_class)

    def about(self) -> Mapping[str, object]:
        ((schema, program, made_at),) = self._bolt.read(
            lambda transaction: transaction.run("reads/version", name=VERSION_KEY)
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
        labels.replace_selection(self._bolt, selection, artists, tracks)

    def selection(self, recipe: str) -> Selection | None:
        return labels.selection(self._bolt, recipe)

    def stats(self) -> Mapping[str, int]:
        return moving.stats(self._bolt)

    def items(self) -> Iterator[Mapping[str, object]]:
        return moving.items(self._bolt)

    def load(self, items: Iterable[Mapping[str, object]]) -> int:
        return moving.load(self._bolt, items)
