"""A graph of 20,000 artists on a real Neo4j, and what it plans and reads for our Cypher."""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import neo4j

from graph.model.schema import KEYS
from graph.transfer.statements import generated_statements
from queries.catalog import has_header, parse_query
from tests.conftest import NOW
from tests.support.project import ROOT
from tests.tools.cypher_lint import GENERATED, files

ARTISTS, GENRES, CLASSES, TRACKS = 20_000, 500, 10, 2_000
_BATCH = 5_000

# What parameters of the shipped Cypher are given; others take their header's default.
PARAMETERS: Mapping[str, object] = {
    "artist": "deezer:21",
    "end": "deezer:77",
    "genre": "genre 3",
    "id": "deezer:100",
    "ids": [f"deezer:{n}" for n in range(20)],
    "keys": [f"deezer:{n}" for n in range(20)],
    "kind": "Artist",
    "limit": 25,
    "min_artists": 2,
    "min_genres": 3,
    "min_share": 0.15,
    "min_votes": 1,
    "recipe": "made",
    "start": "deezer:21",
    "track": "deezer:2101",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What Neo4j does for a statement.

    Attributes:
        scanned: The labels it reads whole; "*" for all nodes.
        walked: The relations that it follows from one end to whatever is at the other.
        hits: What PROFILE counted; 0 if only the plan was requested.
    """

    scanned: frozenset[str]
    walked: tuple[str, ...]
    hits: int


def statements() -> Iterator[tuple[str, str]]:
    """Each shipped statement by its file's name; generated ones by their module's.

    None of the files of schema changes.
    """
    for path in files():
        if path.name not in {"schema.cypher", "constraints.cypher"}:
            name = path.relative_to(ROOT).with_suffix("").as_posix()
            yield name, path.read_text(encoding="utf-8")
    for name, text in generated_statements().items():
        yield f"{GENERATED}/{name}", text


def fill(driver: neo4j.Driver, *, relatives: int) -> None:
    """Write a generated graph directly: `relatives` and a genre for each artist."""
    rng = random.Random(2026)
    artists, tracks = range(ARTISTS), range(TRACKS)
    _write(driver, _MADE["artists"], [[f"deezer:{n}", f"Band {n}"] for n in artists])
    _write(driver, _MADE["genres"], [f"genre {n}" for n in range(GENRES)])
    _write(driver, _MADE["classes"], list(range(CLASSES)))
    _write(driver, _MADE["tracks"], [f"deezer:{n}" for n in tracks])
    # After the nodes: an index that grows is counted later, and the planner guesses.
    for text in (ROOT / "graph/statements/schema.cypher").read_text("utf-8").split(";"):
        if text.strip():
            driver.execute_query(text)
    driver.execute_query("CALL db.awaitIndexes(60)")
    _write(
        driver,
        _MADE["performs"],
        [[f"deezer:{n}", f"deezer:{rng.randrange(ARTISTS)}"] for n in tracks],
    )
    genres = [
        [f"deezer:{n}", f"genre {min(GENRES, int(10 * rng.paretovariate(1))) - 10}"]
        for n in artists
    ]
    _write(driver, _MADE["has_genre"], genres)
    _write(
        driver,
        _MADE["related"],
        [
            [f"deezer:{n}", f"deezer:{(n + rng.randint(1, 400)) % ARTISTS}", rank]
            for n in artists
            for rank in range(1, relatives + 1)
        ],
    )


_MADE = {
    "artists": """UNWIND $rows AS row CREATE (a:Artist {id: row[0], name: row[1],
        source: 'deezer', popularity: size(row[0]), depth: size(row[0]) % 3,
        genres_at: $at, related_at: $at, tracks_at: $at, identity_at: $at})""",
    "genres": "UNWIND $rows AS row CREATE (:Genre {name: row})",
    "classes": """UNWIND $rows AS row CREATE (c:Class {id: 'made/' + row, recipe: 'made',
        name: toString(row), position: row}) WITH c, row
        UNWIND range(0, 5) AS n MATCH (g:Genre {name: 'genre ' + (row * 6 + n)})
        CREATE (g)-[:IN_CLASS]->(c)""",
    "tracks": """UNWIND $rows AS row
        CREATE (:Track {id: row, name: row, has_preview: true})""",
    "performs": """UNWIND $rows AS row MATCH (a:Artist {id: row[1]})
        MATCH (t:Track {id: row[0]})
        MATCH (c:Class {id: 'made/' + (size(row[0]) % 10)})
        CREATE (a)-[:PERFORMS {position: 1}]->(t)
        CREATE (t)-[:CLASSIFIED_AS {share: 1.0, policy: 'x', at: $at}]->(c)
        MERGE (a)-[l:CLASSIFIED_AS]->(c) SET l.share = 1.0""",
    "has_genre": """UNWIND $rows AS row MATCH (a:Artist {id: row[0]})
        MATCH (g:Genre {name: row[1]})
        CREATE (a)-[:HAS_GENRE {source: 'musicbrainz', votes: 3, share: 0.5}]->(g)""",
    "related": """UNWIND $rows AS row MATCH (a:Artist {id: row[0]})
        MATCH (b:Artist {id: row[1]})
        CREATE (a)-[:RELATED_TO {source: 'deezer', rank: row[2], first_seen_at: $at,
          last_seen_at: $at}]->(b)""",
}


def _write(driver: neo4j.Driver, text: str, rows: list[object]) -> None:
    for start in range(0, len(rows), _BATCH):
        driver.execute_query(text, rows=rows[start : start + _BATCH], at=NOW)


def planned(driver: neo4j.Driver, text: str) -> Plan:
    """The plan of Neo4j for a statement, without running it."""
    return _plan(driver.execute_query(f"EXPLAIN {text}").summary.plan)


def profiled(driver: neo4j.Driver, text: str) -> Plan:
    """What Neo4j does for a statement that reads."""
    names = set(re.findall(r"\$(\w+)", text))
    declared = parse_query("", text).parameters if has_header(text) else ()
    values = {
        **dict.fromkeys(names),
        **{parameter.name: parameter.default for parameter in declared},
        **{name: PARAMETERS[name] for name in names & PARAMETERS.keys()},
    }
    with driver.session(fetch_size=10_000) as session:
        result = session.run(f"PROFILE {text}", values)
        result.values()  # hits are counted only when every row was taken
        return _plan(result.consume().profile)


def _plan(plan: Mapping[str, object]) -> Plan:
    steps = list(_steps(plan))
    scanned = (_scanned(step) for step in steps)
    walks = (step for step in steps if "Expand(All)" in step["operatorType"])
    walked = tuple(step["args"].get("Details", "") for step in walks)
    hits = sum(int(step.get("dbHits", 0)) for step in steps)
    return Plan(frozenset(filter(None, scanned)), walked, hits)


def _steps(plan: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield plan
    for child in plan.get("children", ()):
        yield from _steps(child)


def _scanned(step: Mapping[str, object]) -> str | None:
    """The label that a step reads whole, if it is one."""
    kind = step["operatorType"].partition("@")[0]
    if "AllNodesScan" in kind:
        return "*"
    if not re.search(r"LabelScan|NodeIndexScan|LabelsScan", kind):
        return None
    named = re.findall(r":(\w+)", step["args"].get("Details", ""))
    return next((label for label in named if label in KEYS), "*")
