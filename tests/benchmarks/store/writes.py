"""Rows per second of each write, beside the bare driver with the same text and rows.

Batches of 1,000 rows go by turns through our server (`run_rows` in `Bolt.write`) and by
`session.execute_write(lambda t: t.run(text, rows=batch))`; making rows of values is in
neither, it is in `commit` (see `tests.benchmarks.store.answers`).
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from graph.bolt_store.classes import class_row
from graph.model.properties import node_properties
from tests.benchmarks.store.music import RECIPE, artist, artist_id
from tests.benchmarks.store.stores import AT, Row, seconds_of, typical
from tests.benchmarks.store.table import Table

BATCH = 1_000
SHARE = 0.80
_Rows = Callable[[int], Row]
_TIMES = {"at": AT}
_CHOSEN = {"at": AT, "policy": "single-class"}


@dataclass(frozen=True)
class Case:
    """A write: its statement, its n-th row, and how many rows there are."""

    name: str
    statement: str
    row: _Rows
    again: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)
    most: int = 1_000_000

    def batches(self, count: int) -> list[Sequence[Row]]:
        rows = [self.row(n) for n in range(min(count * BATCH, self.most))]
        return [rows[i : i + BATCH] for i in range(0, len(rows), BATCH)]


def _artist(n: int) -> Row:
    one = artist(n)
    return {"id": one.id, "properties": node_properties(one)}


def _track(n: int) -> Row:
    properties = {
        "name": f"Song {n}",
        "source": "deezer",
        "duration_ms": 200_000,
        "popularity": n,
        "album": f"Album {n // 10}",
        "album_id": f"deezer:{n // 10}",
        "explicit": False,
        "has_preview": True,
    }
    return {"id": f"deezer:t{n}", "properties": properties}


def _related(n: int) -> Row:
    rng = random.Random(n)
    ends = {"start": artist_id(n // 20), "end": artist_id(rng.randrange(4_000))}
    return ends | {"source": "deezer", "rank": n % 20 + 1, "score": None}


def _has_genre(n: int) -> Row:
    rng = random.Random(n)
    ends = {"artist": artist_id(n), "genre": f"genre {rng.randrange(1_000)}"}
    return ends | {"source": "musicbrainz", "votes": 3, "share": 0.5}


def _mark(n: int) -> Row:
    empty = dict.fromkeys(("related_failed", "related_failed_at", "related_tries"))
    properties = {"related_by": "deezer", **empty}
    return {"id": artist_id(n), "properties": properties, "times": ["related_at"]}


def _class(n: int) -> str:
    return f"{RECIPE.name}/{RECIPE.class_names[n % 10]}"


def cases() -> Iterator[Case]:
    """All writes, in an order in which both ends of an edge are there."""

    def both(name: str, statement: str, row: _Rows, **more) -> Iterator[Case]:
        yield Case(f"{name}, new", statement, row, **more)
        yield Case(f"{name}, again", statement, row, again=True, **more)

    yield from both("Artist", "music/write_artists", _artist)
    yield from both("Track", "music/write_tracks", _track)
    yield from both(
        "Genre", "music/write_genre_names", lambda n: {"name": f"genre {n}"}
    )
    yield from both("RELATED_TO", "music/write_related", _related, parameters=_TIMES)
    yield from both("HAS_GENRE", "music/write_genres", _has_genre, parameters=_TIMES)
    yield from both(
        "PERFORMS",
        "music/write_performs",
        lambda n: {"artist": artist_id(n), "track": f"deezer:t{n}", "position": 1},
    )
    yield from both(
        "identities",
        "music/write_identities",
        lambda n: {"id": artist_id(n), "mbid": f"m{n}", "identified_by": "url"},
    )
    yield Case("questions", "rounds/write_questions", _mark, parameters=_TIMES)
    yield Case(
        "depths", "rounds/write_depths", lambda n: {"id": artist_id(n), "depth": 2}
    )
    names = [
        class_row(RECIPE.name, name, n) for n, name in enumerate(RECIPE.class_names)
    ]
    yield Case("Class", "classes/write_classes", names.__getitem__, most=len(names))
    yield from both(
        "IN_CLASS",
        "classes/write_in_class",
        lambda n: {"genre": f"genre {n}", "class": _class(n)},
    )
    for kind, key in (("artist", artist_id), ("track", lambda n: f"deezer:t{n}")):
        name = f"CLASSIFIED_AS of {kind}s"

        def row(n: int, key=key) -> Row:
            return {"id": key(n), "class": _class(n), "share": 1.0}

        yield Case(
            f"{name}, new", f"selections/write_{kind}_labels", row, parameters=_CHOSEN
        )
        yield Case(
            f"{name}, again",
            f"selections/write_same_{kind}_labels",
            row,
            parameters=_CHOSEN,
        )


def measure(table: Table, *, batches: int) -> None:
    """Write everything, on all stores in turn."""
    table.part(
        "write, rows/s (of the bare driver's)",
        f"batches of {BATCH} rows, one transaction each; first quartile",
    )
    for measured in table.stores:
        measured.emptied()
    for case in cases():
        _one(table, case, batches)
    for measured in table.stores:
        measured.emptied()


def _one(table: Table, case: Case, batches: int) -> None:
    seconds: dict[tuple[str, str], list[float]] = {}
    statement = case.statement
    given = case.batches(2 * batches)
    for turn, batch in enumerate(given):
        for measured in table.stores:
            ways = {
                "ours": lambda m=measured, b=batch: m.ours(
                    statement, b, **case.parameters
                ),
                "bare": lambda m=measured, b=batch: m.bare(
                    (statement, {"rows": b, **case.parameters})
                ),
            }
            way = ("ours", "bare")[turn % 2]
            seconds.setdefault((measured.name, way), []).append(seconds_of(ways[way]))
    if len(given) < 2:
        return
    rows = len(given[0])
    cells, missed = {}, {}
    for measured in table.stores:
        ours = rows / typical(seconds[measured.name, "ours"])
        bare = rows / typical(seconds[measured.name, "bare"])
        cells[measured.name] = f"{ours:,.0f} ({ours / bare:.2f} of {bare:,.0f})"
        if ours < SHARE * bare:
            missed[measured.name] = f"{SHARE:.2f}"
    table.row(case.name, cells, missed)
