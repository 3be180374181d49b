"""The leases and turns of a store in dictionaries: who is at work, and on what."""

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from graph.memory_store.graph import MemoryGraph
from graph.model.crawl import Crawl, WorkItem, WorkKind
from graph.model.properties import Properties, slice_of
from graph.model.rate_limit import Book, Booking, PaceRule, Used, grant
from graph.model.workers import Kept, Part, PartState, Standing, Worker, WorkerState


def _still() -> float:
    """A clock that stands still: then no lease ever ends."""
    return 0.0


class MemoryLeases(MemoryGraph):
    """What workers need of a store in dictionaries.

    Args:
        now: The store's clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = _still) -> None:
        super().__init__()
        self._now = now
        self._lock = threading.RLock()
        self._books: dict[str, Book] = {}
        self._beginner: str | None = None

    def crawl(self) -> Crawl | None:
        """See `CrawlStore.crawl`."""
        raise NotImplementedError

    def join(self, worker: Worker) -> None:
        with self._lock:
            if worker.alone:
                self._nodes["Worker"].clear()
            node = self._node("Worker", worker.name)
            node.setdefault("joined", self._milliseconds())
            self.renew(worker)

    def renew(self, worker: Worker) -> bool:
        with self._lock:
            node = self._nodes["Worker"].get(worker.name)
            if node is None:
                return False
            now = self._milliseconds()
            lease = round(worker.lease_seconds * 1000)
            node |= {"seen": now, "alive_until": now + lease}
            return True

    def leave(self, worker: Worker) -> None:
        with self._lock:
            self.has_begun(worker)
            self._nodes["Worker"].pop(worker.name, None)

    def workers(self) -> tuple[WorkerState, ...]:
        with self._lock:
            nodes = sorted(self._nodes["Worker"].items())
            return tuple(self._worker_state(name, node) for name, node in nodes)

    def begins(self, worker: Worker) -> str:
        with self._lock:
            if self._beginner is None or self._is_free(self._beginner, worker.name):
                self._beginner = worker.name
            return self._beginner

    def has_begun(self, worker: Worker) -> None:
        with self._lock:
            if self._beginner == worker.name:
                self._beginner = None

    def look(self, worker: Worker) -> Standing | None:
        with self._lock:
            crawl = self.crawl()
            if crawl is None:
                return None
            parts = [
                self._part(n, worker.name) for n in self._nodes["Slice"].values()
            ]
            parts.sort(key=lambda part: (part.round, part.position))
            is_open = bool((self._crawl() or {})["round_open"])
            return Standing(crawl, is_open, tuple(parts), self._others(worker.name))

    def lease(self, worker: Worker, ids: Sequence[str]) -> tuple[WorkItem, ...]:
        with self._lock:
            slices = self._nodes["Slice"]
            found = [slices[part] for part in ids if part in slices]
            free = [node for node in found if self._part(node, worker.name).is_free]
            for node in free:
                token = cast("int", node.get("token", 0)) + 1
                node |= {"owner": worker.name, "token": token}
            parts = [slice_of(node) for node in free]
            return tuple(sorted(parts, key=lambda part: (part.round, part.position)))

    def kept_answers(self, ids: Sequence[str]) -> Mapping[str, Kept]:
        slices = self._nodes["Slice"]
        nodes = {part: slices[part] for part in ids if part in slices}
        return {p: cast("Kept", n["kept"]) for p, n in nodes.items() if "kept" in n}

    def book_turns(
        self, service: str, wanted: int, rule: PaceRule, used: Used
    ) -> Booking:
        with self._lock:
            book = self._books.get(service, Book())
            self._books[service], booking = grant(
                book, self._milliseconds(), wanted, rule, used
            )
            return booking

    def rest(self, service: str, seconds: float) -> Booking:
        with self._lock:
            book, now = self._books.get(service, Book()), self._milliseconds()
            until = max(book.rest_until, now + math.ceil(seconds * 1000))
            self._books[service] = replace(book, rest_until=until)
            return Booking((), now, until)

    def resting(self, service: str) -> Booking:
        book = self._books.get(service, Book())
        return Booking((), self._milliseconds(), book.rest_until)

    def _others(self, worker: str) -> tuple[str, ...]:
        now = self._milliseconds()
        return tuple(
            name
            for name, node in sorted(self._nodes["Worker"].items())
            if name != worker and cast("int", node["alive_until"]) >= now
        )

    def _is_free(self, owner: str, worker: str) -> bool:
        return owner == worker or owner not in self._others(worker)

    def _part(self, node: Properties, worker: str) -> Part:
        owner, state = node.get("owner"), PartState(cast("str", node["state"]))
        is_free = owner is None or self._is_free(cast("str", owner), worker)
        return Part(
            cast("str", node["id"]),
            cast("int", node["round"]),
            cast("int", node["position"]),
            WorkKind(cast("str", node["kind"])),
            state,
            cast("str | None", owner),
            is_free=is_free and state is PartState.OPEN,
        )

    def _worker_state(self, name: str, node: Properties) -> WorkerState:
        held = [
            part
            for part in self._nodes["Slice"].values()
            if part.get("owner") == name and part["state"] == "open"
        ]
        joined, seen = (cast("int", node[key]) / 1000 for key in ("joined", "seen"))
        return WorkerState(
            name,
            datetime.fromtimestamp(joined, UTC),
            datetime.fromtimestamp(seen, UTC),
            cast("int", node["alive_until"]) >= self._milliseconds(),
            len(held),
        )

    def _milliseconds(self) -> int:
        return round(self._now() * 1000)
