"""Runs queries: converts text parameters to typed values, and returns the rows."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from graph.cypher.read_only import non_read_operation
from graph.errors import BadQueryError
from graph.store import Store
from queries.catalog import (
    Parameter,
    Query,
    browser_queries,
    catalog,
    has_header,
    nearest_name,
    parse_query,
)
from queries.cypher import (
    code,
    parameter_names,
    returned_columns,
    statements,
)
from queries.label_policies import label_policies

Rows = tuple[tuple[str, ...], list[tuple[object, ...]]]

NOTHING: Mapping[str, object] = {}
_FEW = 8  # names that fit into a hint
_SHOWN = 60  # characters of a wrong value that are shown


def shipped_queries() -> Mapping[str, Query]:
    """Every shipped query by name, with its folder for `browser/` and `policies/`."""
    folders = (catalog(), browser_queries())
    queries = [query for folder in folders for query in folder.values()]
    queries += [policy.query for policy in label_policies().values()]
    return {query.name: query for query in queries}


def shipped_query(name: str) -> Query:
    """Return the shipped query with this name.

    Raises:
        BadQueryError: There is none; the hint has the nearest name.
    """
    shipped = shipped_queries()
    if name not in shipped:
        raise BadQueryError(
            f'there is no query "{name}"',
            hint=f"{nearest_name(name, tuple(shipped))} `genregraph query list` shows "
            "all; name your own by its path.".lstrip(),
        )
    return shipped[name]


def own_query(name: str, text: str) -> Query:
    """Parse a user's Cypher as a query.

    Without a header like those of the shipped files, a parameter accepts any value: as
    JSON if it is valid JSON, else as text.

    Raises:
        BadQueryError: The text has no query or several, does more than read the graph,
            or has a malformed header.
    """
    text = _only_statement(name, text.removeprefix("\ufeff"))
    if has_header(text):
        return parse_query(name, text)
    parameters = tuple(
        Parameter(parameter, "any", None, "")
        for parameter in sorted(parameter_names(text))
    )
    return Query(name, "", "", parameters, returned_columns(text), text)


def _only_statement(name: str, text: str) -> str:
    found = statements(text)
    if not found:
        raise BadQueryError(
            f"{name} is empty: it contains no query",
            hint="Write a Cypher query into it.",
        )
    if code(text).lstrip().startswith(":"):
        raise BadQueryError(
            f"{name} begins with a command of Neo4j Browser",
            hint="Remove lines such as `:param`; set parameters with `-p NAME=VALUE`.",
        )
    if len(found) > 1:
        raise BadQueryError(
            f"{name} contains {len(found)} queries",
            hint="Run them one at a time; a `;` is only allowed at the end.",
        )
    done = non_read_operation(found[0])
    if done in ("EXPLAIN", "PROFILE"):
        raise BadQueryError(
            f"{name} begins with {done}, and plans are not shown here",
            hint="Remove the word; Neo4j Browser shows the plan.",
        )
    if done:
        raise BadQueryError(
            f"{name} does more than read the graph: {done}",
            hint="Use MATCH and RETURN; Neo4j Browser runs everything else.",
        )
    return found[0]


def run_query(
    store: Store,
    query: Query,
    text_parameters: Mapping[str, str],
    *,
    filled: Mapping[str, object] = NOTHING,
) -> Rows:
    """Run a query; return its columns and rows.

    Args:
        store: The store to query.
        query: The query.
        text_parameters: Values from the user, by name without `$`.
        filled: Values from the program, for declared parameters that the user did not
            set; they take precedence over the defaults.

    Raises:
        BadQueryError: An unknown, missing or mistyped parameter, a text that is not
            Cypher, or one that writes.
    """
    with stream_query(store, query, text_parameters, filled=filled) as (columns, rows):
        return columns, list(rows)


@contextmanager
def stream_query(
    store: Store,
    query: Query,
    text_parameters: Mapping[str, str],
    *,
    filled: Mapping[str, object] = NOTHING,
) -> Iterator[tuple[tuple[str, ...], Iterator[tuple[object, ...]]]]:
    """Like `run_query`, for long results: the rows are read one by one, in the context.

    Raises:
        BadQueryError: See `run_query`; also while the rows are read.
    """
    values = values_for(query, text_parameters, filled)
    with store.stream(query.text, values) as (columns, rows):
        # Without rows, the embedded store returns no column names.
        yield columns or _named_columns(query), rows


def _named_columns(query: Query) -> tuple[str, ...]:
    found = returned_columns(query.text)
    return () if "*" in found else found


def values_for(
    query: Query, text_parameters: Mapping[str, str], filled: Mapping[str, object]
) -> dict[str, object]:
    """The typed parameters of a query.

    Raises:
        BadQueryError: See `run_query`.
    """
    declared = {parameter.name: parameter for parameter in query.parameters}
    for name in text_parameters:
        if name not in declared:
            raise BadQueryError(
                f"{query.name} has no parameter ${name}",
                hint=nearest_name(name, tuple(declared)),
            )
    values = {
        name: parameter.default
        for name, parameter in declared.items()
        if not parameter.required
    }
    values |= {name: value for name, value in filled.items() if name in declared}
    values |= {
        name: typed_value(query.name, declared[name], text)
        for name, text in text_parameters.items()
    }
    _check_all_there(query, values)
    return values


def _check_all_there(query: Query, values: Mapping[str, object]) -> None:
    missing = [p for p in query.parameters if p.name not in values]
    if missing:
        names = ", ".join(f"${parameter.name}" for parameter in missing)
        first = missing[0]
        about = f" ({first.help.rstrip('.')})" if first.help else ""
        raise BadQueryError(
            f"{query.name} needs {names}",
            hint=f"Set it with `-p {first.name}=VALUE`{about}.",
        )


def typed_value(query: str, parameter: Parameter, text: str) -> object:
    """Convert the text of a parameter to its value.

    Raises:
        BadQueryError: The text is not of the parameter's type.
    """
    try:
        value = _READERS[parameter.type](text)
        _refuse_unstorable(value)
    except (ValueError, RecursionError):
        raise BadQueryError(
            f"{query}: ${parameter.name} is {_ARTICLES[parameter.type]}, not {text[:_SHOWN]!r}",
            hint=f"Write {_EXAMPLES[parameter.type]}.",
        ) from None
    return value


def _refuse_unstorable(value: object) -> None:
    """Raise ValueError for a number of more than 64 bits, or text that is not Unicode."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError
    elif isinstance(value, list):
        for part in value:
            _refuse_unstorable(part)
    elif isinstance(value, dict):
        for part in (*value, *value.values()):
            _refuse_unstorable(part)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _bool(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError
    return text.lower() == "true"


def _list(text: str) -> list[object]:
    value = _json(text)
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004  reported as a mistyped parameter
    return value


def _any(text: str) -> object:
    try:
        return _json(text)
    except ValueError:
        return text


def _json(text: str) -> object:
    # Python's own reader also accepts NaN and Infinity, which are not JSON.
    value: object = json.loads(text, parse_constant=_finite, parse_float=_finite)
    return value


_READERS: Mapping[str, Callable[[str], object]] = {
    "int": int,
    "float": _finite,
    "str": str,
    "bool": _bool,
    "list": _list,
    "any": _any,
}
_ARTICLES = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "str": "text",
    "any": "JSON or text",
}
_EXAMPLES = {
    "int": "digits only, such as `3`",
    "float": "it with a point, such as `0.15`",
    "bool": "`true` or `false`",
    "list": 'a JSON list, such as `["deezer:27", "deezer:119"]`',
    "str": "it in UTF-8",
    "any": "text in UTF-8, or numbers of at most 64 bits",
}
