"""How long selection and every shipped query take, warm, on a graph of 20,000 artists.

All rows are read. Limits: 1 s on Neo4j, 2 s embedded. The first time is not counted.
"""

from collections.abc import Callable, Mapping

from crawler.selection.labels import label_parameters
from crawler.selection.select import select_labels
from graph.views.artists import artist_graph
from queries.catalog import Query
from queries.label_policies import label_policies
from queries.running import run_query, shipped_queries
from tests.benchmarks.store import moving
from tests.benchmarks.store.music import RECIPE, Size, artist_id, genre
from tests.benchmarks.store.stores import AT, Measured, in_turn
from tests.benchmarks.store.table import Table

MOST = {True: 2.0, False: 1.0}  # seconds: embedded, Neo4j
_LONG = 5.0
# Ids of an artist far from every seed and of one whom many list.
_GIVEN: Mapping[str, object] = {
    **label_parameters(RECIPE),
    "artist": artist_id(1_200),
    "start": artist_id(1_500),
    "end": artist_id(3),
    "genre": genre(1),
    "track": "deezer:t100",
    "kind": "Artist",
    "id": artist_id(3),
}


def measure(table: Table, size: Size, *, times: int) -> None:
    """Run all queries on one graph, which is written first if the store is empty."""
    if any(m.store.stats()["Artist"] != size.artists for m in table.stores):
        moving.fill(table.stores, size)
    table.part(
        "selection and questions, seconds",
        f"warm, first quartile of {times}; at most {MOST[False]} s on Neo4j, {MOST[True]} s embedded",
    )
    for policy in label_policies():

        def select(measured: Measured, policy: str = policy) -> object:
            return select_labels(measured.store, RECIPE, policy=policy, now=AT)

        _row(table, f"select, {policy}", select, times=times)
    for name, query in sorted(shipped_queries().items()):
        _row(table, name, lambda m, q=query: _ask(m, q), times=times)
    seconds = in_turn(table.stores, 1, lambda m: artist_graph(m.store))
    table.row("(the whole graph for networkx)", _cells(seconds))


def _ask(measured: Measured, query: Query) -> object:
    return run_query(measured.store, query, {}, filled=_GIVEN)


def _row(
    table: Table, name: str, work: Callable[[Measured], object], *, times: int
) -> None:
    """One row; what takes long the first time is measured once more only."""
    first = in_turn(table.stores, 1, work)
    times = 1 if max(first.values()) > _LONG else times
    seconds = in_turn(table.stores, times, work)
    missed = {
        m.name: f"{MOST[m.is_embedded]} s"
        for m in table.stores
        if seconds[m.name] > MOST[m.is_embedded]
    }
    table.row(name, _cells(seconds), missed)


def _cells(seconds: Mapping[str, float]) -> Mapping[str, str]:
    return {name: f"{value:.3f}" for name, value in seconds.items()}
