"""Finds operations in a query's text that do more than read the graph. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest

from graph.cypher.tokens import Element, Group, Token, is_word, tokenize

# Clauses that write: the embedded store does not refuse them by itself.
_WRITES = (
    *("ALTER", "CREATE", "DELETE", "DETACH", "DROP", "FOREACH", "INSERT", "MERGE"),
    *("NODETACH", "REMOVE", "SET"),
)
# A value begins after these, so the next word is a name: MATCH (set) WHERE set.id = 1.
_BEFORE_A_NAME = (
    *("(", "[", ",", "=", "<>", "<", ">", "<=", ">=", "AND", "OR", "XOR", "NOT", "IN"),
    *("RETURN", "WITH", "DISTINCT", "WHERE", "BY", "UNWIND"),
)
# Words that begin a command instead of a query. LOAD CSV may be anywhere.
_COMMANDS = frozenset(
    {
        *(
            "ALTER",
            "BEGIN",
            "COMMIT",
            "DEALLOCATE",
            "DENY",
            "DRYRUN",
            "ENABLE",
            "GRANT",
        ),
        *("REALLOCATE", "RENAME", "REVOKE", "ROLLBACK", "START", "STOP", "TERMINATE"),
        *("EXPLAIN", "PROFILE"),
    }
)
# Procedures that a database runs even in read transactions: they access files and URLs,
# run text as Cypher, or change the server.
_PROCEDURES = re.compile(
    r"(?:apoc\.)?(?:create|cypher|custom|export|import|load|lock|log|merge|periodic|"
    r"refactor|systemdb|trigger|schema\.assert|nodes\.delete)(?:\..+)?"
    r"|apoc\.(?:bolt|couchbase|dv|es|ml|model|mongo|nlp|redis|static|ttl|uuid|vectordb)\..+"
    r"|tx\..+|dbms\.(?!components$|info$|listConfig$|showCurrentUser$|queryJmx$).+"
    r"|db\.(?:checkpoint|clear|create|prepare|resample|stats)\w*(?:\..+)?",
    re.IGNORECASE,
)
_UNICODE_ESCAPE = re.compile(r"\\u+([0-9a-fA-F]{4})")


def first_write_clause(text: str) -> str | None:
    """Return the first clause that writes, or None. Ignores strings, comments and names.

    >>> first_write_clause(
    ...     "MATCH (n:Set {create: 'SET'}) RETURN n.set AS merge // DROP"
    ... )
    >>> first_write_clause("MATCH (n) DETACH DELETE n")
    'DETACH'
    """
    return next(_write_clauses(tokenize(text), ""), None)


def non_read_operation(text: str) -> str | None:
    """Return the first operation that does more than read the graph, or None.

    Clauses that write are not included: see `first_write_clause`. LOAD CSV and some
    procedures access files and URLs, which an embedded store does not refuse; with them,
    a query from an untrusted source could send the graph to another server.

    >>> non_read_operation("LOAD CSV FROM 'file:///a' AS line RETURN line")
    'LOAD CSV'
    >>> non_read_operation("CALL `apoc` . load.json('file:///a')")
    'CALL apoc.load.json'
    """
    # Neo4j resolves Unicode escapes before parsing; the embedded store does not.
    resolved = _UNICODE_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    for form in dict.fromkeys((text, resolved)):
        nodes = tokenize(form)
        first = nodes[0] if nodes else None
        if isinstance(first, Token) and first.word in _COMMANDS:
            return first.word
        if (found := next(_operations(nodes), None)) is not None:
            return found
    return None


def _write_clauses(nodes: Sequence[Element], opened: str) -> Iterator[str]:
    before: str = opened
    for node, after in zip_longest(nodes, nodes[1:]):
        if isinstance(node, Group):
            yield from _write_clauses(node.nodes, node.opened)
            before = ")"
            continue
        is_name = before in _BEFORE_A_NAME or is_word(after, ".", ":")
        if node.word in _WRITES and not is_name:
            yield node.word
        before = node.word


def _operations(nodes: Sequence[Element]) -> Iterator[str]:
    for place, node in enumerate(nodes):
        if isinstance(node, Group):
            yield from _operations(node.nodes)
        elif is_word(node, "LOAD") and any(
            is_word(after, "CSV") for after in nodes[place + 1 : place + 2]
        ):
            yield "LOAD CSV"
        elif is_word(node, "CALL"):
            name = _dotted_name(nodes[place + 1 :])
            if _PROCEDURES.fullmatch(name):
                yield f"CALL {name}"


def _dotted_name(nodes: Sequence[Element]) -> str:
    """The dotted name at the start of nodes, such as "apoc.load.json"."""
    named = takewhile(
        lambda node: isinstance(node, Token) and node.word not in ("YIELD", "RETURN"),
        nodes,
    )
    return "".join(node.text.strip("`") for node in named if isinstance(node, Token))
