"""Marks a Neo4j database as the tests' own, and empties it."""

import neo4j

_MARK = "MERGE (s:Schema {name: 'genregraph'}) SET s.tests = true"
_MARKED = "MATCH (s:Schema {tests: true}) RETURN count(s) AS n"
_ALL = "MATCH (n) RETURN count(n) AS n"
_SOME = "MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS n"


def line_of(uri: str) -> str:
    """The release line of a server: "5.26" (long-term support) or "2026"."""
    with neo4j.GraphDatabase.driver(uri, auth=None) as driver:
        version = driver.get_server_info().agent.removeprefix("Neo4j/")
    return "5.26" if version.startswith("5.") else "2026"


def refuse_foreign(uri: str) -> None:
    """Raise if a database contains nodes but not the mark of the tests."""
    with neo4j.GraphDatabase.driver(uri, auth=None) as driver:
        if _count(driver, _ALL) and not _count(driver, _MARKED):
            raise RuntimeError(
                f"{uri} contains nodes of others: name an empty database for the tests"
            )


def mark(uri: str) -> None:
    """Mark a database as the tests' own, in its version node."""
    with neo4j.GraphDatabase.driver(uri, auth=None) as driver:
        driver.execute_query(_MARK, database_="neo4j")


def emptied(uri: str, auth: tuple[str, str] | None = None) -> None:
    """Delete everything in a database of the tests."""
    with neo4j.GraphDatabase.driver(uri, auth=auth) as driver:
        while _count(driver, _SOME):
            pass


def _count(driver: neo4j.Driver, text: str) -> int:
    records, _, _ = driver.execute_query(text, database_="neo4j")
    return int(records[0]["n"])
