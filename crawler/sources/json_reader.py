"""Reading a service's JSON strictly: a promised field that is missing is an error.

An optional field of another type than promised counts as absent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from crawler.errors import BadAnswerError
from crawler.http.responses import JsonValue

_MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class JsonObject:
    """A JSON object and its place, for messages.

    Attributes:
        where: The path and the place in its reply: "/artist/27/related data[3]".
    """

    service: str
    where: str
    fields: Mapping[str, JsonValue]

    def text(self, name: str) -> str:
        """A promised text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else self._bad(name, "text")

    def number(self, name: str) -> int:
        """A promised whole number."""
        value = self.maybe_number(name)
        return value if value is not None else self._bad(name, "a whole number")

    def row(self, name: str) -> "JsonObject":
        """A promised object."""
        value = self.fields.get(name)
        if isinstance(value, dict):
            return self._inside(name, value)
        return self._bad(name, "an object")

    def rows(self, name: str) -> Iterator["JsonObject"]:
        """A promised list of objects."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            return self._bad(name, "a list")
        return objects(self.service, f"{self.where} {name}", value)

    def maybe_text(self, name: str) -> str | None:
        """A text that may be missing or empty."""
        value = self.fields.get(name)
        return value if isinstance(value, str) and value else None

    def maybe_number(self, name: str) -> int | None:
        """A whole number that may be missing."""
        value = self.fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        return value

    def maybe_flag(self, name: str) -> bool | None:
        """True or false, or missing."""
        value = self.fields.get(name)
        return value if isinstance(value, bool) else None

    def maybe_row(self, name: str) -> "JsonObject | None":
        """An object that may be missing."""
        value = self.fields.get(name)
        return self._inside(name, value) if isinstance(value, dict) else None

    def maybe_rows(self, name: str) -> Iterator["JsonObject"]:
        """A list of objects; an empty one where the list is missing."""
        return self.rows(name) if self.fields.get(name) is not None else iter(())

    def _inside(self, name: str, value: dict[str, JsonValue]) -> "JsonObject":
        return JsonObject(self.service, f"{self.where} {name}", value)

    def _bad(self, name: str, promised: str) -> NoReturn:
        found = _shown(self.fields.get(name)) if name in self.fields else "nothing"
        what = f'{self.where} has {found} as "{name}" instead of {promised}'
        raise BadAnswerError(self.service, what)


def an_object(service: str, where: str, value: JsonValue) -> JsonObject:
    """The reply as an object."""
    if isinstance(value, dict):
        return JsonObject(service, where, value)
    raise BadAnswerError(service, f"{where} is {_shown(value)} instead of an object")


def objects(service: str, where: str, value: JsonValue) -> Iterator[JsonObject]:
    """The objects of a list."""
    if not isinstance(value, list):
        what = f"{where} is {_shown(value)} instead of a list"
        raise BadAnswerError(service, what)
    return (an_object(service, f"{where}[{i}]", one) for i, one in enumerate(value))


def _shown(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
