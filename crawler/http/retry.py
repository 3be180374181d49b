"""Whether a request is worth another try, and after how long. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

from crawler.errors import (
    BadAnswerError,
    BadCredentialsError,
    SourceError,
    ThrottledError,
    TransientError,
)


class FailureKind(StrEnum):
    """Why a request has no answer."""

    CONNECTION = "connection"  # none: refused, unreachable, unknown host
    SILENCE = "silence"  # a time-out
    SERVER = "server"  # a 5xx, or "busy"
    THROTTLED = "throttled"  # too many requests
    CUT_OFF = "cut off"  # half a body
    GARBLED = "garbled"  # a whole body that is not what the API promises
    REFUSED = "refused"  # a 4xx: the same question gets the same answer
    CREDENTIALS = "credentials"  # 401, 403


# Tries in all. MusicBrainz is "busy" for 27 % of polite requests (music-apis 3.2): six
# tries leave 4 in 10,000 of them. Deezer recovers from throttling within 3 to 5.
MAX_ATTEMPTS: Mapping[FailureKind, int] = {
    FailureKind.CONNECTION: 4,
    FailureKind.SILENCE: 3,
    FailureKind.SERVER: 6,
    FailureKind.THROTTLED: 5,
    FailureKind.CUT_OFF: 4,
    FailureKind.GARBLED: 3,
    FailureKind.REFUSED: 1,
    FailureKind.CREDENTIALS: 1,
}

DEFAULT_PAUSE_SECONDS = 5.0  # for a service that does not say how long
SHORTEST_PAUSE_SECONDS = 1.0  # "Retry-After: 0" and dates gone by
LONGEST_PAUSE_SECONDS = 400 * 86_400.0  # what is longer is not a time but a mistake
FIRST_BACKOFF_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 30.0

_PAUSING = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class RequestFailure:
    """A request without an answer.

    Attributes:
        what: A lower-case clause, free of secrets: it is shown.
        retry_after: Seconds the service asks for, where it does.
        cause: The exception behind it, for a traceback.
    """

    service: str
    trouble: FailureKind
    what: str
    retry_after: float | None = None
    cause: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after so many seconds; `shared`: all threads keep off that long."""

    after: float
    shared: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Raise this."""

    error: SourceError


def next_step(
    outcome: RequestFailure, attempt: int, jitter: float = 0.0
) -> Retry | GiveUp:
    """What to do after the `attempt`-th try (from 1) of one request failed.

    Args:
        outcome: What came of it.
        attempt: Which try it was.
        jitter: 0 to 1: shortens a backoff by up to half, so that threads that failed
            together do not come back together.
    """
    if attempt >= MAX_ATTEMPTS[outcome.trouble]:
        return GiveUp(_error(outcome, attempt))
    if outcome.trouble is FailureKind.THROTTLED:
        return Retry(_pause(outcome), shared=True)
    return Retry(_backoff(attempt) * (1 - jitter / 2), shared=False)


def asked_pause(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds for which a reply asks us to keep off, or None.

    Retry-After of a 429 or 503, in seconds or as a date; ListenBrainz says
    `X-RateLimit-Remaining: 0` and `X-RateLimit-Reset-In` also on its last good reply.
    """
    if status in _PAUSING and "Retry-After" in headers:
        return retry_after_seconds(headers["Retry-After"], now)
    exhausted = headers.get("X-RateLimit-Remaining", "").strip() == "0"
    if (
        exhausted or status == HTTPStatus.TOO_MANY_REQUESTS
    ) and "X-RateLimit-Reset-In" in headers:
        return retry_after_seconds(headers["X-RateLimit-Reset-In"], now)
    return None


def retry_after_seconds(text: str, now: datetime) -> float | None:
    """Seconds meant by a Retry-After header; None for what is neither number nor date.

    >>> retry_after_seconds("120", datetime(2026, 11, 24, tzinfo=UTC))
    120.0
    >>> retry_after_seconds("soon", datetime(2026, 11, 24, tzinfo=UTC))
    """
    if re.fullmatch(r"\s*-?[0-9]+(\.[0-9]+)?\s*", text):
        return _sane(float(text))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return _sane((until - now).total_seconds())


def _sane(seconds: float) -> float:
    return min(max(seconds, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)


def _pause(outcome: RequestFailure) -> float:
    asked = outcome.retry_after
    return DEFAULT_PAUSE_SECONDS if asked is None else asked


def _backoff(attempt: int) -> float:
    doubled = FIRST_BACKOFF_SECONDS * 2.0 ** (attempt - 1)
    return min(doubled, LONGEST_BACKOFF_SECONDS)


def _error(outcome: RequestFailure, attempt: int) -> SourceError:
    tries = f" ({attempt} tries)" if attempt > 1 else ""
    service, what = outcome.service, outcome.what + tries
    match outcome.trouble:
        case FailureKind.THROTTLED:
            return ThrottledError(service, what, retry_after=_pause(outcome))
        case FailureKind.CREDENTIALS:
            return BadCredentialsError(service, what)
        case FailureKind.GARBLED | FailureKind.REFUSED:
            return BadAnswerError(service, what)
        case _:
            return TransientError(service, what)
