"""A recipe's tables, taken value by value: what is wrong is noted, not raised. Pure."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TypeVar

from crawler.recipe.fields import Check, Wrong
from crawler.recipe.model import (
    CrawlRules,
    ExportRules,
    LabelRules,
    SeedRules,
    SourceConfig,
)
from crawler.recipe.toml_lines import Lines
from crawler.text import nearest

T = TypeVar("T")


def _keys(rules: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(rules))


# The tables of a recipe and their keys; `classes` takes any.
TABLES: Mapping[str, tuple[str, ...]] = {
    "dataset": ("name",),
    "classes": (),
    "seeds": _keys(SeedRules),
    "sources": _keys(SourceConfig),
    "crawl": _keys(CrawlRules),
    "labels": _keys(LabelRules),
    "export": _keys(ExportRules),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: a clause, where it stands, and what to do about it."""

    what: str
    line: int | None = None
    hint: str = ""

    def __str__(self) -> str:
        return self.what if self.line is None else f"line {self.line}: {self.what}"


@dataclass(slots=True)
class Tables:
    """The tables of one recipe, and the mistakes found in them so far."""

    tables: Mapping[str, object]
    lines: Lines
    mistakes: list[Mistake] = field(default_factory=list)

    def table(self, name: str) -> Mapping[str, object]:
        """One table; an empty one where there is none."""
        found = self.tables.get(name, {})
        return found if isinstance(found, dict) else {}

    def take(self, table: str, key: str, check: Check[T], default: T) -> T:
        """One value; the default where it is missing or wrong."""
        if key not in self.table(table):
            return default
        try:
            return check(self.table(table)[key])
        except Wrong as wrong:
            self.note(f"{table}.{key} {wrong}", table, key)
            return default

    def note(self, what: str, *path: str, hint: str = "") -> None:
        """Note a mistake at a key or table."""
        self.mistakes.append(Mistake(what, self.lines.of_key(*path), hint))

    def note_unknown(self) -> None:
        """Note each table and key that recipes do not have."""
        for name, value in self.tables.items():
            if name not in TABLES:
                self.note(f"{_unknown_table(name, value)}", name)
            elif not isinstance(value, dict):
                self.note(f"{name} must be a table: write [{name}]", name)
            elif name != "classes":
                self._note_unknown_keys(name, value)

    def _note_unknown_keys(self, name: str, table: Mapping[str, object]) -> None:
        for key in table:
            if key not in TABLES[name]:
                self.note(f"{name}.{key} is unknown; {_instead(key, name)}", name, key)


def _unknown_table(name: str, value: object) -> str:
    if isinstance(value, dict):
        return f"the table [{name}] is unknown; {nearest(name, TABLES)}"
    return f"{name} is unknown; {_instead(name, None)}"


def _instead(key: str, table: str | None) -> str:
    """The table where a key belongs, or the nearest key of its own table."""
    for other, keys in TABLES.items():
        if key in keys:
            return f"it belongs into [{other}]"
    if table is not None:
        return nearest(key, TABLES[table])
    return nearest(key, (one for keys in TABLES.values() for one in keys))


_BARE_KEY = re.compile(r"\s*[A-Za-z0-9_-]+(\s*\.\s*[A-Za-z0-9_-]+)*\s*$")


def syntax_mistake(text: str, error: tomllib.TOMLDecodeError) -> Mistake:
    """What keeps a text from being TOML, with the commonest trap told apart."""
    words, _, place = str(error).partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else len(text.splitlines()) or None
    written = text.splitlines()[line - 1] if found and line else ""
    key, equals, _ = written.partition("=")
    if equals and not _BARE_KEY.match(key) and not key.strip().startswith(('"', "'")):
        return Mistake(
            f"`{key.strip()} = …` is no TOML",
            line,
            f'Put the class name in quotes: "{key.strip()}" = …',
        )
    return Mistake(f"this is no TOML: {words[:1].lower()}{words[1:]}", line)
