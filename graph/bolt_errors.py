"""What a database says when it refuses, in our words. Goes by code, never by text."""

import re

from graph.errors import (
    BadQueryError,
    GraphError,
    StoreRefusedError,
    StoreUnreachableError,
)

READS_ONLY = "Queries only read; the graph is changed by the program's own commands."


def unreachable(where: str) -> StoreUnreachableError:
    """No answer, after all retries."""
    return StoreUnreachableError(f"the graph database at {where} does not answer")


def refused(
    where: str, database: str | None, code: str | None, words: str | None
) -> GraphError:
    """The database answered and said no."""
    known = _refusals(where, database).get(_kind(code))
    if known is not None:
        return StoreRefusedError(known[0], hint=known[1])
    if ".TransientError." in (code or ""):
        return StoreUnreachableError(
            f"the graph database at {where} is too busy: {_line(code, words)}",
            hint="Run the same command again.",
        )
    return StoreRefusedError(
        f"the graph database at {where} refuses: {_line(code, words)}",
        hint="Its own log may say more.",
    )


def bad_question(code: str | None, words: str | None) -> BadQueryError:
    """A question that the database will not answer."""
    if _kind(code) == "AccessMode":
        return writes()
    return BadQueryError(
        f"the query cannot be run: {_without_long_list(_line(code, words))}",
        hint="Correct the query or its parameters.",
    )


def writes() -> BadQueryError:
    """A question that changes the graph."""
    return BadQueryError("the query writes", hint=READS_ONLY)


def _kind(code: str | None) -> str:
    return (code or "").rpartition(".")[2]


def _line(code: str | None, words: str | None) -> str:
    """The database's own words, in one line: a mark under the text has no place there."""
    said = re.sub(r"\n\s*\^\s*$", "", words or code or "no reason given")
    return " ".join(said.split())


def _without_long_list(line: str) -> str:
    """Neo4j names each of some forty words that it would have expected instead."""
    return re.sub(r": expected (?=(?:[^(]*?, ){6})[^(]*", " ", line)


def _refusals(where: str, database: str | None) -> dict[str, tuple[str, str]]:
    at = f"the graph database at {where}"
    return {
        "Unauthorized": (
            f"{at} refuses this user and password",
            "Set NEO4J_USERNAME and NEO4J_PASSWORD to those of the database.",
        ),
        "AuthenticationRateLimit": (
            f"{at} had too many wrong passwords",
            "Wait ten seconds, and set NEO4J_PASSWORD to the right one.",
        ),
        "CredentialsExpired": (
            f"{at} wants its first password changed",
            "Change it in Neo4j Browser, then set NEO4J_PASSWORD to the new one.",
        ),
        "MemoryPoolOutOfMemoryError": (
            f"{at} has too little memory for one transaction of this size",
            "Raise its server.memory.heap.max_size, such as to 1G, and try again.",
        ),
        "DatabaseNotFound": (
            f"there is no database {database} at {where}",
            "Set NEO4J_DATABASE to one that exists; on Community it is neo4j.",
        ),
    }
