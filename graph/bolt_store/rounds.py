"""The crawl's own state, its rounds, and what planning needs of the graph."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from graph.bolt.database import BoltDatabase, Row, Transaction
from graph.bolt_store.answers import requests_rows, write_changes
from graph.model.crawl import (
    OPEN,
    AddedSeeds,
    Crawl,
    KnownArtist,
    Plan,
    QuestionState,
    Snapshot,
)
from graph.model.music import ArtistId, Changes, HasGenre
from graph.model.properties import crawl_of, of_crawl, of_slice, slice_of
from graph.model.workers import Planned


def crawl(bolt: BoltDatabase) -> Crawl | None:
    """See `CrawlStore.crawl`."""
    found = bolt.read(crawl_in)
    return found[1] if found is not None else None


def crawl_in(transaction: Transaction) -> tuple[Mapping[str, object], Crawl] | None:
    """The crawl's node and what it says, with its sources; None where there is none."""
    found = transaction.run("rounds/read_crawl")
    sources = transaction.run("rounds/read_sources")
    if not found:
        return None
    node = cast("Mapping[str, object]", found[0][0])
    rows = cast("list[tuple[str, int, datetime | None]]", sources)
    return node, crawl_of(
        node,
        {name: requests for name, requests, _ in rows},
        {name: until for name, _, until in rows if until is not None},
    )


def is_round_open(node: Mapping[str, object]) -> bool:
    """Whether the crawl of this node has an open round."""
    return bool(node.get("round_open"))


def begin(
    bolt: BoltDatabase, new: Crawl, seeds: Changes, plan: Plan, *, at: datetime
) -> None:
    """See `CrawlStore.begin`."""
    properties = of_crawl(new) | {"round": plan.round}
    services = sorted({*new.requests, *new.paused_until})
    sources = [
        {
            "name": name,
            "requests": new.requests.get(name),
            "paused_until": new.paused_until.get(name),
        }
        for name in services
    ]

    def work(transaction: Transaction) -> None:
        (is_new,) = transaction.run(
            "rounds/write_crawl", name=new.name, properties=properties
        )[0]
        if is_new:
            transaction.run_rows("rounds/write_sources", sources)
            write_changes(transaction, [seeds], recipe=new.name, at=at)
            _write_slices(transaction, plan)

    bolt.write(work)


def change_recipe(bolt: BoltDatabase, changed: Crawl, added: AddedSeeds | None) -> None:
    """See `CrawlStore.change_recipe`."""
    old = crawl(bolt)
    if old is None:
        return
    requests = requests_rows(added.requests) if added else []

    def work(transaction: Transaction) -> None:
        # By the old digest: what is repeated finds the new one and counts nothing twice.
        is_there = transaction.run(
            "rounds/write_recipe",
            old=old.recipe_digest,
            recipe=changed.recipe,
            digest=changed.recipe_digest,
            answers=1 if added else 0,
        )
        if is_there and added:
            write_changes(transaction, [added.changes], recipe=old.name, at=added.at)
            transaction.run_rows("rounds/write_requests", requests)
            transaction.run("rounds/write_open_round", round=added.plan.round)
            _write_slices(transaction, added.plan)
        if is_there:
            transaction.run("leases/write_free_slices")

    bolt.write(work)


def keep_seconds(bolt: BoltDatabase, seconds: float) -> None:
    """See `CrawlStore.keep_seconds`."""
    bolt.write_briefly(
        lambda transaction: transaction.run(
            "rounds/write_seconds", seconds=float(seconds)
        )
    )


def open_plan(bolt: BoltDatabase) -> Plan | None:
    """See `CrawlStore.open_plan`."""

    def work(transaction: Transaction) -> tuple[list[Row], list[Row]]:
        return transaction.run("rounds/read_crawl"), transaction.run(
            "rounds/read_open_slices"
        )

    found, slices = bolt.read(work)
    node = cast("Mapping[str, object]", found[0][0]) if found else {}
    if not is_round_open(node):
        return None
    parts = (slice_of(cast("Mapping[str, object]", row[0])) for row in slices)
    return Plan(round=cast("int", node["round"]), slices=tuple(parts))


def commit_plan(bolt: BoltDatabase, plan: Plan, planned: Planned | None) -> bool:
    """See `CrawlStore.commit_plan`."""

    def work(transaction: Transaction) -> bool:
        if planned is None:
            transaction.run("rounds/write_open_round", round=plan.round)
        else:
            opened = transaction.run(
                "rounds/write_next_round",
                round=plan.round,
                digest=planned.digest,
                answers=planned.answers,
            )
            if opened != [(1,)]:
                return False
        _write_slices(transaction, plan, planned)
        return True

    return bolt.write_briefly(work)


def close_round(
    bolt: BoltDatabase,
    number: int,
    depths: Mapping[ArtistId, int],
    *,
    seconds: float,
    answers: int | None,
) -> bool:
    """See `CrawlStore.close_round`."""
    rows = [{"id": artist, "depth": depths[artist]} for artist in sorted(depths)]

    def work(transaction: Transaction) -> bool:
        closed = transaction.run(
            "rounds/write_close_round",
            round=number,
            seconds=float(seconds),
            answers=answers,
        )
        if closed != [(1,)]:
            return False
        transaction.run_rows("rounds/write_depths", rows)
        _forget_slices(transaction)
        return True

    return bolt.write_briefly(work)


def _forget_slices(transaction: Transaction) -> None:
    """Without slices where one worker is alone; others have yet to read their answers."""
    transaction.run("leases/write_no_dead_workers")
    is_shared = len(transaction.run("leases/read_other_workers", name="")) > 1
    transaction.run("rounds/write_no_slices", all=not is_shared)
    if is_shared:
        transaction.run("rounds/write_closed_slices")


def pause(bolt: BoltDatabase, service: str, until: datetime | None) -> None:
    """See `CrawlStore.pause`."""
    bolt.write_briefly(
        lambda transaction: transaction.run(
            "rounds/write_pause", name=service, until=until
        )
    )


def snapshot(bolt: BoltDatabase) -> Snapshot:
    """See `CrawlStore.snapshot`."""

    def work(transaction: Transaction) -> Snapshot:
        previews = dict(transaction.run_raw("music/read_previews"))
        artists = sorted(transaction.run_raw("music/read_artists"))
        related = sorted(transaction.run_raw("music/read_related"))
        genres = sorted(transaction.run_raw("music/read_genre_edges"), key=_by_source)
        return Snapshot(
            artists=tuple(_known(row, previews.get(row[0], 0)) for row in artists),
            related=tuple(pair for row in related for pair in _pairs(*row)),
            genres=tuple(HasGenre(*row) for row in genres),
        )

    return bolt.read(work)


def _pairs(
    start: ArtistId, ends: Sequence[ArtistId], ranks: Sequence[int]
) -> Iterator[tuple[ArtistId, ArtistId]]:
    """An artist's relatives, nearest first."""
    for _, end in sorted(zip(ranks, ends, strict=True)):
        yield start, end


def _by_source(row: Row) -> Row:
    return row[:3]


def _known(row: tuple[Any, ...], previews: int) -> KnownArtist:
    """See `music/read_artists.cypher`: what it returns, in its order."""

    def state(first: int) -> QuestionState:
        answered, why, tries = row[first : first + 3]
        if not answered and why is None and tries is None:
            return OPEN
        return QuestionState(answered, tries or 0, why)

    artist, name, popularity, followers, mbid, depth = row[:6]
    return KnownArtist(
        id=artist,
        name=name,
        popularity=popularity,
        followers=followers,
        mbid=mbid,
        depth=depth,
        previews=previews,
        genres=state(6),
        related=state(9),
        tracks=state(12),
    )


def _write_slices(
    transaction: Transaction, plan: Plan, planned: Planned | None = None
) -> None:
    """Write a plan's slices; those that its planner takes are leased with it."""
    taken = frozenset(planned.taken if planned else ())
    leased = {"owner": planned.worker, "token": 1} if planned else {}
    rows = [
        {
            "id": part.id,
            "properties": of_slice(part) | (leased if part.id in taken else {}),
        }
        for part in plan.slices
    ]
    transaction.run_rows("rounds/write_slices", rows)
