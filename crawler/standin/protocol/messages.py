"""A request as a service sees it, and its reply."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

JsonObject = dict[str, object]

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One request.

    Attributes:
        path: Without the service's prefix, percent-decoded.
        query: Pairs in the order given, decoded.
        raw_query: As it came.
        headers: By lower-case name.
        now: When it came, in seconds since 1970.
        base: The service's own address, for links to itself.
        body: What a POST brought along.
    """

    path: str
    query: tuple[tuple[str, str], ...]
    raw_query: str
    headers: Mapping[str, str]
    now: float
    base: str
    body: bytes = b""

    def value(self, name: str) -> str | None:
        """The first value of a query key."""
        return next((value for key, value in self.query if key == name), None)

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a query key."""
        return tuple(value for key, value in self.query if key == name)

    def number(self, name: str, default: int) -> int:
        """A query value as a number of 0 or more; what is none counts as not given."""
        text = self.value(name) or ""
        return int(text) if text.isdecimal() else default


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply; `body` is sent whole, with its length."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = field(default=())


class ServiceApi(Protocol):
    """One of the services that are stood in for."""

    def answer(self, request: ServiceRequest) -> Reply:
        """What the real service would say."""
        ...


def json_reply(value: object, status: int = 200) -> Reply:
    """A reply of JSON."""
    return Reply(status, encode_json(value))


def encode_json(value: object) -> bytes:
    """JSON without blanks, as the services write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
