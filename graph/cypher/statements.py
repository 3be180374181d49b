"""The packaged Cypher: its texts, and what must not be null in their parameters."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import zip_longest
from typing import cast

from graph.cypher.tokens import Element, Group, is_word, tokenize

# What a question may not hold: the embedded store does not refuse it by itself.
_WRITES = (
    *("ALTER", "CREATE", "DELETE", "DETACH", "DROP", "FOREACH", "INSERT", "MERGE"),
    *("NODETACH", "REMOVE", "SET"),
)
# After these stands a value, so that a word is a name: MATCH (set) WHERE set.id = 1.
_BEFORE_A_NAME = (
    *("(", "[", ",", "=", "<>", "<", ">", "<=", ">=", "AND", "OR", "XOR", "NOT", "IN"),
    *("RETURN", "WITH", "DISTINCT", "WHERE", "BY", "UNWIND"),
)


@cache
def statement(name: str) -> str:
    """The text of a packaged statement, such as "music/write_artists"."""
    *folders, file = name.split("/")
    package = resources.files("graph").joinpath("statements", *folders)
    return package.joinpath(f"{file}.cypher").read_text(encoding="utf-8")


def statements(name: str) -> tuple[str, ...]:
    """The statements of a packaged file that holds several, each ended by a ";"."""
    parts = (part.strip() for part in statement(name).split(";"))
    return tuple(part for part in parts if part)


def refuse_null_keys(text: str, parameters: Mapping[str, object]) -> None:
    """Raise ValueError where a key of a pattern is null or missing in the parameters.

    Neo4j refuses such a batch; the embedded store would silently write a node without
    its key.
    """
    fields, names = _keys(text)
    if any(parameters.get(name) is None for name in names):
        raise ValueError(f"a key is null among {sorted(names)}")
    for row in cast("Sequence[Mapping[str, object]]", parameters.get("rows", ())):
        if any(row.get(name) is None for name in fields):
            raise ValueError(f"a key is null among {sorted(fields)} of {row}")


def writing_word(text: str) -> str | None:
    """The first word of a query that would write, outside strings, comments and names.

    >>> writing_word("MATCH (n:Set {create: 'SET'}) RETURN n.set AS merge // DROP")
    >>> writing_word("MATCH (n) DETACH DELETE n")
    'DETACH'
    """
    return next(_writing_words(tokenize(text), ""), None)


def _writing_words(nodes: Sequence[Element], opened: str) -> Iterator[str]:
    before: str = opened
    for node, after in zip_longest(nodes, nodes[1:]):
        if isinstance(node, Group):
            yield from _writing_words(node.nodes, node.opened)
            before = ")"
            continue
        is_name = before in _BEFORE_A_NAME or is_word(after, ".", ":")
        if node.word in _WRITES and not is_name:
            yield node.word
        before = node.word


@cache
def _keys(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a statement uses as keys: fields of `row`, and parameters."""
    maps = " ".join(re.findall(r"\{[^{}]*\}", text))
    fields = re.findall(r":\s*row\.(\w+)", maps)
    return frozenset(fields), frozenset(re.findall(r":\s*\$(\w+)", maps))
