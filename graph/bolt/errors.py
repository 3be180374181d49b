"""Errors of a database in our words. Decided by code, never by text."""

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
# Codes of a database whose disk is full, and from then on until it is restarted.
_FAILED = {
    "TransactionLogError": "cannot write to its disk",
    "TransactionCommitFailed": "cannot write to its disk",
    "TransactionStartFailed": "has failed and must be started again",
}


def unreachable(where: str) -> StoreUnreachableError:
    """No answer, after all retries."""
    return StoreUnreachableError(f"the graph database at {where} does not answer")


def breaks_off(where: str) -> StoreUnreachableError:
    """It answers, but loses the connection each time the same work is tried."""
    return StoreUnreachableError(
        f"the graph database at {where} keeps dropping the connection",
        hint="Its own log may say why; then run the same command again.",
    )


def cut_off(where: str) -> StoreUnreachableError:
    """It went away when part of an answer had been passed on."""
    return StoreUnreachableError(
        f"the graph database at {where} went away in the middle of an answer: "
        "the output is cut off",
        hint="Throw it away, and run the same command again.",
    )


def no_contact(uri: str, contact: ProbeResult, detail: str) -> StoreUnreachableError:
    """Nothing answers at an address, or not the kind of server that the address names."""
    what, hint = _CONTACTS[contact]
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
            "again; it goes on where it stopped.",
        )
    if ".TransientError." in (code or ""):
        return _busy(where, code, words)
    return StoreRefusedError(
        f"the graph database at {where} refuses: {_line(code, words)}",
        hint="Its own log may say more.",
    )


def locked_out(where: str) -> StoreRefusedError:
    """It accepted this user before, and does not any more."""
    return StoreRefusedError(
        f"the graph database at {where} no longer takes this user and password",
        hint="Set NEO4J_PASSWORD to the new one, then run the same command again; "
        "it goes on where it stopped.",
    )


def bad_query(where: str, code: str | None, words: str | None) -> GraphError:
    """A query that the database will not run."""
    kind = kind_of(code)
    if kind == "AccessMode":
        return writes()
    if kind in _TOO_MUCH:
        what, hint = _TOO_MUCH[kind]
        return BadQueryError(f"the query {what}", hint=f"Ask for less, or {hint}.")
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
    """A query that changes the graph."""
    return BadQueryError("the query writes", hint=READS_ONLY)


def _line(code: str | None, words: str | None) -> str:
    """The database's own words in one line, without the mark under the query's text."""
    line = re.sub(r"\n\s*\^\s*$", "", words or code or "no reason given")
    return " ".join(line.split())


def _without_long_list(line: str) -> str:
    """Drop the list of some forty words that Neo4j would have expected instead."""
    return re.sub(r": expected (?=(?:[^(]*?, ){6})[^(]*", " ", line)


def _refusals(where: str, database: str | None) -> dict[str, tuple[str, str]]:
    at = f"the graph database at {where}"
    read_only = (
        f"{at} is read-only",
        "Take server.databases.…read_only out of its neo4j.conf, and start it again.",
    )
    too_much = {
        kind: (
            f"{at} refuses a transaction of ours, which {what}",
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
            f"{at} had too many wrong passwords",
            "Wait ten seconds, and set NEO4J_PASSWORD to the right one.",
        ),
        "CredentialsExpired": (
            f"{at} wants its first password changed",
            "Change it in Neo4j Browser, then set NEO4J_PASSWORD to the new one.",
        ),
        "DatabaseNotFound": (
            f"there is no database {database} at {where}",
            "Set NEO4J_DATABASE to one that exists; on Community it is neo4j.",
        ),
    }


_BOLT_PORT = (
    "Name the port of Bolt, which is 7687 where nobody changed it; "
    "7474 is that of Neo4j Browser."
)
_CONTACTS = {
    ProbeResult.NOBODY: ("{at} does not answer", ""),
    ProbeResult.NO_HOST: ("no host has the name in {uri}", "Correct the address."),
    ProbeResult.SILENT: (
        "{at} does not answer: it stays silent",
        "Check its host and port, and that the server is not paused.",
    ),
    ProbeResult.HTTP: ("what answers at {uri} speaks HTTP and not Bolt", _BOLT_PORT),
    ProbeResult.STRANGER: ("what answers at {uri} is not a graph database", _BOLT_PORT),
    ProbeResult.TLS_ONLY: (
        "{at} takes encrypted connections only",
        "Write {scheme}+s:// in its address, or {scheme}+ssc:// to trust any server.",
    ),
    ProbeResult.NO_TLS: (
        "{at} takes no encrypted connections",
        "Write {scheme}:// in its address, or switch TLS on in the server.",
    ),
    ProbeResult.UNTRUSTED: (
        "the certificate of {at} is not trusted: {detail}",
        "Name its authority's file in SSL_CERT_FILE, or trust it by {scheme}+ssc://.",
    ),
}
