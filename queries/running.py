"""Ask the graph a question: text parameters become typed ones, and rows come back."""

import json
import math
from collections.abc import Callable, Mapping
from difflib import get_close_matches

from graph.errors import BadQueryError
from graph.store import Store
from queries.catalog import (
    Parameter,
    Query,
    catalog,
    has_header,
    parse_query,
    policies,
)
from queries.cypher import parameter_names, returned_columns

Rows = tuple[tuple[str, ...], list[tuple[object, ...]]]

NOTHING: Mapping[str, object] = {}


def shipped_queries() -> Mapping[str, Query]:
    """All that is shipped, by name; those of policies begin with `policies/`."""
    return {query.name: query for query in (*catalog().values(), *policies().values())}


def shipped_query(name: str) -> Query:
    """A shipped query.

    Raises:
        BadQueryError: There is none of that name; the nearest is named.
    """
    shipped = shipped_queries()
    if name not in shipped:
        raise BadQueryError(
            f'there is no query "{name}"',
            hint=_nearest(name, tuple(shipped))
            + " `genregraph query list` shows all; name your own by its path.",
        )
    return shipped[name]


def own_query(name: str, text: str) -> Query:
    """A person's own Cypher as a query.

    Without a header like the shipped files' each parameter takes what it is given: JSON
    where it is JSON, else text.

    Raises:
        BadQueryError: There is no Cypher in the text, or its header cannot be read.
    """
    if not text.strip():
        raise BadQueryError(f"{name} is empty", hint="Write a Cypher query into it.")
    if has_header(text):
        return parse_query(name, text)
    parameters = tuple(
        Parameter(parameter, "any", None, "")
        for parameter in sorted(parameter_names(text))
    )
    return Query(name, "", "", parameters, returned_columns(text), text)


def run_query(
    store: Store,
    query: Query,
    text_parameters: Mapping[str, str],
    *,
    filled: Mapping[str, object] = NOTHING,
) -> Rows:
    """The columns and rows of a query.

    Args:
        store: Where to ask.
        query: What to ask.
        text_parameters: What the person gave, by name without `$`.
        filled: What the program knows: used for declared parameters that were not
            given, before their defaults.

    Raises:
        BadQueryError: An unknown, missing or mistyped parameter; no Cypher; or it writes.
    """
    return store.query(query.text, values_for(query, text_parameters, filled))


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
                hint=_nearest(name, tuple(declared)),
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
            hint=f"Give it with `-p {first.name}=VALUE`{about}.",
        )


def typed_value(query: str, parameter: Parameter, text: str) -> object:
    """A parameter's value from its text.

    Raises:
        BadQueryError: The text is none of the parameter's type.
    """
    try:
        return _READERS[parameter.type](text)
    except ValueError:
        raise BadQueryError(
            f"{query}: ${parameter.name} is {_ARTICLES[parameter.type]}, not {text!r}",
            hint=f"Write {_EXAMPLES[parameter.type]}.",
        ) from None


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
    value: object = json.loads(text)
    if not isinstance(value, list):
        raise ValueError  # noqa: TRY004  said as a mistyped parameter
    return value


def _any(text: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        return text
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
}
_EXAMPLES = {
    "int": "digits only, such as `3`",
    "float": "it with a point, such as `0.15`",
    "bool": "`true` or `false`",
    "list": 'a JSON list, such as `["deezer:27", "deezer:119"]`',
}


def _nearest(word: str, known: tuple[str, ...]) -> str:
    if not known:
        return "It takes none."
    if close := get_close_matches(word, known, n=1):
        return f'Did you mean "{close[0]}"?'
    return f"Known are {', '.join(known)}."
