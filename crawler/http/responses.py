"""Parses a raw response into a value, or into the failure that it means."""

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
    """A JSON response: 200, or 404 (whose `value` is None unless the body is JSON)."""

    status: int
    value: JsonValue
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileResponse:
    """A downloaded file; `body` is empty unless the status is 200."""

    status: int
    content_type: str
    body: bytes


ErrorDetector: TypeAlias = Callable[[JsonResponse], RequestFailure | None]


def refusal(
    service: str, raw: RawResponse, pause: float | None
) -> RequestFailure | None:
    """Return the failure for throttling and server errors, whatever the body is."""
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
    service: str, raw: RawResponse, detect_error: ErrorDetector | None
) -> JsonResponse | RequestFailure:
    """Parse JSON; `detect_error` recognises an error with a good status."""
    value = _parsed(raw.body)
    reply = JsonResponse(raw.status, None if value is _NOT_JSON else value, raw.headers)
    disguised = detect_error(reply) if detect_error and value is not _NOT_JSON else None
    if disguised is not None:
        return disguised
    if raw.status == HTTPStatus.NOT_FOUND:
        return reply
    if raw.status != HTTPStatus.OK:
        return _unexpected(service, raw)
    if value is _NOT_JSON:
        what = f"{raw.where} returned not JSON but {_quoted(raw)}"
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
    """Decode plain text; HTML is a failure."""
    if raw.status != HTTPStatus.OK:
        return _unexpected(service, raw)
    text = raw.body.decode("utf-8", errors="replace")
    if "html" in raw.content_type or text.lstrip().startswith("<"):
        what = f"{raw.where} returned not plain text but {_quoted(raw)}"
        return RequestFailure(service, FailureKind.GARBLED, what)
    return text


def read_raw(service: str, raw: RawResponse) -> RawResponse | RequestFailure:
    """Return the response unchanged, unless its status is 200 and its body is not JSON."""
    if raw.status == HTTPStatus.OK and _parsed(raw.body) is _NOT_JSON:
        what = f"{raw.where} returned not JSON but {_quoted(raw)}"
        return RequestFailure(service, FailureKind.GARBLED, what)
    return raw


def read_download(service: str, raw: RawResponse) -> FileResponse | RequestFailure:
    """Return a file, or the status of a dead link."""
    if raw.status in _DEAD_LINK:
        return FileResponse(raw.status, raw.content_type, b"")
    if raw.status != HTTPStatus.OK:
        return _unexpected(service, raw)
    return FileResponse(raw.status, raw.content_type, raw.body)


def _unexpected(service: str, raw: RawResponse) -> RequestFailure:
    what = f"{raw.where} was answered with status {raw.status}: {_quoted(raw)}"
    is_denied = raw.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    kind = FailureKind.CREDENTIALS if is_denied else FailureKind.REFUSED
    return RequestFailure(service, kind, what)


def _quoted(raw: RawResponse) -> str:
    text = " ".join(raw.body.decode("utf-8", errors="replace").split())
    kind = raw.content_type or "a body without a type"
    return f'{kind} ("{text[:_QUOTED]}")' if text else f"{kind} and nothing in it"
