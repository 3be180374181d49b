"""Ways for a service to misbehave, and the seam at which it is told to.

A schedule is asked before each reply and says what goes wrong with it, or None.
"""

from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Protocol

from crawler.standin.http import HTML as HTML_TYPE
from crawler.standin.http import JSON, Reply, json_reply

# A day, as Spotify sends who has used up their quota away for.
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one reply.

    Attributes:
        instead: Sent in place of the real reply.
        part: How much of the body is sent before the connection is cut.
        hang_up: Nothing is sent at all; the connection is cut.
        delay: Seconds before the reply.
    """

    instead: Reply | None = None
    part: float = 1.0
    hang_up: bool = False
    delay: float = 0.0


class Schedule(Protocol):
    """Says what goes wrong. Called from many threads."""

    def __call__(self, service: str, path: str, number: int) -> Fault | None:
        """What goes wrong with the service's request `number` (from 1) for `path`.

        `path` holds the query.
        """
        ...


def no_faults(service: str, path: str, number: int) -> Fault | None:
    """The schedule of a service that behaves."""
    del service, path, number
    return None


def too_many(retry_after: int | str) -> Fault:
    """429, to be asked again after so many seconds, or what the header is to say."""
    headers = (("Retry-After", str(retry_after)),)
    return Fault(Reply(429, b'{"error":"Too many requests"}', JSON, headers))


def too_many_until(moment: float) -> Fault:
    """429, to be asked again at a time (seconds since 1970), told as an HTTP date."""
    return too_many(formatdate(moment, usegmt=True))


def slow(seconds: float) -> Fault:
    """The right reply, late."""
    return Fault(delay=seconds)


def quota_exceeded(retry_after: int = DAY_SECONDS) -> Fault:
    """429 as Spotify says that an account's quota is used up."""
    body = {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}
    headers = (("Retry-After", str(retry_after)),)
    return Fault(replace(json_reply({"error": body}, 429), headers=headers))


def spotify_quota(requests: int, retry_after: int = DAY_SECONDS) -> Schedule:
    """The schedule of a Spotify whose quota is used up after so many requests."""
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
# Spotify where the owner of the app has no subscription: no JSON.
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
# Errors whose body is JSON of another form than the service's own.
STRING_ERROR = Fault(json_reply({"error": "Internal server error"}, 500))
LIST_ERROR = Fault(json_reply([], 500))
