"""The lease of a store: which crawler is active, and which ones stand by. Pure.

At most one crawler is active in a store: the one that holds the lease. One node stores
the lease (`LeaseRecord`); its times are milliseconds of the server's clock. The functions
`acquire`, `renew`, `check` and `release` compute the next record. A store locks the node,
calls the function, and writes the result, all in one transaction.

`crawler.crawl.lease` explains why this prevents two crawlers from sending requests at
the same time.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from graph.errors import LeaseLostError

# How long the lease is live after a renewal.
LEASE_SECONDS = 20.0

# How long the holder may send requests after the start of its last successful renewal.
SEND_SECONDS = 8.0

# Allowance for the transit time of a request and for inaccurate clocks.
MARGIN_SECONDS = 0.25

# The token of a lease that no crawler has acquired yet.
NO_TOKEN = 0


@dataclass(frozen=True, slots=True)
class Crawler:
    """A process that wants to crawl.

    Attributes:
        name: Unique among all processes, including earlier runs.
        recipe_digest: The digest of its recipe.
        window_seconds: The longest window in which a service of the recipe counts
            requests; 0 if no service counts them.
        lease_seconds: How long its lease is live after a renewal.
        send_seconds: How long a crawler sends requests after a renewal.
    """

    name: str
    recipe_digest: str = ""
    window_seconds: float = 0.0
    lease_seconds: float = LEASE_SECONDS
    send_seconds: float = SEND_SECONDS


@dataclass(frozen=True, slots=True)
class Acquired:
    """The result of an acquisition.

    Attributes:
        token: Each transaction of the holder passes this number.
        quiet_seconds: How long the holder must not send requests, because those of an
            earlier crawler may still count in the services' windows.
    """

    token: int
    quiet_seconds: float


@dataclass(frozen=True, slots=True)
class LeaseRecord:
    """The content of the lease node; times and durations are milliseconds.

    Attributes:
        token: How often the lease has been acquired.
        holder: The name of the crawler that holds it; None after a release.
        recipe_digest: The digest of the holder's recipe.
        lasts: How long it is live after a renewal.
        since: When the holder acquired it.
        renewed: When it was last acquired or renewed.
        quiet_until: When the holder may send its first request.
        released: When it was last released.
        reason: The reason of the last release.
    """

    token: int = NO_TOKEN
    holder: str | None = None
    recipe_digest: str | None = None
    lasts: int = 0
    since: int = 0
    renewed: int = 0
    quiet_until: int = 0
    released: int = 0
    reason: str | None = None

    def is_live(self, now: int) -> bool:
        """Whether a crawler holds the lease and renewed it recently enough."""
        return self.holder is not None and now <= self.renewed + self.lasts


def record_of(properties: Mapping[str, Any]) -> LeaseRecord:
    """Return the record that a lease node's properties hold."""
    names = LeaseRecord.__dataclass_fields__
    return LeaseRecord(**{k: v for k, v in properties.items() if k in names})


def of_record(record: LeaseRecord) -> dict[str, object]:
    """Return the properties of a lease node; the store removes those that are None."""
    return asdict(record)


def acquire(
    record: LeaseRecord, now: int, crawler: Crawler, *, at_once: bool = False
) -> tuple[LeaseRecord, Acquired] | None:
    """Let a crawler acquire the lease; return None while another holds a live one.

    If the crawler already holds the lease, it keeps its token: the reply to its first
    attempt was lost, and it tries again.

    Args:
        record: The present content of the lease node.
        now: The server's time in milliseconds.
        crawler: The crawler that wants the lease.
        at_once: Ignore another holder and its requests: the caller knows that it ended.
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
    """Return the time from which no service counts requests of an earlier crawler."""
    if record.token == NO_TOKEN:
        return now
    last_sent = record.released
    if record.holder is not None:  # it ended without a release
        last_sent = record.renewed + _milliseconds(crawler.send_seconds)
    window = crawler.window_seconds and crawler.window_seconds + MARGIN_SECONDS
    return max(now, last_sent + _milliseconds(window))


def renew(record: LeaseRecord, now: int, token: int) -> LeaseRecord:
    """Return the lease, renewed by a transaction that passed this token.

    Raises:
        LeaseLostError: The token is no longer valid.
    """
    check(record, token)
    return record if record.holder is None else replace(record, renewed=now)


def check(record: LeaseRecord, token: int) -> None:
    """Check a token; `NO_TOKEN` is valid until the lease is first acquired.

    Raises:
        LeaseLostError: Another crawler has acquired the lease, or it was released.
    """
    if token != record.token or (token != NO_TOKEN and record.holder is None):
        raise LeaseLostError(record.holder)


def release(record: LeaseRecord, now: int, token: int, reason: str) -> LeaseRecord:
    """Return the released lease, or an unchanged one if the token is no longer valid."""
    if token != record.token or record.holder is None:
        return record
    return replace(record, holder=None, released=now, reason=reason)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


@dataclass(frozen=True, slots=True)
class ActiveCrawler:
    """The crawler that holds the lease.

    Attributes:
        recipe_digest: The digest of its recipe.
        since: When it acquired the lease.
        seen: When it last renewed the lease.
        is_live: Whether the lease is live; if not, the crawler stopped without a
            release.
    """

    name: str
    recipe_digest: str
    since: datetime
    seen: datetime
    is_live: bool


@dataclass(frozen=True, slots=True)
class StandbyCrawler:
    """A crawler that waits for the lease.

    Attributes:
        since: When it began to wait.
        seen: When it last reported that it waits.
    """

    name: str
    since: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class LeaseState:
    """The lease and the crawlers that wait for it, as `status` shows them.

    Attributes:
        token: How often the lease has been acquired.
        active: The crawler that holds it; None if none does.
        reason: The reason of the last release.
        standbys: The crawlers that wait for it and were seen recently, sorted by name.
    """

    token: int = NO_TOKEN
    active: ActiveCrawler | None = None
    reason: str | None = None
    standbys: tuple[StandbyCrawler, ...] = ()
