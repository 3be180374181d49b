"""The shipped Cypher queries: the question of each, its parameters and its columns.

A file begins with a header of `//` lines: the question, which ends in "?", notes, `Parameters:` as
`$name: type = default   help`, and `Columns:` as names separated by commas. A parameter
without a default is required; `$recipe` and the thresholds come from the recipe.

Queries for users are in `queries/`, queries that only the program runs in
`queries/program/`, label policies in `queries/policies/` (see `queries.label_policies`),
and queries that Neo4j Browser draws in `queries/browser/`: these return one column of
paths. `.github/CONTRIBUTING.md` shows how to add one.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from graph.errors import BadQueryError
from queries.cypher import parameter_names, returned_columns

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
    "list": list,
}

BROWSER = "browser/"

_FEW = 8  # names that fit into a hint

# "Classes:" and "Card:" are those of label policies.
SECTIONS = ("Notes:", "Classes:", "Card:", "Parameters:", "Columns:")

_PARAMETER = re.compile(
    r"\$(?P<name>\w+): (?P<type>\w+)"
    r"(?: = (?P<default>\"(?:[^\"\\]|\\.)*\"|\[.*?\]|\S+))?(?:\s{2,}(?P<help>.+))?"
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query.

    Attributes:
        type: A key of `TYPES`.
        default: None if the parameter is required.
    """

    name: str
    type: str
    default: object
    help: str

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class Query:
    """One query of the graph.

    Attributes:
        name: The file's name without its suffix, in `policies/` and `browser/` with
            the folder's.
        question: The header's first line.
        notes: What a reader might misunderstand, as one text.
        text: The whole file: header and Cypher.
    """

    name: str
    question: str
    notes: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    text: str


def parse_query(name: str, text: str) -> Query:
    """Parse a query from the text of its file.

    Raises:
        BadQueryError: The header does not have the form that this module describes.
    """
    lines = _header(text)
    if not lines:
        raise BadQueryError(
            f"{name}: there is no header",
            hint="Begin the file with `// The question`, as `query show` prints them.",
        )
    sections = header_sections(text)
    return Query(
        name=name,
        question=lines[0],
        notes=" ".join(sections["Notes:"]),
        parameters=tuple(_parameter(name, line) for line in sections["Parameters:"]),
        columns=tuple(
            column.strip()
            for line in sections["Columns:"]
            for column in line.split(",")
            if column.strip()
        ),
        text=text,
    )


def has_header(text: str) -> bool:
    """Whether a text declares its columns or parameters as the shipped files do."""
    return any(line in ("Parameters:", "Columns:") for line in _header(text))


def _header(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line[2:].strip())
    return lines


def header_sections(text: str) -> Mapping[str, Sequence[str]]:
    """The lines of each section of a header, without the question."""
    found: dict[str, list[str]] = {name: [] for name in SECTIONS}
    section = "Notes:"
    for line in _header(text)[1:]:
        if line in found:
            section = line
        elif line:
            found[section].append(line)
    return found


def _parameter(query: str, line: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None or match["type"] not in TYPES:
        raise BadQueryError(
            f"{query}: the header line {line!r} does not describe a parameter",
            hint="Write `$name: type = default   help`; "
            f"types are {', '.join(TYPES)}, and two spaces separate the help.",
        )
    return Parameter(
        match["name"], match["type"], _default(query, match), match["help"] or ""
    )


def _default(query: str, match: re.Match[str]) -> object:
    if match["default"] is None:
        return None
    try:
        value: object = json.loads(match["default"])
    except ValueError:
        value = None
    if not is_of_type(value, match["type"]):
        raise BadQueryError(
            f"{query}: the default of ${match['name']} is not of the type {match['type']}",
            hint='Write defaults as JSON, such as 3, 0.15, true or "text".',
        )
    return value


def is_of_type(value: object, type_name: str) -> bool:
    """Whether a value is of a type of `TYPES`; true is not a number."""
    if isinstance(value, bool):
        return type_name == "bool"
    return isinstance(value, TYPES[type_name])


def nearest_name(word: str, known: tuple[str, ...]) -> str:
    """A sentence with the known name nearest to `word`, or with all names if few."""
    if not known:
        return "It has none."
    if close := get_close_matches(word, known, n=1):
        return f'Did you mean "{close[0]}"?'
    return f"Known are {', '.join(known)}." if len(known) <= _FEW else ""


def disagreements(query: Query) -> tuple[str, ...]:
    """The differences between a query's header and its Cypher, one clause each."""
    declared = {parameter.name for parameter in query.parameters}
    used = parameter_names(query.text)
    columns = returned_columns(query.text)
    return (
        *(f"${name} is used and not declared" for name in sorted(used - declared)),
        *(f"${name} is declared and not used" for name in sorted(declared - used)),
        *(
            (f"the columns are {columns} and declared as {query.columns}",)
            if columns != query.columns
            else ()
        ),
    )


@cache
def catalog() -> Mapping[str, Query]:
    """All shipped queries by name, those for users first, each group sorted.

    Policies and browser queries are not included.
    """
    return {**user_queries(), **read_folder(files("queries") / "program", "")}


@cache
def user_queries() -> Mapping[str, Query]:
    """The shipped queries for users, by name, sorted."""
    return read_folder(files("queries"), "")


@cache
def browser_queries() -> Mapping[str, Query]:
    """The shipped queries that Neo4j Browser draws: they return paths. By name, sorted."""
    return read_folder(files("queries") / "browser", BROWSER)


def read_folder(folder: Traversable, prefix: str) -> Mapping[str, Query]:
    """The queries of a folder by the names of their files, sorted.

    `prefix` begins the name of each `Query`.
    """
    found = sorted(
        (entry.name.removesuffix(".cypher"), entry)
        for entry in folder.iterdir()
        if entry.name.endswith(".cypher")
    )
    return {
        name: parse_query(prefix + name, entry.read_text(encoding="utf-8"))
        for name, entry in found
    }
