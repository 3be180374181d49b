"""Spotify's pages of a list, its errors, and its complaints about parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import urlencode

from crawler.standin.protocol.messages import Reply, Request, reply
from crawler.standin.world.spotify_ids import WELL_FORMED

T = TypeVar("T")

Shape = dict[str, object]
# No list is read beyond this.
FURTHEST = 1000


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows a page has where nobody says, and how many at most."""

    usual: int
    most: int


class WrongRequestError(Exception):
    """Spotify would not answer this; `answer` is what it says."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.answer = error(status, message)


def error(status: int, message: str) -> Reply:
    """An error as the Web API writes it."""
    return reply({"error": {"status": status, "message": message}}, status)


def well_formed(text: str) -> str:
    """The id.

    Raises:
        WrongRequestError: It is none.
    """
    if not WELL_FORMED.fullmatch(text):
        raise WrongRequestError(400, "Invalid base62 id")
    return text


def ids_in(request: Request, most: int) -> list[str]:
    """The ids that a request for several things names.

    Raises:
        WrongRequestError: There are none or too many, or one is no id.
    """
    names = [name for name in (request.value("ids") or "").split(",") if name]
    if not 1 <= len(names) <= most:
        message = "Too many ids requested" if names else "Missing required field: ids"
        raise WrongRequestError(400, message)
    return [well_formed(name) for name in names]


def page(
    request: Request, found: Sequence[T], size: Size, shape: Callable[[T], object]
) -> Shape:
    """The page of a list that the request asks for, with links to its neighbours.

    Raises:
        WrongRequestError: It asks for more than Spotify gives at once.
    """
    limit = _number(request, "limit", size.usual)
    if not 1 <= limit <= size.most:
        raise WrongRequestError(400, "Invalid limit")
    offset = _number(request, "offset", 0)
    if offset > FURTHEST:
        raise WrongRequestError(400, "Invalid offset")
    return _page(request, found, shape, limit, offset)


def inner_page(
    request: Request,
    path: str,
    found: Sequence[T],
    most: int,
    shape: Callable[[T], object],
) -> Shape:
    """The first page of a list inside something else; more of it is under `path`."""
    return _page(replace(request, path=path), found, shape, most, 0)


def _number(request: Request, name: str, usual: int) -> int:
    text = request.value(name)
    if text is None:
        return usual
    if not text.isdecimal():
        raise WrongRequestError(400, f"Invalid {name}")
    return int(text)


def _page(
    request: Request,
    found: Sequence[T],
    shape: Callable[[T], object],
    limit: int,
    offset: int,
) -> Shape:
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


def _at(request: Request, limit: int, offset: int) -> str:
    kept = [(k, v) for k, v in request.query if k not in {"limit", "offset"}]
    query = urlencode([*kept, ("offset", str(offset)), ("limit", str(limit))])
    return f"{request.base}{request.path}?{query}"
