"""Faults of a service, and the schedules that inject them.

A schedule is called before each reply and returns its fault, or None.
"""

from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Protocol

from crawler.standin.http import HTML as HTML_TYPE
from crawler.standin.http import JSON, Reply, json_reply

# Spotify refuses requests for a day once a quota is used up.
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one reply.

    Attributes:
        instead: A reply that replaces the real one.
        part: Share of the body that is sent before the connection is closed.
        hang_up: Whether the connection is closed without a reply.
        delay: Seconds before the reply.
    """

    instead: Reply | None = None
    part: float = 1.0
    hang_up: bool = False
    delay: float = 0.0


class Schedule(Protocol):
    """Decides what goes wrong. Called from many threads."""

    def __call__(self, service: str, path: str, number: int) -> Fault | None:
        """Return the fault of the service's request `number` (from 1) for `path`.

        `path` includes the query.
        """
        ...


def no_faults(service: str, path: str, number: int) -> Fault | None:
    """The schedule of a service without faults."""
    del service, path, number
    return None


def too_many(retry_after: int | str) -> Fault:
    """429 with `Retry-After` in seconds, or with any text."""
    headers = (("Retry-After", str(retry_after)),)
    return Fault(Reply(429, b'{"error":"Too many requests"}', JSON, headers))


def too_many_until(moment: float) -> Fault:
    """429 with `Retry-After` as an HTTP date; `moment` is in seconds since 1970."""
    return too_many(formatdate(moment, usegmt=True))


def slow(seconds: float) -> Fault:
    """The right reply, delayed."""
    return Fault(delay=seconds)


def quota_exceeded(retry_after: int = DAY_SECONDS) -> Fault:
    """429 in Spotify's form for a quota that is used up."""
    body = {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}
    headers = (("Retry-After", str(retry_after)),)
    return Fault(replace(json_reply({"error": body}, 429), headers=headers))


def spotify_quota(requests: int, retry_after: int = DAY_SECONDS) -> Schedule:
    """The schedule of a Spotify whose quota is used up after `requests` requests."""
    used_up = quota_exceeded(retry_after)

    def schedule(service: str, path: str, number: int) -> Fault | None:
        del path
        return used_up if service == "spotify" and number > requests else None

    return schedule


NO_FAULT = Fault()
UNAVAILABLE = Fault(Reply(503, b'{"error":"busy"}'))
BROKEN = Fault(Reply(500, b"<html>Internal Server Error</html>", HTML_TYPE))
HALF_BODY = Fault(part=0.5)
SILENCE = Fault(hang_up=True)
HTML = Fault(Reply(200, b"<html><body>Please wait</body></html>", HTML_TYPE))
WRONG_SHAPE = Fault(Reply(200, b'{"surprise":[1,2,3]}'))
# Spotify's reply, not JSON, if the owner of the app has no subscription.
NO_PREMIUM = Fault(
    Reply(
        403,
        b"Active premium subscription required for the owner of the app.",
        "text/plain; charset=utf-8",
    )
)
BAD_TOKEN = Fault(
    json_reply({"error": {"status": 401, "message": "The access token expired"}}, 401)
)
# Errors whose JSON differs from the service's own form.
STRING_ERROR = Fault(json_reply({"error": "Internal server error"}, 500))
LIST_ERROR = Fault(json_reply([], 500))
