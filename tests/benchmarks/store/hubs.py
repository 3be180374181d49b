"""What one write costs beside a genre, or a class, that many have: it must not grow."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from graph.bolt.database import ROWS_AT_ONCE
from graph.bolt_store.classes import in_class_row
from graph.model.crawl import Plan, WorkItem, WorkResult
from graph.model.properties import class_id, node_properties
from tests.benchmarks.store.answers import begin
from tests.benchmarks.store.music import answer, artist, artist_id
from tests.benchmarks.store.stores import AT, Measured, Row, in_turn
from tests.benchmarks.store.table import Table

_GROUP = 50
_FIRST = 5_000_000  # artists that are not stored yet
_Work = Callable[[Measured, int], None]
GROWTH = 1.5  # of the median at the largest size against that at the smallest


def hub(size: int) -> str:
    """The genre that `size` artists have."""
    return f"hub {size}"


@dataclass(frozen=True)
class _Turns:
    """What is measured, on which sizes, and how often."""

    table: Table
    sizes: Sequence[int]
    times: int

    def rows(self, name: str, work: _Work, *, times: int | None = None) -> None:
        """A row for each size; the last one says how much the cost has grown."""
        found: dict[int, Mapping[str, float]] = {}
        turns = [
            replace(measured, name=f"{measured.name}/{size}")
            for size in self.sizes
            for measured in self.table.stores
        ]
        for _ in range(2):  # the first round warms up
            seconds = in_turn(turns, times or self.times, lambda m: work(m, _size(m)))
        for size in self.sizes:
            stores = self.table.stores
            found[size] = {m.name: seconds[f"{m.name}/{size}"] for m in stores}
        for size in self.sizes[:-1]:
            self.table.row(f"{name} {size:,}", _milliseconds(found[size]))
        self._last(name, found[self.sizes[0]], found[self.sizes[-1]])

    def _last(
        self, name: str, smallest: Mapping[str, float], largest: Mapping[str, float]
    ) -> None:
        grown = {key: largest[key] / smallest[key] for key in largest}
        cells = {
            key: f"{cell} ({grown[key]:.2f} times)"
            for key, cell in _milliseconds(largest).items()
        }
        missed = {key: f"{GROWTH} times" for key in grown if grown[key] > GROWTH}
        self.table.row(f"{name} {self.sizes[-1]:,}", cells, missed)


def _milliseconds(seconds: Mapping[str, float]) -> Mapping[str, str]:
    return {key: f"{1000 * value:.2f}" for key, value in seconds.items()}


def _size(measured: Measured) -> int:
    return int(measured.name.rpartition("/")[2])


def measure(table: Table, *, sizes: Sequence[int], times: int) -> None:
    """Genres of each size, then classes."""
    for measured in table.stores:
        begin(measured)
        _fill(measured, sizes)
    table.part(
        "one write to a hub, milliseconds",
        f"{times} transactions, the sizes by turns; first quartile; at most {GROWTH} times",
    )
    turns = _Turns(table, sizes, times)
    given = _Answers(turns)
    turns.rows("one HAS_GENRE to a genre of", _one_genre)
    turns.rows("an answer's commit, a genre of", given.one)
    turns.rows(f"{_GROUP} answers' commit, a genre of", given.group, times=given.groups)
    turns.rows("IN_CLASS of a genre of", _in_class)
    turns.rows("CLASSIFIED_AS to a class of", _labelled)
    turns.rows("sync_classes, a class of", _synced)
    for measured in table.stores:
        measured.emptied()


def _fill(measured: Measured, sizes: Sequence[int]) -> None:
    """Artists, and a genre and a class for each size that so many of them have."""
    everybody = range(max(sizes))
    _put(
        measured,
        "artists",
        [
            {"id": artist_id(n), "properties": node_properties(artist(n))}
            for n in everybody
        ],
    )
    for size in sizes:
        name = hub(size)
        measured.ours("music/write_genre_names", [{"name": name}])
        edges = [_edge(n, name) for n in range(size)]
        _put(measured, "music/write_genres", edges, at=AT)
        measured.store.sync_classes(name, [name], [(name, name)])
        _put(
            measured,
            "selections/write_artist_labels",
            [_label(n, name) for n in range(size)],
            at=AT,
            policy="single-class",
        )


def _put(
    measured: Measured, name: str, rows: Sequence[Row], **parameters: object
) -> None:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        measured.ours(name, rows[start : start + ROWS_AT_ONCE], **parameters)


def _edge(number: int, genre: str) -> Row:
    ends = {"artist": artist_id(number), "genre": genre}
    return ends | {"source": "musicbrainz", "votes": 3, "share": 0.5}


def _label(number: int, name: str) -> Row:
    return {"id": artist_id(number), "class": class_id(name, name), "share": 1.0}


class _Answers:
    """Answers that were never given, each with a genre of the size wanted."""

    def __init__(self, turns: _Turns) -> None:
        rng = random.Random(3)
        self.groups = max(2, turns.times // 10)
        # Twice, for all is done once to warm up.
        count = 2 * (turns.times + self.groups * _GROUP)
        self._answers: dict[str, list[WorkResult]] = {}
        for measured in turns.table.stores:
            parts: list[WorkItem] = []
            for place, size in enumerate(turns.sizes):
                first = _FIRST + place * count
                made = [
                    answer(n, rng, hub(size), among=1_000)
                    for n in range(first, first + count)
                ]
                self._answers[f"{measured.name}/{size}"] = made
                parts += [one.item for one in made]
            measured.store.commit_plan(Plan(1, tuple(parts)))

    def one(self, measured: Measured, size: int) -> None:
        measured.store.commit([self._answers[measured.name].pop()], at=AT)

    def group(self, measured: Measured, size: int) -> None:
        left = self._answers[measured.name]
        group = [left.pop() for _ in range(_GROUP)]
        measured.store.commit(group, at=AT)


_new = iter(range(_FIRST * 2, _FIRST * 3))


def _one_genre(measured: Measured, size: int) -> None:
    """A new artist gets the genre: both in one transaction."""
    number = next(_new)
    node = {"id": artist_id(number), "properties": node_properties(artist(number))}

    def work(transaction) -> None:
        transaction.run_rows("music/write_artists", [node])
        transaction.run_rows("music/write_genres", [_edge(number, hub(size))], at=AT)

    measured.store._bolt.write(work)


def _in_class(measured: Measured, size: int) -> None:
    measured.ours(
        "classes/write_in_class", [in_class_row(hub(size), hub(size), hub(size))]
    )


def _labelled(measured: Measured, size: int) -> None:
    number = next(_new)
    node = {"id": artist_id(number), "properties": node_properties(artist(number))}

    def work(transaction) -> None:
        transaction.run_rows("music/write_artists", [node])
        transaction.run_rows(
            "selections/write_artist_labels",
            [_label(number, hub(size))],
            at=AT,
            policy="p",
        )

    measured.store._bolt.write(work)


def _synced(measured: Measured, size: int) -> None:
    measured.store.sync_classes(hub(size), [hub(size)], [(hub(size), hub(size))])
