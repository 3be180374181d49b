"""Writes answers: a group of them in one transaction, which checks the lease first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import chain
from typing import TypeAlias, cast

from graph.bolt.database import BoltDatabase, Transaction
from graph.bolt_store.classes import class_row, in_class_row
from graph.bolt_store.lease import TRANSACTION_SECONDS, fence
from graph.model.crawl import WorkResult
from graph.model.music import (
    Artist,
    Changes,
    HasGenre,
    Identity,
    Playlist,
    Related,
    Track,
)
from graph.model.properties import node_properties, of_answered, of_failed

_Row: TypeAlias = Mapping[str, object]


def commit(
    bolt: BoltDatabase, answers: Sequence[WorkResult], *, at: datetime, token: int
) -> None:
    """Write answers, mark their work items as answered and count their requests.

    All or nothing, in one transaction that begins with the check of the lease. Safe to
    repeat: `write_answered_work` returns only the items that were open until now, and
    nothing else is written. See `CrawlStore.commit`.
    """
    by_item: dict[str, WorkResult] = {}
    for answer in answers:
        by_item.setdefault(answer.item.id, answer)

    def work(transaction: Transaction) -> None:
        fence(transaction, token)
        rows = transaction.run("rounds/write_answered_work", ids=sorted(by_item))
        new = {item_id for item_id, _ in rows}
        taken = [answer for item_id, answer in by_item.items() if item_id in new]
        if taken:
            _write(transaction, taken, recipe=cast("str", rows[0][1]), at=at)

    if by_item:
        bolt.write_briefly(work, TRANSACTION_SECONDS)


def _write(
    transaction: Transaction, taken: Sequence[WorkResult], *, recipe: str, at: datetime
) -> None:
    changes = [answer.changes for answer in taken]
    write_changes(transaction, changes, recipe=recipe, at=at)
    spent = Counter[str]()
    for answer in taken:
        spent.update(answer.requests)
    transaction.run_rows("rounds/write_requests", requests_rows(spent))


def requests_rows(spent: Mapping[str, int]) -> Sequence[_Row]:
    """Requests per service, for `rounds/write_requests`."""
    return [{"name": name, "requests": spent[name]} for name in sorted(spent)]


def write_changes(
    transaction: Transaction, parts: Sequence[Changes], *, recipe: str, at: datetime
) -> None:
    """Write nodes and edges that answers add: both ends of an edge before the edge."""
    for name, rows in _rows(_joined(parts), recipe):
        extra = {"at": at} if name in _SEEN else {}
        transaction.run_rows(name, rows, **extra)
    transaction.run_rows("rounds/write_questions", _marks(parts, at), at=at)


def _joined(parts: Sequence[Changes]) -> Changes:
    """Merge several changes into one, in order."""

    def of(name: str) -> tuple[object, ...]:
        return tuple(chain.from_iterable(getattr(part, name) for part in parts))

    return Changes(**{field.name: of(field.name) for field in fields(Changes)})  # type: ignore[arg-type]


# Statements of edges that store when they were first and last seen.
_SEEN = frozenset({"music/write_related", "music/write_genres"})


def _rows(changes: Changes, recipe: str) -> Iterable[tuple[str, Sequence[_Row]]]:
    """Yield the statements and their rows, in the order of writing."""
    yield "music/write_artists", _described(changes.artists)
    yield "music/write_tracks", _described(changes.tracks)
    yield "music/write_playlists", _described(changes.playlists)
    yield "music/write_seeds", [{"id": seed} for seed in dict.fromkeys(changes.seeds)]
    yield "music/write_identities", _identified(changes.identities)
    yield "music/write_related", _related(changes.related)
    names = sorted({edge.genre for edge in changes.genres})
    yield "music/write_genre_names", [{"name": name} for name in names]
    yield "music/write_genres", _genres(changes.genres)
    yield (
        "music/write_performs",
        [
            {"artist": e.artist, "track": e.track, "position": e.position}
            for e in changes.performs
        ],
    )
    yield (
        "music/write_contains",
        [
            {"playlist": e.playlist, "track": e.track, "position": e.position}
            for e in changes.contains
        ],
    )
    classes = sorted({name for _, name in changes.in_class})
    yield "classes/write_classes", [class_row(recipe, name) for name in classes]
    yield (
        "classes/write_in_class",
        [in_class_row(recipe, *pair) for pair in sorted(set(changes.in_class))],
    )


def _described(values: Sequence[Artist | Track | Playlist]) -> Sequence[_Row]:
    """One row per node; of several values of a property, the first is kept.

    The rows are sorted, so that two writers acquire their locks in the same order.
    """
    rows: dict[str, dict[str, object]] = {}
    for value in values:
        rows[value.id] = node_properties(value) | rows.get(value.id, {})
    return [{"id": key, "properties": rows[key]} for key in sorted(rows)]


def _identified(values: Sequence[Identity]) -> Sequence[_Row]:
    best: dict[str, Identity] = {}
    for value in values:
        known = best.setdefault(value.artist, value)
        if value.mbid < known.mbid:
            best[value.artist] = value
    return [
        {"id": key, "mbid": best[key].mbid, "identified_by": best[key].identified_by}
        for key in sorted(best)
    ]


def _related(edges: Sequence[Related]) -> Sequence[_Row]:
    last = {(e.start, e.end, e.source): e for e in edges}
    return [
        {
            "start": e.start,
            "end": e.end,
            "source": e.source,
            "rank": e.rank,
            "score": None if e.score is None else float(e.score),
        }
        for _, e in sorted(last.items())
    ]


def _genres(edges: Sequence[HasGenre]) -> Sequence[_Row]:
    last = {(e.artist, e.genre, e.source): e for e in edges}
    return [
        {
            "artist": e.artist,
            "genre": e.genre,
            "source": e.source,
            "votes": e.votes,
            "share": None if e.share is None else float(e.share),
        }
        for _, e in sorted(last.items())
    ]


def _marks(parts: Sequence[Changes], at: datetime) -> Sequence[_Row]:
    """One row per artist with its answered and failed questions, in order.

    `times` names the properties whose value is the time of the answer.
    """
    rows: dict[str, dict[str, object]] = {}
    for part in parts:
        for answer in part.answered:
            rows.setdefault(answer.artist, {}).update(of_answered(answer, at))
        for failure in part.failed:
            rows.setdefault(failure.artist, {}).update(of_failed(failure, at))
    return [_mark(key, rows[key], at) for key in sorted(rows)]


def _mark(artist: str, properties: Mapping[str, object], at: datetime) -> _Row:
    return {
        "id": artist,
        "properties": {k: v for k, v in properties.items() if v is not at},
        "times": [k for k, v in properties.items() if v is at],
    }
