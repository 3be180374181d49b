"""The crawl's own state, its rounds, and what planning needs of the graph."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from graph.answers import requests_rows, write_changes
from graph.bolt import Bolt, Row, Transaction
from graph.crawl_state import (
    OPEN,
    AddedSeeds,
    Crawl,
    KnownArtist,
    Plan,
    QuestionState,
    Snapshot,
)
from graph.model import ArtistId, Changes, HasGenre
from graph.properties import crawl_of, of_crawl, of_slice, slice_of


def crawl(bolt: Bolt) -> Crawl | None:
    """See `CrawlStore.crawl`."""

    def work(transaction: Transaction) -> tuple[list[Row], list[Row]]:
        return transaction.run("reads/crawl"), transaction.run("reads/sources")

    found, sources = bolt.read(work)
    if not found:
        return None
    rows = cast("list[tuple[str, int, datetime | None]]", sources)
    return crawl_of(
        cast("Mapping[str, object]", found[0][0]),
        {name: requests for name, requests, _ in rows},
        {name: until for name, _, until in rows if until is not None},
    )


def begin(bolt: Bolt, new: Crawl, seeds: Changes, plan: Plan, *, at: datetime) -> None:
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
            "writes/crawl", name=new.name, properties=properties
        )[0]
        if is_new:
            transaction.run_rows("writes/sources", sources)
            write_changes(transaction, [seeds], recipe=new.name, at=at)
            _write_slices(transaction, plan)

    bolt.write(work)


def change_recipe(bolt: Bolt, changed: Crawl, added: AddedSeeds | None) -> None:
    """See `CrawlStore.change_recipe`."""
    old = crawl(bolt)
    if old is None:
        return
    requests = requests_rows(added.requests) if added else []

    def work(transaction: Transaction) -> None:
        # By the old digest: what is repeated finds the new one and counts nothing twice.
        is_there = transaction.run(
            "writes/recipe",
            old=old.recipe_digest,
            recipe=changed.recipe,
            digest=changed.recipe_digest,
            answers=1 if added else 0,
        )
        if is_there and added:
            write_changes(transaction, [added.changes], recipe=old.name, at=added.at)
            transaction.run_rows("writes/requests", requests)
            transaction.run("writes/open_round", round=added.plan.round)
            _write_slices(transaction, added.plan)

    bolt.write(work)


def keep_seconds(bolt: Bolt, seconds: float) -> None:
    """See `CrawlStore.keep_seconds`."""
    bolt.write(
        lambda transaction: transaction.run("writes/seconds", seconds=float(seconds))
    )


def open_plan(bolt: Bolt) -> Plan | None:
    """See `CrawlStore.open_plan`."""

    def work(transaction: Transaction) -> tuple[list[Row], list[Row]]:
        return transaction.run("reads/crawl"), transaction.run("reads/open_slices")

    found, slices = bolt.read(work)
    node = cast("Mapping[str, object]", found[0][0]) if found else {}
    if not node.get("round_open"):
        return None
    parts = (slice_of(cast("Mapping[str, object]", row[0])) for row in slices)
    return Plan(round=cast("int", node["round"]), slices=tuple(parts))


def commit_plan(bolt: Bolt, plan: Plan) -> None:
    """See `CrawlStore.commit_plan`."""

    def work(transaction: Transaction) -> None:
        transaction.run("writes/open_round", round=plan.round)
        _write_slices(transaction, plan)

    bolt.write(work)


def close_round(
    bolt: Bolt, number: int, depths: Mapping[ArtistId, int], *, seconds: float
) -> None:
    """See `CrawlStore.close_round`."""
    rows = [{"id": artist, "depth": depths[artist]} for artist in sorted(depths)]

    def work(transaction: Transaction) -> None:
        closed = transaction.run(
            "writes/close_round", round=number, seconds=float(seconds)
        )
        if closed == [(1,)]:
            transaction.run_rows("writes/depths", rows)
            transaction.run("writes/no_slices")

    bolt.write(work)


def pause(bolt: Bolt, service: str, until: datetime | None) -> None:
    """See `CrawlStore.pause`."""
    bolt.write(
        lambda transaction: transaction.run("writes/pause", name=service, until=until)
    )


def snapshot(bolt: Bolt) -> Snapshot:
    """See `CrawlStore.snapshot`."""

    def work(transaction: Transaction) -> Snapshot:
        previews = dict(transaction.run_raw("reads/previews"))
        artists = sorted(transaction.run_raw("reads/artists"))
        related = sorted(transaction.run_raw("reads/related"))
        genres = sorted(transaction.run_raw("reads/genre_edges"), key=_by_source)
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
    """See `reads/artists.cypher`: what it returns, in its order."""

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


def _write_slices(transaction: Transaction, plan: Plan) -> None:
    rows = [{"id": part.id, "properties": of_slice(part)} for part in plan.slices]
    transaction.run_rows("writes/slices", rows)
