"""The state of the crawl, its rounds and pauses, and the planner's snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from graph.bolt.database import BoltDatabase, Row, Transaction
from graph.bolt_store.answers import requests_rows, write_changes
from graph.bolt_store.lease import TRANSACTION_SECONDS, fence
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
from graph.model.properties import crawl_of, of_crawl, of_work_item, work_item_of


def crawl(bolt: BoltDatabase) -> Crawl | None:
    """See `CrawlStore.crawl`."""

    def work(transaction: Transaction) -> tuple[list[Row], list[Row]]:
        return transaction.run("rounds/read_crawl"), transaction.run(
            "rounds/read_sources"
        )

    found, sources = bolt.read(work)
    if not found:
        return None
    rows = cast("list[tuple[str, int, datetime | None, int]]", sources)
    return crawl_of(
        cast("Mapping[str, object]", found[0][0]),
        {name: requests for name, requests, _, _ in rows},
        {name: until for name, _, until, _ in rows if until is not None},
    )


def begin(
    bolt: BoltDatabase,
    new: Crawl,
    seeds: Changes,
    plan: Plan,
    *,
    at: datetime,
    token: int,
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
        fence(transaction, token)
        (is_new,) = transaction.run(
            "rounds/write_crawl", name=new.name, properties=properties
        )[0]
        if is_new:
            transaction.run_rows("rounds/write_sources", sources)
            write_changes(transaction, [seeds], recipe=new.name, at=at)
            _write_work(transaction, plan)

    bolt.write_briefly(work, TRANSACTION_SECONDS)


def change_recipe(
    bolt: BoltDatabase, changed: Crawl, added: AddedSeeds | None, token: int
) -> None:
    """See `CrawlStore.change_recipe`."""
    old = crawl(bolt)
    if old is None:
        return
    requests = requests_rows(added.requests) if added else []

    def work(transaction: Transaction) -> None:
        fence(transaction, token)
        # Matches the old digest, so a repeated transaction finds none and counts nothing.
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
            _write_work(transaction, added.plan)

    bolt.write_briefly(work, TRANSACTION_SECONDS)


def record_seconds(bolt: BoltDatabase, seconds: float, token: int) -> None:
    """See `CrawlStore.record_seconds`."""

    def work(transaction: Transaction) -> None:
        fence(transaction, token)
        transaction.run("rounds/write_seconds", seconds=float(seconds))

    bolt.write_briefly(work, TRANSACTION_SECONDS)


_WORK_ITEM_KEYS = frozenset({"id", "round", "position", "kind", "artists"})


def open_plan(bolt: BoltDatabase) -> Plan | None:
    """See `CrawlStore.open_plan`."""

    def work(transaction: Transaction) -> tuple[list[Row], list[Row]]:
        return transaction.run("rounds/read_crawl"), transaction.run(
            "rounds/read_open_work"
        )

    found, items = bolt.read(work)
    node = cast("Mapping[str, object]", found[0][0]) if found else {}
    if not node.get("round_open"):
        return None
    kept = (cast("Mapping[str, object] | None", row[0]) for row in items)
    # A node that another transaction deletes may be returned without its properties.
    whole = (one for one in kept if one is not None and one.keys() >= _WORK_ITEM_KEYS)
    return Plan(round=cast("int", node["round"]), items=tuple(map(work_item_of, whole)))


def answered_items(bolt: BoltDatabase) -> int:
    """See `CrawlStore.answered_items`."""
    ((answered,),) = bolt.read(lambda t: t.run("rounds/read_answered_work"))
    return cast("int", answered)


def commit_plan(bolt: BoltDatabase, plan: Plan, token: int) -> None:
    """See `CrawlStore.commit_plan`."""

    def work(transaction: Transaction) -> None:
        fence(transaction, token)
        transaction.run("rounds/write_open_round", round=plan.round)
        _write_work(transaction, plan)

    bolt.write_briefly(work, TRANSACTION_SECONDS)


def close_round(
    bolt: BoltDatabase,
    number: int,
    depths: Mapping[ArtistId, int],
    *,
    seconds: float,
    token: int,
) -> None:
    """See `CrawlStore.close_round`."""
    rows = [{"id": artist, "depth": depths[artist]} for artist in sorted(depths)]

    def work(transaction: Transaction) -> None:
        fence(transaction, token)
        closed = transaction.run(
            "rounds/write_close_round", round=number, seconds=float(seconds)
        )
        if closed == [(1,)]:
            transaction.run_rows("rounds/write_depths", rows)
            transaction.run("rounds/write_no_work")

    bolt.write_briefly(work, TRANSACTION_SECONDS)


def pause(
    bolt: BoltDatabase, service: str, seconds: float | None, token: int | None
) -> None:
    """See `CrawlStore.pause`."""

    def work(transaction: Transaction) -> None:
        if token is None:
            ((milliseconds,),) = transaction.run("rounds/read_time")
            now = datetime.fromtimestamp(cast("int", milliseconds) / 1000, UTC)
        else:
            now = fence(transaction, token)
        until = None if seconds is None else now + timedelta(seconds=seconds)
        transaction.run("rounds/write_pause", name=service, until=until)

    bolt.write_briefly(work, TRANSACTION_SECONDS)


def pauses(bolt: BoltDatabase) -> Mapping[str, float]:
    """See `CrawlStore.pauses`."""
    found = bolt.read(lambda transaction: transaction.run("rounds/read_sources"))
    rows = cast("list[tuple[str, int, datetime | None, int]]", found)
    return {
        name: until.timestamp() - now / 1000
        for name, _, until, now in rows
        if until is not None
    }


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
    """Yield an artist and each of its relatives, nearest first."""
    for _, end in sorted(zip(ranks, ends, strict=True)):
        yield start, end


def _by_source(row: Row) -> Row:
    return row[:3]


def _known(row: tuple[Any, ...], previews: int) -> KnownArtist:
    """An artist from a row of `music/read_artists.cypher`."""

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


def _write_work(transaction: Transaction, plan: Plan) -> None:
    rows = [{"id": item.id, "properties": of_work_item(item)} for item in plan.items]
    transaction.run_rows("rounds/write_work", rows)
