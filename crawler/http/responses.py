"""What came back from a service: a value, or the outcome that it is none."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from crawler.http.retry import FailureKind, RequestFailure
from crawler.http.transport import RawResponse

JsonValue: TypeAlias = (
    "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
)
_QUOTED = 80
_DEAD_LINK = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


@dataclass(frozen=True, slots=True)
class JsonResponse:
    """What a service answered: 200, or 404 (whose `value` is None unless it is JSON)."""

    status: int
    value: JsonValue
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileResponse:
    """What stood at an address: `body` is empty unless the status is 200."""

    status: int
    content_type: str
    body: bytes


ErrorDetector: TypeAlias = Callable[[JsonResponse], RequestFailure | None]


def refusal(
    service: str, raw: RawResponse, pause: float | None
) -> RequestFailure | None:
    """Too many requests and server errors, whatever their body says."""
    status, where = raw.status, raw.where
    if status == HTTPStatus.TOO_MANY_REQUESTS or (
        status == HTTPStatus.SERVICE_UNAVAILABLE and pause is not None
    ):
        what = f"{where} was answered with {status}, too many requests"
        return RequestFailure(service, FailureKind.THROTTLED, what, pause)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return RequestFailure(
            service, FailureKind.SERVER, f"{where} was answered with status {status}"
        )
    return None


def read_json(
    service: str, raw: RawResponse, judge: ErrorDetector | None
) -> JsonResponse | RequestFailure:
    """JSON with its status; the judge tells an error that comes as an answer."""
    value = _parsed(raw.body)
    reply = JsonResponse(raw.status, None if value is _NOT_JSON else value, raw.headers)
    disguised = judge(reply) if judge and value is not _NOT_JSON else None
    if disguised is not None:
        return disguised
    if raw.status == HTTPStatus.NOT_FOUND:
        return reply
    if raw.status != HTTPStatus.OK:
        return _unexpected(service, raw)
    if value is _NOT_JSON:
        what = f"{raw.where} gave no JSON but {_quoted(raw)}"
        return RequestFailure(service, FailureKind.GARBLED, what)
    return reply


_NOT_JSON: JsonValue = "not JSON at all"


def _parsed(body: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        return _NOT_JSON
    return value


def read_text(service: str, raw: RawResponse) -> str | RequestFailure:
    """Plain text."""
    if raw.status != HTTPStatus.OK:
        return _unexpected(service, raw)
    text = raw.body.decode("utf-8", errors="replace")
    if "html" in raw.content_type or text.lstrip().startswith("<"):
        what = f"{raw.where} gave no plain text but {_quoted(raw)}"
        return RequestFailure(service, FailureKind.GARBLED, what)
    return text


def read_nothing(service: str, raw: RawResponse) -> RawResponse | RequestFailure:
    """The reply as it is, unless it calls itself good and is no JSON."""
    if raw.status == HTTPStatus.OK and _parsed(raw.body) is _NOT_JSON:
        what = f"{raw.where} gave no JSON but {_quoted(raw)}"
        return RequestFailure(service, FailureKind.GARBLED, what)
    return raw


def read_download(service: str, raw: RawResponse) -> FileResponse | RequestFailure:
    """A file, or that its link is dead."""
    if raw.status in _DEAD_LINK:
        return FileResponse(raw.status, raw.content_type, b"")
    if raw.status != HTTPStatus.OK:
        return _unexpected(service, raw)
    return FileResponse(raw.status, raw.content_type, raw.body)


def _unexpected(service: str, raw: RawResponse) -> RequestFailure:
    what = f"{raw.where} was answered with status {raw.status}: {_quoted(raw)}"
    unknown = raw.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    trouble = FailureKind.CREDENTIALS if unknown else FailureKind.REFUSED
    return RequestFailure(service, trouble, what)


def _quoted(raw: RawResponse) -> str:
    text = " ".join(raw.body.decode("utf-8", errors="replace").split())
    kind = raw.content_type or "a body without a type"
    return f'{kind} ("{text[:_QUOTED]}")' if text else f"{kind} and nothing in it"
