"""The file `.genregraph/config.toml`: reading it, and all that is wrong with it."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from crawler.errors import SettingsError
from crawler.text import nearest

Table: TypeAlias = Mapping[str, object]

SERVICES = ("deezer", "musicbrainz", "listenbrainz", "spotify")

# The keys of the file: a type, or a table of them.
_KEYS: Mapping[str, type | Mapping[str, type]] = {
    "contact": str,
    "store": {
        "address": str,
        "username": str,
        "password": str,
        "database": str,
        "wait_seconds": float,
    },
    "spotify": {"client_id": str, "client_secret": str, "market": str},
}
_SERVICE_KEYS: Mapping[str, type] = {"url": str, "requests": int, "seconds": float}

_WORDS = {str: "text", int: "a whole number", float: "a number", dict: "a table"}


def read_config(file: Path) -> Table:
    """The file's tables; a file that does not exist is an empty one.

    Raises:
        SettingsError: It is no TOML, or a key or a type is wrong: all of them are named.
    """
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is no TOML file: {error}") from error
    if mistakes := tuple(_mistakes(table)):
        raise SettingsError(
            f"{file} cannot be used: " + "; ".join(mistakes),
            hint=f"Correct {file}, or remove it: no setting is needed.",
        )
    return table


def _mistakes(table: Table) -> Iterable[str]:
    allowed = {**_KEYS, "sources": dict}
    for key, value in table.items():
        if key not in allowed:
            yield f'"{key}" is unknown, {nearest(key, allowed)}'
        elif key == "sources" and isinstance(value, dict):
            yield from _service_mistakes(value)
        else:
            yield from _type_mistakes(key, value, allowed[key])


def _service_mistakes(sources: Table) -> Iterable[str]:
    for name, value in sources.items():
        if name in SERVICES:
            yield from _type_mistakes(f"sources.{name}", value, _SERVICE_KEYS)
        else:
            yield f'"sources.{name}" is unknown, {nearest(name, SERVICES)}'


def _type_mistakes(
    key: str, value: object, wanted: type | Mapping[str, type]
) -> Iterable[str]:
    if isinstance(wanted, type):
        if not _fits(value, wanted):
            yield f'"{key}" must be {_WORDS[wanted]}'
    elif not isinstance(value, dict):
        yield f'"{key}" must be a table'
    else:
        for name, inner in value.items():
            if name in wanted:
                yield from _type_mistakes(f"{key}.{name}", inner, wanted[name])
            else:
                yield f'"{key}.{name}" is unknown, {nearest(name, wanted)}'


def _fits(value: object, wanted: type) -> bool:
    if isinstance(value, bool):
        return wanted is bool
    return isinstance(value, int | float if wanted is float else wanted)


def table_in(table: Table, key: str) -> Table:
    """A table within a table; an empty one where there is none."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def text_in(table: Table, *keys: str) -> str | None:
    """A text within nested tables, or None."""
    for key in keys[:-1]:
        table = table_in(table, key)
    value = table.get(keys[-1])
    return value if isinstance(value, str) else None


def number_in(table: Table, *keys: str) -> float | None:
    """A number within nested tables, or None."""
    for key in keys[:-1]:
        table = table_in(table, key)
    value = table.get(keys[-1])
    return float(value) if isinstance(value, int | float) else None
