"""The packaged Cypher statements, and the check that no key in their parameters is null."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import cast


@cache
def statement(name: str) -> str:
    """Return the text of a packaged statement, such as "music/write_artists"."""
    *folders, file = name.split("/")
    package = resources.files("graph").joinpath("statements", *folders)
    return package.joinpath(f"{file}.cypher").read_text(encoding="utf-8")


def statements(name: str) -> tuple[str, ...]:
    """Return the statements of a packaged file with several, each ended by a ";"."""
    parts = (part.strip() for part in statement(name).split(";"))
    return tuple(part for part in parts if part)


def refuse_null_keys(text: str, parameters: Mapping[str, object]) -> None:
    """Raise ValueError if a key of a pattern is null or missing in the parameters.

    Neo4j refuses such a batch. The embedded store would silently write a node without
    its key.
    """
    fields, names = _keys(text)
    if any(parameters.get(name) is None for name in names):
        raise ValueError(f"a key is null among {sorted(names)}")
    for row in cast("Sequence[Mapping[str, object]]", parameters.get("rows", ())):
        if any(row.get(name) is None for name in fields):
            raise ValueError(f"a key is null among {sorted(fields)} of {row}")


@cache
def _keys(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The keys that a statement uses: fields of `row`, and parameters."""
    maps = " ".join(re.findall(r"\{[^{}]*\}", text))
    fields = re.findall(r":\s*row\.(\w+)", maps)
    return frozenset(fields), frozenset(re.findall(r":\s*\$(\w+)", maps))
