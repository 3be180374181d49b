"""Spotify's pages of a list, its errors, and its complaints about parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from crawler.standin.http import (
    JsonObject,
    Reply,
    ServiceRequest,
    json_reply,
)
from crawler.standin.world.spotify_ids import WELL_FORMED

T = TypeVar("T")

# No list is read beyond this.
MAX_OFFSET = 1000


@dataclass(frozen=True, slots=True)
class PageSize:
    """How many rows a page has where nobody says, and how many at most."""

    usual: int
    most: int


class BadRequestError(Exception):
    """Spotify would not answer this; `answer` is what it says."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = error_reply(status, message)


def error_reply(status: int, message: str) -> Reply:
    """An error as the Web API writes it."""
    return json_reply({"error": {"status": status, "message": message}}, status)


def require_id(text: str) -> str:
    """The id.

    Raises:
        BadRequestError: It is none.
    """
    if not WELL_FORMED.fullmatch(text):
        raise BadRequestError(400, "Invalid base62 id")
    return text


def parse_ids(request: ServiceRequest, most: int) -> list[str]:
    """The ids that a request for several things names.

    Raises:
        BadRequestError: There are none or too many, or one is no id.
    """
    names = [name for name in (request.value("ids") or "").split(",") if name]
    if not 1 <= len(names) <= most:
        message = "Too many ids requested" if names else "Missing required field: ids"
        raise BadRequestError(400, message)
    return [require_id(name) for name in names]


def page(
    request: ServiceRequest,
    found: Sequence[T],
    size: PageSize,
    shape: Callable[[T], object],
) -> JsonObject:
    """The page of a list that the request asks for, with links to its neighbours.

    Raises:
        BadRequestError: It asks for more than Spotify gives at once.
    """
    limit = _number(request, "limit", size.usual)
    if not 1 <= limit <= size.most:
        raise BadRequestError(400, "Invalid limit")
    offset = _number(request, "offset", 0)
    if offset > MAX_OFFSET:
        raise BadRequestError(400, "Invalid offset")
    return _page(request, found, shape, limit, offset)


def inner_page(
    request: ServiceRequest,
    path: str,
    found: Sequence[T],
    most: int,
    shape: Callable[[T], object],
) -> JsonObject:
    """The first page of a list inside something else; more of it is under `path`."""
    return _page(replace(request, path=path), found, shape, most, 0)


def _number(request: ServiceRequest, name: str, usual: int) -> int:
    text = request.value(name)
    if text is None:
        return usual
    if not text.isdecimal():
        raise BadRequestError(400, f"Invalid {name}")
    return int(text)


def _page(
    request: ServiceRequest,
    found: Sequence[T],
    shape: Callable[[T], object],
    limit: int,
    offset: int,
) -> JsonObject:
    more, before = offset + limit < len(found), max(0, offset - limit)
    return {
        "href": _at(request, limit, offset),
        "items": [shape(value) for value in found[offset : offset + limit]],
        "limit": limit,
        "next": _at(request, limit, offset + limit) if more else None,
        "offset": offset,
        "previous": _at(request, limit, before) if offset else None,
        "total": len(found),
    }


def _at(request: ServiceRequest, limit: int, offset: int) -> str:
    kept = [(k, v) for k, v in request.query if k not in {"limit", "offset"}]
    query = urlencode([*kept, ("offset", str(offset)), ("limit", str(limit))])
    return f"{request.base}{request.path}?{query}"
