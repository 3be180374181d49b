"""The lease of the store's crawl, in transactions.

Each transaction locks the lease node before it reads it. Without the lock, another
crawler could acquire the lease between the check of the token and the commit.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

from graph.bolt.database import BoltDatabase, Transaction
from graph.model import lease
from graph.model.lease import (
    LEASE_SECONDS,
    Acquired,
    ActiveCrawler,
    Crawler,
    LeaseRecord,
    LeaseState,
    StandbyCrawler,
)
from graph.model.schema import LEASE_KEY

# A crawler may freeze inside a transaction, which then holds the lock on the lease. The
# server ends such a transaction no later than the lease ends, so that others can acquire
# it.
TRANSACTION_SECONDS = LEASE_SECONDS

_STANDBY_MILLISECONDS = round(LEASE_SECONDS * 1000)


def acquire(
    bolt: BoltDatabase, crawler: Crawler, *, at_once: bool = False
) -> Acquired | None:
    """See `CrawlStore.acquire`."""

    def work(transaction: Transaction) -> Acquired | None:
        record, now = _locked(transaction)
        done = lease.acquire(record, now, crawler, at_once=at_once)
        if done is None:
            return None
        _write(transaction, done[0])
        return done[1]

    return bolt.write_briefly(work, TRANSACTION_SECONDS)


def fence(transaction: Transaction, token: int) -> datetime:
    """Lock the lease, check the token and renew; return the server's time.

    Each transaction of a crawl begins with this call. If it raises, nothing of the
    transaction is written.

    Raises:
        LeaseLostError: The token is no longer valid.
    """
    record, now = _locked(transaction)
    renewed = lease.renew(record, now, token)
    if renewed != record:
        _write(transaction, renewed)
    return _time(now)


def renew(bolt: BoltDatabase, token: int) -> None:
    """See `CrawlStore.renew`."""
    bolt.write_briefly(lambda t: fence(t, token), TRANSACTION_SECONDS)


def release(bolt: BoltDatabase, token: int, reason: str) -> None:
    """See `CrawlStore.release`."""

    def work(transaction: Transaction) -> None:
        record, now = _locked(transaction)
        _write(transaction, lease.release(record, now, token, reason))

    bolt.write_briefly(work, TRANSACTION_SECONDS)


def state(bolt: BoltDatabase) -> LeaseState:
    """See `CrawlStore.lease`."""

    def work(transaction: Transaction) -> LeaseState:
        found = transaction.run("lease/read_lease", name=LEASE_KEY)
        standbys = cast(
            "list[tuple[str, int, int]]",
            transaction.run("lease/read_standbys", milliseconds=_STANDBY_MILLISECONDS),
        )
        rows = cast("list[tuple[Mapping[str, Any], int]]", found)
        properties, now = rows[0] if rows else ({}, 0)
        record = lease.record_of(properties)
        return LeaseState(
            record.token,
            _active(record, now),
            record.reason,
            tuple(
                StandbyCrawler(name, _time(since), _time(seen))
                for name, since, seen in standbys
                # A node that another transaction deletes may be returned with nulls.
                if name is not None and since is not None and seen is not None
            ),
        )

    return bolt.read(work)


def register_standby(bolt: BoltDatabase, name: str) -> None:
    """See `CrawlStore.register_standby`."""
    bolt.write_briefly(lambda t: t.run("lease/write_standby", name=name))


def remove_standby(bolt: BoltDatabase, name: str) -> None:
    """See `CrawlStore.remove_standby`."""
    bolt.write_briefly(
        lambda t: t.run(
            "lease/write_no_standby", name=name, milliseconds=_STANDBY_MILLISECONDS
        )
    )


def _locked(transaction: Transaction) -> tuple[LeaseRecord, int]:
    ((properties, now),) = cast(
        "list[tuple[Mapping[str, Any], int]]",
        transaction.run("lease/write_locked", name=LEASE_KEY),
    )
    return lease.record_of(properties), now


def _write(transaction: Transaction, record: LeaseRecord) -> None:
    transaction.run(
        "lease/write_lease", name=LEASE_KEY, properties=lease.of_record(record)
    )


def _active(record: LeaseRecord, now: int) -> ActiveCrawler | None:
    if record.holder is None:
        return None
    return ActiveCrawler(
        record.holder,
        record.recipe_digest or "",
        _time(record.since),
        _time(record.renewed),
        record.is_live(now),
    )


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
