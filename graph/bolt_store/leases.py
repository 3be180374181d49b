"""Several workers on one round: who is there, and which slices each of them holds.

A slice is leased by a token: each lease gives it the next one, and only an answer with
the token in force is written. Only the server's clock counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from graph.bolt.database import BoltDatabase, Row, Transaction
from graph.bolt_store.answer_json import kept_from
from graph.bolt_store.rounds import crawl_in, is_round_open
from graph.model.crawl import WorkItem, WorkKind
from graph.model.properties import slice_of
from graph.model.schema import VERSION_KEY
from graph.model.workers import Kept, Part, PartState, Standing, Worker, WorkerState

R = TypeVar("R", bound=tuple[Any, ...])


def join(bolt: BoltDatabase, worker: Worker) -> None:
    """See `CrawlStore.join`."""

    def work(transaction: Transaction) -> None:
        if worker.alone:
            transaction.run("leases/write_no_other_workers", name=worker.name)
        transaction.run("leases/write_worker", **_sign_of_life(worker))

    bolt.write_briefly(work)


def renew(bolt: BoltDatabase, worker: Worker) -> bool:
    """See `CrawlStore.renew`."""
    sign = _sign_of_life(worker)
    found = bolt.write_briefly(
        lambda transaction: transaction.run("leases/write_renewed", **sign)
    )
    return found == [(1,)]


def leave(bolt: BoltDatabase, worker: Worker) -> None:
    """See `CrawlStore.leave`."""

    def work(transaction: Transaction) -> None:
        transaction.run("leases/write_no_begins", schema=VERSION_KEY, name=worker.name)
        transaction.run("leases/write_no_worker", name=worker.name)

    bolt.write_briefly(work)


def begins(bolt: BoltDatabase, worker: Worker) -> str:
    """See `CrawlStore.begins`."""
    found = bolt.write_briefly(
        lambda transaction: transaction.run(
            "leases/write_begins", schema=VERSION_KEY, name=worker.name
        )
    )
    return cast("str", found[0][0])


def has_begun(bolt: BoltDatabase, worker: Worker) -> None:
    """See `CrawlStore.has_begun`."""
    bolt.write_briefly(
        lambda transaction: transaction.run(
            "leases/write_no_begins", schema=VERSION_KEY, name=worker.name
        )
    )


def workers(bolt: BoltDatabase) -> tuple[WorkerState, ...]:
    """See `CrawlStore.workers`."""
    rows = bolt.read(lambda transaction: transaction.run("leases/read_workers"))
    return tuple(_worker_state(row) for row in still_there(rows, 4))


def look(bolt: BoltDatabase, worker: Worker) -> Standing | None:
    """See `CrawlStore.look`."""

    def work(transaction: Transaction) -> Standing | None:
        found = crawl_in(transaction)
        if found is None:
            return None
        node, crawl = found
        parts = still_there(transaction.run("leases/read_parts", name=worker.name), 5)
        others = still_there(
            transaction.run("leases/read_other_workers", name=worker.name), 1
        )
        return Standing(
            crawl,
            is_round_open(node),
            tuple(_part(row) for row in parts),
            tuple(cast("str", name) for (name,) in others),
        )

    return bolt.read(work)


def lease(
    bolt: BoltDatabase, worker: Worker, ids: Sequence[str]
) -> tuple[WorkItem, ...]:
    """See `CrawlStore.lease`."""
    # Sorted, so that two workers take their locks in one order.
    rows = bolt.write_briefly(
        lambda transaction: transaction.run(
            "leases/write_lease", ids=sorted(ids), name=worker.name
        )
    )
    parts = (slice_of(cast("Mapping[str, object]", row[0])) for row in rows)
    return tuple(sorted(parts, key=lambda part: (part.round, part.position)))


def kept_answers(bolt: BoltDatabase, ids: Sequence[str]) -> Mapping[str, Kept]:
    """See `CrawlStore.kept_answers`."""
    rows = bolt.read(
        lambda transaction: transaction.run("leases/read_kept_answers", ids=list(ids))
    )
    texts = cast("list[tuple[str, str]]", rows)
    return {part: kept_from(text) for part, text in still_there(texts, 2)}


def still_there(rows: Iterable[R], columns: int) -> tuple[R, ...]:
    """Rows whose first columns, which no node lacks, are there.

    Neo4j reads what is committed at the moment: of a node that another transaction
    deletes meanwhile a row may come with nulls, for all or some of its properties.
    """
    return tuple(row for row in rows if None not in row[:columns])


def _sign_of_life(worker: Worker) -> Mapping[str, object]:
    milliseconds = round(worker.lease_seconds * 1000)
    return {"name": worker.name, "milliseconds": milliseconds}


def _worker_state(row: Row) -> WorkerState:
    name, joined, seen, is_alive, slices = cast("tuple[str, int, int, bool, int]", row)
    return WorkerState(name, _time(joined), _time(seen), is_alive, slices)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _part(row: Row) -> Part:
    part, number, position, kind, state, owner, is_free = cast(
        "tuple[str, int, int, str, str, str | None, bool]", row
    )
    state_now = PartState(state)
    return Part(
        part,
        number,
        position,
        WorkKind(kind),
        state_now,
        owner,
        is_free=is_free and state_now is PartState.OPEN,
    )
