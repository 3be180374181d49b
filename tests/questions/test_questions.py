"""Shipped queries on a crawled and selected world, on each store, compared with Python.

Mistakes in the Cypher of users' queries must change the rows, so that the world
distinguishes correct queries from wrong ones.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.recipe.loader import read_recipe
from crawler.recipe.model import Recipe
from crawler.selection.select import select_labels
from crawler.standin.server import serve
from crawler.standin.world.generator import bundled_world
from graph.model.genres import ClassRule
from graph.opening import StoreSettings, open_configured_store
from graph.store import Store
from graph.transfer.jsonl import read_file, write_file
from queries.catalog import Query, user_queries
from queries.running import run_query, shipped_query
from tests.conftest import NAMED_SERVER, NOW
from tests.support.neo4j.database import emptied, mark
from tests.support.oracles.brute_force import QUERIES, hops
from tests.support.oracles.brute_force_relations import neighbours, steps_from_seeds
from tests.support.oracles.plain_graph import Plain
from tests.support.oracles.question_mutations import MUTATIONS
from tests.support.project import ROOT

RECIPE = """
[dataset]
name = "asked"
[classes]
pop = "pop"
metal = "metal"
jazz = ["jazz", "swing", "bebop"]
"r&b" = ["r&b", "soul"]
nobody = "polka"
[seeds]
by_genre = 4
[crawl]
round = 20
artists_per_class = 0
max_requests = 400
"""
# Another selection in the same graph: a query must not mix up recipes.
OTHER = Recipe(
    "other",
    (
        ClassRule("jazz", ("jazz", "rock", "folk")),
        ClassRule("metal", ("metal", "house", "soul")),
        ClassRule("pop", ("pop", "jazz", "techno")),
    ),
)
ALL_KINDS = {(False, False), (False, True), (True, False)}
QUESTIONS = user_queries()
ASKED = {**{name: shipped_query(name) for name in QUERIES}, **QUESTIONS}
# Few rows and many, and thresholds that leave out something here and there.
GIVEN = (
    {"min_votes": 2, "min_share": 0.3, "min_genres": 4, "min_artists": 3, "limit": 12},
    {"min_votes": 1, "min_share": 0.6, "min_genres": 3, "min_artists": 2, "limit": 999},
    {"min_votes": 3, "min_share": 0.1, "min_genres": 3, "min_artists": 4, "limit": 999},
)


@dataclass(frozen=True)
class QueriedStore:
    """A store, and the same graph read from its JSON lines."""

    store: Store
    graph: Plain


def settings(folder: Path, uri: str | None = None) -> StoreSettings:
    return StoreSettings(uri, None, None, None, folder)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store and the JSON lines of a crawled and selected world."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.support.processes.crawl_process",
        "recipe.toml",
        "store",
    ]
    root = str(ROOT)
    with serve(bundled_world(), limits=False) as standin:
        environment = {**os.environ, **standin.environment, "PYTHONPATH": root}
        subprocess.run(command, env=environment, cwd=folder, check=True)
    with open_configured_store(
        settings(folder / "store"), clock_now=lambda: NOW
    ) as store:
        select_labels(store, OTHER, now=NOW)
        select_labels(store, read_recipe(folder / "recipe.toml"), now=NOW)
        write_file(folder / "graph.jsonl", store.items())
    return folder


@pytest.fixture(scope="module")
def graph(crawled: Path) -> Plain:
    with (crawled / "graph.jsonl").open(encoding="utf-8") as lines:
        return Plain(json.loads(line) for line in lines)


@pytest.fixture(scope="module")
def embedded(crawled: Path, graph: Plain) -> Iterator[QueriedStore]:
    with open_configured_store(
        settings(crawled / "store"), clock_now=lambda: NOW
    ) as store:
        yield QueriedStore(store, graph)


@contextmanager
def copied(crawled: Path, uri: str) -> Iterator[Store]:
    """The same graph in an empty Neo4j."""
    emptied(uri)
    place = settings(crawled / "unused", uri)
    with open_configured_store(place, clock_now=lambda: NOW) as store:
        if uri == NAMED_SERVER:
            mark(uri)
        store.load(read_file(crawled / "graph.jsonl"))
        yield store


PLACES = {"embedded": "", "neo4j-5.26": "neo4j_uri", "neo4j-2026": "neo4j_2026_uri"}


@pytest.fixture(scope="module", params=PLACES)
def queried(request: pytest.FixtureRequest, graph: Plain) -> Iterator[QueriedStore]:
    if request.param == "embedded":
        yield request.getfixturevalue("embedded")
        return
    uri = request.getfixturevalue(PLACES[request.param])
    with copied(request.getfixturevalue("crawled"), uri) as store:
        yield QueriedStore(store, graph)


def parameter_sets(query: Query, graph: Plain) -> Iterator[dict[str, object]]:
    """The sets of parameters with which a query is run."""
    steps = steps_from_seeds(graph)
    far = max(sorted(steps), key=steps.__getitem__)
    known = in_lists_of_all_kinds(graph)
    credited = sorted(graph.credits().items())
    for given in GIVEN:
        values = {
            **given,
            "recipe": "asked",
            "artist": far if query.name == "path_from_seed" else known,
            "start": far,
            "end": known,
            "genre": "pop",
            "per_class": 2,
            "track": next(track for track, artists in credited if len(artists) > 1),
            "kind": "Artist",
            "id": next(artist for artist, _, _ in graph.classified["Artist"]),
        }
        yield {parameter.name: values[parameter.name] for parameter in query.parameters}


def in_lists_of_all_kinds(graph: Plain) -> str:
    """An artist with tracks that lists others, and that others list."""
    for artist in sorted({artist for artist, _, _ in graph.edges["PERFORMS"]}):
        rows = neighbours(graph, {"artist": artist})
        if {(row[3] is None, row[4] is None) for row in rows} >= ALL_KINDS:
            return artist
    raise AssertionError("the world has no such artist")


def right(query: Query, graph: Plain, values: dict, rows: list) -> bool:
    """Whether rows are those of plain Python; any of the shortest paths is right."""
    if query.name in QUERIES:
        return [tuple(row) for row in rows] == QUERIES[query.name](graph, values)
    ranks = {(a, b): edge["rank"] for a, b, edge in graph.edges["RELATED_TO"]}
    path = [row[1] for row in rows]
    named = [(step, a, graph.name(a)) for step, a in enumerate(path)]
    if [tuple(row[:3]) for row in rows] != named:
        return False
    if query.name == "path_between":
        length = hops(graph, values["start"], values["end"])
        joined = all({(a, b), (b, a)} & set(ranks) for a, b in pairwise(path))
        ends = [values["start"], values["end"]]
        return joined and len(path) == length + 1 and path[:: len(path) - 1] == ends
    way = [None, *(ranks.get(step) for step in pairwise(path))]
    depth = steps_from_seeds(graph)[values["artist"]]
    return (
        [row[3] for row in rows] == way
        and None not in way[1:]
        and graph.nodes["Artist"][path[0]]["depth"] == 0
        and (path[-1], len(path)) == (values["artist"], depth + 1)
    )


@pytest.mark.parametrize("name", ASKED)
def test_a_query_returns_the_rows_that_plain_python_finds(
    queried: QueriedStore, name: str
) -> None:
    query = ASKED[name]
    for values in parameter_sets(query, queried.graph):
        columns, rows = run_query(queried.store, query, {}, filled=values)
        assert columns == query.columns
        assert rows
        assert right(query, queried.graph, values, rows)


def mutations() -> Iterator[tuple[str, str, str, int]]:
    """Name, what to replace, by what, and which of its occurrences."""
    for name, query in QUESTIONS.items():
        for old, new in MUTATIONS[name]:
            yield name, old, new, query.text.index(old, query.text.index("\nMATCH"))
        for old, new in (
            (r"(?<=>= )\$min_votes", "0"),
            (r"(?<=>= )\$min_share", "0"),
            (r" ?\{recipe: \$recipe\}", ""),
            (r"WHERE c\.recipe = \$recipe\n", ""),
            (r"LIMIT \$limit\n", ""),
        ):
            for match in re.finditer(old, query.text):
                yield name, match[0], new, match.start()


@pytest.mark.parametrize(("name", "old", "new", "place"), list(mutations()))
def test_a_mistake_in_a_query_s_cypher_changes_its_rows(
    embedded: QueriedStore, name: str, old: str, new: str, place: int
) -> None:
    query = QUESTIONS[name]
    text = query.text[:place] + new + query.text[place + len(old) :]
    mistaken = replace(query, text=text)
    assert not all(
        right(
            query,
            embedded.graph,
            v,
            run_query(embedded.store, mistaken, {}, filled=v)[1],
        )
        for v in parameter_sets(query, embedded.graph)
    )


def test_every_query_has_mistakes_to_try() -> None:
    assert set(MUTATIONS) == set(QUESTIONS)
    assert all(MUTATIONS.values())
