"""The packaged Cypher: its texts, and what must not be null in their parameters."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import cast

# What a question may not hold: the embedded store does not refuse it by itself.
_WRITES = frozenset(
    ("ALTER", "CREATE", "DELETE", "DETACH", "DROP", "FOREACH", "MERGE", "REMOVE", "SET")
)
_NOT_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`""", re.DOTALL
)
_WORD = re.compile(
    r"(?:([.:$&!])\s*|\b(AS)\s+)?\b([A-Za-z]\w*)\b(\s*:)?", re.IGNORECASE
)


@cache
def statement(name: str) -> str:
    """The text of a packaged statement, such as "writes/artists"."""
    *folders, file = name.split("/")
    package = resources.files("graph").joinpath(*folders)
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
    found: list[tuple[str, str, str, str]] = _WORD.findall(_NOT_CODE.sub(" ", text))
    for before, alias, word, is_key in found:
        if word.upper() in _WRITES and not (before or alias or is_key):
            return word.upper()
    return None


@cache
def _keys(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a statement uses as keys: fields of `row`, and parameters."""
    maps = " ".join(re.findall(r"\{[^{}]*\}", text))
    fields = re.findall(r":\s*row\.(\w+)", maps)
    return frozenset(fields), frozenset(re.findall(r":\s*\$(\w+)", maps))
