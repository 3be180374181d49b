"""What a text does that is no question to the graph. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from graph.cypher.tokens import Element, Group, Token, is_word, tokenize

# Words that begin what is no question; LOAD CSV may stand anywhere.
_COMMANDS = frozenset(
    (
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
    )
)
# Procedures that a database runs also for those who may only read: they reach files and
# addresses, run text as Cypher, or change the server.
_PROCEDURES = re.compile(
    r"(?:apoc\.)?(?:create|cypher|custom|export|import|load|lock|log|merge|periodic|"
    r"refactor|systemdb|trigger|schema\.assert|nodes\.delete)(?:\..+)?"
    r"|apoc\.(?:bolt|couchbase|dv|es|ml|model|mongo|nlp|redis|static|ttl|uuid|vectordb)\..+"
    r"|tx\..+|dbms\.(?!components$|info$|listConfig$|showCurrentUser$|queryJmx$).+"
    r"|db\.(?:checkpoint|clear|create|prepare|resample|stats)\w*(?:\..+)?",
    re.IGNORECASE,
)


def non_read_operation(text: str) -> str | None:
    """What a text does that is no reading of the graph and no clause that writes to it.

    Files and addresses are read by LOAD CSV and by procedures, which an embedded store
    does not refuse; a query that somebody sent could carry the graph away by them.

    >>> non_read_operation("LOAD CSV FROM 'file:///a' AS line RETURN line")
    'LOAD CSV'
    >>> non_read_operation("CALL `apoc` . load.json('file:///a')")
    'CALL apoc.load.json'
    """
    nodes = tokenize(text)
    first = nodes[0] if nodes else None
    if isinstance(first, Token) and first.word in _COMMANDS:
        return first.word
    return next(_beyond(nodes), None)


def _beyond(nodes: Sequence[Element]) -> Iterator[str]:
    for place, node in enumerate(nodes):
        if isinstance(node, Group):
            yield from _beyond(node.nodes)
        elif is_word(node, "LOAD") and any(
            is_word(after, "CSV") for after in nodes[place + 1 : place + 2]
        ):
            yield "LOAD CSV"
        elif is_word(node, "CALL"):
            name = _dotted(nodes[place + 1 :])
            if _PROCEDURES.fullmatch(name):
                yield f"CALL {name}"


def _dotted(nodes: Sequence[Element]) -> str:
    """The name that nodes begin with, such as "apoc.load.json"."""
    named = takewhile(
        lambda node: isinstance(node, Token) and node.word not in ("YIELD", "RETURN"),
        nodes,
    )
    return "".join(node.text.strip("`") for node in named if isinstance(node, Token))
