"""TOML files that a person writes: reading them, and every mistake in them as a sentence.

The recipe and the settings describe their tables as dataclasses; pydantic checks a file
against them. Each mistake names its line, its key and the nearest right key or value.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_type_hints

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from crawler.text import closest, nearest

T = TypeVar("T")
Path = tuple[str, ...]


class Table:
    """Base of the dataclasses that describe a table: other keys than theirs are mistakes."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: a clause, the key it is about, and what to do about it.

    Attributes:
        path: The key with its tables; empty where the mistake is about the whole file.
        line: The line of the key; None where it is in no line.
    """

    what: str
    path: Path = ()
    line: int | None = None
    hint: str = ""

    def __str__(self) -> str:
        return self.what if self.line is None else f"line {self.line}: {self.what}"


class NotTomlError(Exception):
    """A file that is not TOML at all; never leaves the two readers of files."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(str(mistake))
        self.mistake = mistake


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """What a schema makes of a file.

    Attributes:
        value: The tables as values; the defaults where a key is missing or wrong.
        given: The tables and keys that were taken from the file.
        mistakes: All that is wrong, in the order of the schema.
    """

    value: T
    given: Mapping[str, Any]
    mistakes: tuple[Mistake, ...]

    def has(self, table: str, key: str) -> bool:
        """Whether the file gives a key, and a value that can be used."""
        return key in self.given.get(table, {})


# -- what a validator of a schema may use ----------------------------------------


def wrong(what: str, hint: str = "") -> PydanticCustomError:
    """A mistake for a validator to raise: a clause that ends the sentence "KEY …".

    "{key}" in the hint is replaced by the last part of the key.
    """
    return PydanticCustomError("wrong", "{what}", {"what": what, "hint": hint})


def one_of(
    known: Callable[[], Sequence[str]], planned: Callable[[], Sequence[str]] = tuple
) -> BeforeValidator:
    """A validator: one of the known words. `planned` are those of a later version."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise wrong(f"must be text, not {described(value)}")
        word = value.strip()
        if word in known():
            return word
        if word in planned():
            words = ", ".join(f'"{one}"' for one in known())
            raise wrong(f'"{word}" is not in this version; known are {words}')
        raise wrong(f'"{word}" is unknown; {nearest(word, known())}')

    return BeforeValidator(check)


def described(value: object) -> str:
    """What kind of value was written, in words. Texts are not repeated: they may be secret."""
    kinds = {bool: "true or false", dict: "a table", list: "a list", str: "text"}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"the number {value}"
    return kinds.get(type(value), "a date or time")


# -- checking --------------------------------------------------------------------


def check(schema: type[T], tables: Mapping[str, Any], lines: "Lines") -> Checked[T]:
    """Check tables against the dataclass that describes them.

    The keys that are wrong are left out of the value, so that rules between keys can
    be checked on the rest.
    """
    adapter = TypeAdapter(schema)
    try:
        return Checked(adapter.validate_python(tables), tables, ())
    except ValidationError as error:
        details = error.errors(include_url=False)
    mistakes = tuple(_mistake(schema, one, lines) for one in details)
    given = _without(tables, [one["loc"] for one in details])
    return Checked(adapter.validate_python(given), given, mistakes)


def _without(
    tables: Mapping[str, Any], places: Sequence[tuple[int | str, ...]]
) -> Mapping[str, Any]:
    """The tables without the keys (or whole tables) at these places."""
    left = {
        name: dict(table) if isinstance(table, dict) else table
        for name, table in tables.items()
    }
    for name, *key in places:
        if not key:
            left.pop(str(name), None)
        elif str(name) in left:
            left[str(name)].pop(key[0], None)
    return left


_MUST_BE = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "tuple_type": "a list",
}


def _mistake(schema: type, error: ErrorDetails, lines: "Lines") -> Mistake:
    # Places in a list, and the mark of a wrong key, are left out.
    path = tuple(p for p in error["loc"] if isinstance(p, str) and p != "[key]")
    value, limits = error["input"], error.get("ctx", {})
    key, hint = _dotted(path), limits.get("hint", "").replace("{key}", path[-1])
    match error["type"]:
        case "unexpected_keyword_argument":
            what = _unknown(schema, path, value)
        case "dataclass_type" | "dict_type":
            what = f"{key} must be a table: write [{key}]"
        case "greater_than_equal":
            what = f"{key} must be {limits['ge']:,.10g} or more, not {value}"
        case "less_than_equal":
            what = f"{key} must be {limits['le']:,.10g} or less, not {value}"
        case "greater_than":
            what = f"{key} must be more than {limits['gt']:,.10g}, not {value}"
        case "wrong" if error["loc"][-1] == "[key]":
            quoted = f'"{path[-1]}"'  # the key is not named twice
            what = f"{key} {limits['what'].removeprefix(quoted).lstrip()}"
        case "wrong":
            what = f"{key} {limits['what']}"
        case kind if kind in _MUST_BE:
            what = f"{key} must be {_MUST_BE[kind]}, not {described(value)}"
        case _:
            what = f"{key}: {error['msg']}"
    return Mistake(what, path, lines.of_key(*path), hint)


def _dotted(path: Path) -> str:
    """A key as TOML writes it."""
    return ".".join(p if re.fullmatch(r"[\w-]+", p) else f'"{p}"' for p in path)


def _unknown(schema: type, path: Path, value: object) -> str:
    """The table where an unknown key belongs, or the nearest key of its own table."""
    *table, key = path
    own = _keys(schema, table)
    if not table and isinstance(value, dict):
        return f"the table [{_dotted(path)}] is unknown; {nearest(key, own)}"
    elsewhere = {
        inner: name for name in _keys(schema, ()) for inner in _keys(schema, (name,))
    }
    if key in elsewhere:
        return f"{_dotted(path)} is unknown; it belongs in [{elsewhere[key]}]"
    # A misspelt key at the top may belong in any table; a strange one is shown the tables.
    known = own if table or not closest(key, elsewhere) else (*own, *elsewhere)
    return f"{_dotted(path)} is unknown; {nearest(key, known)}"


def _keys(schema: type, path: Sequence[str]) -> tuple[str, ...]:
    """The keys of a table of the schema; empty where any key is allowed."""
    for name in path:
        inner = get_type_hints(schema)[name] if is_dataclass(schema) else None
        schema = inner or get_args(schema)[-1]
    return tuple(one.name for one in fields(schema)) if is_dataclass(schema) else ()


# -- reading ---------------------------------------------------------------------


def parse(content: bytes | str) -> "tuple[dict[str, Any], Lines]":
    """The tables of a TOML text, and the lines of their keys.

    Raises:
        NotTomlError: It is not TOML, or not UTF-8; a byte-order mark does no harm.
    """
    text = content if isinstance(content, str) else _decoded(content)
    try:
        return tomllib.loads(text), Lines.of(text)
    except tomllib.TOMLDecodeError as error:
        raise NotTomlError(_syntax_mistake(text, error)) from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        hint = "Save the file as plain text in UTF-8."
        raise NotTomlError(Mistake("not UTF-8 text", (), line, hint)) from error


_BARE_KEY = re.compile(r"\s*[A-Za-z0-9_-]+(\s*\.\s*[A-Za-z0-9_-]+)*\s*$")


def _syntax_mistake(text: str, error: tomllib.TOMLDecodeError) -> Mistake:
    """Why a text is not TOML; the commonest trap has a sentence of its own."""
    words, _, place = str(error).partition(" (at ")
    found = re.match(r"line (\d+)", place)
    line = int(found[1]) if found else len(text.splitlines()) or None
    written = text.splitlines()[line - 1] if found and line else ""
    key, equals, _ = written.partition("=")
    if equals and not _BARE_KEY.match(key) and not key.strip().startswith(('"', "'")):
        hint = f'Put the name in quotes: "{key.strip()}" = …'
        return Mistake(f"`{key.strip()} = …` is not valid TOML", (), line, hint)
    return Mistake(f"not valid TOML: {words[:1].lower()}{words[1:]}", (), line)


_HEADER = re.compile(r"\s*\[\[?(?P<path>[^\[\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""\s*(?P<path>(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w.\- ])+?)\s*=(?!=)""", re.UNICODE
)
_PART = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'|([^."'\s]+)""")
_FENCES = ('"""', "'''")


@dataclass(slots=True)
class Lines:
    r"""The lines of a TOML text, by key: `tomllib` does not keep them.

    >>> lines = Lines.of('[crawl]\nround = 5\n[classes]\n"r&b" = "soul"')
    >>> lines.of_key("crawl", "round"), lines.of_key("classes", "r&b")
    (2, 4)
    """

    places: dict[Path, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> "Lines":
        """Find the keys of a text that is TOML."""
        lines = cls()
        for path, number in _key_lines(text):
            for length in range(1, len(path) + 1):
                lines.places.setdefault(path[:length], number)
        return lines

    def of_key(self, *path: str) -> int | None:
        """The line of a key, or of the nearest table around it, or None."""
        for length in range(len(path), 0, -1):
            if (line := self.places.get(path[:length])) is not None:
                return line
        return None


def _key_lines(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        inside, fence = bool(fence), _fence_after(line, fence)
        if inside:
            continue
        if header := _HEADER.match(line):
            table = _parts(header["path"])
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key["path"])), number


def _parts(path: str) -> Path:
    return tuple("".join(found) for found in _PART.findall(path))


def _fence_after(line: str, fence: str) -> str:
    """Which multi-line text is open at the end of the line: its quotes, or nothing."""
    rest = line
    while True:
        if fence:
            _, closed, rest = rest.partition(fence)
            if not closed:
                return fence
            fence = ""
        first = min((f for f in _FENCES if f in rest), key=rest.index, default="")
        if not first:
            return ""
        rest = rest.partition(first)[2]
        fence = first
