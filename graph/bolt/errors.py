"""Translates a database's errors into those of `graph.errors`, by code, never by text."""

import re

from graph.bolt.driver import kind_of
from graph.bolt.handshake import ProbeResult
from graph.errors import (
    BadQueryError,
    GraphError,
    StoreRefusedError,
    StoreUnreachableError,
)

READS_ONLY = "Queries only read; the graph is changed by the program's own commands."

_SLOW = (
    "takes longer than its server allows",
    "raise db.transaction.timeout in neo4j.conf",
)
_LARGE = (
    "needs more memory than its server allows",
    "raise server.memory.heap.max_size and db.memory.transaction.max in neo4j.conf",
)
_TOO_MUCH = {
    "TransactionTimedOut": _SLOW,
    "TransactionTimedOutClientConfiguration": _SLOW,
    "MemoryPoolOutOfMemoryError": _LARGE,
    "TransactionMemoryLimit": _LARGE,
    "OutOfMemoryError": _LARGE,
}
# Error codes of a database whose disk is full; they last until it is restarted.
_FAILED = {
    "TransactionLogError": "cannot write to its disk",
    "TransactionCommitFailed": "cannot write to its disk",
    "TransactionStartFailed": "has failed and must be started again",
}


def unreachable(where: str) -> StoreUnreachableError:
    """The database does not answer, after all retries."""
    return StoreUnreachableError(f"the graph database at {where} does not answer")


def keeps_dropping(where: str) -> StoreUnreachableError:
    """The database answers, but drops the connection at each attempt of the same work."""
    return StoreUnreachableError(
        f"the graph database at {where} keeps dropping the connection",
        hint="Its own log may say why; then run the same command again.",
    )


def cut_off(where: str) -> StoreUnreachableError:
    """The database went away after some rows of a result had been returned."""
    return StoreUnreachableError(
        f"the graph database at {where} went away in the middle of an answer: "
        "the output is cut off",
        hint="Discard it, and run the same command again.",
    )


def failed_probe(uri: str, result: ProbeResult, detail: str) -> StoreUnreachableError:
    """Nothing answers at an address, or a server of another kind does."""
    what, hint = _PROBES[result]
    scheme = uri.partition(":")[0].partition("+")[0]
    return StoreUnreachableError(
        what.format(at=f"the graph database at {uri}", uri=uri, detail=detail),
        hint=hint.format(scheme=scheme) if hint else None,
    )


def refused(
    where: str, database: str | None, code: str | None, words: str | None
) -> GraphError:
    """The database answered and refused."""
    known = _refusals(where, database).get(kind_of(code))
    if known is not None:
        return StoreRefusedError(known[0], hint=known[1])
    if kind_of(code) in _FAILED:
        return StoreUnreachableError(
            f"the graph database at {where} {_FAILED[kind_of(code)]}",
            hint="Make room on its disk and start it again, then run the same command "
            "again; it continues where it stopped.",
        )
    if ".TransientError." in (code or ""):
        return _busy(where, code, words)
    return StoreRefusedError(
        f"the graph database at {where} refuses: {_line(code, words)}",
        hint="Its own log may say more.",
    )


def locked_out(where: str) -> StoreRefusedError:
    """The database accepted this user before, and no longer does."""
    return StoreRefusedError(
        f"the graph database at {where} no longer accepts this user and password",
        hint="Set NEO4J_PASSWORD to the new one, then run the same command again; "
        "it continues where it stopped.",
    )


def bad_query(where: str, code: str | None, words: str | None) -> GraphError:
    """The database does not run a query."""
    kind = kind_of(code)
    if kind == "AccessMode":
        return writes()
    if kind in _TOO_MUCH:
        what, hint = _TOO_MUCH[kind]
        return BadQueryError(f"the query {what}", hint=f"Request less, or {hint}.")
    if ".TransientError." in (code or ""):
        return _busy(where, code, words)
    return BadQueryError(
        f"the query cannot be run: {_without_long_list(_line(code, words))}",
        hint="Correct the query or its parameters.",
    )


def _busy(where: str, code: str | None, words: str | None) -> StoreUnreachableError:
    return StoreUnreachableError(
        f"the graph database at {where} is too busy: {_line(code, words)}",
        hint="Run the same command again.",
    )


def writes() -> BadQueryError:
    """A query would change the graph."""
    return BadQueryError("the query writes", hint=READS_ONLY)


def _line(code: str | None, words: str | None) -> str:
    """The database's message in one line, without the caret under the query's text."""
    line = re.sub(r"\n\s*\^\s*$", "", words or code or "no reason given")
    return " ".join(line.split())


def _without_long_list(line: str) -> str:
    """Remove Neo4j's list of about forty words that it expected instead."""
    return re.sub(r": expected (?=(?:[^(]*?, ){6})[^(]*", " ", line)


def _refusals(where: str, database: str | None) -> dict[str, tuple[str, str]]:
    at = f"the graph database at {where}"
    read_only = (
        f"{at} is read-only",
        "Remove server.databases.…read_only from its neo4j.conf, and start it again.",
    )
    too_much = {
        kind: (
            f"{at} refuses a transaction, which {what}",
            f"{hint[:1].upper()}{hint[1:]}, then run the same command again.",
        )
        for kind, (what, hint) in _TOO_MUCH.items()
    }
    return too_much | {
        "ForbiddenOnReadOnlyDatabase": read_only,
        "ReadOnly": read_only,
        "WriteOnReadOnlyAccessDatabase": read_only,
        "Unauthorized": (
            f"{at} refuses this user and password",
            "Set NEO4J_USERNAME and NEO4J_PASSWORD to those of the database.",
        ),
        "AuthenticationRateLimit": (
            f"{at} received too many wrong passwords",
            "Wait ten seconds, and set NEO4J_PASSWORD to the right one.",
        ),
        "CredentialsExpired": (
            f"{at} requires its first password to be changed",
            "Change it in Neo4j Browser, then set NEO4J_PASSWORD to the new one.",
        ),
        "DatabaseNotFound": (
            f"there is no database {database} at {where}",
            "Set NEO4J_DATABASE to one that exists; on Community it is neo4j.",
        ),
    }


_BOLT_PORT = (
    "Name the port of Bolt, which is 7687 by default; "
    "7474 is the port of Neo4j Browser."
)
_PROBES = {
    ProbeResult.NO_ANSWER: ("{at} does not answer", ""),
    ProbeResult.NO_HOST: (
        "there is no host with the name in {uri}",
        "Correct the address.",
    ),
    ProbeResult.SILENT: (
        "{at} does not answer: it stays silent",
        "Check its host and port, and that the server is not paused.",
    ),
    ProbeResult.HTTP: ("what answers at {uri} speaks HTTP and not Bolt", _BOLT_PORT),
    ProbeResult.NOT_BOLT: ("what answers at {uri} is not a graph database", _BOLT_PORT),
    ProbeResult.TLS_ONLY: (
        "{at} accepts encrypted connections only",
        "Write {scheme}+s:// in its address, or {scheme}+ssc:// to trust any server.",
    ),
    ProbeResult.NO_TLS: (
        "{at} does not accept encrypted connections",
        "Write {scheme}:// in its address, or enable TLS in the server.",
    ),
    ProbeResult.UNTRUSTED: (
        "the certificate of {at} is not trusted: {detail}",
        "Name the file of its authority in SSL_CERT_FILE, or write {scheme}+ssc:// to trust it.",
    ),
}
