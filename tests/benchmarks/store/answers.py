"""Artists' answers per second, committed in groups as the crawl does.

Beside them the bare driver: the same statements with the same rows, made beforehand, in
one transaction; without the fence, the counts, and making rows of values.
"""

import random
from collections.abc import Mapping, Sequence

from crawler.crawl.engine import BATCH_SIZE
from graph.bolt_store import answers
from graph.model.crawl import Crawl, Plan, WorkResult
from graph.model.music import Changes
from tests.benchmarks.store.music import RECIPE, answer
from tests.benchmarks.store.stores import AT, Measured, seconds_of, typical
from tests.benchmarks.store.table import Table

LEAST = {True: 120, False: 200}  # answers/s: embedded, Neo4j
_RELATIVES = 20


def begin(measured: Measured) -> None:
    """An empty store with a crawl, whose first round is closed."""
    measured.emptied()
    crawl = Crawl(RECIPE.name, RECIPE.to_json(), RECIPE.digest())
    measured.store.begin(crawl, Changes(), Plan(0, ()), at=AT)
    measured.store.close_round(0, {}, seconds=0)


class _Kept:
    """Takes statements with their rows, as a transaction would."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, Mapping[str, object]]] = []

    def run_rows(self, name: str, rows: Sequence[object], **parameters: object) -> None:
        if rows:
            self.parts.append((name, {"rows": rows, **parameters}))


def statements_of(
    group: Sequence[WorkResult],
) -> list[tuple[str, Mapping[str, object]]]:
    """What `commit` writes of a group, made beforehand."""
    kept = _Kept()
    changes = [one.changes for one in group]
    answers.write_changes(kept, changes, recipe=RECIPE.name, at=AT)
    return kept.parts


def measure(table: Table, *, groups: int) -> None:
    """Commit groups by turns through `commit` and by the bare driver."""
    table.part(
        "answers of artists, per second",
        f"20 relatives (8 new) and 5 genres each, {BATCH_SIZE} in one transaction; first quartile",
    )
    seconds: dict[tuple[str, str], list[float]] = {}
    rng = random.Random(7)
    numbers = range(2 * groups * BATCH_SIZE)
    given = [answer(n, rng) for n in numbers]
    parts = tuple(one.item for one in given)
    for measured in table.stores:
        begin(measured)
        seconds[measured.name, "plan"] = [
            seconds_of(lambda m=measured: m.store.commit_plan(Plan(1, parts)))
        ]
    for turn in range(2 * groups):
        group = given[turn * BATCH_SIZE : (turn + 1) * BATCH_SIZE]
        made = statements_of(group)
        for measured in table.stores:
            if turn % 2:
                taken = seconds_of(lambda m=measured, p=made: m.bare(*p))
            else:
                taken = seconds_of(lambda m=measured, g=group: m.store.commit(g, at=AT))
            seconds.setdefault(
                (measured.name, "bare" if turn % 2 else "ours"), []
            ).append(taken)
    _say(table, seconds, len(parts))
    for measured in table.stores:
        measured.emptied()


def _say(
    table: Table,
    seconds: Mapping[tuple[str, str], Sequence[float]],
    slices: int,
) -> None:
    rates, ratios, edges, plans, missed = {}, {}, {}, {}, {}
    for measured in table.stores:
        name = measured.name
        ours = BATCH_SIZE / typical(seconds[name, "ours"])
        bare = BATCH_SIZE / typical(seconds[name, "bare"])
        rates[name] = f"{ours:,.0f}"
        ratios[name] = f"{ours / bare:.2f} of {bare:,.0f}"
        edges[name] = f"{ours * _RELATIVES:,.0f}"
        plans[name] = f"{slices / seconds[name, 'plan'][0]:,.0f}"
        if ours < LEAST[measured.is_embedded]:
            missed[name] = f"{LEAST[measured.is_embedded]}"
    table.row("commit", rates, missed)
    table.row("  beside the bare driver with the rows ready", ratios)
    table.row("  RELATED_TO in it, per second", edges)
    table.row("commit_plan, slices/s", plans)
