"""The lease of a store's crawl: who may crawl now, who stands by, and who may when.

One node holds the lease, and all times in it are milliseconds of the server's clock. What
an acquisition, a renewal and a release make of it is decided here, by pure functions; a
store locks the node, lets them decide, and writes what they say, in one transaction.
Why that is safe is argued in `crawler.crawl.lease`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from graph.errors import LeaseLostError

# The lease ends so long after the last renewal.
LEASE_SECONDS = 20.0

# A holder sends nothing later than this after it began its last successful renewal.
SEND_SECONDS = 8.0

# What a request may be under way, and clocks may be read wrong.
MARGIN_SECONDS = 0.25

# The holder of a lease whose token is 0: nobody has acquired it since the store was made.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Crawler:
    """A process that wants to crawl.

    Attributes:
        name: Unlike that of any other process, also of an earlier run.
        recipe_digest: That of the recipe it crawls by.
        window_seconds: The longest window in which a service of that recipe counts
            requests; 0 where none does.
        lease_seconds: How long its lease lasts after a renewal.
        send_seconds: How long after a renewal a crawler sends.
    """

    name: str
    recipe_digest: str = ""
    window_seconds: float = 0.0
    lease_seconds: float = LEASE_SECONDS
    send_seconds: float = SEND_SECONDS


@dataclass(frozen=True, slots=True)
class Acquired:
    """The lease, in its new holder's hand.

    Attributes:
        token: What each of its transactions shows.
        quiet_seconds: So long from now earlier requests count in the services' windows.
    """

    token: int
    quiet_seconds: float


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """What the lease's node says.

    Attributes:
        token: How often the lease was acquired.
        holder: The crawler that holds it; None once it was released.
        recipe_digest: That of the holder's recipe.
        lasts: How long it lasts after a renewal.
        since: When the holder acquired it.
        renewed: When it was acquired or renewed last.
        quiet_until: When the holder's first request may leave.
        released: When it was released last.
        reason: Why.
    """

    token: int = NOBODY
    holder: str | None = None
    recipe_digest: str | None = None
    lasts: int = 0
    since: int = 0
    renewed: int = 0
    quiet_until: int = 0
    released: int = 0
    reason: str | None = None

    def is_live(self, now: int) -> bool:
        """Whether its holder may count on it."""
        return self.holder is not None and now <= self.renewed + self.lasts


def record_of(properties: Mapping[str, Any]) -> LeaseRecord:
    """What a lease's node says, from its properties."""
    names = LeaseRecord.__dataclass_fields__
    return LeaseRecord(**{k: v for k, v in properties.items() if k in names})


def of_record(record: LeaseRecord) -> dict[str, object]:
    """The properties of a lease's node; a None is removed."""
    return asdict(record)


def acquire(
    record: LeaseRecord, now: int, crawler: Crawler, *, at_once: bool = False
) -> tuple[LeaseRecord, Acquired] | None:
    """The lease in a crawler's hand; None while another one's is live.

    With `at_once` whoever held it is known to be gone, and is not waited for. Acquired
    again by who holds it already, it stays the same: its first answer was lost.
    """
    if record.holder == crawler.name:
        record = replace(record, renewed=now)
    elif record.is_live(now) and not at_once:
        return None
    else:
        record = LeaseRecord(
            token=record.token + 1,
            holder=crawler.name,
            recipe_digest=crawler.recipe_digest,
            lasts=_milliseconds(crawler.lease_seconds),
            since=now,
            renewed=now,
            quiet_until=now if at_once else _quiet_until(record, now, crawler),
            released=record.released,
            reason=record.reason,
        )
    quiet = max(0, record.quiet_until - now) / 1000
    return record, Acquired(record.token, quiet)


def _quiet_until(record: LeaseRecord, now: int, crawler: Crawler) -> int:
    """When no service counts a request of an earlier crawler any more."""
    if record.token == NOBODY:
        return now
    last_sent = record.released
    if record.holder is not None:  # it did not say that it ended
        last_sent = record.renewed + _milliseconds(crawler.send_seconds)
    window = crawler.window_seconds and crawler.window_seconds + MARGIN_SECONDS
    return max(now, last_sent + _milliseconds(window))


def renew(record: LeaseRecord, now: int, token: int) -> LeaseRecord:
    """The lease after a transaction that shows this token.

    Raises:
        LeaseLostError: The token is not in force any more.
    """
    check(record, token)
    return record if record.holder is None else replace(record, renewed=now)


def check(record: LeaseRecord, token: int) -> None:
    """Let a token pass that is in force; that of a lease nobody has acquired is 0.

    Raises:
        LeaseLostError: Another crawler has acquired the lease, or it was released.
    """
    if token != record.token or (token != NOBODY and record.holder is None):
        raise LeaseLostError(record.holder)


def release(record: LeaseRecord, now: int, token: int, reason: str) -> LeaseRecord:
    """The lease once its holder has given it back; without a change where it was lost."""
    if token != record.token or record.holder is None:
        return record
    return replace(record, holder=None, released=now, reason=reason)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


@dataclass(frozen=True, slots=True)
class ActiveCrawler:
    """The crawler that holds the lease.

    Attributes:
        is_live: Whether the lease is; else the crawler stopped without a word.
    """

    name: str
    recipe_digest: str
    since: datetime
    seen: datetime
    is_live: bool


@dataclass(frozen=True, slots=True)
class StandbyCrawler:
    """A crawler that waits for the lease."""

    name: str
    since: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class LeaseState:
    """How the lease stands, by the server's clock.

    Attributes:
        token: How often it was acquired.
        active: Who holds it.
        reason: Why it was released last.
        standbys: Who waits for it, sorted by name; only those seen lately.
    """

    token: int = NOBODY
    active: ActiveCrawler | None = None
    reason: str | None = None
    standbys: tuple[StandbyCrawler, ...] = ()
